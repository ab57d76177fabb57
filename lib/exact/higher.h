/* SPDX-License-Identifier: MIT */
/* Σx³ and Σx⁴. */
#ifndef PRONG_EXACT_HIGHER_H
#define PRONG_EXACT_HIGHER_H

#include "exact/piece.h"

/* n elements onto those of both that s holds; NaN and infinities are left out. */
void prong_higher_add(prong_exact *s, prong_adder *a, const double *x, size_t n);
void prong_higher_finish(prong_exact *s, prong_adder *a);

/* Σx²y of finite elements, for x and y at any address. n <= PRONG_BLOCK_ELEMENTS. */
void prong_weighted_squares_add(prong_exact *s, prong_adder *a, const double *x, const double *y, size_t n);
void prong_weighted_squares_finish(prong_exact *s, prong_adder *a);
void prong_weighted_square_put(prong_exact *s, struct prong_piece x, struct prong_piece y); /* one, at once */

#endif
