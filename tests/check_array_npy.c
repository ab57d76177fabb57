/* SPDX-License-Identifier: MIT */
/* .npy files as numpy writes them, as it could write them, and damaged in every way that was thought of. */
#include "config.h"

#include "array_fixture.h"

enum { HEADER_ROOM = 1 << 12 };

/* A header of a version around a dict, and data bytes 0, 1, 2 … behind it. Returns the file's length. */
static size_t compose(unsigned char *file, int version, const char *dict, size_t data)
{
    size_t text = strlen(dict), prefix = version == 1 ? 10 : 12;

    memcpy(file, "\x93NUMPY", 6);
    file[6] = (unsigned char)version;
    file[7] = 0;
    for (size_t i = 8; i < prefix; i++)
        file[i] = (unsigned char)(text >> 8 * (i - 8));
    memcpy(file + prefix, dict, text);
    for (size_t i = 0; i < data; i++)
        file[prefix + text + i] = (unsigned char)i;
    return prefix + text + data;
}

static prong_array_info described(const struct prong_array *array)
{
    prong_array_info info = { .size = sizeof info };

    prong_array_describe(array, &info);
    return info;
}

static const struct {
    const char *dict;
    prong_dtype dtype;
    int swapped, fortran, ndim;
    uint64_t shape[3];
    uint64_t count;
} good[] = {
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }          \n", PRONG_F64, 0, 0, 1, { 3 }, 3 },
    { "{'descr': '>f8', 'fortran_order': False, 'shape': (2, 2), }\n", PRONG_F64, 1, 0, 2, { 2, 2 }, 4 },
    { "{'descr': '>i8', 'fortran_order': True, 'shape': (2, 1, 3)}", PRONG_I64, 1, 1, 3, { 2, 1, 3 }, 6 },
    { "{\"shape\":(4,),\"descr\":\"|b1\",\"fortran_order\":True}", PRONG_BOOL, 0, 1, 1, { 4 }, 4 },
    { " \n{ 'fortran_order' :False\t,\n'descr'\r: '|u1' , 'shape' : ( 3 , 2, ) , } \n\n",
      PRONG_U8,
      0,
      0,
      2,
      { 3, 2 },
      6 },
    { "{'descr': '=f4', 'fortran_order': False, 'shape': (), }", PRONG_F32, 0, 0, 0, { 0 }, 1 },
    { "{'descr': '<f2', 'fortran_order': False, 'shape': (0,), }", PRONG_F16, 0, 0, 1, { 0 }, 0 },
    { "{'descr': '<u8', 'fortran_order': False, 'shape': (5, 0, 9223372036854775807), }",
      PRONG_U64,
      0,
      0,
      3,
      { 5, 0, 9223372036854775807u },
      0 },
    { "{'descr': 'i8', 'fortran_order': False, 'shape': (2,), }", PRONG_I64, 0, 0, 1, { 2 }, 2 },
    { "{'descr': '|i1', 'fortran_order': False, 'shape': (2L, 3L), }", PRONG_I8, 0, 0, 2, { 2, 3 }, 6 },
    { "{'descr': '>i1', 'fortran_order': False, 'shape': (02,), }", PRONG_I8, 0, 0, 1, { 2 }, 2 },
    { "{'descr': '?', 'fortran_order': False, 'shape': (1, 1), }", PRONG_BOOL, 0, 0, 2, { 1, 1 }, 1 },
    { "{'descr': '<u2', 'fortran_order': False, 'shape': (7,), }", PRONG_U16, 0, 0, 1, { 7 }, 7 },
    { "{'descr': '>u4', 'fortran_order': False, 'shape': (7,), }", PRONG_U32, 1, 0, 1, { 7 }, 7 },
    { "{'descr': '<i4', 'fortran_order': False, 'shape': (7,), }", PRONG_I32, 0, 0, 1, { 7 }, 7 },
    { "{'descr': '<i2', 'fortran_order': False, 'shape': (7,), }", PRONG_I16, 0, 0, 1, { 7 }, 7 },
};

static void matches_good(const struct prong_array *array, int i, uint64_t start)
{
    prong_array_info info = described(array);

    ck_assert_str_eq(info.format, "npy");
    ck_assert_int_eq((int)info.dtype, (int)good[i].dtype);
    ck_assert_int_eq(info.swapped, good[i].swapped);
    ck_assert_int_eq(info.fortran, good[i].fortran);
    ck_assert_int_eq(info.ndim, good[i].ndim);
    for (int k = 0; k < info.ndim; k++)
        ck_assert_uint_eq(info.shape[k], good[i].shape[k]);
    ck_assert(info.count_known);
    ck_assert_uint_eq(info.count, good[i].count);
    ck_assert_uint_eq(info.bytes, good[i].count * prong_dtype_size(good[i].dtype));
    ck_assert_uint_eq(info.data_start, start);
}

