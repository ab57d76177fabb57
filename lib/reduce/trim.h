/* SPDX-License-Identifier: MIT */
/* The mean of the elements between two ranks. */
#ifndef PRONG_REDUCE_TRIM_H
#define PRONG_REDUCE_TRIM_H

#include "reduce/multi.h"

struct prong_trim {
    enum prong_domain domain;
    int64_t lower, upper; /* keys of the lowest and of the highest element that is kept */
    uint64_t cut;         /* elements left out at either end */
};

void prong_trim_room(struct prong_pool_room *room);

/* Of n elements that are not NaN; 2 * cut < n. Exact, rounded once. One pass. */
prong_status prong_trimmed_mean(struct prong_multi *multi, const struct prong_trim *trim, uint64_t n, prong_value *value,
                                prong_error *err);

#endif
