/* SPDX-License-Identifier: MIT */
/* The tables of bucket.h. Loops do a load, an addition and a store for each element, and branch only on a
 * wrap-around of a 64-bit (128-bit) sum, which is rare and so predicted: that replaces a counter for each bucket. */
#include "config.h"

#include "exact/bucket.h"

#include "exact/adder.h"

#include <string.h>

#define RARELY(condition) __builtin_expect((condition), 0)

/* In all of these tables ready and used stand first. */
#define BEGIN(b)                                                                                                  \
    do {                                                                                                          \
        if (!(b)->ready) {                                                                                        \
            memset((b), 0, sizeof *(b));                                                                          \
            (b)->ready = true;                                                                                    \
        }                                                                                                         \
        (b)->used = true;                                                                                         \
    } while (0)

/* Zeros, subnormals, NaN and infinities. */
static __attribute__((noinline)) void sum_odd(struct prong_sum_buckets *b, uint64_t bits,
                                              prong_exact_counts *counts)
{
    uint64_t m = bits << 12 >> 12, slot = bits >> 63 ? PRONG_BUCKETS : 0;

    if (prong_count_special(bits, counts))
        return;
    counts->not_minus_zero -= bits == UINT64_C(1) << 63;
    b->high[slot] += __builtin_add_overflow(b->low[0][slot], 2 * m, &b->low[0][slot]);
}

