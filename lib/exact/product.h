/* SPDX-License-Identifier: MIT */
/* The kernels of squares and products, where the hardware has FMA: on the grids of exact/grid.h.
 *
 * p = fl(xy) and d = xy - p, by FMA, which is exact if no bit of d is below 2^-1074. p enters at the first level,
 * under a g of its own; |d| <= ulp(p) / 2 <= u / 2 enters at the second like any other r. The remainders of both go
 * down to the last level, where f sees both. The driver keeps e within bounds such that d is exact: for squares x
 * is a multiple of 2^(e-88), by the test f of its own two levels, so e >= -449 will do. For products the last grid
 * is coarser than 2^-968, so f finds every p below that but p = 0: then either factor must be 0, which is looked
 * up. */
#ifndef PRONG_EXACT_PRODUCT_H
#define PRONG_EXACT_PRODUCT_H

#include "exact/grid.h"

#ifdef FMSUB
struct product_chain {
    vd b1, b2, b3, b4, b5;
};

INLINE void product_step(struct product_chain *c, vd x, vd y, vd p, vu m1, vu *g, vu *f, int levels)
{
    vd d = FMSUB(x, y, p);
    vd r = digit(&c->b1, p);

    *g = OR_XOR(*g, (vu)c->b1, m1);
    r = digit(&c->b2, r);
    d = digit(&c->b2, d);
    if (levels > 3) {
        r = digit(&c->b3, r);
        d = digit(&c->b3, d);
    }
    if (levels > 4) {
        r = digit(&c->b4, r);
        d = digit(&c->b4, d);
    }
    vd *last = levels == 3 ? &c->b3 : levels == 4 ? &c->b4 : &c->b5;
    last_digit(last, r, f);
    last_digit(last, d, f);
}

INLINE size_t square_blocks(const double *from, size_t n, struct prong_window *w, int levels, enum nans nans)
{
    const vd m1 = splat(w->anchor[0]), m2 = splat(w->anchor[1]);
    const vd s1 = splat(w->anchor[2]), s2 = splat(w->anchor[3]), s3 = splat(w->anchor[4]),
             s4 = splat(w->anchor[5]);
    const char *x = (const char *)from;
    size_t done = 0;

    while (done < n && w->blocks < PRONG_FLUSH_BLOCKS) {
        size_t left = n - done < PRONG_BLOCK_ELEMENTS ? n - done : PRONG_BLOCK_ELEMENTS;
        const char *end = x + 8 * left;
        struct chain c0 = { m1, m2, m1, m1 }, c1 = c0;
        struct product_chain b0 = { s1, s2, s3, s4, s4 }, b1 = b0;
        vu g = { 0 }, f = { 0 }, numbers = { 0 };
        uint64_t found;

        for (const char *p = x; p < end; p += 16 * LANES) {
            vd v0 = wanted(load(p), &numbers, nans), v1 = wanted(load(p + 8 * LANES), &numbers, nans);
            for (unsigned line = 0; line < 16 * LANES; line += 64)
                __builtin_prefetch(p + PREFETCH_BYTES + line);
            sum_step(&c0, v0, (vu)m1, &g, &f, 2);
            product_step(&b0, v0, v0, v0 * v0, (vu)s1, &g, &f, levels);
            sum_step(&c1, v1, (vu)m1, &g, &f, 2);
            product_step(&b1, v1, v1, v1 * v1, (vu)s1, &g, &f, levels);
        }
        found = verdict(g, f);
        if (found) {
            if (found & REFUSED)
                break;
            w->minus_zero += count_minus_zero((const double *)(const void *)x, left);
        }
        add_digits(w, 0, (vu)c0.a1 + (vu)c1.a1 - 2 * (vu)m1);
        add_digits(w, 1, (vu)c0.a2 + (vu)c1.a2 - 2 * (vu)m2);
        add_digits(w, 2, (vu)b0.b1 + (vu)b1.b1 - 2 * (vu)s1);
        add_digits(w, 3, (vu)b0.b2 + (vu)b1.b2 - 2 * (vu)s2);
        add_digits(w, 4, (vu)b0.b3 + (vu)b1.b3 - 2 * (vu)s3);
        if (levels > 3)
            add_digits(w, 5, (vu)b0.b4 + (vu)b1.b4 - 2 * (vu)s4);
        if (nans == OMIT_NAN)
            w->nan += left - sum_lanes(numbers);
        w->blocks++;
        done += left;
        x = end;
    }
    return done;
}

static size_t squares(const double *x, size_t n, struct prong_window *w)
{
    return w->levels == 5 ? square_blocks(x, n, w, 3, REFUSE_NAN) : square_blocks(x, n, w, 4, REFUSE_NAN);
}

static size_t squares_but_nan(const double *x, size_t n, struct prong_window *w)
{
    return w->levels == 5 ? square_blocks(x, n, w, 3, OMIT_NAN) : square_blocks(x, n, w, 4, OMIT_NAN);
}

