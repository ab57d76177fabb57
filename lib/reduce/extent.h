/* SPDX-License-Identifier: MIT */
/* What a histogram must know before it counts: from where to where the elements reach, and how they are spread. */
#ifndef PRONG_REDUCE_EXTENT_H
#define PRONG_REDUCE_EXTENT_H

#include "reduce/multi.h"

/* Which elements are looked at, and for what. */
struct prong_within {
    enum prong_domain domain;
    bool limited;                  /* only those from low to high */
    bool none;                     /* limited to what no element of the domain can be */
    bool std;                      /* the standard deviation is wanted */
    union prong_number low, high;
};

struct prong_extent {
    uint64_t n, below; /* elements within; below low, if limited */
    uint64_t nans;     /* in all */
    union prong_number least, greatest; /* of those within, if n > 0 */
    double std; /* theirs, divisor n, if wanted */
};

void prong_extent_room(struct prong_pool_room *room);

/* One pass. Sets multi->head and multi->nans, too. */
prong_status prong_extent_find(struct prong_multi *multi, const struct prong_within *within, struct prong_extent *extent,
                               prong_error *err);

/* The first and the third quartile of the elements within, of which extent->n > 0 tells: numpy's default, interpolated exactly
 * and rounded once. Some passes. */
prong_status prong_extent_quartiles(struct prong_multi *multi, const struct prong_extent *extent, double quartile[2],
                                    prong_error *err);

#endif
