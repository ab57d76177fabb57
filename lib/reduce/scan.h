/* SPDX-License-Identifier: MIT */
/* From the bytes of a chunk to its partial state. */
#ifndef PRONG_REDUCE_SCAN_H
#define PRONG_REDUCE_SCAN_H

#include "array/array.h"
#include "reduce/state.h"

/* Elements that are decoded at a time: they stay in the first-level cache while every family looks at them. */
enum { PRONG_BATCH = 2048 };

/* Elements that are put together at a time where they lie apart: enough that what a call costs does not show. */
enum { PRONG_PIECE = 8 * PRONG_BATCH };

/* A worker's private memory for scanning: allocated by the parent before the fork. */
struct prong_scan {
    const struct prong_plan *plan;
    const struct prong_array *array;
    prong_adder *adder;
    const char *places[PRONG_BATCH];
    union prong_numbers {
        double f[PRONG_BATCH];
        int64_t i[PRONG_BATCH];
        uint64_t u[PRONG_BATCH];
    } numbers, others; /* decoded elements; those of the second array of a pair */
    uint64_t pieces[2][PRONG_PIECE]; /* raw elements that were put together, of each array */
};

/* n elements at data, the first of which has this index. Returns 0 or PRONG_FOLD_STOP (a NaN under
 * PRONG_NAN_RAISE). */
int prong_scan_elements(struct prong_scan *scan, void *state, const void *data, uint64_t n, uint64_t index);

/* n pairs of elements of scan->array at x and of other at y, for PRONG_NEED_DOT. Returns as above. */
int prong_scan_pairs(struct prong_scan *scan, void *state, const struct prong_array *other, const void *x,
                     const void *y, uint64_t n, uint64_t index);

/* May the two above be given the elements where they are, element i of the data being number i for both arrays? If not,
 * prong_scan_view takes n elements or, with an other array, pairs, from number first on. Returns as above. */
bool prong_scan_is_plain(const struct prong_array *x, const struct prong_array *other);
int prong_scan_view(struct prong_scan *scan, void *state, const struct prong_array *other, uint64_t first, uint64_t n);

/* The batch at data as the families read it: in place where it is aligned and of its own kind, else decoded into room. */
void prong_scan_read(const struct prong_array *array, const unsigned char *data, struct prong_batch *batch,
                     union prong_numbers *room);

/* A chunk of text. The reader's begin, end, limit and continues are set. Returns 0 or PRONG_FOLD_STOP (a bad
 * number, a NaN). */
int prong_scan_text(struct prong_scan *scan, void *state, struct prong_text_reader *reader);

/* The domain in which a dtype's elements are reduced. */
enum prong_domain prong_domain_of(prong_dtype dtype);

#endif
