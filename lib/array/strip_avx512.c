/* SPDX-License-Identifier: MIT */
/* Strips by AVX-512: compiled with its flags, entered only where the processor has it. Eight numbers become doubles at once: by
 * the upper word of their product with a power of five, as in number.c, unless that does not tell how to round. Then, and where
 * all eight are at most 2^53, one division rounds them. */
#include "config.h"

#include <immintrin.h>

#include "array/strip_tokens.h"

#define READ read_avx512
#define GROUP 8

static inline uint64_t blanks_at(const char *at)
{
    __m512i x = _mm512_loadu_si512(at);
    __m512i from_tab = _mm512_sub_epi8(x, _mm512_set1_epi8('\t'));

    return _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(' ')) | _mm512_cmple_epu8_mask(from_tab, _mm512_set1_epi8('\r' - '\t'));
}

static inline uint64_t newlines_at(const char *at)
{
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(at), _mm512_set1_epi8('\n'));
}

static inline void put_places(uint16_t *to, unsigned base, uint64_t bits)
{
    static const unsigned char all[64] __attribute__((aligned(64))) = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
    };
    __m512i from = _mm512_set1_epi16((short)base), places = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(all));
    __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(places));
    __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(places, 1));

    _mm512_storeu_si512(to, _mm512_add_epi16(low, from));
    _mm512_storeu_si512(to + 32, _mm512_add_epi16(high, from));
}

static inline void take(struct strip *s, const char *at, size_t i)
{
    const uint64_t above = UINT64_C(0xffffffff) << 32;
    const char *begin = at + begin_of(s, i), *end = at + end_of(s, i);
    int exponent = take_exponent(&end);
    unsigned first = (unsigned char)*begin;
    unsigned length = (unsigned)((int)(end - begin) + ((int)(first - '.') >> 31)); /* beyond 32: refused later */
    __m256i x = _mm256_loadu_si256((const void *)(end - 32));
    uint32_t points = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('.')));
    unsigned after = _lzcnt_u32(points & (uint32_t)(above >> (length & 63)));
    unsigned digits = length - 1 + after / NO_POINT;

    x = _mm256_mask_loadu_epi8(x, (__mmask32)((above >> 32) >> after), end - 33);
    x = _mm256_maskz_sub_epi8((__mmask32)(above >> (digits & 63)), x, _mm256_set1_epi8('0'));
    _mm256_store_si256((void *)s->digits[i], x);
    s->first[i] = (unsigned char)first;
    s->after[i] = (unsigned char)after;
    s->tens[i] = (signed char)exponent;
    s->many[i] = (uint16_t)digits;
}

/* The numbers of eight tokens without points and signs, and which of them have other bytes than digits in them. */
static inline __m512i whole_numbers(const struct strip *s, size_t i, unsigned *odd)
{
    const __m512i tens_ones = _mm512_set1_epi16(0x010a), hundreds = _mm512_set1_epi32(0x00010064);
    const __m512i thousands = _mm512_set1_epi32(0x00012710), nine = _mm512_set1_epi8(9);
    __m512i fours[4], eights[2], upper, lower;
    __mmask64 wrong[4];

    UNROLL
    for (int k = 0; k < 4; k++) {
        __m512i x = _mm512_load_si512(s->digits[i + 2 * k]);
        wrong[k] = _mm512_cmpgt_epu8_mask(x, nine);
        fours[k] = _mm512_madd_epi16(_mm512_maddubs_epi16(x, tens_ones), hundreds);
    }
    UNROLL
    for (int k = 0; k < 2; k++)
        eights[k] = _mm512_madd_epi16(_mm512_packus_epi32(fours[2 * k], fours[2 * k + 1]), thousands);
    if ((wrong[0] | wrong[1]) | (wrong[2] | wrong[3]))
        for (int k = 0; k < 4; k++)
            *odd |= ((uint32_t)wrong[k] != 0 ? 1U : 0) << 2 * k | (wrong[k] >> 32 != 0 ? 2U : 0) << 2 * k;
    /* Each 64 bits are two numbers of eight digits, the upper ones in the lower half. */
    upper = _mm512_permutex2var_epi64(eights[0], _mm512_setr_epi64(0, 4, 1, 5, 8, 12, 9, 13), eights[1]);
    lower = _mm512_permutex2var_epi64(eights[0], _mm512_setr_epi64(2, 6, 3, 7, 10, 14, 11, 15), eights[1]);
    upper = _mm512_srli_epi64(upper, 32);
    *odd |= _mm512_cmpge_epu64_mask(upper, _mm512_set1_epi64(1000));
    upper = _mm512_mullo_epi64(upper, _mm512_set1_epi64(10000000000000000));
    return _mm512_add_epi64(_mm512_add_epi64(upper, _mm512_srli_epi64(lower, 32)),
                            _mm512_mul_epu32(lower, _mm512_set1_epi64(100000000)));
}

/* Element `after` of a table of 32. */
static inline __m512i look_up(const void *table, __m512i after)
{
    const char *t = table;
    __m512i low = _mm512_permutex2var_epi64(_mm512_loadu_si512(t), after, _mm512_loadu_si512(t + 64));
    __m512i high = _mm512_permutex2var_epi64(_mm512_loadu_si512(t + 128), after, _mm512_loadu_si512(t + 192));

    return _mm512_mask_mov_epi64(low, _mm512_test_epi64_mask(after, _mm512_set1_epi64(16)), high);
}