static inline void sum_one(struct prong_sum_buckets *b, unsigned table, const char *x, prong_exact_counts *counts)
{
    uint64_t bits, m, slot;

    memcpy(&bits, x, sizeof bits);
    if (RARELY((bits >> 52 & 0x7ff) - 1 >= 0x7fe)) {
        sum_odd(b, bits, counts);
        return;
    }
    m = ((bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52) << (bits >> 52) % PRONG_BUCKET_PLACES;
    slot = bits >> 52 >> 2;
    if (RARELY(__builtin_add_overflow(b->low[table][slot], m, &b->low[table][slot])))
        b->high[slot]++;
}

_Static_assert(PRONG_BUCKET_PLACES == 1 << 2, "the shifts of sum_one");

static void sum_each(struct prong_sum_buckets *b, const char *x, size_t n, prong_exact_counts *counts)
{
    size_t i = 0;

    for (; i + 2 <= n; i += 2) {
        sum_one(b, 0, x + 8 * i, counts);
        sum_one(b, 1, x + 8 * i + 8, counts);
    }
    if (i < n)
        sum_one(b, 0, x + 8 * i, counts);
}

static void sum_slots(struct prong_sum_buckets *b, const uint64_t *significand, const uint64_t *slot, size_t n)
{
    uint64_t *first = b->low[0], *second = b->low[1];

    for (size_t i = 0; i < n; i += 2) {
        uint64_t k0 = slot[i], k1 = slot[i + 1];
        if (RARELY(__builtin_add_overflow(first[k0], significand[i], &first[k0])))
            b->high[k0]++;
        if (RARELY(__builtin_add_overflow(second[k1], significand[i + 1], &second[k1])))
            b->high[k1]++;
    }
}

void prong_bucket_sum(struct prong_sum_buckets *b, const struct prong_kernel *kernel, const double *from, size_t n,
                      prong_exact_counts *counts)
{
    enum { CHUNK = 256 };
    uint64_t significand[CHUNK], slot[CHUNK];
    const char *x = (const char *)from;

    BEGIN(b);
    for (size_t i = 0; i < n; i += CHUNK, x += 8 * CHUNK) {
        size_t chunk = n - i < CHUNK ? n - i : CHUNK;
        if (chunk % PRONG_MAX_LANES || !kernel->slots ||
            kernel->slots((const double *)(const void *)x, chunk, significand, slot))
            sum_each(b, x, chunk, counts);
        else
            sum_slots(b, significand, slot, chunk);
    }
}

static inline void add_square(prong_u128 *low, uint32_t *high, int64_t m)
{
    prong_u128 square = (prong_u128)((prong_i128)m * m);
    prong_u128 sum = *low + square;

    *low = sum;
    if (RARELY(sum < square))
        ++*high;
}

void prong_bucket_squares(struct prong_square_buckets *b, const int64_t *significand, const uint64_t *bucket,
                          size_t n)
{
    size_t i = 0;

    BEGIN(b);
    for (; i + 2 <= n; i += 2) {
        uint64_t k0 = bucket[i], k1 = bucket[i + 1];
        add_square(&b->low[0][k0], &b->high[k0], significand[i]);
        add_square(&b->low[1][k1], &b->high[k1], significand[i + 1]);
    }
    if (i < n)
        add_square(&b->low[0][bucket[i]], &b->high[bucket[i]], significand[i]);
}

void prong_bucket_higher(struct prong_higher_buckets *b, const int64_t *significand, const uint64_t *bucket,
                         size_t n, bool fourths)
{
    BEGIN(b);
    for (size_t i = 0; i < n; i++) {
        uint64_t m = significand[i] < 0 ? -(uint64_t)significand[i] : (uint64_t)significand[i];
        prong_u128 square = (prong_u128)m * m;
        uint64_t low = (uint64_t)square, high = (uint64_t)(square >> 64);
        prong_u128 a = (prong_u128)low * m;
        prong_u128 c = (prong_u128)high * m + (uint64_t)(a >> 64);
        uint64_t cube[3] = { (uint64_t)a, (uint64_t)c, (uint64_t)(c >> 64) };

        prong_wide_deposit_limbs(b->cube[bucket[i]], 4, 0, cube, 3, significand[i] < 0 ? -1 : 1);
        if (fourths) {
            prong_u128 cross = (prong_u128)low * high;
            prong_u128 ll = (prong_u128)low * low, hh = (prong_u128)high * high;
            prong_u128 middle = (ll >> 64) + 2 * (prong_u128)(uint64_t)cross;
            prong_u128 upper = hh + 2 * (cross >> 64) + (middle >> 64);
            uint64_t fourth[4] = { (uint64_t)ll, (uint64_t)middle, (uint64_t)upper, (uint64_t)(upper >> 64) };
            prong_wide_deposit_limbs(b->fourth[bucket[i]], 4, 0, fourth, 4, 1);
        }
    }
}

void prong_bucket_dot(struct prong_dot_buckets *b, const int64_t *x, const uint64_t *x_bucket, const int64_t *y,
                      const uint64_t *y_bucket, size_t n)
{
    BEGIN(b);
    for (size_t i = 0; i < n; i++) {
        uint64_t k = x_bucket[i] + y_bucket[i];
        prong_i128 product = (prong_i128)x[i] * y[i];
        if (RARELY(__builtin_add_overflow(b->low[i % 2][k], product, &b->low[i % 2][k])))
            b->high[k] += product < 0 ? -1 : 1;
    }
}

/* What slot k and its negative counterpart hold. */
static prong_i128 sum_of_slot(const struct prong_sum_buckets *b, unsigned k)
{
    unsigned minus = k + PRONG_BUCKETS;

    return (prong_i128)b->low[0][k] + b->low[1][k] - b->low[0][minus] - b->low[1][minus];
}

/* Eight slots at a time become one number, less than 2^100 in size, so that a full table is 64 deposits. A slot is
 * worth 2^(4 k - 1) of the lowest bit; the half is no trouble, as slot 0 holds even numbers only. */
void prong_bucket_flush_sum(struct prong_sum_buckets *b, uint64_t *limb, size_t limbs)
{
    enum { GROUP = 8, SHIFT = 1 << PRONG_BUCKET_PLACES };

    if (!b->used)
        return;
    for (unsigned k = 0; limb && k < PRONG_BUCKETS; k += GROUP) {
        unsigned bit = PRONG_BUCKET_PLACES * k;
        prong_i128 sum = 0, high = 0;
        for (unsigned i = GROUP; i-- > 0;) {
            sum = SHIFT * sum + sum_of_slot(b, k + i);
            high = SHIFT * high + b->high[k + i] - b->high[k + i + PRONG_BUCKETS];
        }
        if (sum != 0 && k == 0)
            prong_wide_deposit(limb, limbs, 0, sum / 2);
        else if (sum != 0)
            prong_wide_deposit(limb, limbs, bit - 1, sum);
        if (high != 0)
            prong_wide_deposit(limb, limbs, bit + 63, high);
    }
    memset(b->low, 0, sizeof b->low);
    memset(b->high, 0, sizeof b->high);
    b->used = false;
}

void prong_bucket_flush_squares(struct prong_square_buckets *b, uint64_t *limb, size_t limbs)
{
    if (!b->used)
        return;
    for (unsigned k = 0; limb && k < PRONG_BUCKETS; k++) {
        unsigned bit = 2 * PRONG_BUCKET_PLACES * k;
        for (unsigned i = 0; i < 2; i++) {
            uint64_t part[2] = { (uint64_t)b->low[i][k], (uint64_t)(b->low[i][k] >> 64) };
            if (part[0] | part[1])
                prong_wide_deposit_limbs(limb, limbs, bit, part, 2, 1);
        }
        if (b->high[k])
            prong_wide_deposit(limb, limbs, bit + 128, b->high[k]);
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
    for (unsigned k = 0; k < PRONG_BUCKETS; k++) {
        uint64_t *c = b->cube[k];
        if (cube && (c[0] | c[1] | c[2] | c[3])) {
            /* sign-extended by hand: the limbs as an unsigned number, less 2^256 if it is negative */
            prong_wide_deposit_limbs(cube, cube_limbs, 3 * PRONG_BUCKET_PLACES * k, c, 4, 1);
            if (c[3] >> 63)
                prong_wide_deposit(cube, cube_limbs, 3 * PRONG_BUCKET_PLACES * k + 256, -1);
        }
        if (fourth)
            prong_wide_deposit_limbs(fourth, fourth_limbs, 4 * PRONG_BUCKET_PLACES * k, b->fourth[k], 4, 1);
    }
    memset(b->cube, 0, sizeof b->cube);
    memset(b->fourth, 0, sizeof b->fourth);
    b->used = false;
}

void prong_bucket_flush_dot(struct prong_dot_buckets *b, uint64_t *limb, size_t limbs)
{
    if (!b->used)
        return;
    for (unsigned k = 0; limb && k < 2 * PRONG_BUCKETS; k++) {
        unsigned bit = PRONG_BUCKET_PLACES * k;
        for (unsigned i = 0; i < 2; i++)
            if (b->low[i][k])
                prong_wide_deposit(limb, limbs, bit, b->low[i][k]);
        if (b->high[k])
            prong_wide_deposit(limb, limbs, bit + 128, b->high[k]);
    }
    memset(b->low, 0, sizeof b->low);
    memset(b->high, 0, sizeof b->high);
    b->used = false;
}
