/* SPDX-License-Identifier: MIT */
/* From the bytes of a chunk to its partial state. */
#ifndef PRONG_REDUCE_SCAN_H
#define PRONG_REDUCE_SCAN_H

#include "reduce/reader.h"

/* Adds the chunk that reader was begun with to state. Returns 0 or PRONG_FOLD_STOP (a bad number; a NaN under
 * PRONG_NAN_RAISE), and then state says why. Worker. */
int prong_scan(const struct prong_plan *plan, struct prong_reader *reader, void *state);

/* Shows a batch to every family in needs. fortran: see prong_source. Returns 0, or PRONG_FOLD_STOP with *nan the place in the
 * batch of a NaN under PRONG_NAN_RAISE. */
int prong_scan_batch(const struct prong_plan *plan, prong_adder *adder, const struct prong_array *fortran, void *state,
                     struct prong_batch *batch, unsigned needs, size_t *nan);

/* Adds n elements that are in memory what the kernels of the exact sums read, without decoding, to these alone; false: they are
 * not, and nothing was done. */
bool prong_scan_sums(prong_exact *exact, prong_adder *adder, prong_dtype dtype, bool swapped, const void *data, size_t n);

/* pairs.c: shows a batch of pairs to the families of pairs. Returns as above; at a negative weight it goes on, and the state
 * says which. */
int prong_scan_pairs(const struct prong_plan *plan, const struct prong_reader *reader, void *state,
                     const struct prong_batch *batch);

#endif
