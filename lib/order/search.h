/* SPDX-License-Identifier: MIT */
/* Where keys are among many sorted edges: a table indexed by the key's distance from the first edge, and then a binary
 * search of a fixed number of steps without branches among the few edges that share a place of the table. */
#ifndef PRONG_ORDER_SEARCH_H
#define PRONG_ORDER_SEARCH_H

#include "order/keys.h"

enum { PRONG_SEARCH_EDGES = 2050, PRONG_SEARCH_PLACES = 4096 };

/* A relocatable block without pointers. */
struct prong_search {
    uint32_t edges, steps; /* a place has fewer than 2^steps edges */
    unsigned shift;
    uint16_t start[PRONG_SEARCH_PLACES + 1]; /* edges in front of a place; place 0 is what is below the first edge */
    int64_t edge[2 * PRONG_SEARCH_EDGES];    /* behind the last: INT64_MAX, so that steps need no check */
};

/* 0 < n <= PRONG_SEARCH_EDGES edges, ascending, all different. */
void prong_search_init(struct prong_search *s, const int64_t *edge, size_t n);

/* How many edges are at or below each of n keys. */
static inline void prong_search_some(const struct prong_search *s, const int64_t *key, uint32_t *at, size_t n)
{
    const uint64_t last = PRONG_SEARCH_PLACES - 1;

    for (size_t k = 0; k < n; k++) {
        uint64_t place = ((uint64_t)key[k] - (uint64_t)s->edge[0]) >> s->shift;
        place = place < last ? place : last;
        at[k] = s->start[key[k] < s->edge[0] ? 0 : 1 + place];
    }
    for (uint32_t step = UINT32_C(1) << s->steps >> 1; step > 0; step /= 2)
        for (size_t k = 0; k < n; k++)
            at[k] += -(uint32_t)(s->edge[at[k] + step - 1] <= key[k]) & step;
    for (size_t k = 0; k < n; k++)
        at[k] = at[k] < s->edges ? at[k] : s->edges;
}

#endif
