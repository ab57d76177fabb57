/* SPDX-License-Identifier: MIT */
/* What on_event tells of a run: everything that happens to the segment, the workers and the chunks, once each and in the order
 * of time, whatever dies meanwhile. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prong/pool.h"

enum { MOST = 8192, CHUNKS = 12 };

static struct {
    prong_event events[MOST];
    size_t count;
} seen;

static void note(const prong_event *event, void *ctx)
{
    (void)ctx;
    ck_assert_uint_lt(seen.count, MOST);
    seen.events[seen.count++] = *event;
}

static int add(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    for (uint64_t i = first; i < last; i++)
        *(uint64_t *)partial += i;
    return 0;
}

static int join(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into += *(const uint64_t *)from;
    return 0;
}

static prong_fold_spec summing(uint64_t chunks, unsigned flags)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;

    spec.count = 10 * chunks;
    spec.grain = 10;
    spec.partial_size = sizeof(uint64_t);
    spec.accumulate = add;
    spec.combine = join;
    spec.flags = flags;
    return spec;
}

static prong_options watched(int workers)
{
    prong_options options = PRONG_OPTIONS_INIT;

    seen.count = 0;
    options.workers = workers;
    options.on_event = note;
    options.remove = PRONG_REMOVE_END;
    return options;
}

static void fold(const prong_fold_spec *spec, const prong_options *options)
{
    uint64_t result = 0;

    ck_assert_int_eq(prong_fold(spec, options, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, spec->count * (spec->count - 1) / 2);
}

/* How many events are of this kind, and of that chunk, worker and pid; -2 is any of them. */
static int events_of(prong_event_kind kind, int64_t chunk, int worker, long pid)
{
    int n = 0;

    for (size_t i = 0; i < seen.count; i++) {
        const prong_event *e = &seen.events[i];
        n += e->kind == kind && (chunk == -2 || e->chunk == chunk) && (worker == -2 || e->worker == worker) &&
             (pid == -2 || e->pid == pid);
    }
    return n;
}

static int all_of(prong_event_kind kind)
{
    return events_of(kind, -2, -2, -2);
}

static size_t place_of(prong_event_kind kind, int64_t chunk)
{
    for (size_t i = 0; i < seen.count; i++)
        if (seen.events[i].kind == kind && seen.events[i].chunk == chunk)
            return i;
    ck_abort_msg("no event %s of chunk %lld", prong_event_name(kind), (long long)chunk);
    return 0;
}

static void times_never_fall(void)
{
    for (size_t i = 1; i < seen.count; i++)
        ck_assert_int_ge(seen.events[i].time, seen.events[i - 1].time);
}

static const unsigned shapes[] = { 0, PRONG_COMMUTATIVE, PRONG_COMBINE_IN_WORKER };

START_TEST(every_worker_and_every_chunk_has_each_of_its_steps_once_and_in_order)
{
    prong_fold_spec spec = summing(CHUNKS, shapes[_i % 3]);
    prong_options options = watched(3);

    if (_i >= 3)
        options.flags = PRONG_STEPWISE;
    fold(&spec, &options);
    times_never_fall();
    ck_assert_int_eq(seen.events[0].kind, PRONG_TRACE_SHMGET);
    ck_assert_int_eq(all_of(PRONG_TRACE_FORK), 3);
    ck_assert_int_eq(all_of(PRONG_TRACE_WAIT), 3);
    ck_assert_int_eq(all_of(PRONG_TRACE_MISSED), 0);
    for (size_t i = 0; i < seen.count; i++) {
        const prong_event *e = &seen.events[i];
        ck_assert_uint_eq(e->size, sizeof *e);
        ck_assert_int_eq(e->worker == -1, e->pid == getpid());
        if (e->kind != PRONG_TRACE_FORK)
            continue;
        ck_assert_int_eq(events_of(PRONG_TRACE_SHMAT, -2, e->owner, (long)e->result), 1);
        ck_assert_int_eq(events_of(PRONG_TRACE_EXIT, -2, e->owner, (long)e->result), 1);
    }
    for (int64_t chunk = 0; chunk < CHUNKS; chunk++) {
        size_t claim = place_of(PRONG_TRACE_CLAIM, chunk), write = place_of(PRONG_TRACE_WRITE, chunk);
        size_t publish = place_of(PRONG_TRACE_PUBLISH, chunk);
        ck_assert(claim < write && write < publish);
        ck_assert_int_eq(events_of(PRONG_TRACE_CLAIM, chunk, -2, -2), 1);
        ck_assert_int_eq(events_of(PRONG_TRACE_WRITE, chunk, -2, -2), 1);
        ck_assert_int_eq(events_of(PRONG_TRACE_PUBLISH, chunk, -2, -2), 1);
        ck_assert_uint_eq(seen.events[claim].first, 10 * (uint64_t)chunk);
        ck_assert_uint_eq(seen.events[claim].last, 10 * (uint64_t)chunk + 10);
        if (shapes[_i % 3] == 0)
            ck_assert_uint_lt(publish, place_of(PRONG_TRACE_COMBINE, chunk));
    }
    ck_assert_int_eq(all_of(PRONG_TRACE_DONE), 1);
}
END_TEST

