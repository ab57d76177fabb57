/* SPDX-License-Identifier: MIT */
/* States of pairs: covariances, correlations, weights. Values are the oracle's; here are bytes on every path, classes of
 * what is not finite, and integers. Cubes and fourth powers are here too, as they share their paths with weights. */
#include "config.h"

#include "exact_fixture.h"

#include "exact/wide.h"

enum {
    FULL_PAIRS = PRONG_POWER_PAIRS | PRONG_POWER_PAIR_SQUARES,
    FULL_WEIGHTED = PRONG_POWER_WEIGHTED | PRONG_POWER_WEIGHTED_SQUARES
};

static const unsigned masks[] = { PRONG_POWER_DOT, PRONG_POWER_PAIRS, FULL_PAIRS, PRONG_POWER_WEIGHTED,
                                  FULL_WEIGHTED };
enum { MASKS = sizeof masks / sizeof masks[0] };

/* Every pair by itself. */
static prong_exact *pair_by_pair(unsigned which, unsigned powers, prong_operand tx, const void *xs, prong_operand ty,
                                 const void *ys, size_t n)
{
    prong_adder *a = adder_for("portable", "integers");
    prong_exact *s = state(which, powers);

    for (size_t i = 0; i < n; i++)
        prong_exact_add_pairs(s, a, tx, (const char *)xs + 8 * i, ty, (const char *)ys + 8 * i, 1);
    prong_adder_destroy(a);
    return s;
}

static double result_of(const prong_exact *s, prong_quantity q, uint64_t ddof)
{
    return prong_exact_result(s, q, ddof, PRONG_FORMAT_F64, 0);
}

START_TEST(every_path_gives_the_same_bytes_of_pairs)
{
    static const size_t sizes[] = { 1, 31, 33, 1000, 1024, 1025, 3000 };

    fill((unsigned)_i);
    for (unsigned m = 0; m < MASKS; m++)
        for (unsigned n = 0; n < sizeof sizes / sizeof sizes[0]; n++) {
            prong_exact *s = pair_by_pair(0, masks[m], PRONG_OPERAND_F64, x, PRONG_OPERAND_F64, y, sizes[n]);
            for (unsigned i = 0; i < ISAS; i++)
                for (unsigned k = 0; k < FORCES; k++) {
                    prong_adder *a = adder_for(isas[i], forces[k]);
                    prong_exact *t = state(1, masks[m]);
                    prong_exact_add_pairs_f64(t, a, x, y, sizes[n]);
                    ck_assert_msg(prong_exact_equal(s, t), "%s %s powers %u n %zu", isas[i], forces[k], masks[m],
                                  sizes[n]);
                    prong_adder_destroy(a);
                }
        }
}
END_TEST

/* Where squares overflow, lose bits, or have no window, and back again with the same adder. */
START_TEST(products_of_three_and_four_are_exact_at_every_scale)
{
    enum { N = 96 };
    const unsigned higher = PRONG_POWER_CUBES | PRONG_POWER_FOURTHS;
    prong_adder *a = adder_for(isas[_i], ""), *plain = adder_for("portable", "integers");
    double v[N], w[N];

    seed = 5;
    for (int e = -1080; e <= 1024; e += e < -1000 || e > 960 || (e > -560 && e < -460) ? 1 : 7) {
        for (size_t i = 0; i < N; i++) {
            v[i] = ldexp(draw(0), e);
            w[i] = ldexp(draw(0), e % 3 ? 0 : -e / 2);
        }
        prong_exact *s = state(0, higher), *t = state(1, higher);
        one_by_one(s, v, N);
        setenv("PRONG_ISA", isas[_i], 1);
        prong_adder_init(a);
        prong_exact_add_f64(t, a, v, N);
        ck_assert_msg(prong_exact_equal(s, t), "powers at 2^%d", e);
        s = state(0, FULL_WEIGHTED);
        t = state(1, FULL_WEIGHTED);
        prong_exact_add_pairs_f64(s, plain, v, w, N);
        prong_exact_add_pairs_f64(t, a, v, w, N);
        ck_assert_msg(prong_exact_equal(s, t), "weighted at 2^%d", e);
        s = state(0, FULL_PAIRS);
        t = state(1, FULL_PAIRS);
        prong_exact_add_pairs_f64(s, plain, v, w, N);
        prong_exact_add_pairs_f64(t, a, v, w, N);
        ck_assert_msg(prong_exact_equal(s, t), "pairs at 2^%d", e);
    }
    prong_adder_destroy(a);
    prong_adder_destroy(plain);
}
END_TEST

