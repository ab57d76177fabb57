/* SPDX-License-Identifier: MIT */
/* An adder's memory. A line is one stream of sums with what it learnt about its data: the window that fitted last,
 * and how long to stay away from windows after none did. */
#ifndef PRONG_EXACT_ADDER_H
#define PRONG_EXACT_ADDER_H

#include "exact/bucket.h"
#include "exact/kernel.h"
#include "exact/rectangle.h"
#include "exact/state.h"
#include "exact/window.h"

#include <string.h>

enum { PRONG_CHUNK = 256 }; /* elements split at a time */

/* What PRONG_EXACT_FORCE says; the grids' values are their levels. */
enum prong_force {
    PRONG_FORCE_NONE,
    PRONG_FORCE_GRID2 = 2,
    PRONG_FORCE_GRID3,
    PRONG_FORCE_GRID4,
    PRONG_FORCE_BUCKETS,
    PRONG_FORCE_INTEGERS
};

struct prong_backoff {
    unsigned skip; /* blocks that go to the buckets unasked */
    unsigned next; /* how many it will be the next time */
};

/* Whether kernels take out NaN: from the first block that had one until there has been none for long. */
struct prong_nans {
    bool expected;
    unsigned since; /* blocks that had none */
};

struct prong_line {
    struct prong_window window;
    struct prong_backoff backoff;
    struct prong_nans nans;
    int least;     /* levels to begin with: 2, as one never holds full doubles */
    unsigned calm; /* blocks accepted since the levels were last changed */
    struct prong_sum_buckets buckets;
};

/* What a sum of doubles takes, small enough for a stack. */
struct prong_sum_adder {
    const struct prong_kernel *kernel;
    enum prong_force force;
    double block[PRONG_BLOCK_ELEMENTS]; /* a block made whole: padded, or with NaN and infinities taken out */
    int64_t significand[2][PRONG_CHUNK];
    uint64_t bucket[2][PRONG_CHUNK];
    struct prong_line line;
};

/* A line of squares: exact/squares.h. */
struct prong_square_line {
    struct prong_window window;
    struct prong_backoff backoff;
    struct prong_nans nans;
    struct prong_square_buckets buckets;
};

/* A stream of products: exact/products.h. */
struct prong_products {
    struct prong_window window;
    struct prong_backoff backoff;
};

/* Products with the parts of a square, x² = h + l: Σx³ is Σxh + Σxl, Σx⁴ is Σh² + 2Σhl + Σl², and with weights y in
 * place of the first factor Σx²y is Σyh + Σyl. */
enum prong_part { PRONG_PART_XH, PRONG_PART_XL, PRONG_PART_HH, PRONG_PART_HL, PRONG_PART_LL, PRONG_PARTS };

enum {
    PRONG_PANEL_GROUPS = 1024, /* of 8 columns: rows that are long enough to be read by calls of their own */
    PRONG_TILE_COLUMNS = 16,
    PRONG_TILE_ROWS = 1024
};

/* Columns side by side on their way through the rows: exact/panel.c. */
struct prong_panel_run {
    struct prong_adder *a;
    struct prong_panel *p;
    const struct prong_kernel *kernel;
    struct prong_rectangle t; /* of at most PRONG_PANEL_GROUPS groups: the rows of the present call */
    size_t groups, whole;     /* with the last one that has fewer columns, and without */
    int levels, least, most;
    unsigned blocks, calm; /* since the last flush; since the levels were last changed */
    bool expects_nan;      /* kernels take out NaN: from the first on until none is met from one flush to the next */
    bool open;             /* the groups' digits belong to it: another one must wait until they are in their states */
    uint64_t integers;     /* rows of them since it was opened */
};

/* What columns take that are summed side by side, as rows lie. */
struct prong_panel {
    struct prong_panel_run run;
    bool kept; /* from one call to the next: exact/columns.h */
    struct prong_group group[PRONG_PANEL_GROUPS];
    uint64_t rows[PRONG_PANEL_GROUPS];                /* that the digits of a group stand for */
    struct prong_backoff backoff[PRONG_PANEL_GROUPS]; /* in spans of rows */
    uint16_t marked[PRONG_PANEL_GROUPS];
    struct prong_group_look look;
    double block[PRONG_PANEL_ROWS * PRONG_GROUP] __attribute__((aligned(64)));  /* elements looked at */
    double padded[PRONG_PANEL_ROWS * PRONG_GROUP] __attribute__((aligned(64))); /* rows of the last, narrower group */
    double turned[PRONG_TILE_COLUMNS][PRONG_TILE_ROWS + 8]; /* columns; 8 more, or all would share a set of the cache */
};

