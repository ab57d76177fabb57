/* SPDX-License-Identifier: MIT */
/* Elements to keys, and keys in order. */
#include "config.h"

#include "order/keys.h"

#define ITEM int64_t
#define KEY(v) (v)
#define SORT sort_keys
#include "order/radix.h"

size_t prong_keys(enum prong_order_domain domain, const void *x, size_t n, int64_t *key)
{
    const char *from = x;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t bits;
        memcpy(&bits, from + 8 * i, sizeof bits);
        if (domain == PRONG_ORDER_F64) {
            key[kept] = prong_key_flip(bits);
            kept += key[kept] >= PRONG_KEY_MINUS_INFINITY && key[kept] <= PRONG_KEY_INFINITY;
        } else {
            key[kept++] = domain == PRONG_ORDER_I64 ? bits : prong_key_of_u64((uint64_t)bits);
        }
    }
    return kept;
}

void prong_keys_sort(int64_t *key, size_t n)
{
    sort_keys(key, n);
}
