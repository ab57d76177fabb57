/* SPDX-License-Identifier: MIT */
/* Quotients of big integers, and their roots, rounded once: what every quantity comes down to. */
#ifndef PRONG_EXACT_QUOTIENT_H
#define PRONG_EXACT_QUOTIENT_H

#include "exact/big.h"
#include "exact/state.h"

/* (|p| / |q|) * 2^exponent, or the root of that, with the sign asked for; an exact 0 is +0, and q = 0 gives NaN unless
 * p is 0 too. Uses p and q up. */
double prong_quotient(struct prong_big *p, struct prong_big *q, long exponent, int root, int negative,
                      prong_format format);

/* A field of a state, which the mask must hold, in units of its lowest bit. */
void prong_big_load(struct prong_big *r, const prong_exact *s, enum prong_field field);

#endif
