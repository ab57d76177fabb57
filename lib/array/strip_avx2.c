/* SPDX-License-Identifier: MIT */
/* Strips by AVX2: compiled with its flags, entered only where the processor has it. Four numbers become doubles at once, as those
 * of strip_avx512.c do. */
#include "config.h"

#include <immintrin.h>

#include "array/strip_tokens.h"

#define READ read_avx2
#define GROUP 4

static inline uint64_t bits_of(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

static inline __m256i are_blank(__m256i x)
{
    __m256i from_tab = _mm256_sub_epi8(x, _mm256_set1_epi8('\t')), most = _mm256_set1_epi8('\r' - '\t');
    __m256i others = _mm256_cmpeq_epi8(_mm256_min_epu8(from_tab, most), from_tab);

    return _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8(' ')), others);
}

static inline uint64_t blanks_at(const char *at)
{
    return bits_of(are_blank(_mm256_loadu_si256((const void *)at)), are_blank(_mm256_loadu_si256((const void *)(at + 32))));
}

static inline uint64_t newlines_at(const char *at)
{
    __m256i newline = _mm256_set1_epi8('\n');

    return bits_of(_mm256_cmpeq_epi8(_mm256_loadu_si256((const void *)at), newline),
                   _mm256_cmpeq_epi8(_mm256_loadu_si256((const void *)(at + 32)), newline));
}

/* Eight at a time: what is too much is overwritten. */
static inline void put_places(uint16_t *to, unsigned base, uint64_t bits)
{
    do {
        for (unsigned i = 0; i < 8; i++) {
            to[i] = (uint16_t)(base + (unsigned)__builtin_ctzll(bits | UINT64_C(1) << 63));
            bits &= bits - 1;
        }
        to += 8;
    } while (bits);
}

static inline void take(struct strip *s, const char *at, size_t i)
{
    /* A window of 32 that begins n bytes in: the first 32 - n bytes are ones; 32 bytes further on, the last n. */
    static const unsigned char ones[96] = {
#define EIGHT 255, 255, 255, 255, 255, 255, 255, 255
        EIGHT, EIGHT, EIGHT, EIGHT, [64] = EIGHT, EIGHT, EIGHT, EIGHT
#undef EIGHT
    };
    const char *begin = at + begin_of(s, i), *end = at + end_of(s, i);
    int exponent = take_exponent(&end);
    unsigned char first = (unsigned char)*begin;
    unsigned length = (unsigned)(end - begin) - (first < '.'); /* beyond 32: refused later */
    __m256i x = _mm256_loadu_si256((const void *)(end - 32)), further = _mm256_loadu_si256((const void *)(end - 33));
    uint32_t points = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('.')));
    unsigned after = _lzcnt_u32(points & (uint32_t)(UINT64_C(0xffffffff00000000) >> (length & 63)));
    unsigned digits = length - 1 + after / NO_POINT;

    x = _mm256_blendv_epi8(x, further, _mm256_loadu_si256((const void *)(ones + after)));
    x = _mm256_sub_epi8(x, _mm256_set1_epi8('0'));
    x = _mm256_and_si256(x, _mm256_loadu_si256((const void *)(ones + 32 + (digits & 31))));
    _mm256_store_si256((void *)s->digits[i], x);
    s->first[i] = first;
    s->after[i] = (unsigned char)after;
    s->tens[i] = (signed char)exponent;
    s->many[i] = (uint16_t)digits;
}

