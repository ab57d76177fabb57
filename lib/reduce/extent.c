/* SPDX-License-Identifier: MIT */
/* A pass for the number of elements, the smallest and the largest one and, where wanted, the exact sums that make a standard
 * deviation; quartiles by rank, those of a part of the elements as ranks among all. */
#include "config.h"

#include "reduce/extent.h"

#include "base/error.h"
#include "order/kernel.h"
#include "order/quantile.h"
#include "reduce/ranks.h"

#include <math.h>
#include <stdlib.h>

struct extent_partial {
    struct prong_pass_head head;
    uint64_t n, below, nans;
    union prong_number least, greatest;
    uint64_t sums[PRONG_EXACT_MAX_SIZE / 8]; /* there only where wanted; zeroes: nothing yet */
};

enum { POWERS = PRONG_POWER_SUM | PRONG_POWER_SQUARES };

static prong_exact *sums_of(struct extent_partial *p)
{
    prong_exact *sums = (prong_exact *)(void *)p->sums;

    if (prong_exact_powers(sums) == 0)
        prong_exact_init(sums, POWERS);
    return sums;
}

/* The ends of n elements; returns how many are NaN. */
static size_t ends_f(const double *x, size_t n, double *least, double *greatest)
{
    struct prong_reach_f reach;

    prong_order_kernel_choose()->reach_doubles(x, n, &reach);
    *least = reach.min;
    *greatest = reach.max;
    return reach.nans;
}

static size_t ends_i(const int64_t *x, size_t n, int64_t *least, int64_t *greatest)
{
    prong_reach_i64(x, n, least, greatest);
    return 0;
}

static size_t ends_u(const uint64_t *x, size_t n, uint64_t *least, uint64_t *greatest)
{
    prong_reach_u64(x, n, least, greatest);
    return 0;
}

/* For each domain: the elements within, packed; and what their ends make of the state. NaN lose every comparison, and are counted
 * before they are left out. */
#define DEFINE_DOMAIN(D, T)                                                                                            \
    static size_t pick_##D(const struct prong_within *within, const T *x, size_t n, T *to, uint64_t *below)            \
    {                                                                                                                  \
        T low = within->low.D, high = within->high.D;                                                                  \
        size_t picked = 0;                                                                                             \
        for (size_t i = 0; i < n; i++) {                                                                               \
            T value = x[i];                                                                                            \
            to[picked] = value;                                                                                        \
            picked += (value >= low) & (value <= high);                                                                \
            *below += value < low;                                                                                     \
        }                                                                                                              \
        return picked;                                                                                                 \
    }                                                                                                                  \
    static void absorb_##D(struct extent_partial *into, T least, T greatest, uint64_t n)                               \
    {                                                                                                                  \
        if (n > 0 && (into->n == 0 || least < into->least.D))                                                          \
            into->least.D = least;                                                                                     \
        if (n > 0 && (into->n == 0 || greatest > into->greatest.D))                                                    \
            into->greatest.D = greatest;                                                                               \
        into->n += n;                                                                                                  \
    }                                                                                                                  \
    static void take_##D(struct extent_partial *p, const struct prong_within *within, const T *x, size_t n, T *room,   \
                         prong_adder *adder)                                                                           \
    {                                                                                                                  \
        T least, greatest;                                                                                             \
        size_t nans;                                                                                                   \
        if (within->limited || within->std) {                                                                          \
            p->nans += nans_##D(x, n);                                                                                 \
            n = within->none ? 0 : pick_##D(within, x, n, room, &p->below);                                            \
            x = room;                                                                                                  \
        }                                                                                                              \
        if (within->std)                                                                                               \
            ADD_##D(sums_of(p), adder, x, n);                                                                          \
        nans = ends_##D(x, n, &least, &greatest);                                                                      \
        p->nans += nans;                                                                                               \
        absorb_##D(p, least, greatest, n - nans);                                                                      \
    }

#define nans_f(x, n) prong_order_kernel_choose()->count_nans(x, n)
#define nans_i(x, n) 0
#define nans_u(x, n) 0
#define ADD_f prong_exact_add_f64
#define ADD_i prong_exact_add_i64
#define ADD_u prong_exact_add_u64
DEFINE_DOMAIN(f, double)
DEFINE_DOMAIN(i, int64_t)
DEFINE_DOMAIN(u, uint64_t)

static void take_extent(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                        struct prong_scratch *scratch, const void *params)
{
    const struct prong_within *within = params;
    struct extent_partial *p = partial;

    (void)area;
    if (domain == PRONG_DOMAIN_F64)
        take_f(p, within, batch->f, batch->n, scratch->others.f, scratch->adder);
    else if (domain == PRONG_DOMAIN_I64)
        take_i(p, within, batch->i, batch->n, scratch->others.i, scratch->adder);
    else
        take_u(p, within, batch->u, batch->n, scratch->others.u, scratch->adder);
}

