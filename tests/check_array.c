/* SPDX-License-Identifier: MIT */
/* Element types, decoding, raw files, views, and what cannot be opened; and the program that runs all suites of the room. */
#include "config.h"

#include "array_fixture.h"

#include <errno.h>
#include <math.h>
#include <sys/stat.h>

char input_path[64];

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

static prong_array_options raw_options(const char *dtype, uint64_t offset, uint64_t count)
{
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;

    opt.dtype = dtype;
    opt.offset = offset;
    opt.count = count;
    return opt;
}

START_TEST(raw_files_have_the_elements_asked_for)
{
    const char *path = file_with("0123456789abcdef", 16);
    static const struct {
        uint64_t offset, count, expected;
    } cases[] = { { 0, UINT64_MAX, 4 }, { 4, UINT64_MAX, 3 }, { 16, UINT64_MAX, 0 }, { 1, 3, 3 }, { 0, 0, 0 }, { 16, 0, 0 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        prong_array_options opt = raw_options("u32be", cases[i].offset, cases[i].count);
        prong_array_info info = { .size = sizeof info };
        prong_array *array;
        ck_assert_int_eq((int)prong_array_open(&array, path, &opt, NULL), PRONG_OK);
        prong_array_describe(array, &info);
        ck_assert_str_eq(info.name, path);
        ck_assert_str_eq(info.format, "raw");
        ck_assert(info.dtype == PRONG_U32 && info.swapped == !big_endian && !info.stream && !info.fortran);
        ck_assert(info.count_known && info.ndim == 1);
        ck_assert_uint_eq(info.count, cases[i].expected);
        ck_assert_uint_eq(info.shape[0], cases[i].expected);
        ck_assert_uint_eq(info.bytes, 4 * cases[i].expected);
        ck_assert_uint_eq(info.data_start, cases[i].offset);
        ck_assert_int_eq(memcmp(array->data, "0123456789abcdef" + cases[i].offset, info.bytes), 0);
        prong_array_prefault(array, array->data, info.bytes);
        prong_array_close(array);
    }
}
END_TEST

START_TEST(raw_files_of_the_wrong_size_are_refused)
{
    const char *path = file_with("0123456789a", 11);
    prong_array_options opt = raw_options("f64", 0, UINT64_MAX);

    refused(path, &opt, PRONG_EDATA, "11 bytes are no whole number of f64 elements of 8 bytes: 3 left over");
    opt = raw_options("f64", 12, UINT64_MAX);
    refused(path, &opt, PRONG_EDATA, "offset 12 is beyond its end: there are 11 bytes");
    opt = raw_options("u16", 0, 6);
    refused(path, &opt, PRONG_EDATA, "there are 5 u16 elements, not 6");
    opt = raw_options("u16", 0, UINT64_MAX - 1);
    refused(path, &opt, PRONG_EDATA, "there are 5 u16 elements");
}
END_TEST

START_TEST(options_that_make_no_sense_are_refused)
{
    const char *path = file_with("1 2\n", 4);
    prong_array_options opt = raw_options(NULL, 1, UINT64_MAX);

    refused(path, &opt, PRONG_EINVAL, "an offset is for raw elements only");
    opt = raw_options("text", 0, 3);
    refused(path, &opt, PRONG_EINVAL, "a count is for raw elements only");
    opt = raw_options("f65", 0, UINT64_MAX);
    refused(path, &opt, PRONG_EINVAL, "unknown dtype 'f65'");
    refused(NULL, NULL, PRONG_EINVAL, "path");
}
END_TEST

START_TEST(what_cannot_be_opened_is_told_with_its_name)
{
    static const char binary[64] = "1 2 3";
    const char *path = file_with(binary, sizeof binary);

    refused("/", NULL, PRONG_EDATA, "/: is a directory");
    refused("/nonexistent/file", NULL, PRONG_ESYS, "/nonexistent/file");
    refused(path, NULL, PRONG_EDATA, "looks like binary data, not text; say --dtype (for example --dtype f64)");
    close(STDIN_FILENO);
    refused("-", NULL, PRONG_ESYS, "standard input");
}
END_TEST

START_TEST(failing_system_calls_are_reported)
{
    static const char *const calls[][2] = { { "array-open:EMFILE", "open" }, { "array-mmap:ENOMEM", "mmap" },
                                            { "array-fstat:EIO", "fstat" } };
    prong_error err = PRONG_ERROR_INIT;
    prong_array *array;
    const char *path = file_with("1\n", 2);
    char words[600], expected[100];

    ck_assert_int_eq(setenv("PRONG_FAULT", calls[_i][0], 1), 0);
    ck_assert_int_eq((int)prong_array_open(&array, path, NULL, &err), PRONG_ESYS);
    prong_error_string(&err, words, sizeof words);
    snprintf(expected, sizeof expected, "%s: %s: ", path, calls[_i][1]);
    ck_assert_int_eq(strncmp(words, expected, strlen(expected)), 0);
    array = opened(path, NULL); /* the next try succeeds, with the same descriptor number: nothing stayed open */
    prong_array_close(array);
}
END_TEST

START_TEST(empty_files_are_empty_text_or_no_elements)
{
    struct prong_array *array = opened(file_with("", 0), NULL);

    ck_assert_str_eq(array->format, "text");
    ck_assert(array->access == PRONG_ACCESS_TEXT && array->bytes == 0 && !array->count_known);
    prong_array_close(array);
    array = opened(input_path, "f64");
    ck_assert(array->access == PRONG_ACCESS_ELEMENTS && array->count_known && array->count == 0);
    prong_array_close(array);
}
END_TEST

START_TEST(a_regular_standard_input_is_mapped_from_its_offset)
{
    int fd = open(file_with("0123456789", 10), O_RDONLY);
    struct prong_array *array;

    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq((int)lseek(STDIN_FILENO, 4, SEEK_SET), 4);
    array = opened("-", "u16");
    ck_assert(array->count == 3 && array->data_start == 4 && memcmp(array->data, "456789", 6) == 0);
    ck_assert_str_eq(array->name, "-");
    prong_array_close(array);
    ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0);
    ck_assert_int_eq((int)lseek(STDIN_FILENO, 40, SEEK_SET), 40);
    array = opened("-", "u16");
    ck_assert(array->count == 0 && array->bytes == 0);
    prong_array_close(array);
}
END_TEST

