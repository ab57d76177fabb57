/* SPDX-License-Identifier: MIT */
/* What exact/result.c hands on to the files beside it. */
#ifndef PRONG_EXACT_RESULT_H
#define PRONG_EXACT_RESULT_H

#include "exact/state.h"

/* n / Σx for PRONG_Q_HARMONIC. s holds SUM; NaN that it counts are left out, as they are of n. */
double prong_harmonic(const prong_exact *s, uint64_t n, prong_format format);

/* A quantity of pairs, for a state that holds what it needs and no NaN that counts; n pairs without NaN. */
double prong_pair_result(const prong_exact *s, prong_quantity q, uint64_t n, uint64_t ddof, prong_format format);

#endif
