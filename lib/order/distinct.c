/* SPDX-License-Identifier: MIT */
/* The hash table of distinct values.
 *
 * The hash is the finalizer of splitmix64 (G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number
 * generators, OOPSLA 2014; S. Vigna's constants, public domain). It is a bijection, so that its low bits spread keys over
 * places and its high bits values over parts, independently of each other. */
#include "config.h"

#include "order/distinct.h"

#include "base/size.h"

#define ITEM struct prong_distinct_entry
#define KEY(v) ((v).key)
#define SORT sort_entries
#include "order/radix.h"

__extension__ typedef unsigned __int128 u128;

enum {
    CAPACITY_LEAST = 16,
    SOME = 32 /* so many places are fetched ahead at a time */
};

static inline uint64_t hash_of(int64_t key)
{
    uint64_t z = (uint64_t)key;

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline bool is_of_part(const struct prong_distinct *t, uint64_t hash)
{
    return t->parts == 1 || (uint32_t)((u128)hash * t->parts >> 64) == t->part;
}

size_t prong_distinct_size(uint64_t capacity)
{
    size_t size;

    if (capacity < CAPACITY_LEAST || (capacity & (capacity - 1)) != 0 || capacity > SIZE_MAX ||
        !prong_size_mul((size_t)capacity, sizeof(struct prong_distinct_entry), &size) ||
        !prong_size_add(size, sizeof(struct prong_distinct), &size))
        return 0;
    return size;
}

uint64_t prong_distinct_capacity(size_t bytes)
{
    uint64_t capacity = CAPACITY_LEAST;

    if (prong_distinct_size(capacity) > bytes)
        return 0;
    while (prong_distinct_size(2 * capacity) > 0 && prong_distinct_size(2 * capacity) <= bytes)
        capacity *= 2;
    return capacity;
}

void prong_distinct_init(struct prong_distinct *t, uint64_t capacity, uint32_t part, uint32_t parts)
{
    *t = (struct prong_distinct){ .capacity = capacity, .part = part, .parts = parts };
    memset(t->at, 0, (size_t)capacity * sizeof t->at[0]);
}

/* False if the key is new and the table is full. */
static inline bool add_key(struct prong_distinct *t, int64_t key, uint64_t hash, uint64_t count)
{
    uint64_t mask = t->capacity - 1, place = hash & mask;

    while (t->at[place].count > 0 && t->at[place].key != key)
        place = (place + 1) & mask;
    if (t->at[place].count == 0) {
        if (t->used >= t->capacity / 4 * 3)
            return false;
        t->used++;
        t->at[place].key = key;
    }
    t->at[place].count += count;
    return true;
}

static bool is_nan_key(enum prong_order_domain domain, int64_t key)
{
    return domain == PRONG_ORDER_F64 && (key < PRONG_KEY_MINUS_INFINITY || key > PRONG_KEY_INFINITY);
}

size_t prong_distinct_add(struct prong_distinct *t, enum prong_order_domain domain, const void *x, size_t n)
{
    const char *from = x;

    for (size_t first = 0; first < n; first += SOME) {
        size_t m = n - first < SOME ? n - first : SOME;
        int64_t key[SOME];
        uint64_t hash[SOME];
        prong_keys_with_nan(domain, from + 8 * first, m, key);
        for (size_t k = 0; k < m; k++) {
            if (domain == PRONG_ORDER_F64 && key[k] == PRONG_KEY_MINUS_ZERO)
                key[k] = 0;
            hash[k] = hash_of(key[k]);
            __builtin_prefetch(t->at + (hash[k] & (t->capacity - 1)), 1);
        }
        for (size_t k = 0; k < m; k++) {
            if (is_nan_key(domain, key[k]))
                t->nan += t->part == 0;
            else if (is_of_part(t, hash[k]) && !add_key(t, key[k], hash[k], 1))
                return first + k;
        }
    }
    return n;
}

size_t prong_distinct_merge(struct prong_distinct *t, const struct prong_distinct_entry *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t hash = hash_of(from[i].key);
        if (is_of_part(t, hash) && !add_key(t, from[i].key, hash, from[i].count))
            return i;
    }
    return n;
}

size_t prong_distinct_pack(struct prong_distinct *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->capacity; i++)
        if (t->at[i].count > 0)
            t->at[n++] = t->at[i];
    return n;
}

size_t prong_distinct_extract(const struct prong_distinct *t, struct prong_distinct_entry *out)
{
    size_t n = 0;

    for (size_t i = 0; i < t->capacity; i++)
        if (t->at[i].count > 0)
            out[n++] = t->at[i];
    sort_entries(out, n);
    return n;
}

void prong_distinct_sort(struct prong_distinct_entry *entry, size_t n)
{
    sort_entries(entry, n);
}
