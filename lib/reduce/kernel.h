/* SPDX-License-Identifier: MIT */
/* What lib/reduce has for each instruction set, compiled from reduce/factors.h and reduce/rows.h, and the choice among them: the
 * same that lib/exact makes. All give the same bits. */
#ifndef PRONG_REDUCE_KERNEL_H
#define PRONG_REDUCE_KERNEL_H

#include "reduce/state.h"

/* Rows that rows_* look at before they go on to the next columns. */
enum { PRONG_ROWS_STEP = 8 };

struct prong_reduce_kernel {
    const char *isa;

    /* Multiplies element k of each of `groups` groups of PRONG_PRODUCT_LANES doubles into lane k, and counts signs and exponents;
     * stops before a group that has an element which is no normal number. Returns how many groups that were. */
    size_t (*multiply)(struct prong_product *product, const double *x, size_t groups);

    /* m rows of n elements, `stride` bytes apart, into the extrema of n columns. NaN are counted and lose every comparison; -0 is
     * below +0. */
    void (*rows_doubles)(const void *rows, size_t m, ptrdiff_t stride, size_t n, double *min, double *max, uint64_t *nans);
    /* The same of integers: flip is what makes signed ones of the elements. */
    void (*rows_keys)(const void *rows, size_t m, ptrdiff_t stride, size_t n, uint64_t flip, int64_t *min, int64_t *max);
};

extern const struct prong_reduce_kernel prong_reduce_portable;
extern const struct prong_reduce_kernel prong_reduce_avx2;

const struct prong_reduce_kernel *prong_reduce_kernel_choose(void);

#endif
