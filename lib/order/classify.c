/* SPDX-License-Identifier: MIT */
/* Counting below bounds, by comparison with each of a few edges or by search among many, and catching what is inside.
 *
 * Keys are compared with edges only: an interval lo … hi has the edges lo and hi + 1, and neighbours share one. The keys
 * of NaN lie outside -inf … +inf on either side, so that two more edges count them. */
#include "config.h"

#include "order/classify.h"

#include "order/kernel.h"

/* Which edge is at key. Edges come in ascending order. */
static uint16_t edge_at(int64_t *edge, uint32_t *edges, int64_t key)
{
    if (*edges == 0 || edge[*edges - 1] < key)
        edge[(*edges)++] = key;
    return (uint16_t)(*edges - 1);
}

void prong_classifier_init(struct prong_classifier *c, enum prong_order_domain domain, const struct prong_interval *v,
                           size_t n)
{
    int64_t edge[PRONG_EDGES];
    uint32_t edges = 0;

    memset(c->caught, 0, sizeof c->caught);
    c->kernel = prong_order_kernel_choose();
    c->domain = domain;
    c->intervals = (uint32_t)n;
    c->least = c->beyond = 0;
    if (domain == PRONG_ORDER_F64)
        c->least = edge_at(edge, &edges, PRONG_KEY_MINUS_INFINITY);
    for (size_t i = 0; i < n; i++) {
        c->at[2 * i] = edge_at(edge, &edges, v[i].lo);
        c->at[2 * i + 1] = v[i].hi < INT64_MAX ? edge_at(edge, &edges, v[i].hi + 1) : (uint16_t)edges;
        c->caught[c->at[2 * i] + 1] = v[i].lo < v[i].hi;
    }
    if (domain == PRONG_ORDER_F64)
        c->beyond = edge_at(edge, &edges, PRONG_KEY_INFINITY + 1);
    c->edges = edges;
    if (edges > 0)
        prong_search_init(&c->search, edge, edges);
}

const char *prong_classifier_isa(const struct prong_classifier *c)
{
    return c->kernel->isa;
}

/* Some at a time, so that their searches overlap, and room has to be looked at once for all. */
enum { SOME = 32 };

static void keep(struct prong_catch *caught, const int64_t *key, size_t n)
{
    if (n == 0 || caught->full)
        return;
    if (n > caught->capacity - caught->n) {
        n = caught->capacity - caught->n;
        caught->full = true;
    }
    if (n > 0)
        memcpy(caught->key + caught->n, key, n * sizeof *key);
    caught->n += n;
}

/* Counters of two neighbours are apart, since counting the same thing twice in a row has to wait. */
static void by_search(const struct prong_classifier *c, const char *x, size_t n, uint64_t *less,
                      struct prong_catch *caught)
{
    uint64_t at_or_below[2][PRONG_EDGES + 1];
    uint64_t sum = 0;

    for (unsigned k = 0; k < 2; k++)
        memset(at_or_below[k], 0, (c->edges + 1) * sizeof at_or_below[k][0]);
    for (size_t i = 0; i < n; i += SOME) {
        int64_t key[SOME] = { 0 }, found[SOME];
        uint32_t at[SOME];
        size_t m = n - i < SOME ? n - i : SOME, finds = 0;
        if (m == SOME)
            prong_keys_with_nan(c->domain, x + 8 * i, SOME, key);
        else
            prong_keys_with_nan(c->domain, x + 8 * i, m, key);
        prong_search_some(&c->search, key, at, SOME);
        for (size_t k = 0; k < m; k++) {
            at_or_below[k % 2][at[k]]++;
            found[finds] = key[k];
            finds += c->caught[at[k]];
        }
        keep(caught, found, finds);
    }
    for (uint32_t e = 0; e < c->edges; e++) {
        sum += at_or_below[0][e] + at_or_below[1][e];
        less[e] += sum;
    }
}

/* Which edges are compared: all, or all but those of NaN, if there are none and there are other edges. */
struct range {
    uint32_t begin, end;
};

/* Is what has this many of the edges of a group at or below it for the group to catch? What is below them all is for the
 * group in front, what is above for the next, which repeats the last edge; the first and the last have none. */
