/* SPDX-License-Identifier: MIT */
/* Signed integers of up to PRONG_BIG_LIMBS limbs, sign and magnitude, for the last step only: a variance or a
 * kurtosis as a quotient of exact integers. The longest that occurs is the numerator of the sample skewness under
 * its root, some 13600 bits. Plain schoolbook methods: they run once a result. */
#ifndef PRONG_EXACT_BIG_H
#define PRONG_EXACT_BIG_H

#include <stddef.h>
#include <stdint.h>

enum { PRONG_BIG_LIMBS = 256 };

struct prong_big {
    int negative;                /* never for zero */
    size_t n;                    /* limbs in use; the highest is not 0 */
    uint64_t w[PRONG_BIG_LIMBS]; /* the lowest first */
};

void prong_big_set(struct prong_big *r, uint64_t value);
void prong_big_set_limbs(struct prong_big *r, const uint64_t *limb, size_t limbs); /* from two's complement */
size_t prong_big_bits(const struct prong_big *a);                                  /* length of |a| */

/* r may be a or b, but for mul. */
void prong_big_add(struct prong_big *r, const struct prong_big *a, const struct prong_big *b);
void prong_big_sub(struct prong_big *r, const struct prong_big *a, const struct prong_big *b);
void prong_big_mul(struct prong_big *r, const struct prong_big *a, const struct prong_big *b);
void prong_big_mul_word(struct prong_big *r, uint64_t factor);
void prong_big_shift_left(struct prong_big *r, size_t bits);

/* q = floor(|a| / |b|), b not 0; q is neither a nor b, which are used up. Returns 1 if something remained. */
int prong_big_div(struct prong_big *q, struct prong_big *a, struct prong_big *b);

/* a = floor(√a) for 0 <= a < 2^190. Returns 1 if something remained. */
int prong_big_sqrt(struct prong_big *a);

#endif
