/* SPDX-License-Identifier: MIT */
/* The tables of bucket.h. Loops do a load, an addition and a store for each element, and branch only on a wrap-around of
 * a 64-bit (128-bit) sum, which is rare and so predicted: that replaces a counter for each bucket. */
#include "config.h"

#include "exact/bucket.h"

#include <string.h>

#define RARELY(condition) __builtin_expect((condition), 0)

/* In all of these tables ready and used stand first. */
#define BEGIN(b)                                                                                                       \
    do {                                                                                                               \
        if (!(b)->ready) {                                                                                             \
            memset((b), 0, sizeof *(b));                                                                               \
            (b)->ready = true;                                                                                         \
        }                                                                                                              \
        (b)->used = true;                                                                                              \
    } while (0)

static inline void add_signed(int64_t *low, int32_t *high, int64_t m)
{
    if (RARELY(__builtin_add_overflow(*low, m, low)))
        *high += m < 0 ? -1 : 1;
}

void prong_bucket_sum(struct prong_sum_buckets *b, const int64_t *significand, const uint64_t *exponent, size_t n)
{
    size_t i = 0;

    BEGIN(b);
    for (; i + 2 <= n; i += 2) {
        uint64_t e0 = exponent[i], e1 = exponent[i + 1];
        add_signed(&b->low[0][e0], &b->high[e0], significand[i]);
        add_signed(&b->low[1][e1], &b->high[e1], significand[i + 1]);
    }
    if (i < n)
        add_signed(&b->low[0][exponent[i]], &b->high[exponent[i]], significand[i]);
}

static inline void add_square(prong_u128 *low, uint32_t *high, int64_t m)
{
    prong_u128 square = (prong_u128)((prong_i128)m * m);
    prong_u128 sum = *low + square;

    *low = sum;
    if (RARELY(sum < square))
        ++*high;
}

void prong_bucket_squares(struct prong_square_buckets *b, const int64_t *significand, const uint64_t *exponent, size_t n)
{
    size_t i = 0;

    BEGIN(b);
    for (; i + 2 <= n; i += 2) {
        uint64_t e0 = exponent[i], e1 = exponent[i + 1];
        add_square(&b->low[0][e0], &b->high[e0], significand[i]);
        add_square(&b->low[1][e1], &b->high[e1], significand[i + 1]);
    }
    if (i < n)
        add_square(&b->low[0][exponent[i]], &b->high[exponent[i]], significand[i]);
}

void prong_bucket_higher(struct prong_higher_buckets *b, const int64_t *significand, const uint64_t *exponent, size_t n,
                         bool fourths)
{
    BEGIN(b);
    for (size_t i = 0; i < n; i++) {
        uint64_t m = significand[i] < 0 ? -(uint64_t)significand[i] : (uint64_t)significand[i];
        prong_u128 square = (prong_u128)m * m;
        uint64_t low = (uint64_t)square, high = (uint64_t)(square >> 64);
        prong_u128 a = (prong_u128)low * m;
        prong_u128 c = (prong_u128)high * m + (uint64_t)(a >> 64);
        uint64_t cube[3] = { (uint64_t)a, (uint64_t)c, (uint64_t)(c >> 64) };

        prong_wide_deposit_limbs(b->cube[exponent[i]], 4, 0, cube, 3, significand[i] < 0 ? -1 : 1);
        if (fourths) {
            prong_u128 cross = (prong_u128)low * high;
            prong_u128 ll = (prong_u128)low * low, hh = (prong_u128)high * high;
            prong_u128 middle = (ll >> 64) + 2 * (prong_u128)(uint64_t)cross;
            prong_u128 upper = hh + 2 * (cross >> 64) + (middle >> 64);
            uint64_t fourth[4] = { (uint64_t)ll, (uint64_t)middle, (uint64_t)upper, (uint64_t)(upper >> 64) };
            prong_wide_deposit_limbs(b->fourth[exponent[i]], 4, 0, fourth, 4, 1);
        }
    }
}

void prong_bucket_dot(struct prong_dot_buckets *b, const int64_t *x, const uint64_t *x_exponent, const int64_t *y,
                      const uint64_t *y_exponent, size_t n)
{
    BEGIN(b);
    for (size_t i = 0; i < n; i++) {
        unsigned place = prong_place(x_exponent[i]) + prong_place(y_exponent[i]);
        prong_i128 product = (prong_i128)x[i] * y[i];
        if (RARELY(__builtin_add_overflow(b->low[place], product, &b->low[place])))
            b->high[place] += product < 0 ? -1 : 1;
    }
}

