/* SPDX-License-Identifier: MIT */
/* Selection by passes:
 *
 *     sample      some elements, from evenly spread places; they tell where the wanted ranks are, almost surely
 *     survey      more of them, if there are many: those that are among these places tell it more closely
 *     count       all elements: how many are below each bound; those between the bounds are caught
 *     select      among what was caught
 *
 * and where a rank is not in its interval, or its interval holds more than memory may hold: histograms of that place until it
 * is small enough to be caught, or a single value. Every step counts exactly, so the sample decides how long it takes and
 * never what comes out. */
#include "config.h"

#include "reduce/ranks_passes.h"

#include "base/error.h"
#include "order/select.h"
#include "reduce/tally.h"

#include <stdlib.h>
#include <string.h>

/* More of the elements than this are not caught at once: a pass that only counts, over a finer grid, comes first. */
static const double most_caught = 0.1;

enum { GRID = PRONG_INTERVALS / 2 };

/* What is being looked for: a place for each rank, which becomes smaller until it is one key. */
struct search {
    struct prong_multi *multi;
    struct prong_ranks *ranks;
    struct prong_place *place; /* by rank */
    struct prong_interval *v;  /* PRONG_INTERVALS */
    struct prong_rank_count *sum;
    struct prong_kept_keys keys;
};

static bool is_single(const struct prong_place *place)
{
    return place->keys.lo == place->keys.hi;
}

/* The places that are not single keys yet, as intervals: at most `most`. Returns how many, and in *held how many elements they
 * hold. */
static size_t open_places(const struct search *s, size_t most, uint64_t *held)
{
    size_t n = 0;

    *held = 0;
    for (size_t i = 0; i < s->ranks->count && n < most; i++) {
        const struct prong_place *place = &s->place[i];
        if (is_single(place) || (n > 0 && s->v[n - 1].lo == place->keys.lo && s->v[n - 1].hi == place->keys.hi))
            continue;
        s->v[n++] = place->keys;
        *held += place->count;
    }
    return n;
}

static prong_status refine(struct search *s, size_t n, prong_error *err)
{
    struct prong_refiner refiner;
    uint64_t *histogram = NULL;
    prong_status status = prong_rank_histogram(s->multi, &s->ranks->what, s->v, n, &refiner, &histogram, err);

    for (size_t i = 0, k = 0; status == PRONG_OK && i < s->ranks->count; i++) {
        struct prong_place *place = &s->place[i];
        if (is_single(place))
            continue;
        while (k < n && (s->v[k].lo != place->keys.lo || s->v[k].hi != place->keys.hi))
            k++;
        if (k == n)
            break; /* not among those of this round */
        *place = prong_refine_pick(&refiner, k, histogram, place->below, s->ranks->rank[i]);
    }
    free(histogram);
    return status;
}

/* Every rank's place after a count over intervals v. */
static void locate(struct search *s, size_t intervals)
{
    /* All places that are not single keys are among the intervals, so the new ones are no larger. */
    for (size_t i = 0; i < s->ranks->count; i++) {
        if (s->place[i].count == 0 || !is_single(&s->place[i]))
            s->place[i] = prong_place_of(prong_order_domain_of(&s->ranks->what), s->v, s->sum->count, intervals, s->ranks->n,
                                         s->ranks->rank[i]);
    }
}

/* Finds those ranks' keys that were caught. */
static prong_status select_caught(struct search *s, prong_error *err)
{
    struct prong_ranks *ranks = s->ranks;
    uint64_t *at = malloc((ranks->count + 1) * sizeof *at);
    size_t n = 0;

    if (!at)
        return prong_fail(err, PRONG_ENOMEM, "%zu ranks", ranks->count);
    for (size_t i = 0; i < ranks->count && !s->keys.lost; i++)
        if (!is_single(&s->place[i]) && s->place[i].interval != SIZE_MAX)
            at[n++] = s->place[i].caught_below + ranks->rank[i] - s->place[i].below;
    if (n > 0)
        prong_select(s->keys.key, s->keys.n, at, n);
    for (size_t i = 0, k = 0; i < ranks->count && k < n; i++)
        if (!is_single(&s->place[i]) && s->place[i].interval != SIZE_MAX)
            s->place[i].keys.lo = s->place[i].keys.hi = s->keys.key[at[k++]];
    free(at);
    return PRONG_OK;
}

/* The wanted ranks and a place for each. */
static prong_status ask(struct search *s, prong_error *err)
{
    prong_status status = prong_ranks_ask(s->ranks, err);

    if (status)
        return status;
    s->place = calloc(s->ranks->count + 1, sizeof *s->place);
    return s->place ? PRONG_OK : prong_fail(err, PRONG_ENOMEM, "%zu ranks", s->ranks->count);
}

