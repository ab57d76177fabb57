/* SPDX-License-Identifier: MIT */
/* What a set of kernels offers, compiled once for each instruction set from exact/table.h, and the choice among
 * them. The driver (exact/adder.c) knows windows and blocks; only the kernels know vectors. */
#ifndef PRONG_EXACT_KERNEL_H
#define PRONG_EXACT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#if defined(__FAST_MATH__)
#error "exact sums need IEEE arithmetic: do not build lib/exact with -ffast-math"
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#error "exact sums need doubles evaluated as doubles: build with -msse2 -mfpmath=sse"
#endif

enum {
    PRONG_BLOCK_ELEMENTS = 1024, /* accepted or refused as a whole */
    PRONG_STEP_ELEMENTS = 32,    /* kernels take multiples of this: the widest vector times the chains of a loop */
    PRONG_MAX_LEVELS = 6,
    PRONG_MAX_LANES = 8,

    /* Digits are kept so small that a chain of additions stays inside the binade of its anchor: exact/grid.h. */
    PRONG_HEADROOM = 8,       /* k_1 = e + this */
    PRONG_SUM_STEP = 44,      /* k_(l+1) = k_l - this */
    PRONG_PRODUCT_STEP = 43,  /* where two digits are added to a chain in a step */
    PRONG_FLUSH_BLOCKS = 256, /* a lane gains at most 4 * 2^51 a block, so 2^61 */

    /* Four exponents share a bucket: a quarter of the table stays in the first cache, where a whole one would not. */
    PRONG_BUCKET_PLACES = 4,
    PRONG_BUCKETS = 512
};

/* What elements are stored as. */
enum prong_element { PRONG_ELEMENT_F64, PRONG_ELEMENT_F32, PRONG_ELEMENT_F16, PRONG_ELEMENT_BF16, PRONG_ELEMENTS };

/* The grids that a run of blocks is summed on, and the digits summed so far. */
struct prong_window {
    double anchor[PRONG_MAX_LEVELS]; /* 1.5 * 2^k_l */
    /* In units of 2^(k_l - 52). The first block overwrites what is there, so a flush need not. */
    int64_t digits[PRONG_MAX_LEVELS][PRONG_MAX_LANES] __attribute__((aligned(64)));
    int k[PRONG_MAX_LEVELS];
    int levels;
    int e;               /* the anchors' e; only meaningful if levels > 0 */
    unsigned blocks;     /* accepted since the digits were flushed */
    uint64_t minus_zero; /* -0 met in accepted blocks, since then */
    uint64_t nan;        /* … and NaN, by the kernels that take them out */
};

/* Columns are handled in groups, as many as the widest vector has lanes; a panel is a run of groups. exact/panel.h. */
enum { PRONG_GROUP = 8, PRONG_PANEL_ROWS = 128, PRONG_PANEL_LEVELS = 4 };

#define PRONG_LEAST_ANCHOR (UINT64_C(0x1) << 52 | UINT64_C(1) << 51) /* the bits of 1.5 * 2^-1022 */

/* A group of neighbouring columns. */
struct prong_group {
    double anchor[PRONG_GROUP]; /* 1.5 * 2^k_1, and k_(l+1) = k_l - PRONG_SUM_STEP, but at least -1022 */
    uint64_t flags[PRONG_GROUP];
    int64_t digits[PRONG_PANEL_LEVELS][PRONG_GROUP]; /* in units of 2^(k_l - 52) */
    uint64_t live[PRONG_GROUP];                      /* all ones: digits are wanted; 0: none are */
    uint64_t nan[PRONG_GROUP];                       /* met by the kernels that take them out */
} __attribute__((aligned(64)));

/* How many of each class are in a group's columns, and the bits of the largest finite |x|. */
struct prong_group_look {
    uint64_t nan[PRONG_GROUP], pinf[PRONG_GROUP], ninf[PRONG_GROUP], minus_zero[PRONG_GROUP], largest[PRONG_GROUP];
} __attribute__((aligned(64)));

/* A sum of up to 2^30 numbers p of 64 bits: Σp modulo 2^64, and Σ(p >> 32); exact/halves.h. */
struct prong_halves {
    uint64_t whole, high;
};
enum {
    PRONG_INTEGER_SUM,
    PRONG_INTEGER_LOW_LOW, /* products of halves */
    PRONG_INTEGER_LOW_HIGH,
    PRONG_INTEGER_HIGH_HIGH,
    PRONG_INTEGER_SUMS,
    PRONG_INTEGER_MOST = 1 << 30
};

enum { PRONG_PARTS_LOST = 1, PRONG_PARTS_LOW = 2 };

struct prong_kernel {
    const char *isa;