START_TEST(the_segment_is_made_first_and_removed_once)
{
    prong_fold_spec spec = summing(CHUNKS, 0);
    prong_options options = watched(2);
    int removed = 0;

    options.remove = _i ? PRONG_REMOVE_EARLY : PRONG_REMOVE_END;
    fold(&spec, &options);
    ck_assert_int_eq(all_of(PRONG_TRACE_SHMGET), 1);
    ck_assert_int_eq(seen.events[0].kind, PRONG_TRACE_SHMGET);
    ck_assert_int_eq(seen.events[0].attached, 0);
    for (size_t i = 0; i < seen.count; i++) {
        const prong_event *e = &seen.events[i];
        if (e->kind == PRONG_TRACE_RMID && e->result == 0)
            removed++;
        if (e->kind == PRONG_TRACE_FORK)
            ck_assert_int_eq(e->marked, _i);
    }
    ck_assert_int_eq(removed, 1);
    ck_assert_int_eq(seen.events[seen.count - 1].kind, PRONG_TRACE_RMID);
    ck_assert_int_eq(seen.events[seen.count - 1].result, _i ? -1 : 0);
    ck_assert_int_eq(seen.events[seen.count - 1].ipc_known, 0);
    ck_assert_int_eq(seen.events[seen.count - 2].kind, PRONG_TRACE_SHMDT);
}
END_TEST

/* The first to come to chunk 5 is killed. */
static int die_once(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    volatile int *died = ctx;

    if (first == 50 && !*died) {
        *died = 1;
        raise(SIGKILL);
    }
    return add(partial, first, last, ctx);
}

static void *shared_memory(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(memory, MAP_FAILED);
    return memory;
}

START_TEST(a_killed_workers_chunk_is_taken_back_and_claimed_twice)
{
    prong_fold_spec spec = summing(CHUNKS, shapes[_i]);
    prong_options options = watched(2);
    int killed = 0;

    spec.accumulate = die_once;
    spec.ctx = shared_memory();
    fold(&spec, &options);
    times_never_fall();
    ck_assert_int_eq(all_of(PRONG_TRACE_FORK), 3);
    ck_assert_int_eq(all_of(PRONG_TRACE_WAIT), 3);
    ck_assert_int_eq(all_of(PRONG_TRACE_EXIT), 2);
    ck_assert_int_eq(all_of(PRONG_TRACE_TAKE_BACK), 1);
    ck_assert_int_eq(events_of(PRONG_TRACE_TAKE_BACK, 5, -1, -2), 1);
    for (int64_t chunk = 0; chunk < CHUNKS; chunk++) {
        ck_assert_int_eq(events_of(PRONG_TRACE_CLAIM, chunk, -2, -2), chunk == 5 ? 2 : 1);
        ck_assert_int_eq(events_of(PRONG_TRACE_PUBLISH, chunk, -2, -2), 1);
    }
    /* On a slow machine one that has said that it leaves may be hurried. */
    for (size_t i = 0; i < seen.count; i++)
        if (seen.events[i].kind == PRONG_TRACE_WAIT && WIFSIGNALED(seen.events[i].wait_status) &&
            events_of(PRONG_TRACE_EXIT, -2, -2, seen.events[i].child) == 0)
            killed += WTERMSIG(seen.events[i].wait_status) == SIGKILL;
    ck_assert_int_eq(killed, 1);
}
END_TEST

