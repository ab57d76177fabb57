/* SPDX-License-Identifier: MIT */
/* Counting by bin. Where the edges are about evenly spaced, how far an element is from the first one gives its bin up to one,
 * without a search: half a bin is left out, so that truncation gives the bin itself or the one before, and one comparison with
 * the edge between tells which. Whether that is so for given edges, and however their roundings fell, is not argued but tested
 * once, at every edge from both sides: the estimate never decreases, so that between two edges it stays between what it is
 * there. Edges that fail the test are searched.
 *
 * Integers are compared with edges as integers: with the largest one below each edge. */
#include "config.h"

#include "reduce/binning.h"

#include <math.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* -O2 of gcc does not vectorise loops of unknown length */
#endif

/* Elements whose bins are estimated at a time: they stay in the first-level cache until they are counted. */
enum { STRIP = 512 };

/* Of so many bins lanes help; of more the counters would only take cache. */
enum { LANES = 4, BINS_WITH_LANES = 1024 };

static uint32_t lanes_of(size_t bins)
{
    return bins <= BINS_WITH_LANES ? LANES : 1;
}

size_t prong_binning_size(size_t bins)
{
    return sizeof(struct prong_binning) + (bins + 3) * sizeof(union prong_number);
}

size_t prong_binning_counters(const struct prong_binning *tally)
{
    return ((size_t)tally->bins + 2) * tally->lanes;
}

