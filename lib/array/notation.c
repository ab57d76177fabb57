/* SPDX-License-Identifier: MIT */
/* Numbers with groups of digits or a decimal comma are written down again as programs write them, and read by the one parser.
 *
 * Only groups of exactly three digits, behind a first one of one to three, are taken, all separated by the same character: so
 * 1,5 or 12,34 is not silently 15 or 1234. */
#include "config.h"

#include "array/notation.h"

#include "array/array.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

prong_status prong_notation_take(struct prong_notation *notation, int thousands, int decimal, prong_error *err)
{
    if (thousands != 0 && thousands != 1)
        return prong_fail(err, PRONG_EINVAL, "thousands is 0 or 1");
    if (decimal != 0 && decimal != '.' && decimal != ',')
        return prong_fail(err, PRONG_EINVAL, "the decimal mark is a point or a comma");
    *notation = (struct prong_notation){ thousands == 1, decimal == ',' };
    return PRONG_OK;
}

const char *prong_notation_refusal(const struct prong_notation *notation)
{
    if (notation->thousands && notation->comma)
        return "not a number (with a decimal comma, and . or _ between groups of three digits)";
    return notation->comma ? "not a number (with a decimal comma)"
                           : "not a number (with , or _ between groups of three digits)";
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Copies the digits before the decimal mark, without what separates their groups; returns how many bytes that were. The
 * separators must be as they should: false in *good. */
static size_t take_whole(const struct prong_notation *notation, const char *at, size_t length, char **to, bool *good)
{
    char separator = '\0', other = notation->comma ? '.' : ',';
    size_t i = 0, group = 0;

    for (*good = true; i < length; i++) {
        if (is_digit(at[i])) {
            *(*to)++ = at[i];
            group++;
            continue;
        }
        if (!notation->thousands || (at[i] != '_' && at[i] != other))
            break;
        if (separator ? at[i] != separator || group != 3 : group < 1 || group > 3)
            *good = false;
        separator = at[i];
        group = 0;
    }
    if (separator && group != 3)
        *good = false;
    return i;
}

/* The same number as programs write it; its length, or 0: it is none. to has place for length bytes. */
static size_t rewrite(const struct prong_notation *notation, const char *token, size_t length, char *to)
{
    char *begin = to;
    size_t at = 0;
    bool good;

    if (length > 0 && (*token == '-' || *token == '+'))
        *to++ = token[at++];
    at += take_whole(notation, token + at, length - at, &to, &good);
    if (!good)
        return 0;
    if (notation->comma) {
        if (memchr(token + at, '.', length - at))
            return 0;
        if (at < length && token[at] == ',') {
            *to++ = '.';
            at++;
        }
    }
    memcpy(to, token + at, length - at);
    return (size_t)(to - begin) + length - at;
}

bool prong_notation_number(const struct prong_notation *notation, const char *token, size_t length, double *value)
{
    char small[256];
    char *copy = length <= sizeof small ? small : malloc(length);
    bool is_number = false;

    if (copy) {
        size_t written = rewrite(notation, token, length, copy);
        is_number = written > 0 && prong_text_number(copy, written, value);
    }
    if (copy != small)
        free(copy);
    return is_number;
}