/* At whatever note it happens: steps that are told are of processes that were forked, and none is told by halves. */
START_TEST(what_a_worker_had_half_said_when_it_was_killed_is_not_told)
{
    prong_fold_spec spec = summing(CHUNKS, shapes[_i % 2]);
    prong_options options = watched(2);
    char fault[64];
    int killed = 0;

    snprintf(fault, sizeof fault, "worker-noting:kill:%d", _i + 1);
    setenv("PRONG_FAULT", fault, 1);
    fold(&spec, &options);
    unsetenv("PRONG_FAULT");
    times_never_fall();
    for (size_t i = 0; i < seen.count; i++) {
        const prong_event *e = &seen.events[i];
        bool forked = e->worker == -1;
        ck_assert_ptr_nonnull(prong_event_name(e->kind));
        for (size_t k = 0; k < i; k++)
            forked = forked || (seen.events[k].kind == PRONG_TRACE_FORK && seen.events[k].result == e->pid);
        ck_assert(forked);
        if (e->worker >= 0)
            ck_assert_int_lt(e->chunk, CHUNKS);
        if (e->kind == PRONG_TRACE_WAIT)
            killed += WIFSIGNALED(e->wait_status);
    }
    ck_assert_int_ge(killed, 1);
    for (int64_t chunk = 0; chunk < CHUNKS; chunk++)
        ck_assert_int_le(events_of(PRONG_TRACE_PUBLISH, chunk, -2, -2), 1);
}
END_TEST

static volatile int *reached;

static int say_how_far(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    *reached = (int)(first / 10);
    return add(partial, first, last, ctx);
}

/* Holds the parent up until the worker has gone further than its ring is long. */
static void dawdle(const prong_event *event, void *ctx)
{
    note(event, ctx);
    if (event->kind == PRONG_TRACE_FORK)
        while (*reached < 300)
            usleep(1000);
}

START_TEST(steps_for_which_there_is_no_room_are_counted)
{
    enum { MANY = 400 };
    prong_fold_spec spec = summing(MANY, 0);
    prong_options options = watched(1);
    uint64_t missed = 0, told = 0;

    reached = shared_memory();
    spec.accumulate = say_how_far;
    options.on_event = dawdle;
    fold(&spec, &options);
    times_never_fall();
    for (size_t i = 0; i < seen.count; i++) {
        told += seen.events[i].worker == 0;
        if (seen.events[i].kind == PRONG_TRACE_MISSED)
            missed += seen.events[i].count;
    }
    ck_assert_uint_gt(missed, 0);
    /* Claims, slots, publications; an attachment and an end; where workers inherit an attachment, what they do with that. */
    ck_assert_uint_eq(told + missed, 3 * MANY + 2 + (uint64_t)events_of(PRONG_TRACE_SHMDT, -2, 0, -2));
}
END_TEST

/* Asks the kernel while everybody waits. */
static void compare(const prong_event *event, void *ctx)
{
    struct shmid_ds ds;

    note(event, ctx);
    if (event->worker == -1)
        return;
    ck_assert_int_eq(shmctl(event->segment, IPC_STAT, &ds), 0);
    ck_assert_uint_eq(ds.shm_nattch, event->attached);
    ck_assert_int_eq(ds.shm_lpid, event->last_pid);
    ck_assert_int_eq(ds.shm_cpid, event->creator);
}

START_TEST(stepwise_the_segment_is_while_a_step_is_told_as_it_was_then)
{
    prong_fold_spec spec = summing(4, shapes[_i]);
    prong_options options = watched(1);

    options.on_event = compare;
    options.flags = PRONG_STEPWISE;
    fold(&spec, &options);
    ck_assert_int_eq(events_of(PRONG_TRACE_CLAIM, -2, 0, -2), 4);
}
END_TEST

START_TEST(a_pool_is_told_of_across_its_jobs)
{
    prong_pool_options options = PRONG_POOL_OPTIONS_INIT;
    prong_fold_spec spec = summing(CHUNKS, _i ? PRONG_COMMUTATIVE : 0);
    prong_pool *pool;
    uint64_t result;

    options.run = watched(2);
    options.arena_size = 4096;
    ck_assert_int_eq(prong_pool_create(&pool, &options, NULL), PRONG_OK);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
    ck_assert_int_eq(prong_pool_destroy(pool), PRONG_OK);
    times_never_fall();
    ck_assert_int_eq(all_of(PRONG_TRACE_JOB), 5);
    ck_assert_int_eq(all_of(PRONG_TRACE_DONE), 5);
    ck_assert_int_eq(all_of(PRONG_TRACE_FORK), 2);
    ck_assert_int_eq(all_of(PRONG_TRACE_WAIT), 2);
    ck_assert_int_eq(all_of(PRONG_TRACE_CLAIM), 5 * CHUNKS);
    ck_assert_int_eq(all_of(PRONG_TRACE_PUBLISH), 5 * CHUNKS);
    ck_assert_int_eq(seen.events[seen.count - 1].kind, PRONG_TRACE_RMID);
}
END_TEST

