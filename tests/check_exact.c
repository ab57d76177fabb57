/* SPDX-License-Identifier: MIT */
/* What exact sums promise, statement by statement. The oracle (exact_oracle.py) checks values by the thousand;
 * here stand the properties that need C: states as bytes, every path, alignment, the environment, damaged data. */
#include "config.h"

#include "exact/state.h"

#include <check.h>
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define INF __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")

static const char *const isas[] = { "portable", "avx2", "avx512" };
static const char *const forces[] = { "", "grid2", "grid3", "grid4", "buckets", "integers" };

enum {
    ISAS = 3,
    FORCES = 6,
    MOST = 5000,
    LANES_TRIED = 40,
    ALL = PRONG_POWER_SUM | PRONG_POWER_SQUARES | PRONG_POWER_CUBES | PRONG_POWER_FOURTHS | PRONG_POWER_ABS
};

static uint64_t room[4][PRONG_EXACT_MAX_SIZE / 8];
static double x[MOST], y[MOST];

static prong_exact *state(unsigned which, unsigned powers)
{
    prong_exact *s = (prong_exact *)room[which];

    prong_exact_init(s, powers);
    return s;
}

static prong_adder *adder_for(const char *isa, const char *force)
{
    setenv("PRONG_ISA", isa, 1);
    setenv("PRONG_EXACT_FORCE", force, 1);
    prong_adder *a = prong_adder_create();
    ck_assert_ptr_nonnull(a);
    unsetenv("PRONG_ISA");
    unsetenv("PRONG_EXACT_FORCE");
    return a;
}

static uint64_t bits(double value)
{
    uint64_t b;

    memcpy(&b, &value, sizeof b);
    return b;
}

static double sum_of(const prong_exact *s)
{
    return prong_exact_result(s, PRONG_Q_SUM, 0, PRONG_FORMAT_F64, 0);
}

static uint64_t seed;

static uint64_t random_bits(void)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Elements of several characters: kind 0 … 7. */
enum { KINDS = 8 };
static double draw(unsigned kind)
{
    double u = (double)(random_bits() >> 11) * 0x1p-53 - 0.5, value;
    uint64_t b;

    switch (kind) {
    case 0:
        return u;
    case 1:
        return ldexp(u, (int)(random_bits() % 40));
    case 2:
        return ldexp(u, -(int)(random_bits() % 150));
    case 3:
        return random_bits() % 100 ? u : ldexp(u, -300);
    case 4:
        return random_bits() % 3 ? -0.0 : u;
    case 5:
        return ldexp(u, -1060);
    case 6:
        return random_bits() % 50 ? u : (const double[]){ NOT_A_NUMBER, INF, -INF, DBL_MAX }[random_bits() % 4];
    default:
        b = random_bits();
        memcpy(&value, &b, sizeof value);
        return value;
    }
}

static void fill(unsigned kind)
{
    seed = kind + 1;
    for (size_t i = 0; i < MOST; i++) {
        x[i] = draw(kind);
        y[i] = draw(kind ^ 1);
    }
}

/* The state that the simplest path gives: every element by itself. */
static void one_by_one(prong_exact *s, const double *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        prong_exact_add_one(s, from[i]);
}

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
                                      PRONG_POWER_ABS, PRONG_POWER_FOURTHS, ALL };

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

#if defined(__SSE2__)
START_TEST(flush_to_zero_changes_nothing_and_stays_set)
{
    enum { FTZ_DAZ = 0x8040 };
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, ALL), *t = state(1, ALL);
    float narrow[64];
    double sum;

    fill(5);
    one_by_one(s, x, MOST);
    for (unsigned i = 0; i < 64; i++)
        narrow[i] = 0x1p-149f;
    unsigned saved = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(saved | FTZ_DAZ);
    bool sticks = (__builtin_ia32_stmxcsr() & FTZ_DAZ) == FTZ_DAZ; /* not under valgrind */
    prong_exact_add_f64(t, a, x, MOST);
    sum = prong_sum_f64(x, MOST);
    prong_exact *u = state(2, PRONG_POWER_SUM);
    prong_exact_add_f32(u, a, narrow, 64);
    unsigned after = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(saved);
    ck_assert(!sticks || (after & FTZ_DAZ) == FTZ_DAZ);
    ck_assert(prong_exact_equal(s, t));
    ck_assert(bits(sum) == bits(sum_of(s)) && sum != 0);
    ck_assert(sum_of(u) == 0x1p-143);
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

