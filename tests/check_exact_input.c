/* SPDX-License-Identifier: MIT */
/* Elements that are no doubles in a row: narrower formats, strides, integers; and results that are integers. */
#include "config.h"

#include "exact_fixture.h"

#include "exact/wide.h"

#include <stdbool.h>

static double half(unsigned h)
{
    double value = h >> 10 & 31 ? ldexp(1024 + (h & 1023), (int)(h >> 10 & 31) - 25) : ldexp(h & 1023, -24);

    if ((h >> 10 & 31) == 31)
        value = h & 1023 ? NOT_A_NUMBER : INF;
    return h >> 15 ? -value : value;
}

START_TEST(narrow_formats_are_widened_exactly)
{
    enum { N = 65536 };
    static uint16_t raw[N];
    static float f[N];
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, ALL), *t = state(1, ALL);
    prong_exact_counts cs, ct;

    for (unsigned i = 0; i < N; i++) {
        uint32_t b = i << 16;
        raw[i] = (uint16_t)i;
        memcpy(f + i, &b, sizeof b);
        prong_exact_add_one(s, half(i));
    }
    prong_exact_add_f16(t, a, raw, N);
    ck_assert(prong_exact_equal(s, t));

    s = state(0, ALL);
    t = state(1, ALL);
    prong_exact *u = state(2, ALL);
    prong_exact_add_bf16(t, a, raw, N);
    prong_exact_add_f32(u, a, f, N);
    for (unsigned i = 0; i < N; i++)
        prong_exact_add_one(s, (double)f[i]);
    ck_assert(prong_exact_equal(s, t) && prong_exact_equal(s, u));
    prong_exact_count(s, &cs);
    prong_exact_count(t, &ct);
    ck_assert(cs.n == N && ct.pinf == 1 && ct.ninf == 1 && ct.nan == 254);
    prong_adder_destroy(a);
}
END_TEST

/* Narrow elements whose squares, cubes and fourth powers have windows, and a few that have none. */
START_TEST(powers_of_narrow_elements_are_exact_on_every_path)
{
    static float f[MOST];
    static uint16_t h[MOST], b[MOST];

    seed = 31;
    for (unsigned i = 0; i < MOST; i++) {
        uint32_t r = (uint32_t)random_bits(), word = i % 1700 == 0 ? r : (r & 0x83ffffff) | 0x3c000000;
        memcpy(f + i, &word, sizeof word);
        b[i] = (uint16_t)(word >> 16);
        h[i] = i % 1700 == 0 ? (uint16_t)r : (uint16_t)(r & 0x8fff) | 0x3000;
    }
    for (unsigned powers = PRONG_POWER_CUBES; powers <= (PRONG_POWER_CUBES | PRONG_POWER_FOURTHS); powers += 4) {
        prong_exact *want[3] = { state(1, powers), state(2, powers), state(3, powers) };
        for (unsigned i = 0; i < MOST; i++) {
            uint32_t word = (uint32_t)b[i] << 16;
            float narrow;
            memcpy(&narrow, &word, sizeof narrow);
            prong_exact_add_one(want[0], (double)f[i]);
            prong_exact_add_one(want[1], half(h[i]));
            prong_exact_add_one(want[2], (double)narrow);
        }
        for (unsigned i = 0; i < ISAS; i++)
            for (unsigned k = 0; k < FORCES; k++) {
                prong_adder *a = adder_for(isas[i], forces[k]);
                prong_exact *s = state(0, powers);
                prong_exact_add_f32(s, a, f, MOST);
                ck_assert(prong_exact_equal(s, want[0]));
                prong_exact_init(s, powers);
                prong_exact_add_f16(s, a, h, MOST);
                ck_assert(prong_exact_equal(s, want[1]));
                prong_exact_init(s, powers);
                prong_exact_add_bf16(s, a, b, MOST);
                ck_assert(prong_exact_equal(s, want[2]));
                prong_adder_destroy(a);
            }
    }
}
END_TEST

