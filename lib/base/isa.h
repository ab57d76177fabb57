/* SPDX-License-Identifier: MIT */
/* Which instruction sets kernels may use: one answer for all rooms that have some. */
#ifndef PRONG_BASE_ISA_H
#define PRONG_BASE_ISA_H

/* Each has what those before it have. AVX2 comes with FMA; AVX-512 is F, DQ, BW and VL. */
enum prong_isa { PRONG_ISA_PORTABLE, PRONG_ISA_AVX2, PRONG_ISA_AVX512 };

/* The best that processor and build both have, or the one that PRONG_ISA (portable, avx2, avx512) names if they have it. Read
 * from the environment at every call. */
enum prong_isa prong_isa(void);

#endif
