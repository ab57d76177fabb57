/* SPDX-License-Identifier: MIT */
/* The kernels for AVX-512: compiled with its flags, entered only where the processor has it. */
#include "config.h"

#include <immintrin.h>

#define LANES 8
#define KERNEL prong_kernel_avx512
#define ISA "avx512"
#define FMSUB(a, b, c) ((vd)_mm512_fmsub_pd((a), (b), (c)))
#define TO_DOUBLES(v) ((vd)_mm512_cvtps_pd((__m256)(v)))
#define WORDS_AT(x) ((vw)_mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(const void *)(x))))
#define MUL_LOW(a, b) ((vu)_mm512_mul_epu32((__m512i)(a), (__m512i)(b)))

/* the truth table of a | (b ^ c) */
#define OR_XOR(all, a, b) ((vu)_mm512_ternarylogic_epi64((__m512i)(all), (__m512i)(a), (__m512i)(b), 0xf6))

/* of the mask of those that are no NaN */
#define NUMBER_OR_0(x, n)                                                                                          \
    ({                                                                                                             \
        __mmask8 is = _mm512_cmp_pd_mask((__m512d)(x), (__m512d)(x), _CMP_ORD_Q);                                  \
        (n) = (vu)_mm512_mask_sub_epi64((__m512i)(n), is, (__m512i)(n), _mm512_set1_epi64(-1));                    \
        (vd) _mm512_maskz_mov_pd(is, (__m512d)(x));                                                                \
    })

#include "exact/table.h"