/* Integers beyond 2^53 among such that are doubles; (2^64 - 1)⁴ and its like are the oracle's. */
START_TEST(powers_of_integers_are_exact_on_every_path)
{
    static uint64_t v[MOST];

    seed = 37;
    for (unsigned i = 0; i < MOST; i++)
        v[i] = i / 1024 % 2 ? random_bits() >> (i % 3 ? 11 : 0) : random_bits() % 4001 - 2000;
    for (unsigned is_signed = 0; is_signed < 2; is_signed++) {
        prong_adder *plain = adder_for("portable", "integers");
        prong_exact *want = state(1, ALL);
        for (unsigned i = 0; i < MOST; i++)
            if (is_signed)
                prong_exact_add_i64(want, plain, (const int64_t *)v + i, 1);
            else
                prong_exact_add_u64(want, plain, v + i, 1);
        for (unsigned i = 0; i < ISAS; i++)
            for (unsigned k = 0; k < FORCES; k++) {
                prong_adder *a = adder_for(isas[i], forces[k]);
                prong_exact *s = state(0, ALL);
                if (is_signed)
                    prong_exact_add_i64(s, a, (const int64_t *)v, MOST);
                else
                    prong_exact_add_u64(s, a, v, MOST);
                ck_assert(prong_exact_equal(s, want));
                prong_adder_destroy(a);
            }
        prong_adder_destroy(plain);
    }
}
END_TEST

/* Σx alone takes narrow elements as they stand: every kernel, levels up and down, -0, tails, odd addresses. */
enum { NARROW_DATA = 6, NARROW = 3 * 1024 * 100 + 17 };
static uint32_t draw_narrow(unsigned which, size_t i)
{
    uint32_t r = (uint32_t)random_bits();

    switch (which) {
    case 0:
        return r; /* every bit pattern, NaN and infinities among them */
    case 1:
        return (r & 0x81ff81ff) | 0x3c003c00; /* near 1 */
    case 2:
        return r % 3 ? 0x80008000 : (r & 0x807f807f) | 0x3f003f00; /* many -0 */
    case 3:
        return i == NARROW / 2 ? 0x7f807f80 : (r & 0x007f00ff) | 0x40004000; /* one infinity or NaN */
    case 4:
        return r & 0x80ff80ff; /* zeros and subnormal numbers */
    default:
        return i / 1024 % 300 == 299 ? r & 0xbfffbfff : (r & 0x80ff80ff) | 0x3c003c00; /* a wild block now and then */
    }
}

START_TEST(narrow_sums_are_exact_on_every_path)
{
    static const size_t sizes[] = { 0, 1, 15, 31, 33, 1023, 1025, 5000, NARROW };
    static unsigned char single[4 * NARROW + 4], halves[2 * NARROW + 4];

    seed = (unsigned)_i + 1;
    for (size_t i = 0; i < NARROW; i++) {
        uint32_t b = draw_narrow((unsigned)_i, i);
        memcpy(single + 1 + 4 * i, &b, 4);
        memcpy(halves + 1 + 2 * i, &b, 2);
    }
    for (unsigned n = 0; n < sizeof sizes / sizeof sizes[0]; n++) {
        prong_exact *want[3] = { state(1, PRONG_POWER_SUM), state(2, PRONG_POWER_SUM), state(3, PRONG_POWER_SUM) };
        for (size_t i = 0; i < sizes[n]; i++) {
            float f;
            uint16_t h;
            memcpy(&f, single + 1 + 4 * i, 4);
            memcpy(&h, halves + 1 + 2 * i, 2);
            prong_exact_add_one(want[0], (double)f);
            prong_exact_add_one(want[1], half(h));
            uint32_t b = (uint32_t)h << 16;
            memcpy(&f, &b, 4);
            prong_exact_add_one(want[2], (double)f);
        }
        for (unsigned i = 0; i < ISAS; i++)
            for (unsigned k = 0; k < FORCES; k++) {
                prong_adder *a = adder_for(isas[i], forces[k]);
                const void *f = single + 1, *h = halves + 1;
                for (unsigned kind = 0; kind < 3; kind++) {
                    prong_exact *s = state(0, PRONG_POWER_SUM);
                    if (kind == 0)
                        prong_exact_add_f32(s, a, f, sizes[n]);
                    else if (kind == 1)
                        prong_exact_add_f16(s, a, h, sizes[n]);
                    else
                        prong_exact_add_bf16(s, a, h, sizes[n]);
                    ck_assert_msg(prong_exact_equal(s, want[kind]), "%s %s kind %u n %zu", isas[i], forces[k], kind,
                                  sizes[n]);
                }
                prong_adder_destroy(a);
            }
    }
}
END_TEST

