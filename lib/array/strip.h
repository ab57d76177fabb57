/* SPDX-License-Identifier: MIT */
/* Numbers of plain text many at a time: what text.c asks of vector instructions, where there are any. A strip is a piece of text
 * whose tokens are found first, 64 bytes at a time, then taken apart one by one without a branch, then turned into doubles side
 * by side. So no number waits for the one before it, and how long they are need not be foreseen. */
#ifndef PRONG_ARRAY_STRIP_H
#define PRONG_ARRAY_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes in front of the place that are readable, so that a token's last 32 can be loaded, and those before them. */
enum { PRONG_STRIP_FRONT = 33 };

struct prong_strip_text {
    const char *at;    /* the place: no byte of a token lies before it that belongs to one that goes on there */
    const char *line;  /* where its line begins */
    uint64_t newlines; /* those met so far */
    const char *begin; /* readable from here … */
    const char *limit; /* … to here */
    const char *end;   /* tokens that begin before this are wanted; at most limit */
    bool odd;          /* set if most tokens went the slow way: one at a time would be faster */
};

struct prong_strip_kernel {
    const char *isa;

    /* Reads up to cap numbers into out, and their places into where unless it is NULL; moves at, line and newlines behind the
     * last. Returns how many. It stops where it does not know how to go on: before a token that is no number, near begin,
     * within 64 bytes of limit, and behind odd tokens. */
    size_t (*read)(struct prong_strip_text *text, double *out, const char **where, size_t cap);
};

extern const struct prong_strip_kernel prong_strip_avx2;
extern const struct prong_strip_kernel prong_strip_avx512;

/* NULL: there are no such instructions. */
const struct prong_strip_kernel *prong_strip_choose(void);

#endif
