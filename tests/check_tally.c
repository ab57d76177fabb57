/* SPDX-License-Identifier: MIT */
/* How often values occur: tallies in memory, and counting by passes under every memory limit, against a plain sort. */
#include "config.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "prong/reduce.h"
#include "reduce/tally.h"
#include "share.h"
#include "splitmix.h"

static void append(struct prong_tally *tally, int64_t key, uint64_t count)
{
    ck_assert(prong_tally_append(tally, key, count));
}

static struct prong_tally random_tally(uint64_t *seed, size_t n)
{
    struct prong_tally tally = { .nans = splitmix64(seed) % 3 };

    for (size_t i = 0; i < n; i++)
        append(&tally, (int64_t)(splitmix64(seed) % 50) - 25, 1 + splitmix64(seed) % 4);
    prong_tally_sort(&tally);
    return tally;
}

START_TEST(a_sorted_tally_has_each_value_once)
{
    struct prong_tally tally = { .n = 0 };

    append(&tally, 5, 1);
    append(&tally, -3, 2);
    append(&tally, 5, 4);
    prong_tally_sort(&tally);
    ck_assert_uint_eq(tally.count, 2);
    ck_assert_uint_eq(tally.n, 7);
    ck_assert_int_eq(tally.entry[0].key, -3);
    ck_assert_int_eq(tally.entry[1].key, 5);
    ck_assert_uint_eq(tally.entry[1].count, 5);
    prong_tally_free(&tally);
}
END_TEST

static void merge(struct prong_tally *into, const struct prong_tally *from)
{
    ck_assert_int_eq(prong_tally_merge(into, from, UINT64_MAX, NULL), PRONG_OK);
}

START_TEST(tallies_merge_to_the_same_in_any_order)
{
    uint64_t seed = 7;
    struct prong_tally part[3], forth = { .n = 0 }, back = { .n = 0 };

    for (size_t i = 0; i < 3; i++)
        part[i] = random_tally(&seed, 20 * i);
    for (size_t i = 0; i < 3; i++) {
        merge(&forth, &part[i]);
        merge(&back, &part[2 - i]);
    }
    ck_assert_uint_eq(forth.n, part[0].n + part[1].n + part[2].n);
    ck_assert_uint_eq(forth.nans, back.nans);
    ck_assert_uint_eq(forth.count, back.count);
    ck_assert_mem_eq(forth.entry, back.entry, forth.count * sizeof *forth.entry);
    for (size_t i = 0; i < 3; i++)
        prong_tally_free(&part[i]);
    prong_tally_free(&forth);
    prong_tally_free(&back);
}
END_TEST

START_TEST(a_merge_beyond_the_limit_is_refused_and_changes_nothing)
{
    struct prong_tally a = { .n = 0 }, b = { .n = 0 };
    prong_error err = PRONG_ERROR_INIT;

    append(&a, 1, 1);
    append(&b, 1, 1);
    append(&b, 2, 1);
    ck_assert_int_eq(prong_tally_merge(&a, &b, 1, &err), PRONG_ENOMEM);
    ck_assert_uint_eq(a.n, 1);
    ck_assert_uint_eq(a.count, 1);
    ck_assert_int_eq(prong_tally_merge(&a, &b, 2, &err), PRONG_OK);
    ck_assert_uint_eq(a.count, 2);
    ck_assert_uint_eq(a.entry[0].count, 2);
    prong_tally_free(&a);
    prong_tally_free(&b);
}
END_TEST

START_TEST(both_zeros_are_one_value_and_equal_frequencies_go_to_the_smallest)
{
    const struct prong_distinct_entry entry[] = { { -9, 3 }, { PRONG_KEY_MINUS_ZERO, 2 }, { 0, 2 }, { 7, 4 }, { 9, 3 } };
    struct prong_frequencies f = prong_frequencies_of(PRONG_DOMAIN_F64, entry, 5);

    ck_assert_uint_eq(f.values, 4);
    ck_assert_int_eq(f.most.key, 0);
    ck_assert_uint_eq(f.most.count, 4);
    ck_assert_int_eq(f.least.key, -9);
    /* For integers -1 is a number like any other. */
    f = prong_frequencies_of(PRONG_DOMAIN_I64, entry, 5);
    ck_assert_uint_eq(f.values, 5);
    ck_assert_int_eq(f.most.key, 7);
    ck_assert_int_eq(f.least.key, PRONG_KEY_MINUS_ZERO);
}
END_TEST