START_TEST(a_file_opened_leaves_no_descriptor)
{
    const char *path = file_with("1\n", 2);
    int before = dup(STDIN_FILENO), after;
    struct prong_array *array;

    close(before);
    array = opened(path, NULL);
    after = dup(STDIN_FILENO);
    ck_assert_int_eq(after, before);
    close(after);
    prong_array_close(array);
    refused("/", NULL, PRONG_EDATA, "directory");
    after = dup(STDIN_FILENO);
    ck_assert_int_eq(after, before);
}
END_TEST

START_TEST(a_fifo_is_a_stream_and_closed_at_the_end)
{
    struct prong_array *array;
    struct reading got;
    int fd;

    unlink(input_path);
    ck_assert_int_eq(mkfifo(input_path, 0600), 0);
    fd = open(input_path, O_RDWR);
    ck_assert_int_eq((int)write(fd, "1 2\n3", 5), 5);
    array = opened(input_path, NULL);
    ck_assert(array->access == PRONG_ACCESS_STREAM_TEXT && array->fd > 2 && array->owns_fd);
    close(fd);
    fd = array->fd;
    got = read_stream(array, NULL);
    ck_assert(got.count == 3 && got.values[2] == 3);
    free(got.values);
    prong_array_close(array);
    ck_assert_int_lt(fcntl(fd, F_GETFD), 0);
    unlink(input_path);
}
END_TEST

START_TEST(memory_is_viewed_where_it_is)
{
    static const float numbers[] = { 1, 2, 3 };
    prong_error err = PRONG_ERROR_INIT;
    prong_array_info info = { .size = sizeof info };
    prong_array *array;

    ck_assert_int_eq((int)prong_array_view(&array, numbers, 3, PRONG_F32, &err), PRONG_OK);
    prong_array_describe(array, &info);
    ck_assert_str_eq(info.format, "memory");
    ck_assert_str_eq(info.name, "");
    ck_assert(info.dtype == PRONG_F32 && info.count == 3 && info.bytes == 12 && info.ndim == 1 && info.shape[0] == 3);
    ck_assert_ptr_eq(array->data, numbers);
    prong_array_prefault(array, array->data, 12);
    prong_array_close(array);
    ck_assert_int_eq((int)prong_array_view(&array, NULL, 0, PRONG_F32, &err), PRONG_OK);
    prong_array_close(array);
    ck_assert_int_eq((int)prong_array_view(&array, NULL, 1, PRONG_F32, &err), PRONG_EINVAL);
    ck_assert_ptr_null(array);
    ck_assert_int_eq((int)prong_array_view(&array, numbers, 1, PRONG_TEXT, &err), PRONG_EINVAL);
    ck_assert_int_eq((int)prong_array_view(&array, numbers, SIZE_MAX / 2, PRONG_F32, &err), PRONG_EINVAL);
    prong_array_close(NULL);
}
END_TEST

static Suite *array_suite(void)
{
    Suite *suite = suite_create("array");
    TCase *tc = tcase_create("array");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, dtype_names_are_understood, 0, sizeof names / sizeof names[0]);
    tcase_add_test(tc, every_dtype_listed_is_understood);
    tcase_add_loop_test(tc, every_dtype_and_byte_order_is_decoded_at_any_alignment, PRONG_BOOL, PRONG_F64 + 1);
    tcase_add_test(tc, all_halves_are_exact);
    tcase_add_test(tc, raw_files_have_the_elements_asked_for);
    tcase_add_test(tc, raw_files_of_the_wrong_size_are_refused);
    tcase_add_test(tc, options_that_make_no_sense_are_refused);
    tcase_add_test(tc, what_cannot_be_opened_is_told_with_its_name);
    tcase_add_loop_test(tc, failing_system_calls_are_reported, 0, 3);
    tcase_add_test(tc, empty_files_are_empty_text_or_no_elements);
    tcase_add_test(tc, a_regular_standard_input_is_mapped_from_its_offset);
    tcase_add_test(tc, a_file_opened_leaves_no_descriptor);
    tcase_add_test(tc, a_fifo_is_a_stream_and_closed_at_the_end);
    tcase_add_test(tc, memory_is_viewed_where_it_is);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    char folder[] = "/tmp/prong-array-XXXXXX";
    SRunner *runner = srunner_create(array_suite());
    int failed;

    srunner_add_suite(runner, npy_suite());
    srunner_add_suite(runner, number_suite());
    srunner_add_suite(runner, stream_suite());
    srunner_add_suite(runner, text_suite());
    if (!mkdtemp(folder))
        return 99;
    snprintf(input_path, sizeof input_path, "%s/input", folder);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    unlink(input_path);
    rmdir(folder);
    return failed == 0 ? 0 : 1;
}
