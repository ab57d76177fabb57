/* SPDX-License-Identifier: MIT */
/* Numbers from a chunk of text. Chunks are cut at fixed bytes, so a cut may fall inside a number: it belongs to
 * the chunk in which it starts, is read to its end there, and is skipped by the next chunk. Newlines are counted
 * on the way, so that the caller can add them up to line numbers without reading anything twice. */
#include "config.h"

#include "array/number_front.h"
#include "array/strip.h"

#include <stdio.h>
#include <string.h>

/* The six bytes that C calls white space in every locale. */
static const bool blank[256] = {
    [' '] = true, ['\t'] = true, ['\n'] = true, ['\v'] = true, ['\f'] = true, ['\r'] = true
};

bool prong_text_is_blank(unsigned char c)
{
    return blank[c];
}

static inline bool is_blank(const char *at)
{
    return blank[(unsigned char)*at];
}

static void first_call(struct prong_text_reader *r)
{
    r->at = r->begin;
    if (r->continues)
        while (r->at < r->end && !is_blank(r->at))
            r->at++;
    r->newlines = 0;
    r->tail = (uint64_t)(r->at - r->begin);
}

/* The end of the token at at: the next blank or limit, but at most one byte more than the longest number. */
static const char *token_end(const char *at, const char *limit)
{
    if (limit - at > PRONG_MAX_TOKEN + 1)
        limit = at + PRONG_MAX_TOKEN + 1;
    while (at < limit && !is_blank(at))
        at++;
    return at;
}

static void set_bad(struct prong_text_reader *r, const char *token, const char *end, const char *line)
{
    size_t length = (size_t)(end - token);
    size_t shown = length < sizeof r->bad_token ? length : sizeof r->bad_token - 4;

    for (size_t i = 0; i < shown; i++)
        r->bad_token[i] = token[i] > 0x20 && token[i] < 0x7f ? token[i] : '?';
    memcpy(r->bad_token + shown, "...", 4);
    if (shown == length)
        r->bad_token[shown] = '\0';
    r->bad = true;
    r->bad_line = r->newlines;
    r->bad_column = (uint64_t)(token - line);
    r->bad_why = length > PRONG_MAX_TOKEN ? "number too long" : r->notation ? prong_notation_refusal(r->notation) : NULL;
}

static bool is_number(const struct prong_text_reader *r, const char *token, size_t length, double *value)
{
    return r->notation ? prong_notation_number(r->notation, token, length, value) : prong_text_number(token, length, value);
}

/* The slow way for one token; *end is behind it. False: bad. */
static bool read_token(struct prong_text_reader *r, const char *token, const char *line, double *value,
                       const char **end)
{
    *end = token_end(token, r->limit);
    if (*end - token <= PRONG_MAX_TOKEN && is_number(r, token, (size_t)(*end - token), value))
        return true;
    set_bad(r, token, *end, line);
    return false;
}

/* Reads strips as far as that goes, and says so where it would better not be tried again in this call. */
static size_t read_strips(const struct prong_strip_kernel **strips, struct prong_text_reader *r, const char **at,
                          const char **line, const char *limit, double *out, const char **where, size_t cap)
{
    struct prong_strip_text text = { *at, *line, r->newlines, r->begin, limit, r->end, false };
    size_t n = (*strips)->read(&text, out, where, cap);

    *at = text.at;
    *line = text.line;
    r->newlines = text.newlines;
    if (text.odd)
        *strips = NULL;
    return n;
}

/* Compiled once for the plain notation and once for the others, which know the slow way only. */
static inline __attribute__((always_inline)) size_t read_numbers(struct prong_text_reader *r, double *out, const char **where,
                                                                 size_t cap, const bool plain)
{
    const struct prong_power *powers = prong_powers_for((size_t)(r->end - r->begin));
    const struct prong_strip_kernel *strips = plain && powers ? prong_strip_choose() : NULL; /* they want powers, too */
    const char *at, *line, *end, *limit = r->limit;
    size_t n = 0;

    if (!r->at)
        first_call(r);
    if (r->bad || r->at >= r->end)
        return 0;
    if (limit - r->end > PRONG_MAX_TOKEN) /* one endless number must not make every call read the whole file */
        limit = r->end + PRONG_MAX_TOKEN;
    at = r->at;
    line = at - r->tail;
    while (n < cap) {
        if (strips && limit - at >= 64 && at - r->begin >= PRONG_STRIP_FRONT)
            n += read_strips(&strips, r, &at, &line, limit, out + n, where ? where + n : NULL, cap - n);
        if (n == cap)
            break;
        for (; at < r->end && is_blank(at); at++) {
            if (*at == '\n') {
                r->newlines++;
                line = at + 1;
            }
        }
        if (at >= r->end)
            break;
        if (!(plain && number_front(at, limit, powers, &out[n], &end) && (end == limit || is_blank(end)) &&
              end - at <= PRONG_MAX_TOKEN) &&
            !read_token(r, at, line, &out[n], &end))
            break;
        if (where)
            where[n] = at;
        n++;
        at = end;
    }
    r->at = at;
    r->tail = (uint64_t)((at < r->end ? at : r->end) - line);
    return n;
}

size_t prong_text_read(struct prong_text_reader *r, double *out, const char **where, size_t cap)
{
    return r->notation ? read_numbers(r, out, where, cap, false) : read_numbers(r, out, where, cap, true);
}

void prong_text_place(const struct prong_text_reader *r, const char *place, uint64_t *line, uint64_t *column)
{
    const char *from = r->begin;
    const char *newline;

    *line = 0;
    while (from < place && (newline = memchr(from, '\n', (size_t)(place - from))) != NULL) {
        ++*line;
        from = newline + 1;
    }
    *column = (uint64_t)(place - from);
}
