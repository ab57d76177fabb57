/* SPDX-License-Identifier: MIT */
/* Planning a reduction along axes: the dimensions are split into the two sides, each is sorted by stride, and neighbours
 * that continue each other become one step. What was sorted is remembered as digits, to get back to row-major indices. */
#include "config.h"

#include "array/axis.h"

#include "array/input.h"
#include "base/error.h"

#include <string.h>

static prong_status mark_axes(struct prong_axis *plan, const int *axes, int count, prong_error *err)
{
    for (int i = 0; i < count; i++) {
        int axis = axes[i] < 0 ? axes[i] + plan->ndim : axes[i];
        if (axis < 0 || axis >= plan->ndim)
            return prong_fail(err, PRONG_EINVAL, "it has %d dimension%s, and no axis %d", plan->ndim,
                              plan->ndim == 1 ? "" : "s", axes[i]);
        if (plan->gone[axis])
            return prong_fail(err, PRONG_EINVAL, "axis %d is listed twice", axes[i]);
        plan->gone[axis] = true;
    }
    return PRONG_OK;
}

static ptrdiff_t magnitude(ptrdiff_t stride)
{
    return stride < 0 ? -stride : stride;
}

/* The dimensions of a side that have more than one index: as the array has them if straight, else the largest stride first; of
 * equal ones, which only empty arrays have, the first. */
static int sort_side(const struct prong_axis *plan, const struct prong_array *array, bool gone, bool straight,
                     int sorted[PRONG_MAX_DIMS])
{
    int n = 0;

    for (int d = 0; d < plan->ndim; d++) {
        int at = n;
        if (plan->gone[d] != gone || plan->shape[d] == 1)
            continue;
        for (; !straight && at > 0 && magnitude(array->strides[sorted[at - 1]]) < magnitude(array->strides[d]); at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = d;
        n++;
    }
    return n;
}

/* False: the indices cannot be counted. */
static bool plan_side(const struct prong_axis *plan, const struct prong_array *array, bool gone, bool straight,
                      struct prong_steps *steps, struct prong_axis_order *order)
{
    int sorted[PRONG_MAX_DIMS], n = sort_side(plan, array, gone, straight, sorted);
    uint64_t weights[PRONG_MAX_DIMS], weight = 1;
    bool empty = false;

    for (int i = 0; i < n; i++)
        empty |= plan->shape[sorted[i]] == 0;
    for (int d = plan->ndim - 1; d >= 0; d--) {
        weights[d] = weight;
        if (plan->gone[d] == gone && !empty && __builtin_mul_overflow(weight, plan->shape[d], &weight))
            return false;
    }
    prong_steps_begin(steps, plan->item);
    order->straight = true;
    order->n = n;
    for (int i = 0; i < n; i++) {
        int d = sorted[i];
        prong_steps_add(steps, plan->shape[d], array->strides[d]);
        order->digit[i].count = plan->shape[d];
        order->digit[i].weight = weights[d];
        order->straight = order->straight && (i == 0 || sorted[i - 1] < d);
    }
    if (empty)
        steps->total = 0;
    return true;
}

static void choose_pattern(struct prong_axis *plan)
{
    plan->inner = plan->outputs.total <= 1 ||
                  (plan->reduced.total > 1 && magnitude(plan->reduced.stride) < magnitude(plan->outputs.stride));
}

prong_status prong_axis_plan(struct prong_axis *plan, const struct prong_array *array, const int *axes, int count,
                             prong_error *err)
{
    prong_status status;

    if (array->access != PRONG_ACCESS_ELEMENTS)
        return prong_array_blame(array,
                                 prong_fail(err, PRONG_EDATA, "%s has no axes",
                                            array->dtype == PRONG_TEXT ? "text" : "a pipe that is read once"),
                                 err);
    *plan = (struct prong_axis){ .data = array->data, .item = prong_dtype_size(array->dtype), .ndim = array->ndim };
    memcpy(plan->shape, array->shape, sizeof plan->shape);
    status = mark_axes(plan, axes, count, err);
    if (status == PRONG_OK && !(plan_side(plan, array, false, false, &plan->outputs, &plan->output_order) &&
                                plan_side(plan, array, true, false, &plan->reduced, &plan->reduced_order)))
        status = prong_fail(err, PRONG_EDATA, "there are more outputs along these axes than can be counted");
    if (status)
        return prong_array_blame(array, status, err);
    choose_pattern(plan);
    return PRONG_OK;
}

void prong_axis_straighten(struct prong_axis *plan, const struct prong_array *array)
{
    if (plan->reduced_order.straight)
        return;
    plan_side(plan, array, true, true, &plan->reduced, &plan->reduced_order); /* it could be counted before */
    choose_pattern(plan);
}

uint64_t prong_axis_index(const struct prong_axis_order *order, uint64_t p)
{
    uint64_t index = 0;

    if (order->straight)
        return p;
    for (int i = order->n - 1; i >= 0; i--) {
        index += p % order->digit[i].count * order->digit[i].weight;
        p /= order->digit[i].count;
    }
    return index;
}

int prong_axis_shape(const struct prong_axis *plan, bool keep, uint64_t shape[PRONG_MAX_DIMS])
{
    int ndim = 0;

    for (int d = 0; d < plan->ndim; d++)
        if (!plan->gone[d] || keep)
            shape[ndim++] = plan->gone[d] ? 1 : plan->shape[d];
    return ndim;
}

bool prong_axis_hull(const struct prong_axis *plan, uint64_t o0, uint64_t o1, uint64_t r0, uint64_t r1,
                     const unsigned char **from, size_t *bytes)
{
    ptrdiff_t low, high, inside_low, inside_high;

    prong_steps_hull(&plan->outputs, o0, o1, &low, &high);
    prong_steps_hull(&plan->reduced, r0, r1, &inside_low, &inside_high);
    low += inside_low;
    high += inside_high;
    *from = plan->data + low;
    *bytes = (size_t)(high - low) + plan->item;
    return *bytes / 4 <= (o1 - o0) * (r1 - r0) * plan->item;
}
