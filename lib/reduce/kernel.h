/* SPDX-License-Identifier: MIT */
/* What lib/reduce has for each instruction set, compiled from reduce/factors.h, reduce/rows.h and reduce/places.h, and the choice
 * among them: the same that lib/exact makes. All give the same bits, but for places. */
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

/* Elements of a block of places; the most that a call takes at a time. */
enum { PRONG_PLACES_BLOCK = 64, PRONG_PLACES_BLOCKS = 8 };

/* (x - base) * scale + shift, not below low and not above high; NaN are at low. shift is 2^20 and a little more. */
struct prong_places {
    double base, scale, shift, low, high;
    uint64_t mask; /* bits of which a place that is not in doubt has some */
};

/* Writes the place of each element of so many blocks, as bits: never less than that of a smaller element. A bit of the result for
 * each block that has places in doubt. */
struct prong_places_kernel {
    const char *isa;
    uint64_t (*f)(const struct prong_places *p, const double *x, unsigned blocks, uint64_t *place);
    uint64_t (*i)(const struct prong_places *p, const int64_t *x, unsigned blocks, uint64_t *place);
    uint64_t (*u)(const struct prong_places *p, const uint64_t *x, unsigned blocks, uint64_t *place);
};

extern const struct prong_places_kernel prong_places_portable;
extern const struct prong_places_kernel prong_places_avx2;
extern const struct prong_places_kernel prong_places_avx512;

const struct prong_places_kernel *prong_places_kernel_choose(void);

#endif
