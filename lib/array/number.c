/* SPDX-License-Identifier: MIT */
/* From characters to the nearest double, ties to even, whatever the locale.
 *
 * Three ways, each of which knows when it cannot be trusted and hands over to the next:
 *   1. up to 19 digits w and a small power of ten: w and 10^|q| are doubles, so one multiplication or division
 *      rounds once (W. Clinger, "How to read floating point numbers accurately", 1990);
 *   2. w times the first 128 bits of 5^q: nearly always enough to know the rounding (D. Lemire, "Number parsing at
 *      a gigabyte per second", 2021, after M. Eisel);
 *   3. strtod in the C locale, for the rest: halfway cases of many digits, subnormals, overflow, hexadecimal. */
#include "config.h"

#include "array/number_front.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

bool prong_number_front(const char *at, const char *limit, const struct prong_power *powers, double *value,
                        const char **end)
{
    return number_front(at, limit, powers, value, end);
}

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* kept for the life of the process */
}

/* strtod of the whole token, which needs a NUL behind it. */
static bool by_strtod(const char *token, size_t length, double *value)
{
    char small[256];
    char *copy = length < sizeof small ? small : malloc(length + 1);
    char *end;
    int saved = errno;
    bool whole;

    pthread_once(&c_locale_once, make_c_locale);
    if (!copy || c_locale == (locale_t)0) {
        if (copy != small)
            free(copy);
        return false;
    }
    memcpy(copy, token, length);
    copy[length] = '\0';
    *value = strtod_l(copy, &end, c_locale);
    whole = end == copy + length;
    if (copy != small)
        free(copy);
    errno = saved;
    return whole;
}

/* Is it word, in any case? */
static bool is_word(const char *at, size_t length, const char *word)
{
    if (strlen(word) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((at[i] | 0x20) != word[i])
            return false;
    return true;
}

bool prong_text_number(const char *token, size_t length, double *value)
{
    const char *limit = token + length, *end, *at = token;
    bool negative;
    struct decimal d;

    if (length == 0)
        return false;
    if (prong_number_front(token, limit, prong_powers(), value, &end) && end == limit)
        return true;
    negative = *at == '-';
    at += *at == '-' || *at == '+';
    length = (size_t)(limit - at);
    if (is_word(at, length, "nan")) {
        *value = negative ? -(double)NAN : (double)NAN;
        return true;
    }
    if (is_word(at, length, "inf") || is_word(at, length, "infinity")) {
        *value = negative ? -(double)INFINITY : (double)INFINITY;
        return true;
    }
    /* strtod takes more than we do (leading blanks, nan(…)), so the front is checked; it checks the rest. */
    if (length > 2 && at[0] == '0' && (at[1] | 0x20) == 'x')
        return memchr(at, '\0', length) == NULL && by_strtod(token, (size_t)(limit - token), value);
    return take_decimal(at, limit, &d) == limit && by_strtod(token, (size_t)(limit - token), value);
}
