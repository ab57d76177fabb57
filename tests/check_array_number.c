/* SPDX-License-Identifier: MIT */
/* prong_text_number against strtod of the C library, which rounds correctly in glibc: bit for bit. */
#include "config.h"

#include "array_fixture.h"

#include <errno.h>
#include <locale.h>
#include <math.h>

static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t any(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x2545f4914f6cdd1d;
}

static void agrees_with_strtod(const char *text)
{
    double got = 0, expected = strtod(text, NULL);

    ck_assert_msg(prong_text_number(text, strlen(text), &got), "\"%s\" is refused", text);
    if (isnan(expected))
        ck_assert(isnan(got) && !signbit(got) == !signbit(expected));
    else
        ck_assert_msg(memcmp(&got, &expected, sizeof got) == 0, "%s: %a, not %a", text, got, expected);
}

static double any_double(void)
{
    uint64_t bits = any();
    double value;

    memcpy(&value, &bits, sizeof value);
    return isfinite(value) ? value : 1.5;
}

START_TEST(random_numbers_round_as_in_strtod)
{
    char text[512];

    for (int i = 0; i < test_share_of(1000000); i++) {
        switch (i % 8) {
        case 0:
            snprintf(text, sizeof text, "%.17g", any_double());
            break;
        case 1:
            snprintf(text, sizeof text, "%.*e", (int)(any() % 25), any_double());
            break;
        case 2:
            snprintf(text, sizeof text, "%.*f", (int)(any() % 12), (double)(int64_t)any() / 4294967296.0);
            break;
        case 3:
            snprintf(text, sizeof text, "%lld", (long long)any() >> any() % 64);
            break;
        case 4:
            snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)any(), (unsigned long long)any(),
                     (int)(any() % 700) - 370);
            break;
        case 5:
            snprintf(text, sizeof text, "%llue%d", (unsigned long long)(any() >> any() % 64),
                     (int)(any() % 60) - 30);
            break;
        case 6:
            snprintf(text, sizeof text, "%a", any_double());
            break;
        default:
            snprintf(text, sizeof text, "0.%0*d%llu", (int)(any() % 40) + 1, 0, (unsigned long long)any());
            break;
        }
        agrees_with_strtod(text);
    }
}
END_TEST

/* The decimal expansion of the midpoint of two doubles, and its neighbours: the hardest cases there are. */
START_TEST(halfway_cases_round_to_even)
{
    char text[2000];

    for (int i = 0; i < 3000; i++) {
        double low = fabs(any_double());
        long double middle = ((long double)low + (long double)nextafter(low, (double)INFINITY)) / 2;
        char *e;
        if (i % 3 == 0) /* integers, whose middle has few digits */
            middle = (long double)((any() >> 10) | ((uint64_t)1 << 53)) * 2 + 1;
        snprintf(text, sizeof text - 1, "%.*Le", 1200, middle);
        agrees_with_strtod(text);
        e = strchr(text, 'e');
        memmove(e + 1, e, strlen(e) + 1);
        *e = '1'; /* just above it */
        agrees_with_strtod(text);
    }
}
END_TEST

static const char *const accepted[] = {
    "0", "-0", "+0", "00", "0.0", ".0", "0.", "1", "+1", "-1", "1.", ".5", "-.5e-1", "1e0", "1E+5", "1e-5",
    "0e999999999", "1e999", "-1e999", "1e-999", "1e99999999999999999999", "1e-99999999999999999999", "5e-324",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308", "2.2250738585072012e-308",
    "2.2250738585072014e-308", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
    "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740994", "9007199254740995",
    "9007199254740993.0000000000000000000001", "9223372036854775807", "18446744073709551615",
    "18446744073709551616", "99999999999999999999", "1e22", "1e23", "8.5e22", "123456789012345678e-17",
    "6.62607015e-34", "179769313486231580793728971405301e276", "0.000000000000000000001",
    "1000000000000000000000000000000000000000", "100000000000000000000000000000000000000e-38", "0x0", "0x1p-1074",
    "0x1p-1075", "0x1.8p-1075", "0x1.fffffffffffff8p0", "0X.8P1", "0xA.", "-0xff", "inf", "-Inf", "+INFINITY",
    "NaN", "-nan", "7.2057594037927933e16", "6.9294956446009195e15", "3.5844466002796428e+298",
    "1.0020284025808569e-134",
};

START_TEST(accepted_spellings_have_strtods_value)
{
    agrees_with_strtod(accepted[_i]);
}
END_TEST

