/* SPDX-License-Identifier: MIT */
/* Order statistics: keys, their order, and intervals from samples. The passes over the data are in
 * check_order_classify.c, selection and refinement in check_order_select.c,
 * distinct values and the greatest ones in check_order_tables.c. */
#include "config.h"

#include "order_fixture.h"

#include "order/bracket.h"

enum { N = 20000, SAMPLE = 4096, MANY = 65536 };

static uint64_t x[N], sorted[N];
static int64_t key[N];

static void keys_of_kind(enum prong_order_domain domain, enum kind kind)
{
    size_t kept;

    fill(domain, kind, x, N);
    kept = sort_elements(domain, x, N, sorted);
    ck_assert_uint_eq(prong_keys(domain, sorted, kept, key), kept);
    for (size_t i = 0; i < kept; i++) {
        CHECK(element_of(domain, key[i]) == sorted[i]);
        CHECK(key[i] >= prong_key_least(domain) && key[i] <= prong_key_greatest(domain));
        if (i > 0)
            CHECK((compare[domain](sorted + i - 1, sorted + i) < 0) == (key[i - 1] < key[i]));
    }
}

START_TEST(keys_are_in_the_order_of_the_elements)
{
    for (int kind = 0; kind < KINDS; kind++)
        keys_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

START_TEST(zeros_and_infinities_have_the_keys_that_are_named)
{
    ck_assert(prong_key_of_f64(0.0) == 0 && prong_key_of_f64(-0.0) == PRONG_KEY_MINUS_ZERO);
    ck_assert(prong_key_of_f64((double)INFINITY) == PRONG_KEY_INFINITY);
    ck_assert(prong_key_of_f64((double)-INFINITY) == PRONG_KEY_MINUS_INFINITY);
    ck_assert(prong_key_of_u64(0) == INT64_MIN && prong_key_of_u64(UINT64_MAX) == INT64_MAX);
}
END_TEST

static void sorted_of_kind(enum prong_order_domain domain, enum kind kind)
{
    static const size_t sizes[] = { 0, 1, 2, 31, 32, 33, 1000, N };

    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        size_t kept;
        fill(domain, kind, x, sizes[s]);
        kept = sort_elements(domain, x, sizes[s], sorted);
        ck_assert_uint_eq(prong_keys(domain, x, sizes[s], key), kept);
        prong_keys_sort(key, kept);
        for (size_t i = 0; i < kept; i++)
            CHECK(element_of(domain, key[i]) == sorted[i]);
    }
}

START_TEST(keys_are_sorted_whatever_they_are)
{
    for (int kind = 0; kind < KINDS; kind++)
        sorted_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

START_TEST(nan_have_no_key_and_keys_may_replace_their_elements)
{
    double v[] = { (double)NAN, 1, (double)-NAN, -1, (double)NAN };

    ck_assert_uint_eq(prong_keys(PRONG_ORDER_F64, v, 5, (int64_t *)(void *)v), 2);
    memcpy(key, v, 2 * sizeof *key);
    ck_assert(prong_f64_of_key(key[0]) == 1 && prong_f64_of_key(key[1]) == -1);
}
END_TEST

static void assert_in_order(const struct prong_interval *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ck_assert(v[i].lo <= v[i].hi);
        ck_assert(i == 0 || v[i - 1].hi < v[i].lo);
    }
}

static bool covered(const struct prong_interval *v, size_t n, int64_t k)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].lo <= k && k <= v[i].hi)
            return true;
    return false;
}