/* Data that change their character now and then: windows come and go. Numbers whose squares are doubles, others. */
START_TEST(one_adder_follows_data_that_change)
{
    prong_adder *a = adder_for(isas[_i], "");
    const unsigned higher = ALL;

    seed = 77;
    for (size_t i = 0; i < MOST; i++) {
        x[i] = i / 700 % 2 ? (double)(random_bits() % 1000) : draw((unsigned)(i / 1100 % KINDS));
        y[i] = i / 900 % 2 ? (double)(random_bits() % 2) : draw((unsigned)(i / 1300 % KINDS));
        if (i > 4000)
            x[i] = (double)(random_bits() >> (i % 2 ? 20 : 50));
    }
    for (unsigned round = 0; round < 3; round++) {
        prong_exact *s = state(0, higher), *t = state(1, higher);
        one_by_one(s, x, MOST);
        prong_exact_add_f64(t, a, x, MOST);
        ck_assert(prong_exact_equal(s, t));
        for (unsigned m = 0; m < MASKS; m++) {
            s = pair_by_pair(0, masks[m], PRONG_OPERAND_F64, x, PRONG_OPERAND_F64, y, MOST);
            t = state(1, masks[m]);
            prong_exact_add_pairs_f64(t, a, x, y, MOST);
            ck_assert(prong_exact_equal(s, t));
        }
    }
    prong_adder_destroy(a);
}
END_TEST

START_TEST(pairs_may_stand_at_any_address)
{
    static unsigned char left[8 * MOST + 8], right[8 * MOST + 8];
    prong_adder *a = adder_for("", "");

    fill(1);
    for (unsigned m = 0; m < MASKS; m++) {
        prong_exact *s = pair_by_pair(0, masks[m], PRONG_OPERAND_F64, x, PRONG_OPERAND_F64, y, 2500);
        for (size_t offset = 0; offset < 8; offset++) {
            prong_exact *t = state(1, masks[m]);
            memcpy(left + offset, x, 8 * 2500);
            memcpy(right + (5 * offset) % 8, y, 8 * 2500);
            prong_exact_add_pairs(t, a, PRONG_OPERAND_F64, left + offset, PRONG_OPERAND_F64, right + (5 * offset) % 8,
                                  2500);
            ck_assert(prong_exact_equal(s, t));
        }
    }
    prong_adder_destroy(a);
}
END_TEST

/* Small integers go the ways of doubles; a large one in a block makes it go another. */
START_TEST(integers_of_any_size_are_exact_in_pairs)
{
    static uint64_t small[MOST], large[MOST];
    static double as_double[MOST];
    const uint64_t edge = UINT64_C(1) << 53;

    seed = 21;
    for (size_t i = 0; i < MOST; i++) {
        small[i] = i % 97 ? random_bits() % (2 * edge + 1) - edge : i % 2 ? edge : -edge;
        large[i] = i > 2000 && i % 40 == 0 ? random_bits() : random_bits() >> 11;
        as_double[i] = (double)(int64_t)small[i];
    }
    large[3000] = UINT64_MAX;
    large[3001] = UINT64_C(1) << 63;
    for (unsigned m = 0; m < MASKS; m++)
        for (unsigned i = 0; i < ISAS; i++) {
            prong_adder *a = adder_for(isas[i], "");
            prong_exact *t = state(1, masks[m]);
            prong_exact *s =
                pair_by_pair(0, masks[m], PRONG_OPERAND_F64, as_double, PRONG_OPERAND_U64, large, MOST);
            prong_exact_add_pairs(t, a, PRONG_OPERAND_I64, small, PRONG_OPERAND_U64, large, MOST);
            ck_assert(prong_exact_equal(s, t));
            s = pair_by_pair(0, masks[m], PRONG_OPERAND_I64, large, PRONG_OPERAND_F64, as_double, MOST);
            t = state(1, masks[m]);
            prong_exact_add_pairs(t, a, PRONG_OPERAND_I64, large, PRONG_OPERAND_I64, small, 1999);
            prong_exact_add_pairs(t, a, PRONG_OPERAND_I64, large + 1999, PRONG_OPERAND_I64, small + 1999, MOST - 1999);
            ck_assert(prong_exact_equal(s, t));
            prong_adder_destroy(a);
        }
}
END_TEST

