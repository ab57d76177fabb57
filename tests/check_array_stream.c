/* SPDX-License-Identifier: MIT */
/* A pipe gives what a file of the same bytes gives, however the bytes arrive and wherever a block ends. */
#include "config.h"

#include "array_fixture.h"

#include <errno.h>

/* The same bytes as a file and as a pipe, cut into the same blocks. */
static void pipe_equals_file(const char *text, size_t length, size_t piece)
{
    struct reading expected, got;
    struct prong_array *array = opened(file_with(text, length), "text");
    pid_t writer;

    ck_assert_int_eq((int)array->access, PRONG_ACCESS_TEXT);
    ck_assert_uint_eq(array->bytes, length);
    expected = read_cut((const char *)array->data, length, PRONG_BLOCK, 777);
    prong_array_close(array);

    writer = feed(text, length, piece);
    array = opened("-", "text");
    ck_assert_int_eq((int)array->access, PRONG_ACCESS_STREAM_TEXT);
    got = read_stream(array, NULL);
    prong_array_close(array);
    end_feed(writer);
    same_reading(&expected, &got);
    free(expected.values);
    free(got.values);
}

static char text[3 * PRONG_BLOCK + 4 * PRONG_MAX_TOKEN];

START_TEST(a_number_across_two_blocks_is_read_once)
{
    const char *number = "-1.2345678901234567e-123";
    size_t width = strlen(number);

    for (size_t before = 0; before <= width + 1; before++) {
        struct reading got;
        memset(text, ' ', PRONG_BLOCK + 100);
        memcpy(text + PRONG_BLOCK - before, number, width);
        memcpy(text + PRONG_BLOCK + 90, "42\n", 3);
        pipe_equals_file(text, PRONG_BLOCK + 100, 65537);
        pipe_equals_file(text, PRONG_BLOCK - before + width, 65537); /* and the stream ends with it */
        got = read_cut(text, PRONG_BLOCK + 100, PRONG_BLOCK, 10);
        ck_assert_uint_eq(got.count, 2);
        ck_assert(got.values[0] == -1.2345678901234567e-123 && got.values[1] == 42);
        free(got.values);
    }
}
END_TEST

START_TEST(pieces_of_any_size_give_the_same_numbers)
{
    static const size_t pieces[] = { 997, 4095, 65536, 65537, 1000003 };
    size_t length = 0;

    for (unsigned i = 0; length < 2 * PRONG_BLOCK + 12345; i++)
        length += (size_t)sprintf(text + length, "%.*g%s", (int)(i % 17) + 1, (double)i * 1.1,
                                  i % 10 ? i % 3 ? " " : "\t" : "\r\n");
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        pipe_equals_file(text, length, pieces[i]);
    pipe_equals_file(text, 5000, 1);
    pipe_equals_file(text, 0, 1);
    text[length - 20] = 'x';
    pipe_equals_file(text, length, 65536);
}
END_TEST

START_TEST(streams_that_end_at_a_block_end_are_whole)
{
    memset(text, '\n', sizeof text);
    for (size_t i = 0; i < 2 * PRONG_BLOCK; i += 2)
        text[i] = '7';
    for (size_t length = PRONG_BLOCK - 2; length <= PRONG_BLOCK + 2; length++)
        pipe_equals_file(text, length, 65536);
    pipe_equals_file(text, 2 * PRONG_BLOCK, 65536);
}
END_TEST

/* Also where it is longer than several blocks: no loop, no growing memory. */
START_TEST(a_token_of_any_length_has_one_outcome)
{
    static const size_t lengths[] = { PRONG_MAX_TOKEN - 1, PRONG_MAX_TOKEN,     PRONG_MAX_TOKEN + 1,
                                      PRONG_MAX_TOKEN + 2, 2 * PRONG_MAX_TOKEN, 2 * PRONG_BLOCK };
    static const size_t starts[] = { 0, 1, PRONG_MAX_TOKEN - 1, PRONG_MAX_TOKEN, PRONG_MAX_TOKEN + 1 };

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (size_t k = 0; k < sizeof starts / sizeof starts[0]; k++) {
            size_t length = lengths[i], start = PRONG_BLOCK - starts[k];
            memset(text, ' ', start);
            memset(text + start, '1', length);
            memcpy(text + start + length, " 5\n", 3);
            pipe_equals_file(text, start + length + 3, 65536);
            pipe_equals_file(text, start + length, 65536);
        }
    }
}
END_TEST

/* Elements from a pipe into out, at most room bytes; returns how many bytes came. */
static size_t drain(struct prong_array *array, unsigned char *out, size_t room, prong_status expected,
                    const char *words)
{
    struct prong_block *block = malloc(sizeof *block);
    bool full, end = false;
    size_t length = 0;

    ck_assert_ptr_nonnull(block);
    while (!end) {
        prong_error err = PRONG_ERROR_INIT;
        prong_status status = prong_stream_step(array, block, &full, &end, &err);
        if (status) {
            ck_assert_msg(status == expected, "%s", err.detail);
            ck_assert_msg(strstr(err.detail, words) != NULL, "\"%s\" is not in \"%s\"", words, err.detail);
            ck_assert(!full && !end);
            free(block);
            return length;
        }
        if (full) {
            ck_assert_uint_le(length + block->length, room);
            ck_assert(end || block->length == PRONG_BLOCK);
            memcpy(out + length, block->data, block->length);
            length += block->length;
        }
    }
    ck_assert_int_eq((int)expected, PRONG_OK);
    ck_assert(prong_stream_step(array, block, &full, &end, NULL) == PRONG_OK && full && end && block->length == 0);
    free(block);
    return length;
}