static void join_extents(void *into, const void *from, const void *params)
{
    const struct prong_within *within = params;
    const struct extent_partial *b = from;
    struct extent_partial *a = into;

    a->below += b->below;
    a->nans += b->nans;
    if (within->std && prong_exact_powers((const prong_exact *)(const void *)b->sums) != 0) {
        prong_status ignored = prong_exact_merge(sums_of(a), (const prong_exact *)(const void *)b->sums, NULL);
        (void)ignored; /* both hold the same powers */
    }
    if (within->domain == PRONG_DOMAIN_F64)
        absorb_f(a, b->least.f, b->greatest.f, b->n);
    else if (within->domain == PRONG_DOMAIN_I64)
        absorb_i(a, b->least.i, b->greatest.i, b->n);
    else
        absorb_u(a, b->least.u, b->greatest.u, b->n);
}

void prong_extent_room(struct prong_pool_room *room)
{
    if (room->partial_size < sizeof(struct extent_partial))
        room->partial_size = sizeof(struct extent_partial);
    if (room->ctx_size < sizeof(struct prong_within))
        room->ctx_size = sizeof(struct prong_within);
    prong_ranks_room(room);
}

/* Everything but NaN is within where there is no limit. */
static struct prong_within resolve(const struct prong_within *within)
{
    struct prong_within all = *within;

    if (within->limited)
        return all;
    all.low.f = -HUGE_VAL;
    all.high.f = HUGE_VAL;
    if (within->domain == PRONG_DOMAIN_I64)
        all.low.i = INT64_MIN, all.high.i = INT64_MAX;
    else if (within->domain == PRONG_DOMAIN_U64)
        all.low.u = 0, all.high.u = UINT64_MAX;
    return all;
}

prong_status prong_extent_find(struct prong_multi *multi, const struct prong_within *within, struct prong_extent *extent,
                               prong_error *err)
{
    struct prong_within params = resolve(within);
    struct extent_partial *whole = calloc(1, sizeof *whole);
    struct prong_pass pass = { .partial_size = within->std ? sizeof *whole : offsetof(struct extent_partial, sums),
                               .take = take_extent,
                               .combine = join_extents,
                               .params = &params,
                               .params_size = sizeof params };
    prong_status status;

    if (!whole)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for sums", sizeof *whole);
    status = prong_pass_run(&multi->passes, &pass, whole, err);
    if (status == PRONG_OK) {
        multi->head = whole->head;
        multi->nans = whole->nans;
        *extent = (struct prong_extent){ whole->n, whole->below, whole->nans, whole->least, whole->greatest, 0 };
        if (within->std && whole->n > 0)
            extent->std = prong_exact_result(sums_of(whole), PRONG_Q_STD, 0, PRONG_FORMAT_F64, 0);
    }
    free(whole);
    return status;
}

/* ---- Quartiles ---- */

static struct prong_quantile_rank rank_of(const struct prong_extent *extent, uint64_t quarters)
{
    struct prong_quantile_rank rank = prong_quantile_rank(PRONG_LINEAR, (struct prong_fraction){ quarters, 4 }, extent->n);

    rank.lower += extent->below;
    rank.upper += extent->below;
    return rank;
}

static size_t wanted_ranks(uint64_t n, uint64_t *rank, void *ctx)
{
    (void)n;
    for (uint64_t i = 0; i < 2; i++) {
        struct prong_quantile_rank at = rank_of(ctx, 2 * i + 1);
        rank[2 * i] = at.lower;
        rank[2 * i + 1] = at.upper;
    }
    return 4;
}

prong_status prong_extent_quartiles(struct prong_multi *multi, const struct prong_extent *extent, double quartile[2],
                                    prong_error *err)
{
    struct prong_extent copy = *extent;
    double all = (double)(multi->head.n - multi->nans), n = (double)extent->n, below = (double)extent->below;
    double hint[2] = { (below + n / 4) / all, (below + 3 * n / 4) / all };
    struct prong_ranks ranks = { .what = { .domain = multi->domain },
                                 .hints = hint,
                                 .hint_count = 2,
                                 .wanted = wanted_ranks,
                                 .most = 4,
                                 .ctx = &copy };
    prong_status status = prong_ranks_find(multi, &ranks, err);

    for (uint64_t i = 0; i < 2 && status == PRONG_OK; i++) {
        struct prong_quantile_rank at = rank_of(extent, 2 * i + 1);
        union prong_order_value x;
        enum prong_order_domain domain = prong_quantile_value(prong_order_domain_of(&ranks.what),
                                                              prong_ranks_key(&ranks, at.lower),
                                                              prong_ranks_key(&ranks, at.upper), &at, PRONG_FORMAT_F64, &x);
        quartile[i] = domain == PRONG_ORDER_F64 ? x.f : domain == PRONG_ORDER_I64 ? (double)x.i : (double)x.u;
    }
    prong_ranks_free(&ranks);
    return status;
}
