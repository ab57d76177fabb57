/* SPDX-License-Identifier: MIT */
/* Intervals from a sample, and ranks from counts. */
#include "config.h"

#include "order/bracket.h"

#include <math.h>

/* The variance of the rank of quantile q in a sample of n: it is binomial. */
static double variance_of(double q, double n)
{
    return n * q * (1 - q);
}

/* The places that it may be off. A few more cover the skew of rare ranks, where it is nearly Poisson, and the neighbour that
 * interpolation wants. */
static double places_off(double variance)
{
    return 5 * sqrt(variance) + 12;
}

static struct prong_interval around(enum prong_order_domain domain, const int64_t *sample, size_t n, double q)
{
    double place = q * (double)(n ? n - 1 : 0), off = places_off(variance_of(q, (double)n));
    struct prong_interval v = { prong_key_least(domain), prong_key_greatest(domain) };

    if (place - off >= 0)
        v.lo = sample[(size_t)(place - off)];
    if (place + off < (double)n - 1)
        v.hi = sample[(size_t)ceil(place + off)];
    return v;
}

/* By lo; they are few, and mostly sorted already. */
static void sort_intervals(struct prong_interval *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct prong_interval one = v[i];
        size_t k = i;
        for (; k > 0 && v[k - 1].lo > one.lo; k--)
            v[k] = v[k - 1];
        v[k] = one;
    }
}

size_t prong_intervals_unite(struct prong_interval *v, size_t n)
{
    size_t kept = 0;

    sort_intervals(v, n);
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && v[i].lo <= v[kept - 1].hi) {
            if (v[i].hi > v[kept - 1].hi)
                v[kept - 1].hi = v[i].hi;
        } else {
            v[kept++] = v[i];
        }
    }
    return kept;
}