START_TEST(strides_go_forwards_and_backwards)
{
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, ALL), *t = state(1, ALL);

    fill(1);
    for (size_t i = 0; i < MOST; i += 3)
        prong_exact_add_one(s, x[i]);
    prong_exact_add_f64_strided(t, a, x, 24, (MOST + 2) / 3);
    ck_assert(prong_exact_equal(s, t));
    t = state(1, ALL);
    prong_exact_add_f64_strided(t, a, x + 3 * ((MOST + 2) / 3 - 1), -24, (MOST + 2) / 3);
    ck_assert(prong_exact_equal(s, t));
    prong_adder_destroy(a);
}
END_TEST

START_TEST(integers_share_the_states_of_doubles)
{
    static int64_t v[MOST];
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, ALL), *t = state(1, ALL);
    int64_t hi;
    uint64_t lo, w[3];

    seed = 9;
    for (size_t i = 0; i < MOST; i++) {
        v[i] = (int64_t)(random_bits() >> 11) - (INT64_C(1) << 52);
        x[i] = (double)v[i];
    }
    prong_exact_add_i64(s, a, v, MOST);
    prong_exact_add_f64(t, a, x, MOST);
    ck_assert(prong_exact_equal(s, t));
    s = state(0, PRONG_POWER_SUM | PRONG_POWER_SQUARES);
    t = state(1, PRONG_POWER_SUM | PRONG_POWER_SQUARES);
    prong_exact_add_i64(s, a, v, MOST);
    prong_exact_add_f64(t, a, x, MOST);
    ck_assert(prong_exact_equal(s, t));

    s = state(0, PRONG_POWER_SUM | PRONG_POWER_SQUARES);
    prong_exact_add_u64(s, a, (uint64_t[]){ UINT64_MAX, UINT64_MAX, UINT64_MAX }, 3);
    ck_assert(prong_exact_integer(s, &hi, &lo) && hi == 2 && lo == UINT64_MAX - 2);
    ck_assert(prong_exact_integer_squares(s, w) && w[0] == 3 && w[1] == UINT64_MAX - 5 && w[2] == 2);
    s = state(0, PRONG_POWER_SUM);
    prong_exact_add_i64(s, a, (int64_t[]){ INT64_MIN, INT64_MIN, 5 }, 3);
    ck_assert(prong_exact_integer(s, &hi, &lo) && hi == -1 && lo == 5);
    prong_adder_destroy(a);
}
END_TEST

/* Integers of several characters, with all the edges; against 128-bit arithmetic, on every path and at every size up
 * to some vectors, at odd addresses. */
static uint64_t draw_integer(unsigned kind)
{
    static const uint64_t edges[] = { 0, 1, UINT64_MAX, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1,
                                      UINT64_C(1) << 32, UINT32_MAX, UINT64_C(0xffffffff00000000) };

    switch (kind) {
    case 0:
        return random_bits();
    case 1:
        return edges[random_bits() % 8];
    case 2:
        return random_bits() % 2001 - 1000;
    default:
        return edges[kind - 3]; /* nothing but that edge */
    }
}
enum { INTEGER_KINDS = 3 + 8 };

