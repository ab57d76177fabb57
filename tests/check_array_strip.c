/* SPDX-License-Identifier: MIT */
/* Text long enough to be read in strips, by each instruction set that there is: the numbers are those of strtod, and nothing
 * else is different from what one token at a time gives: places, lines, errors, whatever is cut where. */
#include "config.h"

#include "array_fixture.h"
#include "splitmix.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROOM = 1 << 16 };

static const char *const isas[] = { "portable", "avx2", "avx512" };
enum { ISAS = sizeof isas / sizeof isas[0] };

static uint64_t dice;

static unsigned roll(unsigned sides)
{
    return (unsigned)(splitmix64(&dice) >> 33) % sides;
}

static struct reading read_by(const char *isa, const char *text, size_t length, size_t chunk, size_t cap)
{
    struct reading got;

    setenv("PRONG_ISA", isa, 1);
    got = read_cut(text, length, chunk, cap);
    unsetenv("PRONG_ISA");
    return got;
}

/* ---- Tokens ---- */

static size_t write_digits(char *to, unsigned digits, unsigned zeros)
{
    for (unsigned i = 0; i < digits; i++)
        to[i] = (char)('0' + (i < zeros ? 0 : roll(10)));
    return digits;
}

/* Signs, digits and a point: what strips are for, and what is a little more than that. */
static size_t write_plain(char *to)
{
    unsigned whole = roll(12), rest = roll(3) ? roll(20) : 0, n = 0;

    if (roll(3) == 0)
        to[n++] = roll(4) ? '-' : '+';
    if (whole + rest == 0)
        whole = 1;
    n += (unsigned)write_digits(to + n, whole, roll(4) ? 0 : roll(12));
    if (rest > 0 || roll(4) == 0)
        to[n++] = '.';
    return n + write_digits(to + n, rest, roll(4) ? 0 : roll(20));
}

static size_t write_token(char *to)
{
    static const char *const others[] = { "nan",    "-inf",   "0x1.8p3", "1e5",    "-2.5E-7",  ".5",       "5.",        "-0",
                                          "1e-320", "1e999",  "+7",      "0",      "00.00",    "-.0625",   "9007199254740993",
                                          "1.8e308", "0.1e+01", "1e-05", "4.5e-05", "123456789012345678901234567890" };
    unsigned kind = roll(40);
    double value;
    uint64_t bits;

    if (kind < 20)
        return write_plain(to);
    if (kind == 20)
        return (size_t)sprintf(to, "%s", others[roll(sizeof others / sizeof others[0])]);
    if (kind == 21)
        return write_digits(to, 20 + roll(300), roll(2) ? roll(300) : 0);
    if (kind < 26)
        return (size_t)sprintf(to, "%.*g", (int)(1 + roll(20)), (double)(int)roll(2000001) / (1 + roll(1000)));
    if (kind < 30)
        return (size_t)sprintf(to, "%u", roll(1U << roll(30)));
    do {
        bits = splitmix64(&dice);
        if (kind < 36) /* of a size that has no exponent */
            bits = (bits & ~(UINT64_C(0x7ff) << 52)) | (uint64_t)(1023 - 14 + roll(60)) << 52;
        memcpy(&value, &bits, sizeof value);
    } while (!isfinite(value));
    return (size_t)sprintf(to, roll(2) ? "%.17g" : "%.18e", value);
}

/* Tokens with blanks between them, and what strtod says of each. */
static size_t write_text(char *to, size_t most, double *values, size_t *count)
{
    static const char *const gaps[] = { "\n", "\n", "\n", "\n", " ", "\t", "\r\n", "  ", "\n\n \v", "\f" };
    size_t n = roll(70);

    memset(to, ' ', n);
    for (*count = 0; n + 400 < most; ++*count) {
        size_t length = write_token(to + n);
        to[n + length] = '\0';
        values[*count] = strtod(to + n, NULL);
        n += length;
        n += (size_t)sprintf(to + n, "%s", gaps[roll(sizeof gaps / sizeof gaps[0])]);
        if (roll(400) == 0) {
            unsigned blanks = roll(200);
            memset(to + n, roll(2) ? ' ' : '\n', blanks);
            n += blanks;
        }
    }
    while (n > 0 && roll(2) && prong_text_is_blank((unsigned char)to[n - 1]))
        n--;
    to[n] = '\0';
    return n;
}

/* ---- Tests ---- */

START_TEST(the_numbers_of_a_long_text_are_those_of_strtod)
{
    char *text = malloc(ROOM);
    double *values = malloc(ROOM * sizeof *values);

    ck_assert(text && values);
    for (int round = 0; round < test_share_of(300); round++) {
        size_t count, length;
        struct reading got;
        dice = (uint64_t)round;
        length = write_text(text, 1000 + roll(ROOM - 1000), values, &count);
        got = read_by(isas[_i], text, length, length + 1, 1 + roll(3000));
        ck_assert_msg(!got.bad, "round %d: '%s' at %llu:%llu", round, got.token, (unsigned long long)got.line,
                      (unsigned long long)got.column);
        ck_assert_uint_eq(got.count, count);
        for (size_t i = 0; i < count; i++)
            if (!isnan(values[i]) || !isnan(got.values[i]))
                ck_assert_msg(memcmp(&values[i], &got.values[i], sizeof values[i]) == 0, "round %d, number %zu: %a, not %a",
                              round, i, got.values[i], values[i]);
        free(got.values);
    }
    free(values);
    free(text);
}
END_TEST

