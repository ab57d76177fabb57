/* SPDX-License-Identifier: MIT */
/* For places that hold more keys than can be caught, whatever the data: a histogram of each place's keys in 2^bits
 * parts of equal width, and the part in which a rank is. Every round takes bits off the width, so with at most
 * PRONG_REFINE_FEW places each rank has its key (lo == hi) after PRONG_REFINE_ROUNDS rounds at the latest; usually the
 * part holds few enough keys to be caught after one. */
#ifndef PRONG_ORDER_REFINE_H
#define PRONG_ORDER_REFINE_H

#include "order/bracket.h"

enum {
    PRONG_REFINE_BYTES = 256 * 1024, /* the largest histogram: it travels as a partial result */
    PRONG_REFINE_FEW = 16,
    PRONG_REFINE_ROUNDS = 6,
    PRONG_REFINE_MOST = 128 /* places in a round; more than FEW take up to 8 rounds */
};

/* Intervals made ready for a round. A relocatable block without pointers. */
struct prong_refiner {
    enum prong_order_domain domain;
    unsigned bits;                /* 2^bits counters for each interval */
    size_t n;                     /* intervals */
    int64_t lo[PRONG_REFINE_MOST];
    uint64_t width[PRONG_REFINE_MOST]; /* hi - lo */
    uint8_t shift[PRONG_REFINE_MOST];
};

/* n <= PRONG_REFINE_MOST intervals, ascending, disjoint, within the keys of the domain; n > 0. The histogram has
 * prong_refiner_counters() counters of 64 bits, at most PRONG_REFINE_BYTES of them; they begin as 0 and add up over
 * parts of the elements. */
void prong_refiner_init(struct prong_refiner *r, enum prong_order_domain domain, const struct prong_interval *v, size_t n);
static inline size_t prong_refiner_counters(const struct prong_refiner *r)
{
    return r->n << r->bits;
}

/* Adds n elements of the refiner's domain. Those outside all intervals, and NaN, count nowhere. */
void prong_refine(const struct prong_refiner *r, const void *x, size_t n, uint64_t *histogram);

/* The part of interval i in which rank is, with below and count as in place, if `below` elements are below the interval
 * and rank is in it: below <= rank < below + the interval's count. caught_below is 0, interval SIZE_MAX. */
struct prong_place prong_refine_pick(const struct prong_refiner *r, size_t i, const uint64_t *histogram,
                                     uint64_t below, uint64_t rank);

#endif
