/* SPDX-License-Identifier: MIT */
/* The hot loop of order statistics: one pass that counts, for every bound of some intervals, how many elements are
 * below it, and catches the keys that lie inside an interval. Counts add up and what is caught is a multiset, so that
 * the elements may be cut into parts, counted in any order and by any process. */
#ifndef PRONG_ORDER_CLASSIFY_H
#define PRONG_ORDER_CLASSIFY_H

#include "order/bracket.h"
#include "order/search.h"

enum { PRONG_EDGES = PRONG_SEARCH_EDGES };
_Static_assert(PRONG_EDGES >= 2 * PRONG_INTERVALS + 2, "every bound is an edge, and NaN have two");

/* Intervals made ready for counting: a relocatable block of some 60 KiB, but good only in processes forked from the one
 * that made it. What is in it concerns lib/order only. */
struct prong_classifier {
    const struct prong_order_kernel *kernel;
    enum prong_order_domain domain;
    uint32_t intervals, edges;
    uint16_t least, beyond;           /* F64: the edges of -inf and behind +inf, outside of which are NaN */
    uint16_t at[2 * PRONG_INTERVALS]; /* the edge of each bound; edges, for one that nothing lies above */
    bool caught[PRONG_EDGES + 1];     /* are keys with that many edges at or below them to be caught? */
    struct prong_search search;       /* its edges: keys are counted below each */
};

/* Keys that were caught, in no particular order. */
struct prong_catch {
    int64_t *key;    /* the caller's, room for capacity */
    size_t capacity; /* may be 0 */
    size_t n;
    bool full; /* some found no room: what is here is not all of them */
};

/* Makes c ready for n <= PRONG_INTERVALS intervals, ascending, disjoint, within the keys of the domain. Reads
 * PRONG_ISA, as prong_adder_init does. */
void prong_classifier_init(struct prong_classifier *c, enum prong_order_domain domain, const struct prong_interval *v,
                           size_t n);

/* Adds n elements of the classifier's domain at x:
 *
 *     count[2 i]      += how many are below v[i].lo
 *     count[2 i + 1]  += how many are below or equal to v[i].hi
 *     *nan            += how many are NaN: they are in no other count
 *     caught          gains the keys inside intervals with lo < hi, until there is no room: then full is set, nothing is
 *                     caught any more, and counting goes on
 *
 * Calls with the same c may run at the same time. */
void prong_classify(const struct prong_classifier *c, const void *x, size_t n, uint64_t *count, uint64_t *nan,
                    struct prong_catch *caught);

/* "portable", "avx2" or "avx512"; a static string. */
const char *prong_classifier_isa(const struct prong_classifier *c);

#endif
