/* SPDX-License-Identifier: MIT */
/* The folds of the soak: one-shot and persistent, ordered and commutative, stopped, mapped. Each result is compared with one
 * that was computed serially; a fold with few retries may also lose a chunk, and must say exactly which. */
#include "config.h"

#include "soak.h"

#include <prong.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ITEMS = 30000, GRAIN = 50, PLENTY = 1000, WORKERS = 3, STOP_AT = 7000, TOLD = 20 };

/* x -> a x + b, modulo 2^64: exact, associative, not commutative. */
struct affine {
    uint64_t a, b;
};

static struct affine expected, expected_stopped;
static uint64_t expected_sum;

static int neutral(void *partial, void *ctx)
{
    (void)ctx;
    *(struct affine *)partial = (struct affine){ 1, 0 };
    return 0;
}

static int compose(void *into, const void *from, void *ctx)
{
    struct affine *f = into;
    const struct affine *g = from;

    (void)ctx;
    *f = (struct affine){ g->a * f->a, g->a * f->b + g->b };
    return 0;
}

static int accumulate(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    for (uint64_t i = first; i < last; i++) {
        struct affine step = { 2 * i + 3, i * 0x9e3779b97f4a7c15u };
        for (volatile int spin = 0; spin < 60; spin++)
            ;
        compose(partial, &step, ctx);
    }
    return 0;
}

/* The last chunk is a slow one: meanwhile the others fill the window and fall asleep for want of a chunk. */
static int accumulate_until(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    bool is_last = first <= STOP_AT && STOP_AT < last;

    accumulate(partial, first, last, ctx);
    if (is_last)
        usleep(2000);
    return is_last ? PRONG_FOLD_STOP : 0;
}

static int add(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    for (uint64_t i = first; i < last; i++) {
        *(volatile uint64_t *)partial += i * i;
        for (volatile int spin = 0; spin < 60; spin++)
            ;
    }
    return 0;
}

static int join(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into += *(const uint64_t *)from;
    return 0;
}

static int item(uint64_t index, void *result, void *ctx)
{
    add(result, index * GRAIN, (index + 1) * GRAIN, ctx);
    return 0;
}

/* In the parent: results must come in order. */
static uint64_t delivered, delivered_sum;

static int deliver(uint64_t index, const void *result, void *ctx)
{
    (void)ctx;
    if (index != delivered++)
        return 1;
    delivered_sum += *(const uint64_t *)result;
    return 0;
}

/* The error says what was lost: a signal of ours, and the elements of its chunk or of all that is not done. */
static bool says_what_was_lost(prong_status status, const prong_error *err, uint64_t grain, uint64_t items)
{
    if (status != PRONG_ELOST || err->status != PRONG_ELOST || err->worker < 0 || err->worker >= WORKERS)
        return false;
    if (!WIFSIGNALED(err->wait_status) || (WTERMSIG(err->wait_status) != SIGKILL && WTERMSIG(err->wait_status) != SIGSEGV))
        return false;
    if (err->chunk < 0)
        return err->last <= items;
    return err->first == (uint64_t)err->chunk * grain && err->last == err->first + grain && err->last <= items;
}

static void judge(prong_status status, const prong_error *err, bool exact, bool may_be_lost, uint64_t grain, uint64_t items)
{
    if (status == PRONG_OK && exact) {
        atomic_fetch_add(&soak_shared->folds, 1);
    } else if (may_be_lost && says_what_was_lost(status, err, grain, items)) {
        atomic_fetch_add(&soak_shared->lost, 1);
    } else {
        char text[400];
        prong_error_string(err, text, sizeof text);
        if (atomic_fetch_add(&soak_shared->wrong, 1) < TOLD)
            fprintf(stderr, "soak: %s: status %d, %s: %s\n", soak_shared->what, (int)status, exact ? "exact" : "not exact",
                    text);
    }
}

