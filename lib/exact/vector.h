/* SPDX-License-Identifier: MIT */
/* What the kernels share, in vector extensions of gcc and clang. Needs LANES; grid_*.c, one for each instruction set,
 * may define FMSUB(a, b, c) = a * b - c rounded once where the hardware has it, and, where one instruction does that,
 *
 *     OR_XOR(all, a, b)   all | (a ^ b)
 *     NUMBER_OR_0(x, n)   x, or +0 where x is NaN; adds 1 to the lanes of n where it is not
 *     MUL_LOW(a, b)       the products of the lower halves of 64-bit lanes
 *     TO_DOUBLES(v)       LANES floats as doubles, which compilers make many instructions of
 *     WORDS_AT(x)         LANES numbers of 16 bits at x, sign-extended to 32 bits; likewise */
#ifndef PRONG_EXACT_VECTOR_H
#define PRONG_EXACT_VECTOR_H

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

/* ---- Elements of every kind, as doubles ---- */

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef uint32_t vw __attribute__((vector_size(4 * LANES)));
typedef int32_t vw_signed __attribute__((vector_size(4 * LANES)));
typedef float vf_anywhere __attribute__((vector_size(4 * LANES), aligned(1), may_alias));
typedef int16_t vh_anywhere __attribute__((vector_size(2 * LANES), aligned(1), may_alias));

#ifndef TO_DOUBLES
#define TO_DOUBLES(v) __builtin_convertvector(v, vd)
#endif
#ifndef WORDS_AT
#define WORDS_AT(x) ((vw)__builtin_convertvector(*(const vh_anywhere *)(x), vw_signed))
#endif

INLINE unsigned bytes_of(enum prong_element kind)
{
    return kind == PRONG_ELEMENT_F64 ? 8 : kind == PRONG_ELEMENT_F32 ? 4 : 2;
}

/* A half is a float 2^112 times too small once its fields stand where those of a float do; subnormal halves become
 * subnormal floats. But for the exponent of infinities and NaN, which must be all ones. */
INLINE vf from_halves(const char *x)
{
    vw fields = WORDS_AT(x) << 13 & 0x8fffe000;
    vw special = (vw)((fields & 0x0f800000) == 0x0f800000) & 0x7f800000;

    return (vf)((vw)((vf)fields * 0x1p112f) | special);
}

INLINE vd load_kind(const char *x, enum prong_element kind)
{
    switch (kind) {
    case PRONG_ELEMENT_F32:
        return TO_DOUBLES(*(const vf_anywhere *)x);
    case PRONG_ELEMENT_F16:
        return TO_DOUBLES(from_halves(x));
    case PRONG_ELEMENT_BF16:
        return TO_DOUBLES((vf)(WORDS_AT(x) << 16));
    default:
        return load(x);
    }
}

INLINE vd splat(double x)
{
    return x - (vd){ 0 };
}

#ifndef NUMBER_OR_0
INLINE vd number_or_0(vd x, vu *numbers)
{
    vu is = (vu)(x == x);

    *numbers -= is;
    return (vd)((vu)x & is);
}
#define NUMBER_OR_0(x, n) number_or_0((x), &(n))
#endif

/* What the kernels do with NaN: refuse their block, or take them out. */
enum nans { REFUSE_NAN, OMIT_NAN };

INLINE vd wanted(vd x, vu *numbers, enum nans nans)
{
    return nans == OMIT_NAN ? NUMBER_OR_0(x, *numbers) : x;
}

INLINE uint64_t sum_lanes(vu v)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < LANES; i++)
        sum += v[i];
    return sum;
}

INLINE uint64_t any(vu v)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < LANES; i++)
        bits |= v[i];
    return bits;
}

#endif
