/* SPDX-License-Identifier: MIT */
/* The tokens of a strip, taken apart: what strip_read.h and the kernels share.
 *
 * A token is loaded so that its last byte is the last of 32. Where there is a point, the digits before it are one byte further
 * on in a load that begins one byte earlier: choosing between both squeezes it out, without a shift by a count. Whatever is no
 * digit, a second point too, is then a digit above 9. An exponent of a sign and two digits, as C and numpy write it, is taken off
 * before. */
#ifndef PRONG_ARRAY_STRIP_TOKENS_H
#define PRONG_ARRAY_STRIP_TOKENS_H

#include "array/number_front.h"
#include "array/strip.h"

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

/* A strip ends after so many tokens (and those of the block it is in), or bytes. */
enum { STRIP_TOKENS = 256, STRIP_BYTES = 1 << 13, STRIP_ROOM = STRIP_TOKENS + 32 };

/* What is taken apart here has at most so many digits. 19 of them may count: w * 10^(tens - after) with w < 10^19. */
enum { STRIP_DIGITS = 24 };

struct strip {
    unsigned char digits[STRIP_ROOM][32]; /* their values, the last one last; 0 in front */
    unsigned char first[STRIP_ROOM];      /* first byte: if it is below '.', it must be a sign */
    unsigned char after[STRIP_ROOM];      /* digits behind the point; NO_POINT */
    signed char tens[STRIP_ROOM];         /* exponent, from -99 to 99 */
    uint16_t many[STRIP_ROOM];            /* how many digits there are */
    uint16_t edge[2 * (STRIP_ROOM + 32)]; /* where token i begins, edge[2 * i], and where it ends: offsets */
} __attribute__((aligned(64)));

static inline unsigned begin_of(const struct strip *s, size_t i)
{
    return s->edge[2 * i];
}

static inline unsigned end_of(const struct strip *s, size_t i)
{
    return s->edge[2 * i + 1];
}

enum { NO_POINT = 32 };

/* What powers of ten come to, for each `after` that a number of STRIP_DIGITS may have; 1 and its like behind them. */
struct strip_scale {
    uint64_t power[32];    /* the first 64 bits of 5^-after */
    uint64_t exponent[32]; /* what the double's exponent bits are by this factor alone: nearest() in number_front.h */
    double ten[32];        /* 10^after, exactly, up to EXACT_TEN */
    const struct prong_power *powers;
} __attribute__((aligned(64)));

/* The exponent at the end, which is taken off. */
static inline int take_exponent(const char **end)
{
    const char *at = *end - 4;
    unsigned ten, one;

    if ((at[0] | 0x20) != 'e')
        return 0;
    ten = (unsigned)(at[2] - '0');
    one = (unsigned)(at[3] - '0');
    if ((at[1] != '+' && at[1] != '-') || ten > 9 || one > 9)
        return 0;
    *end = at;
    return at[1] == '-' ? -(int)(ten * 10 + one) : (int)(ten * 10 + one);
}

static inline void make_scale(struct strip_scale *scale)
{
    const struct prong_power *powers = scale->powers = prong_powers();

    for (int after = 0; after < 32; after++) {
        int q = after <= STRIP_DIGITS ? -after : 0;
        scale->power[after] = powers[q - PRONG_POWER_MIN].high;
        scale->exponent[after] = (uint64_t)(((217706 * q) >> 16) + 64 + 1022);
        scale->ten[after] = after <= EXACT_TEN ? tens[after] : 1;
    }
}

#endif
