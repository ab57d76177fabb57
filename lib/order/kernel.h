/* SPDX-License-Identifier: MIT */
/* What lib/order has for each instruction set, compiled from order/pass.h, and the choice among them: the same that
 * lib/exact makes. */
#ifndef PRONG_ORDER_KERNEL_H
#define PRONG_ORDER_KERNEL_H

#include "order/classify.h"

enum {
    PRONG_PASS_STEP = 64,      /* kernels take multiples of this */
    PRONG_PASS_EDGES = 10,     /* the most that a kernel compares with each element; an even number */
    PRONG_PASS_KERNELS = PRONG_PASS_EDGES / 2
};

/* What is compared with each element. */
struct prong_edges {
    uint64_t flip;                  /* integers: the bits to be flipped, to make keys of them */
    int64_t edge[PRONG_PASS_EDGES];
    int64_t turn[PRONG_PASS_EDGES]; /* -1: keys below this edge are caught if those above are not, and the reverse; or 0 */
    int64_t caught;                 /* -1: keys above all edges are caught; or 0 */
};

/* less[e] += elements whose key is below edge[e]; keys inside go to `caught`. NaN are keys like others. */
typedef void prong_pass_function(const struct prong_edges *p, const void *x, size_t n, uint64_t *less,
                                 struct prong_catch *caught);

/* The ends of n doubles, NaN apart: infinities the wrong way round if there are none. */
struct prong_reach_f {
    double min, max;
    double nearest; /* the least absolute value */
    size_t nans;
};

struct prong_order_kernel {
    const char *isa;
    uint32_t edges_most; /* with more, search is faster */
    prong_pass_function *doubles[PRONG_PASS_KERNELS]; /* [k] for 2 (k + 1) edges */
    prong_pass_function *integers[PRONG_PASS_KERNELS];

    /* How many of the n elements in front are surely below threshold, in multiples of PRONG_PASS_STEP. The bits of flip
     * are flipped in integers and in the keys of doubles. */
    size_t (*doubles_below)(const void *x, size_t n, uint64_t flip, int64_t threshold);
    size_t (*integers_below)(const void *x, size_t n, uint64_t flip, int64_t threshold);

    /* See order/reach.h. flip is what makes signed integers of the elements; the ends of none are the wrong way round. */
    void (*reach_doubles)(const double *x, size_t n, struct prong_reach_f *out);
    void (*reach_keys)(const uint64_t *x, size_t n, uint64_t flip, int64_t *min, int64_t *max);
    uint64_t (*nearest_integer)(const int64_t *x, size_t n);
    size_t (*count_nans)(const double *x, size_t n);
};

extern const struct prong_order_kernel prong_order_portable;
extern const struct prong_order_kernel prong_order_avx2;
extern const struct prong_order_kernel prong_order_avx512;

const struct prong_order_kernel *prong_order_kernel_choose(void);

/* The ends of n integers; of none, the wrong way round. */
void prong_reach_i64(const int64_t *x, size_t n, int64_t *min, int64_t *max);
void prong_reach_u64(const uint64_t *x, size_t n, uint64_t *min, uint64_t *max);

#endif
