/* SPDX-License-Identifier: MIT */
/* What exact sums promise, statement by statement. The oracle (exact_oracle.py) checks values by the thousand;
 * here stand the properties that need C: every path, alignment, the environment; in check_exact_state.c states as
 * bytes, damaged data; in check_exact_input.c the other kinds of element; in
 * check_exact_round.c what is beside the states; in check_exact_pairs.c pairs. */
#include "config.h"

#include "exact_fixture.h"

#include <fenv.h>
#include <stdbool.h>

START_TEST(sum_is_rounded_once)
{
    double v[] = { 1e308, 1.0, 1e-300, -1e308 };

    ck_assert(bits(prong_sum_f64(v, 4)) == bits(1.0));
    ck_assert(bits(prong_dot_f64(v, (double[]){ 1, 2, 0, 1 }, 4)) == bits(2.0));
    ck_assert(bits(prong_sum_f64(NULL, 0)) == 0);
    ck_assert(bits(prong_dot_f64(NULL, NULL, 0)) == 0);
}
END_TEST

START_TEST(every_path_gives_the_same_bytes)
{
    static const size_t sizes[] = { 1, 15, 31, 33, 1000, 1024, 1025, MOST };
    static const unsigned masks[] = { PRONG_POWER_SUM, PRONG_POWER_SQUARES, PRONG_POWER_SUM | PRONG_POWER_SQUARES,
                                      PRONG_POWER_ABS, PRONG_POWER_CUBES, PRONG_POWER_FOURTHS, ALL };

    fill((unsigned)_i);
    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k++) {
            prong_adder *a = adder_for(isas[i], forces[k]);
            for (unsigned m = 0; m < sizeof masks / sizeof masks[0]; m++)
                for (unsigned n = 0; n < sizeof sizes / sizeof sizes[0]; n++) {
                    prong_exact *s = state(0, masks[m]), *t = state(1, masks[m]);
                    one_by_one(s, x, sizes[n]);
                    prong_exact_add_f64(t, a, x, sizes[n]);
                    ck_assert_msg(prong_exact_equal(s, t), "%s %s powers %u n %zu", isas[i], forces[k], masks[m],
                                  sizes[n]);
                }
            prong_adder_destroy(a);
        }
}
END_TEST

START_TEST(every_path_gives_the_same_products)
{
    prong_adder *plain = adder_for("portable", "integers");
    prong_exact *s = state(0, PRONG_POWER_DOT);

    fill((unsigned)_i);
    prong_exact_add_dot_f64(s, plain, x, y, MOST);
    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k++) {
            prong_adder *a = adder_for(isas[i], forces[k]);
            prong_exact *t = state(1, PRONG_POWER_DOT);
            prong_exact_add_dot_f64(t, a, x, y, 1500);
            prong_exact_add_dot_f64(t, a, x + 1500, y + 1500, MOST - 1500);
            ck_assert_msg(prong_exact_equal(s, t), "%s %s", isas[i], forces[k]);
            prong_adder_destroy(a);
        }
    prong_adder_destroy(plain);
}
END_TEST

/* From the subnormals to overflow, where anchors are clamped, products underflow or windows have no place. */
START_TEST(sums_and_products_are_exact_at_every_scale)
{
    enum { N = 160 };
    prong_adder *a = adder_for(isas[_i], ""), *plain = adder_for("portable", "integers");
    double v[N], w[N];

    seed = 1;
    setenv("PRONG_ISA", isas[_i], 1);
    for (int e = -1080; e <= 1024; e++) {
        prong_adder_init(a); /* so that windows are placed for this very scale */
        const unsigned both = PRONG_POWER_SUM | PRONG_POWER_SQUARES;
        prong_exact *s = state(0, both), *t = state(1, both);
        for (size_t i = 0; i < N; i++) {
            v[i] = ldexp(draw(0), e);
            w[i] = ldexp(draw(0), e % 3 ? 0 : e / 2);
        }
        one_by_one(s, v, N);
        prong_exact_add_f64(t, a, v, N);
        ck_assert_msg(prong_exact_equal(s, t), "squares at 2^%d", e);
        t = state(1, PRONG_POWER_SUM);
        prong_exact_add_f64(t, a, v, N);
        ck_assert_msg(bits(sum_of(s)) == bits(sum_of(t)), "sums at 2^%d", e);
        s = state(0, PRONG_POWER_DOT);
        t = state(1, PRONG_POWER_DOT);
        prong_exact_add_dot_f64(s, plain, v, w, N);
        prong_exact_add_dot_f64(t, a, v, w, N);
        ck_assert_msg(prong_exact_equal(s, t), "products at 2^%d", e);
    }
    prong_adder_destroy(a);
    prong_adder_destroy(plain);
}
END_TEST

