/* SPDX-License-Identifier: MIT */
/* The table of a search. */
#include "config.h"

#include "order/search.h"

void prong_search_init(struct prong_search *s, const int64_t *edge, size_t n)
{
    uint64_t span = (uint64_t)edge[n - 1] - (uint64_t)edge[0];
    size_t most = 0, at = 0;

    s->edges = (uint32_t)n;
    s->shift = 0;
    while (span >> s->shift > PRONG_SEARCH_PLACES - 1)
        s->shift++;
    for (size_t i = 0; i < 2 * PRONG_SEARCH_EDGES; i++)
        s->edge[i] = i < n ? edge[i] : INT64_MAX;
    s->start[0] = 0;
    for (size_t place = 0; place < PRONG_SEARCH_PLACES; place++) {
        size_t first = at;
        s->start[place + 1] = (uint16_t)at;
        while (at < n && ((uint64_t)edge[at] - (uint64_t)edge[0]) >> s->shift == place)
            at++;
        most = at - first > most ? at - first : most;
    }
    for (s->steps = 0; most >> s->steps > 0;)
        s->steps++;
}
