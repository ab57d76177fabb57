/* SPDX-License-Identifier: MIT */
/* A sort by radix in place, "American flag sort" of P. M. McIlroy, K. Bostic and M. D. McIlroy, Engineering radix sort,
 * Computing Systems 6 (1993): included once for each kind of item, with
 *
 *     ITEM     the type
 *     KEY(v)   the int64_t that items are sorted by
 *     SORT     the name of the function
 *
 * defined. A level sorts by the eight bits below the highest in which the keys differ at all, so that there are at most
 * eight levels, and few where keys are close together. */
#include <stddef.h>
#include <stdint.h>

enum { RADIX_PARTS = 256, RADIX_BITS = 8, RADIX_FEW = 32 };

static void insertion_sort(ITEM *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        ITEM item = v[i];
        size_t k = i;
        for (; k > 0 && KEY(v[k - 1]) > KEY(item); k--)
            v[k] = v[k - 1];
        v[k] = item;
    }
}

static inline unsigned part_of(int64_t key, unsigned shift)
{
    return (unsigned)(((uint64_t)key ^ UINT64_C(1) << 63) >> shift) % RADIX_PARTS;
}

/* Every item of a part that is not yet at its place goes there, and the one that it displaces follows. */
static void permute(ITEM *v, size_t *at, const size_t *end, unsigned shift)
{
    for (unsigned part = 0; part < RADIX_PARTS; part++)
        while (at[part] < end[part]) {
            ITEM item = v[at[part]];
            unsigned home = part_of(KEY(item), shift);
            while (home != part) {
                ITEM next = v[at[home]];
                v[at[home]++] = item;
                item = next;
                home = part_of(KEY(item), shift);
            }
            v[at[part]++] = item;
        }
}

static void SORT(ITEM *v, size_t n)
{
    size_t at[RADIX_PARTS] = { 0 }, end[RADIX_PARTS], sum = 0;
    uint64_t differ = 0;
    unsigned top, shift;

    if (n <= RADIX_FEW) {
        insertion_sort(v, n);
        return;
    }
    for (size_t i = 1; i < n; i++)
        differ |= (uint64_t)KEY(v[i]) ^ (uint64_t)KEY(v[0]);
    if (differ == 0)
        return;
    top = 64 - (unsigned)__builtin_clzll(differ);
    shift = top > RADIX_BITS ? top - RADIX_BITS : 0;
    for (size_t i = 0; i < n; i++)
        at[part_of(KEY(v[i]), shift)]++;
    for (unsigned part = 0; part < RADIX_PARTS; part++) {
        sum += at[part];
        at[part] = sum - at[part];
        end[part] = sum;
    }
    permute(v, at, end, shift);
    if (shift > 0)
        for (unsigned part = 0; part < RADIX_PARTS; part++) {
            size_t begin = part ? end[part - 1] : 0;
            if (end[part] - begin > 1)
                SORT(v + begin, end[part] - begin);
        }
}
