/* SPDX-License-Identifier: MIT */
/* From bytes to numbers: every element type, either byte order, any alignment.
 *
 * Loads go through memcpy, which compilers turn into plain (vector) loads, and each type has its own loop without
 * branches, so that they can. The widening is exact: binary16, bfloat16 and binary32 are subsets of binary64. */
#include "config.h"

#include "array/array.h"

#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* -O2 of gcc does not vectorise loops of unknown length */
#endif

/* Bits to values. */
static inline double from_f64(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double from_f32(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

static inline double from_bf16(uint16_t bits)
{
    return from_f32((uint32_t)bits << 16);
}

/* The three cases are computed side by side and one is chosen by masks, in 32 bits, which vectors compare
 * everywhere: a subnormal is its fraction times 2^-24 (and a normal binary32), a normal number moves its fields and
 * adds the difference of the biases, infinities and NaN get binary32's largest exponent. */
static inline double from_f16(uint16_t bits)
{
    uint32_t magnitude = (uint32_t)(bits & 0x7fff);
    uint32_t normal = (magnitude << 13) + ((uint32_t)(127 - 15) << 23);
    uint32_t special = magnitude << 13 | (uint32_t)0xff << 23;
    float scaled = (float)(int32_t)magnitude * 0x1p-24f;
    uint32_t is_special = 0 - (uint32_t)((int32_t)magnitude > 0x7bff);
    uint32_t is_subnormal = 0 - (uint32_t)((int32_t)magnitude < 0x0400);
    uint32_t subnormal;

    memcpy(&subnormal, &scaled, sizeof subnormal);
    return from_f32((special & is_special) | (subnormal & is_subnormal) | (normal & ~(is_special | is_subnormal)) |
                    (uint32_t)(bits & 0x8000) << 16);
}

/* One loop: load a word, put its bytes in order, convert. */
#define LOOP(word, order, convert)                                                                                \
    for (size_t i = 0; i < n; i++) {                                                                              \
        word w;                                                                                                   \
        memcpy(&w, bytes + i * sizeof w, sizeof w);                                                               \
        to[i] = convert(order(w));                                                                                \
    }

#define AS_IS(w) (w)
#define TO_I8(w) ((int8_t)(w))
#define TO_I16(w) ((int16_t)(w))
#define TO_I32(w) ((int32_t)(w))
#define TO_I64(w) ((int64_t)(w))
#define TO_BOOL(w) ((w) != 0)

/* A type of several bytes: two loops. */
#define LOOPS(word, swap, convert)                                                                                \
    if (swapped)                                                                                                  \
        LOOP(word, swap, convert)                                                                                 \
    else                                                                                                          \
        LOOP(word, AS_IS, convert)

void prong_decode_f64(prong_dtype dtype, bool swapped, const void *from, size_t n, double *to)
{
    const unsigned char *bytes = from;

    switch (dtype) {
    case PRONG_F64:
        LOOPS(uint64_t, __builtin_bswap64, from_f64)
        break;
    case PRONG_F32:
        LOOPS(uint32_t, __builtin_bswap32, from_f32)
        break;
    case PRONG_F16:
        LOOPS(uint16_t, __builtin_bswap16, from_f16)
        break;
    case PRONG_BF16:
        LOOPS(uint16_t, __builtin_bswap16, from_bf16)
        break;
    default: /* not a floating type: the caller's choice of function was wrong */
        break;
    }
}

void prong_decode_i64(prong_dtype dtype, bool swapped, const void *from, size_t n, int64_t *to)
{
    const unsigned char *bytes = from;

    switch (dtype) {
    case PRONG_BOOL:
        LOOP(uint8_t, AS_IS, TO_BOOL)
        break;
    case PRONG_I8:
        LOOP(uint8_t, AS_IS, TO_I8)
        break;
    case PRONG_U8:
        LOOP(uint8_t, AS_IS, AS_IS)
        break;
    case PRONG_I16:
        LOOPS(uint16_t, __builtin_bswap16, TO_I16)
        break;
    case PRONG_U16:
        LOOPS(uint16_t, __builtin_bswap16, AS_IS)
        break;
    case PRONG_I32:
        LOOPS(uint32_t, __builtin_bswap32, TO_I32)
        break;
    case PRONG_U32:
        LOOPS(uint32_t, __builtin_bswap32, AS_IS)
        break;
    case PRONG_I64:
        LOOPS(uint64_t, __builtin_bswap64, TO_I64)
        break;
    default:
        break;
    }
}

void prong_decode_u64(bool swapped, const void *from, size_t n, uint64_t *to)
{
    const unsigned char *bytes = from;

    LOOPS(uint64_t, __builtin_bswap64, AS_IS)
}
