/* SPDX-License-Identifier: MIT */
/* Values as text: what is printed reads back to the very same value, and is as short as that allows. */
#include "config.h"

#include "reduce/value.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits that always suffice to read a value of the format back. */
static int enough_digits(prong_format format)
{
    switch (format) {
    case PRONG_FORMAT_F32:
        return 9;
    case PRONG_FORMAT_F16:
        return 5;
    case PRONG_FORMAT_BF16:
        return 4;
    default:
        return 17;
    }
}

/* The decimal point of the thread's locale, which printf and strtod use, becomes a dot. */
static void plain_point(char *text)
{
    const struct lconv *locale = localeconv();
    size_t length = strlen(locale->decimal_point);
    char *point;

    if (length == 0 || strcmp(locale->decimal_point, ".") == 0)
        return;
    point = strstr(text, locale->decimal_point);
    if (!point)
        return;
    *point = '.';
    memmove(point + 1, point + length, strlen(point + length) + 1);
}

static bool reads_back(const char *text, double x, prong_format format)
{
    return prong_exact_round(strtod(text, NULL), format) == x;
}

/* Adds a unit to the last digit before the exponent. False if all were 9: fewer digits say the same. */
static bool next_up(char *text)
{
    for (char *c = strchr(text, 'e'); c > text; c--) {
        if (c[-1] < '0' || c[-1] > '9')
            continue;
        if (c[-1] != '9') {
            c[-1]++;
            return true;
        }
        c[-1] = '0';
    }
    return false;
}

/* Digits to begin with, less one. A decimal of at most DBL_DIG digits that reads as x is what x rounds to at DBL_DIG digits, but
 * for zeros at its end: so if those do not read back, no fewer do, and if they do, fewer need not be tried. */
static int first_precision(double x, prong_format format)
{
    return format == PRONG_FORMAT_F64 && x >= DBL_MIN ? DBL_DIG - 1 : 0;
}

/* Significant digits (no point) and the decimal exponent of the first one. */
static int shortest(double x, prong_format format, char digits[24])
{
    char text[40];

    for (int precision = first_precision(x, format);; precision++) {
        int ignored;
        snprintf(text, sizeof text, "%.*e", precision, x);
        if (precision + 1 == enough_digits(format) || reads_back(text, x, format))
            break;
        /* Below a power of two numbers are closer together than above: where the nearest decimal, below, is too far,
         * the next one above may do. */
        if (frexp(x, &ignored) == 0.5 && next_up(text) && reads_back(text, x, format))
            break;
    }
    plain_point(text);
    char *e = strchr(text, 'e');
    size_t n = 0;
    for (const char *c = text; c < e; c++)
        if (*c >= '0' && *c <= '9')
            digits[n++] = *c;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    return (int)strtol(e + 1, NULL, 10);
}

static void double_text(double x, prong_format format, char text[48])
{
    char digits[24];
    int exponent, n;

    if (isnan(x) || isinf(x)) {
        snprintf(text, 48, "%s", isnan(x) ? "nan" : x < 0 ? "-inf" : "inf");
        return;
    }
    if (x == 0) {
        snprintf(text, 48, signbit(x) ? "-0" : "0");
        return;
    }
    if (x < 0)
        *text++ = '-';
    exponent = shortest(fabs(x), format, digits);
    n = (int)strlen(digits);
    if (exponent < -4 || exponent >= 16)
        snprintf(text, 47, "%c%s%se%+03d", digits[0], n > 1 ? "." : "", digits + 1, exponent);
    else if (exponent < 0)
        snprintf(text, 47, "0.%.*s%s", -exponent - 1, "000", digits);
    else if (exponent >= n - 1)
        snprintf(text, 47, "%s%.*s", digits, exponent - n + 1, "000000000000000");
    else
        snprintf(text, 47, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
}

static void integer_text(int64_t high, uint64_t low, char text[48])
{
    bool negative = high < 0;
    unsigned __int128 magnitude = (unsigned __int128)(uint64_t)high << 64 | low;
    char digits[48];
    size_t n = 0, at = 0;

    if (negative)
        magnitude = -magnitude;
    do
        digits[n++] = (char)('0' + (int)(magnitude % 10));
    while (magnitude /= 10);
    if (negative)
        text[at++] = '-';
    while (n)
        text[at++] = digits[--n];
    text[at] = '\0';
}

static size_t scalar_string(const prong_value *value, char text[48])
{
    if (value->kind == PRONG_KIND_F64)
        double_text(value->f64, value->format, text);
    else if (value->kind == PRONG_KIND_INT)
        integer_text(value->high, value->low, text);
    else
        snprintf(text, 48, "%s", value->low ? "true" : "false");
    return strlen(text);
}

/* Copies what of text fits; returns where the next would stand. */
static size_t append(char *buf, size_t size, size_t at, const char *text, size_t length)
{
    if (at < size)
        memcpy(buf + at, text, length < size - at ? length : size - at);
    return at + length;
}

size_t prong_value_string(const prong_value *value, char *buf, size_t size)
{
    bool list = value->kind == PRONG_KIND_ARRAY || value->kind == PRONG_KIND_HISTOGRAM;
    size_t items = list ? value->count : 1, at = 0;
    char text[48];

    for (size_t i = 0; i < items; i++) {
        prong_value item = prong_value_item(value, i);
        if (i)
            at = append(buf, size, at, ",", 1);
        at = append(buf, size, at, text, scalar_string(&item, text));
    }
    if (size)
        buf[at < size ? at : size - 1] = '\0';
    return at;
}
