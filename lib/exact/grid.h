/* SPDX-License-Identifier: MIT */
/* The kernels, in vector extensions of gcc and clang: included once for each instruction set, with LANES, KERNEL
 * (the name of the table) and ISA defined, FMSUB(a, b, c) = a * b - c rounded once where the hardware has it, and
 * OR_XOR(all, a, b) = all | (a ^ b) where one instruction does that.
 *
 * A block of up to 1024 doubles is cut into digits on grids that do not depend on the values. Level l has an
 * anchor M = 1.5 * 2^k, and every chain a (one lane of one accumulator) starts at M and takes the digits one after
 * the other:
 *
 *     t = a + x;  g |= t ^ M;  r = x - (t - a);  a = t;        then r goes to the next level; at the last level
 *     t = a + r;  f |= r ^ (t - a);  a = t;
 *
 * Why nothing is ever lost, in an accepted block:
 *
 * 1. The block is accepted only if no t of level 1 ever differed from M in sign or exponent (g >> 52 == 0). So
 *    every t and a is in [2^k, 2^(k+1)), a multiple of u = 2^(k-52), and a is within 2^(k-1) = 2^51 u of M. A NaN,
 *    an infinity or an x out of the window leaves the binade at once, and g is sticky: that a may come back does
 *    not matter.
 * 2. t - a is a difference of numbers of one binade, so it is exact. It is the digit: x rounded to a multiple of u.
 * 3. r = x - (t - a) is the rounding error of a + x: a multiple of x's last place, no larger than |x| nor than
 *    u / 2. So it has no more bits than x, and is exact.
 * 4. On a later level, with k' and u' = 2^(k'-52), every digit is at most 2^(k-53), as that is on the grid itself.
 *    A chain takes at most 128 of them (1024 elements on at least 8 chains), 2^(k-46) in all; with k' = k - 44 that
 *    is less than the 2^(k'-1) from M' to the ends of its binade. So 1 to 3 hold there too without a test. For
 *    squares and products a chain takes two digits a step and there are at least 8 chains again: 2^(k-45), and so
 *    k' = k - 43.
 * 5. On the last level, r - (t - a) = 0 for every x iff f << 1 == 0: then the digits were all there is. (The shift
 *    drops the sign, in which -0 and +0 differ. NaN ^ NaN may well be 0: it is g that finds a NaN.)
 * 6. With k >= -1022 the last grid is that of the subnormals, so r is 0 there whatever x was.
 * 7. The bits of a minus the bits of M are the integer (a - M) / u, at most 2^51 in size. They are added up as
 *    integers over blocks, at most 256 times, four chains at a time: no more than 2^61.
 *
 * The sign of f says for nothing whether a -0 was among the elements: r is -0 iff x was, since a difference of
 * equal numbers is +0 when rounding to nearest; and -0 alone makes r differ from t - a = +0. So the exact count of
 * -0, which a state needs, costs a second look at such blocks only.
 *
 * Squares and products: p = fl(xy) and d = xy - p, by FMA, which is exact if no bit of d is below 2^-1074. p
 * enters at the first level, under a g of its own; |d| <= ulp(p) / 2 <= u / 2 enters at the second like any other
 * r. The remainders of both go down to the last level, where f sees both. The driver keeps e within bounds such
 * that d is exact: for squares x is a multiple of 2^(e-88), by the test f of its own two levels, so e >= -449 will
 * do. For products the last grid is coarser than 2^-968, so f finds every p below that but p = 0: then either
 * factor must be 0, which is looked up. */
#ifndef PRONG_EXACT_GRID_H
#define PRONG_EXACT_GRID_H

#include "exact/kernel.h"

#include <string.h>

#ifndef OR_XOR
#define OR_XOR(all, a, b) ((all) | ((a) ^ (b)))
#endif

#define INLINE static inline __attribute__((always_inline))

typedef double vd __attribute__((vector_size(8 * LANES)));
typedef uint64_t vu __attribute__((vector_size(8 * LANES)));
typedef int64_t vi __attribute__((vector_size(8 * LANES)));
typedef double vd_anywhere __attribute__((vector_size(8 * LANES), aligned(1), may_alias));
typedef uint64_t vu_anywhere __attribute__((vector_size(8 * LANES), aligned(1), may_alias));

