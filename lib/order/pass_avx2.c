/* SPDX-License-Identifier: MIT */
/* The kernels for AVX2: compiled with its flags, entered only where the processor has it. */
#include "config.h"

#include <immintrin.h>

#define LANES 4
#define KERNEL prong_order_avx2
#define EDGES_MOST 40
#define ISA "avx2"
#define ANY(m) (!_mm256_testz_si256((__m256i)(m), (__m256i)(m)))
#define LESSER(a, b) ((vd)_mm256_min_pd((a), (b)))
#define GREATER(a, b) ((vd)_mm256_max_pd((a), (b)))

#include "order/pass.h"