size_t prong_binning_room(size_t bins)
{
    size_t with_lanes = bins < BINS_WITH_LANES ? bins : BINS_WITH_LANES;
    size_t most = (with_lanes + 2) * LANES;

    return bins + 2 > most ? bins + 2 : most;
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

/* ---- Counting ---- */

/* For each domain: the estimates of n <= STRIP elements, where a NaN loses its first comparison; the place of an element from its
 * estimate, and by search; and counting either way. */
#define DEFINE_DOMAIN(D, T)                                                                                            \
    static void estimate_##D(const struct prong_binning *tally, const T *x, size_t n, int32_t *estimate)                 \
    {                                                                                                                  \
        double base = tally->base, scale = tally->scale, first = tally->first, last = (double)tally->bins + 1;         \
        for (size_t i = 0; i < n; i++) {                                                                               \
            double place = ((double)x[i] - base) * scale;                                                              \
            place = place > first ? place : first;                                                                     \
            estimate[i] = (int32_t)(place < last ? place : last);                                                      \
        }                                                                                                              \
    }                                                                                                                  \
    static inline size_t settle_##D(const struct prong_binning *tally, T x, int32_t estimate)                            \
    {                                                                                                                  \
        uint32_t at = (uint32_t)estimate;                                                                              \
        return at + (x > tally->below[at + 1].D);                                                                      \
    }                                                                                                                  \
    static inline size_t search_##D(const struct prong_binning *tally, T x)                                              \
    {                                                                                                                  \
        const union prong_number *from = tally->below + tally->first;                                                  \
        if (!(x <= tally->below[tally->bins + 2].D)) /* a NaN */                                                       \
            return 0;                                                                                                  \
        for (size_t left = (size_t)tally->bins + 2 - tally->first; left > 1;) { /* from[left] is not exceeded */       \
            size_t half = left / 2;                                                                                    \
            from = x > from[half].D ? from + half : from;                                                              \
            left -= half;                                                                                              \
        }                                                                                                              \
        return (size_t)(from - tally->below);                                                                          \
    }                                                                                                                  \
    static void count_in_lanes_##D(const struct prong_binning *tally, const T *x, const int32_t *estimate, size_t n,     \
                                   uint64_t *counter)                                                                  \
    {                                                                                                                  \
        size_t i = 0;                                                                                                  \
        for (; i + LANES <= n; i += LANES) {                                                                           \
            size_t a = settle_##D(tally, x[i], estimate[i]), b = settle_##D(tally, x[i + 1], estimate[i + 1]);         \
            size_t c = settle_##D(tally, x[i + 2], estimate[i + 2]), d = settle_##D(tally, x[i + 3], estimate[i + 3]); \
            counter[LANES * a]++;                                                                                      \
            counter[LANES * b + 1]++;                                                                                  \
            counter[LANES * c + 2]++;                                                                                  \
            counter[LANES * d + 3]++;                                                                                  \
        }                                                                                                              \
        for (; i < n; i++)                                                                                             \
            counter[LANES * settle_##D(tally, x[i], estimate[i])]++;                                                   \
    }                                                                                                                  \
    static void add_##D(const struct prong_binning *tally, const T *x, size_t n, uint64_t *counter)                      \
    {                                                                                                                  \
        int32_t estimate[STRIP];                                                                                       \
        for (size_t i = 0; i < n && !tally->estimates; i++)                                                            \
            counter[search_##D(tally, x[i]) * tally->lanes]++;                                                         \
        for (size_t k = 0; k < n && tally->estimates; k += STRIP) {                                                    \
            size_t m = n - k < STRIP ? n - k : STRIP;                                                                  \
            estimate_##D(tally, x + k, m, estimate);                                                                   \
            if (tally->lanes == LANES) {                                                                               \
                count_in_lanes_##D(tally, x + k, estimate, m, counter);                                                \
                continue;                                                                                              \
            }                                                                                                          \
            for (size_t i = 0; i < m; i++)                                                                             \
                counter[settle_##D(tally, x[k + i], estimate[i])]++;                                                   \
        }                                                                                                              \
    }

DEFINE_DOMAIN(f, double)
DEFINE_DOMAIN(i, int64_t)
DEFINE_DOMAIN(u, uint64_t)

void prong_binning_add(const struct prong_binning *tally, const void *x, size_t n, uint64_t *counter)
{
    if (tally->empty)
        counter[0] += n;
    else if (tally->domain == PRONG_DOMAIN_F64)
        add_f(tally, x, n, counter);
    else if (tally->domain == PRONG_DOMAIN_I64)
        add_i(tally, x, n, counter);
    else
        add_u(tally, x, n, counter);
}

static uint64_t in_place(const struct prong_binning *tally, const uint64_t *counter, size_t place)
{
    uint64_t sum = 0;

    for (size_t k = 0; k < tally->lanes; k++)
        sum += counter[place * tally->lanes + k];
    return sum;
}

uint64_t prong_binning_count(const struct prong_binning *tally, const uint64_t *counter, size_t i)
{
    return i < tally->skipped ? 0 : in_place(tally, counter, i - tally->skipped + 1);
}

uint64_t prong_binning_outside(const struct prong_binning *tally, const uint64_t *counter)
{
    return in_place(tally, counter, 0) + in_place(tally, counter, (size_t)tally->bins + 1);
}

/* ---- Making a tally ---- */

/* The estimate of a number before it is truncated, in the estimates' own arithmetic. */
static double place_of(const struct prong_binning *tally, union prong_number x)
{
    double value = tally->domain == PRONG_DOMAIN_F64   ? x.f
                   : tally->domain == PRONG_DOMAIN_I64 ? (double)x.i
                                                       : (double)x.u;
    double place = (value - tally->base) * tally->scale;

    place = place > tally->first ? place : tally->first;
    return place < tally->bins + 1.0 ? place : tally->bins + 1.0;
}

/* Does the estimate hold at every edge, from both sides? */
static bool estimates_hold(const struct prong_binning *tally)
{
    union prong_number never = highest(tally->domain);

    if (!isfinite(tally->base) || !isfinite(tally->scale) || !(tally->scale > 0))
        return false;
    for (size_t k = tally->first + 1; k <= (size_t)tally->bins + 1; k++) {
        union prong_number below = tally->below[k];
        if (!(place_of(tally, below) < (double)k))
            return false;
        if (is_above(tally->domain, never, below) && !(place_of(tally, just_above(tally->domain, below)) >= (double)(k - 1)))
            return false;
    }
    return true;
}

/* The first edge is that of least, which may be more than the edge says. */
static void set_bounds(struct prong_binning *tally, const double *edge, union prong_number least, union prong_number greatest)
{
    enum prong_domain domain = tally->domain;
    union prong_number lowest = { .f = -HUGE_VAL };
    bool ignored;

    if (domain == PRONG_DOMAIN_I64)
        lowest.i = INT64_MIN;
    else if (domain == PRONG_DOMAIN_U64)
        lowest.u = 0;
    tally->first = !is_above(domain, least, lowest);
    if (domain == PRONG_DOMAIN_F64)
        least.f = nextafter(least.f, -HUGE_VAL);
    else
        least.u -= !tally->first;
    tally->below[0] = tally->below[1] = least; /* not looked at where first is 1 */
    for (size_t k = 2; k <= tally->bins; k++)
        ignored = just_below(domain, edge[k - 1], &tally->below[k]); /* there is one: the others were skipped */
    (void)ignored;
    tally->below[tally->bins + 1] = greatest;
    tally->below[tally->bins + 2] = highest(domain);
}

void prong_binning_init(struct prong_binning *tally, enum prong_domain domain, const double *edge, size_t bins,
                      const union prong_number *least, const union prong_number *greatest)
{
    union prong_number low, high, ignored;
    double width;

    *tally = (struct prong_binning){ .domain = domain };
    tally->empty = !prong_bounds(domain, edge[0], edge[bins], &low, &high) && !least;
    while (tally->skipped + 1 < bins && !just_below(domain, edge[tally->skipped + 1], &ignored))
        tally->skipped++;
    edge += tally->skipped;
    tally->bins = (uint32_t)bins - tally->skipped;
    tally->lanes = lanes_of(tally->bins);
    if (tally->empty)
        return;
    set_bounds(tally, edge, least ? *least : low, greatest ? *greatest : high);
    width = (edge[tally->bins] - edge[0]) / tally->bins;
    tally->base = edge[0] - 0.5 * width;
    tally->scale = 1 / width;
    tally->estimates = estimates_hold(tally);
}
