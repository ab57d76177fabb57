/* SPDX-License-Identifier: MIT */
/* Sums of every column of a table that lies row after row, in the order in which it lies there: reductions along any axis
 * but the last. A column's state becomes what prong_exact_add_f64_strided would make of it, to the byte.
 *
 * Column c has the state at states + c * stride bytes, a multiple of 8. All of them hold the same powers, but DOT. Element
 * (r, c) stands at x + r * row_stride + c * its size: any address, and any stride, also negative or shorter than a row.
 * It is worth the while to pass some dozen rows, and a few hundred columns, if there are so many: sums alone take 8192 at a
 * time, the other powers 16. A state is touched a few times a call, whatever the rows; or, between begin and end, once for
 * all calls that follow one another with the same columns. Until the end such states lack what the adder keeps for them.
 *
 * None of these fails. Every process needs an adder of its own, and states that no other one touches meanwhile. */
#ifndef PRONG_EXACT_COLUMNS_H
#define PRONG_EXACT_COLUMNS_H

#include "prong/exact.h"

void prong_exact_add_columns_f64(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                                 ptrdiff_t row_stride, size_t cols);
void prong_exact_add_columns_f32(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                                 ptrdiff_t row_stride, size_t cols);
void prong_exact_add_columns_i64(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                                 ptrdiff_t row_stride, size_t cols);
void prong_exact_add_columns_u64(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                                 ptrdiff_t row_stride, size_t cols);

void prong_exact_columns_begin(prong_adder *a);
void prong_exact_columns_end(prong_adder *a);

#endif
