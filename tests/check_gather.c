/* SPDX-License-Identifier: MIT */
/* PRONG_COMBINE_IN_WORKER: the same bits as with combine in the parent, and a combine that crashes, hangs or fails costs
 * what a chunk would. The oracle is the tree as it is defined, computed here by recursion. */
#include "persistent_fixture.h"

#include "pool/job.h"

#include <stdio.h>
#include <sys/mman.h>

enum { GRAIN = 10 };

/* n chunks from `first` on: split at the largest power of two below n. */
static struct affine tree(uint64_t first, uint64_t n, uint64_t count)
{
    struct affine left, right;
    uint64_t half = 1;

    if (n == 1) {
        uint64_t end = (first + 1) * GRAIN < count ? (first + 1) * GRAIN : count;
        affine_init(&left, NULL);
        affine_accumulate(&left, first * GRAIN, end, NULL);
        return left;
    }
    while (half * 2 < n)
        half *= 2;
    left = tree(first, half, count);
    right = tree(first + half, n - half, count);
    affine_combine(&left, &right, NULL);
    return left;
}

static struct affine expected(uint64_t count)
{
    return tree(0, (count + GRAIN - 1) / GRAIN, count);
}

static prong_fold_spec gathered(uint64_t count)
{
    prong_fold_spec spec = affine(count, GRAIN);

    spec.flags = PRONG_COMBINE_IN_WORKER;
    return spec;
}

static void check_gathered(prong_pool *pool, uint64_t count)
{
    prong_fold_spec spec = gathered(count);
    struct affine want = expected(count), have = { 0, 0 };
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_msg(prong_pool_fold(pool, &spec, &have, &err) == PRONG_OK, "%s", err.detail);
    ck_assert_mem_eq(&have, &want, sizeof want);
}

/* slots_size such that so many chunks of a fold of count elements have a place at a time. */
static prong_pool_options with_window(int workers, int window, uint64_t count)
{
    prong_pool_options options = pool_of(workers);
    size_t levels = 1;

    while ((count + GRAIN - 1) / GRAIN >> levels)
        levels++;
    options.slots_size = ((size_t)window + 2 * levels + 1) * 128;
    if (options.slots_size < (size_t)workers * 2 * 128)
        options.slots_size = (size_t)workers * 2 * 128;
    return options;
}

static const uint64_t counts[] = { 1, 10, 11, 20, 21, 39, 70, 150, 160, 161, 1270, 1280, 1281, 2777 };
enum { COUNTS = sizeof counts / sizeof counts[0] };
static const int windows[] = { 1, 2, 3, 5, 8, 64, 5000 };

START_TEST(the_bits_are_those_of_the_tree_for_any_number_of_workers_and_any_window)
{
    for (int workers = 1; workers <= 5; workers += 2)
        for (int i = 0; i < COUNTS; i++) {
            prong_pool_options options = with_window(workers, windows[_i], counts[i]);
            prong_pool *pool = make(&options);
            check_gathered(pool, counts[i]);
            check_gathered(pool, counts[i] / 2 + 1);
            end(pool);
        }
}
END_TEST

START_TEST(one_shot_folds_give_the_same_bits)
{
    prong_options options = PRONG_OPTIONS_INIT;

    options.workers = _i;
    for (int i = 0; i < COUNTS; i++) {
        prong_fold_spec spec = gathered(counts[i]);
        struct affine want = expected(counts[i]), have = { 0, 0 };
        ck_assert_status(prong_fold(&spec, &options, &have, NULL), PRONG_OK);
        ck_assert_mem_eq(&have, &want, sizeof want);
    }
}
END_TEST

START_TEST(more_chunks_than_places_are_gathered_as_they_come)
{
    prong_pool *pool = make_plain(2);

    check_gathered(pool, 50001); /* 5001 chunks */
    end(pool);
}
END_TEST