/* 5 standard deviations: in all of these draws not one quantile may be missed. */
static void quantiles_held_of_kind(enum prong_order_domain domain, enum kind kind)
{
    static const double q[] = { 0.5, 0, 1, 0.25, 0.001, 0.9999, 0.3, 0.300001 };
    enum { Q = sizeof q / sizeof q[0] };
    static int64_t sample[SAMPLE];
    struct prong_interval v[64];
    size_t kept, n;

    fill(domain, kind, x, N);
    kept = prong_keys(domain, x, N, key);
    if (kept == 0)
        return;
    for (size_t i = 0; i < SAMPLE; i++)
        sample[i] = key[random_bits() % kept];
    prong_keys_sort(sample, SAMPLE);
    prong_keys_sort(key, kept);
    n = prong_bracket(domain, sample, SAMPLE, q, Q, v, 64);
    assert_in_order(v, n);
    for (size_t i = 0; i < Q; i++) {
        size_t rank = (size_t)(q[i] * (double)(kept - 1));
        ck_assert(covered(v, n, key[rank]));
        ck_assert(rank + 1 == kept || covered(v, n, key[rank + 1]));
    }
    if (kind == UNIFORM) { /* and are narrow */
        size_t inside = 0;
        for (size_t i = 0; i < kept; i++)
            inside += covered(v, n, key[i]);
        ck_assert_uint_lt(inside, kept / 4);
    }
}

