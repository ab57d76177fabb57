/* SPDX-License-Identifier: MIT */
/* The index for AVX2: compiled with its flags, entered only where the processor has it. */
#include "config.h"

#include <immintrin.h>
#include <stdint.h>

#define INDEX index_avx2
#define COUNT count_avx2

static inline uint64_t equal_32(const char *at, __m256i c)
{
    __m256i bytes = _mm256_loadu_si256((const void *)at);

    return (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, c));
}

static inline uint64_t equal(const char *at, char c)
{
    __m256i wanted = _mm256_set1_epi8(c);

    return equal_32(at, wanted) | equal_32(at + 32, wanted) << 32;
}

#define EQUAL(at, c) equal(at, c)

#ifdef __x86_64__
/* A product without carries by all ones sums the bits below each. */
#define PARITY(bits) parity_of(bits)
static inline uint64_t parity_of(uint64_t bits)
{
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8(-1), 0);

    return (uint64_t)_mm_cvtsi128_si64(product);
}
#endif

#include "table/blocks.h"

const struct prong_index_kernel prong_index_avx2 = { INDEX, COUNT };
