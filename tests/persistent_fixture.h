/* SPDX-License-Identifier: MIT */
/* What the tests of persistent pools share: pools, jobs with known results, and ways to meet every worker. */
#ifndef PRONG_TESTS_PERSISTENT_FIXTURE_H
#define PRONG_TESTS_PERSISTENT_FIXTURE_H

#include "config.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "prong/pool.h"

enum { MOST_WORKERS = 8 };

static inline double clock_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline void nap(double seconds)
{
    struct timespec t = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

    while (nanosleep(&t, &t) == -1 && errno == EINTR)
        ;
}

static inline prong_pool_options pool_of(int workers)
{
    prong_pool_options options = PRONG_POOL_OPTIONS_INIT;

    options.run.workers = workers;
    return options;
}

static inline prong_pool *make(const prong_pool_options *options)
{
    prong_pool *pool = NULL;
    prong_error err = PRONG_ERROR_INIT;
    prong_status status = prong_pool_create(&pool, options, &err);

    ck_assert_msg(status == PRONG_OK, "%s %s", prong_status_string(status), err.detail);
    ck_assert_ptr_nonnull(pool);
    return pool;
}

static inline prong_pool *make_plain(int workers)
{
    prong_pool_options options = pool_of(workers);
    return make(&options);
}

static inline void end(prong_pool *pool)
{
    ck_assert_int_eq(prong_pool_destroy(pool), PRONG_OK);
}

/* ---- Folds: ordered and rounding, or commutative ---- */

/* Affine maps x -> a x + b under composition, in float: associative up to rounding, not commutative. */
struct affine {
    float a, b;
};

static inline int affine_init(void *partial, void *ctx)
{
    (void)ctx;
    *(struct affine *)partial = (struct affine){ 1, 0 };
    return 0;
}

static inline int affine_combine(void *into, const void *from, void *ctx)
{
    struct affine *f = into;
    const struct affine *g = from;

    (void)ctx;
    *f = (struct affine){ g->a * f->a, g->a * f->b + g->b };
    return 0;
}

static inline int affine_accumulate(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    for (uint64_t i = first; i < last; i++) {
        struct affine step = { 1.0f + (float)(i % 7) * 1e-5f - 3e-5f, (float)(i % 13) };
        affine_combine(partial, &step, ctx);
    }
    return 0;
}

static inline prong_fold_spec affine(uint64_t count, uint64_t grain)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;

    spec.count = count;
    spec.grain = grain;
    spec.partial_size = sizeof(struct affine);
    spec.init = affine_init;
    spec.accumulate = affine_accumulate;
    spec.combine = affine_combine;
    return spec;
}

static inline int add_squares(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    for (uint64_t i = first; i < last; i++)
        *(uint64_t *)partial += i * i;
    return 0;
}

static inline int join(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into += *(const uint64_t *)from;
    return 0;
}

static inline prong_fold_spec squares(uint64_t count, uint64_t grain)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;

    spec.count = count;
    spec.grain = grain;
    spec.partial_size = sizeof(uint64_t);
    spec.accumulate = add_squares;
    spec.combine = join;
    return spec;
}

static inline uint64_t expected_squares(uint64_t count)
{
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++)
        sum += i * i;
    return sum;
}

#define ck_assert_status(call, expected)                                                                               \
    do {                                                                                                               \
        prong_status status_here = (call);                                                                             \
        ck_assert_msg(status_here == (expected), "%s: \"%s\" instead of \"%s\"", #call,                                \
                      prong_status_string(status_here), prong_status_string(expected));                                \
    } while (0)

static inline void check_squares(prong_pool *pool, uint64_t count, uint64_t grain, unsigned flags)
{
    prong_fold_spec spec = squares(count, grain);
    uint64_t result = 0;

    spec.flags = flags;
    ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(count));
}

/* ---- Every worker at once: as many items as workers, and none is done before all have begun ---- */

struct meeting {
    _Atomic int here;
    int wanted;
};

