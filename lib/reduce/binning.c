/* SPDX-License-Identifier: MIT */
/* Counting by bin. Where the edges are about evenly spaced, how far an element is from the first one gives its bin without a
 * search, but for those elements that are so close to an edge that roundings decide on which side they come to lie: a block that
 * has such is in doubt, and each of its elements is compared with an edge. How close is close enough for given edges, and however
 * their roundings fell, is not argued but tested once, at every edge from both sides, by the kernel that will estimate: estimates
 * never decrease, so that between two edges they stay between what they are there. Edges that fail the test even where all is in
 * doubt are searched.
 *
 * Integers are compared with edges as integers: with the largest one below each edge. */
#include "config.h"

#include "reduce/binning.h"

#include <math.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* -O2 of gcc does not vectorise loops of unknown length */
#endif

/* Elements whose places are estimated at a time: they stay in the first-level cache until they are counted. */
enum { BLOCK = PRONG_PLACES_BLOCK, STRIP = PRONG_PLACES_BLOCKS * BLOCK };

/* Of so many bins lanes help; of more the counters would only take cache. */
enum { LANES = 4, BINS_WITH_LANES = 1024, MORE_LANES = 8, BINS_WITH_MORE = 256 };

static uint32_t lanes_of(size_t bins)
{
    return bins <= BINS_WITH_MORE ? MORE_LANES : bins <= BINS_WITH_LANES ? LANES : 1;
}

size_t prong_binning_size(size_t bins)
{
    return sizeof(struct prong_binning) + (bins + 3) * sizeof(union prong_number);
}