    /* Sums n elements, a multiple of PRONG_STEP_ELEMENTS, on the grids of w (1 … 4 levels) block by block, and
     * stops at a block that does not fit or if PRONG_FLUSH_BLOCKS are reached. Returns the elements summed;
     * nothing of a refused block is in w. */
    size_t (*sum)(const double *x, size_t n, struct prong_window *w);

    /* The same for elements of each kind (not F64). On 1 or 2 levels: none are summed on more. */
    size_t (*sum_of[PRONG_ELEMENTS])(const void *x, size_t n, struct prong_window *w);

    /* The same of the elements but NaN, which are counted. */
    size_t (*sum_but_nan)(const double *x, size_t n, struct prong_window *w);
    size_t (*sum_of_but_nan[PRONG_ELEMENTS])(const void *x, size_t n, struct prong_window *w);

    /* The same for Σx on two levels and Σx² on the three or four that follow, and for Σxy on three to five. NULL
     * without hardware FMA. */
    size_t (*squares)(const double *x, size_t n, struct prong_window *w);
    size_t (*squares_but_nan)(const double *x, size_t n, struct prong_window *w);
    size_t (*dot)(const double *x, const double *y, size_t n, struct prong_window *w);

    /* x² = high + low, exactly, each. Says whether it is not, for some x of a size for which it cannot be, and whether
     * any low is not 0; PRONG_PARTS_*. Any n. NULL without hardware FMA. */
    unsigned (*square_parts)(const double *x, size_t n, double *high, double *low);

    /* Adds n integers of 64 bits, each with the bits of flip flipped, to one sum, and with their squares to the
     * PRONG_INTEGER_SUMS ones. No sum may take more than PRONG_INTEGER_MOST. The latter is NULL if not fast. */
    void (*integers)(const void *x, size_t n, uint64_t flip, struct prong_halves *to);
    void (*integer_squares)(const void *x, size_t n, uint64_t flip, struct prong_halves *to);

    /* Adds up to PRONG_PANEL_ROWS rows, stride bytes apart, of elements of count groups on 1 … PRONG_PANEL_LEVELS
     * levels. Live columns that fit have gained digits then. Returns how many groups have a live column that does not
     * fit, or that may have met a -0; marked lists them, and their flags say which: flags << 1 != 0, flags >> 63.
     * marked has room for count. F64 and F32 only. */
    size_t (*panel[PRONG_ELEMENTS])(const void *x, size_t rows, ptrdiff_t stride, struct prong_group *group, size_t count,
                                    int levels, uint16_t *marked);

    /* The same of the elements but NaN, which are counted. */
    size_t (*panel_but_nan[PRONG_ELEMENTS])(const void *x, size_t rows, ptrdiff_t stride, struct prong_group *group,
                                            size_t count, int levels, uint16_t *marked);

    /* Copies rows of one group to block, as doubles in rows of PRONG_GROUP, NaN and infinities replaced by +0. */
    void (*look[PRONG_ELEMENTS])(const void *x, size_t rows, ptrdiff_t stride, double *block,
                                 struct prong_group_look *look);

    /* Adds rows of integers as integers does, to the first two rows of each group's digits. */
    void (*panel_integers)(const void *x, size_t rows, ptrdiff_t stride, uint64_t flip, struct prong_group *group,
                           size_t count);

    /* The largest |x| of n elements, as its bits: at least 0x7ff << 52 if there is a NaN or an infinity. Any n. */
    uint64_t (*largest)(const double *x, size_t n);

    size_t (*count_minus_zero)(const double *x, size_t n);

    /* n elements as signed integers * 2^(PRONG_BUCKET_PLACES * bucket - 1074): 56 bits and a sign, buckets below
     * PRONG_BUCKETS. NaN and infinities become 0. Any n. */
    void (*split)(const double *x, size_t n, int64_t *significand, uint64_t *bucket);

    /* The same for n elements, a multiple of PRONG_MAX_LANES, unsigned and for buckets by sign and exponent: the
     * upper ten bits of an element. Nonzero, and nothing of use written, if one is not normal. NULL if not fast. */
    unsigned (*slots)(const double *x, size_t n, uint64_t *significand, uint64_t *slot);

    /* to[i] = |from[i]|, and to[i] = from[i] widened (not from F64). Any n. */
    void (*absolute)(const double *from, size_t n, double *to);
    void (*widen[PRONG_ELEMENTS])(const void *from, size_t n, double *to);
};

extern const struct prong_kernel prong_kernel_portable;
extern const struct prong_kernel prong_kernel_avx2;
extern const struct prong_kernel prong_kernel_avx512;

/* The best set that the machine has, or the one that PRONG_ISA names if the machine has it. */
const struct prong_kernel *prong_kernel_choose(void);

#endif
