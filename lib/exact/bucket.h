/* SPDX-License-Identifier: MIT */
/* Sums by exponent: the path for data whose exponents no window holds. An element is an integer significand times a
 * power of two that its exponent gives, so the significands of each exponent are summed as integers, by themselves
 * (Neal's large superaccumulator, arXiv:1505.05571), and likewise their squares, cubes and fourth powers. */
#ifndef PRONG_EXACT_BUCKET_H
#define PRONG_EXACT_BUCKET_H

#include "exact/wide.h"

#include <stdbool.h>

enum { PRONG_EXPONENTS = 2048 };

/* All tables: zero when not in use; begin zeroes one that never was used. */

/* Two tables for every other element: an addition to memory must wait for the one before it to the same place. high counts
 * how often one of them wrapped around, once in 1024 additions at most. */
struct prong_sum_buckets {
    bool ready, used;
    int32_t high[PRONG_EXPONENTS];
    int64_t low[2][PRONG_EXPONENTS];
};

struct prong_square_buckets {
    bool ready, used;
    uint32_t high[PRONG_EXPONENTS];
    prong_u128 low[2][PRONG_EXPONENTS];
};

/* Cubes have 159 bits and a sign, fourth powers 212 bits. */
struct prong_higher_buckets {
    bool ready, used;
    uint64_t cube[PRONG_EXPONENTS][4];
    uint64_t fourth[PRONG_EXPONENTS][4];
};

/* By the sum of two exponents. */
struct prong_dot_buckets {
    bool ready, used;
    int32_t high[2 * PRONG_EXPONENTS];
    prong_i128 low[2 * PRONG_EXPONENTS];
};

/* Add n elements as split by a kernel. At most 2^30 elements between flushes. */
void prong_bucket_sum(struct prong_sum_buckets *b, const int64_t *significand, const uint64_t *exponent, size_t n);
void prong_bucket_squares(struct prong_square_buckets *b, const int64_t *significand, const uint64_t *exponent, size_t n);
void prong_bucket_higher(struct prong_higher_buckets *b, const int64_t *significand, const uint64_t *exponent, size_t n,
                         bool fourths);
void prong_bucket_dot(struct prong_dot_buckets *b, const int64_t *x, const uint64_t *x_exponent, const int64_t *y,
                      const uint64_t *y_exponent, size_t n);

/* Move what was summed into a field of a state (NULL: nowhere) and zero the table. */
void prong_bucket_flush_sum(struct prong_sum_buckets *b, uint64_t *limb, size_t limbs);
void prong_bucket_flush_squares(struct prong_square_buckets *b, uint64_t *limb, size_t limbs);
void prong_bucket_flush_higher(struct prong_higher_buckets *b, uint64_t *cube, size_t cube_limbs, uint64_t *fourth,
                               size_t fourth_limbs);
void prong_bucket_flush_dot(struct prong_dot_buckets *b, uint64_t *limb, size_t limbs);

/* The place of a significand with this biased exponent above 2^-1074: subnormals share that of exponent 1. */
static inline unsigned prong_place(uint64_t exponent)
{
    return (unsigned)(exponent ? exponent - 1 : 0);
}

#endif
