/* SPDX-License-Identifier: MIT */
/* The kernels for AVX2 and FMA: compiled with their flags, entered only where the processor has them. */
#include "config.h"

#include <immintrin.h>

#define LANES 4
#define KERNEL prong_kernel_avx2
#define ISA "avx2"
#define FMSUB(a, b, c) ((vd)_mm256_fmsub_pd((a), (b), (c)))
#define TO_DOUBLES(v) ((vd)_mm256_cvtps_pd((__m128)(v)))
#define WORDS_AT(x) ((vw)_mm_cvtepi16_epi32(_mm_loadl_epi64((const __m128i *)(const void *)(x))))
#define MUL_LOW(a, b) ((vu)_mm256_mul_epu32((__m256i)(a), (__m256i)(b)))

#include "exact/table.h"
