/* SPDX-License-Identifier: MIT */
/* Counts how often each value occurs, in passes over all elements. */
#ifndef PRONG_REDUCE_CENSUS_H
#define PRONG_REDUCE_CENSUS_H

#include "reduce/multi.h"
#include "reduce/tally.h"

struct prong_census {
    bool wants_list;    /* of all values */
    uint64_t most;      /* entries that the list may have: PRONG_ENOMEM beyond that */
    const char *remedy; /* what that error's detail ends with */
    struct prong_frequencies frequencies;
    struct prong_tally tally; /* n and nans always; the entries if they are wanted. The caller's to free, also after a failure */
};

/* What room it wants of the pool, beside what room has already: multi's sources, memory limit and run are set. */
void prong_census_room(const struct prong_multi *multi, struct prong_pool_room *room);

/* The passes of multi are open,
    with that room; its head and nans are set. PRONG_ENOMEM: the list; otherwise as prong_pass_run. */
prong_status prong_census_take(struct prong_multi *multi, struct prong_census *census, prong_error *err);

/* census_parts.c: the way for data of which most differ. sample: keys of some elements, sorted; it is used up. */
void prong_census_parts_room(const struct prong_multi *multi, struct prong_pool_room *room);
prong_status prong_census_parts(struct prong_multi *multi, struct prong_census *census, int64_t *sample, size_t sampled,
                                prong_error *err);

/* Why the list could not be: PRONG_ENOMEM. */
prong_status prong_census_too_many(const struct prong_census *census, prong_error *err);

#endif
