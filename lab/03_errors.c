/* SPDX-License-Identifier: MIT */
/* Stage 3: errors on every path.
 *
 *     seq 1000 | ./03_errors 4
 *     seq 1000 | prlimit --nproc=1 ./03_errors 4          (as a user that is not root) fork fails
 *
 * Stage 2 lets go of everything, but says little about what went wrong. What is new:
 *
 *   - Whatever was acquired stands in one struct, and one function releases it, in reverse order, however far we came.
 *     An id of -1 or an address of NULL says "not acquired". So no error path can forget a step: there is only one.
 *   - A message names the call, what it was asked for, and what its errno means *here*: ENOSPC of shmget has nothing to
 *     do with a disk.
 *   - waitpid may be interrupted by a handler (EINTR): that is no child's end, and the call is repeated.
 *   - A worker that failed is told by name: it exited with a status, or a signal killed it.
 *   - Reading and writing may fail as well: a sum that went to a full disk was not delivered. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64 };

struct slot {
    _Alignas(128) long sum;
};

/* All that a run holds. */
struct run {
    int id;             /* the segment, or -1 */
    struct slot *slots; /* where it is attached, or NULL */
    pid_t pids[MAX_WORKERS];
    int workers, started; /* pids[0 … started-1] have yet to be reaped */
    sigset_t mask;        /* as it was */
};

static long numbers[MAX_NUMBERS];
static long count;

static const char *hint(int error)
{
    switch (error) {
    case EINVAL: return "the size is 0 or above SHMMAX";
    case ENOSPC: return "no disk is full: all segments together reached SHMALL or SHMMNI; see ipcs -l and ipcs -m";
    case ENOMEM: return "no memory for the segment";
    case EAGAIN: return "too many processes";
    default: return "";
    }
}

static int complain(const char *call, size_t asked)
{
    int error = errno;

    fprintf(stderr, "03_errors: %s(%zu): %s%s%s\n", call, asked, strerror(error), *hint(error) ? "; " : "", hint(error));
    return 0;
}

static int read_numbers(void)
{
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    if (count < MAX_NUMBERS && feof(stdin) && !ferror(stdin))
        return 1;
    fprintf(stderr, "03_errors: number %ld of the input cannot be read\n", count + 1);
    return 0;
}

static int acquire(struct run *run)
{
    size_t size = run->workers * sizeof(struct slot); /* the size of what is stored, not of the pointer to it */

    run->id = shmget(IPC_PRIVATE, size, 0600);
    if (run->id == -1)
        return complain("shmget", size);
    run->slots = shmat(run->id, NULL, 0);
    if (run->slots == (void *)-1) {
        run->slots = NULL;
        return complain("shmat", size);
    }
    return 1;
}

static void work(struct slot *slots, int k, int n)
{
    long sum = 0;

    for (long i = count * k / n; i < count * (k + 1) / n; i++)
        sum += numbers[i];
    slots[k].sum = sum;
    _exit(0);
}

static int fork_workers(struct run *run)
{
    for (; run->started < run->workers; run->started++) {
        pid_t pid = fork();
        if (pid == -1)
            return complain("fork", run->started);
        if (pid == 0) {
            sigprocmask(SIG_SETMASK, &run->mask, NULL);
            work(run->slots, run->started, run->workers);
        }
        run->pids[run->started] = pid;
    }
    return 1;
}

static int ended_well(int k, pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) == -1)
        if (errno != EINTR)
            return complain("waitpid", pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 1;
    if (WIFSIGNALED(status))
        fprintf(stderr, "03_errors: worker %d was killed by signal %d (%s)\n", k, WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else
        fprintf(stderr, "03_errors: worker %d exited with status %d\n", k, WEXITSTATUS(status));
    return 0;
}

static int reap(struct run *run)
{
    int ok = 1;

    for (int k = 0; k < run->started; k++)
        ok &= ended_well(k, run->pids[k]);
    run->started = 0;
    return ok;
}

/* The one clean-up path. Each step is for what acquire and fork_workers did, last first. */
static int release(struct run *run)
{
    int ok = reap(run);

    if (run->slots && shmdt(run->slots) == -1)
        ok = complain("shmdt", 0);
    if (run->id != -1 && shmctl(run->id, IPC_RMID, NULL) == -1)
        ok = complain("shmctl IPC_RMID", run->id);
    return ok;
}

int main(int argc, char **argv)
{
    struct run run = { .id = -1, .workers = argc > 1 ? atoi(argv[1]) : 4 };
    sigset_t deadly;
    long sum = 0;
    int ok;

    if (run.workers < 1 || run.workers > MAX_WORKERS) {
        fprintf(stderr, "usage: 03_errors N <NUMBERS    (N from 1 to %d)\n", MAX_WORKERS);
        return 2;
    }
    if (!read_numbers())
        return 1;
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigaddset(&deadly, SIGTERM);
    sigaddset(&deadly, SIGHUP);
    sigprocmask(SIG_BLOCK, &deadly, &run.mask);

    ok = acquire(&run) && fork_workers(&run) && reap(&run);
    for (int k = 0; ok && k < run.workers; k++)
        sum += run.slots[k].sum;
    ok &= release(&run);

    sigprocmask(SIG_SETMASK, &run.mask, NULL);
    if (ok && (printf("sum %ld\n", sum) < 0 || fflush(stdout) == EOF))
        ok = complain("write", 0);
    return !ok;
}
