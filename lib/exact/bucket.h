/* SPDX-License-Identifier: MIT */
/* Sums by exponent: the path for data whose exponents no window holds. An element is an integer significand times
 * a power of two that its exponent gives, so the significands of each exponent are summed as integers, by
 * themselves (Neal's large superaccumulator, arXiv:1505.05571), and likewise their squares, cubes and fourth
 * powers. Here four exponents share a sum, their significands shifted by 0 to 3. */
#ifndef PRONG_EXACT_BUCKET_H
#define PRONG_EXACT_BUCKET_H

#include "exact/kernel.h"
#include "exact/state.h"
#include "exact/wide.h"

#include <stdbool.h>

/* So many elements fit at least between flushes: fourth powers have the least room, 2^32. */
enum { PRONG_BUCKET_MOST = 1 << 30 };

/* All tables: zero when not in use; begin zeroes one that never was used.
 *
 * Several tables for elements in turn, since an addition to memory must wait for the one before it to the same
 * place. high counts how often one of them wrapped around: once in 128 additions at most, in 2^16 for squares and
 * products. */
struct prong_sum_buckets {
    bool ready, used;
    uint32_t high[2 * PRONG_BUCKETS];
    uint64_t low[2][2 * PRONG_BUCKETS]; /* by sign and exponent / 4: first the positive ones, then the negative */
};

struct prong_square_buckets {
    bool ready, used;
    uint32_t high[PRONG_BUCKETS];
    prong_u128 low[2][PRONG_BUCKETS];
};

/* Cubes have 168 bits and a sign, fourth powers 224 bits. */
struct prong_higher_buckets {
    bool ready, used;
    uint64_t cube[PRONG_BUCKETS][4];
    uint64_t fourth[PRONG_BUCKETS][4];
};

/* By the sum of two buckets. */
struct prong_dot_buckets {
    bool ready, used;
    int32_t high[2 * PRONG_BUCKETS];
    prong_i128 low[2][2 * PRONG_BUCKETS];
};

/* Adds n elements at any address; counts NaN and infinities, and takes -0 from counts->not_minus_zero. */
void prong_bucket_sum(struct prong_sum_buckets *b, const struct prong_kernel *kernel, const double *x, size_t n,
                      prong_exact_counts *counts);

/* The others add n elements as split by a kernel. At most PRONG_BUCKET_MOST between flushes. */
void prong_bucket_squares(struct prong_square_buckets *b, const int64_t *significand, const uint64_t *bucket,
                          size_t n);
void prong_bucket_higher(struct prong_higher_buckets *b, const int64_t *significand, const uint64_t *bucket,
                         size_t n, bool fourths);
void prong_bucket_dot(struct prong_dot_buckets *b, const int64_t *x, const uint64_t *x_bucket, const int64_t *y,
                      const uint64_t *y_bucket, size_t n);

/* Move what was summed into a field of a state (NULL: nowhere) and zero the table. */
void prong_bucket_flush_sum(struct prong_sum_buckets *b, uint64_t *limb, size_t limbs);
void prong_bucket_flush_squares(struct prong_square_buckets *b, uint64_t *limb, size_t limbs);
void prong_bucket_flush_higher(struct prong_higher_buckets *b, uint64_t *cube, size_t cube_limbs, uint64_t *fourth,
                               size_t fourth_limbs);
void prong_bucket_flush_dot(struct prong_dot_buckets *b, uint64_t *limb, size_t limbs);

#endif
