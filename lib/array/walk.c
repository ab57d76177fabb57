/* SPDX-License-Identifier: MIT */
/* Walks over strided elements, and the element access that is made of them. Called by workers: no allocation, no error. */
#include "config.h"

#include "array/walk.h"

#include <string.h>

void prong_steps_begin(struct prong_steps *steps, size_t item)
{
    steps->n = 0;
    steps->total = 1;
    steps->stride = (ptrdiff_t)item;
}

void prong_steps_add(struct prong_steps *steps, uint64_t count, ptrdiff_t stride)
{
    ptrdiff_t whole;

    steps->total *= count;
    if (count == 1)
        return;
    if (steps->n > 0 && !__builtin_mul_overflow(stride, count, &whole) && steps->step[steps->n - 1].stride == whole) {
        steps->step[steps->n - 1].count *= count;
        steps->step[steps->n - 1].stride = stride;
    } else {
        steps->step[steps->n].count = count;
        steps->step[steps->n].stride = stride;
        steps->n++;
    }
    steps->stride = stride;
}

void prong_steps_of(struct prong_steps *steps, const struct prong_array *array, bool fortran)
{
    prong_steps_begin(steps, prong_dtype_size(array->dtype));
    for (int k = 0; k < array->ndim; k++) {
        int d = fortran ? array->ndim - 1 - k : k;
        prong_steps_add(steps, array->shape[d], array->strides[d]);
    }
}

ptrdiff_t prong_steps_offset(const struct prong_steps *steps, uint64_t p)
{
    ptrdiff_t offset = 0;

    for (int k = steps->n - 1; k >= 0; k--) {
        offset += (ptrdiff_t)(p % steps->step[k].count) * steps->step[k].stride;
        p /= steps->step[k].count;
    }
    return offset;
}

void prong_steps_hull(const struct prong_steps *steps, uint64_t first, uint64_t last, ptrdiff_t *lowest,
                      ptrdiff_t *highest)
{
    ptrdiff_t low = 0, high = 0;

    for (int k = 0; k < steps->n; k++) {
        ptrdiff_t reach = (ptrdiff_t)(steps->step[k].count - 1) * steps->step[k].stride;
        *(reach < 0 ? &low : &high) += reach;
    }
    *lowest = low;
    *highest = high;
    if (low == 0) {
        *lowest = prong_steps_offset(steps, first);
        *highest = prong_steps_offset(steps, last - 1);
    }
}

void prong_walk_begin(struct prong_walk *walk, const struct prong_steps *steps, uint64_t first)
{
    uint64_t p = first;

    walk->steps = steps;
    walk->at = first;
    walk->offset = 0;
    if (steps->total == 0)
        return;
    for (int k = steps->n - 1; k >= 0; k--) {
        walk->index[k] = p % steps->step[k].count;
        walk->offset += (ptrdiff_t)walk->index[k] * steps->step[k].stride;
        p /= steps->step[k].count;
    }
}

/* The fastest step is at its end: back to its beginning, and one of the next slower one that is not. */
static void carry(struct prong_walk *walk)
{
    const struct prong_steps *steps = walk->steps;

    for (int k = steps->n - 1; k >= 0 && walk->index[k] == steps->step[k].count; k--) {
        walk->offset -= (ptrdiff_t)steps->step[k].count * steps->step[k].stride;
        walk->index[k] = 0;
        if (k == 0)
            break;
        walk->offset += steps->step[k - 1].stride;
        walk->index[k - 1]++;
    }
}

uint64_t prong_walk_next(struct prong_walk *walk, uint64_t limit, ptrdiff_t *offset)
{
    const struct prong_steps *steps = walk->steps;
    int fastest = steps->n - 1;
    uint64_t run;

    *offset = walk->offset;
    if (walk->at >= limit)
        return 0;
    if (fastest < 0) {
        walk->at++;
        return 1;
    }
    run = steps->step[fastest].count - walk->index[fastest];
    if (run > limit - walk->at)
        run = limit - walk->at;
    walk->at += run;
    walk->index[fastest] += run;
    walk->offset += (ptrdiff_t)run * steps->stride;
    carry(walk);
    return run;
}

#define COPY_EACH(word)                                                                                              \
    for (size_t i = 0; i < n; i++) {                                                                                 \
        word w;                                                                                                      \
        memcpy(&w, bytes + (ptrdiff_t)i * stride, sizeof w);                                                         \
        memcpy(out + i * sizeof w, &w, sizeof w);                                                                    \
    }

void prong_run_copy(void *to, const void *from, ptrdiff_t stride, size_t n, size_t item)
{
    const unsigned char *bytes = from;
    unsigned char *out = to;

    if (stride == (ptrdiff_t)item)
        memcpy(to, from, n * item);
    else if (item == 8)
        COPY_EACH(uint64_t)
    else if (item == 4)
        COPY_EACH(uint32_t)
    else if (item == 2)
        COPY_EACH(uint16_t)
    else
        COPY_EACH(uint8_t)
}

void prong_array_gather_in(const struct prong_array *array, bool fortran, uint64_t first, size_t n, void *room)
{
    size_t item = prong_dtype_size(array->dtype);
    unsigned char *to = room;
    struct prong_steps steps;
    struct prong_walk walk;
    ptrdiff_t offset;
    uint64_t run;

    prong_steps_of(&steps, array, fortran);
    prong_walk_begin(&walk, &steps, first);
    while ((run = prong_walk_next(&walk, first + n, &offset)) > 0) {
        prong_run_copy(to, array->data + offset, steps.stride, (size_t)run, item);
        to += run * item;
    }
}

void prong_array_gather(const struct prong_array *array, uint64_t first, size_t n, void *room)
{
    prong_array_gather_in(array, false, first, n, room);
}

void prong_array_prefault_in(const struct prong_array *array, bool fortran, uint64_t first, uint64_t n)
{
    size_t item = prong_dtype_size(array->dtype);
    struct prong_steps steps;
    ptrdiff_t lowest, highest;

    if (n == 0)
        return;
    prong_steps_of(&steps, array, fortran);
    prong_steps_hull(&steps, first, first + n, &lowest, &highest);
    if ((size_t)(highest - lowest) / 4 <= n * item)
        prong_array_prefault(array, array->data + lowest, (size_t)(highest - lowest) + item);
}