/* As many zeros as an exponent has tens: neither may be cut short without the other. */
START_TEST(a_million_zeros_and_an_exponent_of_millions_balance)
{
    enum { ZEROS = 1000100 };
    static const char *const exponents[] = { "e1000100", "e1000101", "e1000300", "e10000000", "e999999", "e-1000100",
                                             "e18446744073710551716", "e9223372036854775807" };
    char *text = malloc(ZEROS + 64);

    ck_assert_ptr_nonnull(text);
    memset(text, '0', ZEROS + 2);
    text[1] = '.';
    snprintf(text + ZEROS + 2, 60, "1%s", exponents[_i]);
    agrees_with_strtod(text);
    text[0] = '1';
    memmove(text + 1, text + 2, strlen(text + 1)); /* and 1000…1 */
    agrees_with_strtod(text);
    free(text);
}
END_TEST

static const char *const not_numbers[] = {
    "", "+", "-", ".", "+.", "e5", ".e5", "1e", "1e+", "1e-", "1.5e+x", "--1", "+-1", "1-", "1 ", " 1", "1,5",
    "1_000", "0x", "0xg", "0x.", "0x.p1", "0x1p", "0x1p+", "x", "nan(1)", "nan()", "nana", "in", "infi",
    "infinit", "infinityy", "1f", "1.0L", "1..2", "1.2.3", "1e5.5", "0b1", "1e5e5", "\t1", "1\n", "\xd9\xa1",
    "#N/A", "NA", "true", "1d5",
};

START_TEST(other_spellings_are_no_numbers)
{
    double value = 42;

    ck_assert_msg(!prong_text_number(not_numbers[_i], strlen(not_numbers[_i]), &value), "\"%s\"", not_numbers[_i]);
}
END_TEST

START_TEST(a_nul_byte_is_part_of_no_number)
{
    double value;

    ck_assert(!prong_text_number("1\0", 2, &value));
    ck_assert(!prong_text_number("1\0002", 3, &value));
    ck_assert(!prong_text_number("0x1\0", 4, &value));
    ck_assert(!prong_text_number("\0", 1, &value));
}
END_TEST

START_TEST(nothing_behind_the_token_is_read)
{
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        size_t length = strlen(accepted[i]);
        char *tight = malloc(length); /* a sanitizer sees the byte behind it */
        double value;
        ck_assert_ptr_nonnull(tight);
        memcpy(tight, accepted[i], length);
        ck_assert(prong_text_number(tight, length, &value));
        free(tight);
    }
}
END_TEST

START_TEST(errno_is_left_alone)
{
    double value;

    errno = 77;
    ck_assert(prong_text_number("4.9e-324", 8, &value) && prong_text_number("1e999", 5, &value));
    ck_assert_int_eq(errno, 77);
}
END_TEST

START_TEST(a_locale_with_a_decimal_comma_changes_nothing)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "" };
    const char *hard = "2.2250738585072011e-308";
    double value;
    int set = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!setlocale(LC_ALL, names[i]))
            continue;
        set++;
        ck_assert(prong_text_number("1.5", 3, &value) && value == 1.5);
        ck_assert(prong_text_number(hard, strlen(hard), &value) && value == 0x0.fffffffffffffp-1022);
        ck_assert(!prong_text_number("1,5", 3, &value));
        ck_assert(prong_text_number("0x1.8p0", 7, &value) && value == 1.5);
    }
    ck_assert_int_gt(set, 0);
}
END_TEST

Suite *number_suite(void)
{
    Suite *suite = suite_create("number");
    TCase *tc = tcase_create("number");

    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, random_numbers_round_as_in_strtod);
    tcase_add_test(tc, halfway_cases_round_to_even);
    tcase_add_loop_test(tc, accepted_spellings_have_strtods_value, 0, test_cases_of(sizeof accepted / sizeof accepted[0]));
    tcase_add_loop_test(tc, a_million_zeros_and_an_exponent_of_millions_balance, 0, 8);
    tcase_add_loop_test(tc, other_spellings_are_no_numbers, 0, test_cases_of(sizeof not_numbers / sizeof not_numbers[0]));
    tcase_add_test(tc, a_nul_byte_is_part_of_no_number);
    tcase_add_test(tc, nothing_behind_the_token_is_read);
    tcase_add_test(tc, errno_is_left_alone);
    tcase_add_test(tc, a_locale_with_a_decimal_comma_changes_nothing);
    suite_add_tcase(suite, tc);
    return suite;
}
