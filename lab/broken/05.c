/* SPDX-License-Identifier: MIT */
/* Broken: all workers add to one number, and nothing is locked.
 *
 *     seq 1000 | ./05 4                           observe: the sum is that of one worker alone
 *     ./05 2 10000000 </dev/null                  observe: the same without force: how much is lost is chance
 *     ./05 2 1000 </dev/null                      … and with few additions it is mostly nothing: the treacherous case
 *
 * Adding is three steps: read, add, write. Here all workers read before any of them writes: the order that loses most,
 * and one that may come at any time. With an argument more each worker adds 1 that many times, in whatever order comes. */
#include "frame.h"

#include <time.h>

struct shared {
    volatile long total;
    int have_read;
};

/* read, read, write, write */
static void add_in_the_worst_order(struct shared *shared, long amount)
{
    long seen = shared->total;

    __atomic_fetch_add(&shared->have_read, 1, __ATOMIC_ACQ_REL);
    for (int i = 0; i < 500 && __atomic_load_n(&shared->have_read, __ATOMIC_ACQUIRE) < n; i++)
        nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
    shared->total = seen + amount;
}

static void work(struct shared *shared, int k, long turns)
{
    let_signals_in();
    if (turns == 0)
        add_in_the_worst_order(shared, share(k));
    for (long i = 0; i < turns; i++)
        shared->total = shared->total + 1;
    _exit(0);
}

int main(int argc, char **argv)
{
    long turns = argc > 2 ? atol(argv[2]) : 0, sum = 0;
    pid_t pids[MAX_WORKERS];
    struct shared *shared;
    int id, started, ok;

    begin(argc, argv);
    id = shmget(IPC_PRIVATE, sizeof *shared, 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    shared = shmat(id, NULL, 0);
    if (shared == (void *)-1) {
        perror("shmat");
        shmctl(id, IPC_RMID, NULL);
        return 1;
    }
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0)
            work(shared, started, turns);
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started);
    sum = shared->total;
    if (turns > 0)
        fprintf(stderr, "%ld of %ld additions lost\n", n * turns - sum, n * turns);
    shmdt(shared);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
