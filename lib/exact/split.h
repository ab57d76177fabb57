/* SPDX-License-Identifier: MIT */
/* The kernels that the fallbacks and the other formats need: significands and exponents apart, the largest element,
 * |x|, and narrower elements widened. */
#ifndef PRONG_EXACT_SPLIT_H
#define PRONG_EXACT_SPLIT_H

#include "exact/vector.h"

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

INLINE void widen_kind(const void *from, size_t n, double *to, enum prong_element kind)
{
    const char *x = from;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES)
        *(vd_anywhere *)(to + i) = load_kind(x + bytes_of(kind) * i, kind);
    if (i < n) {
        char rest[4 * LANES] = { 0 };
        vd v;
        memcpy(rest, x + bytes_of(kind) * i, bytes_of(kind) * (n - i));
        v = load_kind(rest, kind);
        memcpy(to + i, &v, 8 * (n - i));
    }
}

static void widen_f32(const void *from, size_t n, double *to)
{
    widen_kind(from, n, to, PRONG_ELEMENT_F32);
}

static void widen_f16(const void *from, size_t n, double *to)
{
    widen_kind(from, n, to, PRONG_ELEMENT_F16);
}

static void widen_bf16(const void *from, size_t n, double *to)
{
    widen_kind(from, n, to, PRONG_ELEMENT_BF16);
}

#endif
