/* SPDX-License-Identifier: MIT */
/* Elements that are no doubles in a row: narrower formats, every one a double exactly, and strided ones. They pass
 * through a buffer of the adder, a few thousand at a time. */
#include "config.h"

#include "exact/adder.h"

#include <string.h>

enum { BUFFER = 2 * PRONG_BLOCK_ELEMENTS };

/* Halves are widened by integers: the exponent is moved to that of doubles, subnormals are normalised. */
static double from_half(uint16_t half)
{
    uint64_t sign = (uint64_t)(half >> 15) << 63;
    uint64_t exponent = half >> 10 & 0x1f, fraction = half & 0x3ff, bits;
    double x;

    if (exponent == 0x1f) {
        bits = UINT64_C(0x7ff) << 52 | fraction << 42;
    } else if (exponent == 0 && fraction != 0) {
        unsigned shift = (unsigned)__builtin_clzll(fraction) - 53;
        bits = (uint64_t)(1023 - 14 - shift) << 52 | (fraction << shift & 0x3ff) << 42;
    } else if (exponent == 0) {
        bits = 0;
    } else {
        bits = (exponent + 1023 - 15) << 52 | fraction << 42;
    }
    bits |= sign;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void widen_f16(const struct prong_kernel *kernel, const char *x, ptrdiff_t stride, size_t n, double *to)
{
    (void)kernel;
    (void)stride;
    for (size_t i = 0; i < n; i++) {
        uint16_t half;
        memcpy(&half, x + 2 * i, sizeof half);
        to[i] = from_half(half);
    }
}

static void widen_bf16(const struct prong_kernel *kernel, const char *x, ptrdiff_t stride, size_t n, double *to)
{
    float single[PRONG_CHUNK];

    (void)stride;
    for (size_t i = 0; i < n; i += PRONG_CHUNK) {
        size_t part = n - i < PRONG_CHUNK ? n - i : PRONG_CHUNK;
        for (size_t k = 0; k < part; k++) {
            uint16_t upper;
            uint32_t bits;
            memcpy(&upper, x + 2 * (i + k), sizeof upper);
            bits = (uint32_t)upper << 16;
            memcpy(single + k, &bits, sizeof bits);
        }
        kernel->widen(single, part, to + i);
    }
}

static void widen_f32(const struct prong_kernel *kernel, const char *x, ptrdiff_t stride, size_t n, double *to)
{
    (void)stride;
    kernel->widen((const float *)(const void *)x, n, to);
}

static void gather(const struct prong_kernel *kernel, const char *x, ptrdiff_t stride, size_t n, double *to)
{
    (void)kernel;
    for (size_t i = 0; i < n; i++)
        memcpy(to + i, x + (ptrdiff_t)i * stride, sizeof *to);
}

typedef void widener(const struct prong_kernel *kernel, const char *x, ptrdiff_t stride, size_t n, double *to);

static void add_widened(prong_exact *s, prong_adder *a, widener *widen, const void *x, ptrdiff_t stride, size_t n)
{
    unsigned saved = prong_fp_enter();

    for (size_t i = 0; i < n; i += BUFFER) {
        if (i % PRONG_BUCKET_MOST == 0)
            prong_add_finish(s, a);
        size_t part = n - i < BUFFER ? n - i : BUFFER;
        widen(a->base.kernel, (const char *)x + (ptrdiff_t)i * stride, stride, part, a->converted);
        prong_add_doubles(s, a, a->converted, part);
    }
    prong_add_finish(s, a);
    prong_fp_exit(saved);
}

void prong_exact_add_f64_strided(prong_exact *s, prong_adder *a, const void *x, ptrdiff_t stride, size_t n)
{
    if (stride == sizeof(double))
        prong_exact_add_f64(s, a, x, n);
    else
        add_widened(s, a, gather, x, stride, n);
}

void prong_exact_add_f32(prong_exact *s, prong_adder *a, const float *x, size_t n)
{
    add_widened(s, a, widen_f32, x, sizeof *x, n);
}

void prong_exact_add_f16(prong_exact *s, prong_adder *a, const uint16_t *x, size_t n)
{
    add_widened(s, a, widen_f16, x, sizeof *x, n);
}

void prong_exact_add_bf16(prong_exact *s, prong_adder *a, const uint16_t *x, size_t n)
{
    add_widened(s, a, widen_bf16, x, sizeof *x, n);
}
