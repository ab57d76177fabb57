/* SPDX-License-Identifier: MIT */
/* The names of element types, and decoding against the definitions of the formats. */
#include "config.h"

#include "array_fixture.h"

#include <math.h>

static const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

static const struct {
    const char *name;
    int dtype; /* -1: unknown */
    bool big, little;
} names[] = {
    { "f64", PRONG_F64, 0, 0 },    { "f64be", PRONG_F64, 1, 0 },   { "f64le", PRONG_F64, 0, 1 },
    { "u16", PRONG_U16, 0, 0 },    { "u16be", PRONG_U16, 1, 0 },   { "i8", PRONG_I8, 0, 0 },
    { "<i8", PRONG_I64, 0, 1 },    { ">i8", PRONG_I64, 1, 0 },     { "u8", PRONG_U8, 0, 0 },
    { "|u1", PRONG_U8, 0, 0 },     { ">u1", PRONG_U8, 0, 0 },      { "u8be", PRONG_U8, 0, 0 },
    { "=f4", PRONG_F32, 0, 0 },    { "f8", PRONG_F64, 0, 0 },      { "i2", PRONG_I16, 0, 0 },
    { "?", PRONG_BOOL, 0, 0 },     { "|b1", PRONG_BOOL, 0, 0 },    { "bool", PRONG_BOOL, 0, 0 },
    { "bf16", PRONG_BF16, 0, 0 },  { "bf16be", PRONG_BF16, 1, 0 }, { "bfloat16", PRONG_BF16, 0, 0 },
    { "float", PRONG_F32, 0, 0 },  { "double", PRONG_F64, 0, 0 },  { "float16", PRONG_F16, 0, 0 },
    { "f16", PRONG_F16, 0, 0 },    { ">f2", PRONG_F16, 1, 0 },     { "int8", PRONG_I8, 0, 0 },
    { "uint64", PRONG_U64, 0, 0 }, { "int32be", PRONG_I32, 1, 0 }, { "text", PRONG_TEXT, 0, 0 },
    { "textle", -1, 0, 0 },        { "", -1, 0, 0 },               { "F64", -1, 0, 0 },
    { "<", -1, 0, 0 },             { "be", -1, 0, 0 },             { "f128", -1, 0, 0 },
    { "<f16", -1, 0, 0 },          { "<f64", -1, 0, 0 },           { "f64xe", -1, 0, 0 },
    { "<f8be", -1, 0, 0 },         { "i4be", -1, 0, 0 },           { " f64", -1, 0, 0 },
};

START_TEST(dtype_names_are_understood)
{
    prong_dtype dtype = PRONG_BOOL;
    int swapped = 7;
    prong_status status = prong_dtype_parse(names[_i].name, &dtype, &swapped);

    if (names[_i].dtype < 0) {
        ck_assert_msg(status == PRONG_EINVAL && dtype == PRONG_BOOL && swapped == 7, "%s", names[_i].name);
        return;
    }
    ck_assert_msg(status == PRONG_OK, "%s", names[_i].name);
    ck_assert_int_eq((int)dtype, names[_i].dtype);
    ck_assert_int_eq(swapped, big_endian ? names[_i].little : names[_i].big);
    ck_assert_int_eq((int)prong_dtype_parse(names[_i].name, NULL, NULL), PRONG_OK);
}
END_TEST

START_TEST(every_dtype_listed_is_understood)
{
    static const size_t sizes[] = { 0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8 };
    size_t k;

    for (k = 0; prong_dtype_list(k); k++) {
        prong_dtype dtype;
        ck_assert_int_eq((int)prong_dtype_parse(prong_dtype_list(k), &dtype, NULL), PRONG_OK);
        ck_assert_uint_eq((size_t)dtype, k);
        ck_assert_uint_eq(prong_dtype_size(dtype), sizes[k]);
        ck_assert_str_eq(prong_dtype_name(dtype), prong_dtype_list(k));
    }
    ck_assert_uint_eq(k, PRONG_F64 + 1);
    ck_assert_int_eq((int)prong_dtype_parse(NULL, NULL, NULL), PRONG_EINVAL);
}
END_TEST

