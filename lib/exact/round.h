/* SPDX-License-Identifier: MIT */
/* The one rounding. */
#ifndef PRONG_EXACT_ROUND_H
#define PRONG_EXACT_ROUND_H

#include "prong/exact.h"

/* ±(w[0 … n-1] + δ) * 2^exponent, where δ is 0 (sticky 0) or something strictly between 0 and 1 (sticky 1),
 * rounded to format, half to even. With sticky the integer must have at least 64 bits. */
double prong_round(int negative, const uint64_t *w, size_t n, int sticky, long exponent, prong_format format);

double prong_infinity(int negative);
double prong_quiet_nan(void);
double prong_zero(int negative);

#endif
