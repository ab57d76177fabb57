/* SPDX-License-Identifier: MIT */
/* Reading .npy headers (versions 1 to 3): the magic, a length, and a Python dict literal with exactly the keys
 * descr, fortran_order and shape. Files come from anywhere, so nothing in the header is believed before it is
 * checked; the grammar is that of numpy's writer with any blanks, either quote and any order of keys.
 *
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
#include "config.h"

#include "array/npy.h"

#include "array/dtype.h"
#include "base/error.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const unsigned char magic[PRONG_NPY_MAGIC] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };

bool prong_npy_magic(const unsigned char *bytes, size_t length)
{
    return memcmp(bytes, magic, length < sizeof magic ? length : sizeof magic) == 0;
}

prong_status prong_npy_need(const unsigned char *bytes, size_t length, size_t *need, prong_error *err)
{
    size_t prefix, text;

    if (length < 8) {
        *need = 8;
        return PRONG_OK;
    }
    if (bytes[6] < 1 || bytes[6] > 3)
        return prong_fail(err, PRONG_EDATA, "unsupported .npy version %d.%d; versions 1 to 3 can be read",
                          bytes[6], bytes[7]);
    prefix = bytes[6] == 1 ? 10 : 12;
    if (length < prefix) {
        *need = prefix;
        return PRONG_OK;
    }
    text = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (prefix == 12)
        text |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (text > PRONG_NPY_MAX_HEADER)
        return prong_fail(err, PRONG_EDATA, "damaged .npy header: it claims to be %zu bytes long, more than %d",
                          text, (int)PRONG_NPY_MAX_HEADER);
    *need = prefix + text;
    return PRONG_OK;
}

struct cursor {
    const char *at;
    const char *end;
    const char *wrong; /* what was met, once something is wrong; NULL until then */
};

enum { WORD = 64 }; /* room for a key or a descr: longer ones are cut, and then unknown */

static void skip_blanks(struct cursor *c)
{
    while (c->at < c->end && strchr(" \t\r\n\v\f", *c->at) && *c->at != '\0')
        c->at++;
}

/* The next byte that is no blank, or 0 at the end. */
static char peek(struct cursor *c)
{
    skip_blanks(c);
    return c->at < c->end ? *c->at : '\0';
}

static bool take(struct cursor *c, char wanted)
{
    if (peek(c) != wanted || c->at == c->end)
        return false;
    c->at++;
    return true;
}

static bool expect(struct cursor *c, char wanted, const char *wrong)
{
    if (take(c, wanted))
        return true;
    c->wrong = wrong;
    return false;
}

/* A Python string in either quote. Bytes that could not be printed in a message are replaced. */
static bool take_string(struct cursor *c, char word[WORD])
{
    char quote = peek(c);
    size_t length = 0;

    if (quote != '\'' && quote != '"') {
        c->wrong = "a quoted string is missing";
        return false;
    }
    for (c->at++; c->at < c->end && *c->at != quote; c->at++)
        if (length < WORD - 1)
            word[length++] = isprint((unsigned char)*c->at) ? *c->at : '?';
    word[length] = '\0';
    return expect(c, quote, "a string does not end");
}

/* A bare word: True, False. */
static bool take_word(struct cursor *c, const char *wanted)
{
    size_t length = strlen(wanted);

    skip_blanks(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, wanted, length) != 0)
        return false;
    c->at += length;
    return true;
}

static bool take_dimension(struct cursor *c, uint64_t *value)
{
    char first = peek(c);

    *value = 0;
    if (first == '-') {
        c->wrong = "a dimension is negative";
        return false;
    }
    if (!isdigit((unsigned char)first)) {
        c->wrong = "a dimension is not a whole number";
        return false;
    }
    for (; c->at < c->end && isdigit((unsigned char)*c->at); c->at++) {
        if (__builtin_mul_overflow(*value, (uint64_t)10, value) ||
            __builtin_add_overflow(*value, (uint64_t)(*c->at - '0'), value)) {
            c->wrong = "a dimension is too large";
            return false;
        }
    }
    if (c->at < c->end && *c->at == 'L') /* written by Python 2 */
        c->at++;
    return true;
}

static bool take_shape(struct cursor *c, struct prong_npy *npy)
{
    npy->ndim = 0;
    if (!expect(c, '(', "shape is not a tuple"))
        return false;
    while (!take(c, ')')) {
        if (npy->ndim == PRONG_MAX_DIMS) {
            c->wrong = "it has more than 64 dimensions";
            return false;
        }
        if (!take_dimension(c, &npy->shape[npy->ndim]))
            return false;
        npy->ndim++;
        if (take(c, ','))
            continue;
        /* (3) is a number in Python, and not a tuple */
        return expect(c, ')', "shape does not end") &&
               (npy->ndim > 1 || (c->wrong = "shape is not a tuple", false));
    }
    return true;
}

