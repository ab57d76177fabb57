/* SPDX-License-Identifier: MIT */
/* Where fields and rows end: from bytes to places, 64 bytes at a time. For each block there is a word of bits a kind of byte:
 * delimiters, newlines, quotes. Whether a byte is inside quotes is the parity of the quotes before it, a prefix sum of bits; so
 * text can be cut anywhere once the parity of what stands before is known (quotes.h).
 *
 * The loop is one source, blocks.h, compiled for each instruction set. */
#ifndef PRONG_TABLE_INDEX_H
#define PRONG_TABLE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prong_dialect {
    char delimiter; /* ' ': runs of blanks and tabs */
    char quote;     /* 0: there are none */
    char comment;   /* 0: there are none */
};

/* What a byte is in. */
enum prong_inside { PRONG_INSIDE_PLAIN, PRONG_INSIDE_QUOTES, PRONG_INSIDE_COMMENT, PRONG_INSIDES };

struct prong_row_end {
    uint32_t at;   /* the newline, or the end of the text */
    uint32_t ends; /* fields that have ended up to there, counted from the first in ends */
};

/* Bytes are indexed in order, in as many calls as the caller likes; places count from base. */
struct prong_index {
    struct prong_dialect dialect;
    const char *base;
    uint32_t at;           /* so far */
    uint32_t *ends;        /* room for a field more than there are bytes to index */
    uint32_t n;
    struct prong_row_end *rows; /* likewise */
    uint32_t row_count;
    uint32_t stray;        /* the first quote that is neither at the end of a field nor doubled; UINT32_MAX: none so far */
    /* Of the byte before at, as words of which bit 0 counts, but for inside, which is all ones or zero. */
    uint64_t inside;       /* quotes */
    uint64_t separator;    /* it is a delimiter or a newline, or the front of the text */
    uint64_t quote;        /* it is a quote */
    uint64_t closed;       /* … that has closed a field */
    uint64_t returned;     /* it is a carriage return behind such a one */
    uint64_t newline;      /* it is a newline, or the front of the text */
    bool comment;
};

/* Begins behind the byte before, which is inside what; at the front of the text before is a newline. */
void prong_index_begin(struct prong_index *index, const struct prong_dialect *dialect, const char *base, char before,
                       enum prong_inside inside);

/* What there is for each instruction set, and the choice for this machine: that of lib/exact. */
struct prong_index_kernel {
    void (*index)(struct prong_index *index, uint32_t to);    /* goes on up to base + to */
    size_t (*count)(const char *at, size_t size, char c);     /* how often c is there */
};
extern const struct prong_index_kernel prong_index_portable, prong_index_avx2;
const struct prong_index_kernel *prong_index_kernel_choose(void);

/* The text ends here: so does its last row, which begins at begin, unless it has nothing. */
void prong_index_finish(struct prong_index *index, uint32_t begin);

/* Takes the quotes in comments out of the quotes of a block of so many bytes, and notes whether its last one is in a comment.
 * newlines, marks: where these are, and the characters that begin comments. */
uint64_t prong_index_uncomment(struct prong_index *index, uint64_t quotes, uint64_t newlines, uint64_t marks, unsigned bytes);

/* How quotes and comments go on: what the byte behind [data, data + size) is in, for each that data may begin in; and whether
 * there is any quote. */
void prong_index_follow(const struct prong_dialect *dialect, char before, const char *data, size_t size,
                        unsigned char after[PRONG_INSIDES], unsigned char *any);

/* A field, or what is in it. */
struct prong_span {
    uint32_t at, end;
};

/* The k-th field of the row [begin, end) whose fields end at ends. */
static inline struct prong_span prong_index_field(const struct prong_index *index, const uint32_t *ends, size_t k,
                                                  uint32_t begin, uint32_t end)
{
    struct prong_span span = { k ? ends[k - 1] + 1 : begin, ends[k] };

    if (span.end == end && span.end > span.at && index->base[span.end - 1] == '\r')
        span.end--;
    if (index->dialect.delimiter == ' ')
        while (span.at < span.end && (index->base[span.at] == ' ' || index->base[span.at] == '\t'))
            span.at++;
    return span;
}

/* Is there nothing in the row, or a comment? */
static inline bool prong_index_is_empty(const struct prong_index *index, uint32_t fields, uint32_t begin, uint32_t end)
{
    return fields == 0 || end == begin || (end == begin + 1 && index->base[begin] == '\r') ||
           (index->dialect.comment && index->base[begin] == index->dialect.comment);
}

#endif