/* Feeds length bytes of text as raw elements and expects want of them from offset on, or the error. */
static void raw_pipe(size_t length, const char *dtype, uint64_t offset, uint64_t count, size_t want,
                     prong_status expected, const char *words)
{
    static unsigned char out[sizeof text];
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;
    prong_array *array;
    pid_t writer = feed(text, length, 65521);
    size_t got;

    opt.dtype = dtype;
    opt.offset = offset;
    opt.count = count;
    ck_assert_int_eq((int)prong_array_open(&array, "-", &opt, NULL), PRONG_OK);
    ck_assert_int_eq(array->count_known, count != UINT64_MAX);
    got = drain(array, out, sizeof out, expected, words);
    if (expected == PRONG_OK) {
        ck_assert_uint_eq(got, want);
        ck_assert_int_eq(memcmp(out, text + offset, want), 0);
    }
    prong_array_close(array);
    end_feed(writer);
}

START_TEST(raw_elements_come_through_a_pipe)
{
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i >> 7);
    raw_pipe(0, "f64", 0, UINT64_MAX, 0, PRONG_OK, "");
    raw_pipe(8, "f64", 0, UINT64_MAX, 8, PRONG_OK, "");
    raw_pipe(2 * PRONG_BLOCK, "f64", 0, UINT64_MAX, 2 * PRONG_BLOCK, PRONG_OK, "");
    raw_pipe(2 * PRONG_BLOCK + 1, "u8", 0, UINT64_MAX, 2 * PRONG_BLOCK + 1, PRONG_OK, "");
    raw_pipe(PRONG_BLOCK + 804, "i32", 4, UINT64_MAX, PRONG_BLOCK + 800, PRONG_OK, "");
    raw_pipe(2 * PRONG_BLOCK + 7, "f64", PRONG_BLOCK + 3, UINT64_MAX, PRONG_BLOCK + 4, PRONG_EDATA, "4 left over");
    raw_pipe(1001, "f64", 0, UINT64_MAX, 0, PRONG_EDATA, "standard input: 1001 bytes are no whole number of f64");
    raw_pipe(1001, "f64", 0, 125, 1000, PRONG_OK, "");
    raw_pipe(1001, "f64", 5, 3, 24, PRONG_OK, "");
    raw_pipe(1001, "f64", 0, 0, 0, PRONG_OK, "");
    raw_pipe(1001, "f64", 0, 126, 0, PRONG_EDATA, "1008 bytes of data were expected, the stream ended after 1001");
    raw_pipe(PRONG_BLOCK + 16, "f64", 0, PRONG_BLOCK / 8, PRONG_BLOCK, PRONG_OK, "");
    raw_pipe(10, "u8", 10, UINT64_MAX, 0, PRONG_OK, "");
    raw_pipe(10, "u8", 11, UINT64_MAX, 0, PRONG_EDATA, "offset 11 is beyond its end: there are 10 bytes");
}
END_TEST

START_TEST(text_that_looks_binary_is_refused_from_a_pipe_too)
{
    prong_error err = PRONG_ERROR_INIT;
    struct prong_array *array;
    struct reading got;
    pid_t writer;

    memset(text, ' ', 5000);
    text[4095] = '\0';
    writer = feed(text, 5000, 1000);
    array = opened("-", NULL);
    got = read_stream(array, &err);
    ck_assert_int_eq((int)err.status, PRONG_EDATA);
    ck_assert_str_eq(err.detail,
                     "standard input: looks like binary data, not text; say --dtype (for example --dtype f64)");
    free(got.values);
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(interrupted_reads_lose_nothing)
{
    const char *numbers = "1 2 3\n4 5\n";

    ck_assert_int_eq(setenv("PRONG_FAULT", "array-read:EINTR:1-4;array-read:EAGAIN:6-9", 1), 0);
    pipe_equals_file(numbers, strlen(numbers), 3);
}
END_TEST

START_TEST(a_failing_read_is_told_with_the_name)
{
    prong_error err = PRONG_ERROR_INIT;
    char words[600];
    struct prong_array *array;
    struct reading got;
    pid_t writer = feed("1 2 3\n", 6, 2);

    ck_assert_int_eq(setenv("PRONG_FAULT", "array-read:EIO:3", 1), 0);
    array = opened("-", NULL);
    got = read_stream(array, &err);
    ck_assert_int_eq((int)err.status, PRONG_ESYS);
    ck_assert_int_eq(err.sys_errno, EIO);
    prong_error_string(&err, words, sizeof words);
    ck_assert_str_eq(words, "standard input: read: Input/output error");
    free(got.values);
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(a_descriptor_that_does_not_block_is_waited_for)
{
    struct prong_array *array;
    struct reading got;
    pid_t writer = feed("\x93 1", 3, 1);

    ck_assert_int_eq(fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), 0);
    array = opened("-", NULL);
    got = read_stream(array, NULL);
    ck_assert(got.bad && got.line == 0 && got.column == 0);
    ck_assert_str_eq(got.token, "?");
    free(got.values);
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

Suite *stream_suite(void)
{
    Suite *suite = suite_create("stream");
    TCase *tc = tcase_create("stream");

    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, a_number_across_two_blocks_is_read_once);
    tcase_add_test(tc, pieces_of_any_size_give_the_same_numbers);
    tcase_add_test(tc, streams_that_end_at_a_block_end_are_whole);
    tcase_add_test(tc, a_token_of_any_length_has_one_outcome);
    tcase_add_test(tc, raw_elements_come_through_a_pipe);
    tcase_add_test(tc, text_that_looks_binary_is_refused_from_a_pipe_too);
    tcase_add_test(tc, interrupted_reads_lose_nothing);
    tcase_add_test(tc, a_failing_read_is_told_with_the_name);
    tcase_add_test(tc, a_descriptor_that_does_not_block_is_waited_for);
    suite_add_tcase(suite, tc);
    return suite;
}