/* Sixteen exponents at a time become one number, less than 2^100 in size, so that a full table is 128 deposits. */
void prong_bucket_flush_sum(struct prong_sum_buckets *b, uint64_t *limb, size_t limbs)
{
    enum { GROUP = 16 };

    if (!b->used)
        return;
    /* the subnormals of exponent 0 have the place of exponent 1 */
    if (limb)
        prong_wide_deposit(limb, limbs, 0, (prong_i128)b->low[0][0] + b->low[1][0]);
    if (limb && b->high[0])
        prong_wide_deposit(limb, limbs, 64, b->high[0]);
    for (unsigned e = 1; limb && e < PRONG_EXPONENTS; e += GROUP) {
        prong_i128 sum = 0;
        int64_t high = 0;
        for (unsigned i = GROUP < PRONG_EXPONENTS - e ? GROUP : PRONG_EXPONENTS - e; i-- > 0;) {
            sum = 2 * sum + b->low[0][e + i] + b->low[1][e + i];
            high = 2 * high + b->high[e + i];
        }
        if (sum != 0)
            prong_wide_deposit(limb, limbs, prong_place(e), sum);
        if (high)
            prong_wide_deposit(limb, limbs, prong_place(e) + 64, high);
    }
    memset(b->low, 0, sizeof b->low);
    memset(b->high, 0, sizeof b->high);
    b->used = false;
}

static void deposit_with_high(uint64_t *limb, size_t limbs, unsigned bit, prong_u128 low, int64_t high)
{
    uint64_t part[2] = { (uint64_t)low, (uint64_t)(low >> 64) };

    prong_wide_deposit_limbs(limb, limbs, bit, part, 2, 1);
    if (high)
        prong_wide_deposit(limb, limbs, bit + 128, high);
}

void prong_bucket_flush_squares(struct prong_square_buckets *b, uint64_t *limb, size_t limbs)
{
    if (!b->used)
        return;
    for (size_t e = 0; limb && e < PRONG_EXPONENTS; e++) {
        for (unsigned i = 0; i < 2; i++)
            if (b->low[i][e])
                deposit_with_high(limb, limbs, 2 * prong_place(e), b->low[i][e], 0);
        if (b->high[e])
            prong_wide_deposit(limb, limbs, 2 * prong_place(e) + 128, b->high[e]);
    }
    memset(b->low, 0, sizeof b->low);
    memset(b->high, 0, sizeof b->high);
    b->used = false;
}

void prong_bucket_flush_higher(struct prong_higher_buckets *b, uint64_t *cube, size_t cube_limbs, uint64_t *fourth,
                               size_t fourth_limbs)
{
    if (!b->used)
        return;
    for (size_t e = 0; e < PRONG_EXPONENTS; e++) {
        uint64_t *c = b->cube[e];
        if (cube && (c[0] | c[1] | c[2] | c[3])) {
            /* sign-extended by hand: the limbs as an unsigned number, less 2^256 if it is negative */
            prong_wide_deposit_limbs(cube, cube_limbs, 3 * prong_place(e), c, 4, 1);
            if (c[3] >> 63)
                prong_wide_deposit(cube, cube_limbs, 3 * prong_place(e) + 256, -1);
        }
        if (fourth)
            prong_wide_deposit_limbs(fourth, fourth_limbs, 4 * prong_place(e), b->fourth[e], 4, 1);
    }
    memset(b->cube, 0, sizeof b->cube);
    memset(b->fourth, 0, sizeof b->fourth);
    b->used = false;
}

void prong_bucket_flush_dot(struct prong_dot_buckets *b, uint64_t *limb, size_t limbs)
{
    if (!b->used)
        return;
    for (unsigned place = 0; limb && place < 2 * PRONG_EXPONENTS; place++) {
        if (b->low[place])
            prong_wide_deposit(limb, limbs, place, b->low[place]);
        if (b->high[place])
            prong_wide_deposit(limb, limbs, place + 128, b->high[place]);
    }
    memset(b->low, 0, sizeof b->low);
    memset(b->high, 0, sizeof b->high);
    b->used = false;
}