/* n (n + 1) (2n + 1) / 6 and the like, beyond what doubles hold: the sums of k and 2^63 - k, k = 0 … n - 1. */
START_TEST(large_integers_have_the_sums_of_arithmetic)
{
    enum { N = 1000 };
    static int64_t k[N];
    static uint64_t far[N];
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, FULL_PAIRS), *t = state(1, PRONG_POWER_WEIGHTED);
    int64_t high;
    uint64_t low;

    for (int64_t i = 0; i < N; i++) {
        k[i] = i;
        far[i] = (UINT64_C(1) << 63) - (uint64_t)i;
    }
    prong_exact_add_pairs(s, a, PRONG_OPERAND_I64, k, PRONG_OPERAND_U64, far, N);
    ck_assert(result_of(s, PRONG_Q_CORR, 0) == -1);
    ck_assert(result_of(s, PRONG_Q_COV, 0) == -((double)N * N - 1) / 12);
    prong_exact_add_pairs(t, a, PRONG_OPERAND_I64, k, PRONG_OPERAND_U64, far, N);
    const prong_i128 sum = ((prong_i128)499500 << 63) - 332833500;
    ck_assert(prong_exact_integer(t, &high, &low) && high == (int64_t)(sum >> 64) && low == (uint64_t)sum);
    ck_assert(bits(result_of(t, PRONG_Q_WSUM, 0)) == bits((double)sum));
    prong_adder_destroy(a);
}
END_TEST

/* What a quantity is of one pair with something that is not finite, and of many others. */
struct special_case {
    double x, y, wsum, wmean;
    uint64_t nan, pinf, ninf; /* of WEIGHTED */
};

START_TEST(what_is_not_finite_is_classed_by_pairs)
{
    const double N = NOT_A_NUMBER;
    const struct special_case cases[] = {
        { N, 1, N, N, 1, 0, 0 },       { 1, N, N, N, 1, 0, 0 },        { N, N, N, N, 1, 0, 0 },
        { N, INF, N, N, 1, 0, 0 },     { INF, N, N, N, 1, 0, 0 },      { INF, 2, INF, INF, 0, 1, 0 },
        { -INF, 2, -INF, -INF, 0, 0, 1 }, { INF, -1, -INF, -INF, 0, 0, 1 }, { INF, 0, N, N, 0, 1, 1 },
        { INF, -0.0, N, N, 0, 1, 1 },  { 2, INF, INF, N, 0, 1, 0 },    { 2, -INF, -INF, N, 0, 0, 1 },
        { 0, INF, N, N, 0, 1, 1 },     { -0.0, INF, N, N, 0, 1, 1 },   { INF, INF, INF, N, 0, 1, 0 },
        { INF, -INF, -INF, N, 0, 0, 1 },
    };
    enum { OTHERS = 100 };

    for (unsigned c = 0; c < sizeof cases / sizeof cases[0]; c++)
        for (size_t at = 0; at < OTHERS; at += 7)
            for (unsigned k = 0; k < FORCES; k++) {
                prong_adder *a = adder_for("", forces[k]);
                prong_exact_counts count;
                prong_exact *pairs = state(0, FULL_PAIRS), *weighted = state(1, FULL_WEIGHTED);
                for (size_t i = 0; i < OTHERS; i++) {
                    x[i] = (double)(i % 5);
                    y[i] = 1;
                }
                x[at] = cases[c].x;
                y[at] = cases[c].y;
                prong_exact_add_pairs_f64(pairs, a, x, y, OTHERS);
                prong_exact_add_pairs_f64(weighted, a, x, y, OTHERS);
                prong_exact_count(weighted, &count);
                ck_assert(count.n == OTHERS && count.nan == cases[c].nan && count.pinf == cases[c].pinf &&
                          count.ninf == cases[c].ninf);
                ck_assert(bits(result_of(weighted, PRONG_Q_WSUM, 0)) == bits(cases[c].wsum));
                ck_assert(bits(result_of(weighted, PRONG_Q_WMEAN, 0)) == bits(cases[c].wmean));
                ck_assert(isnan(result_of(weighted, PRONG_Q_WVAR, 0)) && isnan(result_of(weighted, PRONG_Q_WSTD, 0)));
                ck_assert(isnan(result_of(pairs, PRONG_Q_COV, 0)) && isnan(result_of(pairs, PRONG_Q_CORR, 0)));
                prong_exact_count(pairs, &count);
                ck_assert(count.nan == cases[c].nan && count.pinf == !cases[c].nan && count.ninf == 0);
                /* omitted, a pair with a NaN leaves no trace in either sum */
                double mean = prong_exact_result(weighted, PRONG_Q_WMEAN, 0, PRONG_FORMAT_F64, PRONG_EXACT_OMIT_NAN);
                if (cases[c].nan)
                    ck_assert(mean == (200 - (double)(at % 5)) / 99);
                else
                    ck_assert(bits(mean) == bits(cases[c].wmean));
                prong_adder_destroy(a);
            }
}
END_TEST

