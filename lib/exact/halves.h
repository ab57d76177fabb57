/* SPDX-License-Identifier: MIT */
/* The kernels of integers. A 64-bit number p is summed twice: S += p, modulo 2^64, and H += p >> 32. For up to 2^30
 * numbers neither H nor the sum of the lower halves, L, reaches 2^62; and S = L + 2^32 H modulo 2^64, so L is
 * S - 2^32 H exactly, and Σp is L + 2^32 H. That is an operation less a number than to sum the halves.
 *
 * Signed numbers come as x + 2^63, which is x with its first bit flipped: the caller takes the difference away.
 * Squares are (2^32 h + l)² = 2^64 h² + 2^33 hl + l² of the halves of that, three products of 64 bits to be summed
 * in the same way, where MUL_LOW(a, b), the product of the lower halves of 64-bit lanes, is one instruction. */
#ifndef PRONG_EXACT_HALVES_H
#define PRONG_EXACT_HALVES_H

#include "exact/vector.h"

struct halves {
    vu whole, high;
};

INLINE void add_number(struct halves *to, vu p)
{
    to->whole += p;
    to->high += p >> 32;
}

INLINE void move_halves(struct prong_halves *to, const struct halves *from)
{
    for (unsigned lane = 0; lane < LANES; lane++) {
        to->whole += from->whole[lane];
        to->high += from->high[lane];
    }
}

INLINE vu load_integers(const char *x)
{
    return *(const vu_anywhere *)x;
}

/* The last n < LANES numbers, and zeros. */
INLINE vu load_rest(const char *x, size_t n, uint64_t flip)
{
    uint64_t rest[LANES];

    for (unsigned i = 0; i < LANES; i++)
        rest[i] = flip;
    memcpy(rest, x, 8 * n);
    return load_integers((const char *)rest) ^ flip;
}

static void integers(const void *from, size_t n, uint64_t flip, struct prong_halves *to)
{
    const char *x = from;
    struct halves c0 = { { 0 }, { 0 } }, c1 = c0;

    for (; n >= 4 * LANES; n -= 4 * LANES, x += 32 * LANES) {
        for (unsigned line = 0; line < 32 * LANES; line += 64)
            __builtin_prefetch(x + PREFETCH_BYTES + line);
        add_number(&c0, load_integers(x) ^ flip);
        add_number(&c1, load_integers(x + 8 * LANES) ^ flip);
        add_number(&c0, load_integers(x + 16 * LANES) ^ flip);
        add_number(&c1, load_integers(x + 24 * LANES) ^ flip);
    }
    for (; n >= LANES; n -= LANES, x += 8 * LANES)
        add_number(&c0, load_integers(x) ^ flip);
    add_number(&c1, load_rest(x, n, flip));
    move_halves(to, &c0);
    move_halves(to, &c1);
}

#ifdef MUL_LOW
INLINE void add_squares_of(struct halves c[4], vu v)
{
    vu high = v >> 32;

    c[PRONG_INTEGER_SUM].whole += v;
    c[PRONG_INTEGER_SUM].high += high;
    add_number(&c[PRONG_INTEGER_LOW_LOW], MUL_LOW(v, v));
    add_number(&c[PRONG_INTEGER_LOW_HIGH], MUL_LOW(v, high));
    add_number(&c[PRONG_INTEGER_HIGH_HIGH], MUL_LOW(high, high));
}

static void integer_squares(const void *from, size_t n, uint64_t flip, struct prong_halves to[4])
{
    const char *x = from;
    struct halves c[4] = { { { 0 }, { 0 } } };

    for (; n >= 2 * LANES; n -= 2 * LANES, x += 16 * LANES) {
        for (unsigned line = 0; line < 16 * LANES; line += 64)
            __builtin_prefetch(x + PREFETCH_BYTES + line);
        add_squares_of(c, load_integers(x) ^ flip);
        add_squares_of(c, load_integers(x + 8 * LANES) ^ flip);
    }
    for (; n >= LANES; n -= LANES, x += 8 * LANES)
        add_squares_of(c, load_integers(x) ^ flip);
    add_squares_of(c, load_rest(x, n, flip));
    for (unsigned i = 0; i < 4; i++)
        move_halves(to + i, c + i);
}
#endif

#endif
