/* SPDX-License-Identifier: MIT */
/* Walking over elements that lie at strides: a list of nested steps, counted through like an odometer, run by run.
 *
 * The steps are listed slowest first. A position p in [0, total) is a number whose digits, in the mixed radix of the
 * counts, tell how often each step is taken; a run is the part of the walk in which only the fastest step is. Steps that
 * continue each other without a gap are one step: a whole array that lies in order is a single run. */
#ifndef PRONG_ARRAY_WALK_H
#define PRONG_ARRAY_WALK_H

#include "array/array.h"

struct prong_steps {
    int n;
    uint64_t total;   /* the product of the counts, 1 without steps */
    ptrdiff_t stride; /* bytes from one element of a run to the next */
    struct {
        uint64_t count;
        ptrdiff_t stride;
    } step[PRONG_MAX_DIMS];
};

/* No steps yet: a single element of item bytes. */
void prong_steps_begin(struct prong_steps *steps, size_t item);
/* Adds a step that is faster than those before it. The total must not overflow. */
void prong_steps_add(struct prong_steps *steps, uint64_t count, ptrdiff_t stride);
/* The steps of all elements of array, in row-major or column-major order of its indices. */
void prong_steps_of(struct prong_steps *steps, const struct prong_array *array, bool fortran);
/* Bytes from element 0 to element p, p < total. */
ptrdiff_t prong_steps_offset(const struct prong_steps *steps, uint64_t p);
/* Offsets of the elements [first, last), first < last, are in [*lowest, *highest]; exactly so where no stride is
 * negative. */
void prong_steps_hull(const struct prong_steps *steps, uint64_t first, uint64_t last, ptrdiff_t *lowest,
                      ptrdiff_t *highest);

struct prong_walk {
    const struct prong_steps *steps;
    uint64_t at;
    ptrdiff_t offset;
    uint64_t index[PRONG_MAX_DIMS];
};

/* Places walk at element first. */
void prong_walk_begin(struct prong_walk *walk, const struct prong_steps *steps, uint64_t first);
/* The next run before limit <= total: returns its length, *offset is that of its first element; 0 at limit. */
uint64_t prong_walk_next(struct prong_walk *walk, uint64_t limit, ptrdiff_t *offset);

/* Copies n elements of item bytes (1, 2, 4 or 8) that lie stride bytes apart one behind the other. */
void prong_run_copy(void *to, const void *from, ptrdiff_t stride, size_t n, size_t item);

#endif
