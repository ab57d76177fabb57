/* SPDX-License-Identifier: MIT */
/* A value between two: a + (b - a) * num / den, exact and rounded once. */
#ifndef PRONG_EXACT_INTERPOLATE_H
#define PRONG_EXACT_INTERPOLATE_H

#include "exact/wide.h"
#include "prong/exact.h"

/* 0 <= num < den. Rounded to format; the environment is irrelevant. A value of 0 is +0, but for num = 0 or a and b the
 * same zero, where it is a, and where it rounds to 0 from below. Infinities: a, if num is 0 or both are the same;
 * otherwise the one that there is; NaN between two different ones. A NaN gives NaN. */
double prong_interpolate_f64(double a, double b, uint64_t num, uint64_t den, prong_format format);

/* |a|, |b| < 2^64. */
double prong_interpolate_integers(prong_i128 a, prong_i128 b, uint64_t num, uint64_t den, prong_format format);

#endif