START_TEST(infinities_in_pairs_can_be_taken_away_again)
{
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, FULL_WEIGHTED), *t = state(1, FULL_WEIGHTED), *u = state(2, FULL_WEIGHTED);

    prong_exact_add_pairs_f64(s, a, (double[]){ 1, 2 }, (double[]){ 1, 3 }, 2);
    memcpy(u, s, prong_exact_size(FULL_WEIGHTED));
    prong_exact_add_pairs_f64(t, a, (double[]){ 1, INF, NOT_A_NUMBER }, (double[]){ INF, 0, INF }, 3);
    ck_assert(prong_exact_merge(s, t, NULL) == PRONG_OK && isnan(result_of(s, PRONG_Q_WMEAN, 0)));
    ck_assert(prong_exact_unmerge(s, t, NULL) == PRONG_OK && prong_exact_equal(s, u));
    ck_assert(result_of(s, PRONG_Q_WMEAN, 0) == 1.75);
    prong_adder_destroy(a);
}
END_TEST

START_TEST(edges_of_quantities_of_pairs)
{
    prong_adder *a = adder_for("", "");
    prong_exact *p = state(0, FULL_PAIRS), *w = state(1, FULL_WEIGHTED);

    for (prong_quantity q = PRONG_Q_COV; q <= PRONG_Q_CORR; q++)
        ck_assert(isnan(result_of(p, q, 0)));
    for (prong_quantity q = PRONG_Q_WMEAN; q <= PRONG_Q_WSTD; q++)
        ck_assert(isnan(result_of(w, q, 0)));
    ck_assert(bits(result_of(w, PRONG_Q_WSUM, 0)) == 0);
    prong_exact_add_pairs_f64(p, a, (double[]){ 3 }, (double[]){ 5 }, 1);
    ck_assert(bits(result_of(p, PRONG_Q_COV, 0)) == 0 && isnan(result_of(p, PRONG_Q_COV, 1)));
    ck_assert(isnan(result_of(p, PRONG_Q_CORR, 0)));
    prong_exact_add_pairs_f64(p, a, (double[]){ 4, 4 }, (double[]){ 5, 5 }, 2);
    ck_assert(isnan(result_of(p, PRONG_Q_CORR, 0))); /* y is constant */
    ck_assert(bits(result_of(p, PRONG_Q_COV, 1)) == 0);
    ck_assert(isnan(sum_of(p)) && isnan(result_of(p, PRONG_Q_WMEAN, 0)));
    /* uncorrelated, exactly: +0 */
    p = state(0, FULL_PAIRS);
    prong_exact_add_pairs_f64(p, a, (double[]){ -1, 0, 1, 0 }, (double[]){ 0, 1, 0, -1 }, 4);
    ck_assert(bits(result_of(p, PRONG_Q_CORR, 0)) == 0 && bits(result_of(p, PRONG_Q_COV, 1)) == 0);
    /* weights that cancel, that are negative, that are too few for ddof */
    prong_exact_add_pairs_f64(w, a, (double[]){ 3, 4 }, (double[]){ 2, -2 }, 2);
    ck_assert(isnan(result_of(w, PRONG_Q_WMEAN, 0)) && isnan(result_of(w, PRONG_Q_WVAR, 0)));
    ck_assert(result_of(w, PRONG_Q_WSUM, 0) == -2);
    w = state(1, FULL_WEIGHTED);
    prong_exact_add_pairs_f64(w, a, (double[]){ 3, 4 }, (double[]){ 2, -1 }, 2);
    ck_assert(result_of(w, PRONG_Q_WMEAN, 0) == 2 && isnan(result_of(w, PRONG_Q_WVAR, 0)));
    w = state(1, FULL_WEIGHTED);
    prong_exact_add_pairs_f64(w, a, (double[]){ 3, 5 }, (double[]){ 2, 2 }, 2);
    ck_assert(result_of(w, PRONG_Q_WVAR, 0) == 1 && result_of(w, PRONG_Q_WVAR, 1) == 4.0 / 3);
    ck_assert(result_of(w, PRONG_Q_WSTD, 3) == 2 && isnan(result_of(w, PRONG_Q_WVAR, 4)));
    ck_assert(isnan(result_of(w, PRONG_Q_WVAR, 5)) && isnan(result_of(w, PRONG_Q_WVAR, UINT64_MAX)));
    /* zeros keep their sign as products and quotients do */
    w = state(1, FULL_WEIGHTED);
    prong_exact_add_pairs_f64(w, a, (double[]){ -0.0, -0.0 }, (double[]){ 1, 2 }, 2);
    ck_assert(bits(result_of(w, PRONG_Q_WMEAN, 0)) == bits(-0.0));
    ck_assert(bits(result_of(w, PRONG_Q_WSUM, 0)) == bits(-0.0));
    w = state(1, FULL_WEIGHTED);
    prong_exact_add_pairs_f64(w, a, (double[]){ 0.0, 0.0 }, (double[]){ -1, -2 }, 2);
    ck_assert(bits(result_of(w, PRONG_Q_WMEAN, 0)) == 0);
    prong_adder_destroy(a);
}
END_TEST

