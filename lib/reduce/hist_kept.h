/* SPDX-License-Identifier: MIT */
/* Histograms as states: their values, which are of kind HISTOGRAM. */
#ifndef PRONG_REDUCE_HIST_KEPT_H
#define PRONG_REDUCE_HIST_KEPT_H

#include "reduce/codec.h"
#include "reduce/multi.h"

/* Is the histogram one that has a state? PRONG_EOP: no, and why. */
prong_status prong_histogram_keeps(const struct prong_op_use *use, const prong_reduce_options *options, prong_error *err);

/* The value of a use that keeps its state, of no elements. PRONG_EDATA, PRONG_ENOMEM. histogram.c */
prong_status prong_histogram_blank(const struct prong_op_use *use, const prong_reduce_options *options, prong_value *value,
                                   prong_error *err);

/* Sets all counts to 0. */
void prong_histogram_clear(prong_value *value);

/* Have both the same edges? PRONG_EDATA. */
prong_status prong_histogram_match(const struct prong_op_use *use, const prong_value *a, const prong_value *b, prong_error *err);

/* Adds the counts of from, which has the same edges. */
void prong_histogram_join(prong_value *into, const prong_value *from);

/* Bins, edges and counts, which are of at most so many elements. Reading makes the value, which the caller frees also if that
 * failed. */
void prong_code_histogram(struct prong_codec *c, prong_value *value, uint64_t elements);

#endif