static size_t want_some(uint64_t n, uint64_t *rank, void *ctx)
{
    uint64_t *seed = ctx;

    for (size_t i = 0; i < 10; i++)
        rank[i] = i == 0 ? 0 : i == 1 ? n - 1 : splitmix64(seed) % n;
    return 10;
}

START_TEST(ranks_are_those_of_the_elements_in_order)
{
    uint64_t seed = 11;

    for (int round = 0; round < 50; round++) {
        struct prong_tally tally = random_tally(&seed, 1 + splitmix64(&seed) % 40);
        struct prong_ranks ranks = { .what = { .domain = PRONG_DOMAIN_I64 }, .wanted = want_some, .most = 10, .ctx = &seed };
        int64_t *all = malloc(tally.n * sizeof *all);
        uint64_t n = 0;

        ck_assert_ptr_nonnull(all);
        for (size_t i = 0; i < tally.count; i++)
            for (uint64_t k = 0; k < tally.entry[i].count; k++)
                all[n++] = tally.entry[i].key;
        ck_assert_int_eq(prong_tally_ranks(&tally, NULL, &ranks, NULL), PRONG_OK);
        ck_assert_uint_eq(ranks.n, n);
        ck_assert_uint_gt(ranks.count, 0);
        for (size_t i = 0; i < ranks.count; i++)
            ck_assert_int_eq(prong_ranks_key(&ranks, ranks.rank[i]), all[ranks.rank[i]]);
        free(all);
        prong_ranks_free(&ranks);
        prong_tally_free(&tally);
    }
}
END_TEST

/* ---- Counting by passes ---- */

enum { N = 300000 };

static double few(size_t i, uint64_t *seed)
{
    (void)i;
    return (double)(splitmix64(seed) % 100);
}

static double all_differ(size_t i, uint64_t *seed)
{
    (void)seed;
    return (double)(i * UINT64_C(0x9e3779b97f4a7c15) >> 11);
}

/* Half of them are one value. */
static double one_is_half(size_t i, uint64_t *seed)
{
    return splitmix64(seed) % 2 ? 1.5 : (double)i;
}

static double ascend_in_pairs(size_t i, uint64_t *seed)
{
    (void)seed;
    return (double)(i / 2);
}

/* A tenth of the elements, in one place, has most values: a sample does not see how many. */
static double crowded(size_t i, uint64_t *seed)
{
    return i % 10000 < 1000 ? 1e-3 * (double)(splitmix64(seed) >> 20) : (double)(splitmix64(seed) % 30000);
}

static double zeros_and_nan(size_t i, uint64_t *seed)
{
    uint64_t word = splitmix64(seed);

    (void)i;
    return word % 5 == 0 ? -0.0 : word % 5 == 1 ? 0.0 : word % 5 == 2 ? (double)NAN : (double)(word % 11) - 5.0;
}

static double (*const kinds[])(size_t i, uint64_t *seed) = { few,     all_differ,    one_is_half, ascend_in_pairs,
                                                             crowded, zeros_and_nan };
static const uint64_t limits[] = { 1, 4 << 20, 64 << 20, 0 };
enum { KINDS = sizeof kinds / sizeof kinds[0], LIMITS = sizeof limits / sizeof limits[0] };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

struct answer {
    size_t count;
    double mode, antimode;
    double *value;
};

/* By sorting, NaN left out. */
static struct answer answer_by_sorting(const double *x, size_t n)
{
    struct answer a = { .count = 0 };
    size_t most = 0, least = SIZE_MAX, kept = 0;