/* The value of a binary floating number from its fields, by the definition of the format. */
static double by_definition(uint64_t bits, int fraction_bits, int exponent_bits)
{
    int bias = (1 << (exponent_bits - 1)) - 1;
    int exponent = (int)(bits >> fraction_bits) & ((1 << exponent_bits) - 1);
    double fraction = (double)(bits & (((uint64_t)1 << fraction_bits) - 1));
    double sign = bits >> (fraction_bits + exponent_bits) & 1 ? -1.0 : 1.0;

    if (exponent == 2 * bias + 1)
        return fraction > 0 ? (double)NAN : sign * (double)INFINITY;
    if (exponent == 0)
        return sign * ldexp(fraction, 1 - bias - fraction_bits);
    return sign * ldexp(fraction + ldexp(1, fraction_bits), exponent - bias - fraction_bits);
}

static void same_double(double got, double expected)
{
    if (isnan(expected))
        ck_assert(isnan(got));
    else
        ck_assert_msg(got == expected && !signbit(got) == !signbit(expected), "%a, not %a", got, expected);
}

static double expected_float(prong_dtype dtype, uint64_t word)
{
    return dtype == PRONG_F16    ? by_definition(word, 10, 5)
           : dtype == PRONG_BF16 ? by_definition(word, 7, 8)
           : dtype == PRONG_F32  ? by_definition(word, 23, 8)
                                 : by_definition(word, 52, 11);
}

static int64_t expected_int(prong_dtype dtype, uint64_t word)
{
    size_t bits = 8 * prong_dtype_size(dtype);
    bool is_signed = dtype >= PRONG_I8 && dtype <= PRONG_I64;

    if (dtype == PRONG_BOOL)
        return word != 0;
    if (is_signed && bits < 64 && word >> (bits - 1))
        return (int64_t)word - ((int64_t)1 << bits);
    return (int64_t)word;
}

/* Stores the low bytes of word in the order that is native or not. */
static void store(unsigned char *at, uint64_t word, size_t size, bool big)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (unsigned char)(word >> 8 * (big ? size - 1 - i : i));
}

enum { WORDS = 1003 };

START_TEST(every_dtype_and_byte_order_is_decoded_at_any_alignment)
{
    static unsigned char raw[WORDS * 8 + 8];
    static double floats[WORDS];
    static int64_t ints[WORDS];
    static uint64_t words[WORDS], wide[WORDS];
    prong_dtype dtype = (prong_dtype)_i;
    size_t size = prong_dtype_size(dtype);
    uint64_t seed = 12345, mask = size == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * size) - 1;

    for (int round = 0; round < 16; round++) {
        bool swapped = round & 1;
        unsigned char *at = raw + round / 2;
        for (size_t i = 0; i < WORDS; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            words[i] = (i < 16 ? i % 2 ? (uint64_t)0 - i / 2 : i / 2 : seed ^ seed >> 29) & mask;
            store(at + i * size, words[i], size, big_endian != swapped);
        }
        if (dtype >= PRONG_F16)
            prong_decode_f64(dtype, swapped, at, WORDS, floats);
        else if (dtype == PRONG_U64)
            prong_decode_u64(swapped, at, WORDS, wide);
        else
            prong_decode_i64(dtype, swapped, at, WORDS, ints);
        for (size_t i = 0; i < WORDS; i++) {
            if (dtype >= PRONG_F16)
                same_double(floats[i], expected_float(dtype, words[i]));
            else if (dtype == PRONG_U64)
                ck_assert_uint_eq(wide[i], words[i]);
            else
                ck_assert_int_eq(ints[i], expected_int(dtype, words[i]));
        }
    }
}
END_TEST

START_TEST(all_halves_are_exact)
{
    for (int bf16 = 0; bf16 < 2; bf16++) {
        static uint16_t halves[65536];
        static double values[65536];
        prong_dtype dtype = bf16 ? PRONG_BF16 : PRONG_F16;
        for (unsigned i = 0; i < 65536; i++)
            halves[i] = (uint16_t)i;
        prong_decode_f64(dtype, false, halves, 65536, values);
        for (unsigned i = 0; i < 65536; i++)
            same_double(values[i], expected_float(dtype, i));
    }
}
END_TEST

Suite *decode_suite(void)
{
    Suite *suite = suite_create("decode");
    TCase *tc = tcase_create("decode");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, dtype_names_are_understood, 0, test_cases_of(sizeof names / sizeof names[0]));
    tcase_add_test(tc, every_dtype_listed_is_understood);
    tcase_add_loop_test(tc, every_dtype_and_byte_order_is_decoded_at_any_alignment, PRONG_BOOL, PRONG_F64 + 1);
    tcase_add_test(tc, all_halves_are_exact);
    suite_add_tcase(suite, tc);
    return suite;
}
