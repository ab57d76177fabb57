/* SPDX-License-Identifier: MIT */
/* The kernels for AVX-512: compiled with its flags, entered only where the processor has it. */
#include "config.h"

#include <immintrin.h>

#define LANES 8
#define PLACES prong_places_avx512
#define ISA "avx512"
#define FMA(a, b, c) ((vd)_mm512_fmadd_pd((a), (b), (c)))
#define LESSER(a, b) ((vd)_mm512_min_pd((a), (b)))
#define GREATER(a, b) ((vd)_mm512_max_pd((a), (b)))

typedef __mmask8 doubts;
#define NO_DOUBTS ((__mmask8)0)
#define DOUBT(d, v, m) ((__mmask8)((d) | _mm512_testn_epi64_mask((__m512i)(v), (__m512i)(m))))
#define ANY_DOUBT(d) ((d) != 0)

#include "reduce/places.h"
