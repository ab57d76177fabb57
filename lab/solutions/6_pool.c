/* SPDX-License-Identifier: MIT */
/* Exercise 6: a pool for two jobs, of which the second needs what the first came to.
 *
 *     seq 1000 | ./6_pool 4 7                     whoever claims chunk 7 of a job first is killed, once
 *
 * The sum goes to the workers by the segment: they have been forked before it was known. The order to begin the second job
 * is read from a pipe after the parent has written the sum, and that is what makes sure that they see it. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64, GRAIN = 64, DEATHS = 3 };
enum { NOBODY = 0, DONE = MAX_WORKERS + 1 }; /* owners in between: worker k is k + 1 */
enum job { SUM = 1, ABOVE };

struct chunk {
    _Alignas(128) long partial; /* written by the owner; read by the parent when it is DONE for this job */
    uint64_t state;             /* job << 32 | owner */
};

struct board {
    long sum; /* written by the parent before job ABOVE; read by workers in it */
    struct chunk chunks[];
};

struct worker {
    pid_t pid;        /* 0: nobody */
    int orders, news; /* the parent's ends of its pipes */
};

struct pool {
    int id;
    struct board *board;
    int chunk_count, size, deaths, victim;
    struct worker workers[MAX_WORKERS];
    sigset_t mask;
};

static long numbers[MAX_NUMBERS];
static long count;

static int complain(const char *call)
{
    fprintf(stderr, "6_pool: ");
    perror(call);
    return 0;
}

static uint64_t state_of(int job, int owner)
{
    return (uint64_t)job << 32 | (uint64_t)owner;
}

/* What a number counts for in a job. Greater than the mean: without a division, so without rounding. */
static long worth(int job, long number, long sum)
{
    if (job == SUM)
        return number;
    return (__int128)number * count > sum;
}

/* The worker
 * --------------------------------------------------------------------------------------------------------------- */

