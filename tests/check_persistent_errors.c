/* SPDX-License-Identifier: MIT */
/* A pool after every kind of error: the next job is right and everybody is there. */
#include "persistent_fixture.h"

#include <pthread.h>
#include <sys/mman.h>

enum { WORKERS = 3 };

static prong_pool *pool;

static int fail_from_500(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)first;
    (void)ctx;
    *(uint64_t *)partial = 1;
    return last > 500 ? 42 : 0;
}

static int fail_always(void *into, const void *from, void *ctx)
{
    (void)into;
    (void)from;
    (void)ctx;
    return 43;
}

static int fail_to_begin(void *partial, void *ctx)
{
    (void)partial;
    (void)ctx;
    return 44;
}

static int stop_at_500(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    *(uint64_t *)partial += last - first;
    return last > 500 ? PRONG_FOLD_STOP : 0;
}

static uint64_t result;

static prong_status fold(prong_fold_spec *spec, unsigned flags, prong_error *err)
{
    spec->flags = flags;
    result = 7;
    return prong_pool_fold(pool, spec, &result, err);
}

static void open_pool(double timeout, double chunk_timeout, int spinning)
{
    prong_pool_options options = pool_of(WORKERS);

    options.run.timeout = timeout;
    options.run.chunk_timeout = chunk_timeout;
    options.spin = spinning ? 30e-6 : 0;
    pool = make(&options);
}

/* Each test runs ordered (even) and commutative (odd), blocking and (from 2) spinning. */
#define FLAGS (_i % 2 ? PRONG_COMMUTATIVE : 0)
#define SPINNING (_i >= 2)
#define ADD_TEST(name) tcase_add_loop_test(tc, name, 0, 4)

START_TEST(an_error_of_the_body)
{
    prong_fold_spec spec = squares(10000, 10);

    open_pool(0, 0, SPINNING);
    spec.accumulate = fail_from_500;
    for (int i = 0; i < 3; i++) {
        prong_error err = PRONG_ERROR_INIT;
        ck_assert_status(fold(&spec, FLAGS, &err), PRONG_EBODY);
        ck_assert_int_eq(err.body_status, 42);
        ck_assert_int_eq(err.chunk, 50);
        ck_assert_uint_eq(err.first, 500);
        ck_assert_uint_eq(err.last, 510);
        ck_assert_uint_eq(result, 7);
        check_as_new(pool, WORKERS);
    }
    end(pool);
}
END_TEST

START_TEST(an_error_of_combine_or_init)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_fold_spec spec = squares(1000, 10);

    open_pool(0, 0, SPINNING);
    spec.combine = fail_always;
    ck_assert_status(fold(&spec, FLAGS, &err), PRONG_EBODY);
    ck_assert_int_eq(err.body_status, 43);
    check_as_new(pool, WORKERS);
    spec = squares(1000, 10);
    spec.init = fail_to_begin;
    ck_assert_status(fold(&spec, FLAGS, &err), PRONG_EBODY);
    ck_assert_int_eq(err.body_status, 44);
    ck_assert_uint_eq(result, 7);
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

START_TEST(a_poison_chunk)
{
    prong_fold_spec spec = squares(10000, 100);

    open_pool(0, 0, SPINNING);
    spec.accumulate = poisoned;
    for (int i = 0; i < 3; i++) {
        prong_error err = PRONG_ERROR_INIT;
        ck_assert_status(fold(&spec, FLAGS, &err), PRONG_ELOST);
        ck_assert_int_eq(err.chunk, 7);
        ck_assert_uint_eq(err.first, 700);
        ck_assert_uint_eq(err.last, 800);
        ck_assert_int_eq(err.attempt, 4);
        ck_assert(WIFSIGNALED(err.wait_status) && WTERMSIG(err.wait_status) == SIGKILL);
        ck_assert_uint_eq(result, 7);
        check_as_new(pool, WORKERS);
    }
    end(pool);
}
END_TEST

