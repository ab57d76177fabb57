/* SPDX-License-Identifier: MIT */
/* What is beside the states: elements added many times over, numbers rounded to a format, quotients of sums. The oracle
 * has the values; here are the classes, the edges of formats, and states as bytes. */
#include "config.h"

#include "exact_fixture.h"

START_TEST(an_element_added_many_times_is_as_many_elements)
{
    static const uint64_t times[] = { 0, 1, 2, 3, 77 };

    fill((unsigned)_i);
    for (unsigned k = 0; k < sizeof times / sizeof times[0]; k++)
        for (unsigned powers = 1; powers <= ALL; powers++) {
            prong_exact *s = state(0, powers), *t = state(1, powers);
            for (size_t i = 0; i < 20; i++) {
                prong_exact_add_times(t, x[i], times[k]);
                for (uint64_t j = 0; j < times[k]; j++)
                    prong_exact_add_one(s, x[i]);
            }
            ck_assert_msg(prong_exact_equal(s, t), "powers %u times %u", powers, (unsigned)times[k]);
        }
}
END_TEST

/* Doubling by merging reaches what no loop would. */
START_TEST(times_may_be_as_large_as_a_count)
{
    fill((unsigned)_i);
    for (size_t i = 0; i < 40; i++) {
        prong_exact *s = state(0, ALL), *t = state(1, ALL), *twice = state(2, ALL);
        prong_exact_add_one(s, x[i]);
        for (unsigned bit = 0; bit < 64; bit++) {
            if (bit > 0) {
                memcpy(twice, s, prong_exact_size(ALL));
                ck_assert_int_eq(prong_exact_merge(s, twice, NULL), PRONG_OK);
            }
            t = state(1, ALL);
            prong_exact_add_times(t, x[i], UINT64_C(1) << bit);
            ck_assert(prong_exact_equal(s, t));
        }
        t = state(1, ALL);
        prong_exact_add_times(t, x[i], UINT64_MAX);
        prong_exact_add_one(t, x[i]);
        prong_exact_add_times(s, x[i], UINT64_C(1) << 63);
        ck_assert(prong_exact_equal(s, t));
    }
}
END_TEST

START_TEST(a_number_is_rounded_once_to_a_format)
{
    static const struct {
        double x, f32, f16, bf16;
    } cases[] = {
        { 1, 1, 1, 1 },
        { 0.1, 0x1.99999ap-4, 0x1.998p-4, 0x1.9ap-4 },
        { 65519.99, 65519.988281250, 65504, 65536 },
        { 65520, 65520, INF, 65536 },
        { -65520, -65520, -INF, -65536 },
        { 0x1.ffffffp127, INF, INF, INF },
        { 0x1.fffffefp127, 0x1.fffffep127, INF, INF },
        { 0x1p-150, 0, 0, 0 },
        { 0x1.8p-150, 0x1p-149, 0, 0 },
        { -0x1p-25, -0x1p-25, -0.0, -0x1p-25 },
        { 0x1.8p-25, 0x1.8p-25, 0x1p-24, 0x1.8p-25 },
        { -0x1p-1074, -0.0, -0.0, -0.0 },
        { -0.0, -0.0, -0.0, -0.0 },
        { INF, INF, INF, INF },
        { -INF, -INF, -INF, -INF },
        { NOT_A_NUMBER, NOT_A_NUMBER, NOT_A_NUMBER, NOT_A_NUMBER },
    };

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert(bits(prong_exact_round(cases[i].x, PRONG_FORMAT_F64)) == bits(cases[i].x));
        ck_assert(bits(prong_exact_round(cases[i].x, PRONG_FORMAT_F32)) == bits(cases[i].f32));
        ck_assert(bits(prong_exact_round(cases[i].x, PRONG_FORMAT_F16)) == bits(cases[i].f16));
        ck_assert(bits(prong_exact_round(cases[i].x, PRONG_FORMAT_BF16)) == bits(cases[i].bf16));
    }
    ck_assert(bits(prong_exact_round(-NOT_A_NUMBER, PRONG_FORMAT_F64)) == bits(NOT_A_NUMBER));
}
END_TEST

/* The compiler converts from double to float by hardware, rounding to nearest: an oracle for one of the formats. */
START_TEST(rounding_to_binary32_is_the_hardwares)
{
    seed = 3;
    for (unsigned i = 0; i < 400000; i++) {
        double v = draw(i % KINDS);
        if (i % 3 == 0)
            v = ldexp(v, i % 7 ? -120 : -130);
        if (!isnan(v))
            ck_assert(bits(prong_exact_round(v, PRONG_FORMAT_F32)) == bits((double)(float)v));
    }
}
END_TEST