    a.value = malloc(n * sizeof *a.value);
    ck_assert_ptr_nonnull(a.value);
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            a.value[kept++] = x[i];
    qsort(a.value, kept, sizeof *a.value, compare);
    for (size_t i = 0, end; i < kept; i = end) {
        for (end = i; end < kept && a.value[end] == a.value[i];)
            end++;
        if (end - i > most) {
            most = end - i;
            a.mode = a.value[i];
        }
        if (end - i < least) {
            least = end - i;
            a.antimode = a.value[i];
        }
        a.value[a.count++] = a.value[i];
    }
    return a;
}

static prong_status reduce(const double *x, size_t n, uint64_t limit, const char *operations, prong_value *values)
{
    prong_options run = PRONG_OPTIONS_INIT;
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;
    prong_array *array;
    prong_status status;

    run.workers = 2;
    options.run = &run;
    options.nan = PRONG_NAN_OMIT;
    options.memory_limit = limit;
    ck_assert_int_eq(prong_array_view(&array, x, n, PRONG_F64, NULL), PRONG_OK);
    status = prong_reduce(array, operations, &options, values, NULL);
    prong_array_close(array);
    return status;
}

START_TEST(values_are_counted_alike_under_every_memory_limit)
{
    double *x = malloc(N * sizeof *x);
    uint64_t seed = 3;
    struct answer right;

    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < N; i++)
        x[i] = kinds[_i](i, &seed);
    right = answer_by_sorting(x, N);
    for (int k = 0; k < test_share_of(LIMITS); k++) {
        prong_value values[4];
        ck_assert_int_eq(reduce(x, N, limits[k], "countunique,mode,antimode,unique", values), PRONG_OK);
        ck_assert_uint_eq(values[0].low, right.count);
        ck_assert_double_eq(values[1].f64, right.mode);
        ck_assert_double_eq(values[2].f64, right.antimode);
        ck_assert_uint_eq(values[3].count, right.count);
        for (size_t i = 0; i < right.count; i++)
            ck_assert(prong_value_item(&values[3], i).f64 == right.value[i]);
        prong_value_free(&values[3]);
        /* Without a list nothing of it is kept. */
        ck_assert_int_eq(reduce(x, N, limits[k], "antimode,countunique", values), PRONG_OK);
        ck_assert_double_eq(values[0].f64, right.antimode);
        ck_assert_uint_eq(values[1].low, right.count);
    }
    free(right.value);
    free(x);
}
END_TEST

START_TEST(nothing_has_no_mode_and_no_values)
{
    prong_value values[2];

    ck_assert_int_eq(reduce((const double[]){ 0 }, 0, 0, "unique,countunique", values), PRONG_OK);
    ck_assert_uint_eq(values[0].count, 0);
    ck_assert_int_eq(values[0].kind, PRONG_KIND_ARRAY);
    ck_assert_uint_eq(values[1].low, 0);
    prong_value_free(&values[0]);
    ck_assert_int_eq(reduce((const double[]){ (double)NAN }, 1, 0, "mode", values), PRONG_EEMPTY);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally");
    TCase *tallies = tcase_create("tallies"), *passes = tcase_create("passes");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tallies, a_sorted_tally_has_each_value_once);
    tcase_add_test(tallies, tallies_merge_to_the_same_in_any_order);
    tcase_add_test(tallies, a_merge_beyond_the_limit_is_refused_and_changes_nothing);
    tcase_add_test(tallies, both_zeros_are_one_value_and_equal_frequencies_go_to_the_smallest);
    tcase_add_test(tallies, ranks_are_those_of_the_elements_in_order);
    suite_add_tcase(suite, tallies);
    tcase_add_loop_test(passes, values_are_counted_alike_under_every_memory_limit, 0, KINDS);
    tcase_add_test(passes, nothing_has_no_mode_and_no_values);
    tcase_set_timeout(passes, 120);
    suite_add_tcase(suite, passes);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
