/* SPDX-License-Identifier: MIT */
/* What goes with an array: a second one, weights, a mask. */
#ifndef PRONG_REDUCE_COMPANIONS_H
#define PRONG_REDUCE_COMPANIONS_H

#include "reduce/reader.h"

/* Can the operations of a list be asked for together, and, if weighted, of elements with weights? PRONG_EOP. */
prong_status prong_companions_check(const struct prong_op_use *uses, size_t count, bool weighted, prong_error *err);

/* Do the elements of two arrays go together? PRONG_EDATA. */
prong_status prong_companions_match(const struct prong_array *x, const struct prong_array *y, prong_error *err);

/* Puts the options' mask and weights to a source, which decides how it is read, and joins its domain to that of a plan.
 * PRONG_EDATA: a companion does not go with the array; PRONG_EINVAL: its elements do not go with those that were added before. */
prong_status prong_companions_join(struct prong_plan *plan, struct prong_source *source, const prong_reduce_options *options,
                                   prong_error *err);

#endif
