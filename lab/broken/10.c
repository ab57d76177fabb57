/* SPDX-License-Identifier: MIT */
/* Broken: children leave by exit, and flush what the parent has printed.
 *
 *     seq 1000 | ./10 4 | cat                              observe: the first line comes five times
 *     seq 1000 | strace -f -e trace=write ./10 4           observe: each child writes it, too
 *
 * On a terminal stdio writes line by line, and it looks right; into a pipe or a file it keeps lines back. Here it is told
 * to keep them back in any case. */
#include "frame.h"

int main(int argc, char **argv)
{
    static char buffer[BUFSIZ];
    pid_t pids[MAX_WORKERS];
    long *slots, sum = 0;
    int id, started, ok;

    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    begin(argc, argv);
    id = shmget(IPC_PRIVATE, n * sizeof *slots, 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    slots = shmat(id, NULL, 0);
    if (slots == (void *)-1) {
        perror("shmat");
        shmctl(id, IPC_RMID, NULL);
        return 1;
    }
    printf("%ld numbers, %d workers\n", count, n); /* in the buffer; fork copies the buffer */
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0) {
            let_signals_in();
            slots[started] = share(started);
            exit(0); /* the mistake: _exit */
        }
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started);
    for (int k = 0; ok && k < n; k++)
        sum += slots[k];
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
