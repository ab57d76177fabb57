/* SPDX-License-Identifier: MIT */
/* Text is cut at arbitrary bytes, and no cut may be noticed: neither in the numbers nor in the place of an error.
 */
#include "config.h"

#include "array_fixture.h"

#include <math.h>

static struct reading whole(const char *text)
{
    return read_cut(text, strlen(text), strlen(text) + 1, 1000);
}

/* The reading is the same at every chunk size, and with any number of values asked for at a time. */
static void cuts_do_not_matter(const char *text)
{
    struct reading expected = whole(text);

    for (size_t chunk = 1; chunk <= strlen(text) + 1; chunk++) {
        for (size_t cap = 1; cap <= 3; cap++) {
            struct reading got = read_cut(text, strlen(text), chunk, cap);
            same_reading(&expected, &got);
            free(got.values);
        }
    }
    free(expected.values);
}

START_TEST(no_cut_changes_the_numbers)
{
    cuts_do_not_matter(" 1 22\r\n\r\n-3.25e+2\t+0.5\v.5\f5.\n\n\n  nan -INF infinity\n"
                       "123456789012345678901234567890 0x1.8p1 1e-320 1e999\n7 8\n9.007199254740993e15");
    cuts_do_not_matter("1");
    cuts_do_not_matter("");
    cuts_do_not_matter("\n");
    cuts_do_not_matter("   \n\n   ");
    cuts_do_not_matter("\n1");
    cuts_do_not_matter("12345 6\n");
}
END_TEST

START_TEST(no_cut_changes_the_place_of_an_error)
{
    cuts_do_not_matter("1 2\n3 4x 5\n6");
    cuts_do_not_matter("bad");
    cuts_do_not_matter("1\n2\n3 --4");
    cuts_do_not_matter("1 2 3\n  \n  1,5 7\n8 y");
    cuts_do_not_matter("1\n2 a_token_that_is_much_longer_than_what_an_error_message_shows_of_it 3\n");
}
END_TEST

START_TEST(a_text_that_ends_anywhere_is_cut_as_well)
{
    static const char text[] = "\n1 22\r\n\r\n-3.25e+2\t+0.5\v5.\f\n  nan -INF\n12345678901234567890 0x1.8p1 1e-320 7,8 9";
    char prefix[sizeof text];

    for (size_t length = 0; length < sizeof text; length++) {
        memcpy(prefix, text, length);
        prefix[length] = '\0';
        cuts_do_not_matter(prefix);
    }
}
END_TEST

START_TEST(the_numbers_are_those_written)
{
    struct reading got = whole("1 -2.5\r\n\t1e3\nnan inf -0\n");

    ck_assert(!got.bad);
    ck_assert_uint_eq(got.count, 6);
    ck_assert(got.values[0] == 1 && got.values[1] == -2.5 && got.values[2] == 1000);
    ck_assert(isnan(got.values[3]) && isinf(got.values[4]) && signbit(got.values[5]));
    ck_assert_uint_eq(got.newlines, 3);
    ck_assert_uint_eq(got.tail, 0);
    free(got.values);
}
END_TEST

static const struct {
    const char *text;
    uint64_t count, line, column;
    const char *token;
} bad[] = {
    { "x", 0, 0, 0, "x" },
    { "1 2 x3\n", 2, 0, 4, "x3" },
    { "1\n2\n  3e 4", 2, 2, 2, "3e" },
    { "1\r\n2,3\r\n", 1, 1, 0, "2,3" },
    { "1 - 2", 1, 0, 2, "-" },
    { "1 \xe2\x82\xac", 1, 0, 2, "???" },
    { "1 2\x01z", 1, 0, 2, "2?z" },
    { "nan(5)", 0, 0, 0, "nan(5)" },
    { "1\n\n\nabcdefghijabcdefghijabcdefghijabcdefghijabcdefg 1", 1, 3, 0,
      "abcdefghijabcdefghijabcdefghijabcdefghijabcdefg" },
    { "1\n\n\nabcdefghijabcdefghijabcdefghijabcdefghijabcdefgh 1", 1, 3, 0,
      "abcdefghijabcdefghijabcdefghijabcdefghijabcd..." },
};

START_TEST(a_bad_token_is_placed)
{
    struct reading got = whole(bad[_i].text);

    ck_assert(got.bad);
    ck_assert_uint_eq(got.count, bad[_i].count);
    ck_assert_uint_eq(got.line, bad[_i].line);
    ck_assert_uint_eq(got.column, bad[_i].column);
    ck_assert_str_eq(got.token, bad[_i].token);
    ck_assert_ptr_null(got.why);
    free(got.values);
}
END_TEST

START_TEST(a_number_may_be_as_long_as_the_limit_and_no_longer)
{
    static char text[3 * PRONG_MAX_TOKEN];

    for (size_t length = PRONG_MAX_TOKEN - 1; length <= PRONG_MAX_TOKEN + 2; length++) {
        for (size_t chunk = 1; chunk <= sizeof text; chunk = chunk * 9 + 1) {
            struct reading got;
            memset(text, ' ', sizeof text);
            memset(text + 5, '0', length);
            text[5 + length - 1] = '7';
            got = read_cut(text, sizeof text, chunk, 10);
            ck_assert_int_eq(got.bad, length > PRONG_MAX_TOKEN);
            ck_assert_uint_eq(got.count, length <= PRONG_MAX_TOKEN);
            if (got.bad)
                ck_assert_str_eq(got.why, "number too long");
            else
                ck_assert(got.values[0] == 7);
            ck_assert(!got.bad || got.column == 5);
            free(got.values);
        }
    }
}
END_TEST

START_TEST(the_place_of_a_value_is_known)
{
    const char *text = "1 2\n\n 33 4\n5";
    struct prong_text_reader r = { .begin = text, .end = text + strlen(text), .limit = text + strlen(text) };
    const char *where[8];
    double values[8];
    uint64_t line, column;

    ck_assert_uint_eq(prong_text_read(&r, values, where, 8), 5);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(atoi(where[i]), (int)values[i]);
    prong_text_place(&r, where[2], &line, &column);
    ck_assert(line == 2 && column == 1);
    prong_text_place(&r, where[1], &line, &column);
    ck_assert(line == 0 && column == 2);
    prong_text_place(&r, where[4], &line, &column);
    ck_assert(line == 3 && column == 0);
}
END_TEST

Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *tc = tcase_create("text");

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, no_cut_changes_the_numbers);
    tcase_add_test(tc, no_cut_changes_the_place_of_an_error);
    tcase_add_test(tc, a_text_that_ends_anywhere_is_cut_as_well);
    tcase_add_test(tc, the_numbers_are_those_written);
    tcase_add_loop_test(tc, a_bad_token_is_placed, 0, test_cases_of(sizeof bad / sizeof bad[0]));
    tcase_add_test(tc, a_number_may_be_as_long_as_the_limit_and_no_longer);
    tcase_add_test(tc, the_place_of_a_value_is_known);
    suite_add_tcase(suite, tc);
    return suite;
}
