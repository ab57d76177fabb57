/* SPDX-License-Identifier: MIT */
/* Broken: a key that everybody chooses.
 *
 *     seq 1000 | ./07 4                    observe: a sum that is 1000000 too great
 *     ipcs -m                              observe, while such a program runs: a key that is not 0x00000000
 *
 * So that it happens every time, the other program that chose 1234 is here, too: a child that plays it. It is there
 * first, and its data are in the segment that we take for ours, and remove. */
#include "frame.h"

#define KEY 1234

static int other_program(void)
{
    pid_t pid = fork();
    int status = 1;

    if (pid == 0) {
        int id = shmget(KEY, 4096, IPC_CREAT | 0600);
        long *data = id == -1 ? (void *)-1 : shmat(id, NULL, 0);
        if (data == (void *)-1)
            _exit(1);
        data[0] = 1000000; /* it matters to somebody */
        _exit(0);
    }
    if (pid > 0)
        waitpid(pid, &status, 0);
    return status == 0;
}

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    long *slots, sum = 0;
    int id, started, ok = 0;

    begin(argc, argv);
    if (!other_program())
        fprintf(stderr, "07: the other program could not do its part\n");

    id = shmget(KEY, n * sizeof *slots, IPC_CREAT | 0600); /* the mistake: new or somebody's, we do not ask */
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    slots = shmat(id, NULL, 0);
    if (slots == (void *)-1) {
        perror("shmat");
        goto out;
    }
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0) {
            let_signals_in();
            slots[started] += share(started); /* a new segment is cleared, isn't it */
            _exit(0);
        }
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started);
    for (int k = 0; ok && k < n; k++)
        sum += slots[k];
    shmdt(slots);
out:
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
