/* SPDX-License-Identifier: MIT */
/* How often each value occurs: a hash table of keys and counts in memory of the caller. It never grows: when it is
 * full it says how far it came, and the caller repeats with a part of the values, which are split by their hash.
 *
 * -0 and +0 are one value here, +0. NaN is one value, which is counted apart. */
#ifndef PRONG_ORDER_DISTINCT_H
#define PRONG_ORDER_DISTINCT_H

#include "order/keys.h"

struct prong_distinct_entry {
    int64_t key;
    uint64_t count; /* in a table, 0 marks a free place */
};

/* A relocatable block of bytes without pointers. Linear probing; places used are at most 3/4 of all. */
struct prong_distinct {
    uint64_t capacity; /* places, a power of two */
    uint64_t used;     /* distinct values */
    uint64_t nan;
    uint32_t part, parts;
    struct prong_distinct_entry at[];
};

/* Bytes of a table with that many places, a power of two, at least 16; 0 if it is none or does not fit a size. */
size_t prong_distinct_size(uint64_t capacity);

/* The largest capacity whose table has at most that many bytes; 0 if there is none. */
uint64_t prong_distinct_capacity(size_t bytes);

/* Makes the prong_distinct_size(capacity) bytes at t an empty table for part 0 <= part < parts of the values. Every
 * value is of one part, and the parts are of about equal size; NaN is of part 0. */
void prong_distinct_init(struct prong_distinct *t, uint64_t capacity, uint32_t part, uint32_t parts);

/* Adds n elements, or count times each key of n entries, those of other parts left out. Returns how many were taken: if
 * fewer than n, the table is full, and holds exactly those in front of the first that found no place. Keys of entries
 * must be from a table. */
size_t prong_distinct_add(struct prong_distinct *t, enum prong_order_domain domain, const void *x, size_t n);
size_t prong_distinct_merge(struct prong_distinct *t, const struct prong_distinct_entry *from, size_t n);

/* The used entries, by ascending key, to out. Returns how many. _pack leaves them, unsorted, at the front of the
 * table's own memory (at[0 … used-1]), after which it is a table no more. */
size_t prong_distinct_extract(const struct prong_distinct *t, struct prong_distinct_entry *out);
size_t prong_distinct_pack(struct prong_distinct *t);

/* Sorts n entries by key in their place. */
void prong_distinct_sort(struct prong_distinct_entry *entry, size_t n);

#endif
