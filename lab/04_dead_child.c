/* SPDX-License-Identifier: MIT */
/* Stage 4: a child dies, and the sum is right all the same.
 *
 *     seq 1000 | ./04_dead_child 4
 *     seq 1000 | ./04_dead_child 4 2              worker 2 is killed in the middle of its work, once
 *
 * What is new: every worker that ended badly is forked again, up to ATTEMPTS times. For that, two things must hold:
 *
 *   - A slot says itself whether it is complete. The worker writes the sum first and `done` last, with release order:
 *     who reads `done` with acquire order and finds 1 finds the sum, too. Killed between the two, it has done nothing.
 *   - A second attempt may not find traces of the first: a worker computes in memory of its own, and stores; it never
 *     adds to what stands in the slot.
 *
 * The parent believes `done`, not the exit status: a worker may be killed after it published. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64, ATTEMPTS = 3 };

struct slot {
    _Alignas(128) long sum; /* valid if done */
    int done;               /* stored last, with release order */
};

struct run {
    int id;
    struct slot *slots;
    pid_t pids[MAX_WORKERS]; /* 0: nobody is at work on this slot */
    int workers;
    int victim; /* the worker that is to die, or -1 */
    sigset_t mask;
};

static long numbers[MAX_NUMBERS];
static long count;

static int complain(const char *call)
{
    fprintf(stderr, "04_dead_child: ");
    perror(call);
    return 0;
}

static void work(struct slot *slot, int k, int n, int dies)
{
    long sum = 0;

    for (long i = count * k / n; i < count * (k + 1) / n; i++)
        sum += numbers[i];
    if (dies)
        raise(SIGKILL);
    slot->sum = sum;
    __atomic_store_n(&slot->done, 1, __ATOMIC_RELEASE);
    _exit(0);
}

static int start(struct run *run, int k, int attempt)
{
    pid_t pid = fork();

    if (pid == -1)
        return complain("fork");
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &run->mask, NULL);
        work(&run->slots[k], k, run->workers, k == run->victim && attempt == 1);
    }
    run->pids[k] = pid;
    return 1;
}

static int is_done(const struct run *run, int k)
{
    return __atomic_load_n(&run->slots[k].done, __ATOMIC_ACQUIRE);
}

/* Reaps whoever is at work; true if nobody was interrupted by a Ctrl-C, which reaches workers too. */
static int reap(struct run *run)
{
    int ok = 1;

    for (int k = 0; k < run->workers; k++) {
        int status = 0;
        if (run->pids[k] == 0)
            continue;
        while (waitpid(run->pids[k], &status, 0) == -1)
            if (errno != EINTR) {
                ok = complain("waitpid");
                break;
            }
        run->pids[k] = 0;
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
            ok = 0; /* the user's wish is no accident: no second attempt */
    }
    return ok;
}

/* One attempt: a worker for every slot that is not done. True if all that could go on went on. */
static int attempt(struct run *run, int number)
{
    int ok = 1;

    for (int k = 0; ok && k < run->workers; k++)
        if (!is_done(run, k)) {
            if (number > 1)
                fprintf(stderr, "04_dead_child: worker %d was lost; attempt %d\n", k, number);
            ok = start(run, k, number);
        }
    return reap(run) && ok;
}

static int all_done(const struct run *run)
{
    for (int k = 0; k < run->workers; k++)
        if (!is_done(run, k))
            return 0;
    return 1;
}

static int compute(struct run *run, long *sum)
{
    for (int number = 1; number <= ATTEMPTS && !all_done(run); number++)
        if (!attempt(run, number))
            return 0;
    if (!all_done(run)) {
        fprintf(stderr, "04_dead_child: a worker was lost %d times\n", ATTEMPTS);
        return 0;
    }
    for (int k = 0; k < run->workers; k++)
        *sum += run->slots[k].sum;
    return 1;
}

static int acquire(struct run *run)
{
    run->id = shmget(IPC_PRIVATE, run->workers * sizeof *run->slots, 0600); /* the kernel clears it: nobody is done */
    if (run->id == -1)
        return complain("shmget");
    run->slots = shmat(run->id, NULL, 0);
    if (run->slots == (void *)-1) {
        run->slots = NULL;
        return complain("shmat");
    }
    return 1;
}

static int release(struct run *run)
{
    int ok = 1;

    if (run->slots && shmdt(run->slots) == -1)
        ok = complain("shmdt");
    if (run->id != -1 && shmctl(run->id, IPC_RMID, NULL) == -1)
        ok = complain("shmctl");
    return ok;
}

int main(int argc, char **argv)
{
    struct run run = { .id = -1, .workers = argc > 1 ? atoi(argv[1]) : 4, .victim = argc > 2 ? atoi(argv[2]) : -1 };
    sigset_t deadly;
    long sum = 0;
    int ok;

    if (run.workers < 1 || run.workers > MAX_WORKERS) {
        fprintf(stderr, "usage: 04_dead_child N [VICTIM] <NUMBERS    (N from 1 to %d)\n", MAX_WORKERS);
        return 2;
    }
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigaddset(&deadly, SIGTERM);
    sigprocmask(SIG_BLOCK, &deadly, &run.mask);

    ok = acquire(&run) && compute(&run, &sum);
    ok &= release(&run);

    sigprocmask(SIG_SETMASK, &run.mask, NULL);
    if (ok && (printf("sum %ld\n", sum) < 0 || fflush(stdout) == EOF))
        ok = complain("write");
    return !ok;
}
