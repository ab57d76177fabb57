/* SPDX-License-Identifier: MIT */
/* What the kernels of this room share, in vector extensions of gcc and clang. Needs LANES; kernel_*.c may define, where one
 * instruction does that,
 *
 *     ANY_SIGN(v)         is any lane's sign bit set?
 *     CHOOSE(m, a, b)     a where m is all ones, b where it is 0 */
#ifndef PRONG_REDUCE_VECTOR_H
#define PRONG_REDUCE_VECTOR_H

#include "reduce/kernel.h"

#include <math.h>

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define INLINE static inline __attribute__((always_inline))

typedef double vd __attribute__((vector_size(8 * LANES)));
typedef int64_t vi __attribute__((vector_size(8 * LANES)));
typedef uint64_t vu __attribute__((vector_size(8 * LANES)));
typedef double vd_anywhere __attribute__((vector_size(8 * LANES), aligned(1), may_alias));
typedef int64_t vi_anywhere __attribute__((vector_size(8 * LANES), aligned(1), may_alias));

#ifndef ANY_SIGN
INLINE bool any_sign(vi v)
{
    int64_t bits = 0;

    for (unsigned i = 0; i < LANES; i++)
        bits |= v[i];
    return bits < 0;
}
#define ANY_SIGN(v) any_sign(v)
#endif

#ifndef CHOOSE
#define CHOOSE(m, a, b) (((m) & (a)) | (~(m) & (b)))
#endif

#endif