START_TEST(commutative_folds_and_empty_ones_are_gathered_too)
{
    prong_pool *pool = make_plain(3);
    struct affine have = { 0, 0 }, one = { 1, 0 };
    prong_fold_spec nothing = gathered(0);

    for (int i = 0; i < COUNTS; i++)
        check_squares(pool, counts[i], GRAIN, PRONG_COMBINE_IN_WORKER | PRONG_COMMUTATIVE);
    check_squares(pool, 60000, GRAIN, PRONG_COMBINE_IN_WORKER | PRONG_COMMUTATIVE);
    ck_assert_status(prong_pool_fold(pool, &nothing, &have, NULL), PRONG_OK);
    ck_assert_mem_eq(&have, &one, sizeof one);
    end(pool);
}
END_TEST

/* ---- Where combine runs ---- */

static pid_t host;

static int combine_elsewhere(void *into, const void *from, void *ctx)
{
    return getpid() == host ? 77 : affine_combine(into, from, ctx);
}

static int join_elsewhere(void *into, const void *from, void *ctx)
{
    return getpid() == host ? 77 : join(into, from, ctx);
}

START_TEST(combine_never_runs_in_the_host)
{
    prong_pool_options options = with_window(2, 4, 500);
    prong_pool *pool;
    prong_fold_spec spec = gathered(500), sum = squares(500, GRAIN);
    struct affine have, want = expected(500);
    uint64_t result;

    host = getpid();
    pool = make(&options);
    spec.combine = combine_elsewhere;
    ck_assert_status(prong_pool_fold(pool, &spec, &have, NULL), PRONG_OK);
    ck_assert_mem_eq(&have, &want, sizeof want);
    sum.combine = join_elsewhere;
    sum.flags = PRONG_COMBINE_IN_WORKER | PRONG_COMMUTATIVE;
    ck_assert_status(prong_pool_fold(pool, &sum, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(500));
    end(pool);
}
END_TEST

static int stop_at_333(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    int outcome = affine_accumulate(partial, first, last, ctx);

    return first <= 333 && 333 < last ? PRONG_FOLD_STOP : outcome;
}

START_TEST(a_stop_ends_a_gathered_fold_at_the_same_chunk)
{
    prong_pool_options options = with_window(_i + 1, 4, 100000);
    prong_pool *pool = make(&options);
    prong_fold_spec spec = gathered(100000);
    prong_options once = PRONG_OPTIONS_INIT;
    struct affine have = { 0, 0 }, want = expected(340);

    spec.accumulate = stop_at_333;
    ck_assert_status(prong_pool_fold(pool, &spec, &have, NULL), PRONG_OK);
    ck_assert_mem_eq(&have, &want, sizeof want);
    check_as_new(pool, _i + 1);
    end(pool);
    have = (struct affine){ 0, 0 };
    once.workers = _i + 1;
    ck_assert_status(prong_fold(&spec, &once, &have, NULL), PRONG_OK);
    ck_assert_mem_eq(&have, &want, sizeof want);
}
END_TEST

/* ---- A combine that goes wrong ---- */

static _Atomic int *troubles; /* shared: how often combine goes wrong; negative: always */

static int trouble(void)
{
    return atomic_load(troubles) < 0 || (atomic_load(troubles) > 0 && atomic_fetch_sub(troubles, 1) > 0);
}

static int combine_or_crash(void *into, const void *from, void *ctx)
{
    if (trouble()) {
        *(float *)into += 1; /* half done */
        raise(SIGSEGV);
    }
    return affine_combine(into, from, ctx);
}

static int combine_or_hang(void *into, const void *from, void *ctx)
{
    while (trouble())
        pause();
    return affine_combine(into, from, ctx);
}

static int combine_or_fail(void *into, const void *from, void *ctx)
{
    return trouble() ? 41 : affine_combine(into, from, ctx);
}

static void setup(void)
{
    troubles = mmap(NULL, sizeof *troubles, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(troubles != MAP_FAILED);
}

START_TEST(a_crash_in_combine_costs_a_worker_and_the_bits_are_the_same)
{
    prong_pool_options options = with_window(2, windows[_i], 1281);
    prong_pool *pool = make(&options);
    prong_fold_spec spec = gathered(1281);
    struct affine have = { 0, 0 }, want = expected(1281);
    prong_pool_figures figures = { .size = sizeof figures };
    prong_options once = PRONG_OPTIONS_INIT;

    spec.combine = combine_or_crash;
    *troubles = 3;
    ck_assert_status(prong_pool_fold(pool, &spec, &have, NULL), PRONG_OK);
    ck_assert_mem_eq(&have, &want, sizeof want);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_uint_eq(figures.retries, 3);
    ck_assert_uint_eq(figures.respawns, 3);
    check_as_new(pool, 2);
    end(pool);
    *troubles = 3;
    once.workers = 2;
    have = (struct affine){ 0, 0 };
    ck_assert_status(prong_fold(&spec, &once, &have, NULL), PRONG_OK);
    ck_assert_mem_eq(&have, &want, sizeof want);
}
END_TEST

START_TEST(a_combine_that_always_crashes_is_the_exact_error_and_not_the_hosts_end)
{
    prong_pool_options options = with_window(2, windows[_i], 1281);
    prong_pool *pool = make(&options);
    prong_fold_spec spec = gathered(1281);
    struct affine have = { 5, 6 };
    prong_error err = PRONG_ERROR_INIT;
    char text[512];

    spec.combine = combine_or_crash;
    *troubles = -1;
    ck_assert_status(prong_pool_fold(pool, &spec, &have, &err), PRONG_ELOST);
    ck_assert(have.a == 5 && have.b == 6);
    ck_assert_str_eq(err.detail, "in combine");
    ck_assert_int_eq(err.attempt, 4);
    ck_assert(WIFSIGNALED(err.wait_status) && WTERMSIG(err.wait_status) == SIGSEGV);
    ck_assert_uint_lt(err.first, err.last);
    ck_assert_uint_le(err.last, 1281);
    prong_error_string(&err, text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, "in combine"));
    ck_assert_int_eq(err.chunk, (int64_t)(err.first / GRAIN));
    check_as_new(pool, 2);
    *troubles = 0;
    check_gathered(pool, 1281);
    end(pool);
}
END_TEST

START_TEST(a_combine_that_hangs_is_ended_by_the_deadline_of_a_chunk)
{
    prong_pool_options options = with_window(2, 8, 300);
    prong_pool *pool;
    prong_fold_spec spec = gathered(300);
    struct affine have, want = expected(300);
    prong_error err = PRONG_ERROR_INIT;

    options.run.chunk_timeout = 0.2;
    options.run.retries = 4;
    pool = make(&options);
    spec.combine = combine_or_hang;
    *troubles = 1;
    ck_assert_status(prong_pool_fold(pool, &spec, &have, NULL), PRONG_OK);
    ck_assert_mem_eq(&have, &want, sizeof want);
    *troubles = -1;
    ck_assert_status(prong_pool_fold(pool, &spec, &have, &err), PRONG_ETIMEDOUT);
    ck_assert_str_eq(err.detail, "in combine");
    *troubles = 0;
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

START_TEST(a_combine_that_fails_says_so)
{
    prong_pool *pool = make_plain(2);
    prong_fold_spec spec = gathered(300);
    struct affine have = { 5, 6 };
    prong_error err = PRONG_ERROR_INIT;

    spec.combine = combine_or_fail;
    *troubles = -1;
    ck_assert_status(prong_pool_fold(pool, &spec, &have, &err), PRONG_EBODY);
    ck_assert_int_eq(err.body_status, 41);
    ck_assert(have.a == 5 && have.b == 6);
    *troubles = 0;
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

static int told;

static void count_lost(const prong_error *err, void *ctx)
{
    (void)ctx;
    ck_assert_int_eq(err->chunk, 77);
    told++;
}

START_TEST(a_lost_chunk_of_a_gathered_fold_is_reported_when_all_others_are_done)
{
    prong_pool_options options = with_window(2, 8, 2000);
    prong_pool *pool;
    prong_fold_spec spec = squares(2000, GRAIN);
    uint64_t have = 9;
    prong_error err = PRONG_ERROR_INIT;
    prong_pool_figures figures = { .size = sizeof figures };

    options.run.flags = PRONG_COLLECT;
    options.run.retries = 1;
    options.run.on_lost = count_lost;
    pool = make(&options);
    spec.accumulate = poisoned;
    spec.flags = PRONG_COMBINE_IN_WORKER | (_i ? PRONG_COMMUTATIVE : 0);
    ck_assert_status(prong_pool_fold(pool, &spec, &have, &err), PRONG_ELOST);
    ck_assert_int_eq(err.chunk, 77);
    ck_assert_int_eq(told, 1);
    ck_assert_uint_eq(have, 9);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_uint_eq(figures.chunks, 200);
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

/* ---- Faults of the worker that gathers ---- */

static const char *const points[] = { "worker-combining", "worker-combined", "worker-claimed", "worker-published",
                                      "worker-taken", "worker-entered", "worker-idle" };
static const char *const ends[] = { "kill", "exit", "stop", "hang" };
enum { POINTS = sizeof points / sizeof points[0], ENDS = sizeof ends / sizeof ends[0] };

START_TEST(a_worker_that_ends_at_any_point_of_a_gathering_costs_nothing_but_time)
{
    const char *point = points[_i / ENDS], *action = ends[_i % ENDS];
    prong_pool_options options = with_window(2, 6, 161);
    char fault[100];
    prong_pool *pool;

    options.run.chunk_timeout = 0.1;
    options.run.retries = 20; /* on a slow machine others may be late, too */
    snprintf(fault, sizeof fault, "%s:%s:1;%s:%s:7;%s:%s:23", point, action, point, action, point, action);
    setenv("PRONG_FAULT", fault, 1);
    pool = make(&options);
    check_gathered(pool, 161);
    check_squares(pool, 161, GRAIN, PRONG_COMBINE_IN_WORKER | PRONG_COMMUTATIVE);
    check_gathered(pool, 161);
    /* One that stopped before it came to a job still is there, and nobody has missed it. */
    if (strcmp(action, "stop") != 0 && strcmp(action, "hang") != 0)
        check_as_new(pool, 2);
    end(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gather");
    TCase *bits = tcase_create("bits"), *wrong = tcase_create("wrong");
    int all = (int)(sizeof windows / sizeof windows[0]);

    tcase_set_timeout(bits, 60);
    tcase_add_loop_test(bits, the_bits_are_those_of_the_tree_for_any_number_of_workers_and_any_window, 0, all);
    tcase_add_loop_test(bits, one_shot_folds_give_the_same_bits, 1, 5);
    tcase_add_test(bits, more_chunks_than_places_are_gathered_as_they_come);
    tcase_add_test(bits, commutative_folds_and_empty_ones_are_gathered_too);
    tcase_add_test(bits, combine_never_runs_in_the_host);
    tcase_add_loop_test(bits, a_stop_ends_a_gathered_fold_at_the_same_chunk, 0, 3);
    suite_add_tcase(suite, bits);
    tcase_set_timeout(wrong, 60);
    tcase_add_checked_fixture(wrong, setup, NULL);
    tcase_add_loop_test(wrong, a_crash_in_combine_costs_a_worker_and_the_bits_are_the_same, 0, all);
    tcase_add_loop_test(wrong, a_combine_that_always_crashes_is_the_exact_error_and_not_the_hosts_end, 0, all);
    tcase_add_test(wrong, a_combine_that_hangs_is_ended_by_the_deadline_of_a_chunk);
    tcase_add_test(wrong, a_combine_that_fails_says_so);
    tcase_add_loop_test(wrong, a_lost_chunk_of_a_gathered_fold_is_reported_when_all_others_are_done, 0, 2);
    tcase_add_loop_test(wrong, a_worker_that_ends_at_any_point_of_a_gathering_costs_nothing_but_time, 0, POINTS * ENDS);
    suite_add_tcase(suite, wrong);
    return run_suite(suite);
}
