/* SPDX-License-Identifier: MIT */
/* The one rounding: an exact number to a floating-point format. Integer operations only, the result is put
 * together from its bits, so neither the rounding mode nor flush-to-zero can touch it. */
#include "config.h"

#include "exact/round.h"

#include <string.h>

static const struct {
    int precision; /* bits, with the leading one */
    int emin;      /* of the smallest normal number */
    int emax;      /* of the largest number */
} formats[] = {
    [PRONG_FORMAT_F64] = { 53, -1022, 1023 },
    [PRONG_FORMAT_F32] = { 24, -126, 127 },
    [PRONG_FORMAT_F16] = { 11, -14, 15 },
    [PRONG_FORMAT_BF16] = { 8, -126, 127 },
};

static double from_bits(int negative, uint64_t bits)
{
    double x;

    bits |= (uint64_t)(negative != 0) << 63;
    memcpy(&x, &bits, sizeof x);
    return x;
}

double prong_infinity(int negative)
{
    return from_bits(negative, UINT64_C(0x7ff) << 52);
}

double prong_quiet_nan(void)
{
    return from_bits(0, UINT64_C(0xfff) << 51);
}

double prong_zero(int negative)
{
    return from_bits(negative, 0);
}

/* ±m * 2^lsb, which must be a double: m <= 2^53, lsb >= -1074. */
static double assemble(int negative, uint64_t m, long lsb)
{
    int bits;
    long top;

    if (m == 0)
        return prong_zero(negative);
    bits = 64 - __builtin_clzll(m);
    top = bits - 1 + lsb;
    if (top < -1022)
        return from_bits(negative, m << (lsb + 1074));
    m = bits <= 53 ? m << (53 - bits) : m >> (bits - 53);
    return from_bits(negative, (uint64_t)(top + 1023) << 52 | (m & ((UINT64_C(1) << 52) - 1)));
}

/* Bits [at, at + 64) of the integer. */
static uint64_t bits_at(const uint64_t *w, size_t n, unsigned long at)
{
    size_t i = at / 64;
    unsigned shift = at % 64;
    uint64_t low = i < n ? w[i] : 0;
    uint64_t high = i + 1 < n ? w[i + 1] : 0;

    return shift ? low >> shift | high << (64 - shift) : low;
}

static int any_below(const uint64_t *w, size_t n, unsigned long at)
{
    size_t limbs = at / 64 < n ? at / 64 : n;

    for (size_t i = 0; i < limbs; i++)
        if (w[i])
            return 1;
    return limbs < n && at % 64 && w[limbs] << (64 - at % 64);
}

double prong_round(int negative, const uint64_t *w, size_t n, int sticky, long exponent, prong_format format)
{
    int precision = formats[format].precision;
    long length, lsb, top;
    uint64_t m;

    while (n > 0 && w[n - 1] == 0)
        n--;
    if (n == 0)
        return prong_zero(0);
    length = (long)(64 * n) - __builtin_clzll(w[n - 1]);
    top = length - 1 + exponent;
    lsb = (top < formats[format].emin ? formats[format].emin : top) - (precision - 1);
    if (lsb > exponent) {
        unsigned long cut = (unsigned long)(lsb - exponent);
        uint64_t half = bits_at(w, n, cut - 1) & 1;
        m = cut < 64 * n ? bits_at(w, n, cut) : 0;
        if (half && (m & 1 || sticky || any_below(w, n, cut - 1)))
            m++;
    } else {
        m = w[0] << (exponent - lsb);
    }
    if (m && 63 - __builtin_clzll(m) + lsb > formats[format].emax)
        return prong_infinity(negative);
    return assemble(negative, m, lsb);
}

double prong_exact_round(double x, prong_format format)
{
    uint64_t bits, m;
    unsigned exponent;
    int negative;

    memcpy(&bits, &x, sizeof bits);
    negative = (int)(bits >> 63);
    exponent = (unsigned)(bits >> 52 & 0x7ff);
    m = bits << 12 >> 12;
    if (exponent == 0x7ff)
        return m ? prong_quiet_nan() : x;
    if (format == PRONG_FORMAT_F64 || bits << 1 == 0)
        return x;
    if (exponent > 0)
        m |= UINT64_C(1) << 52;
    return prong_round(negative, &m, 1, 0, (long)(exponent ? exponent : 1) - 1075, format);
}

double prong_exact_round_integer(int64_t high, uint64_t low, prong_format format)
{
    uint64_t flip = high < 0 ? UINT64_MAX : 0;
    uint64_t w[2] = { (low ^ flip) + (flip & 1), 0 };

    w[1] = ((uint64_t)high ^ flip) + (flip && w[0] == 0);
    return prong_round(high < 0, w, 2, 0, 0, format);
}
