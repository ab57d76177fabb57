/* SPDX-License-Identifier: MIT */
/* The kernels for AVX2 and FMA: compiled with their flags, entered only where the processor has them. */
#include "config.h"

#include <immintrin.h>

#define LANES 4
#define KERNEL prong_reduce_avx2
#define PLACES prong_places_avx2
#define ISA "avx2"
#define FMA(a, b, c) ((vd)_mm256_fmadd_pd((a), (b), (c)))
#define LESSER(a, b) ((vd)_mm256_min_pd((a), (b)))
#define GREATER(a, b) ((vd)_mm256_max_pd((a), (b)))
#define FMSUB(a, b, c) ((vd)_mm256_fmsub_pd((a), (b), (c)))
#define ANY_SIGN(v) (_mm256_movemask_pd((__m256d)(v)) != 0)
#define CHOOSE(m, a, b) ((vi)_mm256_blendv_epi8((__m256i)(b), (__m256i)(a), (__m256i)(m)))

#include "reduce/factors.h"
#include "reduce/places.h"
#include "reduce/rows.h"

const struct prong_reduce_kernel KERNEL = {
    .isa = ISA, .multiply = multiply_groups, .rows_doubles = rows_doubles, .rows_keys = rows_keys
};
