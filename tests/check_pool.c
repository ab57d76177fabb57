/* SPDX-License-Identifier: MIT */
/* The fold as its callers see it: right results, the same bits for every number of workers, exact errors. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prong/fold.h"
#include "share.h"

static int add_squares(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    for (uint64_t i = first; i < last; i++)
        *(uint64_t *)partial += i * i;
    return 0;
}

static int join(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into += *(const uint64_t *)from;
    return 0;
}

static prong_fold_spec squares(uint64_t count, uint64_t grain)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;

    spec.count = count;
    spec.grain = grain;
    spec.partial_size = sizeof(uint64_t);
    spec.accumulate = add_squares;
    spec.combine = join;
    return spec;
}

static uint64_t expected_squares(uint64_t count)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++)
        sum += i * i;
    return sum;
}

static prong_options with_workers(int workers)
{
    prong_options options = PRONG_OPTIONS_INIT;
    options.workers = workers;
    return options;
}

START_TEST(a_fold_gives_the_serial_result_for_every_number_of_workers)
{
    prong_fold_spec spec = squares(100003, 97);

    for (int workers = 1; workers <= 64; workers = workers * 2 + 1) {
        prong_options options = with_workers(workers);
        uint64_t result = 0;
        spec.flags = workers % 4 == 3 ? PRONG_COMMUTATIVE : 0;
        ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_OK);
        ck_assert_uint_eq(result, expected_squares(100003));
    }
}
END_TEST

/* Associative, not commutative, and it rounds: affine maps x -> a x + b under composition, in float. */
struct affine {
    float a, b;
};

static int affine_init(void *partial, void *ctx)
{
    (void)ctx;
    *(struct affine *)partial = (struct affine){ 1, 0 };
    return 0;
}

static int affine_combine(void *into, const void *from, void *ctx)
{
    struct affine *f = into;
    const struct affine *g = from;
    (void)ctx;
    *f = (struct affine){ g->a * f->a, g->a * f->b + g->b };
    return 0;
}

static int affine_accumulate(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    for (uint64_t i = first; i < last; i++) {
        struct affine step = { 1.0f + (float)(i % 7) * 1e-5f - 3e-5f, (float)(i % 13) };
        affine_combine(partial, &step, ctx);
    }
    return 0;
}

START_TEST(a_combine_that_rounds_and_does_not_commute_gives_the_same_bits_for_1_to_64_workers)
{
    prong_fold_spec spec = squares(50021, 0);
    struct affine first = { 0, 0 };

    spec.grain = 50021 / 301;
    spec.partial_size = sizeof(struct affine);
    spec.init = affine_init;
    spec.accumulate = affine_accumulate;
    spec.combine = affine_combine;
    for (int workers = 1; workers <= test_share_of(64); workers++) {
        prong_options options = with_workers(workers);
        struct affine result;
        ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_OK);
        if (workers == 1)
            first = result;
        ck_assert_mem_eq(&result, &first, sizeof first);
    }
}
END_TEST

START_TEST(more_chunks_than_places_flow_through_the_window)
{
    prong_fold_spec spec = squares(30000, 1);
    prong_options options = with_workers(3);
    prong_stats stats = { .size = sizeof stats };
    uint64_t result = 0;

    options.stats = &stats;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(30000));
    ck_assert_uint_eq(stats.chunks, 30000);
    spec.flags = PRONG_COMMUTATIVE;
    result = 0;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(30000));
}
END_TEST

START_TEST(an_empty_range_gives_the_neutral_element_without_workers)
{
    prong_fold_spec spec = squares(0, 0);
    struct affine result = { 9, 9 };

    spec.partial_size = sizeof result;
    spec.init = affine_init;
    ck_assert_int_eq(prong_fold(&spec, NULL, &result, NULL), PRONG_OK);
    ck_assert(result.a == 1 && result.b == 0);
}
END_TEST

static int fail_from(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    uint64_t from = *(const uint64_t *)ctx;

    (void)partial;
    (void)first;
    return last > from ? 42 : 0;
}

START_TEST(the_lowest_failing_chunk_is_reported_for_every_number_of_workers)
{
    uint64_t from = 5555;
    prong_fold_spec spec = squares(10000, 10);
    uint64_t result = 7;

    spec.accumulate = fail_from;
    spec.ctx = &from;
    for (int workers = 1; workers <= 16; workers++) {
        prong_options options = with_workers(workers);
        prong_error err = PRONG_ERROR_INIT;
        ck_assert_int_eq(prong_fold(&spec, &options, &result, &err), PRONG_EBODY);
        ck_assert_int_eq(err.body_status, 42);
        ck_assert_int_eq(err.chunk, 555);
        ck_assert_uint_eq(err.first, 5550);
        ck_assert_uint_eq(err.last, 5560);
        ck_assert_uint_eq(result, 7);
    }
}
END_TEST