START_TEST(without_on_event_there_is_no_room_for_events)
{
    prong_fold_spec spec = summing(CHUNKS, 0);
    prong_options options = watched(2);
    prong_stats stats = { .size = sizeof stats };
    uint64_t with;

    options.stats = &stats;
    fold(&spec, &options);
    with = stats.segment_bytes;
    ck_assert_uint_eq(seen.events[0].bytes, with);
    options.on_event = NULL;
    fold(&spec, &options);
    ck_assert_uint_lt(stats.segment_bytes + 2 * 256 * 64, with);
}
END_TEST

START_TEST(calls_that_fail_are_told_with_their_errno)
{
    prong_fold_spec spec = summing(CHUNKS, 0);
    prong_options options = watched(2);
    uint64_t result;
    char text[200];

    setenv("PRONG_FAULT", "segment-shmget:ENOSPC", 1);
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_ESYS);
    unsetenv("PRONG_FAULT");
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_int_eq(seen.events[0].result, -1);
    ck_assert_int_eq(seen.events[0].sys_errno, ENOSPC);
    ck_assert_ptr_nonnull(strstr(prong_event_string(&seen.events[0], text, sizeof text), "-1 ENOSPC"));
}
END_TEST

START_TEST(where_the_kernel_tells_nothing_nothing_is_told)
{
    prong_fold_spec spec = summing(CHUNKS, 0);
    prong_options options = watched(2);

    setenv("PRONG_FAULT", "segment-stat:EACCES:*", 1);
    fold(&spec, &options);
    unsetenv("PRONG_FAULT");
    ck_assert_int_eq(all_of(PRONG_TRACE_CLAIM), CHUNKS);
    for (size_t i = 0; i < seen.count; i++)
        ck_assert_int_eq(seen.events[i].ipc_known, 0);
}
END_TEST

START_TEST(every_kind_has_a_name_and_words_that_fit)
{
    prong_event event = { .size = sizeof event, .chunk = INT64_MAX, .slot = INT64_MAX, .count = UINT64_MAX - 1 };
    char text[200], small[8];

    ck_assert_ptr_null(prong_event_name((prong_event_kind)0));
    ck_assert_ptr_null(prong_event_name((prong_event_kind)(PRONG_TRACE_MISSED + 1)));
    for (int kind = PRONG_TRACE_SHMGET; kind <= PRONG_TRACE_MISSED; kind++) {
        event.kind = (prong_event_kind)kind;
        ck_assert_ptr_nonnull(prong_event_name(event.kind));
        ck_assert_uint_gt(strlen(prong_event_string(&event, text, sizeof text)), 3);
        ck_assert_uint_eq(strlen(prong_event_string(&event, small, sizeof small)), sizeof small - 1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace");
    TCase *tcase = tcase_create("events");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, every_worker_and_every_chunk_has_each_of_its_steps_once_and_in_order, 0, 6);
    tcase_add_loop_test(tcase, the_segment_is_made_first_and_removed_once, 0, 2);
    tcase_add_loop_test(tcase, a_killed_workers_chunk_is_taken_back_and_claimed_twice, 0, 3);
    tcase_add_loop_test(tcase, what_a_worker_had_half_said_when_it_was_killed_is_not_told, 0, 24);
    tcase_add_test(tcase, steps_for_which_there_is_no_room_are_counted);
    tcase_add_loop_test(tcase, stepwise_the_segment_is_while_a_step_is_told_as_it_was_then, 0, 3);
    tcase_add_loop_test(tcase, a_pool_is_told_of_across_its_jobs, 0, 2);
    tcase_add_test(tcase, without_on_event_there_is_no_room_for_events);
    tcase_add_test(tcase, calls_that_fail_are_told_with_their_errno);
    tcase_add_test(tcase, where_the_kernel_tells_nothing_nothing_is_told);
    tcase_add_test(tcase, every_kind_has_a_name_and_words_that_fit);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
