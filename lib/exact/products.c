/* SPDX-License-Identifier: MIT */
/* Σxy: like a line, with pairs. NaN and infinities are classed as the products would be by IEEE 754. */
#include "config.h"

#include "exact/products.h"

#include "exact/piece.h"

#include <string.h>

#define SPECIAL (UINT64_C(0x7ff) << 52)
#define SIGN (UINT64_C(1) << 63)

enum { LEAST_LEVELS = 3, MOST_LEVELS = 5 };

/* Counts a pair with a NaN or an infinity in it. */
static void count_special(prong_exact_counts *c, uint64_t x, uint64_t y)
{
    if ((x & ~SIGN) > SPECIAL || (y & ~SIGN) > SPECIAL || x << 1 == 0 || y << 1 == 0)
        c->nan++;
    else if ((x ^ y) >> 63)
        c->ninf++;
    else
        c->pinf++;
}

static bool is_special(uint64_t bits)
{
    return (bits & SPECIAL) == SPECIAL;
}

void prong_products_by_integers(const struct prong_product_run *r, const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t a = prong_bits_at(x, i), b = prong_bits_at(y, i);
        if (is_special(a) || is_special(b)) {
            count_special(r->counts, a, b);
        } else if (a << 1 == 0 || b << 1 == 0) {
            r->counts->not_minus_zero -= (a ^ b) >> 63;
        } else {
            struct prong_piece u = prong_piece_f64(a), v = prong_piece_f64(b);
            prong_i128 product = (prong_i128)u.m * v.m;
            prong_wide_deposit(r->limb, r->limbs, u.place + v.place + r->unit - 2 * PRONG_UNIT,
                               (a ^ b) >> 63 ? -product : product);
        }
    }
}

void prong_products_finish(const struct prong_product_run *r)
{
    struct prong_window *w = &r->stream->window;

    prong_window_flush(w, 0, w->levels, r->limb, r->limbs, (int)r->unit);
    prong_window_done(w, r->counts);
}

/* A block into memory of the adder, padded, pairs with NaN and infinities counted and taken out. */
static size_t clean(double *xs, double *ys, const double *x, const double *y, size_t n, prong_exact_counts *counts)
{
    size_t padded = (n + PRONG_STEP_ELEMENTS - 1) & ~(size_t)(PRONG_STEP_ELEMENTS - 1);

    memset(xs, 0, padded * sizeof *xs);
    memset(ys, 0, padded * sizeof *ys);
    for (size_t i = 0; i < n; i++) {
        uint64_t a = prong_bits_at(x, i), b = prong_bits_at(y, i);
        if (is_special(a) || is_special(b)) {
            count_special(counts, a, b);
        } else {
            memcpy(xs + i, &a, sizeof a);
            memcpy(ys + i, &b, sizeof b);
        }
    }
    return padded;
}

static void by_exponent(const struct prong_product_run *r, const double *x, const double *y, size_t n)
{
    struct prong_sum_adder *b = &r->adder->base;

    for (size_t i = 0; i < n; i++)
        if (x[i] == 0 || y[i] == 0)
            r->counts->not_minus_zero -= (prong_bits_at(x, i) ^ prong_bits_at(y, i)) >> 63;
    for (size_t i = 0; i < n; i += PRONG_CHUNK) {
        size_t chunk = n - i < PRONG_CHUNK ? n - i : PRONG_CHUNK;
        b->kernel->split(x + i, chunk, b->significand[0], b->bucket[0]);
        b->kernel->split(y + i, chunk, b->significand[1], b->bucket[1]);
        prong_bucket_dot(&r->adder->dot_buckets, b->significand[0], b->bucket[0], b->significand[1], b->bucket[1],
                         chunk);
    }
}

/* e of the largest product, rounded up. */
static int product_e(const double *x, const double *y, size_t n)
{
    int most = -2044;

    for (size_t i = 0; i < n; i++) {
        int e = (int)(prong_bits_at(x, i) >> 52 & 0x7ff) + (int)(prong_bits_at(y, i) >> 52 & 0x7ff) - 2044;
        most = e > most ? e : most;
    }
    return (most + 3) & ~3;
}

/* A block that the window refused, or that is no whole one, or that is not to be tried. */
static void odd_block(const struct prong_product_run *r, const double *x, const double *y, size_t n, bool try)
{
    struct prong_window *w = &r->stream->window;

    n = clean(r->xs, r->ys, x, y, n, r->counts);
    if (try) {
        if (w->levels && r->kernel->dot(r->xs, r->ys, n, w) == n)
            return;
        int e = product_e(r->xs, r->ys, n), levels = w->levels > LEAST_LEVELS ? w->levels : LEAST_LEVELS;
        prong_products_finish(r);
        for (; levels <= MOST_LEVELS && prong_window_product(w, e, levels); levels++)
            if (r->kernel->dot(r->xs, r->ys, n, w) == n) {
                r->stream->backoff.next = 0;
                return;
            }
        w->levels = 0;
        prong_backoff_raise(&r->stream->backoff);
    }
    if (r->adder)
        by_exponent(r, r->xs, r->ys, n);
    else
        prong_products_by_integers(r, r->xs, r->ys, n);
}

void prong_products_add(const struct prong_product_run *r, const double *x, const double *y, size_t n)
{
    struct prong_window *w = &r->stream->window;

    while (n > 0) {
        size_t block = n < PRONG_BLOCK_ELEMENTS ? n : PRONG_BLOCK_ELEMENTS;
        size_t done = 0;
        bool try = r->kernel && !prong_backoff_skips(&r->stream->backoff);

        if (w->blocks >= PRONG_FLUSH_BLOCKS)
            prong_products_finish(r);
        if (try && w->levels)
            done = r->kernel->dot(x, y, n & ~(size_t)(PRONG_STEP_ELEMENTS - 1), w);
        if (done == 0) {
            odd_block(r, x, y, block, try);
            done = block;
        }
        x = prong_after(x, done);
        y = prong_after(y, done);
        n -= done;
    }
}

static const struct prong_kernel *kernel_with_dot(const struct prong_sum_adder *b)
{
    return b->force == PRONG_FORCE_BUCKETS || !b->kernel->dot ? NULL : b->kernel;
}

struct prong_product_run prong_dot_run(prong_exact *s, prong_adder *a)
{
    return (struct prong_product_run){ .stream = &a->dot,
                                       .limb = prong_exact_limbs(s, PRONG_FIELD_DOT),
                                       .limbs = prong_field_limbs(PRONG_FIELD_DOT),
                                       .unit = 2 * PRONG_UNIT,
                                       .counts = &s->count,
                                       .kernel = kernel_with_dot(&a->base),
                                       .xs = a->base.block,
                                       .ys = a->second,
                                       .adder = a };
}

struct prong_product_run prong_part_run(prong_exact *s, prong_adder *a, enum prong_part part, enum prong_field field,
                                        unsigned lift, prong_exact_counts *ignored)
{
    return (struct prong_product_run){ .stream = &a->part[part],
                                       .limb = prong_exact_limbs(s, field),
                                       .limbs = prong_field_limbs(field),
                                       .unit = prong_field_power(field) * PRONG_UNIT + lift,
                                       .counts = ignored,
                                       .kernel = kernel_with_dot(&a->base),
                                       .xs = a->base.block,
                                       .ys = a->second };
}