static prong_exact *integer_state(unsigned which, unsigned powers, const uint64_t *v, size_t n, bool is_signed)
{
    prong_exact *s = state(which, powers);

    s->count.n = s->count.not_minus_zero = n;
    for (size_t i = 0; i < n; i++) {
        bool negative = is_signed && v[i] >> 63;
        prong_i128 one = negative ? (prong_i128)(int64_t)v[i] : (prong_i128)v[i];
        prong_u128 magnitude = (prong_u128)(negative ? -one : one);
        uint64_t square[2] = { (uint64_t)(magnitude * magnitude), (uint64_t)(magnitude * magnitude >> 64) };
        if (powers & PRONG_POWER_SUM)
            prong_wide_deposit(prong_exact_limbs(s, PRONG_FIELD_SUM), 34, PRONG_UNIT, one);
        if (powers & PRONG_POWER_SQUARES)
            prong_wide_deposit_limbs(prong_exact_limbs(s, PRONG_FIELD_SQUARES), 67, 2 * PRONG_UNIT, square, 2, 1);
    }
    return s;
}

START_TEST(integers_are_exact_on_every_path)
{
    static const size_t sizes[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 65, 1000, MOST };
    static unsigned char at[8 * MOST + 8];
    static uint64_t v[MOST];

    seed = (unsigned)_i + 1;
    for (size_t i = 0; i < MOST; i++)
        v[i] = draw_integer((unsigned)_i);
    memcpy(at + 3, v, sizeof v);
    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k += FORCES - 1) {
            prong_adder *a = adder_for(isas[i], forces[k]);
            for (unsigned powers = PRONG_POWER_SUM; powers <= (PRONG_POWER_SUM | PRONG_POWER_SQUARES); powers++)
                for (unsigned n = 0; n < sizeof sizes / sizeof sizes[0]; n++) {
                    const void *from = at + 3;
                    prong_exact *s = integer_state(0, powers, v, sizes[n], true), *t = state(1, powers);
                    prong_exact_add_i64(t, a, from, sizes[n]);
                    ck_assert_msg(prong_exact_equal(s, t), "i64 %s powers %u n %zu", isas[i], powers, sizes[n]);
                    s = integer_state(0, powers, v, sizes[n], false);
                    t = state(1, powers);
                    prong_exact_add_u64(t, a, from, sizes[n]);
                    ck_assert_msg(prong_exact_equal(s, t), "u64 %s powers %u n %zu", isas[i], powers, sizes[n]);
                }
            prong_adder_destroy(a);
        }
}
END_TEST

START_TEST(what_is_no_integer_is_not_read_as_one)
{
    int64_t hi = 7;
    uint64_t lo = 7;
    prong_exact *s = state(0, PRONG_POWER_SUM);

    prong_exact_add_one(s, 0.5);
    ck_assert(!prong_exact_integer(s, &hi, &lo));
    prong_exact_add_one(s, -0.5);
    ck_assert(prong_exact_integer(s, &hi, &lo) && hi == 0 && lo == 0);
    prong_exact_add_one(s, 0x1p127);
    ck_assert(!prong_exact_integer(s, &hi, &lo) && hi == 0);
    prong_exact_add_one(s, -1);
    ck_assert(prong_exact_integer(s, &hi, &lo) && hi == INT64_MAX && lo == UINT64_MAX);
    prong_exact_add_one(s, -0x1p128);
    ck_assert(!prong_exact_integer(s, &hi, &lo));
    prong_exact_add_one(s, 1);
    ck_assert(prong_exact_integer(s, &hi, &lo) && hi == INT64_MIN && lo == 0);
    prong_exact_add_one(s, NOT_A_NUMBER);
    ck_assert(!prong_exact_integer(s, &hi, &lo));
}
END_TEST

