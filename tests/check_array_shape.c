/* SPDX-License-Identifier: MIT */
/* Raw elements take the shape that they are given, from files, pipes and memory; opening slices; splitting names. */
#include "config.h"

#include "array_fixture.h"

static prong_array_options raw_shape(const char *dtype, const char *shape)
{
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;

    opt.dtype = dtype;
    opt.shape = shape;
    return opt;
}

static void shape_is(const struct prong_array *array, int ndim, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t expected[3] = { a, b, c };

    ck_assert_int_eq(array->ndim, ndim);
    ck_assert_int_eq(memcmp(array->shape, expected, (size_t)ndim * sizeof a), 0);
    ck_assert(array->count_known);
}

static const struct {
    const char *shape;
    uint64_t bytes, count;
    int ndim;
    uint64_t a, b, c;
} good[] = {
    { "2,3,4", 24, UINT64_MAX, 3, 2, 3, 4 },   { "(2, 3, 4)", 24, UINT64_MAX, 3, 2, 3, 4 },
    { "[2,3,4,]", 24, UINT64_MAX, 3, 2, 3, 4 }, { " 2 , -1 , 4 ", 24, UINT64_MAX, 3, 2, 3, 4 },
    { "-1", 24, UINT64_MAX, 1, 24, 0, 0 },     { "(-1,)", 0, UINT64_MAX, 1, 0, 0, 0 },
    { "()", 1, UINT64_MAX, 0, 0, 0, 0 },       { "0,7", 0, UINT64_MAX, 2, 0, 7, 0 },
    { "-1,5", 24, 20, 2, 4, 5, 0 },            { "4,5", 24, 20, 2, 4, 5, 0 },
    { "-1,5", 0, UINT64_MAX, 2, 0, 5, 0 },     { "0, 9223372036854775807, 99", 0, UINT64_MAX, 3, 0, INT64_MAX, 99 },
};