START_TEST(parts_merge_to_the_whole_and_can_be_taken_away)
{
    prong_adder *a = adder_for("", "");
    prong_error err = PRONG_ERROR_INIT;

    fill((unsigned)_i);
    for (size_t cut = 0; cut <= MOST; cut += 333) {
        prong_exact *whole = state(0, ALL), *left = state(1, ALL), *right = state(2, ALL), *copy = state(3, ALL);
        prong_exact_add_f64(whole, a, x, MOST);
        prong_exact_add_f64(left, a, x, cut);
        prong_exact_add_f64(right, a, x + cut, MOST - cut);
        memcpy(copy, left, prong_exact_size(ALL));
        ck_assert_int_eq(prong_exact_merge(left, right, &err), PRONG_OK);
        ck_assert(prong_exact_equal(left, whole));
        ck_assert_int_eq(prong_exact_unmerge(left, right, &err), PRONG_OK);
        ck_assert(prong_exact_equal(left, copy));
        ck_assert_int_eq(prong_exact_merge(right, copy, &err), PRONG_OK);
        ck_assert(prong_exact_equal(right, whole));
    }
    ck_assert_int_eq(prong_exact_merge(state(0, 1), state(1, 3), &err), PRONG_EINVAL);
    ck_assert(err.status == PRONG_EINVAL && err.detail[0]);
    prong_adder_destroy(a);
}
END_TEST

START_TEST(a_nan_can_be_merged_and_unmerged)
{
    prong_exact *s = state(0, PRONG_POWER_SUM), *t = state(1, PRONG_POWER_SUM);

    prong_exact_add_one(s, 1.5);
    prong_exact_add_one(t, NOT_A_NUMBER);
    prong_exact_add_one(t, -INF);
    ck_assert(prong_exact_merge(s, t, NULL) == PRONG_OK && isnan(sum_of(s)));
    ck_assert(prong_exact_unmerge(s, t, NULL) == PRONG_OK && sum_of(s) == 1.5);
}
END_TEST

START_TEST(minus_zero_survives_only_alone)
{
    prong_adder *a = adder_for("", "");

    for (size_t n = 1; n < 3000; n = 2 * n + 1) {
        prong_exact *s = state(0, PRONG_POWER_SUM), *t = state(1, PRONG_POWER_SUM);
        for (size_t i = 0; i < n; i++)
            x[i] = -0.0;
        prong_exact_add_f64(s, a, x, n);
        ck_assert(bits(sum_of(s)) == bits(-0.0));
        ck_assert(bits(prong_sum_f64(x, n)) == bits(-0.0));
        prong_exact_add_one(t, 0.0);
        ck_assert(prong_exact_merge(s, t, NULL) == PRONG_OK && bits(sum_of(s)) == 0);
        ck_assert(prong_exact_unmerge(s, t, NULL) == PRONG_OK && bits(sum_of(s)) == bits(-0.0));
    }
    ck_assert(bits(prong_sum_f64((double[]){ 1, -1 }, 2)) == 0);
    prong_adder_destroy(a);
}
END_TEST

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