START_TEST(no_cut_of_a_long_text_is_noticed)
{
    char *text = malloc(ROOM);
    double *values = malloc(ROOM * sizeof *values);

    ck_assert(text && values);
    for (int round = 0; round < test_share_of(200); round++) {
        size_t count, length;
        struct reading expected, got;
        dice = (uint64_t)round + 1000;
        length = write_text(text, 800 + roll(3000), values, &count);
        if (roll(3) == 0) /* something that is no number */
            text[roll((unsigned)length)] = "x,\1\177-.e#\"/:"[roll(11)];
        expected = read_by("portable", text, length, length + 1, 1000);
        for (size_t chunk = 1; chunk <= length; chunk += 1 + roll(60)) {
            got = read_by(isas[_i], text, length, chunk, 1 + roll(300));
            same_reading(&expected, &got);
            free(got.values);
        }
        free(expected.values);
    }
    free(values);
    free(text);
}
END_TEST

/* One token at every place of a block, whatever the token. */
START_TEST(a_token_may_lie_anywhere_in_a_block)
{
    static const char *const tokens[] = {
        "7", "-7", "0.12345678901234567", "-123456789.0123456789", "+.5", "000000000000000000000001", "0000000000000000000000001",
        "9999999999999999999", "18446744073709551615", "99999999999999999999", "1e5", "0x10", "-", "+", ".", "-.", "1-", "1.2.3",
        "1,5", "", "..",
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890", "\x80",
        "1\x80", "5:", "/5", "--1", "+-1", "0.00000000000000000000001", "8.000000000000000000000000"
    };
    const char *token = tokens[_i % (int)(sizeof tokens / sizeof tokens[0])];
    char text[600];

    for (size_t before = 30; before < 200; before++) {
        struct reading expected, got;
        size_t n = 0;
        for (; n < before; n++)
            text[n] = n % 2 ? '\n' : '3';
        text[n - 1] = ' ';
        n += (size_t)sprintf(text + n, "%s\n", token);
        for (int i = 0; i < 80; i++)
            n += (size_t)sprintf(text + n, "%d\n", i);
        expected = read_by("portable", text, n, n + 1, 1000);
        for (int i = 1; i < ISAS; i++) {
            got = read_by(isas[i], text, n, n + 1, 1000);
            same_reading(&expected, &got);
            free(got.values);
        }
        free(expected.values);
    }
}
END_TEST
enum { TOKENS = 30 }; /* of them */

/* A text between two pages that cannot be read. */
START_TEST(nothing_around_the_text_is_read)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = 2 * page;
    char *map = mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *text = map + page;

    ck_assert(map != MAP_FAILED && mprotect(text, size, PROT_READ | PROT_WRITE) == 0);
    for (size_t i = 0; i < size; i++)
        text[i] = i % 5 == 4 ? '\n' : i % 5 == 1 ? '.' : (char)('1' + i % 7);
    for (size_t length = size; length + 200 > size; length--) {
        struct reading expected = read_by("portable", text, length, length, 1000);
        struct reading got = read_by(isas[_i], text, length, length, 1000);
        same_reading(&expected, &got);
        free(got.values);
        free(expected.values);
        expected = read_by("portable", text + size - length, length, length, 1000);
        got = read_by(isas[_i], text + size - length, length, length, 1000);
        same_reading(&expected, &got);
        free(got.values);
        free(expected.values);
    }
    munmap(map, size + 2 * page);
}
END_TEST

START_TEST(tokens_and_gaps_may_be_longer_than_a_strip)
{
    char *text = malloc(4 * ROOM);
    struct reading expected, got;
    size_t n = 0;

    ck_assert_ptr_nonnull(text);
    for (size_t length = 1; length < PRONG_MAX_TOKEN; length = length * 2 + 31) {
        memset(text + n, '0', length);
        text[n + length - 1] = '5';
        n += length;
        memset(text + n, length % 3 ? ' ' : '\n', 1 + length / 7);
        n += 1 + length / 7;
        n += (size_t)sprintf(text + n, "1.5\n2.5\n");
    }
    expected = read_by("portable", text, n, n + 1, 1000);
    got = read_by(isas[_i], text, n, n + 1, 1000);
    ck_assert(!got.bad && got.values[0] == 5 && got.values[got.count - 1] == 2.5);
    same_reading(&expected, &got);
    free(expected.values);
    free(got.values);
    free(text);
}
END_TEST

START_TEST(places_of_values_are_known_in_strips)
{
    struct prong_text_reader r = { .at = NULL };
    const char *where[600];
    double values[600];
    char text[4000];
    size_t n = 0, count;

    for (int i = 0; i < 600; i++)
        n += (size_t)sprintf(text + n, i % 5 ? "%d " : "%d\n", i);
    r.begin = text;
    r.end = r.limit = text + n;
    setenv("PRONG_ISA", isas[_i], 1);
    count = prong_text_read(&r, values, where, 600);
    unsetenv("PRONG_ISA");
    ck_assert_uint_eq(count, 600);
    for (int i = 0; i < 600; i++) {
        ck_assert(values[i] == i && atoi(where[i]) == i);
        ck_assert(where[i] == text || prong_text_is_blank((unsigned char)where[i][-1]));
    }
}
END_TEST

Suite *strip_suite(void)
{
    Suite *suite = suite_create("strip");
    TCase *tc = tcase_create("strip");

    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, the_numbers_of_a_long_text_are_those_of_strtod, 0, ISAS);
    tcase_add_loop_test(tc, no_cut_of_a_long_text_is_noticed, 0, ISAS);
    tcase_add_loop_test(tc, a_token_may_lie_anywhere_in_a_block, 0, TOKENS);
    tcase_add_loop_test(tc, nothing_around_the_text_is_read, 0, ISAS);
    tcase_add_loop_test(tc, tokens_and_gaps_may_be_longer_than_a_strip, 0, ISAS);
    tcase_add_loop_test(tc, places_of_values_are_known_in_strips, 0, ISAS);
    suite_add_tcase(suite, tc);
    return suite;
}
