/* SPDX-License-Identifier: MIT */
/* One array (or pair) reduced to a partial state by a run of its own. */
#ifndef PRONG_REDUCE_ADD_H
#define PRONG_REDUCE_ADD_H

#include "reduce/scan.h"

/* The name of an array in messages. */
const char *prong_display_name(const struct prong_array *array);

/* Reduces a source, whose domains are set, to *part, a state of the plan, by forked workers. plan->relative is set here. A bad
 * number is PRONG_EDATA, a NaN under PRONG_NAN_RAISE PRONG_ENAN, both with their place; otherwise as prong_fold. */
prong_status prong_add_source(struct prong_plan *plan, const struct prong_source *source, struct prong_scratch *scratch,
                              uint64_t grain, const prong_options *run, void *part, prong_error *err);

/* Adds the figures of a run to those of several: of workers and segments the most. */
void prong_stats_add(prong_stats *all, const prong_stats *one);

/* Says in err which array an error of a run is about. */
void prong_explain(const struct prong_source *source, prong_status status, prong_error *err);

#endif