static int stop_at(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    uint64_t at = *(const uint64_t *)ctx;

    *(uint64_t *)partial += last - first;
    return last > at ? PRONG_FOLD_STOP : 0;
}

START_TEST(a_stop_gives_the_result_up_to_the_lowest_chunk_that_said_so)
{
    uint64_t at = 1234;
    prong_fold_spec spec = squares(1000000, 10);

    spec.accumulate = stop_at;
    spec.ctx = &at;
    for (int workers = 1; workers <= 16; workers++) {
        prong_options options = with_workers(workers);
        uint64_t result = 0;
        ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_OK);
        ck_assert_uint_eq(result, 1240);
    }
}
END_TEST

/* Dies whenever it meets element 777. */
static int poisoned(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    if (first <= 777 && 777 < last)
        raise(SIGKILL);
    return add_squares(partial, first, last, ctx);
}

START_TEST(a_poisoned_chunk_costs_its_retries_and_is_reported_exactly)
{
    prong_fold_spec spec = squares(10000, 100);
    prong_options options = with_workers(2);
    prong_error err = PRONG_ERROR_INIT;
    prong_stats stats = { .size = sizeof stats };
    uint64_t result = 7;

    spec.accumulate = poisoned;
    options.stats = &stats;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, &err), PRONG_ELOST);
    ck_assert_int_eq(err.chunk, 7);
    ck_assert_uint_eq(err.first, 700);
    ck_assert_uint_eq(err.last, 800);
    ck_assert_int_eq(err.attempt, 4);
    ck_assert(WIFSIGNALED(err.wait_status) && WTERMSIG(err.wait_status) == SIGKILL);
    ck_assert_uint_eq(stats.retries, 3);
    ck_assert_uint_eq(result, 7);
}
END_TEST

static int sleeps(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    int *shared = ctx;

    if (first == 0 && (*shared == 0 || __atomic_fetch_add(shared, -1, __ATOMIC_SEQ_CST) > 1))
        for (;;)
            pause();
    return add_squares(partial, first, last, NULL);
}

START_TEST(a_chunk_that_hangs_is_ended_and_done_again)
{
    int *times = mmap(NULL, sizeof *times, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    prong_fold_spec spec = squares(1000, 100);
    prong_options options = with_workers(2);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 0;

    spec.accumulate = sleeps;
    spec.ctx = times;
    options.chunk_timeout = 0.05;
    options.retries = 10;
    *times = 3; /* hangs twice */
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(1000));
    *times = 0; /* hangs always */
    ck_assert_int_eq(prong_fold(&spec, &options, &result, &err), PRONG_ETIMEDOUT);
    ck_assert_int_eq(err.chunk, 0);
    ck_assert_uint_eq(err.last, 100);
}
END_TEST

START_TEST(the_deadline_of_the_run_ends_it)
{
    int forever = 0;
    prong_fold_spec spec = squares(1000, 100);
    prong_options options = with_workers(2);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 0;

    spec.accumulate = sleeps;
    spec.ctx = &forever;
    options.timeout = 0.1;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, &err), PRONG_ETIMEDOUT);
    ck_assert_int_eq(err.chunk, -1);
}
END_TEST

static volatile sig_atomic_t canceled;

static void on_alarm(int sig)
{
    (void)sig;
    canceled = 1;
}

START_TEST(a_flag_raised_by_a_signal_handler_cancels)
{
    int forever = 0;
    prong_fold_spec spec = squares(1000, 100);
    prong_options options = with_workers(2);
    uint64_t result = 0;

    spec.accumulate = sleeps;
    spec.ctx = &forever;
    options.cancel = &canceled;
    signal(SIGALRM, on_alarm);
    ualarm(50000, 0);
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_ECANCELED);
}
END_TEST

static int nested(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    prong_fold_spec spec = squares(last - first, 10);
    prong_stats stats = { .size = sizeof stats };
    prong_options options = PRONG_OPTIONS_INIT;
    uint64_t inner;

    (void)ctx;
    options.stats = &stats;
    if (prong_fold(&spec, &options, &inner, NULL) != PRONG_OK || !stats.inline_why || stats.workers != 0)
        return 1;
    *(uint64_t *)partial += inner;
    return 0;
}

struct told {
    int times, over, asked;
    uint64_t done, total;
    bool fell;
    volatile sig_atomic_t ask;
};

static void tell(const prong_progress *progress, void *ctx)
{
    struct told *told = ctx;

    told->fell = told->fell || progress->done < told->done || progress->size != sizeof *progress;
    told->times++;
    told->over += progress->over;
    told->asked += progress->asked;
    told->done = progress->done;
    told->total = progress->total;
}