START_TEST(intervals_of_a_sample_hold_the_quantiles_of_the_whole)
{
    for (int kind = 0; kind < KINDS; kind++)
        quantiles_held_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

START_TEST(tiny_samples_give_intervals_too)
{
    static const double q[] = { 0, 0.5, 1 };
    static const int64_t sample[] = { -5, 7, 7, 100 };
    struct prong_interval v[3];

    for (size_t n = 0; n <= 4; n++) {
        ck_assert_uint_eq(prong_bracket(PRONG_ORDER_I64, sample, n, q, 3, v, 3), 1);
        ck_assert(v[0].lo == INT64_MIN && v[0].hi == INT64_MAX);
    }
    ck_assert_uint_eq(prong_bracket(PRONG_ORDER_F64, sample, 0, q, 1, v, 1), 1);
    ck_assert(v[0].lo == PRONG_KEY_MINUS_INFINITY && v[0].hi == PRONG_KEY_INFINITY);
}
END_TEST

START_TEST(a_heavy_key_is_an_interval_of_its_own)
{
    static int64_t sample[SAMPLE];
    const double q = 0.5;
    struct prong_interval v[8];
    size_t n;

    for (int i = 0; i < SAMPLE; i++) /* half of them 0 */
        sample[i] = i < SAMPLE / 4 ? i - 5000 : i < 3 * SAMPLE / 4 ? 0 : i;
    n = prong_bracket(PRONG_ORDER_I64, sample, SAMPLE, &q, 1, v, 8);
    ck_assert_uint_eq(n, 1);
    ck_assert(v[0].lo == 0 && v[0].hi == 0);
    for (int i = SAMPLE / 2 - 20; i < SAMPLE / 2; i++) /* and where there are others near the median as well */
        sample[i] = 0;
    for (int i = SAMPLE / 2; i < SAMPLE; i++)
        sample[i] = i;
    n = prong_bracket(PRONG_ORDER_I64, sample, SAMPLE, &q, 1, v, 8);
    ck_assert_uint_eq(n, 2);
    ck_assert(v[0].lo == 0 && v[0].hi == 0 && v[1].lo == 1 && v[1].hi > SAMPLE / 2);
    ck_assert_uint_eq(prong_bracket(PRONG_ORDER_I64, sample, SAMPLE, &q, 1, v, 1), 1);
    ck_assert(v[0].lo == 0 && v[0].hi > SAMPLE / 2);
}
END_TEST

/* So many quantiles that nearly every key is near one of them. */
START_TEST(as_many_quantiles_as_there_may_be_intervals_are_bracketed)
{
    static double q[PRONG_INTERVALS];
    static struct prong_interval v[PRONG_INTERVALS];
    static int64_t sample[MANY];
    size_t n;

    seed = 1;
    for (size_t i = 0; i < MANY; i++)
        sample[i] = (int64_t)(random_bits() % (i % 2 ? 400 : UINT64_MAX));
    prong_keys_sort(sample, MANY);
    for (size_t i = 0; i < PRONG_INTERVALS; i++)
        q[i] = (double)(i * 389 % PRONG_INTERVALS) / PRONG_INTERVALS;
    n = prong_bracket(PRONG_ORDER_I64, sample, MANY, q, PRONG_INTERVALS, v, PRONG_INTERVALS);
    ck_assert_uint_ge(n, 1);
    assert_in_order(v, n);
    for (size_t i = 0; i < PRONG_INTERVALS; i++)
        ck_assert(covered(v, n, sample[i * MANY / PRONG_INTERVALS]));
    ck_assert(prong_bracket_share(sample, MANY, v, n) > 0.99);
}
END_TEST

START_TEST(the_share_is_that_of_the_sample_inside_what_is_to_be_caught)
{
    static const int64_t sample[] = { -4, -4, 0, 0, 1, 2, 3, INT64_MAX };
    const struct prong_interval v[] = { { -4, -4 }, { 0, 1 }, { 3, INT64_MAX } };

    ck_assert(prong_bracket_share(sample, 8, v, 3) == 5.0 / 8);
    ck_assert(prong_bracket_share(sample, 8, v, 1) == 0);
    ck_assert(prong_bracket_share(sample, 0, v, 1) == 1);
}
END_TEST

START_TEST(a_grid_cuts_the_sample_into_equal_parts)
{
    static int64_t sample[SAMPLE];
    struct prong_interval v[7];

    for (int i = 0; i < SAMPLE; i++)
        sample[i] = 10 * i;
    ck_assert_uint_eq(prong_bracket_grid(sample, SAMPLE, v, 7), 7);
    for (int i = 0; i < 7; i++) {
        ck_assert(v[i].lo == v[i].hi);
        ck_assert(llabs(v[i].lo - 10 * (i + 1) * SAMPLE / 8) < 20);
    }
    for (int i = SAMPLE / 8; i < SAMPLE; i++)
        sample[i] = 2 * SAMPLE;
    ck_assert_uint_eq(prong_bracket_grid(sample, SAMPLE, v, 7), 2);
    ck_assert(v[1].lo == 2 * SAMPLE);
    ck_assert_uint_eq(prong_bracket_grid(sample, 1, v, 7), 1);
    ck_assert_uint_eq(prong_bracket_grid(sample, 0, v, 7), 0);
}
END_TEST

START_TEST(intervals_that_overlap_are_united)
{
    struct prong_interval v[] = { { 5, 9 }, { INT64_MIN, -3 }, { 9, 9 }, { 1, 5 }, { 10, INT64_MAX }, { -7, -4 } };

    ck_assert_uint_eq(prong_intervals_unite(v, 6), 3);
    ck_assert(v[0].lo == INT64_MIN && v[0].hi == -3);
    ck_assert(v[1].lo == 1 && v[1].hi == 9);
    ck_assert(v[2].lo == 10 && v[2].hi == INT64_MAX);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("order");
    TCase *keys = tcase_create("keys"), *bracket = tcase_create("bracket");
    SRunner *runner;
    int failed;

    tcase_set_timeout(keys, 60);
    tcase_set_timeout(bracket, 60);
    tcase_add_loop_test(keys, keys_are_in_the_order_of_the_elements, 0, DOMAINS);
    tcase_add_test(keys, zeros_and_infinities_have_the_keys_that_are_named);
    tcase_add_loop_test(keys, keys_are_sorted_whatever_they_are, 0, DOMAINS);
    tcase_add_test(keys, nan_have_no_key_and_keys_may_replace_their_elements);
    tcase_add_loop_test(bracket, intervals_of_a_sample_hold_the_quantiles_of_the_whole, 0, DOMAINS);
    tcase_add_test(bracket, tiny_samples_give_intervals_too);
    tcase_add_test(bracket, a_heavy_key_is_an_interval_of_its_own);
    tcase_add_test(bracket, as_many_quantiles_as_there_may_be_intervals_are_bracketed);
    tcase_add_test(bracket, the_share_is_that_of_the_sample_inside_what_is_to_be_caught);
    tcase_add_test(bracket, a_grid_cuts_the_sample_into_equal_parts);
    tcase_add_test(bracket, intervals_that_overlap_are_united);
    suite_add_tcase(s, keys);
    suite_add_tcase(s, bracket);
    runner = srunner_create(s);
    srunner_add_suite(runner, order_classify_suite());
    srunner_add_suite(runner, order_select_suite());
    srunner_add_suite(runner, order_tables_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