/* Overflow is for exact values that round there, and products on the way are no concern. */
START_TEST(results_of_pairs_overflow_only_where_they_must)
{
    prong_adder *a = adder_for("", "");
    prong_exact *p = state(0, FULL_PAIRS), *w = state(1, FULL_WEIGHTED);

    prong_exact_add_pairs_f64(p, a, (double[]){ DBL_MAX, -DBL_MAX }, (double[]){ -DBL_MAX, DBL_MAX }, 2);
    ck_assert(result_of(p, PRONG_Q_CORR, 0) == -1 && result_of(p, PRONG_Q_COV, 0) == -INF);
    prong_exact_add_pairs_f64(w, a, (double[]){ DBL_MAX, DBL_MAX }, (double[]){ DBL_MAX, DBL_MAX }, 2);
    ck_assert(result_of(w, PRONG_Q_WMEAN, 0) == DBL_MAX && bits(result_of(w, PRONG_Q_WVAR, 0)) == 0);
    ck_assert(result_of(w, PRONG_Q_WSUM, 0) == INF);
    w = state(1, FULL_WEIGHTED);
    prong_exact_add_pairs_f64(w, a, (double[]){ 0x1p-1074, 0x3p-1074 }, (double[]){ 0x1p-1074, 0x1p-1074 }, 2);
    ck_assert(result_of(w, PRONG_Q_WMEAN, 0) == 0x2p-1074 && result_of(w, PRONG_Q_WSTD, 0) == 0x1p-1074);
    p = state(0, FULL_PAIRS);
    prong_exact_add_pairs_f64(p, a, (double[]){ 0x1p-1074, 0x2p-1074, 0 }, (double[]){ 1, 2, 0 }, 3);
    ck_assert(result_of(p, PRONG_Q_CORR, 0) == 1);
    prong_adder_destroy(a);
}
END_TEST