/* Free for this job is what was last DONE in an earlier one, or given back in this one. */
static int claim(struct chunk *chunk, int job, int k)
{
    uint64_t seen = __atomic_load_n(&chunk->state, __ATOMIC_ACQUIRE);

    if (seen >= state_of(job, NOBODY + 1))
        return 0;
    return __atomic_compare_exchange_n(&chunk->state, &seen, state_of(job, k + 1), 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void do_job(const struct pool *pool, int job, int k)
{
    for (int c = 0; c < pool->chunk_count; c++) {
        long partial = 0, last = (c + 1L) * GRAIN < count ? (c + 1L) * GRAIN : count;
        if (!claim(&pool->board->chunks[c], job, k))
            continue;
        for (long i = (long)c * GRAIN; i < last; i++)
            partial += worth(job, numbers[i], pool->board->sum);
        if (c == pool->victim && pool->deaths == 0)
            raise(SIGKILL);
        pool->board->chunks[c].partial = partial;
        __atomic_store_n(&pool->board->chunks[c].state, state_of(job, DONE), __ATOMIC_RELEASE);
    }
}

/* The child's whole life: ends when the parent closes its end of orders, or has died, which is the same. */
static void work(const struct pool *pool, int k, int orders, int news)
{
    char job;

    while (read(orders, &job, 1) == 1) {
        do_job(pool, job, k);
        if (write(news, &job, 1) != 1)
            _exit(1);
    }
    _exit(0);
}

/* The parent
 * --------------------------------------------------------------------------------------------------------------- */

static int hire(struct pool *pool, int k)
{
    struct worker *w = &pool->workers[k];
    int orders[2], news[2];

    if (pipe(orders) == -1)
        return complain("pipe");
    if (pipe(news) == -1) {
        close(orders[0]);
        close(orders[1]);
        return complain("pipe");
    }
    w->pid = fork();
    if (w->pid == 0) {
        sigprocmask(SIG_SETMASK, &pool->mask, NULL);
        for (int i = 0; i < pool->size; i++)
            if (i != k && pool->workers[i].pid > 0) {
                close(pool->workers[i].orders);
                close(pool->workers[i].news);
            }
        close(orders[1]);
        close(news[0]);
        work(pool, k, orders[0], news[1]);
    }
    close(orders[0]);
    close(news[1]);
    w->orders = orders[1];
    w->news = news[0];
    if (w->pid > 0)
        return 1;
    w->pid = 0;
    close(w->orders);
    close(w->news);
    return complain("fork");
}

/* Closes worker k's pipes, which tells it to go, and reaps it. Returns its status. */
static int dismiss(struct pool *pool, int k)
{
    struct worker *w = &pool->workers[k];
    int status = -1;

    close(w->orders);
    while (waitpid(w->pid, &status, 0) == -1 && errno == EINTR)
        ;
    close(w->news);
    w->pid = 0;
    return status;
}

static int send_out(struct pool *pool, int k, int job)
{
    char order = (char)job;

    if (!pool->workers[k].pid)
        return hire(pool, k) && send_out(pool, k, job);
    return write(pool->workers[k].orders, &order, 1) == 1 || errno == EPIPE || complain("write");
}

/* Worker k is dead: its chunk goes back, and another takes its place and is sent to look for it. */
static int replace(struct pool *pool, int k, int job)
{
    int status = dismiss(pool, k), given = 0;

    for (int c = 0; c < pool->chunk_count; c++)
        if (__atomic_load_n(&pool->board->chunks[c].state, __ATOMIC_ACQUIRE) == state_of(job, k + 1)) {
            __atomic_store_n(&pool->board->chunks[c].state, state_of(job, NOBODY), __ATOMIC_RELEASE);
            given++;
        }
    fprintf(stderr, "6_pool: worker %d was lost; chunks given back: %d\n", k, given);
    if (++pool->deaths > DEATHS || (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT))
        return 0;
    return send_out(pool, k, job);
}

/* Waits until worker k has nothing left to claim, or is dead. */
static int hear_from(struct pool *pool, int k, int job)
{
    char answer;
    ssize_t got;

    do
        got = read(pool->workers[k].news, &answer, 1);
    while (got == -1 && errno == EINTR);
    if (got == -1)
        return complain("read");
    return got == 1 || (replace(pool, k, job) && hear_from(pool, k, job));
}

static int run(struct pool *pool, int job, long *result)
{
    *result = 0;
    for (int k = 0; k < pool->size; k++)
        if (!send_out(pool, k, job))
            return 0;
    for (int k = 0; k < pool->size; k++)
        if (!hear_from(pool, k, job))
            return 0;
    for (int c = 0; c < pool->chunk_count; c++) {
        if (__atomic_load_n(&pool->board->chunks[c].state, __ATOMIC_ACQUIRE) != state_of(job, DONE))
            return 0;
        *result += pool->board->chunks[c].partial;
    }
    return 1;
}

static int open_pool(struct pool *pool)
{
    pool->id = shmget(IPC_PRIVATE, sizeof *pool->board + pool->chunk_count * sizeof(struct chunk), 0600);
    if (pool->id == -1)
        return complain("shmget");
    pool->board = shmat(pool->id, NULL, 0);
    if (pool->board == (void *)-1) {
        pool->board = NULL;
        return complain("shmat");
    }
    for (int k = 0; k < pool->size; k++)
        if (!hire(pool, k))
            return 0;
    return 1;
}

static int close_pool(struct pool *pool)
{
    int ok = 1;

    for (int k = 0; k < pool->size; k++)
        if (pool->workers[k].pid)
            dismiss(pool, k);
    if (pool->board && shmdt(pool->board) == -1)
        ok = complain("shmdt");
    if (pool->id != -1 && shmctl(pool->id, IPC_RMID, NULL) == -1)
        ok = complain("shmctl");
    return ok;
}

int main(int argc, char **argv)
{
    static struct pool pool;
    sigset_t deadly;
    long sum = 0, above = 0;
    int ok;

    pool.id = -1;
    pool.size = argc > 1 ? atoi(argv[1]) : 4;
    pool.victim = argc > 2 ? atoi(argv[2]) : -1;
    if (pool.size < 1 || pool.size > MAX_WORKERS) {
        fprintf(stderr, "usage: 6_pool N [CHUNK] <NUMBERS    (N from 1 to %d)\n", MAX_WORKERS);
        return 2;
    }
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    pool.chunk_count = count > 0 ? (int)((count + GRAIN - 1) / GRAIN) : 1;
    signal(SIGPIPE, SIG_IGN); /* writing to a dead worker: read() will tell of its end */
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigaddset(&deadly, SIGTERM);
    sigprocmask(SIG_BLOCK, &deadly, &pool.mask);

    ok = open_pool(&pool) && run(&pool, SUM, &sum);
    if (ok) {
        pool.board->sum = sum;
        ok = run(&pool, ABOVE, &above);
    }
    ok &= close_pool(&pool);

    sigprocmask(SIG_SETMASK, &pool.mask, NULL);
    if (ok && (printf("sum %ld\nabove %ld\n", sum, above) < 0 || fflush(stdout) == EOF))
        ok = complain("write");
    return !ok;
}
