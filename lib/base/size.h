/* SPDX-License-Identifier: MIT */
/* Sizes that cannot wrap: every size of a segment, a slot table or an array goes through these. They return false
 * where the true result does not fit, and leave *out untouched. */
#ifndef PRONG_BASE_SIZE_H
#define PRONG_BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool prong_size_add(size_t a, size_t b, size_t *out)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *out = sum;
    return true;
}

static inline bool prong_size_mul(size_t a, size_t b, size_t *out)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *out = product;
    return true;
}

/* Rounds up to a multiple of align, a power of two. */
static inline bool prong_size_align(size_t a, size_t align, size_t *out)
{
    size_t sum;
    if (!prong_size_add(a, align - 1, &sum))
        return false;
    *out = sum & ~(align - 1);
    return true;
}

/* ceil(a / b) without a sum that could wrap; b > 0. */
static inline uint64_t prong_ceil_div(uint64_t a, uint64_t b)
{
    return a / b + (a % b != 0);
}

#endif