START_TEST(an_integer_of_128_bits_is_rounded_once)
{
    ck_assert(bits(prong_exact_round_integer(0, 0, PRONG_FORMAT_F64)) == 0);
    ck_assert(prong_exact_round_integer(0, UINT64_MAX, PRONG_FORMAT_F64) == 0x1p64);
    ck_assert(prong_exact_round_integer(-1, UINT64_MAX, PRONG_FORMAT_F64) == -1);
    ck_assert(prong_exact_round_integer(-1, 0, PRONG_FORMAT_F64) == -0x1p64);
    ck_assert(prong_exact_round_integer(INT64_MIN, 0, PRONG_FORMAT_F64) == -0x1p127);
    ck_assert(prong_exact_round_integer(INT64_MAX, UINT64_MAX, PRONG_FORMAT_F64) == 0x1p127);
    ck_assert(prong_exact_round_integer(0, 65519, PRONG_FORMAT_F16) == 65504);
    ck_assert(prong_exact_round_integer(0, 65520, PRONG_FORMAT_F16) == INF);
    ck_assert(prong_exact_round_integer(-1, -UINT64_C(65520), PRONG_FORMAT_F16) == -INF);
    ck_assert(prong_exact_round_integer(0, (UINT64_C(1) << 53) + 1, PRONG_FORMAT_F64) == 0x1p53);
    ck_assert(prong_exact_round_integer(1, (UINT64_C(1) << 11) + 1, PRONG_FORMAT_F64) == 0x1.0000000000001p64);
}
END_TEST

static double ratio_of(double a, double b)
{
    prong_exact *s = state(0, PRONG_POWER_SUM), *t = state(1, PRONG_POWER_SUM | PRONG_POWER_ABS);

    prong_exact_add_one(s, a);
    prong_exact_add_one(t, b);
    return prong_exact_ratio(s, t, PRONG_FORMAT_F64);
}

static double canonical(double value)
{
    return isnan(value) ? NOT_A_NUMBER : value;
}

START_TEST(a_quotient_of_sums_is_a_division_of_ieee_754)
{
    static const double v[] = { 0.0, -0.0, 1, -1, 3, 10, -0x1p-1074, DBL_MAX, INF, -INF, NOT_A_NUMBER };
    enum { N = sizeof v / sizeof v[0] };
    prong_exact *s = state(2, PRONG_POWER_SQUARES);

    for (unsigned i = 0; i < N; i++)
        for (unsigned k = 0; k < N; k++) {
            ck_assert(bits(ratio_of(v[i], v[k])) == bits(canonical(v[i] / v[k])));
            prong_exact *t = state(3, PRONG_POWER_SUM);
            prong_exact_add_times(t, v[i], 7);
            if (v[i] != DBL_MAX)
                ck_assert(bits(prong_exact_result(t, PRONG_Q_HARMONIC, 0, PRONG_FORMAT_F64, 0)) ==
                          bits(canonical(7 / (7 * v[i]))));
        }
    ck_assert(isnan(prong_exact_ratio(s, state(1, PRONG_POWER_SUM), PRONG_FORMAT_F64)));
    ck_assert(isnan(prong_exact_result(state(1, PRONG_POWER_SUM), PRONG_Q_HARMONIC, 0, PRONG_FORMAT_F64, 0)));
}
END_TEST

START_TEST(a_quotient_of_sums_takes_products_too)
{
    prong_adder *a = adder_for("", "");
    prong_exact *products = state(0, PRONG_POWER_DOT), *weights = state(1, PRONG_POWER_SUM);

    prong_exact_add_dot_f64(products, a, (double[]){ 1e300, 1, -1e300 }, (double[]){ 1e300, 1, 1e300 }, 3);
    prong_exact_add_f64(weights, a, (double[]){ 1e300, 3, -1e300 }, 3);
    ck_assert(bits(prong_exact_ratio(products, weights, PRONG_FORMAT_F64)) == bits(1.0 / 3));
    ck_assert(prong_exact_ratio(weights, products, PRONG_FORMAT_F32) == 3);
    prong_adder_destroy(a);
}
END_TEST

START_TEST(a_harmonic_mean_omits_nan_when_told_to)
{
    prong_exact *s = state(0, PRONG_POWER_SUM);

    prong_exact_add_one(s, 0.25);
    prong_exact_add_one(s, NOT_A_NUMBER);
    prong_exact_add_one(s, 1);
    ck_assert(isnan(prong_exact_result(s, PRONG_Q_HARMONIC, 0, PRONG_FORMAT_F64, 0)));
    ck_assert(prong_exact_result(s, PRONG_Q_HARMONIC, 0, PRONG_FORMAT_F64, PRONG_EXACT_OMIT_NAN) == 1.6);
    s = state(0, PRONG_POWER_SUM);
    prong_exact_add_one(s, NOT_A_NUMBER);
    ck_assert(isnan(prong_exact_result(s, PRONG_Q_HARMONIC, 0, PRONG_FORMAT_F64, PRONG_EXACT_OMIT_NAN)));
}
END_TEST

Suite *exact_round_suite(void)
{
    Suite *suite = suite_create("exact round");
    TCase *t = tcase_create("round");

    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, an_element_added_many_times_is_as_many_elements, 0, KINDS);
    tcase_add_loop_test(t, times_may_be_as_large_as_a_count, 0, KINDS);
    tcase_add_test(t, a_number_is_rounded_once_to_a_format);
    tcase_add_test(t, rounding_to_binary32_is_the_hardwares);
    tcase_add_test(t, an_integer_of_128_bits_is_rounded_once);
    tcase_add_test(t, a_quotient_of_sums_is_a_division_of_ieee_754);
    tcase_add_test(t, a_quotient_of_sums_takes_products_too);
    tcase_add_test(t, a_harmonic_mean_omits_nan_when_told_to);
    suite_add_tcase(suite, t);
    return suite;
}
