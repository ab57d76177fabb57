/* SPDX-License-Identifier: MIT */
/* The k greatest elements and where they stand; among equal keys the lowest indices. Doubles in the total order of
 * their keys (+0 above -0); NaN are left out. The result does not depend on the order or the grouping of the parts. */
#ifndef PRONG_ORDER_TOP_H
#define PRONG_ORDER_TOP_H

#include "order/keys.h"

enum { PRONG_TOP_MOST = 65536 };

struct prong_top_entry {
    int64_t key;
    uint64_t index;
};

/* A relocatable block of bytes without pointers. A heap with the least of the entries in front. */
struct prong_top {
    uint32_t k, n; /* wanted; kept */
    struct prong_top_entry at[];
};

/* Bytes of a state; 1 <= k <= PRONG_TOP_MOST. */
size_t prong_top_size(uint32_t k);
void prong_top_init(struct prong_top *t, uint32_t k);

/* Adds n elements, of which x[0] has the index first. No index may be added twice. For the k least instead, least: keys
 * are then complemented (~key) within the state. */
void prong_top_add(struct prong_top *t, enum prong_order_domain domain, bool least, const void *x, size_t n,
                   uint64_t first);

/* into gains the entries of from, with shift added to their indices. from keeps its own; both have the same k. */
void prong_top_merge(struct prong_top *into, const struct prong_top *from, uint64_t shift);

/* The entries to out, the greatest first, equal ones by ascending index; with `least` the least first, and keys as they
 * were. Returns how many. The state is as before. */
size_t prong_top_extract(const struct prong_top *t, bool least, struct prong_top_entry *out);

#endif