/* Trailing bytes are nobody's business. */
START_TEST(npy_headers_are_understood_in_every_version)
{
    static unsigned char file[HEADER_ROOM];

    for (int version = 1; version <= 3; version++) {
        size_t data = good[_i].count * prong_dtype_size(good[_i].dtype);
        uint64_t start = compose(file, version, good[_i].dict, 0);
        for (size_t more = 0; more < 2; more++) {
            size_t length = compose(file, version, good[_i].dict, data + more);
            struct prong_array *array = opened(file_with(file, length), NULL);
            pid_t writer;
            matches_good(array, _i, start);
            ck_assert_int_eq((int)array->access, PRONG_ACCESS_ELEMENTS);
            ck_assert_int_eq(memcmp(array->data, file + start, data), 0);
            prong_array_close(array);

            writer = feed(file, length, 5);
            array = opened("-", NULL);
            matches_good(array, _i, start);
            ck_assert_int_eq(described(array).stream, 1);
            prong_array_close(array);
            end_feed(writer);
        }
    }
}
END_TEST

#define D "'descr': '<f8'"
#define F "'fortran_order': False"
#define S "'shape': (2,)"

static const struct {
    const char *dict;
    const char *words;
} malformed[] = {
    { "", "begin with '{'" },
    { "{", "quoted string" },
    { "}", "begin with '{'" },
    { "[]", "begin with '{'" },
    { "{}", "descr is missing" },
    { "{" D ", " F "}", "shape is missing" },
    { "{" D ", " S "}", "fortran_order is missing" },
    { "{" F ", " S "}", "descr is missing" },
    { "{" D ", " F ", " S, "'}' is missing" },
    { "{" D ", " F ", " S "} x", "follows" },
    { "{" D ", " F ", " S "}}", "follows" },
    { "{" D " " F ", " S "}", "',' or '}'" },
    { "{" D ",, " F ", " S "}", "quoted string" },
    { "{" D ", " D ", " F ", " S "}", "twice" },
    { "{" D ", " F ", " S ", " S "}", "twice" },
    { "{" D ", " F ", " S ", 'more': 1}", "a key other" },
    { "{'descr' '<f8', " F ", " S "}", "':'" },
    { "{descr: '<f8', " F ", " S "}", "quoted string" },
    { "{'descr: '<f8', " F ", " S "}", "':'" },
    { "{'descr': '<f8, " F ", " S "}", "damaged" },
    { "{'descr': \"<f8', " F ", " S "}", "does not end" },
    { "{'descr': <f8, " F ", " S "}", "quoted string" },
    { "{'descr': 8, " F ", " S "}", "quoted string" },
    { "{" D ", 'fortran_order': false, " S "}", "neither True nor False" },
    { "{" D ", 'fortran_order': 1, " S "}", "neither True nor False" },
    { "{" D ", 'fortran_order': Falsely, " S "}", "',' or '}'" },
    { "{" D ", 'fortran_order': 'True', " S "}", "neither True nor False" },
    { "{" D ", " F ", 'shape': 2}", "not a tuple" },
    { "{" D ", " F ", 'shape': (2)}", "not a tuple" },
    { "{" D ", " F ", 'shape': [2,]}", "not a tuple" },
    { "{" D ", " F ", 'shape': (2,}", "whole number" },
    { "{" D ", " F ", 'shape': (2", "does not end" },
    { "{" D ", " F ", 'shape': (,)}", "whole number" },
    { "{" D ", " F ", 'shape': (2,,2)}", "whole number" },
    { "{" D ", " F ", 'shape': (2 2)}", "does not end" },
    { "{" D ", " F ", 'shape': (-2,)}", "negative" },
    { "{" D ", " F ", 'shape': (2.0,)}", "does not end" },
    { "{" D ", " F ", 'shape': (1e3,)}", "does not end" },
    { "{" D ", " F ", 'shape': (None,)}", "whole number" },
    { "{" D ", " F ", 'shape': (18446744073709551616,)}", "too large" },
    { "{" D ", " F ", 'shape': (99999999999999999999999,)}", "too large" },
    { "{" D ", " F ", 'shape': (4294967296, 4294967296)}", "more bytes than" },
    { "{" D ", " F ", 'shape': (2305843009213693952,)}", "more bytes than" },
    { "{" D ", " F ", 'shape': (1152921504606846976,)}", "more bytes than" },
    { "{" D ", " F
      ", 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
      "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}",
      "64 dimensions" },
    { "{'descr': '<c16', " F ", " S "}", "'<c16' (complex" },
    { "{'descr': '|S5', " F ", " S "}", "'|S5' (byte strings" },
    { "{'descr': '<U5', " F ", " S "}", "'<U5' (strings" },
    { "{'descr': '|O', " F ", " S "}", "'|O' (Python" },
    { "{'descr': '<M8[ns]', " F ", " S "}", "'<M8[ns]' (dates" },
    { "{'descr': '<m8[s]', " F ", " S "}", "'<m8[s]' (time" },
    { "{'descr': '<V2', " F ", " S "}", "'<V2' (untyped" },
    { "{'descr': '<f16', " F ", " S "}", "'<f16' (extended" },
    { "{'descr': '<i3', " F ", " S "}", "'<i3' (unknown" },
    { "{'descr': '<\x01\xff', " F ", " S "}", "'<?"
                                              "?' (unknown" },
    { "{'descr': '', " F ", " S "}", "unsupported dtype" },
    { "{'descr': 'text', " F ", " S "}", "'text'" },
    { "{'descr': [('a', '<f8'), ('b', '<i4')], " F ", " S "}", "several fields" },
    { "{'descr': '<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8<f8', " F ", " S "}",
      "unsupported dtype" },
};