#define SIGN (UINT64_C(1) << 63)
#define SPECIAL (UINT64_C(0x7ff) << 52)
#define FRACTION ((UINT64_C(1) << 52) - 1)

enum { PREFETCH_BYTES = 2048 };

INLINE vd load(const char *x)
{
    return *(const vd_anywhere *)x;
}

INLINE vd splat(double x)
{
    return x - (vd){ 0 };
}

INLINE uint64_t any(vu v)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < LANES; i++)
        bits |= v[i];
    return bits;
}

/* What the tests g and f of a block say. */
enum { REFUSED = 2, MINUS_ZERO = 1 };

INLINE uint64_t verdict(vu g, vu f)
{
    vu wrong = (vu)((g >> 52 | f << 1) != 0);

    return any((wrong & REFUSED) | f >> 63);
}

static size_t count_minus_zero(const double *from, size_t n)
{
    const char *x = (const char *)from;
    vu count = { 0 };
    size_t total = 0, i = 0;

    for (; i + LANES <= n; i += LANES)
        count -= (vu)(*(const vu_anywhere *)(x + 8 * i) == SIGN);
    for (unsigned lane = 0; lane < LANES; lane++)
        total += count[lane];
    for (; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, x + 8 * i, 8);
        total += bits == SIGN;
    }
    return total;
}

/* ---- Σx ---- */

struct chain {
    vd a1, a2, a3, a4;
};

/* a - b. Additions are what these kernels have most of, and processors with FMA have as many units again for that. */
INLINE vd minus(vd a, vd b)
{
#ifdef FMSUB
    return FMSUB(a, splat(1), b);
#else
    return a - b;
#endif
}

INLINE void last_digit(vd *a, vd r, vu *f)
{
    vd t = *a + r;
    *f = OR_XOR(*f, (vu)r, (vu)minus(t, *a));
    *a = t;
}

INLINE vd digit(vd *a, vd x)
{
    vd t = *a + x;
    vd r = x - minus(t, *a);
    *a = t;
    return r;
}

INLINE void sum_step(struct chain *c, vd x, vu m1, vu *g, vu *f, int levels)
{
    vd r = x;

    if (levels == 1) {
        last_digit(&c->a1, r, f);
    } else {
        r = digit(&c->a1, r);
        if (levels == 2) {
            last_digit(&c->a2, r, f);
        } else {
            r = digit(&c->a2, r);
            if (levels == 3) {
                last_digit(&c->a3, r, f);
            } else {
                r = digit(&c->a3, r);
                last_digit(&c->a4, r, f);
            }
        }
    }
    *g = OR_XOR(*g, (vu)c->a1, m1);
}

INLINE void add_digits(struct prong_window *w, int level, vu digits)
{
    vu *sum = (vu *)(void *)w->digits[level];

    *sum += digits;
}

INLINE size_t sum_blocks(const double *from, size_t n, struct prong_window *w, int levels)
{
    const vd m1 = splat(w->anchor[0]), m2 = splat(w->anchor[1]), m3 = splat(w->anchor[2]),
             m4 = splat(w->anchor[3]);
    const char *x = (const char *)from;
    size_t done = 0;

    while (done < n && w->blocks < PRONG_FLUSH_BLOCKS) {
        size_t left = n - done < PRONG_BLOCK_ELEMENTS ? n - done : PRONG_BLOCK_ELEMENTS;
        const char *end = x + 8 * left;
        struct chain c0 = { m1, m2, m3, m4 }, c1 = c0, c2 = c0, c3 = c0;
        vu g = { 0 }, f = { 0 };
        uint64_t found;

        for (const char *p = x; p < end; p += 32 * LANES) {
            for (unsigned line = 0; line < 32 * LANES; line += 64)
                __builtin_prefetch(p + PREFETCH_BYTES + line);
            sum_step(&c0, load(p), (vu)m1, &g, &f, levels);
            sum_step(&c1, load(p + 8 * LANES), (vu)m1, &g, &f, levels);
            sum_step(&c2, load(p + 16 * LANES), (vu)m1, &g, &f, levels);
            sum_step(&c3, load(p + 24 * LANES), (vu)m1, &g, &f, levels);
        }
        found = verdict(g, f);
        if (found) {
            if (found & REFUSED)
                break;
            w->minus_zero += count_minus_zero((const double *)(const void *)x, left);
        }
        add_digits(w, 0, (vu)c0.a1 + (vu)c1.a1 + (vu)c2.a1 + (vu)c3.a1 - 4 * (vu)m1);
        if (levels > 1)
            add_digits(w, 1, (vu)c0.a2 + (vu)c1.a2 + (vu)c2.a2 + (vu)c3.a2 - 4 * (vu)m2);
        if (levels > 2)
            add_digits(w, 2, (vu)c0.a3 + (vu)c1.a3 + (vu)c2.a3 + (vu)c3.a3 - 4 * (vu)m3);
        if (levels > 3)
            add_digits(w, 3, (vu)c0.a4 + (vu)c1.a4 + (vu)c2.a4 + (vu)c3.a4 - 4 * (vu)m4);
        w->blocks++;
        done += left;
        x = end;
    }
    return done;
}