START_TEST(raw_elements_take_a_shape)
{
    prong_array_options opt = raw_shape("u8", good[_i].shape);
    struct prong_array *array;
    pid_t writer;

    opt.count = good[_i].count;
    ck_assert_int_eq((int)prong_array_open(&array, file_with("abcdefghijklmnopqrstuvwx", good[_i].bytes), &opt, NULL), PRONG_OK);
    shape_is(array, good[_i].ndim, good[_i].a, good[_i].b, good[_i].c);
    ck_assert(prong_array_is_dense(array));
    prong_array_close(array);

    writer = feed("abcdefghijklmnopqrstuvwx", good[_i].bytes, 5);
    ck_assert_int_eq((int)prong_array_open(&array, "-", &opt, NULL), PRONG_OK);
    ck_assert_int_eq((int)prong_array_spool(array, 100, NULL, 0, NULL), PRONG_OK);
    shape_is(array, good[_i].ndim, good[_i].a, good[_i].b, good[_i].c);
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(the_order_is_kept_and_one_dimension_has_none)
{
    prong_array_options opt = raw_shape("u8", "2,3");
    prong_array_info info = { .size = sizeof info };
    struct prong_array *array;
    unsigned char got[6];

    opt.fortran = 1;
    opt.slice = "1,1:";
    ck_assert_int_eq((int)prong_array_open(&array, file_with("abcdef", 6), &opt, NULL), PRONG_OK);
    prong_array_describe(array, &info);
    ck_assert(info.ndim == 1 && info.shape[0] == 2 && info.count == 2 && info.data_start == 3);
    prong_array_gather(array, 0, 2, got);
    ck_assert_int_eq(memcmp(got, "df", 2), 0);
    prong_array_close(array);
    opt.slice = NULL;
    ck_assert_int_eq((int)prong_array_open(&array, input_path, &opt, NULL), PRONG_OK);
    ck_assert(array->fortran && prong_array_is_dense(array));
    prong_array_gather(array, 0, 6, got);
    ck_assert_int_eq(memcmp(got, "acebdf", 6), 0);
    prong_array_close(array);
    opt.shape = NULL;
    ck_assert_int_eq((int)prong_array_open(&array, input_path, &opt, NULL), PRONG_OK);
    ck_assert(!array->fortran);
    prong_array_close(array);
}
END_TEST

START_TEST(shapes_that_make_no_sense_are_refused)
{
    static const struct {
        const char *shape;
        prong_status status;
        const char *words;
    } cases[] = {
        { "", PRONG_EINVAL, "shape '': it is a list of whole numbers" },
        { "2,x", PRONG_EINVAL, "shape '2,x': it is a list of whole numbers like 100,200,3; one may be -1" },
        { "2,-2", PRONG_EINVAL, "whole numbers" },
        { "2,-12", PRONG_EINVAL, "whole numbers" },
        { "2,,3", PRONG_EINVAL, "whole numbers" },
        { "2 3", PRONG_EINVAL, "whole numbers" },
        { "(2,3", PRONG_EINVAL, "whole numbers" },
        { "2,3)", PRONG_EINVAL, "whole numbers" },
        { "(2,3)4", PRONG_EINVAL, "something follows the ')'" },
        { "-1,-1", PRONG_EINVAL, "only one dimension can be -1" },
        { "99999999999999999999", PRONG_EINVAL, "whole numbers" },
        { "2,4", PRONG_EDATA, "the shape has 8 elements, there are 6" },
        { "()", PRONG_EDATA, "the shape has 1 elements, there are 6" },
        { "4,-1", PRONG_EDATA, "the shape needs a multiple of 4 elements, there are 6" },
        { "0,-1", PRONG_EDATA, "the shape needs a multiple of 0 elements, there are 6" },
        { "4294967296,4294967296", PRONG_EDATA, "more elements than any file; there are 6" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        prong_array_options opt = raw_shape("u8", cases[i].shape);
        refused(file_with("abcdef", 6), &opt, cases[i].status, cases[i].words);
    }
}
END_TEST

START_TEST(a_shape_or_an_order_is_for_raw_elements_alone)
{
    prong_array_options opt = raw_shape(NULL, "2,3");
    const char *path = file_with("1 2 3\n", 6);

    refused(path, &opt, PRONG_EINVAL, "a shape is for raw elements only, not for text");
    opt.dtype = "text";
    refused(path, &opt, PRONG_EINVAL, "a shape is for raw elements only, not for text");
    opt.shape = NULL;
    opt.fortran = 1;
    refused(path, &opt, PRONG_EINVAL, "an order is for raw elements only, not for text");
    opt.dtype = NULL;
    refused(path, &opt, PRONG_EINVAL, "an order is for raw elements only");
}
END_TEST

/* What length bytes through a pipe do for a shape of u16. */
static void from_pipe(size_t length, const char *shape, bool fortran, prong_status status, const char *words)
{
    prong_array_options opt = raw_shape("u16", shape);
    prong_error err = PRONG_ERROR_INIT;
    struct prong_array *array;
    pid_t writer = feed("abcdefghijklmnopqrstuvwx", length, 5);
    prong_status got;

    opt.fortran = fortran;
    got = prong_array_open(&array, "-", &opt, &err);
    if (got == PRONG_OK)
        got = prong_array_spool(array, 100, NULL, 0, &err);
    ck_assert_msg(got == status, "%s", err.detail);
    ck_assert_msg(strstr(err.detail, words) != NULL, "\"%s\" is not in \"%s\"", words, err.detail);
    prong_array_close(array);
    end_feed(writer);
}

START_TEST(a_shape_holds_for_a_pipe_as_far_as_it_can)
{
    from_pipe(24, "3,4", true, PRONG_OK, "");
    from_pipe(24, "3,3", false, PRONG_OK, ""); /* the rest is not read, as with a count */
    from_pipe(22, "3,4", false, PRONG_EDATA, "24 bytes of data were expected, the stream ended after 22");
    from_pipe(22, "-1,4", false, PRONG_EDATA, "standard input: the shape needs a multiple of 4 elements, there are 11");
    from_pipe(24, "-1,4", true, PRONG_EDATA, "standard input: the length of a pipe is not known");
    from_pipe(24, "-1", true, PRONG_OK, "");
    from_pipe(24, "4294967296,4294967296", false, PRONG_EDATA, "more elements than any stream");
    from_pipe(24, "4294967296,2147483647", false, PRONG_EDATA, "no stream has 9223372032559808512 elements");
}
END_TEST

START_TEST(pipes_and_text_cannot_be_sliced)
{
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;
    pid_t writer;

    opt.slice = "0:2";
    refused(file_with("1 2 3\n", 6), &opt, PRONG_EDATA, "text has no dimensions to slice");
    opt.dtype = "u8";
    writer = feed("abc", 3, 3);
    refused("-", &opt, PRONG_EDATA, "standard input: a pipe is read once and in order: only files can be sliced");
    end_feed(writer);
    opt.slice = "1:2:x";
    refused(input_path, &opt, PRONG_EINVAL, "slice '1:2:x'");
    opt.slice = "7";
    refused(input_path, &opt, PRONG_EDATA, "input: index 7 is outside dimension 0, whose length is 6");
}
END_TEST

START_TEST(elements_in_memory_take_another_shape)
{
    static const unsigned char bytes[6] = "abcdef";
    prong_error err = PRONG_ERROR_INIT;
    struct prong_array *array;

    ck_assert_int_eq((int)prong_array_view(&array, bytes, 6, PRONG_U8, NULL), PRONG_OK);
    ck_assert_int_eq((int)prong_array_reshape(array, "3,-1", 0, NULL), PRONG_OK);
    shape_is(array, 2, 3, 2, 0);
    ck_assert_int_eq((int)prong_array_reshape(array, "4", 0, &err), PRONG_EDATA);
    ck_assert_str_eq(err.detail, "the shape has 4 elements, there are 6");
    shape_is(array, 2, 3, 2, 0);
    ck_assert_int_eq((int)prong_array_slice(array, ":,1", NULL), PRONG_OK);
    ck_assert_int_eq((int)prong_array_reshape(array, "3,1", 0, &err), PRONG_EDATA);
    ck_assert_str_eq(err.detail, "a slice with gaps cannot take another shape");
    ck_assert_int_eq((int)prong_array_reshape(array, NULL, 0, &err), PRONG_EINVAL);
    prong_array_close(array);
    array = opened(file_with("1 2\n", 4), NULL);
    ck_assert_int_eq((int)prong_array_reshape(array, "2", 0, &err), PRONG_EDATA);
    prong_array_close(array);
}
END_TEST

START_TEST(a_slice_is_split_off_where_no_file_has_that_name)
{
    static const struct {
        const char *word, *path;
    } cases[] = { { "cube.npy[0:100,:,::2]", "cube.npy" }, { "a[0][1]", "a[0]" }, { "-[...]", "-" },
                  { "cube.npy", NULL },                    { "[3]", NULL },       { "cube[new]", NULL },
                  { "cube[3].npy", NULL },                 { "cube]", NULL },     { "dir[1]/x", NULL } };
    char word[100];
    const char *slice;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = prong_array_split(cases[i].word, &slice);
        if (cases[i].path) {
            ck_assert(length == strlen(cases[i].path) && slice == cases[i].word + length);
        } else {
            ck_assert_uint_eq(length, strlen(cases[i].word));
            ck_assert_ptr_null(slice);
        }
    }
    snprintf(word, sizeof word, "%s[3]", input_path);
    ck_assert_uint_eq(prong_array_split(word, &slice), strlen(input_path));
    ck_assert_int_eq(close(open(word, O_CREAT | O_WRONLY, 0600)), 0);
    ck_assert_uint_eq(prong_array_split(word, &slice), strlen(word));
    ck_assert_ptr_null(slice);
    ck_assert_int_eq(unlink(word), 0);
}
END_TEST

START_TEST(shapes_are_the_same_where_every_dimension_is)
{
    static const unsigned char bytes[6] = "abcdef";
    static const char *const shapes[] = { "2,3", "3,2", "6", "2,3,1", "2,3" };
    struct prong_array *arrays[5], *text = opened(file_with("1 2\n", 4), NULL);

    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq((int)prong_array_view(&arrays[i], bytes, 6, PRONG_U8, NULL), PRONG_OK);
        ck_assert_int_eq((int)prong_array_reshape(arrays[i], shapes[i], i == 4, NULL), PRONG_OK);
    }
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 5; k++)
            ck_assert_int_eq(prong_array_same_shape(arrays[i], arrays[k]), i == k || (i + k == 4 && i % 4 == 0));
    ck_assert(!prong_array_same_shape(text, text));
    prong_array_close(text);
    for (int i = 0; i < 5; i++)
        prong_array_close(arrays[i]);
}
END_TEST

Suite *shape_suite(void)
{
    Suite *suite = suite_create("shape");
    TCase *tc = tcase_create("shape");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, raw_elements_take_a_shape, 0, test_cases_of(sizeof good / sizeof good[0]));
    tcase_add_test(tc, the_order_is_kept_and_one_dimension_has_none);
    tcase_add_test(tc, shapes_that_make_no_sense_are_refused);
    tcase_add_test(tc, a_shape_or_an_order_is_for_raw_elements_alone);
    tcase_add_test(tc, a_shape_holds_for_a_pipe_as_far_as_it_can);
    tcase_add_test(tc, pipes_and_text_cannot_be_sliced);
    tcase_add_test(tc, elements_in_memory_take_another_shape);
    tcase_add_test(tc, a_slice_is_split_off_where_no_file_has_that_name);
    tcase_add_test(tc, shapes_are_the_same_where_every_dimension_is);
    suite_add_tcase(suite, tc);
    return suite;
}
