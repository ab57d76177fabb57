/* SPDX-License-Identifier: MIT */
/* Counting by bin. Where the edges are about evenly spaced, the place between the first and the last edge gives the bin up to one,
 * without a search: with the base half a bin above the first edge, truncation gives the bin itself or the one before, and one
 * comparison with the edge between tells which. Whether that is so for given edges, and however their roundings fell, is not
 * argued but tested once, at every edge from both sides: the estimate never decreases, so that between two edges it stays between
 * what it is there. Edges that fail the test are searched.
 *
 * Integers are compared with edges as integers: with the largest one below each edge. */
#include "config.h"

#include "reduce/tally.h"

#include <math.h>
#include <string.h>

#pragma GCC optimize("O3") /* -O2 of gcc does not vectorise loops of unknown length */

/* Elements whose bins are estimated at a time: they stay in the first-level cache until they are counted. */
enum { STRIP = 512 };

/* Of so many bins lanes help; of more the counters would only take cache. */
enum { LANES = 4, BINS_WITH_LANES = 1024 };

static uint32_t lanes_of(size_t bins)
{
    return bins <= BINS_WITH_LANES ? LANES : 1;
}

size_t prong_tally_size(size_t bins)
{
    return sizeof(struct prong_tally) + (bins + 2) * sizeof(union prong_number);
}

size_t prong_tally_counters(const struct prong_tally *tally)
{
    return ((size_t)tally->bins + 1) * tally->lanes;
}

size_t prong_tally_room(size_t bins)
{
    size_t with_lanes = bins < BINS_WITH_LANES ? bins : BINS_WITH_LANES;
    size_t most = (with_lanes + 1) * LANES;

    return bins + 1 > most ? bins + 1 : most;
}

/* ---- Edges as numbers of the domain ---- */

/* The largest number of the domain below an edge; false: there is none. */
static bool just_below(enum prong_domain domain, double edge, union prong_number *below)
{
    double whole = ceil(edge); /* the integers below edge are those below this */

    switch (domain) {
    case PRONG_DOMAIN_U64:
        if (whole <= 0)
            return false;
        below->u = whole >= 0x1p64 ? UINT64_MAX : (uint64_t)whole - 1;
        return true;
    case PRONG_DOMAIN_I64:
        if (whole <= -0x1p63)
            return false;
        below->i = whole >= 0x1p63 ? INT64_MAX : (int64_t)whole - 1;
        return true;
    default:
        below->f = nextafter(edge, -HUGE_VAL);
        return edge > -HUGE_VAL;
    }
}

/* The number above another one, which has one. */
static union prong_number just_above(enum prong_domain domain, union prong_number x)
{
    if (domain == PRONG_DOMAIN_F64)
        x.f = nextafter(x.f, HUGE_VAL);
    else
        x.u++;
    return x;
}

static union prong_number highest(enum prong_domain domain)
{
    union prong_number x = { .f = HUGE_VAL };

    if (domain == PRONG_DOMAIN_U64)
        x.u = UINT64_MAX;
    else if (domain == PRONG_DOMAIN_I64)
        x.i = INT64_MAX;
    return x;
}

static bool is_above(enum prong_domain domain, union prong_number a, union prong_number b)
{
    if (domain == PRONG_DOMAIN_U64)
        return a.u > b.u;
    return domain == PRONG_DOMAIN_I64 ? a.i > b.i : a.f > b.f;
}

bool prong_bounds(enum prong_domain domain, double low, double high, union prong_number *least, union prong_number *greatest)
{
    switch (domain) {
    case PRONG_DOMAIN_U64:
        low = ceil(low);
        high = floor(high);
        if (low >= 0x1p64 || high < 0)
            return false;
        least->u = low <= 0 ? 0 : (uint64_t)low;
        greatest->u = high >= 0x1p64 ? UINT64_MAX : (uint64_t)high;
        break;
    case PRONG_DOMAIN_I64:
        low = ceil(low);
        high = floor(high);
        if (low >= 0x1p63 || high < -0x1p63)
            return false;
        least->i = low <= -0x1p63 ? INT64_MIN : (int64_t)low;
        greatest->i = high >= 0x1p63 ? INT64_MAX : (int64_t)high;
        break;
    default:
        least->f = low;
        greatest->f = high;
        break;
    }
    return !is_above(domain, *least, *greatest);
}

