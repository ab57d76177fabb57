/* SPDX-License-Identifier: MIT */
/* Raw files, views, and what cannot be opened; and the program that runs all suites of the room. */
#include "config.h"

#include "array_fixture.h"

#include <errno.h>
#include <sys/stat.h>

char input_path[64];

static const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

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
    } cases[] = { { 0, UINT64_MAX, 4 }, { 4, UINT64_MAX, 3 }, { 16, UINT64_MAX, 0 },
                  { 1, 3, 3 },          { 0, 0, 0 },          { 16, 0, 0 } };

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
        ck_assert_int_eq(memcmp(array->data, &"0123456789abcdef"[cases[i].offset], info.bytes), 0);
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
    opt = raw_options(NULL, 0, UINT64_MAX);
    opt.decimal = ';';
    refused(path, &opt, PRONG_EINVAL, "the decimal mark is a point or a comma");
    opt.decimal = ',';
    opt.thousands = 2;
    refused(path, &opt, PRONG_EINVAL, "thousands is 0 or 1");
    refused(NULL, NULL, PRONG_EINVAL, "path");
}
END_TEST

START_TEST(a_callers_shorter_options_end_before_the_notation)
{
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;
    prong_array *array;

    opt.size = offsetof(prong_array_options, thousands);
    opt.thousands = 7;
    ck_assert_int_eq((int)prong_array_open(&array, file_with("1.5 2\n", 6), &opt, NULL), PRONG_OK);
    prong_array_close(array);
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
    static const char *const calls[][2] = { { "array-open:EMFILE", "open" },
                                            { "array-mmap:ENOMEM", "mmap" },
                                            { "array-fstat:EIO", "fstat" },
                                            { "array-pread:EIO", "pread" } };
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

/* Every byte where it lies in the file, whatever became of the descriptor. */
static void check_fetched(const struct prong_array *array, const char *wanted, size_t size, bool copied)
{
    char room[64];
    const void *at;

    ck_assert_uint_le(size, sizeof room);
    at = prong_array_fetch(array, array->data, size, room);
    ck_assert_int_eq(at == room, copied);
    ck_assert(memcmp(at, wanted, size) == 0);
    at = prong_array_fetch(array, array->data + 1, size - 1, room);
    ck_assert(memcmp(at, wanted + 1, size - 1) == 0);
}

START_TEST(bytes_are_fetched_from_the_file_or_from_its_mapping)
{
    const char *path = file_with("1 2 3 4\n", 8);
    struct prong_array *array = opened(path, NULL);
    int other;

    check_fetched(array, "1 2 3 4\n", 8, true);
    /* Another file under the same number, as in hosts that close what they do not know; and none at all. */
    other = open("/dev/zero", O_RDONLY);
    ck_assert_int_eq(dup2(other, array->fd), array->fd);
    check_fetched(array, "1 2 3 4\n", 8, false);
    close(other);
    close(array->fd);
    check_fetched(array, "1 2 3 4\n", 8, false);
    array->owns_fd = false;
    prong_array_close(array);
    ck_assert_int_eq(prong_array_view(&array, "abcd", 4, PRONG_U8, NULL), PRONG_OK);
    check_fetched(array, "abcd", 4, false);
    prong_array_close(array);
}
END_TEST

START_TEST(a_read_that_fails_falls_back_on_the_mapping)
{
    static const char *const faults[] = { "array-fetch:EIO:*", "array-fetch:EINTR:1-3" };
    const char *path = file_with("1 2 3 4\n", 8);
    struct prong_array *array;

    setenv("PRONG_FAULT", faults[_i], 1);
    array = opened(path, NULL);
    check_fetched(array, "1 2 3 4\n", 8, _i == 1);
    prong_array_close(array);
}
END_TEST

START_TEST(a_file_that_is_closed_leaves_no_descriptor)
{
    const char *path = file_with("1\n", 2);
    int before = dup(STDIN_FILENO), after;
    struct prong_array *array;

    close(before);
    array = opened(path, NULL);
    prong_array_close(array);
    after = dup(STDIN_FILENO);
    ck_assert_int_eq(after, before);
    close(after);
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
    ck_assert(info.dtype == PRONG_F32 && info.count == 3 && info.bytes == 12 && info.ndim == 1 &&
              info.shape[0] == 3);
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
    tcase_add_test(tc, raw_files_have_the_elements_asked_for);
    tcase_add_test(tc, raw_files_of_the_wrong_size_are_refused);
    tcase_add_test(tc, options_that_make_no_sense_are_refused);
    tcase_add_test(tc, a_callers_shorter_options_end_before_the_notation);
    tcase_add_test(tc, what_cannot_be_opened_is_told_with_its_name);
    tcase_add_loop_test(tc, failing_system_calls_are_reported, 0, 4);
    tcase_add_test(tc, empty_files_are_empty_text_or_no_elements);
    tcase_add_test(tc, a_regular_standard_input_is_mapped_from_its_offset);
    tcase_add_test(tc, a_file_that_is_closed_leaves_no_descriptor);
    tcase_add_test(tc, bytes_are_fetched_from_the_file_or_from_its_mapping);
    tcase_add_loop_test(tc, a_read_that_fails_falls_back_on_the_mapping, 0, 2);
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

    srunner_add_suite(runner, axis_suite());
    srunner_add_suite(runner, decode_suite());
    srunner_add_suite(runner, npy_suite());
    srunner_add_suite(runner, number_suite());
    srunner_add_suite(runner, save_suite());
    srunner_add_suite(runner, shape_suite());
    srunner_add_suite(runner, slice_suite());
    srunner_add_suite(runner, spool_suite());
    srunner_add_suite(runner, stream_suite());
    srunner_add_suite(runner, strip_suite());
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
