/* SPDX-License-Identifier: MIT */
/* Parts of a whole that are computed apart, maybe on other machines, and joined in any order: what depends on where an element
 * is in the whole is kept of each part alone, until all parts before it are there. */
#ifndef PRONG_REDUCE_PARTS_H
#define PRONG_REDUCE_PARTS_H

#include "reduce/state.h"

struct prong_part {
    uint64_t number; /* from 1 */
    uint64_t count, nans, first_nan;
    struct prong_extrema extrema; /* zeroes where the plan needs none, as the ends */
    struct prong_ends ends;
};

struct prong_parts {
    uint64_t of; /* parts of the whole; 0: parts have no numbers, and none are kept */
    size_t count;
    struct prong_part *part; /* by ascending number; owned: prong_parts_free */
};

enum { PRONG_MOST_PARTS = 1 << 20 };

void prong_parts_free(struct prong_parts *parts);

/* Does the value of an operation depend on where elements are in the whole? */
bool prong_op_needs_place(const struct prong_op *op);

/* What a state says of itself as a part. */
struct prong_part prong_part_of(const struct prong_plan *plan, uint64_t number, const void *state);

/* into gains the parts of from, none of which it may have: PRONG_EDATA. PRONG_ENOMEM. On failure into is as before. */
prong_status prong_parts_merge(struct prong_parts *into, const struct prong_parts *from, prong_error *err);

/* Makes the places in state those of the whole. PRONG_EDATA: a part is missing in front of one that is there. */
prong_status prong_parts_settle(const struct prong_parts *parts, const struct prong_plan *plan, void *state, prong_error *err);

#endif