/* Zero products of n pairs, a multiple of LANES: says whether one has no zero factor, and counts the -0. */
static int zero_products(const char *x, const char *y, size_t n, uint64_t *minus_zero)
{
    vu lost = { 0 }, count = { 0 };

    for (size_t i = 0; i < 8 * n; i += 8 * LANES) {
        vu a = (vu)load(x + i), b = (vu)load(y + i);
        vu zero = (vu)(a << 1 == 0) | (vu)(b << 1 == 0);
        lost |= (vu)((vd)a * (vd)b == 0) & ~zero;
        count += (zero & (a ^ b)) >> 63;
    }
    for (unsigned lane = 0; lane < LANES; lane++)
        *minus_zero += count[lane];
    return any(lost) != 0;
}

INLINE size_t dot_blocks(const double *xs, const double *ys, size_t n, struct prong_window *w, int levels)
{
    const vd s1 = splat(w->anchor[0]), s2 = splat(w->anchor[1]), s3 = splat(w->anchor[2]),
             s4 = splat(w->anchor[3]), s5 = splat(w->anchor[4]);
    const char *x = (const char *)xs, *y = (const char *)ys;
    size_t done = 0;

    while (done < n && w->blocks < PRONG_FLUSH_BLOCKS) {
        size_t left = n - done < PRONG_BLOCK_ELEMENTS ? n - done : PRONG_BLOCK_ELEMENTS;
        struct product_chain b0 = { s1, s2, s3, s4, s5 }, b1 = b0;
        vu g = { 0 }, f = { 0 }, zero = { 0 };
        uint64_t found, minus_zero = 0;

        for (size_t i = 0; i < 8 * left; i += 16 * LANES) {
            vd x0 = load(x + i), x1 = load(x + i + 8 * LANES);
            vd y0 = load(y + i), y1 = load(y + i + 8 * LANES);
            vd p0 = x0 * y0, p1 = x1 * y1;
            for (unsigned line = 0; line < 16 * LANES; line += 64) {
                __builtin_prefetch(x + i + PREFETCH_BYTES + line);
                __builtin_prefetch(y + i + PREFETCH_BYTES + line);
            }
            zero |= (vu)(p0 == 0) | (vu)(p1 == 0);
            product_step(&b0, x0, y0, p0, (vu)s1, &g, &f, levels);
            product_step(&b1, x1, y1, p1, (vu)s1, &g, &f, levels);
        }
        found = verdict(g, f);
        if (found & REFUSED || (any(zero) && zero_products(x, y, left, &minus_zero)))
            break;
        w->minus_zero += minus_zero;
        add_digits(w, 0, (vu)b0.b1 + (vu)b1.b1 - 2 * (vu)s1);
        add_digits(w, 1, (vu)b0.b2 + (vu)b1.b2 - 2 * (vu)s2);
        add_digits(w, 2, (vu)b0.b3 + (vu)b1.b3 - 2 * (vu)s3);
        if (levels > 3)
            add_digits(w, 3, (vu)b0.b4 + (vu)b1.b4 - 2 * (vu)s4);
        if (levels > 4)
            add_digits(w, 4, (vu)b0.b5 + (vu)b1.b5 - 2 * (vu)s5);
        w->blocks++;
        done += left;
        x += 8 * left;
        y += 8 * left;
    }
    return done;
}

static size_t dot(const double *x, const double *y, size_t n, struct prong_window *w)
{
    switch (w->levels) {
    case 3:
        return dot_blocks(x, y, n, w, 3);
    case 4:
        return dot_blocks(x, y, n, w, 4);
    default:
        return dot_blocks(x, y, n, w, 5);
    }
}

/* x² overflows from 2^512, and loses bits below 2^-1074 where the last place of x is below 2^-537. */
#define LEAST_SQUARED ((UINT64_C(1023) - 480) << 52)
#define MOST_SQUARED ((UINT64_C(1023) + 511) << 52)

INLINE vd square_of(vd v, vd *low, vu *lost)
{
    vd square = v * v;
    vi size = (vi)((vu)v & ~SIGN);

    *lost |= (vu)(size < (int64_t)LEAST_SQUARED) & (vu)(size != 0);
    *lost |= (vu)(size >= (int64_t)MOST_SQUARED);
    *low = FMSUB(v, v, square);
    return square;
}

static unsigned square_parts(const double *from, size_t n, double *high, double *low)
{
    const char *x = (const char *)from;
    vu lost = { 0 }, some = { 0 };
    vd square, rest;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES) {
        square = square_of(load(x + 8 * i), &rest, &lost);
        some |= (vu)rest;
        *(vd_anywhere *)(high + i) = square;
        *(vd_anywhere *)(low + i) = rest;
    }
    if (i < n) {
        vd last = { 0 };
        memcpy(&last, x + 8 * i, 8 * (n - i));
        square = square_of(last, &rest, &lost);
        some |= (vu)rest;
        memcpy(high + i, &square, 8 * (n - i));
        memcpy(low + i, &rest, 8 * (n - i));
    }
    return (any(lost) ? PRONG_PARTS_LOST : 0u) | (any(some) << 1 ? PRONG_PARTS_LOW : 0u);
}
#endif

#endif