START_TEST(any_address_will_do)
{
    static unsigned char at[8 * MOST + 16];
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, ALL);

    fill(6);
    one_by_one(s, x, MOST);
    for (size_t offset = 0; offset < 8; offset++) {
        prong_exact *t = state(1, ALL);
        memcpy(at + offset, x, sizeof x);
        prong_exact_add_f64(t, a, (const double *)(const void *)(at + offset), MOST);
        ck_assert(prong_exact_equal(s, t));
    }
    prong_adder_destroy(a);
}
END_TEST

START_TEST(a_nan_is_found_at_every_offset)
{
    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k++) {
            prong_adder *a = adder_for(isas[i], forces[k]);
            for (size_t n = 0; n < 1100; n++)
                x[n] = 0.5;
            for (size_t at = 0; at < 1100; at = at < LANES_TRIED || at > 1015 ? at + 1 : at + 37) {
                prong_exact_counts c;
                prong_exact *s = state(0, PRONG_POWER_SUM | PRONG_POWER_SQUARES), *t = state(1, PRONG_POWER_SUM);
                x[at] = at % 2 ? NOT_A_NUMBER : -NOT_A_NUMBER;
                prong_exact_add_f64(s, a, x, 1100);
                prong_exact_add_f64(t, a, x, 1100);
                ck_assert(isnan(sum_of(s)) && isnan(sum_of(t)));
                prong_exact_count(s, &c);
                ck_assert(c.nan == 1 && c.n == 1100);
                ck_assert(prong_exact_result(s, PRONG_Q_SUM, 0, PRONG_FORMAT_F64, PRONG_EXACT_OMIT_NAN) == 549.5);
                x[at] = INF;
                ck_assert(isinf(prong_sum_f64(x, 1100)));
                x[at] = 0.5;
            }
            prong_adder_destroy(a);
        }
}
END_TEST

/* Ties that all round the same way carry a chain of digits as far as it can go. */
START_TEST(chains_of_ties_stay_in_their_binade)
{
    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k++) {
            prong_adder *a = adder_for(isas[i], forces[k]);
            for (int bit = 30; bit <= 54; bit++)
                for (int e = -2; e <= 4; e++) {
                    prong_exact *s = state(0, PRONG_POWER_SUM | PRONG_POWER_SQUARES);
                    double value = ldexp(0.25 + ldexp(1, -bit), e);
                    for (size_t n = 0; n < 4096; n++)
                        x[n] = value;
                    prong_exact_add_f64(s, a, x, 4096);
                    ck_assert(sum_of(s) == 4096 * value);
                    ck_assert(prong_exact_result(s, PRONG_Q_VAR, 0, PRONG_FORMAT_F64, 0) == 0);
                    prong_exact_init(s, PRONG_POWER_SUM);
                    prong_exact_add_f64(s, a, x, 4096);
                    ck_assert(sum_of(s) == 4096 * value);
                }
            prong_adder_destroy(a);
        }
}
END_TEST