/* ---- Estimating bins ---- */

/* For each domain: the estimates of n <= STRIP elements, `trash` for those outside; counting with them; and counting by search.
 * Elements outside stay outside, since below[trash + 1] is never exceeded. */
#define DEFINE_DOMAIN(D, T)                                                                                            \
    static void estimate_##D(const struct prong_tally *tally, const T *x, size_t n, int32_t *bin)                      \
    {                                                                                                                  \
        double base = tally->base, scale = tally->scale, trash = (double)tally->bins;                                  \
        T least = tally->least.D, greatest = tally->greatest.D;                                                        \
        for (size_t i = 0; i < n; i++) {                                                                               \
            double place = ((double)x[i] - base) * scale;                                                              \
            bin[i] = (int32_t)((x[i] >= least) & (x[i] <= greatest) ? place : trash);                                  \
        }                                                                                                              \
    }                                                                                                                  \
    static inline uint32_t settle_##D(const struct prong_tally *tally, T x, int32_t bin)                               \
    {                                                                                                                  \
        uint32_t at = (uint32_t)bin;                                                                                   \
        return at + (x > tally->below[at + 1].D);                                                                      \
    }                                                                                                                  \
    static void count_with_lanes_##D(const struct prong_tally *tally, const T *x, const int32_t *bin, size_t n,        \
                                     uint64_t *counter)                                                                \
    {                                                                                                                  \
        size_t i = 0;                                                                                                  \
        for (; i + LANES <= n; i += LANES) {                                                                           \
            size_t a = settle_##D(tally, x[i], bin[i]), b = settle_##D(tally, x[i + 1], bin[i + 1]);                   \
            size_t c = settle_##D(tally, x[i + 2], bin[i + 2]), d = settle_##D(tally, x[i + 3], bin[i + 3]);           \
            counter[LANES * a]++;                                                                                      \
            counter[LANES * b + 1]++;                                                                                  \
            counter[LANES * c + 2]++;                                                                                  \
            counter[LANES * d + 3]++;                                                                                  \
        }                                                                                                              \
        for (; i < n; i++)                                                                                             \
            counter[LANES * (size_t)settle_##D(tally, x[i], bin[i])]++;                                                \
    }                                                                                                                  \
    static void count_##D(const struct prong_tally *tally, const T *x, const int32_t *bin, size_t n, uint64_t *counter) \
    {                                                                                                                  \
        for (size_t i = 0; i < n; i++)                                                                                 \
            counter[settle_##D(tally, x[i], bin[i])]++;                                                                \
    }                                                                                                                  \
    static size_t search_##D(const struct prong_tally *tally, T x)                                                     \
    {                                                                                                                  \
        const union prong_number *from = tally->below;                                                                 \
        if (!(x >= tally->least.D && x <= tally->greatest.D))                                                          \
            return tally->bins;                                                                                        \
        for (size_t left = tally->bins; left > 1;) { /* from[0] is exceeded, from[left] is not */                      \
            size_t half = left / 2;                                                                                    \
            from = x > from[half].D ? from + half : from;                                                              \
            left -= half;                                                                                              \
        }                                                                                                              \
        return (size_t)(from - tally->below);                                                                          \
    }                                                                                                                  \
    static void add_##D(const struct prong_tally *tally, const T *x, size_t n, uint64_t *counter)                      \
    {                                                                                                                  \
        int32_t bin[STRIP];                                                                                            \
        for (size_t k = 0; k < n; k += STRIP) {                                                                        \
            size_t m = n - k < STRIP ? n - k : STRIP;                                                                  \
            if (tally->estimates) {                                                                                    \
                estimate_##D(tally, x + k, m, bin);                                                                    \
                if (tally->lanes == LANES)                                                                             \
                    count_with_lanes_##D(tally, x + k, bin, m, counter);                                               \
                else                                                                                                   \
                    count_##D(tally, x + k, bin, m, counter);                                                          \
            } else {                                                                                                   \
                for (size_t i = k; i < k + m; i++)                                                                     \
                    counter[search_##D(tally, x[i]) * tally->lanes]++;                                                 \
            }                                                                                                          \
        }                                                                                                              \
    }

DEFINE_DOMAIN(f, double)
DEFINE_DOMAIN(i, int64_t)
DEFINE_DOMAIN(u, uint64_t)

void prong_tally_add(const struct prong_tally *tally, const void *x, size_t n, uint64_t *counter)
{
    if (tally->empty)
        counter[(size_t)tally->bins * tally->lanes] += n;
    else if (tally->domain == PRONG_DOMAIN_F64)
        add_f(tally, x, n, counter);
    else if (tally->domain == PRONG_DOMAIN_I64)
        add_i(tally, x, n, counter);
    else
        add_u(tally, x, n, counter);
}

uint64_t prong_tally_count(const struct prong_tally *tally, const uint64_t *counter, size_t i)
{
    uint64_t sum = 0;

    if (i < tally->skipped)
        return 0;
    for (size_t k = 0; k < tally->lanes; k++)
        sum += counter[(i - tally->skipped) * tally->lanes + k];
    return sum;
}

uint64_t prong_tally_outside(const struct prong_tally *tally, const uint64_t *counter)
{
    return prong_tally_count(tally, counter, (size_t)tally->skipped + tally->bins);
}

/* ---- Making a tally ---- */

/* The place of a number before it is truncated, in the estimates' own arithmetic. */
static double place_of(const struct prong_tally *tally, union prong_number x)
{
    double value = tally->domain == PRONG_DOMAIN_F64   ? x.f
                   : tally->domain == PRONG_DOMAIN_I64 ? (double)x.i
                                                       : (double)x.u;
    return (value - tally->base) * tally->scale;
}

/* Does the estimate hold at every edge, from both sides, and at the ends? Places are compared before they are truncated, so
 * that NaN and what no int32_t holds fail. */
static bool estimates_hold(const struct prong_tally *tally)
{
    union prong_number never = highest(tally->domain);

    if (!(place_of(tally, tally->least) > -1) || !(place_of(tally, tally->greatest) < tally->bins))
        return false;
    for (size_t i = 1; i < tally->bins; i++) {
        union prong_number below = tally->below[i];
        if (!(place_of(tally, below) < (double)i))
            return false;
        if (is_above(tally->domain, never, below) && !(place_of(tally, just_above(tally->domain, below)) >= (double)(i - 1)))
            return false;
    }
    return true;
}

void prong_tally_init(struct prong_tally *tally, enum prong_domain domain, const double *edge, size_t bins,
                      const union prong_number *least, const union prong_number *greatest)
{
    union prong_number ends[2], below;
    double width;

    *tally = (struct prong_tally){ .domain = domain };
    tally->empty = !prong_bounds(domain, edge[0], edge[bins], &ends[0], &ends[1]);
    tally->least = least ? *least : ends[0];
    tally->greatest = greatest ? *greatest : ends[1];
    if (least && greatest)
        tally->empty = false;
    while (tally->skipped + 1 < bins && !just_below(domain, edge[tally->skipped + 1], &below))
        tally->skipped++;
    edge += tally->skipped;
    tally->bins = (uint32_t)bins - tally->skipped;
    tally->lanes = lanes_of(tally->bins);
    for (size_t i = 1; i < tally->bins; i++)
        if (just_below(domain, edge[i], &below))
            tally->below[i] = below;
    tally->below[0] = tally->least; /* not looked at */
    tally->below[tally->bins] = tally->below[tally->bins + 1] = highest(domain);
    width = (edge[tally->bins] - edge[0]) / tally->bins;
    tally->base = edge[0] + 0.5 * width;
    tally->scale = 1 / width;
    tally->estimates = isfinite(tally->scale) && tally->scale > 0 && isfinite(tally->base) && estimates_hold(tally);
}
