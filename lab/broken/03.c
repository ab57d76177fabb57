/* SPDX-License-Identifier: MIT */
/* Broken: one variable for the ids of two segments.
 *
 *     seq 1000 | ./03 4; ipcs -m                                observe: one of the two stays
 *     seq 1000 | strace -e trace=shmget,shmctl ./03 4           observe: two ids made, one of them removed twice */
#include "frame.h"

static void *attach_new(int *id, size_t size)
{
    void *at;

    *id = shmget(IPC_PRIVATE, size, 0600);
    if (*id == -1) {
        perror("shmget");
        return NULL;
    }
    at = shmat(*id, NULL, 0);
    if (at == (void *)-1) {
        perror("shmat");
        shmctl(*id, IPC_RMID, NULL);
        return NULL;
    }
    return at;
}

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    long *sums, *counts, sum = 0, counted = 0;
    int id, started, ok;

    begin(argc, argv);
    sums = attach_new(&id, n * sizeof *sums);
    if (!sums)
        return 1;
    counts = attach_new(&id, n * sizeof *counts); /* the mistake: the first id is nowhere now */
    if (!counts)
        return 1;
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0) {
            let_signals_in();
            sums[started] = share(started);
            counts[started] = count * (started + 1) / n - count * started / n;
            _exit(0);
        }
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started);
    for (int k = 0; ok && k < n; k++) {
        sum += sums[k];
        counted += counts[k];
    }
    shmdt(counts);
    shmctl(id, IPC_RMID, NULL);
    shmdt(sums);
    shmctl(id, IPC_RMID, NULL); /* meant for the first, and fails: nobody looks */
    return answer(ok && counted == count, sum);
}