START_TEST(serialised_states_come_back)
{
    static unsigned char bytes[4096];

    fill(6);
    for (unsigned powers = 1; powers <= 32; powers++) {
        prong_exact *s = state(0, powers), *t = (prong_exact *)room[1];
        size_t size = prong_exact_serial_size(powers);
        ck_assert(size <= sizeof bytes && prong_exact_size(powers) % 8 == 0);
        if (powers != PRONG_POWER_DOT)
            one_by_one(s, x, 500);
        prong_exact_serialize(s, bytes);
        ck_assert_int_eq(prong_exact_deserialize(t, sizeof room[1], bytes, size, NULL), PRONG_OK);
        ck_assert(prong_exact_equal(s, t) && prong_exact_powers(t) == powers);
    }
}
END_TEST

START_TEST(damaged_states_are_refused)
{
    static unsigned char bytes[4096];
    prong_error err = PRONG_ERROR_INIT;
    prong_exact *s = state(0, PRONG_POWER_SUM), *t = state(1, PRONG_POWER_SQUARES),
                *u = state(2, PRONG_POWER_SQUARES);
    size_t size = prong_exact_serial_size(PRONG_POWER_SUM);

    prong_exact_add_one(s, 1);
    prong_exact_serialize(s, bytes);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        ck_assert_int_eq(prong_exact_deserialize(t, sizeof room[1], bytes, size, &err), PRONG_EDATA);
        ck_assert(err.detail[0]);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++)
        ck_assert_int_eq(prong_exact_deserialize(t, sizeof room[1], bytes, cut, NULL), PRONG_EDATA);
    ck_assert_int_eq(prong_exact_deserialize(t, sizeof room[1], bytes, size + 1, NULL), PRONG_EDATA);
    ck_assert_int_eq(prong_exact_deserialize(t, prong_exact_size(1) - 1, bytes, size, &err), PRONG_EINVAL);
    ck_assert(prong_exact_equal(t, u));
}
END_TEST

START_TEST(impossible_masks_have_no_size)
{
    ck_assert(prong_exact_size(0) == 0 && prong_exact_size(64) == 0);
    ck_assert(prong_exact_size(PRONG_POWER_DOT | PRONG_POWER_SUM) == 0);
    ck_assert(prong_exact_size(ALL) > 0 && prong_exact_size(ALL) <= PRONG_EXACT_MAX_SIZE);
    ck_assert(prong_exact_serial_size(0) == 0);
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

int main(void)
{
    Suite *suite = suite_create("exact");
    TCase *t = tcase_create("exact");
    SRunner *runner;
    int failed;

    tcase_set_timeout(t, 240);
    tcase_add_test(t, sum_is_rounded_once);
    tcase_add_loop_test(t, every_path_gives_the_same_bytes, 0, KINDS);
    tcase_add_loop_test(t, every_path_gives_the_same_products, 0, KINDS);
    tcase_add_loop_test(t, sums_and_products_are_exact_at_every_scale, 0, ISAS);
    tcase_add_test(t, any_address_will_do);
    tcase_add_test(t, a_nan_is_found_at_every_offset);
    tcase_add_test(t, chains_of_ties_stay_in_their_binade);
    tcase_add_test(t, long_runs_do_not_overflow_the_digits);
#if defined(__SSE2__)
    tcase_add_test(t, flush_to_zero_changes_nothing_and_stays_set);
#endif
    tcase_add_test(t, rounding_mode_changes_nothing_and_stays_set);
    tcase_add_loop_test(t, parts_merge_to_the_whole_and_can_be_taken_away, 0, KINDS);
    tcase_add_test(t, a_nan_can_be_merged_and_unmerged);
    tcase_add_test(t, minus_zero_survives_only_alone);
    tcase_add_test(t, narrow_formats_are_widened_exactly);
    tcase_add_test(t, strides_go_forwards_and_backwards);
    tcase_add_test(t, integers_share_the_states_of_doubles);
    tcase_add_test(t, what_is_no_integer_is_not_read_as_one);
    tcase_add_test(t, serialised_states_come_back);
    tcase_add_test(t, damaged_states_are_refused);
    tcase_add_test(t, impossible_masks_have_no_size);
    tcase_add_test(t, an_adder_lives_in_the_callers_memory);
    suite_add_tcase(suite, t);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
