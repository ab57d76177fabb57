/* SPDX-License-Identifier: MIT */
/* Histograms of intervals too full to be caught. */
#include "config.h"

#include "order/refine.h"

enum { BITS_MOST = 12, COUNTERS_MOST = PRONG_REFINE_BYTES / 8, SOME = 64 };

static unsigned bits_for(size_t intervals)
{
    unsigned bits = BITS_MOST;

    while (intervals << bits > COUNTERS_MOST)
        bits--;
    return bits;
}

void prong_refiner_init(struct prong_refiner *r, enum prong_order_domain domain, const struct prong_interval *v, size_t n)
{
    r->domain = domain;
    r->bits = bits_for(n);
    r->n = n;
    for (size_t i = 0; i < n; i++) {
        r->lo[i] = v[i].lo;
        r->width[i] = (uint64_t)v[i].hi - (uint64_t)v[i].lo;
        r->shift[i] = 0;
        while (r->width[i] >> r->shift[i] >> r->bits > 0)
            r->shift[i]++;
    }
}

/* The last interval that begins at or below key, or the first; the same number of steps for every key. */
static inline size_t interval_of(const struct prong_refiner *r, int64_t key)
{
    size_t at = 0;

    for (size_t n = r->n; n > 1;) {
        size_t half = n / 2;
        at += r->lo[at + half] <= key ? half : 0;
        n -= half;
    }
    return at;
}

void prong_refine(const struct prong_refiner *r, const void *x, size_t n, uint64_t *histogram)
{
    const char *from = x;
    uint64_t outside = 0;

    for (size_t first = 0; first < n; first += SOME) {
        size_t m = n - first < SOME ? n - first : SOME;
        int64_t key[SOME];
        prong_keys_with_nan(r->domain, from + 8 * first, m, key);
        for (size_t k = 0; k < m; k++) {
            size_t i = interval_of(r, key[k]);
            uint64_t distance = (uint64_t)key[k] - (uint64_t)r->lo[i];
            size_t at = (i << r->bits) + (size_t)(distance >> r->shift[i]);
            /* what is below lo is too far away as well, since the difference wraps */
            uint64_t *counter = distance <= r->width[i] ? histogram + at : &outside;
            ++*counter;
        }
    }
}

struct prong_place prong_refine_pick(const struct prong_refiner *r, size_t i, const uint64_t *histogram, uint64_t below,
                                     uint64_t rank)
{
    const uint64_t *part = histogram + (i << r->bits);
    struct prong_place p = { .below = below, .interval = SIZE_MAX };
    uint64_t lo, hi;
    size_t at = 0;

    while (rank - p.below >= part[at])
        p.below += part[at++];
    p.count = part[at];
    lo = (uint64_t)at << r->shift[i];
    hi = lo + ((UINT64_C(1) << r->shift[i]) - 1);
    hi = hi < r->width[i] ? hi : r->width[i];
    p.keys.lo = (int64_t)((uint64_t)r->lo[i] + lo);
    p.keys.hi = (int64_t)((uint64_t)r->lo[i] + hi);
    return p;
}