START_TEST(malformed_headers_are_refused)
{
    static unsigned char file[HEADER_ROOM];

    refused(file_with(file, compose(file, 1 + _i % 3, malformed[_i].dict, 16)), NULL, PRONG_EDATA,
            malformed[_i].words);
}
END_TEST

/* A file cut anywhere is refused or, where it is cut inside the magic, not an .npy file at all. */
START_TEST(npy_cut_anywhere_is_refused)
{
    static unsigned char file[HEADER_ROOM];
    size_t whole = compose(file, 1, good[0].dict, 24);

    for (size_t length = 6; length < whole; length++)
        refused(file_with(file, length), NULL, PRONG_EDATA, length < whole - 24 ? "damaged" : "truncated");
}
END_TEST

START_TEST(npy_with_lying_shape_is_refused_with_both_sizes)
{
    static unsigned char file[HEADER_ROOM];
    size_t length = compose(file, 1, good[0].dict, 23);

    refused(file_with(file, length), NULL, PRONG_EDATA, "promises 24 bytes of data, the file has 23");
}
END_TEST

START_TEST(npy_of_unknown_version_is_refused)
{
    static unsigned char file[HEADER_ROOM];
    size_t length = compose(file, 2, good[0].dict, 24);

    file[6] = 4;
    refused(file_with(file, length), NULL, PRONG_EDATA, "version 4.0");
    file[6] = 0;
    refused(file_with(file, length), NULL, PRONG_EDATA, "version 0.0");
}
END_TEST

START_TEST(npy_with_an_endless_header_is_refused)
{
    static unsigned char file[HEADER_ROOM];
    pid_t writer;

    compose(file, 2, good[0].dict, 24);
    memset(file + 8, 0xff, 4);
    refused(file_with(file, sizeof file), NULL, PRONG_EDATA, "4294967295 bytes");
    writer = feed(file, sizeof file, 100);
    refused("-", NULL, PRONG_EDATA, "standard input: damaged");
    end_feed(writer);
}
END_TEST

START_TEST(a_dtype_named_overrules_the_magic)
{
    static unsigned char file[HEADER_ROOM];
    size_t length = compose(file, 1, good[0].dict, 24);
    struct prong_array *array = opened(file_with(file, length), "u8");

    ck_assert_str_eq(array->format, "raw");
    ck_assert_uint_eq(array->count, length);
    prong_array_close(array);
}
END_TEST

Suite *npy_suite(void)
{
    Suite *suite = suite_create("npy");
    TCase *tc = tcase_create("npy");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, npy_headers_are_understood_in_every_version, 0, test_cases_of(sizeof good / sizeof good[0]));
    tcase_add_loop_test(tc, malformed_headers_are_refused, 0, test_cases_of(sizeof malformed / sizeof malformed[0]));
    tcase_add_test(tc, npy_cut_anywhere_is_refused);
    tcase_add_test(tc, npy_with_lying_shape_is_refused_with_both_sizes);
    tcase_add_test(tc, npy_of_unknown_version_is_refused);
    tcase_add_test(tc, npy_with_an_endless_header_is_refused);
    tcase_add_test(tc, a_dtype_named_overrules_the_magic);
    suite_add_tcase(suite, tc);
    return suite;
}
