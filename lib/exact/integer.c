/* SPDX-License-Identifier: MIT */
/* Integers as inputs, and single elements: everything that is deposited in a state without windows or tables.
 * Integers share the states of doubles, at the bit that is worth 1, so they share all that is done with states. */
#include "config.h"

#include "exact/adder.h"

#include <string.h>

/* ±m * 2^(place - 1074), times over, into every sum of s but DOT. */
static inline void deposit(prong_exact *s, int negative, uint64_t m, unsigned place, uint64_t times)
{
    prong_u128 square = (prong_u128)m * m;
    uint64_t low = (uint64_t)square, high = (uint64_t)(square >> 64);
    uint64_t one[2] = { m }, magnitude[2] = { m }, two[3] = { low, high };

    prong_put(s, PRONG_FIELD_SUM, place, one, 1, negative, times);
    prong_put(s, PRONG_FIELD_ABS, place, magnitude, 1, 0, times);
    prong_put(s, PRONG_FIELD_SQUARES, 2 * place, two, 2, 0, times);
    if (s->powers & PRONG_POWER_CUBES) {
        prong_u128 a = (prong_u128)low * m;
        prong_u128 c = (prong_u128)high * m + (uint64_t)(a >> 64);
        uint64_t three[4] = { (uint64_t)a, (uint64_t)c, (uint64_t)(c >> 64) };
        prong_put(s, PRONG_FIELD_CUBES, 3 * place, three, 3, negative, times);
    }
    if (s->powers & PRONG_POWER_FOURTHS) {
        prong_u128 ll = (prong_u128)low * low, cross = (prong_u128)low * high, hh = (prong_u128)high * high;
        prong_u128 middle = (ll >> 64) + 2 * (prong_u128)(uint64_t)cross;
        prong_u128 upper = hh + 2 * (cross >> 64) + (middle >> 64);
        uint64_t four[5] = { (uint64_t)ll, (uint64_t)middle, (uint64_t)upper, (uint64_t)(upper >> 64) };
        prong_put(s, PRONG_FIELD_FOURTHS, 4 * place, four, 4, 0, times);
    }
}

/* All that an element is but part of n, times over. */
static inline void deposit_element(prong_exact *s, double x, uint64_t times)
{
    uint64_t bits, exponent, fraction;

    memcpy(&bits, &x, sizeof bits);
    exponent = bits >> 52 & 0x7ff;
    fraction = bits << 12 >> 12;
    if (bits != UINT64_C(1) << 63)
        s->count.not_minus_zero += times;
    if (exponent == 0x7ff) {
        if (fraction)
            s->count.nan += times;
        else if (bits >> 63)
            s->count.ninf += times;
        else
            s->count.pinf += times;
    } else if (bits << 1) {
        deposit(s, (int)(bits >> 63), exponent ? fraction | UINT64_C(1) << 52 : fraction, prong_place(exponent),
                times);
    }
}

void prong_deposit_one(prong_exact *s, double x)
{
    deposit_element(s, x, 1);
}

void prong_exact_add_one(prong_exact *s, double x)
{
    s->count.n++;
    deposit_element(s, x, 1);
}

void prong_exact_add_times(prong_exact *s, double x, uint64_t times)
{
    s->count.n += times;
    deposit_element(s, x, times);
}

/* ---- Integers in a row ---- */

static prong_u128 value_of(const struct prong_halves *h)
{
    return ((prong_u128)h->high << 32) + (h->whole - (h->high << 32));
}

/* Σx from Σ(x + bias), for bias 0 or 2^63. */
static void deposit_sum(prong_exact *s, prong_u128 biased, size_t n, uint64_t bias)
{
    prong_i128 sum = (prong_i128)(biased - (prong_u128)n * bias);

    prong_wide_deposit(prong_exact_limbs(s, PRONG_FIELD_SUM), 34, PRONG_UNIT, sum);
}

/* Σx² = Σ(x + bias)² - 2 bias Σ(x + bias) + n bias². */
static void deposit_squares(prong_exact *s, const struct prong_halves sums[PRONG_INTEGER_SUMS], size_t n,
                            uint64_t bias)
{
    uint64_t *limb = prong_exact_limbs(s, PRONG_FIELD_SQUARES);
    prong_u128 high_high = value_of(&sums[PRONG_INTEGER_HIGH_HIGH]);

    if (bias)
        high_high += ((prong_u128)n << 62) - value_of(&sums[PRONG_INTEGER_SUM]);
    prong_wide_deposit(limb, 67, 2 * PRONG_UNIT, (prong_i128)value_of(&sums[PRONG_INTEGER_LOW_LOW]));
    prong_wide_deposit(limb, 67, 2 * PRONG_UNIT + 33, (prong_i128)value_of(&sums[PRONG_INTEGER_LOW_HIGH]));
    prong_wide_deposit(limb, 67, 2 * PRONG_UNIT + 64, (prong_i128)high_high);
}