static int take_a_while(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    usleep(20000);
    return add_squares(partial, first, last, ctx);
}

START_TEST(progress_is_told_while_a_fold_runs_and_at_its_end)
{
    prong_fold_spec spec = squares(30, 1);
    prong_options options = with_workers(2);
    struct told told = { .ask = _i };
    uint64_t result = 0;

    spec.accumulate = take_a_while;
    spec.flags = _i ? PRONG_COMMUTATIVE : 0;
    options.on_progress = tell;
    options.progress_ctx = &told;
    options.progress_interval = _i ? 1000 : 0.02;
    options.progress_asked = &told.ask;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(30));
    ck_assert_int_eq(told.over, 1);
    ck_assert_int_eq(told.asked, _i);
    ck_assert_int_eq(told.ask, 0);
    ck_assert(!told.fell);
    ck_assert_uint_eq(told.done, 30);
    ck_assert_uint_eq(told.total, 30);
    ck_assert(_i ? told.times <= 2 : told.times >= 3);
}
END_TEST

START_TEST(a_fold_inside_a_worker_runs_inline_and_says_so)
{
    prong_fold_spec spec = squares(1000, 100);
    uint64_t result = 0;

    spec.accumulate = nested;
    ck_assert_int_eq(prong_fold(&spec, NULL, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, 10 * expected_squares(100));
}
END_TEST

static int touch(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const volatile char *page = ctx;

    (void)last;
    *(uint64_t *)partial += (uint64_t)page[first * 4096];
    return 0;
}

START_TEST(a_file_that_is_truncated_while_in_use_is_an_input_error)
{
    char name[] = "truncated.XXXXXX";
    int fd = mkstemp(name);
    prong_fold_spec spec = squares(4, 1);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 0;

    unlink(name);
    ck_assert_int_eq(ftruncate(fd, 4 * 4096), 0);
    spec.input_size = 4 * 4096;
    spec.input = mmap(NULL, spec.input_size, PROT_READ, MAP_SHARED, fd, 0);
    ck_assert_int_eq(ftruncate(fd, 2 * 4096), 0);
    spec.accumulate = touch;
    spec.ctx = (void *)(uintptr_t)spec.input;
    ck_assert_int_eq(prong_fold(&spec, NULL, &result, &err), PRONG_EIO);
    ck_assert_ptr_nonnull(strstr(err.detail, "truncated"));
    close(fd);
}
END_TEST

START_TEST(arguments_that_break_the_contract_are_refused)
{
    prong_fold_spec spec = squares(10, 1);
    prong_options options = PRONG_OPTIONS_INIT;
    uint64_t result;

    options.workers = -1;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_EINVAL);
    options.workers = 0;
    options.retries = -1;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_EINVAL);
    options.retries = 0;
    options.timeout = -1;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_EINVAL);
    ck_assert_int_eq(prong_fold(NULL, NULL, &result, NULL), PRONG_EINVAL);
    ck_assert_int_eq(prong_fold(&spec, NULL, NULL, NULL), PRONG_EINVAL);
    spec.combine = NULL;
    ck_assert_int_eq(prong_fold(&spec, NULL, &result, NULL), PRONG_EINVAL);
    spec = squares(UINT64_MAX, 1);
    ck_assert_int_eq(prong_fold(&spec, NULL, &result, NULL), PRONG_EINVAL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pool");
    TCase *tc = tcase_create("fold");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_fold_gives_the_serial_result_for_every_number_of_workers);
    tcase_add_test(tc, a_combine_that_rounds_and_does_not_commute_gives_the_same_bits_for_1_to_64_workers);
    tcase_add_test(tc, more_chunks_than_places_flow_through_the_window);
    tcase_add_test(tc, an_empty_range_gives_the_neutral_element_without_workers);
    tcase_add_test(tc, the_lowest_failing_chunk_is_reported_for_every_number_of_workers);
    tcase_add_test(tc, a_stop_gives_the_result_up_to_the_lowest_chunk_that_said_so);
    tcase_add_test(tc, a_poisoned_chunk_costs_its_retries_and_is_reported_exactly);
    tcase_add_test(tc, a_chunk_that_hangs_is_ended_and_done_again);
    tcase_add_test(tc, the_deadline_of_the_run_ends_it);
    tcase_add_test(tc, a_flag_raised_by_a_signal_handler_cancels);
    tcase_add_loop_test(tc, progress_is_told_while_a_fold_runs_and_at_its_end, 0, 2);
    tcase_add_test(tc, a_fold_inside_a_worker_runs_inline_and_says_so);
    tcase_add_test(tc, a_file_that_is_truncated_while_in_use_is_an_input_error);
    tcase_add_test(tc, arguments_that_break_the_contract_are_refused);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
