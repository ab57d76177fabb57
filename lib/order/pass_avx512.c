/* SPDX-License-Identifier: MIT */
/* The kernels for AVX-512: compiled with its flags, entered only where the processor has it. Keys are compressed in a
 * register and then stored whole: storing while compressing is microcode on some processors. */
#include "config.h"

#include <immintrin.h>

#define LANES 8
#define KERNEL prong_order_avx512
#define EDGES_MOST 80
#define ISA "avx512"

typedef __mmask8 mask;
#define MASK(word) ((__mmask8)(word))
#define LESS(key, edge) _mm512_cmplt_epi64_mask((__m512i)(key), (__m512i)(edge))
#define COUNT(acc, m) ((vi)_mm512_mask_sub_epi64((__m512i)(acc), (m), (__m512i)(acc), _mm512_set1_epi64(-1)))
#define TURN(in, m, turn) ((__mmask8)((in) ^ ((m) & (turn))))
#define NOT(m) ((__mmask8)~(m))
#define ANY(m) ((m) != 0)
#define COMPRESS(to, key, m)                                                                                           \
    (_mm512_storeu_si512((void *)(to), _mm512_maskz_compress_epi64((m), (__m512i)(key))),                              \
     (size_t)__builtin_popcount(m))
#define LESSER(a, b) ((vd)_mm512_min_pd((a), (b)))
#define GREATER(a, b) ((vd)_mm512_max_pd((a), (b)))

#include "order/pass.h"
