/* SPDX-License-Identifier: MIT */
/* What the index needs but for its loop: where it begins and ends, and comments. */
#include "config.h"

#include "table/index.h"

#include "base/isa.h"

#include <string.h>

const struct prong_index_kernel *prong_index_kernel_choose(void)
{
#ifdef PRONG_HAVE_AVX2
    __builtin_cpu_init();
    if (prong_isa() != PRONG_ISA_PORTABLE && __builtin_cpu_supports("pclmul") &&
        __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi"))
        return &prong_index_avx2;
#endif
    return &prong_index_portable;
}

void prong_index_begin(struct prong_index *index, const struct prong_dialect *dialect, const char *base, char before,
                       enum prong_inside inside)
{
    bool plain = inside == PRONG_INSIDE_PLAIN, quote = dialect->quote && before == dialect->quote;
    bool blank = dialect->delimiter == ' ' && (before == '\t' || before == '\r');

    index->dialect = *dialect;
    index->base = base;
    index->at = index->n = index->row_count = 0;
    index->stray = UINT32_MAX;
    index->inside = inside == PRONG_INSIDE_QUOTES ? UINT64_MAX : 0;
    index->separator = plain && (before == dialect->delimiter || before == '\n' || blank);
    index->quote = plain && quote;
    index->closed = index->quote;
    index->returned = 0; /* before a chunk it is the business of the chunk with the row's front */
    index->newline = before == '\n';
    index->comment = inside == PRONG_INSIDE_COMMENT;
}

void prong_index_finish(struct prong_index *index, uint32_t begin)
{
    if (index->at == begin)
        return;
    if (index->dialect.delimiter != ' ' || !index->separator)
        index->ends[index->n++] = index->at;
    index->rows[index->row_count++] = (struct prong_row_end){ index->at, index->n };
}

uint64_t prong_index_uncomment(struct prong_index *index, uint64_t quotes, uint64_t newlines, uint64_t marks, unsigned bytes)
{
    uint64_t starts = marks & (newlines << 1 | index->newline);
    bool inside = index->inside != 0;

    index->newline = newlines >> (bytes - 1) & 1;
    if (!starts && !index->comment)
        return quotes;
    for (uint64_t left = quotes | newlines | starts; left; left &= left - 1) {
        uint64_t bit = left & -left;
        if (index->comment && (newlines & bit))
            index->comment = false;
        else if (index->comment)
            quotes &= ~bit;
        else if (quotes & bit)
            inside = !inside;
        else if ((starts & bit) && !inside)
            index->comment = true;
    }
    return quotes;
}

/* The next c in [at, end), or end. */
static const char *next(const char *at, const char *end, char c)
{
    const char *found = at < end ? memchr(at, c, (size_t)(end - at)) : NULL;

    return found ? found : end;
}

/* The same line by line, where there may be comments. */
static enum prong_inside follow(const struct prong_dialect *d, char before, const char *at, const char *end,
                                enum prong_inside inside)
{
    bool front = before == '\n'; /* of a line */

    while (at < end) {
        if (inside == PRONG_INSIDE_PLAIN && front && *at == d->comment)
            inside = PRONG_INSIDE_COMMENT;
        if (inside == PRONG_INSIDE_PLAIN) {
            const char *line = next(at, end, '\n'), *quote = next(at, line, d->quote);
            front = quote == line;
            at = quote == end ? end : quote + 1;
            inside = front ? PRONG_INSIDE_PLAIN : PRONG_INSIDE_QUOTES;
            continue;
        }
        at = next(at, end, inside == PRONG_INSIDE_QUOTES ? d->quote : '\n');
        if (at == end)
            return inside;
        front = *at++ == '\n';
        inside = PRONG_INSIDE_PLAIN;
    }
    return inside;
}

void prong_index_follow(const struct prong_dialect *dialect, char before, const char *data, size_t size,
                        unsigned char after[PRONG_INSIDES], unsigned char *any)
{
    size_t quotes = dialect->quote ? prong_index_kernel_choose()->count(data, size, dialect->quote) : 0;

    *any = quotes > 0;
    if (dialect->comment && dialect->quote) {
        for (int k = 0; k < PRONG_INSIDES; k++)
            after[k] = (unsigned char)follow(dialect, before, data, data + size, (enum prong_inside)k);
        return;
    }
    after[PRONG_INSIDE_PLAIN] = quotes % 2 ? PRONG_INSIDE_QUOTES : PRONG_INSIDE_PLAIN;
    after[PRONG_INSIDE_QUOTES] = quotes % 2 ? PRONG_INSIDE_PLAIN : PRONG_INSIDE_QUOTES;
    after[PRONG_INSIDE_COMMENT] = PRONG_INSIDE_COMMENT;
}
