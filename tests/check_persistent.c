/* SPDX-License-Identifier: MIT */
/* Persistent pools in good order: many jobs, all kinds of them, the figures. */
#include "persistent_fixture.h"

#include <stdint.h>

enum { SERIES = 60, SPINNING = 100 };

/* ---- Sequences ---- */

static int fill_square(uint64_t first, uint64_t last, void *ctx)
{
    uint64_t *out = ctx;

    for (uint64_t i = first; i < last; i++)
        out[i] = i * i + 1;
    return 0;
}

struct delivery {
    uint64_t next;
    uint64_t sum;
    bool in_order;
};

static struct delivery delivered; /* the parent's: deliver runs there */

static int square_item(uint64_t index, void *result, void *ctx)
{
    (void)ctx;
    if (*(uint64_t *)result != 0)
        return 1;
    *(uint64_t *)result = index * index;
    return 0;
}

static int deliver_in_order(uint64_t index, const void *result, void *ctx)
{
    (void)ctx;
    delivered.in_order = delivered.in_order && index == delivered.next;
    delivered.next = index + 1;
    delivered.sum += *(const uint64_t *)result;
    return 0;
}

static prong_map_spec map_squares(uint64_t count)
{
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;

    spec.count = count;
    spec.result_size = sizeof(uint64_t);
    spec.item = square_item;
    spec.deliver = deliver_in_order;
    delivered = (struct delivery){ 0, 0, true };
    return spec;
}

static void check_map(prong_pool *pool, uint64_t count)
{
    prong_map_spec spec = map_squares(count);

    ck_assert_status(prong_pool_map(pool, &spec, NULL), PRONG_OK);
    ck_assert(delivered.in_order);
    ck_assert_uint_eq(delivered.next, count);
    ck_assert_uint_eq(delivered.sum, expected_squares(count));
}

static void check_for(prong_pool *pool, uint64_t *out, uint64_t count, uint64_t grain)
{
    prong_for_spec spec = PRONG_FOR_SPEC_INIT;
    uint64_t wrong = 0;

    memset(out, 0, (size_t)(count + 1) * sizeof *out);
    spec.count = count;
    spec.grain = grain;
    spec.body = fill_square;
    spec.ctx = out;
    ck_assert_status(prong_pool_for(pool, &spec, NULL), PRONG_OK);
    for (uint64_t i = 0; i < count; i++)
        wrong += out[i] != i * i + 1;
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_eq(out[count], 0);
}

START_TEST(jobs_in_sequence_equal_the_serial_results_for_1_to_8_workers_spinning_or_not)
{
    int workers = _i % SPINNING;
    prong_pool_options options = pool_of(workers);
    prong_fold_spec rounding = affine(5003, 97);
    struct affine expected;
    prong_pool *pool;
    uint64_t *out;

    options.spin = _i >= SPINNING ? 20e-6 : 0;
    ck_assert_status(prong_fold(&rounding, NULL, &expected, NULL), PRONG_OK);
    pool = make(&options);
    out = prong_pool_alloc(pool, 2000 * sizeof *out, 0);
    ck_assert_ptr_nonnull(out);
    for (uint64_t i = 0; i < SERIES; i++) {
        struct affine result = { 0, 0 };
        check_squares(pool, 100 + i * 31, 1 + i % 50, i % 2 ? PRONG_COMMUTATIVE : 0);
        ck_assert_status(prong_pool_fold(pool, &rounding, &result, NULL), PRONG_OK);
        ck_assert_mem_eq(&result, &expected, sizeof result);
        check_map(pool, i % 40);
        check_for(pool, out, 1 + i * 20, i % 5 ? i : 0);
    }
    call_roll(pool, workers, NULL);
    end(pool);
}
END_TEST

