/* SPDX-License-Identifier: MIT */
/* The index for any machine: eight bytes in a word at a time, or sixteen where every processor has SSE2. */
#include "config.h"

#define INDEX index_portable
#define COUNT count_portable

#ifdef __SSE2__
#include <emmintrin.h>
#include <stdint.h>

static inline uint64_t equal_16(const char *at, __m128i c)
{
    __m128i bytes = _mm_loadu_si128((const void *)at);

    return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, c));
}

static inline uint64_t equal(const char *at, char c)
{
    __m128i wanted = _mm_set1_epi8(c);

    return equal_16(at, wanted) | equal_16(at + 16, wanted) << 16 | equal_16(at + 32, wanted) << 32 |
           equal_16(at + 48, wanted) << 48;
}
#else
#include <stdint.h>
#include <string.h>

/* Bit i of the result says whether byte i of x is zero: the top bits of zero bytes, gathered by a product. */
static inline uint64_t zero_bytes(uint64_t x)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t tops = ~(((x & low) + low) | x | low);

    return (tops >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline uint64_t equal(const char *at, char c)
{
    uint64_t bits = 0;

    for (unsigned k = 0; k < 8; k++) {
        uint64_t word;
        memcpy(&word, at + 8 * k, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        bits |= zero_bytes(word ^ (unsigned char)c * UINT64_C(0x0101010101010101)) << (8 * k);
    }
    return bits;
}
#endif

#define EQUAL(at, c) equal(at, c)


#include "table/blocks.h"

const struct prong_index_kernel prong_index_portable = { INDEX, COUNT };