START_TEST(the_deadline_of_a_chunk)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_fold_spec spec;

    open_pool(0, 0.2, SPINNING);
    spec = hanging(pool, 2);
    ck_assert_status(fold(&spec, FLAGS, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(100));
    spec = hanging(pool, -1);
    ck_assert_status(fold(&spec, FLAGS, &err), PRONG_ETIMEDOUT);
    ck_assert_int_eq(err.chunk, 0);
    ck_assert_uint_eq(err.last, 10);
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

START_TEST(the_deadline_of_a_job)
{
    prong_error err = PRONG_ERROR_INIT;
    double begin;

    open_pool(0.1, 0, SPINNING);
    for (int i = 0; i < 3; i++) {
        prong_fold_spec spec = hanging(pool, -1);
        begin = clock_seconds();
        ck_assert_status(fold(&spec, FLAGS, &err), PRONG_ETIMEDOUT);
        ck_assert_int_eq(err.chunk, -1);
        ck_assert(clock_seconds() - begin >= 0.09 && clock_seconds() - begin < 5);
        check_as_new(pool, WORKERS);
    }
    end(pool);
}
END_TEST

static void on_alarm(int sig)
{
    (void)sig;
    prong_pool_cancel(pool);
}

START_TEST(a_cancel_from_a_signal_handler)
{
    struct sigaction action;

    open_pool(0, 0, SPINNING);
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    for (int i = 0; i < 3; i++) {
        prong_fold_spec spec = hanging(pool, -1);
        ualarm(30000, 0);
        ck_assert_status(fold(&spec, FLAGS, NULL), PRONG_ECANCELED);
        ck_assert_uint_eq(result, 7);
        check_as_new(pool, WORKERS);
    }
    end(pool);
}
END_TEST

static void *cancel_soon(void *unused)
{
    nap(0.03);
    prong_pool_cancel(pool);
    return unused;
}

START_TEST(a_cancel_from_another_thread)
{
    prong_pool_options options = pool_of(WORKERS);

    options.run.flags = PRONG_ALLOW_THREADS;
    options.spin = SPINNING ? 30e-6 : 0;
    pool = make(&options);
    for (int i = 0; i < 3; i++) {
        prong_fold_spec spec = hanging(pool, -1);
        pthread_t thread;
        ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, NULL), 0);
        ck_assert_status(fold(&spec, FLAGS, NULL), PRONG_ECANCELED);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        check_as_new(pool, WORKERS);
    }
    end(pool);
}
END_TEST

