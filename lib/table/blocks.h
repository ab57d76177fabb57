/* SPDX-License-Identifier: MIT */
/* The loop of index.h, included once for each instruction set. The including file defines
 *
 *     INDEX, COUNT   the functions' names
 *     EQUAL(at, c)   a word whose bit i says whether at[i] is c, for 64 bytes at any address
 *
 * and may define PARITY, below, where there is an instruction for it. */

#include "table/index.h"

#include <string.h>

/* Bit i of the result is the parity of bits 0 … i. */
#ifndef PARITY
#define PARITY(bits) parity_of(bits)
static inline uint64_t parity_of(uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}
#endif

static inline uint64_t lowest(uint64_t bits)
{
    return bits & -bits;
}

/* Writes the places of the bits: eight at a time, since most blocks have about so many; what is too much is overwritten. */
static inline void put_ends(struct prong_index *index, uint32_t base, uint64_t bits)
{
    uint32_t *to = index->ends + index->n;
    unsigned count = (unsigned)__builtin_popcountll(bits);

    for (unsigned done = 0; done < count; done += 8, to += 8) {
        for (unsigned i = 0; i < 8; i++) {
            to[i] = base + (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
            bits &= bits - 1;
        }
    }
    index->n += count;
}

/* A row for each newline; ends are those up to it. */
static inline void put_rows(struct prong_index *index, uint32_t base, uint64_t newlines, uint64_t ends)
{
    for (; newlines; newlines &= newlines - 1) {
        uint64_t upto = newlines ^ (newlines - 1);
        index->rows[index->row_count++] = (struct prong_row_end){ base + (uint32_t)__builtin_ctzll(newlines),
                                                                 index->n + (uint32_t)__builtin_popcountll(ends & upto) };
    }
}

/* Those of the bits where there is a carriage return. */
static uint64_t returns_among(const char *at, uint64_t bits)
{
    uint64_t returns = 0;

    for (; bits; bits &= bits - 1)
        if (at[__builtin_ctzll(bits)] == '\r')
            returns |= lowest(bits);
    return returns;
}

/* Notes the first quote that opens in the middle of a field, or byte that goes on behind one that closes it: there, a carriage
 * return may come if it belongs to the row's end. */
static inline void check_quotes(struct prong_index *index, const char *at, unsigned bytes, uint64_t quotes, uint64_t inside,
                                uint64_t separators, uint64_t newlines)
{
    uint64_t valid = UINT64_MAX >> (64 - bytes);
    uint64_t closing = quotes & ~inside;
    uint64_t opening = quotes & inside & ~((separators | quotes) << 1 | index->separator | index->quote);
    uint64_t behind = (closing << 1 | index->closed) & ~(separators | quotes) & valid;
    uint64_t returns = behind ? returns_among(at, behind) : 0;

    behind = (behind & ~returns) | ((returns << 1 | index->returned) & ~newlines & valid);
    if ((opening | behind) && index->stray == UINT32_MAX)
        index->stray = index->at + (uint32_t)__builtin_ctzll(opening | behind);
    index->closed = closing >> (bytes - 1) & 1;
    index->returned = returns >> (bytes - 1) & 1;
    index->quote = quotes >> (bytes - 1) & 1;
}

static inline __attribute__((always_inline)) void index_block(struct prong_index *index, const char *at, unsigned bytes)
{
    const struct prong_dialect d = index->dialect;
    const uint64_t valid = UINT64_MAX >> (64 - bytes);
    uint64_t newlines = EQUAL(at, '\n') & valid;
    uint64_t quotes = d.quote ? EQUAL(at, d.quote) & valid : 0;
    uint64_t delimiters = EQUAL(at, d.delimiter) & valid;
    uint64_t separators, ends, inside = 0;

    if (d.delimiter == ' ')
        delimiters |= (EQUAL(at, '\t') | EQUAL(at, '\r')) & valid;
    if (d.comment && d.quote)
        quotes = prong_index_uncomment(index, quotes, newlines, EQUAL(at, d.comment) & valid, bytes);
    if (quotes | index->inside) {
        inside = PARITY(quotes) ^ index->inside;
        index->inside = (uint64_t)((int64_t)(inside << (64 - bytes)) >> 63);
        newlines &= ~inside;
        delimiters &= ~inside;
    }
    separators = newlines | delimiters;
    if (quotes | index->closed | index->returned | index->quote)
        check_quotes(index, at, bytes, quotes, inside, separators, newlines);
    ends = separators;
    if (d.delimiter == ' ')
        ends &= ~(separators << 1 | index->separator);
    put_rows(index, index->at, newlines, ends);
    put_ends(index, index->at, ends);
    index->separator = separators >> (bytes - 1) & 1;
}

static void INDEX(struct prong_index *index, uint32_t to)
{
    for (; to - index->at >= 64; index->at += 64)
        index_block(index, index->base + index->at, 64);
    if (index->at < to) {
        char rest[64] = { 0 };
        unsigned bytes = to - index->at;
        memcpy(rest, index->base + index->at, bytes);
        index_block(index, rest, bytes);
        index->at = to;
    }
}

static size_t COUNT(const char *at, size_t size, char c)
{
    size_t count = 0;

    for (; size >= 64; at += 64, size -= 64)
        count += (size_t)__builtin_popcountll(EQUAL(at, c));
    for (; size > 0; at++, size--)
        count += *at == c;
    return count;
}
