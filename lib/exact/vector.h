/* SPDX-License-Identifier: MIT */
/* What the kernels share, in vector extensions of gcc and clang. Needs LANES; grid_*.c, one for each instruction set,
 * may define FMSUB(a, b, c) = a * b - c rounded once where the hardware has it, and, where one instruction does that,
 * OR_XOR(all, a, b) = all | (a ^ b) and MUL_LOW(a, b), the products of the lower halves of 64-bit lanes. */
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

#endif