static inline int meet(uint64_t index, void *result, void *ctx)
{
    struct meeting *meeting = ctx;
    double late = clock_seconds() + 20;

    (void)index;
    atomic_fetch_add(&meeting->here, 1);
    while (atomic_load(&meeting->here) < meeting->wanted)
        if (clock_seconds() > late)
            return 1;
        else
            sched_yield();
    *(pid_t *)result = getpid();
    return 0;
}

/* deliver gets the same ctx as item, in the parent: the pids go behind the meeting, in the arena. */
struct roll {
    struct meeting meeting;
    pid_t pids[64];
};

static inline int note_pid(uint64_t index, const void *result, void *ctx)
{
    struct roll *roll = ctx;

    roll->pids[index] = *(const pid_t *)result;
    return 0;
}

/* Notes the pids of all workers, each once; or less: a worker that waits for the others longer than its chunk's deadline is
 * ended there, and another takes its item. */
static inline bool try_roll(prong_pool *pool, int workers, struct roll *roll)
{
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;
    prong_error err = PRONG_ERROR_INIT;
    prong_status status;

    memset(roll, 0, sizeof *roll);
    roll->meeting.wanted = workers;
    spec.count = (uint64_t)workers;
    spec.result_size = sizeof(pid_t);
    spec.item = meet;
    spec.deliver = note_pid;
    spec.ctx = roll;
    status = prong_pool_map(pool, &spec, &err);
    ck_assert_msg(status == PRONG_OK, "%s %s", prong_status_string(status), err.detail);
    for (int i = 0; i < workers; i++) {
        ck_assert_int_ne(roll->pids[i], getpid());
        for (int j = 0; j < i; j++)
            if (roll->pids[i] == roll->pids[j])
                return false;
    }
    return true;
}

/* The pids of all workers: fails unless exactly `workers` of them are at work. */
static inline void call_roll(prong_pool *pool, int workers, pid_t *pids)
{
    struct roll *roll = prong_pool_alloc(pool, sizeof *roll, 0);
    prong_pool_figures figures = { .size = sizeof figures };
    int tries = 0;

    ck_assert_ptr_nonnull(roll);
    while (!try_roll(pool, workers, roll))
        ck_assert_int_lt(++tries, 20);
    for (int i = 0; i < workers && pids; i++)
        pids[i] = roll->pids[i];
    prong_pool_free(pool, roll);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_int_eq(figures.workers, workers);
}

/* After whatever happened: the next jobs are right, and everybody is there. */
static inline void check_as_new(prong_pool *pool, int workers)
{
    check_squares(pool, 10007, 101, 0);
    check_squares(pool, 10007, 101, PRONG_COMMUTATIVE);
    call_roll(pool, workers, NULL);
}

/* ---- Ways to end badly ---- */

/* In the arena: how often chunk 0 hangs; negative: always. */
struct hangs {
    _Atomic int left;
};

static inline int hang_at_first(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    struct hangs *hangs = ctx;

    if (first == 0 && (atomic_load(&hangs->left) < 0 || atomic_fetch_sub(&hangs->left, 1) > 0))
        for (;;)
            pause();
    return add_squares(partial, first, last, NULL);
}

/* A job in the pool's arena whose first chunk hangs so often. */
static inline prong_fold_spec hanging(prong_pool *pool, int times)
{
    prong_fold_spec spec = squares(100, 10);
    struct hangs *hangs = prong_pool_alloc(pool, sizeof *hangs, 0);

    ck_assert_ptr_nonnull(hangs);
    atomic_store(&hangs->left, times);
    spec.accumulate = hang_at_first;
    spec.ctx = hangs;
    return spec;
}

static inline int poisoned(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    if (first <= 777 && 777 < last)
        raise(SIGKILL);
    return add_squares(partial, first, last, ctx);
}

static inline int count_descriptors(void)
{
    int open = 0;

    for (int fd = 0; fd < 512; fd++) {
        int copy = dup(fd);
        open += copy != -1;
        if (copy != -1)
            close(copy);
    }
    return open;
}

static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