START_TEST(sums_of_products_are_read_as_integers)
{
    static double v[MOST], w[MOST];
    prong_i128 want = 0;
    int64_t hi = 7;
    uint64_t lo = 7;

    seed = 11;
    for (size_t i = 0; i < MOST; i++) {
        v[i] = (double)((int64_t)random_bits() >> 11);
        w[i] = (double)((int64_t)random_bits() >> 11);
        want += (prong_i128)v[i] * (prong_i128)w[i];
    }
    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k++) {
            prong_adder *a = adder_for(isas[i], forces[k]);
            prong_exact *s = state(0, PRONG_POWER_DOT);
            ck_assert(prong_exact_integer(s, &hi, &lo) && hi == 0 && lo == 0);
            prong_exact_add_dot_f64(s, a, v, w, MOST);
            ck_assert(prong_exact_integer(s, &hi, &lo) && hi == (int64_t)(want >> 64) && lo == (uint64_t)want);
            ck_assert(!prong_exact_integer_squares(s, (uint64_t[3]){ 0 }));
            /* a half, and away with it */
            prong_exact_add_dot_f64(s, a, (double[]){ 0.5 }, (double[]){ 1 }, 1);
            ck_assert(!prong_exact_integer(s, &hi, &lo) && hi == (int64_t)(want >> 64));
            prong_exact_add_dot_f64(s, a, (double[]){ -0.25 }, (double[]){ 2 }, 1);
            ck_assert(prong_exact_integer(s, &hi, &lo) && hi == (int64_t)(want >> 64) && lo == (uint64_t)want);
            /* the greatest that fits, one more, the least, one less */
            s = state(0, PRONG_POWER_DOT);
            prong_exact_add_dot_f64(s, a, (double[]){ 0x1p100, 1 }, (double[]){ 0x1p27, -1 }, 2);
            ck_assert(prong_exact_integer(s, &hi, &lo) && hi == INT64_MAX && lo == UINT64_MAX);
            prong_exact_add_dot_f64(s, a, (double[]){ 1 }, (double[]){ 1 }, 1);
            ck_assert(!prong_exact_integer(s, &hi, &lo));
            prong_exact_add_dot_f64(s, a, (double[]){ -0x1p64 }, (double[]){ 0x1p64 }, 1);
            ck_assert(prong_exact_integer(s, &hi, &lo) && hi == INT64_MIN && lo == 0);
            prong_exact_add_dot_f64(s, a, (double[]){ 1 }, (double[]){ -1 }, 1);
            ck_assert(!prong_exact_integer(s, &hi, &lo));
            /* products that are -0, beside nothing */
            s = state(0, PRONG_POWER_DOT);
            prong_exact_add_dot_f64(s, a, (double[]){ 0.0, -3 }, (double[]){ -5, 0.0 }, 2);
            ck_assert(bits(prong_exact_result(s, PRONG_Q_DOT, 0, PRONG_FORMAT_F64, 0)) == bits(-0.0));
            ck_assert(prong_exact_integer(s, &hi, &lo) && hi == 0 && lo == 0);
            prong_exact_add_dot_f64(s, a, (double[]){ 0.0 }, (double[]){ INF }, 1);
            ck_assert(!prong_exact_integer(s, &hi, &lo));
            prong_adder_destroy(a);
        }
    ck_assert(!prong_exact_integer(state(0, PRONG_POWER_SQUARES), &hi, &lo));
}
END_TEST

Suite *exact_input_suite(void)
{
    Suite *suite = suite_create("exact input");
    TCase *t = tcase_create("input");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, narrow_formats_are_widened_exactly);
    tcase_add_loop_test(t, narrow_sums_are_exact_on_every_path, 0, NARROW_DATA);
    tcase_add_test(t, powers_of_narrow_elements_are_exact_on_every_path);
    tcase_add_test(t, powers_of_integers_are_exact_on_every_path);
    tcase_add_test(t, strides_go_forwards_and_backwards);
    tcase_add_test(t, integers_share_the_states_of_doubles);
    tcase_add_loop_test(t, integers_are_exact_on_every_path, 0, INTEGER_KINDS);
    tcase_add_test(t, what_is_no_integer_is_not_read_as_one);
    tcase_add_test(t, sums_of_products_are_read_as_integers);
    suite_add_tcase(suite, t);
    return suite;
}