struct prong_adder {
    struct prong_sum_adder base;
    double converted[2 * PRONG_BLOCK_ELEMENTS] __attribute__((aligned(64)));
    double second[PRONG_BLOCK_ELEMENTS];
    double finite[PRONG_BLOCK_ELEMENTS], high[PRONG_BLOCK_ELEMENTS], low[PRONG_BLOCK_ELEMENTS];
    struct prong_line other; /* of |x|, or of the second element of pairs */
    struct prong_square_line squares, other_squares;
    struct prong_products part[PRONG_PARTS];
    struct prong_backoff parts_backoff;
    struct prong_higher_buckets higher_buckets;
    struct prong_products dot;
    struct prong_dot_buckets dot_buckets;
    struct prong_panel panel;
};

void prong_sum_adder_init(struct prong_sum_adder *a);
void prong_line_init(struct prong_line *line, int least);
bool prong_backoff_skips(struct prong_backoff *b);
void prong_backoff_raise(struct prong_backoff *b);

/* A block with this largest |x| was refused: should it be tried again by the kernel that takes out NaN? */
bool prong_nans_begin(struct prong_nans *nans, uint64_t largest);
/* The window is about to be done with. */
void prong_nans_look(struct prong_nans *nans, const struct prong_window *w);

/* Σx of n elements, any of them, onto the line; into where nothing but integers is wanted and where buckets are
 * flushed. limb may be NULL: then only counts are kept. */
void prong_line_add(struct prong_sum_adder *a, struct prong_line *line, const double *x, size_t n, uint64_t *limb,
                    prong_exact_counts *counts);
/* The same for elements that stand as kind. Only those whose blocks need another way than the kernel's own pass
 * through buffer, of PRONG_BLOCK_ELEMENTS. */
void prong_line_add_narrow(struct prong_sum_adder *a, struct prong_line *line, const void *x,
                           enum prong_element kind, double *buffer, size_t n, uint64_t *limb,
                           prong_exact_counts *counts);
/* Moves what the line still holds into limb. */
void prong_line_finish(struct prong_line *line, uint64_t *limb, prong_exact_counts *counts);

/* Copies n elements to a->block, NaN and infinities replaced by +0 and counted, padded with +0 to a multiple of
 * PRONG_STEP_ELEMENTS, which is returned. n <= PRONG_BLOCK_ELEMENTS. */
size_t prong_block_clean(double *block, const double *x, size_t n, prong_exact_counts *counts);

/* Counts a NaN or an infinity; false for a number. */
bool prong_count_special(uint64_t bits, prong_exact_counts *counts);

/* Elements may stand at any address, so they are reached through memcpy and these. */
static inline const double *prong_after(const double *x, size_t n)
{
    return (const double *)(const void *)((const char *)x + 8 * n);
}

static inline uint64_t prong_bits_at(const double *x, size_t i)
{
    uint64_t bits;

    memcpy(&bits, (const char *)x + 8 * i, sizeof bits);
    return bits;
}

/* The place of a significand with this biased exponent above 2^-1074: subnormals share that of exponent 1. */
static inline unsigned prong_place(uint64_t exponent)
{
    return (unsigned)(exponent ? exponent - 1 : 0);
}

/* e as frexp has it, for the bits of the largest |x|, up to the next multiple of 4. */
int prong_window_e(uint64_t largest);

/* Adds ±part * 2^bit, times over, to a field of s if it has that. part has room for count + 1 limbs. */
static inline void prong_put(prong_exact *s, enum prong_field field, unsigned bit, uint64_t *part, size_t count,
                             bool negative, uint64_t times)
{
    uint64_t carry = 0;

    if (!prong_exact_field(s, field))
        return;
    if (times != 1) {
        for (size_t i = 0; i < count; i++) {
            prong_u128 t = (prong_u128)part[i] * times + carry;
            part[i] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        part[count++] = carry;
    }
    prong_wide_deposit_limbs(prong_exact_limbs(s, field), prong_field_limbs(field), bit, part, count,
                             negative ? -1 : 1);
}

/* Makes n <= PRONG_BLOCK_ELEMENTS doubles in room of integers at any address; false if one of them, beyond 2^53, may be
 * none. */
bool prong_integers_as_doubles(const void *x, size_t n, bool is_signed, double *room);

/* Deposits one element into the limbs of all powers, and counts it; the path without tables or windows. */
void prong_deposit_one(prong_exact *s, double x);

/* Adds n integers to a state of SUM alone, summed with bias added to each: 0, or 2^63 for signed ones. */
void prong_deposit_halves(prong_exact *s, const struct prong_halves *sum, size_t n, uint64_t bias);

/* The floating-point environment: enter makes rounding to nearest with subnormals, exit restores. */
unsigned prong_fp_enter(void);
void prong_fp_exit(unsigned saved);

/* All of a state's sums but DOT; n is counted by the caller's caller. The environment must have been entered. */
void prong_add_doubles(prong_exact *s, struct prong_adder *a, const double *x, size_t n);
void prong_add_finish(prong_exact *s, struct prong_adder *a);

#endif
