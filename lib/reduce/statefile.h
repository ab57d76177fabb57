/* SPDX-License-Identifier: MIT */
/* The families of a state as bytes: what a reduction that keeps its state is saved as, behind its head. */
#ifndef PRONG_REDUCE_STATEFILE_H
#define PRONG_REDUCE_STATEFILE_H

#include "reduce/codec.h"
#include "reduce/reduction.h"

/* Writes or reads, in this order, the counts, the parts, every family of the plan, and the tally. Where it writes, parts are
 * those of prong_reduction_parts, and nothing changes. Where it reads, r is empty, plan.domain is set, and parts is
 * r->parts. What
 * cannot be is bad. */
void prong_code_families(struct prong_codec *c, struct prong_reduction *r, struct prong_parts *parts);

#endif