START_TEST(long_runs_do_not_overflow_the_digits)
{
    enum { LONG = 3 << 19 };
    double *v = malloc(LONG * sizeof *v);
    prong_exact *s;

    ck_assert_ptr_nonnull(v);
    for (size_t i = 0; i < LONG; i++)
        v[i] = -0.9375;
    for (unsigned i = 0; i < ISAS; i++) {
        prong_adder *a = adder_for(isas[i], "");
        s = state(0, PRONG_POWER_SUM);
        prong_exact_add_f64(s, a, v, LONG);
        ck_assert(sum_of(s) == -0.9375 * LONG);
        s = state(0, PRONG_POWER_SUM | PRONG_POWER_SQUARES);
        prong_exact_add_f64(s, a, v, LONG);
        ck_assert(sum_of(s) == -0.9375 * LONG);
        ck_assert(prong_exact_result(s, PRONG_Q_MS, 0, PRONG_FORMAT_F64, 0) == 0.9375 * 0.9375);
        prong_adder_destroy(a);
        a = adder_for(isas[i], "buckets");
        s = state(0, PRONG_POWER_SUM | PRONG_POWER_SQUARES);
        prong_exact_add_f64(s, a, v, LONG);
        ck_assert(sum_of(s) == -0.9375 * LONG);
        ck_assert(prong_exact_result(s, PRONG_Q_MS, 0, PRONG_FORMAT_F64, 0) == 0.9375 * 0.9375);
        prong_adder_destroy(a);
    }
    free(v);
}
END_TEST

/* NaN in the first quarter, none for longer than kernels expect more, then a few again; -0 among them, and an infinity.
 * Lengths of no multiple of anything, in one call and in many. */
static bool is_nan_at(size_t i, size_t n)
{
    return i < n / 4 ? i % 37 == 5 || i % 1024 == 0 : i > n - 3000 && i % 11 == 0;
}

START_TEST(nan_come_and_go_in_long_runs)
{
    enum { LONG = 700 * 1024 + 13, CALL = 16390 };
    static const unsigned masks[] = { PRONG_POWER_SUM, PRONG_POWER_SUM | PRONG_POWER_SQUARES };
    double *v = malloc(LONG * sizeof *v);
    float *f = malloc(LONG * sizeof *f);

    ck_assert(v && f);
    seed = 17;
    for (size_t i = 0; i < LONG; i++)
        v[i] = is_nan_at(i, LONG) ? i % 2 ? NOT_A_NUMBER : -NOT_A_NUMBER : i % 901 == 3 ? -0.0 : (double)(float)draw(0);
    v[LONG / 8] = -INF;
    for (size_t i = 0; i < LONG; i++)
        f[i] = (float)v[i];
    for (unsigned m = 0; m < sizeof masks / sizeof masks[0]; m++) {
        prong_exact *want = state(0, masks[m]);
        one_by_one(want, v, LONG);
        for (unsigned i = 0; i < ISAS; i++) {
            prong_adder *a = adder_for(isas[i], "");
            prong_exact *once = state(1, masks[m]), *often = state(2, masks[m]), *narrow = state(3, masks[m]);
            prong_exact_add_f64(once, a, v, LONG);
            for (size_t k = 0; k < LONG; k += CALL)
                prong_exact_add_f64(often, a, v + k, LONG - k < CALL ? LONG - k : CALL);
            prong_exact_add_f32(narrow, a, f, LONG);
            ck_assert_msg(prong_exact_equal(want, once), "%s powers %u", isas[i], masks[m]);
            ck_assert_msg(prong_exact_equal(want, often), "%s powers %u, many calls", isas[i], masks[m]);
            ck_assert_msg(prong_exact_equal(want, narrow), "%s powers %u, floats", isas[i], masks[m]);
            prong_adder_destroy(a);
        }
    }
    free(v);
    free(f);
}
END_TEST

