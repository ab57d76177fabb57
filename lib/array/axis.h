/* SPDX-License-Identifier: MIT */
/* Reductions along axes: which elements make which output, and in what order to touch them.
 *
 * The dimensions of an array fall into two sides, those that are kept, whose indices number the outputs, and those that are
 * reduced. The place of an element is the sum of what its output o and its reduced index r contribute:
 *
 *     address = data + offset(outputs, o) + offset(reduced, r)
 *
 * so the two sides are walked independently (array/walk.h), in any nesting, and any rectangle of outputs [o0, o1) by
 * reduced indices [r0, r1) is a chunk of work. What is fast is decided by which side has the smallest stride:
 *
 * Inner reduce (plan.inner; in C order the last axis): the elements of one output are neighbours. For each output, one run
 * after the other is added to its state, as whole arrays are. Where the runs are long this is the plain reduction, done
 * once an output:
 *
 *     for each run of outputs (n of them, the first at offset `there`):
 *         for k < n: for each run of reduced indices (m of them, the first at offset `inside`):
 *             add the m elements at data + there + k * outputs.stride + inside, reduced.stride apart, to output o + k
 *
 * Outer reduce (not plan.inner; in C order any other axis): the elements of one output are far apart, and the neighbours of
 * an element belong to the neighbouring outputs. Then a row of outputs is carried along: for each reduced index, a row of
 * elements is added, place by place, to the row of states. Memory is read in order, and the states of a row stay in cache if
 * the row is short enough: cut [o0, o1) so that its states fit, before cutting [r0, r1):
 *
 *     for each run of outputs (n of them, the first at offset `there`):
 *         for each run of reduced indices (m of them, the first at offset `inside`): for k < m:
 *             add element i of the n at data + there + inside + k * reduced.stride, outputs.stride apart, to output o + i
 *
 * In both the pair of walks is the same, and only the nesting differs:
 *
 *     prong_walk_begin(&outer, &plan.outputs, o0);
 *     for (o = o0; (n = prong_walk_next(&outer, o1, &there)) > 0; o += n) {
 *         prong_walk_begin(&inner, &plan.reduced, r0);
 *         for (r = r0; (m = prong_walk_next(&inner, r1, &inside)) > 0; r += m)
 *             …
 *     }
 *
 * Where an inner reduce has many outputs of short runs (the three colours of a pixel), the nesting of the outer one does
 * better: rows of outputs, strided, instead of a call for every three elements.
 *
 * A run whose stride is not the element's size goes through prong_run_copy into a buffer first, and whatever the run is,
 * prong_decode_* makes numbers of it.
 *
 * Work is cut so that chunks are large and read whole cache lines: among the outputs where there are enough of them
 * (every chunk [o0, o1) with all of [0, reduced.total) needs no combining), else among the reduced indices, whose partial
 * rows are combined. An outer reduce should not cut a run of outputs shorter than some hundred bytes.
 *
 * Numbering. Both sides are numbered as their elements lie in memory, the largest stride slowest, because that is the order
 * in which to walk. For arrays in C order this is the row-major numbering, plan.output_order.straight and
 * plan.reduced_order.straight are true, and o and r are the indices that numpy has. For others (column-major) it is not:
 * prong_axis_index gives the row-major index of o among the outputs, where its result is to be stored, or of r among the
 * reduced indices. What argmin reports, and by what it, first and last tell who comes first, are the latter: for these the
 * elements of an output must be met in row-major order, and the plan is straightened. */
#ifndef PRONG_ARRAY_AXIS_H
#define PRONG_ARRAY_AXIS_H

#include "array/walk.h"

/* How a side is numbered. */
struct prong_axis_order {
    bool straight; /* the numbers are row-major indices */
    int n;
    struct {
        uint64_t count;
        uint64_t weight; /* of this dimension's index in the row-major index */
    } digit[PRONG_MAX_DIMS]; /* slowest first */
};

struct prong_axis {
    const unsigned char *data;
    size_t item;
    bool inner;
    struct prong_steps outputs;
    struct prong_steps reduced; /* total 0: every output is one of no elements */
    struct prong_axis_order output_order;
    struct prong_axis_order reduced_order;
    int ndim; /* of the array */
    uint64_t shape[PRONG_MAX_DIMS];
    bool gone[PRONG_MAX_DIMS]; /* the dimension is reduced */
};

/* Plans the reduction of array along the axes listed, any number of them; negative ones count from the end. The plan points
 * to the array's data and keeps nothing else of it. PRONG_EDATA (a stream or text, or more outputs than can be counted),
 * PRONG_EINVAL (an axis that the array has not, or that is listed twice); detail begins with the array's name. */
prong_status prong_axis_plan(struct prong_axis *plan, const struct prong_array *array, const int *axes, int count,
                             prong_error *err);

/* Numbers the reduced indices as they are in row-major order, however their elements lie, at the price of longer ways. array is
 * that of the plan. */
void prong_axis_straighten(struct prong_axis *plan, const struct prong_array *array);

/* The row-major index of number p of a side; see above. Any process. */
uint64_t prong_axis_index(const struct prong_axis_order *order, uint64_t p);

/* The shape of the outputs; reduced dimensions have length 1 if they are to be kept. Returns the number of dimensions. */
int prong_axis_shape(const struct prong_axis *plan, bool keep, uint64_t shape[PRONG_MAX_DIMS]);

/* The bytes from the first to the last element of the rectangle [o0, o1) x [r0, r1), none of which is empty: what
 * prong_array_prefault wants. False: they lie so far apart that most of what is between them would be read in vain. */
bool prong_axis_hull(const struct prong_axis *plan, uint64_t o0, uint64_t o1, uint64_t r0, uint64_t r1,
                     const unsigned char **from, size_t *bytes);

#endif