/* Why a type that numpy knows cannot be reduced. */
static prong_status refuse_descr(const char *descr, prong_error *err)
{
    const char *kind = descr + strspn(descr, "<>=|");
    const char *what = *kind == 'c'                   ? "complex numbers"
                       : *kind == 'S' || *kind == 'a' ? "byte strings"
                       : *kind == 'U'                 ? "strings"
                       : *kind == 'O'                 ? "Python objects"
                       : *kind == 'M'                 ? "dates"
                       : *kind == 'm'                 ? "time spans"
                       : *kind == 'V'                 ? "untyped bytes"
                       : *kind == 'f'                 ? "extended precision"
                                                      : "unknown to prong";

    return prong_fail(err, PRONG_EDATA,
                      "unsupported dtype '%s' (%s); save it as one of bool, int8 … uint64, float16 … "
                      "float64, or say --dtype and --offset to read its bytes as another type",
                      descr, what);
}

enum { DESCR = 1, FORTRAN_ORDER = 2, SHAPE = 4, ALL = 7 };

/* One "key: value". Returns the key's bit, 0 with c->wrong set. descr is "" for a structured dtype. */
static int take_pair(struct cursor *c, struct prong_npy *npy, char descr[WORD])
{
    char key[WORD];

    if (!take_string(c, key) || !expect(c, ':', "a ':' is missing"))
        return 0;
    if (strcmp(key, "descr") == 0) {
        if (peek(c) == '[') {
            descr[0] = '\0';
            c->at = c->end; /* its grammar does not matter: it is refused anyway */
            return DESCR;
        }
        return take_string(c, descr) ? DESCR : 0;
    }
    if (strcmp(key, "fortran_order") == 0) {
        npy->fortran = take_word(c, "True");
        if (npy->fortran || take_word(c, "False"))
            return FORTRAN_ORDER;
        c->wrong = "fortran_order is neither True nor False";
        return 0;
    }
    if (strcmp(key, "shape") == 0)
        return take_shape(c, npy) ? SHAPE : 0;
    c->wrong = "it has a key other than descr, fortran_order and shape";
    return 0;
}

static bool take_dict(struct cursor *c, struct prong_npy *npy, char descr[WORD])
{
    int seen = 0;

    if (!expect(c, '{', "it does not begin with '{'"))
        return false;
    while (!take(c, '}')) {
        int key = take_pair(c, npy, descr);
        if (!key)
            return false;
        if (key == DESCR && descr[0] == '\0')
            return true;
        if (seen & key) {
            c->wrong = "a key occurs twice";
            return false;
        }
        seen |= key;
        if (!take(c, ',') && peek(c) != '}') {
            c->wrong = "a ',' or '}' is missing";
            return false;
        }
    }
    if (peek(c) != '\0' || c->at != c->end)
        c->wrong = "something follows the '}'";
    else if (seen != ALL)
        c->wrong = !(seen & DESCR)   ? "descr is missing"
                   : !(seen & SHAPE) ? "shape is missing"
                                     : "fortran_order is missing";
    return !c->wrong;
}

/* The number of elements and bytes. A zero among the dimensions makes it 0, however large the others are. */
static bool measure(struct prong_npy *npy)
{
    npy->count = 1;
    for (int i = 0; i < npy->ndim; i++)
        if (npy->shape[i] == 0)
            npy->count = 0;
    for (int i = 0; i < npy->ndim && npy->count > 0; i++)
        if (__builtin_mul_overflow(npy->count, npy->shape[i], &npy->count))
            return false;
    return !__builtin_mul_overflow(npy->count, (uint64_t)prong_dtype_size(npy->dtype), &npy->bytes) &&
           npy->bytes <= INT64_MAX;
}

prong_status prong_npy_parse(const unsigned char *bytes, size_t length, struct prong_npy *npy, prong_error *err)
{
    size_t prefix = bytes[6] == 1 ? 10 : 12;
    struct cursor c = { (const char *)bytes + prefix, (const char *)bytes + length, NULL };
    char descr[WORD] = "";

    memset(npy, 0, sizeof *npy);
    if (!take_dict(&c, npy, descr))
        return prong_fail(err, PRONG_EDATA, "damaged .npy header: %s", c.wrong);
    if (descr[0] == '\0')
        return prong_fail(err, PRONG_EDATA,
                          "unsupported dtype: records of several fields; save one field at a time");
    if (!prong_dtype_from_numpy(descr, &npy->dtype, &npy->swapped))
        return refuse_descr(descr, err);
    if (!measure(npy))
        return prong_fail(err, PRONG_EDATA,
                          "damaged .npy header: its shape means more bytes than a file can have");
    return PRONG_OK;
}
