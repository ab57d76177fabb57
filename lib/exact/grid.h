/* SPDX-License-Identifier: MIT */
/* The kernel of sums: grids, and the proof that they are exact.
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
 * The kernels that take out NaN put a +0 in the place of each before anything else, so what is summed has none. */
#ifndef PRONG_EXACT_GRID_H
#define PRONG_EXACT_GRID_H

#include "exact/vector.h"

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

/* For n a multiple of LANES, of any kind. */
INLINE uint64_t count_minus_zero_kind(const char *x, size_t n, enum prong_element kind)
{
    vu count = { 0 };
    uint64_t total = 0;

    for (size_t i = 0; i < n; i += LANES)
        count -= (vu)((vu)load_kind(x + bytes_of(kind) * i, kind) == SIGN);
    for (unsigned lane = 0; lane < LANES; lane++)
        total += count[lane];
    return total;
}

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

    *sum = w->blocks ? *sum + digits : digits;
}

INLINE size_t sum_blocks(const void *from, size_t n, struct prong_window *w, int levels, enum prong_element kind,
                         enum nans nans)
{
    const vd m1 = splat(w->anchor[0]), m2 = splat(w->anchor[1]), m3 = splat(w->anchor[2]),
             m4 = splat(w->anchor[3]);
    const unsigned step = bytes_of(kind) * LANES;
    const char *x = from;
    size_t done = 0;

    while (done < n && w->blocks < PRONG_FLUSH_BLOCKS) {
        size_t left = n - done < PRONG_BLOCK_ELEMENTS ? n - done : PRONG_BLOCK_ELEMENTS;
        const char *end = x + bytes_of(kind) * left;
        struct chain c0 = { m1, m2, m3, m4 }, c1 = c0, c2 = c0, c3 = c0;
        vu g = { 0 }, f = { 0 }, numbers = { 0 };
        uint64_t found;

        for (const char *p = x; p < end; p += 4 * step) {
            for (unsigned line = 0; line < 4 * step; line += 64)
                __builtin_prefetch(p + PREFETCH_BYTES + line);
            sum_step(&c0, wanted(load_kind(p, kind), &numbers, nans), (vu)m1, &g, &f, levels);
            sum_step(&c1, wanted(load_kind(p + step, kind), &numbers, nans), (vu)m1, &g, &f, levels);
            sum_step(&c2, wanted(load_kind(p + 2 * step, kind), &numbers, nans), (vu)m1, &g, &f, levels);
            sum_step(&c3, wanted(load_kind(p + 3 * step, kind), &numbers, nans), (vu)m1, &g, &f, levels);
        }
        found = verdict(g, f);
        if (found) {
            if (found & REFUSED)
                break;
            w->minus_zero += count_minus_zero_kind(x, left, kind);
        }
        add_digits(w, 0, (vu)c0.a1 + (vu)c1.a1 + (vu)c2.a1 + (vu)c3.a1 - 4 * (vu)m1);
        if (levels > 1)
            add_digits(w, 1, (vu)c0.a2 + (vu)c1.a2 + (vu)c2.a2 + (vu)c3.a2 - 4 * (vu)m2);
        if (levels > 2)
            add_digits(w, 2, (vu)c0.a3 + (vu)c1.a3 + (vu)c2.a3 + (vu)c3.a3 - 4 * (vu)m3);
        if (levels > 3)
            add_digits(w, 3, (vu)c0.a4 + (vu)c1.a4 + (vu)c2.a4 + (vu)c3.a4 - 4 * (vu)m4);
        if (nans == OMIT_NAN)
            w->nan += left - sum_lanes(numbers);
        w->blocks++;
        done += left;
        x = end;
    }
    return done;
}

INLINE size_t sum_doubles(const double *x, size_t n, struct prong_window *w, enum nans nans)
{
    switch (w->levels) {
    case 1:
        return sum_blocks(x, n, w, 1, PRONG_ELEMENT_F64, nans);
    case 2:
        return sum_blocks(x, n, w, 2, PRONG_ELEMENT_F64, nans);
    case 3:
        return sum_blocks(x, n, w, 3, PRONG_ELEMENT_F64, nans);
    default:
        return sum_blocks(x, n, w, 4, PRONG_ELEMENT_F64, nans);
    }
}

static size_t sum(const double *x, size_t n, struct prong_window *w)
{
    return sum_doubles(x, n, w, REFUSE_NAN);
}

static size_t sum_but_nan(const double *x, size_t n, struct prong_window *w)
{
    return sum_doubles(x, n, w, OMIT_NAN);
}

INLINE size_t sum_kind(const void *x, size_t n, struct prong_window *w, enum prong_element kind, enum nans nans)
{
    return w->levels == 1   ? sum_blocks(x, n, w, 1, kind, nans)
           : w->levels == 2 ? sum_blocks(x, n, w, 2, kind, nans)
                            : 0;
}

#define SUM_KIND(name, kind)                                                                                       \
    static size_t name(const void *x, size_t n, struct prong_window *w)                                            \
    {                                                                                                              \
        return sum_kind(x, n, w, kind, REFUSE_NAN);                                                                \
    }                                                                                                              \
    static size_t name##_but_nan(const void *x, size_t n, struct prong_window *w)                                  \
    {                                                                                                              \
        return sum_kind(x, n, w, kind, OMIT_NAN);                                                                  \
    }

SUM_KIND(sum_f32, PRONG_ELEMENT_F32)
SUM_KIND(sum_f16, PRONG_ELEMENT_F16)
SUM_KIND(sum_bf16, PRONG_ELEMENT_BF16)

#endif
