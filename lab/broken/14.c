/* SPDX-License-Identifier: MIT */
/* Broken: a child cleans up, and takes the segment away from the others.
 *
 *     seq 1000 | ./14 4                                              observe: shmat: Invalid argument
 *     seq 1000 | strace -f -e trace=shmat,shmctl ./14 4              observe: who calls IPC_RMID, and what fails then
 *
 * The parent attaches only when it aggregates, so worker 0, when it detaches, is the last: its removal is final. The
 * others start when it is done, so that it happens every time. */
#include "frame.h"

static void work(int id, int k, const int *gate)
{
    long *slots;
    char go;

    let_signals_in();
    if (k > 0) {
        close(gate[1]);
        if (read(gate[0], &go, 1) < 0) /* till worker 0 is done, or dead */
            _exit(1);
    }
    slots = shmat(id, NULL, 0);
    if (slots == (void *)-1) {
        perror("worker: shmat");
        _exit(1);
    }
    slots[k] = share(k);
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL); /* the mistake: it is not ours */
    _exit(0);                   /* worker 0's end closes the gate's other side */
}

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    long *slots, sum = 0;
    int id, gate[2], started, ok;

    begin(argc, argv);
    if (pipe(gate) == -1) {
        perror("pipe");
        return 1;
    }
    id = shmget(IPC_PRIVATE, n * sizeof *slots, 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0)
            work(id, started, gate);
        if (pids[started] == -1)
            break;
    }
    close(gate[1]);
    ok = reap(pids, started);
    slots = shmat(id, NULL, 0);
    if (slots == (void *)-1) {
        perror("shmat");
        ok = 0;
    } else {
        for (int k = 0; ok && k < n; k++)
            sum += slots[k];
        shmdt(slots);
    }
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
