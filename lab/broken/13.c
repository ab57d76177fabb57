/* SPDX-License-Identifier: MIT */
/* Broken: parallel work is timed with clock().
 *
 *     seq 1000 | ./13 4                    observe: "0.00 s by clock()"
 *     seq 1000 | (time ./13 4)             observe: real and user are far more
 *
 * clock() is the processor time of this process. The parent sleeps while its children work. */
#include "frame.h"

#include <time.h>

enum { WORK_MS = 60 };

/* A worker that has much to do: it computes until it has used its processor time. */
static void toil(void)
{
    struct timespec t;

    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    while (t.tv_sec == 0 && t.tv_nsec < WORK_MS * 1000000L);
}

static double wall(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    long *slots, sum = 0;
    int id, started, ok;
    double began;
    clock_t start;

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
    began = wall();
    start = clock(); /* the mistake */
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0) {
            let_signals_in();
            toil();
            slots[started] = share(started);
            _exit(0);
        }
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started);
    fprintf(stderr, "%.2f s by clock(), %.2f s by the clock on the wall\n", (double)(clock() - start) / CLOCKS_PER_SEC,
            wall() - began);
    for (int k = 0; ok && k < n; k++)
        sum += slots[k];
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