START_TEST(long_runs_of_pairs_do_not_overflow_the_digits)
{
    enum { LONG = 3 << 18 };
    double *v = malloc(LONG * sizeof *v);

    ck_assert_ptr_nonnull(v);
    for (size_t i = 0; i < LONG; i++)
        v[i] = i % 2 ? -0x1.fffffffffffffp-1 : 0x1.fffffffffffffp-1;
    for (unsigned i = 0; i < ISAS; i++) {
        prong_adder *a = adder_for(isas[i], "");
        prong_exact *s = state(0, ALL), *t = state(1, ALL), *w = state(2, FULL_WEIGHTED), *u = state(3, FULL_WEIGHTED);
        prong_exact_add_f64(s, a, v, LONG);
        prong_exact_add_times(t, v[0], LONG / 2);
        prong_exact_add_times(t, v[1], LONG / 2);
        ck_assert(prong_exact_equal(s, t));
        /* |x|³ - |x|³, and the same as a sum of two that are merged */
        prong_exact_add_pairs_f64(w, a, v, v, LONG);
        prong_exact_add_pairs_f64(u, a, v, v, LONG / 2);
        t = state(1, FULL_WEIGHTED);
        memcpy(t, u, prong_exact_size(FULL_WEIGHTED));
        ck_assert(prong_exact_merge(u, t, NULL) == PRONG_OK && prong_exact_equal(u, w));
        prong_adder_destroy(a);
    }
    free(v);
}
END_TEST

#if defined(__SSE2__)
START_TEST(flush_to_zero_changes_no_pair)
{
    enum { FTZ_DAZ = 0x8040 };
    prong_adder *a = adder_for("", "");
    unsigned saved = __builtin_ia32_stmxcsr();

    fill(5);
    for (unsigned m = 0; m < MASKS; m++) {
        prong_exact *s = pair_by_pair(0, masks[m], PRONG_OPERAND_F64, x, PRONG_OPERAND_F64, y, MOST);
        prong_exact *t = state(1, masks[m]);
        __builtin_ia32_ldmxcsr(saved | FTZ_DAZ);
        prong_exact_add_pairs_f64(t, a, x, y, MOST);
        __builtin_ia32_ldmxcsr(saved);
        ck_assert(prong_exact_equal(s, t));
    }
    prong_adder_destroy(a);
}
END_TEST
#endif

Suite *exact_pairs_suite(void)
{
    Suite *suite = suite_create("exact pairs");
    TCase *t = tcase_create("pairs");

    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, every_path_gives_the_same_bytes_of_pairs, 0, KINDS);
    tcase_add_loop_test(t, products_of_three_and_four_are_exact_at_every_scale, 0, ISAS);
    tcase_add_loop_test(t, one_adder_follows_data_that_change, 0, ISAS);
    tcase_add_test(t, pairs_may_stand_at_any_address);
    tcase_add_test(t, integers_of_any_size_are_exact_in_pairs);
    tcase_add_test(t, large_integers_have_the_sums_of_arithmetic);
    tcase_add_test(t, what_is_not_finite_is_classed_by_pairs);
    tcase_add_test(t, infinities_in_pairs_can_be_taken_away_again);
    tcase_add_test(t, edges_of_quantities_of_pairs);
    tcase_add_test(t, results_of_pairs_overflow_only_where_they_must);
    tcase_add_test(t, long_runs_of_pairs_do_not_overflow_the_digits);
#if defined(__SSE2__)
    tcase_add_test(t, flush_to_zero_changes_no_pair);
#endif
    suite_add_tcase(suite, t);
    return suite;
}