/* Kinds of folds: bit 0 commutative, bit 1 persistent, bit 2 few retries; ordered ones may stop. */
static void fold(unsigned kind, prong_pool *pool, bool stop, unsigned flags)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
    prong_options options = PRONG_OPTIONS_INIT;
    prong_error err = PRONG_ERROR_INIT;
    struct affine result = { 0, 0 };
    bool commutative = kind & 1, exact;
    const struct affine *want = stop ? &expected_stopped : &expected;
    prong_status status;

    snprintf(soak_shared->what, sizeof soak_shared->what, "a fold, %s, %s, %s%s", pool ? "persistent" : "one-shot",
             commutative ? "commutative" : "ordered", kind & 4 ? "few retries" : "retries", stop ? ", stopped" : "");
    spec.count = ITEMS;
    spec.grain = GRAIN;
    spec.partial_size = commutative ? sizeof(uint64_t) : sizeof(struct affine);
    spec.init = commutative ? NULL : neutral;
    spec.accumulate = commutative ? add : stop ? accumulate_until : accumulate;
    spec.combine = commutative ? join : compose;
    spec.flags = commutative ? PRONG_COMMUTATIVE : 0;
    options.workers = WORKERS;
    options.flags = flags;
    options.retries = kind & 4 ? 0 : PLENTY;
    status = pool ? prong_pool_fold(pool, &spec, &result, &err) : prong_fold(&spec, &options, &result, &err);
    exact = commutative ? result.a == expected_sum : memcmp(&result, want, sizeof result) == 0;
    judge(status, &err, exact, kind & 4, GRAIN, ITEMS);
}

static void map(prong_pool *pool, bool may_be_lost)
{
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;
    prong_error err = PRONG_ERROR_INIT;
    prong_status status;

    snprintf(soak_shared->what, sizeof soak_shared->what, "a map");
    delivered = delivered_sum = 0;
    spec.count = ITEMS / GRAIN;
    spec.result_size = sizeof(uint64_t);
    spec.item = item;
    spec.deliver = deliver;
    status = prong_pool_map(pool, &spec, &err);
    judge(status, &err, delivered_sum == expected_sum, may_be_lost, 1, ITEMS / GRAIN);
}

static prong_pool *create(int retries, size_t slots_size, unsigned flags)
{
    prong_pool_options options = PRONG_POOL_OPTIONS_INIT;
    prong_pool *pool = NULL;
    prong_error err = PRONG_ERROR_INIT;

    options.run.workers = WORKERS;
    options.run.retries = retries;
    options.run.flags = flags;
    options.slots_size = slots_size;
    options.arena_size = 4096;
    snprintf(soak_shared->what, sizeof soak_shared->what, "prong_pool_create");
    if (prong_pool_create(&pool, &options, &err) != PRONG_OK) {
        if (atomic_fetch_add(&soak_shared->wrong, 1) < TOLD)
            fprintf(stderr, "soak: prong_pool_create: status %d\n", (int)err.status);
    }
    return pool;
}

struct plan {
    uint64_t random;
    unsigned flags;
};

static void *fold_for_ever(void *argument)
{
    struct plan *plan = argument;

    for (;;) {
        /* Slots for all chunks, or a window much smaller than the job. */
        bool few = plan->random >> 40 & 1;
        prong_pool *pool = create(few ? 0 : PLENTY, plan->random >> 41 & 1 ? 4096 : 0, plan->flags);
        for (int i = 0; i < 12; i++) {
            unsigned kind;
            plan->random = plan->random * 6364136223846793005u + 1442695040888963407u;
            kind = (unsigned)(plan->random >> 60) & 7;
            if (!(kind & 2))
                fold(kind, NULL, plan->random >> 50 & 1 && !(kind & 1), plan->flags);
            else if (pool && (plan->random >> 51 & 3) == 0)
                map(pool, few);
            else if (pool)
                fold(few ? kind | 4 : kind & 3, pool, plan->random >> 50 & 1 && !(kind & 1), plan->flags);
        }
        snprintf(soak_shared->what, sizeof soak_shared->what, "prong_pool_destroy");
        prong_pool_destroy(pool);
    }
    return NULL;
}

_Noreturn void soak_fold_for_ever(uint64_t seed, bool from_thread)
{
    struct plan plan = { seed, from_thread ? PRONG_ALLOW_THREADS : 0 };
    pthread_t thread;

    neutral(&expected, NULL);
    accumulate(&expected, 0, ITEMS, NULL);
    neutral(&expected_stopped, NULL);
    accumulate(&expected_stopped, 0, (STOP_AT / GRAIN + 1) * GRAIN, NULL);
    expected_sum = 0;
    add(&expected_sum, 0, ITEMS, NULL);
    if (from_thread && pthread_create(&thread, NULL, fold_for_ever, &plan) == 0)
        pthread_join(thread, NULL);
    else
        fold_for_ever(&plan);
    _exit(0);
}
