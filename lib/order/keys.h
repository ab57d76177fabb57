/* SPDX-License-Identifier: MIT */
/* Elements as keys: signed integers of 64 bits whose order is the order of the elements, so that everything else in
 * this room compares integers only and is indifferent to the floating-point environment.
 *
 * Doubles are in total order: -inf < … < -0 < +0 < … < +inf. A NaN has no key. Integers are their own keys, unsigned
 * ones with the top bit flipped. */
#ifndef PRONG_ORDER_KEYS_H
#define PRONG_ORDER_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What elements are. Every array of elements below is an array of double, int64_t or uint64_t accordingly; it may stand
 * at any address that is a multiple of 8. */
enum prong_order_domain { PRONG_ORDER_F64, PRONG_ORDER_I64, PRONG_ORDER_U64 };

union prong_order_value {
    double f;
    int64_t i;
    uint64_t u;
};

#define PRONG_KEY_MINUS_ZERO INT64_C(-1) /* of the double -0; +0 has the key 0 */
#define PRONG_KEY_INFINITY INT64_C(0x7ff0000000000000)
#define PRONG_KEY_MINUS_INFINITY (-PRONG_KEY_INFINITY - 1)

/* Between bits and key of a double; its own inverse. */
static inline int64_t prong_key_flip(int64_t bits)
{
    return bits ^ (int64_t)((uint64_t)(bits >> 63) >> 1);
}

/* x must not be a NaN. */
static inline int64_t prong_key_of_f64(double x)
{
    int64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return prong_key_flip(bits);
}

static inline double prong_f64_of_key(int64_t key)
{
    double x;

    key = prong_key_flip(key);
    memcpy(&x, &key, sizeof x);
    return x;
}

static inline int64_t prong_key_of_u64(uint64_t x)
{
    return (int64_t)(x ^ UINT64_C(1) << 63);
}

static inline uint64_t prong_u64_of_key(int64_t key)
{
    return (uint64_t)key ^ UINT64_C(1) << 63;
}

static inline union prong_order_value prong_value_of_key(enum prong_order_domain domain, int64_t key)
{
    union prong_order_value value;

    if (domain == PRONG_ORDER_F64)
        value.f = prong_f64_of_key(key);
    else if (domain == PRONG_ORDER_I64)
        value.i = key;
    else
        value.u = prong_u64_of_key(key);
    return value;
}

/* The least and the greatest key that an element can have. */
static inline int64_t prong_key_least(enum prong_order_domain domain)
{
    return domain == PRONG_ORDER_F64 ? PRONG_KEY_MINUS_INFINITY : INT64_MIN;
}

static inline int64_t prong_key_greatest(enum prong_order_domain domain)
{
    return domain == PRONG_ORDER_F64 ? PRONG_KEY_INFINITY : INT64_MAX;
}

/* The keys of n elements, where a NaN has one outside of the least and the greatest, below or above. */
static inline void prong_keys_with_nan(enum prong_order_domain domain, const void *x, size_t n, int64_t *key)
{
    uint64_t flip = domain == PRONG_ORDER_U64 ? UINT64_C(1) << 63 : 0;

    memcpy(key, x, n * sizeof *key);
    if (domain == PRONG_ORDER_F64)
        for (size_t i = 0; i < n; i++)
            key[i] = prong_key_flip(key[i]);
    else
        for (size_t i = 0; i < n; i++)
            key[i] ^= (int64_t)flip;
}

/* The keys of those of n elements that are not NaN, in their order, to key, which must have room for n and may be x
 * itself. Returns how many. */
size_t prong_keys(enum prong_order_domain domain, const void *x, size_t n, int64_t *key);

/* Sorts n keys in their place, in time O(n) whatever they are. */
void prong_keys_sort(int64_t *key, size_t n);

#endif