/* Makes the n intervals of v narrower by a survey, if it pays; share: of all elements, in them. */
static prong_status narrow(struct search *s, size_t *n, double *share, prong_error *err)
{
    struct prong_ranks *ranks = s->ranks;
    struct prong_rank_survey *found;
    prong_status status;

    if (!prong_rank_survey_pays(s->multi, *n))
        return PRONG_OK;
    found = calloc(1, sizeof *found);
    if (!found)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for counters", sizeof *found);
    found->keys.most = s->keys.most;
    status = prong_rank_take_survey(s->multi, &ranks->what, s->v, *n, found, err);
    if (status == PRONG_OK && !found->keys.lost) {
        struct prong_interval wide[PRONG_SURVEY_INTERVALS];
        struct prong_survey survey = { wide,     *n, found->count, found->variance, found->n, found->keys.key,
                                       found->keys.n };
        size_t narrowed;
        memcpy(wide, s->v, *n * sizeof *wide);
        narrowed = prong_bracket_narrow(prong_order_domain_of(&ranks->what), &survey, ranks->hints, ranks->hint_count, s->v,
                                        PRONG_INTERVALS, share);
        if (narrowed > 0)
            *n = narrowed;
        else
            memcpy(s->v, wide, *n * sizeof *wide);
    }
    free(found->keys.key);
    free(found);
    return status;
}

static prong_status first_count(struct search *s, prong_error *err)
{
    struct prong_multi *multi = s->multi;
    struct prong_ranks *ranks = s->ranks;
    enum prong_order_domain domain = prong_order_domain_of(&ranks->what);
    prong_status status = prong_rank_sample(multi, &ranks->what, &s->keys, err);
    double share;
    size_t n;

    if (status)
        return status;
    n = prong_bracket(domain, s->keys.key, s->keys.n, ranks->hints, ranks->hint_count, s->v, PRONG_INTERVALS);
    share = prong_bracket_share(s->keys.key, s->keys.n, s->v, n);
    status = narrow(s, &n, &share, err);
    if (status)
        return status;
    if (share > most_caught && s->keys.n > PRONG_SMALL_SAMPLE)
        n = prong_bracket_grid(s->keys.key, s->keys.n, s->v, GRID);
    status = prong_rank_count(multi, &ranks->what, s->v, n, s->sum, &s->keys, err);
    if (status)
        return status;
    multi->head = s->sum->head;
    multi->nans = ranks->nans = s->sum->nans;
    ranks->n = multi->head.n - ranks->nans;
    status = ask(s, err);
    if (status == PRONG_OK) {
        locate(s, n);
        status = select_caught(s, err);
    }
    return status;
}

static prong_status find(struct search *s, prong_error *err)
{
    prong_status status = first_count(s, err);

    while (status == PRONG_OK) {
        uint64_t held;
        size_t n = open_places(s, PRONG_INTERVALS, &held);
        if (n == 0)
            return PRONG_OK;
        if (held > s->keys.most) {
            status = refine(s, open_places(s, PRONG_REFINE_MOST, &held), err);
            continue;
        }
        status = prong_rank_count(s->multi, &s->ranks->what, s->v, n, s->sum, &s->keys, err);
        if (status == PRONG_OK) {
            locate(s, n);
            status = select_caught(s, err);
        }
        /* An area of a chunk was too small for the keys of a text: the histogram needs none. */
        if (status == PRONG_OK && s->keys.lost)
            status = refine(s, open_places(s, PRONG_REFINE_MOST, &held), err);
    }
    return status;
}

prong_status prong_ranks_find(struct prong_multi *multi, struct prong_ranks *ranks, prong_error *err)
{
    struct search s = { .multi = multi, .ranks = ranks, .keys = { .most = multi->memory_limit / 2 / sizeof(int64_t) } };
    prong_status status = PRONG_OK;

    if (multi->tally)
        return prong_tally_ranks(multi->tally, multi->passes.scratch, ranks, err);
    if (multi->held)
        return prong_held_ranks(multi->held, multi->passes.scratch, ranks, err);
    /* A sample is kept whatever the limit is. */
    if (s.keys.most < PRONG_LEAST_KEPT)
        s.keys.most = PRONG_LEAST_KEPT;
    s.v = calloc(PRONG_INTERVALS, sizeof *s.v);
    s.sum = calloc(1, sizeof *s.sum);
    if (!s.v || !s.sum)
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for counters", sizeof *s.sum);
    if (status == PRONG_OK)
        status = find(&s, err);
    for (size_t i = 0; status == PRONG_OK && i < ranks->count; i++)
        ranks->key[i] = s.place[i].keys.lo;
    free(s.place);
    free(s.keys.key);
    free(s.sum);
    free(s.v);
    return status;
}