size_t prong_binning_counters(const struct prong_binning *tally)
{
    return ((size_t)tally->bins + 2) * tally->lanes;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Counters of at most so many bins, if there are lanes for up to `limit` of them. */
static size_t most_counters(size_t bins, size_t limit, size_t lanes)
{
    return ((bins < limit ? bins : limit) + 2) * lanes;
}

size_t prong_binning_room(size_t bins)
{
    return larger(bins + 2, larger(most_counters(bins, BINS_WITH_LANES, LANES), most_counters(bins, BINS_WITH_MORE, MORE_LANES)));
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

/* The whole part of a place as kernels give it. */
static inline uint32_t whole(uint64_t place)
{
    return (uint32_t)(place >> 32) % (UINT32_C(1) << 20);
}

/* n places, a multiple of the lanes. */
#define DEFINE_COUNT(L)                                                                                                \
    static void count_##L(const uint64_t *place, size_t n, uint64_t *counter)                                          \
    {                                                                                                                  \
        for (size_t i = 0; i < n; i += L)                                                                              \
            for (size_t k = 0; k < L; k++)                                                                             \
                counter[L * (size_t)whole(place[i + k]) + k]++;                                                        \
    }

DEFINE_COUNT(1)
DEFINE_COUNT(4)
DEFINE_COUNT(8)

static void count_places(const struct prong_binning *tally, const uint64_t *place, size_t n, uint64_t *counter)
{
    if (tally->lanes == MORE_LANES)
        count_8(place, n, counter);
    else if (tally->lanes == LANES)
        count_4(place, n, counter);
    else
        count_1(place, n, counter);
}

/* For each domain: the place of an element by search; those of a block in doubt by comparing with the edge below; and counting
 * either way. A NaN loses its first comparison. */
#define DEFINE_DOMAIN(D, T)                                                                                            \
    static inline size_t search_##D(const struct prong_binning *tally, T x)                                            \
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
    static void settle_##D(const struct prong_binning *tally, const T *x, uint64_t *place)                             \
    {                                                                                                                  \
        for (size_t i = 0; i < BLOCK; i++) {                                                                           \
            uint32_t at = whole(place[i]);                                                                             \
            place[i] = (uint64_t)(at - ((at > tally->first) & !(x[i] > tally->below[at].D))) << 32;                    \
        }                                                                                                              \
    }                                                                                                                  \
    static void estimate_##D(const struct prong_binning *tally, const T *x, unsigned blocks, uint64_t *place)          \
    {                                                                                                                  \
        uint64_t doubtful = tally->kernel->D(&tally->places, x, blocks, place);                                        \
        for (; doubtful; doubtful &= doubtful - 1) {                                                                   \
            size_t first = (size_t)__builtin_ctzll(doubtful) * BLOCK;                                                  \
            settle_##D(tally, x + first, place + first);                                                               \
        }                                                                                                              \
    }                                                                                                                  \
    static void add_##D(const struct prong_binning *tally, const T *x, size_t n, uint64_t *counter)                    \
    {                                                                                                                  \
        uint64_t place[STRIP];                                                                                         \
        T rest[BLOCK] = { 0 };                                                                                         \
        size_t k = 0;                                                                                                  \
        for (size_t i = 0; i < n && !tally->estimates; i++)                                                            \
            counter[search_##D(tally, x[i]) * tally->lanes]++;                                                         \
        if (!tally->estimates)                                                                                         \
            return;                                                                                                    \
        for (size_t m; n - k >= BLOCK; k += m) {                                                                       \
            m = n - k < STRIP ? (n - k) / BLOCK * BLOCK : STRIP;                                                       \
            estimate_##D(tally, x + k, (unsigned)(m / BLOCK), place);                                                  \
            count_places(tally, place, m, counter);                                                                    \
        }                                                                                                              \
        if (k == n)                                                                                                    \
            return;                                                                                                    \
        memcpy(rest, x + k, (n - k) * sizeof *x);                                                                      \
        estimate_##D(tally, rest, 1, place);                                                                           \
        for (size_t i = 0; i < n - k; i++)                                                                             \
            counter[tally->lanes * (size_t)whole(place[i])]++;                                                         \
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

/* Estimates of n <= BLOCK numbers, as doubles. */
static void estimate(const struct prong_binning *tally, const union prong_number *x, size_t n, double *place)
{
    uint64_t number[BLOCK] = { 0 }, bits[BLOCK];
    double f[BLOCK];

    memcpy(number, x, n * sizeof *number);
    memcpy(f, number, sizeof f);
    if (tally->domain == PRONG_DOMAIN_F64)
        tally->kernel->f(&tally->places, f, 1, bits);
    else if (tally->domain == PRONG_DOMAIN_I64)
        tally->kernel->i(&tally->places, (const int64_t *)number, 1, bits);
    else
        tally->kernel->u(&tally->places, number, 1, bits);
    memcpy(place, bits, n * sizeof *place);
}

/* Are the estimates of what is not above edges k, k + 1, … of n below them, or in doubt, and those of what is above not below? */
static bool holds_at(const struct prong_binning *tally, size_t k, size_t n, double doubt)
{
    union prong_number below[BLOCK] = { { 0 } }, above[BLOCK] = { { 0 } }, never = highest(tally->domain);
    double not_above[BLOCK], lowest_above[BLOCK];

    for (size_t i = 0; i < n; i++) {
        below[i] = tally->below[k + i];
        above[i] = is_above(tally->domain, never, below[i]) ? just_above(tally->domain, below[i]) : never;
    }
    estimate(tally, below, n, not_above);
    estimate(tally, above, n, lowest_above);
    for (size_t i = 0; i < n; i++) {
        double edge = 0x1p20 + (double)(k + i);
        if (!(not_above[i] < edge + doubt))
            return false;
        if (is_above(tally->domain, never, below[i]) && !(lowest_above[i] >= edge))
            return false;
    }
    return true;
}

/* Places are moved up by as much as roundings may have moved them down, a power of two: what is then less than twice that above
 * an edge is in doubt. Does that hold at every edge, from both sides? */
static bool estimates_hold(struct prong_binning *tally, double base, double scale, double slack)
{
    double most = (double)tally->bins + 1;

    tally->places = (struct prong_places){ .base = base,
                                           .scale = scale,
                                           .shift = 0x1p20 + slack,
                                           .low = 0x1p20 + tally->first + 0.5,
                                           .high = 0x1p20 + most + 0.5,
                                           .mask = UINT32_MAX & ~((uint64_t)(2 * slack * 0x1p32) - 1) };
    for (size_t k = tally->first + 1; k <= (size_t)tally->bins + 1; k += BLOCK) {
        size_t n = (size_t)tally->bins + 2 - k;
        if (!holds_at(tally, k, n < BLOCK ? n : BLOCK, 2 * slack))
            return false;
    }
    return true;
}

/* The least slack with which estimates hold. Half a bin is all that there is: then everything is in doubt. */
static bool find_estimates(struct prong_binning *tally, const double *edge)
{
    static const double slack[] = { 0x1p-31, 0x1p-24, 0x1p-18, 0x1p-12, 0x1p-8, 0x1p-1 };
    double width = (edge[tally->bins] - edge[0]) / tally->bins, base = edge[0] - width, scale = 1 / width;

    if (!isfinite(base) || !isfinite(scale) || !(scale > 0))
        return false;
    for (size_t i = 0; i < sizeof slack / sizeof slack[0]; i++)
        if (estimates_hold(tally, base, scale, slack[i]))
            return true;
    return false;
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

    *tally = (struct prong_binning){ .domain = domain, .kernel = prong_places_kernel_choose() };
    tally->empty = !prong_bounds(domain, edge[0], edge[bins], &low, &high) && !least;
    while (tally->skipped + 1 < bins && !just_below(domain, edge[tally->skipped + 1], &ignored))
        tally->skipped++;
    edge += tally->skipped;
    tally->bins = (uint32_t)bins - tally->skipped;
    tally->lanes = lanes_of(tally->bins);
    if (tally->empty)
        return;
    set_bounds(tally, edge, least ? *least : low, greatest ? *greatest : high);
    tally->estimates = find_estimates(tally, edge);
}