START_TEST(empty_jobs_between_others_change_nothing)
{
    prong_pool_options options = pool_of(3);
    struct affine neutral;
    prong_pool *pool;

    options.spin = _i ? 20e-6 : 0;
    pool = make(&options);
    for (uint64_t i = 0; i < 500; i++) {
        prong_fold_spec empty = affine(0, 0);
        prong_for_spec nothing = PRONG_FOR_SPEC_INIT;
        ck_assert_status(prong_pool_fold(pool, &empty, &neutral, NULL), PRONG_OK);
        ck_assert(neutral.a == 1 && neutral.b == 0);
        check_squares(pool, 50 + i, 1 + i % 9, i % 2 ? PRONG_COMMUTATIVE : 0);
        nothing.body = fill_square;
        ck_assert_status(prong_pool_for(pool, &nothing, NULL), PRONG_OK);
        check_map(pool, 0);
        check_squares(pool, 50 + i, 1 + i % 9, i % 2 ? 0 : PRONG_COMMUTATIVE);
    }
    call_roll(pool, 3, NULL);
    end(pool);
}
END_TEST

START_TEST(more_chunks_than_places_flow_through_the_window)
{
    prong_pool *pool = make_plain(3);

    check_squares(pool, 20000, 1, 0);
    check_squares(pool, 20000, 1, PRONG_COMMUTATIVE);
    check_map(pool, 9001);
    check_as_new(pool, 3);
    end(pool);
}
END_TEST

/* A partial of many words, each of which sums the squares and its own number. */
struct width {
    size_t words;
};

static int add_wide(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const struct width *width = ctx;
    uint64_t sum = 0;

    add_squares(&sum, first, last, NULL);
    for (size_t i = 0; i < width->words; i++)
        ((uint64_t *)partial)[i] += sum + i;
    return 0;
}

static int join_wide(void *into, const void *from, void *ctx)
{
    const struct width *width = ctx;

    for (size_t i = 0; i < width->words; i++)
        ((uint64_t *)into)[i] += ((const uint64_t *)from)[i];
    return 0;
}

static prong_status fold_wide(prong_pool *pool, struct width *width, size_t words, unsigned flags, uint64_t *result)
{
    prong_fold_spec spec = squares(90, 9);

    width->words = words;
    spec.partial_size = words * sizeof(uint64_t);
    spec.accumulate = add_wide;
    spec.combine = join_wide;
    spec.flags = flags;
    spec.ctx = width;
    memset(result, 0xa5, spec.partial_size);
    return prong_pool_fold(pool, &spec, result, NULL);
}

START_TEST(partials_may_grow_until_the_slots_are_full_and_then_the_pool_says_so)
{
    static const size_t sizes[] = { 8, 4096, 4104, 8192, 65536, 8, 262144, 100000 };
    prong_pool_options options = pool_of(2);
    prong_pool *pool;
    struct width *width;
    uint64_t *result = malloc((size_t)1 << 21);

    ck_assert_ptr_nonnull(result);
    options.slots_size = (size_t)1 << 20;
    pool = make(&options);
    width = prong_pool_alloc(pool, sizeof *width, 0);
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0] * 2; s++) {
        size_t words = sizes[s / 2] / 8, wrong = 0;
        ck_assert_status(fold_wide(pool, width, words, s % 2 ? PRONG_COMMUTATIVE : 0, result), PRONG_OK);
        for (size_t i = 0; i < words; i++)
            wrong += result[i] != expected_squares(90) + 10 * i;
        ck_assert_uint_eq(wrong, 0);
    }
    ck_assert_status(fold_wide(pool, width, ((size_t)1 << 20) / 8 + 16, 0, result), PRONG_ENOMEM);
    ck_assert_uint_eq(result[0], UINT64_C(0xa5a5a5a5a5a5a5a5));
    ck_assert_status(fold_wide(pool, width, ((size_t)1 << 19) / 8, PRONG_COMMUTATIVE, result), PRONG_ENOMEM);
    check_as_new(pool, 2);
    end(pool);
    free(result);
}
END_TEST

