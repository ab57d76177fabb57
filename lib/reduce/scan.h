/* SPDX-License-Identifier: MIT */
/* From the bytes of a chunk to its partial state. */
#ifndef PRONG_REDUCE_SCAN_H
#define PRONG_REDUCE_SCAN_H

#include "array/array.h"
#include "reduce/state.h"

/* Elements that are decoded at a time: they stay in the first-level cache while every family looks at them. */
enum { PRONG_BATCH = 2048 };

/* A worker's private memory for scanning: allocated by the parent before the fork. */
struct prong_scan {
    const struct prong_plan *plan;
    const struct prong_array *array;
    prong_adder *adder;
    const char *places[PRONG_BATCH];
    union {
        double f[PRONG_BATCH];
        int64_t i[PRONG_BATCH];
        uint64_t u[PRONG_BATCH];
    };
};

/* n elements at data, the first of which has this index. Returns 0 or PRONG_FOLD_STOP (a NaN under
 * PRONG_NAN_RAISE). */
int prong_scan_elements(struct prong_scan *scan, void *state, const void *data, uint64_t n, uint64_t index);

/* A chunk of text. The reader's begin, end, limit and continues are set. Returns 0 or PRONG_FOLD_STOP (a bad
 * number, a NaN). */
int prong_scan_text(struct prong_scan *scan, void *state, struct prong_text_reader *reader);

/* The domain in which a dtype's elements are reduced. */
enum prong_domain prong_domain_of(prong_dtype dtype);

#endif