/* The numbers of four tokens without points and signs, and which of them have other bytes than digits in them. */
static inline __m256i whole_numbers(const struct strip *s, size_t i, unsigned *odd)
{
    const __m256i tens_ones = _mm256_set1_epi16(0x010a), hundreds = _mm256_set1_epi32(0x00010064);
    const __m256i thousands = _mm256_set1_epi32(0x00012710), nine = _mm256_set1_epi8(9);
    __m256i fours[4], eights[2], wrong[4], upper, lower, sum;

    UNROLL
    for (int k = 0; k < 4; k++) {
        __m256i x = _mm256_load_si256((const void *)s->digits[i + (unsigned)k]);
        wrong[k] = _mm256_subs_epu8(x, nine);
        fours[k] = _mm256_madd_epi16(_mm256_maddubs_epi16(x, tens_ones), hundreds);
    }
    UNROLL
    for (int k = 0; k < 2; k++)
        eights[k] = _mm256_madd_epi16(_mm256_packus_epi32(fours[2 * k], fours[2 * k + 1]), thousands);
    /* Each 64 bits are two numbers of eight digits, the upper ones in the lower half. */
    upper = _mm256_srli_epi64(_mm256_permute2x128_si256(eights[0], eights[1], 0x20), 32);
    lower = _mm256_permute2x128_si256(eights[0], eights[1], 0x31);
    *odd |= (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(upper, _mm256_set1_epi64x(999))));
    sum = _mm256_or_si256(_mm256_or_si256(wrong[0], wrong[1]), _mm256_or_si256(wrong[2], wrong[3]));
    if (!_mm256_testz_si256(sum, sum))
        for (unsigned k = 0; k < 4; k++)
            *odd |= (unsigned)!_mm256_testz_si256(wrong[k], wrong[k]) << k;
    /* 10^16 in two halves. */
    sum = _mm256_slli_epi64(_mm256_mul_epu32(upper, _mm256_set1_epi64x(10000000000000000 >> 32)), 32);
    sum = _mm256_add_epi64(sum, _mm256_mul_epu32(upper, _mm256_set1_epi64x(10000000000000000 & 0xffffffff)));
    sum = _mm256_add_epi64(sum, _mm256_mul_epu32(lower, _mm256_set1_epi64x(100000000)));
    return _mm256_add_epi64(sum, _mm256_srli_epi64(lower, 32));
}

/* The upper halves of the products. */
static inline __m256i product(__m256i a, __m256i b)
{
    const __m256i lower = _mm256_set1_epi64x(0xffffffff);
    __m256i a1 = _mm256_srli_epi64(a, 32), b1 = _mm256_srli_epi64(b, 32);
    __m256i t = _mm256_add_epi64(_mm256_mul_epu32(a1, b), _mm256_srli_epi64(_mm256_mul_epu32(a, b), 32));
    __m256i u = _mm256_add_epi64(_mm256_mul_epu32(a, b1), _mm256_and_si256(t, lower));

    return _mm256_add_epi64(_mm256_add_epi64(_mm256_mul_epu32(a1, b1), _mm256_srli_epi64(t, 32)), _mm256_srli_epi64(u, 32));
}

/* The doubles next to unsigned integers: their halves, by a power of two each, are exact, so that one addition rounds. */
static inline __m256d doubles_of(__m256i w)
{
    const __m256d high = _mm256_set1_pd(0x1p84), low = _mm256_set1_pd(0x1p52), both = _mm256_set1_pd(0x1p84 + 0x1p52);
    __m256d upper = _mm256_or_pd(_mm256_castsi256_pd(_mm256_srli_epi64(w, 32)), high);
    __m256i lower = _mm256_blend_epi32(w, _mm256_castpd_si256(low), 0xaa);

    return _mm256_add_pd(_mm256_sub_pd(upper, both), _mm256_castsi256_pd(lower));
}

static inline unsigned bits_64(__m256i mask)
{
    return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(mask));
}

/* nearest() of number_front.h for w * 10^q as bits. The upper half of the product may be too small by one, no more. Bit 0
 * of the mantissa is the one that rounds. Where it is 0 and nine bits below are ones, a carry could set it, and where it is 1
 * and they are zeros, this may be the middle of two doubles: unsure. Where it is 1 and they are ones, a carry gives what
 * rounding does. 0 is unsure, too. */
static inline __m256i nearest_of(__m256i w, __m256d rounded, __m128i q, const struct strip_scale *scale, unsigned *unsure)
{
    const __m256i one = _mm256_set1_epi64x(1), nine = _mm256_set1_epi64x(0x1ff);
    __m128i place = _mm_slli_epi32(_mm_sub_epi32(q, _mm_set1_epi32(PRONG_POWER_MIN)), 1);
    __m128i by_power = _mm_add_epi32(_mm_srai_epi32(_mm_mullo_epi32(q, _mm_set1_epi32(217706)), 16), _mm_set1_epi32(64 + 1022));
    __m256i top = _mm256_srli_epi64(_mm256_castpd_si256(rounded), DBL_MANT_DIG - 1);
    __m256i zeros = _mm256_sub_epi64(_mm256_set1_epi64x(DBL_MAX_EXP - 1 + 63), top), high, upper, mantissa, exponent, more, half;
    __m256i zero = _mm256_cmpeq_epi64(w, _mm256_setzero_si256());

    w = _mm256_sllv_epi64(w, zeros);
    more = _mm256_xor_si256(_mm256_srli_epi64(w, 63), one); /* where rounding reached the next power of two */
    high = product(_mm256_sllv_epi64(w, more), _mm256_i32gather_epi64((const void *)scale->powers, place, 8));
    upper = _mm256_srli_epi64(high, 63);
    mantissa = _mm256_srlv_epi64(high, _mm256_add_epi64(upper, _mm256_set1_epi64x(64 - DBL_MANT_DIG - 2)));
    exponent = _mm256_sub_epi64(_mm256_cvtepi32_epi64(by_power), _mm256_add_epi64(zeros, more));
    half = _mm256_and_si256(mantissa, one);
    *unsure = bits_64(_mm256_or_si256(_mm256_cmpeq_epi64(_mm256_and_si256(_mm256_add_epi64(high, one), nine), half), zero));
    mantissa = _mm256_srli_epi64(_mm256_add_epi64(mantissa, half), 1);
    /* The implicit bit adds one to the exponent, and a mantissa that was rounded up to 2^53 another one. */
    exponent = _mm256_sub_epi64(_mm256_add_epi64(exponent, upper), one);
    return _mm256_add_epi64(mantissa, _mm256_slli_epi64(exponent, DBL_MANT_DIG - 1));
}