static size_t sum(const double *x, size_t n, struct prong_window *w)
{
    switch (w->levels) {
    case 1:
        return sum_blocks(x, n, w, 1);
    case 2:
        return sum_blocks(x, n, w, 2);
    case 3:
        return sum_blocks(x, n, w, 3);
    default:
        return sum_blocks(x, n, w, 4);
    }
}

/* ---- Σx² and Σxy ---- */

#ifdef FMSUB
struct product_chain {
    vd b1, b2, b3, b4;
};

INLINE void product_step(struct product_chain *c, vd x, vd y, vd p, vu m1, vu *g, vu *f, int levels)
{
    vd d = FMSUB(x, y, p);
    vd r = digit(&c->b1, p);

    *g = OR_XOR(*g, (vu)c->b1, m1);
    r = digit(&c->b2, r);
    d = digit(&c->b2, d);
    if (levels == 3) {
        last_digit(&c->b3, r, f);
        last_digit(&c->b3, d, f);
    } else {
        r = digit(&c->b3, r);
        d = digit(&c->b3, d);
        last_digit(&c->b4, r, f);
        last_digit(&c->b4, d, f);
    }
}

INLINE size_t square_blocks(const double *from, size_t n, struct prong_window *w, int levels)
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
        struct product_chain b0 = { s1, s2, s3, s4 }, b1 = b0;
        vu g = { 0 }, f = { 0 };
        uint64_t found;

        for (const char *p = x; p < end; p += 16 * LANES) {
            vd v0 = load(p), v1 = load(p + 8 * LANES);
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
        w->blocks++;
        done += left;
        x = end;
    }
    return done;
}

static size_t squares(const double *x, size_t n, struct prong_window *w)
{
    return w->levels == 5 ? square_blocks(x, n, w, 3) : square_blocks(x, n, w, 4);
}

/* Zero products of n pairs: says whether one has no zero factor, and counts the -0. */
static int zero_products(const char *x, const char *y, size_t n, uint64_t *minus_zero)
{
    uint64_t a, b;

    for (size_t i = 0; i < n; i++) {
        memcpy(&a, x + 8 * i, 8);
        memcpy(&b, y + 8 * i, 8);
        if (a << 1 == 0 || b << 1 == 0) {
            *minus_zero += (a ^ b) >> 63;
        } else {
            double u, v;
            memcpy(&u, &a, 8);
            memcpy(&v, &b, 8);
            if (u * v == 0)
                return 1;
        }
    }
    return 0;
}

INLINE size_t dot_blocks(const double *xs, const double *ys, size_t n, struct prong_window *w, int levels)
{
    const vd s1 = splat(w->anchor[0]), s2 = splat(w->anchor[1]), s3 = splat(w->anchor[2]),
             s4 = splat(w->anchor[3]);
    const char *x = (const char *)xs, *y = (const char *)ys;
    size_t done = 0;

    while (done < n && w->blocks < PRONG_FLUSH_BLOCKS) {
        size_t left = n - done < PRONG_BLOCK_ELEMENTS ? n - done : PRONG_BLOCK_ELEMENTS;
        struct product_chain b0 = { s1, s2, s3, s4 }, b1 = b0;
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
        w->blocks++;
        done += left;
        x += 8 * left;
        y += 8 * left;
    }
    return done;
}

static size_t dot(const double *x, const double *y, size_t n, struct prong_window *w)
{
    return w->levels == 3 ? dot_blocks(x, y, n, w, 3) : dot_blocks(x, y, n, w, 4);
}
#endif

/* ---- Helpers of the fallbacks ---- */