/* Σx² where no kernel has it. */
static void squares_one_by_one(prong_exact *s, const char *x, size_t n, bool is_signed)
{
    uint64_t sum[3] = { 0 };

    for (size_t i = 0; i < n; i++) {
        prong_u128 square, total;
        uint64_t v;
        memcpy(&v, x + 8 * i, 8);
        if (is_signed && v >> 63)
            v = -v;
        square = (prong_u128)v * v;
        total = ((prong_u128)sum[1] << 64 | sum[0]) + square;
        sum[2] += total < square;
        sum[0] = (uint64_t)total;
        sum[1] = (uint64_t)(total >> 64);
    }
    prong_wide_deposit_limbs(prong_exact_limbs(s, PRONG_FIELD_SQUARES), 67, 2 * PRONG_UNIT, sum, 3, 1);
}

void prong_deposit_halves(prong_exact *s, const struct prong_halves *sum, size_t n, uint64_t bias)
{
    s->count.n += n;
    s->count.not_minus_zero += n;
    deposit_sum(s, value_of(sum), n, bias);
}

/* Up to PRONG_INTEGER_MOST of them, for states of Σx, Σx² or both. */
static void add_by_halves(prong_exact *s, const struct prong_kernel *kernel, const char *x, size_t n,
                          bool is_signed)
{
    struct prong_halves sums[PRONG_INTEGER_SUMS] = { { 0, 0 } };
    uint64_t bias = is_signed ? UINT64_C(1) << 63 : 0;
    bool squares = (s->powers & PRONG_POWER_SQUARES) != 0;

    if (squares && kernel->integer_squares) {
        kernel->integer_squares(x, n, bias, sums);
        deposit_squares(s, sums, n, bias);
    } else {
        kernel->integers(x, n, bias, sums);
        if (squares)
            squares_one_by_one(s, x, n, is_signed);
    }
    if (s->powers & PRONG_POWER_SUM)
        deposit_sum(s, value_of(&sums[PRONG_INTEGER_SUM]), n, bias);
}

static void add_each(prong_exact *s, const char *x, size_t n, bool is_signed)
{
    s->count.n += n;
    s->count.not_minus_zero += n;
    for (size_t i = 0; i < n; i++) {
        uint64_t v;
        memcpy(&v, x + 8 * i, 8);
        bool negative = is_signed && v >> 63;
        deposit(s, negative, negative ? -v : v, PRONG_UNIT, 1);
    }
}

/* Into any sums: blocks of integers that are doubles go the ways of doubles. */
static void add_by_blocks(prong_exact *s, prong_adder *a, const char *x, size_t n, bool is_signed)
{
    unsigned saved = prong_fp_enter();

    for (size_t i = 0, block; i < n; i += block) {
        block = n - i < PRONG_BLOCK_ELEMENTS ? n - i : PRONG_BLOCK_ELEMENTS;
        if (i % PRONG_BUCKET_MOST == 0)
            prong_add_finish(s, a);
        if (block >= PRONG_STEP_ELEMENTS && prong_integers_as_doubles(x + 8 * i, block, is_signed, a->converted))
            prong_add_doubles(s, a, a->converted, block);
        else
            add_each(s, x + 8 * i, block, is_signed);
    }
    prong_add_finish(s, a);
    prong_fp_exit(saved);
}

static void add_integers(prong_exact *s, prong_adder *a, const void *x, size_t n, bool is_signed)
{
    if (a->base.force == PRONG_FORCE_INTEGERS) {
        add_each(s, x, n, is_signed);
    } else if (s->powers & ~(uint64_t)(PRONG_POWER_SUM | PRONG_POWER_SQUARES)) {
        add_by_blocks(s, a, x, n, is_signed);
    } else {
        s->count.n += n;
        s->count.not_minus_zero += n;
        for (size_t i = 0, part; i < n; i += part) {
            part = n - i < PRONG_INTEGER_MOST ? n - i : PRONG_INTEGER_MOST;
            add_by_halves(s, a->base.kernel, (const char *)x + 8 * i, part, is_signed);
        }
    }
}

void prong_exact_add_i64(prong_exact *s, prong_adder *a, const int64_t *x, size_t n)
{
    add_integers(s, a, x, n, true);
}

void prong_exact_add_u64(prong_exact *s, prong_adder *a, const uint64_t *x, size_t n)
{
    add_integers(s, a, x, n, false);
}
