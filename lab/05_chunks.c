/* SPDX-License-Identifier: MIT */
/* Stage 5: chunks, which workers claim until none is left.
 *
 *     seq 1000 | ./05_chunks 4
 *     seq 1000 | ./05_chunks 4 7                  whoever claims chunk 7 first is killed, once
 *
 * What is new: the work is cut into more pieces than there are workers. A slow worker does few of them, a fast one
 * many, and a death costs one piece, not an N-th of everything. A place for a chunk goes through three states:
 *
 *     FREE  ---- worker: compare-and-swap to its pid ---->  TAKEN  ---- its owner: release store ---->  DONE
 *       ^                                                     |
 *       +---- parent, when it has reaped the dead owner ------+
 *
 * Two workers may see the same chunk FREE; the compare-and-swap lets one of them have it. Nobody takes a lock, so nobody
 * can die holding one. That TAKEN names the owner is what lets the parent give back just what the dead one had: it is
 * reaped by then, so its pid cannot be somebody else's, and it cannot publish any more.
 *
 * The chunks depend on the input alone, not on N, and the parent adds them in their order: the same result for any N,
 * which matters as soon as the numbers are no integers. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64, GRAIN = 64, DEATHS = 3 };
enum { FREE = 0, DONE = -1 }; /* any other state is the pid of the owner */

struct chunk {
    _Alignas(128) long sum; /* written by the owner; read by the parent once it is DONE */
    int state;              /* FREE to TAKEN: any worker; to DONE: the owner; back to FREE: the parent */
};

struct run {
    int id;
    struct chunk *chunks;
    int chunk_count, workers, running, deaths;
    pid_t pids[MAX_WORKERS]; /* 0: nobody */
    int victim;              /* the chunk that kills, or -1 */
    sigset_t mask;
};

static long numbers[MAX_NUMBERS];
static long count;

static int complain(const char *call)
{
    fprintf(stderr, "05_chunks: ");
    perror(call);
    return 0;
}

static int claim(struct chunk *chunk)
{
    int expected = FREE;

    return __atomic_compare_exchange_n(&chunk->state, &expected, getpid(), 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void work(const struct run *run)
{
    for (int c = 0; c < run->chunk_count; c++) {
        long sum = 0, last = (c + 1L) * GRAIN < count ? (c + 1L) * GRAIN : count;
        if (!claim(&run->chunks[c]))
            continue;
        for (long i = (long)c * GRAIN; i < last; i++)
            sum += numbers[i];
        if (c == run->victim && run->deaths == 0) /* as of the fork: those forked after a death know of it */
            raise(SIGKILL);
        run->chunks[c].sum = sum;
        __atomic_store_n(&run->chunks[c].state, DONE, __ATOMIC_RELEASE);
    }
    _exit(0);
}

static int start(struct run *run, int k)
{
    pid_t pid = fork();

    if (pid == -1)
        return complain("fork");
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &run->mask, NULL);
        work(run);
    }
    run->pids[k] = pid;
    run->running++;
    return 1;
}

static int give_back(struct run *run, pid_t owner)
{
    int given = 0;

    for (int c = 0; c < run->chunk_count; c++)
        if (__atomic_load_n(&run->chunks[c].state, __ATOMIC_ACQUIRE) == owner) {
            __atomic_store_n(&run->chunks[c].state, FREE, __ATOMIC_RELEASE);
            given++;
        }
    return given;
}

/* Worker k has ended. Who did not end well is replaced: its chunk, if it had one, waits for somebody. */
static int look_after(struct run *run, int k, int status)
{
    pid_t pid = run->pids[k];

    run->pids[k] = 0;
    run->running--;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 1;
    run->deaths++;
    fprintf(stderr, "05_chunks: worker %d was lost; chunks given back: %d\n", k, give_back(run, pid));
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
        return 0;
    if (run->deaths > DEATHS) {
        fprintf(stderr, "05_chunks: that is too many\n");
        return 0;
    }
    return start(run, k);
}

/* Waits for one of the workers. No wait(-1): a program may have other children that somebody else waits for. */
static int wait_for_one(struct run *run)
{
    for (int k = 0; k < run->workers; k++) {
        int status;
        pid_t pid = run->pids[k] ? waitpid(run->pids[k], &status, 0) : 0;
        if (pid == -1 && errno != EINTR) {
            run->pids[k] = 0; /* no child of ours any more: it is not waited for again */
            run->running--;
            return complain("waitpid");
        }
        if (pid > 0)
            return look_after(run, k, status);
    }
    return 1;
}

static int compute(struct run *run, long *sum)
{
    int ok = 1;

    for (int k = 0; ok && k < run->workers; k++)
        ok = start(run, k);
    while (run->running > 0) {
        if (!wait_for_one(run) && ok) {
            ok = 0; /* the others are still reaped, but nobody is replaced any more */
            run->deaths = DEATHS + 1;
        }
    }
    for (int c = 0; ok && c < run->chunk_count; c++) {
        if (__atomic_load_n(&run->chunks[c].state, __ATOMIC_ACQUIRE) != DONE)
            ok = 0;
        *sum += run->chunks[c].sum;
    }
    return ok;
}

static int acquire(struct run *run)
{
    run->id = shmget(IPC_PRIVATE, run->chunk_count * sizeof *run->chunks, 0600);
    if (run->id == -1)
        return complain("shmget");
    run->chunks = shmat(run->id, NULL, 0);
    if (run->chunks == (void *)-1) {
        run->chunks = NULL;
        return complain("shmat");
    }
    return 1;
}

static int release(struct run *run)
{
    int ok = 1;

    if (run->chunks && shmdt(run->chunks) == -1)
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
        fprintf(stderr, "usage: 05_chunks N [CHUNK] <NUMBERS    (N from 1 to %d)\n", MAX_WORKERS);
        return 2;
    }
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    run.chunk_count = count > 0 ? (int)((count + GRAIN - 1) / GRAIN) : 1;
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
