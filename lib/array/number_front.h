/* SPDX-License-Identifier: MIT */
/* The fast ways from characters to the nearest double, inline: see number.c. */
#ifndef PRONG_ARRAY_NUMBER_FRONT_H
#define PRONG_ARRAY_NUMBER_FRONT_H

#include "array/number.h"

#include <float.h>
#include <string.h>

static const double tens[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

static const uint64_t whole_tens[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000 };

enum { EXACT_TEN = 22, MAX_DIGITS = 19 };

/* The significant digits of a decimal number: value = w * 10^q, or between that and (w + 1) * 10^q if cut. */
struct decimal {
    uint64_t w;
    int64_t q;
    bool cut;
};

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The eight bytes at `at` as a word whose lowest byte is the first, less '0' each. */
static inline uint64_t eight_at(const char *at)
{
    uint64_t x;

    memcpy(&x, at, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x ^ EACH('0');
}

/* The upper bit of each byte that is no digit. */
static inline uint64_t no_digits(uint64_t x)
{
    return (((x & EACH(0x7f)) + EACH(0x76)) | x) & EACH(0x80);
}

/* Eight digits at once, the first in the lowest byte, by arithmetic on the word: pairs, fours, eight. */
static inline uint64_t eight_digits(uint64_t x)
{
    x = x * 10 + (x >> 8);
    return ((x & 0x000000ff000000ff) * 0x000f424000000064 + (x >> 16 & 0x000000ff000000ff) * 0x0000271000000001) >> 32;
}

/* Takes digits into w, which wraps where there are too many: take_again is for those. However many are left in the last eight
 * bytes, they are moved to its end and taken at once: how many there are differs from number to number, and no branch could
 * foresee it. */
static inline const char *take_digits(const char *at, const char *limit, uint64_t *w)
{
    while (limit - at >= 8) {
        uint64_t x = eight_at(at), other = no_digits(x);
        unsigned n;
        if (other == 0) {
            *w = *w * 100000000 + eight_digits(x);
            at += 8;
            continue;
        }
        n = (unsigned)__builtin_ctzll(other) / 8;
        *w = *w * whole_tens[n] + eight_digits(x << 8 * (7 - n) << 8);
        return at + n;
    }
    for (; at < limit && is_digit(*at); at++)
        *w = *w * 10 + (uint64_t)(*at - '0');
    return at;
}

/* More than 19 digits from first to last, a point among them perhaps: leading zeros do not count, the 20th digit
 * and what follows is cut. q is that of the last digit. */
static inline void take_again(const char *first, const char *last, struct decimal *d)
{
    int taken = 0;

    d->w = 0;
    for (const char *at = first; at < last; at++) {
        if (*at == '.')
            continue;
        if (taken == 0 && *at == '0')
            continue;
        if (taken < MAX_DIGITS) {
            d->w = d->w * 10 + (uint64_t)(*at - '0');
            taken++;
        } else {
            d->q += 1;
            d->cut = true;
        }
    }
}

/* Digits with a point among them, all within eight bytes with what is behind them: the point is squeezed out, and one step takes
 * all. NULL: it is not that. */
static inline const char *take_short(const char *at, const char *limit, struct decimal *d)
{
    uint64_t x, other, rest, whole;
    unsigned point, end;

    if (limit - at < 8)
        return NULL;
    x = eight_at(at);
    other = no_digits(x);
    rest = other & (other - 1);
    if (rest == 0)
        return NULL;
    point = (unsigned)__builtin_ctzll(other) / 8;
    end = (unsigned)__builtin_ctzll(rest) / 8;
    if (at[point] != '.' || end == 1)
        return NULL;
    whole = (UINT64_C(1) << 8 * point) - 1;
    x = (x & whole) | (x >> 8 & ~whole);
    *d = (struct decimal){ eight_digits(x << 8 * (8 - (end - 1))), (int64_t)point + 1 - (int64_t)end, false };
    return at + end;
}

/* [digits][.[digits]] and an exponent, at least one digit. NULL if it is not that. */
static inline const char *take_decimal(const char *at, const char *limit, struct decimal *d)
{
    const char *first = at, *last = take_short(at, limit, d);
    int64_t digits = 0;

    if (last) {
        at = last;
    } else {
        *d = (struct decimal){ 0, 0, false };
        at = take_digits(at, limit, &d->w);
        digits = at - first;
        if (at < limit && *at == '.') {
            const char *fraction = ++at;
            at = take_digits(at, limit, &d->w);
            d->q = fraction - at;
            digits -= d->q;
        }
        if (digits == 0)
            return NULL;
        last = at;
    }
    if (at < limit && (*at | 0x20) == 'e') {
        bool down = false;
        int64_t exponent = 0;
        if (++at < limit && (*at == '+' || *at == '-'))
            down = *at++ == '-';
        if (at == limit || !is_digit(*at))
            return NULL;
        for (; at < limit && is_digit(*at); at++)
            if (exponent < INT64_C(1) << 40) /* more than there are digits: none of them brings it back into range */
                exponent = exponent * 10 + (*at - '0');
        d->q += down ? -exponent : exponent;
    }
    if (digits > MAX_DIGITS)
        take_again(first, last, d);
    return at;
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* The double next to w * 10^q as bits; 0 if these 128 bits do not tell, or if it is not a normal number. */
static inline uint64_t nearest(uint64_t w, int64_t q, const struct prong_power *powers)
{
    const struct prong_power *power = &powers[q - PRONG_POWER_MIN];
    int zeros = __builtin_clzll(w), upper, shift;
    wide product;
    uint64_t high, low, mantissa;
    int64_t exponent;

    w <<= zeros;
    product = (wide)w * power->high;
    high = (uint64_t)(product >> 64);
    low = (uint64_t)product;
    if ((high & 0x1ff) == 0x1ff) { /* a carry from the lower half could reach the bits that decide */
        uint64_t more = (uint64_t)((wide)w * power->low >> 64);
        low += more;
        if (low < more)
            high++;
        if (low == UINT64_MAX && (q < -27 || q > 55))
            return 0;
    }
    upper = (int)(high >> 63);
    shift = upper + 64 - DBL_MANT_DIG - 2;
    mantissa = high >> shift;
    /* The exponent's bits: floor(q * log2(10)) from the fraction 217706 / 2^16 = log2(10), exact in this range. */
    exponent = ((217706 * q) >> 16) + 64 + upper - zeros + 1022;
    if (exponent <= 0 || exponent >= 0x7fe)
        return 0;
    /* Exactly halfway is possible for small q only; then to even. */
    if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << shift == high)
        mantissa &= ~(uint64_t)1;
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >> DBL_MANT_DIG) {
        mantissa >>= 1;
        exponent++;
    }
    return (mantissa & (((uint64_t)1 << (DBL_MANT_DIG - 1)) - 1)) | (uint64_t)exponent << (DBL_MANT_DIG - 1);
}

static inline bool by_product(const struct decimal *d, const struct prong_power *powers, double *value)
{
    uint64_t bits;

    if (!powers || d->q < PRONG_POWER_MIN || d->q > PRONG_POWER_MAX)
        return false;
    bits = nearest(d->w, d->q, powers);
    if (bits == 0 || (d->cut && bits != nearest(d->w + 1, d->q, powers)))
        return false;
    memcpy(value, &bits, sizeof bits);
    return true;
}
#else
static inline bool by_product(const struct decimal *d, const struct prong_power *powers, double *value)
{
    (void)d, (void)powers, (void)value;
    return false;
}
#endif

/* w and 10^|q| are doubles: one operation rounds once. */
static inline bool by_division(const struct decimal *d, double *value)
{
    if (FLT_EVAL_METHOD != 0 || d->cut || d->w > UINT64_C(1) << DBL_MANT_DIG || d->q < -EXACT_TEN || d->q > EXACT_TEN)
        return false;
    *value = (double)d->w;
    *value = d->q < 0 ? *value / tens[-d->q] : *value * tens[d->q];
    return true;
}

/* Below, a number is divided first: of short ones, many end in zeros or halves, where a product must look at all its bits.
 * Between this and 2^53 most data have both kinds, and a branch could not be foreseen. */
#define FEW_DIGITS UINT64_C(1000000000000000)

/* The double of a decimal number, or of its negative: no branch on the sign. False: these ways do not tell. */
static inline bool decimal_value(const struct decimal *d, const struct prong_power *powers, bool negative, double *value)
{
    uint64_t bits;

    if (d->w == 0)
        *value = 0;
    else if (!(d->w < FEW_DIGITS && by_division(d, value)) && !by_product(d, powers, value) && !by_division(d, value))
        return false;
    memcpy(&bits, value, sizeof bits);
    bits |= (uint64_t)negative << 63;
    memcpy(value, &bits, sizeof bits);
    return true;
}

/* prong_number_front, for callers that want it inside their loop. */
static inline bool number_front(const char *at, const char *limit, const struct prong_power *powers, double *value,
                                const char **end)
{
    struct decimal d;
    bool negative;

    if (at == limit)
        return false;
    negative = *at == '-';
    at += negative | (*at == '+');
    at = take_decimal(at, limit, &d);
    if (!at)
        return false;
    *end = at;
    return decimal_value(&d, powers, negative, value);
}

#endif