START_TEST(a_cancel_before_the_job_gives_up_that_one_and_no_other)
{
    prong_fold_spec spec = squares(1000, 10);

    open_pool(0, 0, SPINNING);
    for (int i = 0; i < 50; i++) {
        prong_pool_cancel(pool);
        ck_assert_status(fold(&spec, FLAGS, NULL), PRONG_ECANCELED);
        ck_assert_uint_eq(result, 7);
        ck_assert_status(fold(&spec, FLAGS, NULL), PRONG_OK);
        ck_assert_uint_eq(result, expected_squares(1000));
    }
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

static volatile sig_atomic_t flag;

START_TEST(the_callers_cancel_flag)
{
    prong_pool_options options = pool_of(WORKERS);
    prong_fold_spec spec;

    options.run.cancel = &flag;
    options.spin = SPINNING ? 30e-6 : 0;
    flag = 0;
    pool = make(&options);
    flag = 1;
    spec = hanging(pool, -1);
    ck_assert_status(fold(&spec, FLAGS, NULL), PRONG_ECANCELED);
    flag = 0;
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

START_TEST(a_stop)
{
    prong_fold_spec spec = squares(1000000, 10);

    open_pool(0, 0, SPINNING);
    spec.accumulate = stop_at_500;
    for (int i = 0; i < 20; i++) {
        ck_assert_status(fold(&spec, FLAGS, NULL), FLAGS ? PRONG_EINVAL : PRONG_OK);
        ck_assert_uint_eq(result, FLAGS ? 7 : 510);
        check_squares(pool, 1000, 10, FLAGS);
    }
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

static int touch_page(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const volatile char *page = ctx;

    (void)last;
    *(uint64_t *)partial += (uint64_t)page[first * 4096];
    return 0;
}

START_TEST(an_input_that_is_truncated)
{
    char name[] = "persistent.XXXXXX";
    int fd = mkstemp(name);
    prong_fold_spec spec = squares(4, 1);
    void *at;

    unlink(name);
    ck_assert_int_eq(ftruncate(fd, 4 * 4096), 0);
    at = mmap(NULL, 4 * 4096, PROT_READ, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(at, MAP_FAILED);
    open_pool(0, 0, SPINNING);
    spec.input = at;
    spec.input_size = 4 * 4096;
    spec.accumulate = touch_page;
    spec.ctx = at;
    ck_assert_status(fold(&spec, FLAGS, NULL), PRONG_OK);
    ck_assert_int_eq(ftruncate(fd, 2 * 4096), 0);
    ck_assert_status(fold(&spec, FLAGS, NULL), PRONG_EIO);
    check_as_new(pool, WORKERS);
    end(pool);
    close(fd);
}
END_TEST

/* ---- Maps and loops ---- */

static int square_item(uint64_t index, void *out, void *ctx)
{
    (void)ctx;
    *(uint64_t *)out = index * index;
    return 0;
}

static uint64_t deliveries;

static int deliver_until_13(uint64_t index, const void *from, void *ctx)
{
    (void)from;
    (void)ctx;
    deliveries++;
    return index == 13 ? 5 : 0;
}

START_TEST(an_error_of_deliver_ends_the_map_there)
{
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;
    prong_error err = PRONG_ERROR_INIT;

    open_pool(0, 0, SPINNING);
    spec.count = 5000 * (uint64_t)(1 + _i % 2);
    spec.result_size = sizeof(uint64_t);
    spec.item = square_item;
    spec.deliver = deliver_until_13;
    deliveries = 0;
    ck_assert_status(prong_pool_map(pool, &spec, &err), PRONG_EBODY);
    ck_assert_uint_eq(deliveries, 14);
    ck_assert_int_eq(err.body_status, 5);
    ck_assert_int_eq(err.chunk, 13);
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

static int fail_at_25(uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    return first <= 25 && 25 < last ? 6 : 0;
}

START_TEST(an_error_in_a_loop)
{
    prong_for_spec spec = PRONG_FOR_SPEC_INIT;
    prong_error err = PRONG_ERROR_INIT;

    open_pool(0, 0, SPINNING);
    spec.count = 100;
    spec.grain = 10;
    spec.body = fail_at_25;
    ck_assert_status(prong_pool_for(pool, &spec, &err), PRONG_EBODY);
    ck_assert_int_eq(err.body_status, 6);
    ck_assert_uint_eq(err.first, 20);
    ck_assert_uint_eq(err.last, 30);
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

/* ---- Inside a worker ---- */

static int nested(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    prong_fold_spec inner = squares(last - first, 10);
    prong_for_spec loop = PRONG_FOR_SPEC_INIT;
    prong_pool_figures before = { .size = sizeof before }, after = { .size = sizeof after };
    uint64_t sum;

    (void)ctx;
    if (prong_pool_stats(pool, &before) != PRONG_OK)
        return 3;
    loop.count = 30;
    loop.grain = 10;
    loop.body = fail_at_25;
    if (prong_pool_fold(pool, &inner, &sum, NULL) != PRONG_OK)
        return 1;
    if (prong_pool_for(pool, &loop, NULL) != PRONG_EBODY)
        return 2;
    if (prong_pool_stats(pool, &after) != PRONG_OK || after.jobs != before.jobs + 2 || !after.inline_why)
        return 4;
    if (prong_pool_destroy(pool) != PRONG_EFORKED)
        return 5;
    *(uint64_t *)partial += sum;
    return 0;
}

START_TEST(a_fold_inside_a_worker_runs_inline_and_the_figures_there_say_so)
{
    prong_fold_spec spec = squares(1000, 100);
    prong_pool_figures figures = { .size = sizeof figures };
    prong_error err = PRONG_ERROR_INIT;

    open_pool(0, 0, SPINNING);
    /* Workers were forked before pool was set. */
    ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
    spec.accumulate = nested;
    ck_assert_status(fold(&spec, FLAGS, &err), PRONG_OK);
    ck_assert_uint_eq(result, 10 * expected_squares(100));
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_uint_eq(figures.jobs, 1);
    ck_assert_ptr_null(figures.inline_why);
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("persistent: after");
    TCase *tc = tcase_create("errors");

    tcase_set_timeout(tc, 60);
    ADD_TEST(an_error_of_the_body);
    ADD_TEST(an_error_of_combine_or_init);
    ADD_TEST(a_poison_chunk);
    ADD_TEST(the_deadline_of_a_chunk);
    ADD_TEST(the_deadline_of_a_job);
    ADD_TEST(a_cancel_from_a_signal_handler);
    ADD_TEST(a_cancel_from_another_thread);
    ADD_TEST(a_cancel_before_the_job_gives_up_that_one_and_no_other);
    ADD_TEST(the_callers_cancel_flag);
    ADD_TEST(a_stop);
    ADD_TEST(an_input_that_is_truncated);
    ADD_TEST(an_error_of_deliver_ends_the_map_there);
    ADD_TEST(an_error_in_a_loop);
    ADD_TEST(a_fold_inside_a_worker_runs_inline_and_the_figures_there_say_so);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