/* ---- Maps ---- */

static int uneven_item(uint64_t index, void *result, void *ctx)
{
    (void)ctx;
    if (index % 5 == 0)
        nap(0.004);
    *(uint64_t *)result = index * index;
    return 0;
}

START_TEST(a_map_delivers_in_order_whatever_the_items_cost)
{
    prong_pool *pool = make_plain(4);
    prong_map_spec spec = map_squares(100);

    spec.item = uneven_item;
    ck_assert_status(prong_pool_map(pool, &spec, NULL), PRONG_OK);
    ck_assert(delivered.in_order);
    ck_assert_uint_eq(delivered.next, 100);
    ck_assert_uint_eq(delivered.sum, expected_squares(100));
    end(pool);
}
END_TEST

struct progress {
    _Atomic int delivered;
};

/* Item 1 is not finished before item 0 was delivered: a map that delivered only at the end would wait for ever. */
static int item_after_delivery(uint64_t index, void *result, void *ctx)
{
    struct progress *progress = ctx;
    double late = clock_seconds() + 10;

    *(uint64_t *)result = index;
    while (index > 0 && atomic_load(&progress->delivered) < (int)index)
        if (clock_seconds() > late)
            return 1;
        else
            sched_yield();
    return 0;
}

static int deliver_and_tell(uint64_t index, const void *result, void *ctx)
{
    struct progress *progress = ctx;

    (void)result;
    atomic_store(&progress->delivered, (int)index + 1);
    return 0;
}

START_TEST(a_map_delivers_items_while_later_ones_are_being_computed)
{
    prong_pool_options options = pool_of(2);
    prong_pool *pool;
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;
    struct progress *progress;
    prong_error err = PRONG_ERROR_INIT;
    prong_status status;

    options.spin = _i ? 50e-6 : 0;
    pool = make(&options);
    progress = prong_pool_alloc(pool, sizeof *progress, 0);
    spec.count = 10;
    spec.result_size = sizeof(uint64_t);
    spec.item = item_after_delivery;
    spec.deliver = deliver_and_tell;
    spec.ctx = progress;
    status = prong_pool_map(pool, &spec, &err);
    ck_assert_msg(status == PRONG_OK, "%s at item %d: item 0 was not delivered while item 1 ran",
                  prong_status_string(status), (int)err.chunk);
    end(pool);
}
END_TEST

/* ---- Figures, defaults, arguments ---- */

START_TEST(the_figures_count_what_was_done)
{
    prong_pool *pool = make_plain(2);
    prong_pool_figures figures = { .size = sizeof figures };

    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_uint_eq(figures.jobs, 0);
    ck_assert(figures.latency_p50 == 0 && figures.latency_p99 == 0);
    for (int i = 0; i < 2000; i++)
        check_squares(pool, 40, 10, 0);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_int_eq(figures.workers, 2);
    ck_assert_uint_eq(figures.jobs, 2000);
    ck_assert_uint_eq(figures.chunks, 8000);
    ck_assert_uint_eq(figures.retries, 0);
    ck_assert_uint_eq(figures.respawns, 0);
    ck_assert_uint_ge(figures.segment_bytes, (uint64_t)(64 + 4) << 20);
    ck_assert(figures.latency_p50 > 0 && figures.latency_p50 < 0.1);
    ck_assert(figures.latency_p50 <= figures.latency_p90 && figures.latency_p90 <= figures.latency_p99);
    ck_assert_ptr_null(figures.inline_why);
    end(pool);
}
END_TEST