static inline __m128i four_bytes(const void *at)
{
    int32_t word;

    memcpy(&word, at, sizeof word);
    return _mm_cvtsi32_si128(word);
}

static inline unsigned bits_32(__m128i mask)
{
    return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(mask));
}

/* w * 10^q where that takes one operation that rounds. */
static inline __m256d one_rounding(__m256d rounded, __m128i q, const struct strip_scale *scale, unsigned *too_far)
{
    __m128i size = _mm_abs_epi32(q);
    __m256d ten = _mm256_i32gather_pd(scale->ten, _mm_min_epi32(size, _mm_set1_epi32(31)), 8);
    __m256d down = _mm256_castsi256_pd(_mm256_cvtepi32_epi64(q)); /* its sign bits */

    *too_far = bits_32(_mm_cmpgt_epi32(size, _mm_set1_epi32(EXACT_TEN)));
    return _mm256_blendv_pd(_mm256_mul_pd(rounded, ten), _mm256_div_pd(rounded, ten), down);
}

static inline unsigned convert(const struct strip *s, const struct strip_scale *scale, size_t i, double *out)
{
    __m128i first = _mm_cvtepu8_epi32(four_bytes(s->first + i)), after = _mm_cvtepu8_epi32(four_bytes(s->after + i));
    __m128i digits = _mm_cvtepu16_epi32(_mm_loadl_epi64((const void *)(s->many + i)));
    __m128i places = _mm_and_si128(after, _mm_set1_epi32(NO_POINT - 1));
    __m128i q = _mm_sub_epi32(_mm_cvtepi8_epi32(four_bytes(s->tens + i)), places);
    __m128i minus = _mm_cmpeq_epi32(first, _mm_set1_epi32('-')), plus = _mm_cmpeq_epi32(first, _mm_set1_epi32('+'));
    __m128i sign = _mm_cmplt_epi32(first, _mm_set1_epi32('.'));
    unsigned odd = bits_32(_mm_andnot_si128(_mm_or_si128(minus, plus), sign)), small, divided, unsure;
    __m256i w = whole_numbers(s, i, &odd), none = _mm256_setzero_si256();
    __m256d rounded = doubles_of(w), value = rounded;

    odd |= bits_32(_mm_cmplt_epi32(digits, _mm_set1_epi32(1))) | bits_32(_mm_cmpgt_epi32(digits, _mm_set1_epi32(STRIP_DIGITS)));
    small = bits_64(_mm256_cmpeq_epi64(_mm256_srli_epi64(w, DBL_MANT_DIG), none));
    small |= bits_32(_mm_cmpeq_epi32(q, _mm_setzero_si128()));
    divided = small;
    if (small != 0xf) {
        value = _mm256_castsi256_pd(nearest_of(w, rounded, q, scale, &unsure));
        odd |= unsure & ~small;
        divided = unsure & small;
    }
    if (divided) {
        unsigned too_far;
        __m256d quotient = one_rounding(rounded, q, scale, &too_far);
        __m256i lanes = _mm256_and_si256(_mm256_set1_epi64x(divided), _mm256_setr_epi64x(1, 2, 4, 8));
        lanes = _mm256_cmpeq_epi64(lanes, none); /* where it is not wanted */
        value = _mm256_blendv_pd(quotient, value, _mm256_castsi256_pd(lanes));
        odd |= divided & too_far;
    }
    value = _mm256_or_pd(value, _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_cvtepi32_epi64(minus), 63)));
    _mm256_storeu_pd(out, value);
    return odd;
}

#include "array/strip_read.h"

const struct prong_strip_kernel prong_strip_avx2 = { .isa = "avx2", .read = read_avx2 };
