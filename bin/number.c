/* SPDX-License-Identifier: MIT */
/* Numbers as text: the fewest digits that read back, or what --format or --round says of floating-point values. How numbers are
 * written is one decision for a whole run, so it is kept here and not handed through every function that writes one.
 *
 * Rounding is printf's, which rounds the exact value of the double once, half to even; never a product by a power of ten. */
#include "cli.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = 1000, TEXT = 2048 }; /* TEXT: 309 digits before the point, so many behind it, commas, sign */

static struct {
    bool given;
    char before[128], after[128]; /* what stands around the number */
    char flags[8];                /* without ' and -, which are done here */
    bool commas, left;
    int width, precision; /* precision: -1 for none */
    char conversion;
} how;

static int refuse(const char *text, const char *at, const char *why)
{
    if (*at)
        cli_usage("--format: '%s': %s, at character %zu: '%s'", text, why, (size_t)(at - text) + 1, at);
    else
        cli_usage("--format: '%s': %s, at its end", text, why);
    return -1;
}

/* Digits at *at; false: they are more than MOST_DIGITS. */
static bool take_digits(const char **at, int *value)
{
    for (*value = 0; isdigit((unsigned char)**at); ++*at)
        if ((*value = *value * 10 + (**at - '0')) > MOST_DIGITS)
            return false;
    return true;
}

/* Text around the conversion, up to its %; a doubled one is text. NULL: it is too long. */
static const char *take_text(const char *at, char *to, size_t room)
{
    size_t n = 0;

    for (; *at && !(at[0] == '%' && at[1] != '%'); at++) {
        if (n + 1 == room)
            return NULL;
        at += *at == '%';
        to[n++] = *at;
    }
    to[n] = '\0';
    return at;
}

/* From the % on; *at is then behind the conversion. */
static int take_conversion(const char *text, const char **at)
{
    size_t flags = 0;

    for (++*at; **at && strchr("-+ #0'", **at); ++*at) {
        if (**at == '-')
            how.left = true;
        else if (**at == '\'')
            how.commas = true;
        else if (!memchr(how.flags, **at, flags))
            how.flags[flags++] = **at;
    }
    how.flags[flags] = '\0';
    if (!take_digits(at, &how.width))
        return refuse(text, *at, "a width of more than 1000");
    how.precision = -1;
    if (**at == '.') {
        ++*at;
        if (!take_digits(at, &how.precision))
            return refuse(text, *at, "a precision of more than 1000");
    }
    if (!**at)
        return refuse(text, *at, "the conversion is not complete: one of e, f, g, a or their capitals ends it");
    if (!strchr("efgaEFGA", **at))
        return refuse(text, *at, "no conversion for floating-point values, which e, f, g, a and their capitals are");
    how.conversion = *(*at)++;
    return 0;
}

int number_format(const char *text)
{
    const char *at = take_text(text, how.before, sizeof how.before);

    if (at && !*at)
        return refuse(text, at, "there is no conversion, as %.3f is");
    if (at && take_conversion(text, &at) == -1)
        return -1;
    if (at)
        at = take_text(at, how.after, sizeof how.after);
    if (!at)
        return refuse(text, text, "too much text around the conversion");
    if (*at)
        return refuse(text, at, "a second conversion (a % in text is written %%)");
    how.given = true;
    return 0;
}

int number_round(const char *text)
{
    uint64_t digits;

    if (cli_whole("round", text, MOST_DIGITS, &digits) == -1)
        return -1;
    how.given = true;
    how.precision = (int)digits;
    how.conversion = 'f';
    return 0;
}

/* The bare number by printf, which gets a conversion made of parts that were checked. */
static void convert(char *text, double x)
{
    char conversion[24];

    snprintf(conversion, sizeof conversion, "%%%s%s%c", how.flags,
             how.precision < 0 ? "" : ".*", how.conversion);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (how.precision < 0)
        snprintf(text, TEXT, conversion, x);
    else
        snprintf(text, TEXT, conversion, how.precision, x);
#pragma GCC diagnostic pop
}