static uint64_t largest(const double *from, size_t n)
{
    const char *x = (const char *)from;
    vi most = { 0 };
    uint64_t result = 0, bits;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES) {
        vi v = (vi)(*(const vu_anywhere *)(x + 8 * i) & ~SIGN);
        vi more = v > most;
        most = (v & more) | (most & ~more);
    }
    for (unsigned lane = 0; lane < LANES; lane++)
        result = (uint64_t)most[lane] > result ? (uint64_t)most[lane] : result;
    for (; i < n; i++) {
        memcpy(&bits, x + 8 * i, 8);
        bits &= ~SIGN;
        result = bits > result ? bits : result;
    }
    return result;
}

INLINE vu split_vector(vu bits, vu *bucket)
{
    vu e = bits >> 52 & 0x7ff;
    vu sign = -(bits >> 63);
    vu normal = (vu)(e != 0), finite = (vu)(e != 0x7ff);
    vu m = ((bits & FRACTION) | (normal & (FRACTION + 1))) & finite;
    vu place = e + normal; /* subnormals have the place of exponent 1 */

    *bucket = place / PRONG_BUCKET_PLACES;
    return ((m ^ sign) - sign) << place % PRONG_BUCKET_PLACES;
}

static void split(const double *from, size_t n, int64_t *significand, uint64_t *bucket)
{
    const char *x = (const char *)from;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES) {
        vu b, m = split_vector(*(const vu_anywhere *)(x + 8 * i), &b);
        __builtin_prefetch(x + 8 * i + PREFETCH_BYTES);
        *(vu_anywhere *)(significand + i) = m;
        *(vu_anywhere *)(bucket + i) = b;
    }
    if (i < n) {
        vu bits = { 0 }, b, m;
        memcpy(&bits, x + 8 * i, 8 * (n - i));
        m = split_vector(bits, &b);
        memcpy(significand + i, &m, 8 * (n - i));
        memcpy(bucket + i, &b, 8 * (n - i));
    }
}

/* One shift each, where vectors shift by vectors; else exact/bucket.c is faster by itself. */
#if LANES > 2
static unsigned slots(const double *from, size_t n, uint64_t *significand, uint64_t *slot)
{
    const char *x = (const char *)from;
    vu odd = { 0 };

    for (size_t i = 0; i < n; i += LANES) {
        vu bits = *(const vu_anywhere *)(x + 8 * i);
        vu key = bits >> 52;
        __builtin_prefetch(x + 8 * i + PREFETCH_BYTES);
        odd |= (vu)(((key + 1) & 0x7fe) == 0);
        *(vu_anywhere *)(significand + i) = ((bits & FRACTION) | (FRACTION + 1)) << (key & 3);
        *(vu_anywhere *)(slot + i) = bits >> 54;
    }
    return any(odd) != 0;
}
#endif

static void absolute(const double *from, size_t n, double *to)
{
    const char *x = (const char *)from;
    size_t i = 0;
    uint64_t bits;

    for (; i + LANES <= n; i += LANES)
        *(vu_anywhere *)(to + i) = *(const vu_anywhere *)(x + 8 * i) & ~SIGN;
    for (; i < n; i++) {
        memcpy(&bits, x + 8 * i, 8);
        bits &= ~SIGN;
        memcpy(to + i, &bits, 8);
    }
}

static void widen(const float *from, size_t n, double *to)
{
    typedef float vf __attribute__((vector_size(4 * LANES)));
    typedef float vf_anywhere __attribute__((vector_size(4 * LANES), aligned(1), may_alias));
    const char *x = (const char *)from;
    size_t i = 0;
    float narrow;

    for (; i + LANES <= n; i += LANES) {
        vf v = *(const vf_anywhere *)(x + 4 * i);
        *(vd_anywhere *)(to + i) = __builtin_convertvector(v, vd);
    }
    for (; i < n; i++) {
        memcpy(&narrow, x + 4 * i, 4);
        to[i] = (double)narrow;
    }
}

const struct prong_kernel KERNEL = {
    .isa = ISA,
    .sum = sum,
#ifdef FMSUB
    .squares = squares,
    .dot = dot,
#endif
    .largest = largest,
    .count_minus_zero = count_minus_zero,
    .split = split,
#if LANES > 2
    .slots = slots,
#endif
    .absolute = absolute,
    .widen = widen,
};

#endif
