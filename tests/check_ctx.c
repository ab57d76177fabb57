/* SPDX-License-Identifier: MIT */
/* PRONG_CHECK_CTX: a ctx that workers do not see as their parent does is an error; one that they do is none. */
#include "persistent_fixture.h"

#include <sys/mman.h>

enum { WORKERS = 2 };

struct factor {
    uint64_t by;
    char filling[9000]; /* over more than one page */
};

static struct factor of_the_program = { .by = 3 };

static int add_multiples(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const struct factor *factor = ctx;

    for (uint64_t i = first; i < last; i++)
        *(uint64_t *)partial += i * factor->by;
    return 0;
}

static prong_fold_spec multiples(struct factor *factor)
{
    prong_fold_spec spec = squares(1000, 100);

    spec.accumulate = add_multiples;
    spec.ctx = factor;
    spec.ctx_size = sizeof *factor;
    return spec;
}

static prong_pool *make_checking(unsigned flags)
{
    prong_pool_options options = pool_of(WORKERS);

    options.flags = flags;
    return make(&options);
}

static void check_fold(prong_pool *pool, struct factor *factor, uint64_t by)
{
    prong_fold_spec spec = multiples(factor);
    uint64_t result = 0;
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_msg(prong_pool_fold(pool, &spec, &result, &err) == PRONG_OK, "%s", err.detail);
    ck_assert_uint_eq(result, by * 499500);
}

static void check_refused(prong_pool *pool, struct factor *factor)
{
    prong_fold_spec spec = multiples(factor);
    uint64_t result = 5;
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_status(prong_pool_fold(pool, &spec, &result, &err), PRONG_EINVAL);
    ck_assert_uint_eq(result, 5);
    ck_assert_ptr_nonnull(strstr(err.detail, "ctx"));
    ck_assert_ptr_nonnull(strstr(err.detail, "prong_pool_refork"));
}

START_TEST(a_ctx_as_it_was_at_the_fork_passes)
{
    struct factor local = { .by = 4 };
    prong_pool *pool = make_checking(PRONG_CHECK_CTX);

    for (int i = 0; i < 3; i++) {
        check_fold(pool, &of_the_program, 3);
        check_fold(pool, &local, 4);
    }
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

START_TEST(a_ctx_in_the_arena_may_change)
{
    prong_pool *pool = make_checking(PRONG_CHECK_CTX);
    struct factor *factor = prong_pool_alloc(pool, sizeof *factor, 0);

    ck_assert_ptr_nonnull(factor);
    for (uint64_t by = 1; by < 5; by++) {
        factor->by = by;
        check_fold(pool, factor, by);
    }
    end(pool);
}
END_TEST

/* Without the flag the workers would compute with the value of the fork: that is what it is for. */
START_TEST(a_ctx_that_was_changed_after_the_fork_is_refused)
{
    prong_pool *pool = make_checking(0);

    of_the_program.by = 7;
    check_fold(pool, &of_the_program, 3);
    end(pool);
    pool = make_checking(PRONG_CHECK_CTX);
    check_fold(pool, &of_the_program, 7);
    of_the_program.filling[8999] = 1;
    check_refused(pool, &of_the_program);
    check_as_new(pool, WORKERS);
    of_the_program.by = 8;
    check_refused(pool, &of_the_program);
    ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
    check_fold(pool, &of_the_program, 8);
    end(pool);
}
END_TEST

START_TEST(a_ctx_that_came_to_be_after_the_fork_is_refused_and_costs_no_crash)
{
    prong_pool *pool = make_checking(PRONG_CHECK_CTX);
    struct factor *factor =
        mmap(NULL, sizeof *factor, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    prong_pool_figures figures = { .size = sizeof figures };

    ck_assert(factor != MAP_FAILED);
    factor->by = 2;
    check_refused(pool, factor);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_uint_eq(figures.retries, 0);
    check_as_new(pool, WORKERS);
    munmap(factor, sizeof *factor);
    end(pool);
}
END_TEST

START_TEST(a_ctx_that_reaches_beyond_the_arena_is_refused)
{
    prong_pool_options options = pool_of(WORKERS);
    prong_pool *pool;
    prong_fold_spec spec;
    uint64_t result = 5;
    struct factor *factor;

    options.flags = PRONG_CHECK_CTX;
    options.arena_size = 4096;
    pool = make(&options);
    factor = prong_pool_alloc(pool, 4096, 0);
    ck_assert_ptr_nonnull(factor);
    spec = multiples(factor);
    ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_EINVAL);
    ck_assert_uint_eq(result, 5);
    prong_pool_reset(pool); /* the arena is full */
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

START_TEST(a_ctx_of_untold_size_is_not_looked_at)
{
    prong_pool *pool = make_checking(PRONG_CHECK_CTX);
    prong_fold_spec spec = multiples(&of_the_program);
    uint64_t result;

    of_the_program.by = 9;
    spec.ctx_size = 0;
    ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, 3 * 499500);
    end(pool);
}
END_TEST

static int body(uint64_t first, uint64_t last, void *ctx)
{
    (void)first;
    (void)last;
    (void)ctx;
    return 0;
}

static int item(uint64_t index, void *result, void *ctx)
{
    (void)ctx;
    *(uint64_t *)result = index;
    return 0;
}

static int deliver(uint64_t index, const void *result, void *ctx)
{
    (void)ctx;
    return *(const uint64_t *)result != index;
}

START_TEST(loops_maps_and_started_jobs_are_checked_as_well)
{
    prong_pool *pool = make_checking(PRONG_CHECK_CTX);
    prong_for_spec loop = PRONG_FOR_SPEC_INIT;
    prong_map_spec map = PRONG_MAP_SPEC_INIT;
    prong_fold_spec spec = multiples(&of_the_program);
    uint64_t result = 5;
    prong_job *job;

    loop.count = map.count = 10;
    loop.body = body;
    map.result_size = sizeof result;
    map.item = item;
    map.deliver = deliver;
    loop.ctx = map.ctx = &of_the_program;
    loop.ctx_size = map.ctx_size = sizeof of_the_program;
    ck_assert_status(prong_pool_for(pool, &loop, NULL), PRONG_OK);
    ck_assert_status(prong_pool_map(pool, &map, NULL), PRONG_OK);
    of_the_program.by++;
    ck_assert_status(prong_pool_for(pool, &loop, NULL), PRONG_EINVAL);
    of_the_program.by++;
    ck_assert_status(prong_pool_map(pool, &map, NULL), PRONG_EINVAL);
    of_the_program.by++;
    ck_assert_status(prong_pool_start(pool, &spec, &result, &job, NULL), PRONG_OK);
    ck_assert_status(prong_job_wait(job, -1, NULL), PRONG_EINVAL);
    ck_assert_uint_eq(result, 5);
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ctx");
    TCase *tc = tcase_create("ctx");

    tcase_add_test(tc, a_ctx_as_it_was_at_the_fork_passes);
    tcase_add_test(tc, a_ctx_in_the_arena_may_change);
    tcase_add_test(tc, a_ctx_that_was_changed_after_the_fork_is_refused);
    tcase_add_test(tc, a_ctx_that_came_to_be_after_the_fork_is_refused_and_costs_no_crash);
    tcase_add_test(tc, a_ctx_that_reaches_beyond_the_arena_is_refused);
    tcase_add_test(tc, a_ctx_of_untold_size_is_not_looked_at);
    tcase_add_test(tc, loops_maps_and_started_jobs_are_checked_as_well);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