#if defined(__SSE2__)
START_TEST(flush_to_zero_changes_nothing_and_stays_set)
{
    enum { FTZ_DAZ = 0x8040 };
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, ALL), *t = state(1, ALL);
    float narrow[64];
    uint16_t halves[64];
    double sum;

    fill(5);
    one_by_one(s, x, MOST);
    for (unsigned i = 0; i < 64; i++) {
        narrow[i] = 0x1p-149f;
        halves[i] = 1;
    }
    unsigned saved = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(saved | FTZ_DAZ);
    bool sticks = (__builtin_ia32_stmxcsr() & FTZ_DAZ) == FTZ_DAZ; /* not under valgrind */
    prong_exact_add_f64(t, a, x, MOST);
    sum = prong_sum_f64(x, MOST);
    prong_exact *u = state(2, PRONG_POWER_SUM);
    prong_exact_add_f32(u, a, narrow, 64);
    prong_exact *v = state(3, PRONG_POWER_SUM);
    prong_exact_add_f16(v, a, halves, 64);
    unsigned after = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(saved);
    ck_assert(!sticks || (after & FTZ_DAZ) == FTZ_DAZ);
    ck_assert(prong_exact_equal(s, t));
    ck_assert(bits(sum) == bits(sum_of(s)) && sum != 0);
    ck_assert(sum_of(u) == 0x1p-143);
    ck_assert(sum_of(v) == 0x1p-18);
    prong_adder_destroy(a);
}
END_TEST
#endif

START_TEST(rounding_mode_changes_nothing_and_stays_set)
{
    static const int modes[] = { FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO };
    prong_adder *a = adder_for("", "");

    fill(2);
    double want = prong_sum_f64(x, MOST);
    for (unsigned m = 0; m < 3; m++) {
        prong_exact *s = state(0, ALL), *t = state(1, ALL);
        one_by_one(s, x, MOST);
        ck_assert(fesetround(modes[m]) == 0);
        prong_exact_add_f64(t, a, x, MOST);
        double got = sum_of(t);
        int mode = fegetround();
        fesetround(FE_TONEAREST);
        ck_assert(mode == modes[m]);
        ck_assert(prong_exact_equal(s, t));
        ck_assert(bits(got) == bits(want));
    }
    prong_adder_destroy(a);
}
END_TEST

START_TEST(an_adder_lives_in_the_callers_memory)
{
    prong_adder *a = aligned_alloc(64, (prong_adder_size() + 63) / 64 * 64);
    prong_exact *s = state(0, ALL), *t = state(1, ALL);

    ck_assert_ptr_nonnull(a);
    memset(a, 0x5a, prong_adder_size());
    prong_adder_init(a);
    fill(7);
    one_by_one(s, x, MOST);
    prong_exact_add_f64(t, a, x, MOST);
    ck_assert(prong_exact_equal(s, t));
    free(a);
}
END_TEST

Suite *exact_paths_suite(void)
{
    Suite *suite = suite_create("exact paths");
    TCase *t = tcase_create("paths");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, sum_is_rounded_once);
    tcase_add_loop_test(t, every_path_gives_the_same_bytes, 0, KINDS);
    tcase_add_loop_test(t, every_path_gives_the_same_products, 0, KINDS);
    tcase_add_loop_test(t, sums_and_products_are_exact_at_every_scale, 0, ISAS);
    tcase_add_test(t, any_address_will_do);
    tcase_add_test(t, a_nan_is_found_at_every_offset);
    tcase_add_test(t, chains_of_ties_stay_in_their_binade);
    tcase_add_test(t, long_runs_do_not_overflow_the_digits);
    tcase_add_test(t, nan_come_and_go_in_long_runs);
#if defined(__SSE2__)
    tcase_add_test(t, flush_to_zero_changes_nothing_and_stays_set);
#endif
    tcase_add_test(t, rounding_mode_changes_nothing_and_stays_set);
    tcase_add_test(t, an_adder_lives_in_the_callers_memory);
    suite_add_tcase(suite, t);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(exact_paths_suite());
    int failed;

    srunner_add_suite(runner, exact_state_suite());
    srunner_add_suite(runner, exact_input_suite());
    srunner_add_suite(runner, exact_round_suite());
    srunner_add_suite(runner, exact_pairs_suite());
    srunner_add_suite(runner, exact_columns_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