/* Commas between groups of three digits of the whole part: ' in a locale that has them, and this command is in none. */
static void put_commas(char *text)
{
    size_t first = strcspn(text, "0123456789"), digits = strspn(text + first, "0123456789"), commas;

    if (digits < 4 || memchr("aA", how.conversion, 2))
        return;
    commas = (digits - 1) / 3;
    memmove(text + first + digits + commas, text + first + digits, strlen(text + first + digits) + 1);
    for (size_t i = 0; i < digits; i++) {
        size_t from = first + digits - 1 - i;
        text[from + commas - i / 3] = text[from];
        if (i % 3 == 2 && i + 1 < digits)
            text[from + commas - i / 3 - 1] = ',';
    }
}

/* To the width: blanks, or zeros between sign and digits. */
static void pad(char *text, bool zeros)
{
    size_t length = strlen(text), missing = length < (size_t)how.width ? (size_t)how.width - length : 0;
    size_t at = how.left ? length : zeros ? strspn(text, "+- ") : 0;

    if (zeros && !how.left && memchr("aA", how.conversion, 2))
        at += 2; /* behind 0x */
    memmove(text + at + missing, text + at, length - at + 1);
    memset(text + at, zeros && !how.left ? '0' : ' ', missing);
}

static void double_text(double x, char text[TEXT])
{
    convert(text, isnan(x) ? fabs(x) : x);
    if (how.commas && isfinite(x))
        put_commas(text);
    pad(text, isfinite(x) && strchr(how.flags, '0'));
}

/* A scalar; true: text is of --format or --round. */
static bool scalar_text(const prong_value *value, char text[TEXT])
{
    bool mine = how.given && value->kind == PRONG_KIND_F64;

    if (mine)
        double_text(value->f64, text);
    else
        prong_value_string(value, text, TEXT);
    return mine;
}

static void put_scalar(FILE *out, const prong_value *value)
{
    char text[TEXT];
    bool mine = scalar_text(value, text);

    fprintf(out, "%s%s%s", mine ? how.before : "", text, mine ? how.after : "");
}

void output_value(FILE *out, const prong_value *value)
{
    size_t n = value->kind == PRONG_KIND_ARRAY ? value->count : 1;

    for (size_t i = 0; i < n; i++) {
        prong_value item = prong_value_item(value, i);
        if (i)
            fputc(',', out);
        put_scalar(out, &item);
    }
}

/* JSON's numbers are narrower than printf's: no +, no leading zeros, digits on both sides of the point. */
static bool is_json_number(const char *text)
{
    size_t digits;

    text += *text == '-';
    digits = strspn(text, "0123456789");
    if (digits == 0 || (*text == '0' && digits > 1))
        return false;
    text += digits;
    if (*text == '.') {
        digits = strspn(++text, "0123456789");
        if (digits == 0)
            return false;
        text += digits;
    }
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        digits = strspn(text, "0123456789");
        if (digits == 0)
            return false;
        text += digits;
    }
    return !*text;
}

/* JSON has no NaN and no infinities: they are strings, as is what --format makes of a number that is none for JSON. */
static void json_scalar(FILE *out, const prong_value *value)
{
    char *text = NULL;
    size_t size = 0;
    FILE *copy = value->kind == PRONG_KIND_F64 ? open_memstream(&text, &size) : NULL;

    if (!copy) {
        put_scalar(out, value);
        return;
    }
    put_scalar(copy, value);
    if (fclose(copy) == 0 && is_json_number(text))
        fputs(text, out);
    else
        output_json_string(out, text ? text : "");
    free(text);
}

void output_json_value(FILE *out, const prong_value *value)
{
    if (value->kind == PRONG_KIND_HISTOGRAM) {
        hist_json(out, value);
        return;
    }
    if (value->kind != PRONG_KIND_ARRAY) {
        json_scalar(out, value);
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        prong_value item = prong_value_item(value, i);
        fputc(i ? ',' : '[', out);
        json_scalar(out, &item);
    }
    fputs(value->count ? "]" : "[]", out);
}