/* The upper halves of the products. */
static inline __m512i product(__m512i a, __m512i b)
{
    const __m512i lower = _mm512_set1_epi64(0xffffffff);
    __m512i a1 = _mm512_srli_epi64(a, 32), b1 = _mm512_srli_epi64(b, 32);
    __m512i t = _mm512_add_epi64(_mm512_mul_epu32(a1, b), _mm512_srli_epi64(_mm512_mul_epu32(a, b), 32));
    __m512i u = _mm512_add_epi64(_mm512_mul_epu32(a, b1), _mm512_and_si512(t, lower));

    return _mm512_add_epi64(_mm512_add_epi64(_mm512_mul_epu32(a1, b1), _mm512_srli_epi64(t, 32)), _mm512_srli_epi64(u, 32));
}

/* nearest() of number_front.h for w * 10^q as bits. The upper half of the product may be too small by one, no more. Bit 0
 * of the mantissa is the one that rounds. Where it is 0 and nine bits below are ones, a carry could set it, and where it is 1
 * and they are zeros, this may be the middle of two doubles: unsure. Where it is 1 and they are ones, a carry gives what
 * rounding does. 0 is unsure, too. */
static inline __m512i nearest_of(__m512i w, __m512i power, __m512i exponent, __mmask8 *unsure)
{
    const __m512i one = _mm512_set1_epi64(1), nine = _mm512_set1_epi64(0x1ff);
    __m512i zeros = _mm512_lzcnt_epi64(w);
    __m512i high = product(_mm512_sllv_epi64(w, zeros), power), upper = _mm512_srli_epi64(high, 63);
    __m512i mantissa = _mm512_srlv_epi64(high, _mm512_add_epi64(upper, _mm512_set1_epi64(64 - DBL_MANT_DIG - 2)));
    __m512i half = _mm512_and_si512(mantissa, one), next = _mm512_and_si512(_mm512_add_epi64(high, one), nine);

    *unsure = _mm512_cmpeq_epi64_mask(next, half) | _mm512_testn_epi64_mask(w, w);
    mantissa = _mm512_srli_epi64(_mm512_add_epi64(mantissa, half), 1);
    /* The implicit bit adds one to the exponent, and a mantissa that was rounded up to 2^53 another one. */
    exponent = _mm512_sub_epi64(_mm512_add_epi64(exponent, upper), _mm512_add_epi64(zeros, one));
    return _mm512_add_epi64(mantissa, _mm512_slli_epi64(exponent, DBL_MANT_DIG - 1));
}

/* The same for any q that there may be. */
static inline __m512i nearest_scaled(__m512i w, __m512i q, const struct strip_scale *scale, __mmask8 *unsure)
{
    __m512i place = _mm512_slli_epi64(_mm512_sub_epi64(q, _mm512_set1_epi64(PRONG_POWER_MIN)), 1);
    __m512i exponent = _mm512_srai_epi64(_mm512_mul_epi32(q, _mm512_set1_epi64(217706)), 16);

    return nearest_of(w, _mm512_i64gather_epi64(place, scale->powers, 8),
                      _mm512_add_epi64(exponent, _mm512_set1_epi64(64 + 1022)), unsure);
}

static inline unsigned convert(const struct strip *s, const struct strip_scale *scale, size_t i, double *out)
{
    __m256i first = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)(s->first + i)));
    __m128i digits = _mm_loadu_si128((const void *)(s->many + i)), exponents = _mm_loadl_epi64((const void *)(s->tens + i));
    __mmask8 minus = _mm256_cmpeq_epi32_mask(first, _mm256_set1_epi32('-'));
    __mmask8 plus = _mm256_cmpeq_epi32_mask(first, _mm256_set1_epi32('+'));
    __mmask8 sign = _mm256_cmplt_epi32_mask(first, _mm256_set1_epi32('.')), up = 0, small, divided, unsure;
    unsigned odd = sign & ~(minus | plus);
    __m512i w = whole_numbers(s, i, &odd), q = _mm512_setzero_si512();
    __m512i size = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const void *)(s->after + i)));
    __m512d value = _mm512_setzero_pd();
    bool scaled = !_mm_testz_si128(exponents, exponents);

    odd |= _mm_cmpge_epu16_mask(_mm_sub_epi16(digits, _mm_set1_epi16(1)), _mm_set1_epi16(STRIP_DIGITS));
    size = _mm512_and_si512(size, _mm512_set1_epi64(NO_POINT - 1));
    if (scaled) {
        q = _mm512_sub_epi64(_mm512_cvtepi8_epi64(exponents), size);
        up = _mm512_cmpgt_epi64_mask(q, _mm512_setzero_si512());
        size = _mm512_abs_epi64(q);
    }
    small = _mm512_cmple_epu64_mask(w, _mm512_set1_epi64(INT64_C(1) << DBL_MANT_DIG)) | _mm512_testn_epi64_mask(size, size);
    divided = small;
    if (small != 0xff) {
        __m512i bits = scaled ? nearest_scaled(w, q, scale, &unsure)
                              : nearest_of(w, look_up(scale->power, size), look_up(scale->exponent, size), &unsure);
        value = _mm512_castsi512_pd(bits);
        odd |= unsure & ~small;
        divided = unsure & small;
    }
    if (divided) {
        __m512d rounded = _mm512_cvtepu64_pd(w), ten = _mm512_castsi512_pd(look_up(scale->ten, size));
        __m512d quotient = _mm512_mask_mul_pd(_mm512_div_pd(rounded, ten), up, rounded, ten);
        value = _mm512_mask_mov_pd(value, divided, quotient);
        odd |= divided & _mm512_cmpgt_epu64_mask(size, _mm512_set1_epi64(EXACT_TEN));
    }
    _mm512_storeu_pd(out, _mm512_mask_or_pd(value, minus, value, _mm512_set1_pd(-0.0)));
    return odd;
}

#include "array/strip_read.h"

const struct prong_strip_kernel prong_strip_avx512 = { .isa = "avx512", .read = read_avx512 };
