/* SPDX-License-Identifier: MIT */
/* Sums of products of three and four factors: Σx³, Σx⁴ and Σx²y. x² is cut into two doubles, h + l, once for each
 * element, which leaves sums of products of two. Where x² does not come apart exactly, or windows do not hold those
 * products, it is integers, summed by exponent or one by one. */
#include "config.h"

#include "exact/higher.h"

#include "exact/products.h"

#define SPECIAL (UINT64_C(0x7ff) << 52)

/* Whether a->high and a->low are what a block's squares are made of; PRONG_PARTS_LOW in *parts. */
static bool take_apart(prong_adder *a, const double *x, size_t n, unsigned *parts)
{
    const struct prong_kernel *kernel = a->base.kernel;

    if (!kernel->square_parts || a->base.force == PRONG_FORCE_BUCKETS || prong_backoff_skips(&a->parts_backoff))
        return false;
    *parts = kernel->square_parts(x, n, a->high, a->low);
    if (*parts & PRONG_PARTS_LOST) {
        prong_backoff_raise(&a->parts_backoff);
        return false;
    }
    return true;
}

/* Sums products onto a stream. A stream that finds no window sums integers, which is slow: then all of them make way
 * for a while. */
static bool sum_part(prong_exact *s, prong_adder *a, enum prong_part part, enum prong_field field, unsigned lift,
                     const double *x, const double *y, size_t n)
{
    prong_exact_counts ignored = { 0 };
    struct prong_product_run r = prong_part_run(s, a, part, field, lift, &ignored);
    bool fits;

    prong_products_add(&r, x, y, n);
    fits = r.stream->backoff.skip == 0;
    r.stream->backoff.skip = 0;
    return fits;
}

static void finish_part(prong_exact *s, prong_adder *a, enum prong_part part, enum prong_field field, unsigned lift)
{
    prong_exact_counts ignored = { 0 };
    struct prong_product_run r = prong_part_run(s, a, part, field, lift, &ignored);

    prong_products_finish(&r);
}

static void settle(prong_adder *a, bool fits)
{
    if (fits)
        a->parts_backoff.next = 0;
    else
        prong_backoff_raise(&a->parts_backoff);
}

static void by_exponent(prong_exact *s, prong_adder *a, const double *x, size_t n)
{
    struct prong_sum_adder *b = &a->base;

    for (size_t i = 0; i < n; i += PRONG_CHUNK) {
        size_t chunk = n - i < PRONG_CHUNK ? n - i : PRONG_CHUNK;
        b->kernel->split(prong_after(x, i), chunk, b->significand[0], b->bucket[0]);
        prong_bucket_higher(&a->higher_buckets, b->significand[0], b->bucket[0], chunk,
                            (s->powers & PRONG_POWER_FOURTHS) != 0);
    }
}

static void add_block(prong_exact *s, prong_adder *a, const double *x, size_t n)
{
    const double *high = a->high, *low = a->low;
    prong_exact_counts ignored = { 0 };
    bool fits = true;
    unsigned parts;

    if (a->base.kernel->largest(x, n) >= SPECIAL) {
        n = prong_block_clean(a->finite, x, n, &ignored);
        x = a->finite;
    }
    if (!take_apart(a, x, n, &parts)) {
        by_exponent(s, a, x, n);
        return;
    }
    if (s->powers & PRONG_POWER_CUBES) {
        fits &= sum_part(s, a, PRONG_PART_XH, PRONG_FIELD_CUBES, 0, x, high, n);
        if (parts & PRONG_PARTS_LOW)
            fits &= sum_part(s, a, PRONG_PART_XL, PRONG_FIELD_CUBES, 0, x, low, n);
    }
    if (s->powers & PRONG_POWER_FOURTHS) {
        fits &= sum_part(s, a, PRONG_PART_HH, PRONG_FIELD_FOURTHS, 0, high, high, n);
        if (parts & PRONG_PARTS_LOW) {
            fits &= sum_part(s, a, PRONG_PART_HL, PRONG_FIELD_FOURTHS, 1, high, low, n);
            fits &= sum_part(s, a, PRONG_PART_LL, PRONG_FIELD_FOURTHS, 0, low, low, n);
        }
    }
    settle(a, fits);
}

void prong_higher_add(prong_exact *s, prong_adder *a, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i += PRONG_BLOCK_ELEMENTS) {
        size_t block = n - i < PRONG_BLOCK_ELEMENTS ? n - i : PRONG_BLOCK_ELEMENTS;
        add_block(s, a, prong_after(x, i), block);
    }
}

void prong_higher_finish(prong_exact *s, prong_adder *a)
{
    if (s->powers & PRONG_POWER_CUBES) {
        finish_part(s, a, PRONG_PART_XH, PRONG_FIELD_CUBES, 0);
        finish_part(s, a, PRONG_PART_XL, PRONG_FIELD_CUBES, 0);
    }
    if (s->powers & PRONG_POWER_FOURTHS) {
        finish_part(s, a, PRONG_PART_HH, PRONG_FIELD_FOURTHS, 0);
        finish_part(s, a, PRONG_PART_HL, PRONG_FIELD_FOURTHS, 1);
        finish_part(s, a, PRONG_PART_LL, PRONG_FIELD_FOURTHS, 0);
    }
    prong_bucket_flush_higher(&a->higher_buckets, prong_limbs_or_null(s, PRONG_FIELD_CUBES),
                              prong_field_limbs(PRONG_FIELD_CUBES), prong_limbs_or_null(s, PRONG_FIELD_FOURTHS),
                              prong_field_limbs(PRONG_FIELD_FOURTHS));
}

void prong_weighted_square_put(prong_exact *s, struct prong_piece x, struct prong_piece y)
{
    prong_u128 square = (prong_u128)x.m * x.m;
    prong_u128 lower = (prong_u128)(uint64_t)square * y.m;
    prong_u128 upper = (prong_u128)(uint64_t)(square >> 64) * y.m + (uint64_t)(lower >> 64);
    uint64_t part[4] = { (uint64_t)lower, (uint64_t)upper, (uint64_t)(upper >> 64) };

    prong_put(s, PRONG_FIELD_WEIGHTED_SQUARES, 2 * x.place + y.place, part, 3, y.negative, 1);
}

void prong_weighted_squares_add(prong_exact *s, prong_adder *a, const double *x, const double *y, size_t n)
{
    const enum prong_field field = PRONG_FIELD_WEIGHTED_SQUARES;
    bool fits;
    unsigned parts;

    if (!take_apart(a, x, n, &parts)) {
        for (size_t i = 0; i < n; i++)
            prong_weighted_square_put(s, prong_piece_f64(prong_bits_at(x, i)), prong_piece_f64(prong_bits_at(y, i)));
        return;
    }
    fits = sum_part(s, a, PRONG_PART_XH, field, 0, y, a->high, n);
    if (parts & PRONG_PARTS_LOW)
        fits &= sum_part(s, a, PRONG_PART_XL, field, 0, y, a->low, n);
    settle(a, fits);
}

void prong_weighted_squares_finish(prong_exact *s, prong_adder *a)
{
    finish_part(s, a, PRONG_PART_XH, PRONG_FIELD_WEIGHTED_SQUARES, 0);
    finish_part(s, a, PRONG_PART_XL, PRONG_FIELD_WEIGHTED_SQUARES, 0);
}