static bool catches(const struct prong_classifier *c, struct range all, struct range group, uint32_t at_or_below)
{
    if ((at_or_below == 0 && group.begin > all.begin) || (group.begin + at_or_below == group.end && group.end < all.end))
        return false;
    return c->caught[group.begin + at_or_below];
}

/* A group of edges, compared with all elements. If their number is odd, the last is there twice and counts in vain. */
static void by_group(const struct prong_classifier *c, struct range all, struct range of, const void *x, size_t n,
                     uint64_t *less, struct prong_catch *caught)
{
    uint32_t first = of.begin, edges = of.end - of.begin;
    struct prong_edges p = { .flip = c->domain == PRONG_ORDER_U64 ? UINT64_C(1) << 63 : 0,
                            .caught = -(int64_t)catches(c, all, of, edges) };
    prong_pass_function *const *kernels = c->domain == PRONG_ORDER_F64 ? c->kernel->doubles : c->kernel->integers;
    uint64_t group[PRONG_PASS_EDGES] = { 0 };

    for (uint32_t e = 0; e < PRONG_PASS_EDGES; e++) {
        p.edge[e] = c->search.edge[first + (e < edges ? e : edges - 1)];
        p.turn[e] = e < edges ? -(int64_t)(catches(c, all, of, e) != catches(c, all, of, e + 1)) : 0;
    }
    kernels[(edges - 1) / 2](&p, x, n, group, caught);
    for (uint32_t e = first > all.begin; e < edges; e++)
        less[first + e] += group[e];
}

/* So many elements stay in the first cache while group after group passes over them. */
enum { CACHED = 2048 };

static void by_comparison(const struct prong_classifier *c, struct range all, const char *x, size_t n, uint64_t *less,
                          struct prong_catch *caught)
{
    size_t m = all.end - all.begin <= PRONG_PASS_EDGES ? n : CACHED;

    for (size_t i = 0; i < n; i += m) {
        struct range group = all;
        m = n - i < m ? n - i : m;
        do {
            group.end = all.end - group.begin < PRONG_PASS_EDGES ? all.end : group.begin + PRONG_PASS_EDGES;
            by_group(c, all, group, x + 8 * i, m, less, caught);
            group.begin = group.end - 1;
        } while (group.end < all.end);
    }
}

/* Doubles mostly are no NaN: to look is cheaper than to compare with two more edges. */
static void by_comparison_of_all(const struct prong_classifier *c, const char *x, size_t n, uint64_t *less,
                                 struct prong_catch *caught)
{
    struct range all = { 0, c->edges };
    bool inner = c->domain == PRONG_ORDER_F64 && c->edges > 2;
    size_t m;

    for (size_t i = 0; i < n; i += m) {
        m = n - i < CACHED ? n - i : CACHED;
        if (inner && c->kernel->count_nans((const double *)(const void *)(x + 8 * i), m) == 0) {
            less[c->beyond] += m;
            by_comparison(c, (struct range){ c->least + 1U, c->beyond }, x + 8 * i, m, less, caught);
        } else {
            by_comparison(c, all, x + 8 * i, m, less, caught);
        }
    }
}

void prong_classify(const struct prong_classifier *c, const void *x, size_t n, uint64_t *count, uint64_t *nan,
                    struct prong_catch *caught)
{
    const char *from = x;
    uint64_t less[PRONG_EDGES + 1], negative_nan = 0;
    size_t compared = 0;

    if (c->edges == 0)
        return;
    memset(less, 0, (c->edges + 1) * sizeof less[0]);
    if (c->edges <= c->kernel->edges_most) {
        compared = n - n % PRONG_PASS_STEP;
        by_comparison_of_all(c, from, compared, less, caught);
    }
    by_search(c, from + 8 * compared, n - compared, less, caught);
    less[c->edges] = n;
    if (c->domain == PRONG_ORDER_F64) {
        negative_nan = less[c->least];
        *nan += negative_nan + n - less[c->beyond];
    }
    for (size_t i = 0; i < 2 * (size_t)c->intervals; i++)
        count[i] += less[c->at[i]] - negative_nan;
}