START_TEST(the_figures_count_workers_that_were_ended_with_their_job)
{
    prong_pool_options options = pool_of(2);
    prong_pool_figures figures = { .size = sizeof figures };
    prong_fold_spec spec;
    prong_pool *pool;
    uint64_t result;

    options.run.timeout = 0.05;
    pool = make(&options);
    for (uint64_t i = 1; i < 4; i++) {
        spec = hanging(pool, 1);
        ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_ETIMEDOUT);
        ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
        ck_assert_uint_eq(figures.respawns, i);
        ck_assert_uint_eq(figures.retries, 0);
    }
    end(pool);
}
END_TEST

START_TEST(a_pool_without_options_works)
{
    prong_pool *pool = make(NULL);
    prong_pool_figures figures = { .size = sizeof figures };

    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    check_as_new(pool, figures.workers);
    end(pool);
    ck_assert_status(prong_pool_destroy(NULL), PRONG_OK);
}
END_TEST

START_TEST(arguments_that_break_the_contract_are_refused)
{
    prong_pool_options options = pool_of(1);
    prong_fold_spec fold = squares(10, 1);
    prong_for_spec loop = PRONG_FOR_SPEC_INIT;
    prong_map_spec map = map_squares(1);
    prong_pool *pool = NULL;
    uint64_t result = 7;

    options.run.workers = -1;
    ck_assert_status(prong_pool_create(&pool, &options, NULL), PRONG_EINVAL);
    ck_assert_ptr_null(pool);
    options = pool_of(1);
    options.flags = 1u << 30;
    ck_assert_status(prong_pool_create(&pool, &options, NULL), PRONG_EINVAL);
    options = pool_of(1);
    options.size = 0;
    ck_assert_status(prong_pool_create(&pool, &options, NULL), PRONG_EINVAL);
    options = pool_of(1);
    options.arena_size = SIZE_MAX - 100;
    ck_assert_status(prong_pool_create(&pool, &options, NULL), PRONG_ENOMEM);
    ck_assert_ptr_null(pool);
    pool = make_plain(1);
    ck_assert_status(prong_pool_fold(pool, NULL, &result, NULL), PRONG_EINVAL);
    ck_assert_status(prong_pool_fold(pool, &fold, NULL, NULL), PRONG_EINVAL);
    ck_assert_status(prong_pool_for(pool, &loop, NULL), PRONG_EINVAL);
    loop.body = fill_square;
    loop.count = UINT64_MAX;
    loop.grain = 1;
    ck_assert_status(prong_pool_for(pool, &loop, NULL), PRONG_EINVAL);
    map.deliver = NULL;
    ck_assert_status(prong_pool_map(pool, &map, NULL), PRONG_EINVAL);
    map = map_squares(1);
    map.result_size = 0;
    ck_assert_status(prong_pool_map(pool, &map, NULL), PRONG_EINVAL);
    ck_assert_uint_eq(result, 7);
    check_as_new(pool, 1);
    end(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("persistent");
    TCase *tc = tcase_create("jobs");

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, jobs_in_sequence_equal_the_serial_results_for_1_to_8_workers_spinning_or_not, 1,
                        MOST_WORKERS + 1);
    tcase_add_loop_test(tc, jobs_in_sequence_equal_the_serial_results_for_1_to_8_workers_spinning_or_not, SPINNING + 1,
                        SPINNING + MOST_WORKERS + 1);
    tcase_add_loop_test(tc, empty_jobs_between_others_change_nothing, 0, 2);
    tcase_add_test(tc, more_chunks_than_places_flow_through_the_window);
    tcase_add_test(tc, partials_may_grow_until_the_slots_are_full_and_then_the_pool_says_so);
    tcase_add_test(tc, a_map_delivers_in_order_whatever_the_items_cost);
    tcase_add_loop_test(tc, a_map_delivers_items_while_later_ones_are_being_computed, 0, 2);
    tcase_add_test(tc, the_figures_count_what_was_done);
    tcase_add_test(tc, the_figures_count_workers_that_were_ended_with_their_job);
    tcase_add_test(tc, a_pool_without_options_works);
    tcase_add_test(tc, arguments_that_break_the_contract_are_refused);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