/* The first of n sorted keys that is not below key; n if there is none. */
static size_t first_from(const int64_t *sorted, size_t n, int64_t key)
{
    size_t at = 0;

    while (n > 0) {
        size_t half = n / 2;
        if (sorted[at + half] < key) {
            at += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return at;
}

/* A key is heavy if it is 1/HEAVY_SHARE of the sample inside an interval, and no accident. */
enum { HEAVY_SHARE = 16, HEAVY_LEAST = 8 };

struct pieces {
    struct prong_interval *out;
    size_t n, room;
};

/* Cuts the heavy keys out of v. The sample has room for all that follow it, one each. */
static void split(struct pieces *to, size_t following, struct prong_interval v, const int64_t *sample, size_t n)
{
    size_t first = first_from(sample, n, v.lo), last = first, run;
    size_t heavy;

    while (last < n && sample[last] <= v.hi)
        last++;
    heavy = (last - first) / HEAVY_SHARE > HEAVY_LEAST ? (last - first) / HEAVY_SHARE : HEAVY_LEAST;
    for (size_t i = first; i < last; i += run) {
        int64_t key = sample[i];
        for (run = 1; i + run < last && sample[i + run] == key; run++)
            ;
        if (run < heavy || v.lo == v.hi || to->n + 3 + following > to->room)
            continue;
        if (v.lo < key)
            to->out[to->n++] = (struct prong_interval){ v.lo, key - 1 };
        to->out[to->n++] = (struct prong_interval){ key, key };
        if (key == v.hi)
            return;
        v.lo = key + 1;
    }
    to->out[to->n++] = v;
}

size_t prong_bracket(enum prong_order_domain domain, const int64_t *sample, size_t n, const double *q, size_t wanted,
                     struct prong_interval *out, size_t room)
{
    struct prong_interval whole[PRONG_INTERVALS];
    struct pieces to = { out, 0, room };
    size_t intervals;

    for (size_t i = 0; i < wanted; i++)
        whole[i] = around(domain, sample, n, q[i]);
    intervals = prong_intervals_unite(whole, wanted);
    for (size_t i = 0; i < intervals; i++)
        split(&to, intervals - i - 1, whole[i], sample, n);
    return to.n;
}

double prong_bracket_share(const int64_t *sample, size_t n, const struct prong_interval *v, size_t intervals)
{
    size_t inside = 0;

    for (size_t i = 0; i < intervals; i++)
        if (v[i].lo < v[i].hi)
            inside += (v[i].hi < INT64_MAX ? first_from(sample, n, v[i].hi + 1) : n) - first_from(sample, n, v[i].lo);
    return n > 0 ? (double)inside / (double)n : intervals > 0;
}

size_t prong_bracket_grid(const int64_t *sample, size_t n, struct prong_interval *out, size_t room)
{
    size_t kept = 0;

    for (size_t i = 0; i < room && n > 0; i++) {
        int64_t key = sample[(size_t)((double)(n - 1) * ((double)(i + 1) / (double)(room + 1)))];
        if (kept == 0 || out[kept - 1].hi < key)
            out[kept++] = (struct prong_interval){ key, key };
    }
    return kept;
}

struct prong_place prong_place_of(enum prong_order_domain domain, const struct prong_interval *v, const uint64_t *count,
                                  size_t intervals, uint64_t n, uint64_t rank)
{
    struct prong_place p = { { prong_key_least(domain), prong_key_greatest(domain) }, 0, n, 0, SIZE_MAX };

    for (size_t i = 0; i < intervals; i++) {
        uint64_t below = count[2 * i], until = count[2 * i + 1];
        if (rank < below) {
            p.keys.hi = v[i].lo - 1;
            p.count = below - p.below;
            return p;
        }
        if (rank < until) {
            p.keys = v[i];
            p.below = below;
            p.count = until - below;
            p.interval = i;
            return p;
        }
        p.below = until;
        p.caught_below += v[i].lo < v[i].hi ? until - below : 0;
        p.keys.lo = v[i].hi + (v[i].hi != INT64_MAX);
    }
    p.count = n - p.below;
    return p;
}

/* ---- A survey ---- */

static struct prong_place survey_place(enum prong_order_domain domain, const struct prong_survey *s, double rank)
{
    return prong_place_of(domain, s->v, s->count, s->intervals, s->n, (uint64_t)rank);
}

/* The key of a rank of the survey; where it was not caught, `above` or `below` it, at the end of the nearest interval. */
static int64_t survey_key(enum prong_order_domain domain, const struct prong_survey *s, double rank, bool above)
{
    struct prong_place p = survey_place(domain, s, rank);

    if (p.interval == SIZE_MAX)
        return above ? p.keys.hi + (p.keys.hi < prong_key_greatest(domain)) : p.keys.lo - (p.keys.lo > prong_key_least(domain));
    if (p.keys.lo == p.keys.hi)
        return p.keys.lo;
    return s->caught[p.caught_below + (uint64_t)rank - p.below];
}

/* False if quantile q is in no interval. */
static bool surround(enum prong_order_domain domain, const struct prong_survey *s, double q, struct prong_interval *v)
{
    double last = (double)(s->n - 1), rank = q * last, variance = variance_of(q, (double)s->n), off;
    struct prong_place p = survey_place(domain, s, rank);

    if (p.interval == SIZE_MAX)
        return false;
    variance = fmax(variance, fmax(s->variance[2 * p.interval], s->variance[2 * p.interval + 1]));
    off = places_off(variance);
    v->lo = rank - off >= 0 ? survey_key(domain, s, rank - off, true) : prong_key_least(domain);
    v->hi = ceil(rank + off) < last ? survey_key(domain, s, ceil(rank + off), false) : prong_key_greatest(domain);
    return true;
}

size_t prong_bracket_narrow(enum prong_order_domain domain, const struct prong_survey *survey, const double *q, size_t wanted,
                            struct prong_interval *out, size_t room, double *share)
{
    struct prong_interval narrow[PRONG_INTERVALS];
    struct pieces to = { out, 0, room };
    size_t n, left;

    for (size_t i = 0; i < wanted; i++)
        if (survey->n == 0 || !surround(domain, survey, q[i], &narrow[i]))
            return 0;
    n = prong_intervals_unite(narrow, wanted);
    left = n + survey->intervals; /* no more pieces can be left over than that */
    if (left > room)
        return 0;
    for (size_t i = 0, k = 0; i < survey->intervals && k < n; left--) {
        struct prong_interval a = survey->v[i], b = narrow[k];
        struct prong_interval both = { a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi };
        if (both.lo <= both.hi)
            split(&to, left, both, survey->caught, survey->caught_n);
        if (a.hi <= b.hi)
            i++;
        else
            k++;
    }
    *share = prong_bracket_share(survey->caught, survey->caught_n, out, to.n) * (double)survey->caught_n / (double)survey->n;
    return to.n;
}
