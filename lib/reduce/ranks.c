/* SPDX-License-Identifier: MIT */
/* Selection by passes:
 *
 *     sample      some elements, from evenly spread places; they tell where the wanted ranks are, almost surely
 *     count       all elements: how many are below each bound; those between the bounds are caught
 *     select      among what was caught
 *
 * and where a rank is not in its interval, or its interval holds more than memory may hold: histograms of that place until it
 * is small enough to be caught, or a single value. Every step counts exactly, so the sample decides how long it takes and
 * never what comes out. */
#include "config.h"

#include "reduce/ranks.h"

#include "base/error.h"
#include "order/classify.h"
#include "order/refine.h"
#include "order/select.h"
#include "reduce/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Elements of a chunk that counts, and keys that it may catch: an area holds them all, so that sorted data, whose keys all are
 * in few chunks, need no other way. */
enum { CATCH_GRAIN = 1 << 17 };

/* More of the elements than this are not caught at once: a pass that only counts, over a finer grid, comes first. */
static const double most_caught = 0.1;

/* Places and elements at each. One cache line: more at a place would be cheap, and hardly worth more than the first. */
enum { LEAST_KEPT = 1 << 17, SMALL_SAMPLE = 1 << 14, GRID = PRONG_INTERVALS / 2 };
enum { STRATA = 8192, RUN = 8, TEXT_STRATA = 1024, TEXT_RUN = 768, CHUNK_OF_SAMPLE = 1 << 13 };

const void *prong_ranked_batch(const struct prong_ranked *what, const struct prong_batch *batch, struct prong_scratch *scratch)
{
    double *to = scratch->others.f;

    if (!what->deviations)
        return batch->f;
    for (size_t i = 0; i < batch->n; i++) {
        if (what->domain == PRONG_DOMAIN_F64) {
            to[i] = fabs(batch->f[i] - what->center);
        } else {
            /* The center is an integer or halfway between two, or so large that nothing lies between. */
            __int128 twice = (__int128)(2 * what->center);
            __int128 x = what->domain == PRONG_DOMAIN_I64 ? (__int128)batch->i[i] : (__int128)batch->u[i];
            __int128 distance = 2 * x - twice;
            to[i] = 0.5 * (double)(distance < 0 ? -distance : distance);
        }
    }
    return to;
}

/* ---- Sampling ---- */

struct sample_partial {
    struct prong_pass_head head;
    uint64_t n;
    int64_t key[CHUNK_OF_SAMPLE];
};

static void take_sample(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                        struct prong_scratch *scratch, const void *params)
{
    struct sample_partial *sample = partial;
    const struct prong_ranked *what = params;
    size_t n = batch->n, room = CHUNK_OF_SAMPLE - (size_t)sample->n;

    (void)area;
    (void)domain;
    if (n > room)
        n = room;
    sample->n += prong_keys(prong_order_domain_of(what), prong_ranked_batch(what, batch, scratch), n, sample->key + sample->n);
}

struct keys {
    int64_t *key;
    size_t n, room;
    uint64_t most;
    bool lost; /* some found no room */
};

/* Returns false where memory is exhausted, which is not the same as `most` being reached. */
static bool keep(struct keys *keys, const int64_t *from, size_t n)
{
    int64_t *larger;

    if (n == 0)
        return true;
    if (keys->lost || n > keys->most - keys->n) {
        keys->lost = true;
        return true;
    }
    if (n > keys->room - keys->n) {
        size_t room = keys->room ? keys->room : (size_t)1 << 16;
        while (room - keys->n < n)
            room *= 2;
        larger = realloc(keys->key, room * sizeof *larger);
        if (!larger)
            return false;
        keys->key = larger;
        keys->room = room;
    }
    memcpy(keys->key + keys->n, from, n * sizeof *from);
    keys->n += n;
    return true;
}

static int receive_sample(const void *partial, const void *area, void *receiver)
{
    const struct sample_partial *sample = partial;

    (void)area;
    return keep(receiver, sample->key, (size_t)sample->n) ? 0 : -1;
}

static prong_status find_sample(struct prong_multi *multi, const struct prong_ranked *what, struct keys *keys, prong_error *err)
{
    bool text = prong_array_is_text(multi->passes.sources[0].array);
    struct prong_sample sample = { text ? TEXT_STRATA : STRATA, text ? TEXT_RUN : RUN };
    struct prong_pass pass = { .partial_size = sizeof(struct sample_partial),
                               .sample = &sample,
                               .take = take_sample,
                               .deliver = receive_sample,
                               .receiver = keys,
                               .params = what,
                               .params_size = sizeof *what };
    struct prong_pass_head head;
    prong_status status = prong_pass_run(&multi->passes, &pass, &head, err);

    if (status == PRONG_OK)
        prong_keys_sort(keys->key, keys->n);
    return status;
}

prong_status prong_ranks_sample(struct prong_multi *multi, const struct prong_ranked *what, int64_t **key, size_t *n,
                                prong_error *err)
{
    struct keys keys = { .most = LEAST_KEPT };
    prong_status status = find_sample(multi, what, &keys, err);

    *key = keys.key;
    *n = keys.n;
    return status;
}

/* ---- Counting and catching ---- */

struct count_params {
    struct prong_ranked what;
    struct prong_classifier classifier;
};

struct count_partial {
    struct prong_pass_head head;
    uint64_t nans, caught, full;
    uint64_t count[2 * PRONG_INTERVALS];
};

static size_t count_size(size_t intervals)
{
    return offsetof(struct count_partial, count) + 2 * intervals * sizeof(uint64_t);
}

static void take_counts(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                        struct prong_scratch *scratch, const void *params)
{
    const struct count_params *p = params;
    struct count_partial *c = partial;
    struct prong_catch caught = { area, CATCH_GRAIN, (size_t)c->caught, c->full != 0 };

    (void)domain;
    prong_classify(&p->classifier, prong_ranked_batch(&p->what, batch, scratch), batch->n, c->count, &c->nans, &caught);
    c->caught = caught.n;
    c->full = caught.full;
}

struct counting {
    struct count_partial *sum;
    size_t intervals;
    struct keys *keys;
};

static int receive_counts(const void *partial, const void *area, void *receiver)
{
    struct counting *counting = receiver;
    const struct count_partial *c = partial;

    counting->sum->nans += c->nans;
    for (size_t i = 0; i < 2 * counting->intervals; i++)
        counting->sum->count[i] += c->count[i];
    counting->keys->lost = counting->keys->lost || c->full;
    return keep(counting->keys, area, (size_t)c->caught) ? 0 : -1;
}

/* *sum has room for PRONG_INTERVALS. */
static prong_status count(struct prong_multi *multi, const struct prong_ranked *what, const struct prong_interval *v, size_t n,
                          struct count_partial *sum, struct keys *keys, prong_error *err)
{
    struct count_params *params = calloc(1, sizeof *params);
    struct counting counting = { sum, n, keys };
    struct prong_pass pass = { .partial_size = count_size(n),
                               .output_size = CATCH_GRAIN * sizeof(int64_t),
                               .grain = CATCH_GRAIN,
                               .take = take_counts,
                               .deliver = receive_counts,
                               .receiver = &counting,
                               .params = params,
                               .params_size = sizeof *params };
    prong_status status = PRONG_OK;

    memset(sum, 0, count_size(n));
    keys->n = 0;
    keys->lost = false;
    if (!params) {
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for counters", sizeof *params);
    } else {
        params->what = *what;
        prong_classifier_init(&params->classifier, prong_order_domain_of(what), v, n);
        status = prong_pass_run(&multi->passes, &pass, &sum->head, err);
    }
    free(params);
    return status;
}

/* ---- Refining ---- */

struct refine_params {
    struct prong_ranked what;
    struct prong_refiner refiner;
};

struct refine_partial {
    struct prong_pass_head head;
    uint64_t histogram[];
};

static void take_histogram(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                           struct prong_scratch *scratch, const void *params)
{
    const struct refine_params *p = params;
    struct refine_partial *r = partial;

    (void)area;
    (void)domain;
    prong_refine(&p->refiner, prong_ranked_batch(&p->what, batch, scratch), batch->n, r->histogram);
}

static void join_histograms(void *into, const void *from, const void *params)
{
    const struct refine_params *p = params;
    struct refine_partial *a = into;
    const struct refine_partial *b = from;

    for (size_t i = 0; i < prong_refiner_counters(&p->refiner); i++)
        a->histogram[i] += b->histogram[i];
}

/* ---- Finding ---- */

/* What is being looked for: a place for each rank, which becomes smaller until it is one key. */
struct search {
    struct prong_multi *multi;
    struct prong_ranks *ranks;
    struct prong_place *place; /* by rank */
    struct prong_interval *v;  /* PRONG_INTERVALS */
    struct count_partial *sum;
    struct keys keys;
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
    struct refine_params params = { .what = s->ranks->what };
    struct refine_partial *whole;
    struct prong_pass pass = { .take = take_histogram,
                               .combine = join_histograms,
                               .params = &params,
                               .params_size = sizeof params };
    prong_status status;

    prong_refiner_init(&params.refiner, prong_order_domain_of(&params.what), s->v, n);
    pass.partial_size = sizeof *whole + prong_refiner_counters(&params.refiner) * sizeof whole->histogram[0];
    whole = malloc(pass.partial_size);
    if (!whole)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a histogram", pass.partial_size);
    status = prong_pass_run(&s->multi->passes, &pass, whole, err);
    for (size_t i = 0, k = 0; status == PRONG_OK && i < s->ranks->count; i++) {
        struct prong_place *place = &s->place[i];
        if (is_single(place))
            continue;
        while (k < n && (s->v[k].lo != place->keys.lo || s->v[k].hi != place->keys.hi))
            k++;
        if (k == n)
            break; /* not among those of this round */
        *place = prong_refine_pick(&params.refiner, k, whole->histogram, place->below, s->ranks->rank[i]);
    }
    free(whole);
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

static int compare_ranks(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The wanted ranks, sorted, each once, and a place for each. */
static prong_status ask_ranks(struct search *s, prong_error *err)
{
    struct prong_ranks *ranks = s->ranks;
    size_t n = 0, wanted;

    ranks->rank = calloc(ranks->most + 1, sizeof *ranks->rank);
    ranks->key = calloc(ranks->most + 1, sizeof *ranks->key);
    s->place = calloc(ranks->most + 1, sizeof *s->place);
    if (!ranks->rank || !ranks->key || !s->place)
        return prong_fail(err, PRONG_ENOMEM, "%zu ranks", ranks->most);
    wanted = ranks->n ? ranks->wanted(ranks->n, ranks->rank, ranks->ctx) : 0;
    qsort(ranks->rank, wanted, sizeof *ranks->rank, compare_ranks);
    for (size_t i = 0; i < wanted; i++)
        if (n == 0 || ranks->rank[n - 1] != ranks->rank[i])
            ranks->rank[n++] = ranks->rank[i];
    ranks->count = n;
    return PRONG_OK;
}

static prong_status first_count(struct search *s, prong_error *err)
{
    struct prong_multi *multi = s->multi;
    struct prong_ranks *ranks = s->ranks;
    enum prong_order_domain domain = prong_order_domain_of(&ranks->what);
    prong_status status = find_sample(multi, &ranks->what, &s->keys, err);
    size_t n;

    if (status)
        return status;
    n = prong_bracket(domain, s->keys.key, s->keys.n, ranks->hints, ranks->hint_count, s->v, PRONG_INTERVALS);
    if (prong_bracket_share(s->keys.key, s->keys.n, s->v, n) > most_caught && s->keys.n > SMALL_SAMPLE)
        n = prong_bracket_grid(s->keys.key, s->keys.n, s->v, GRID);
    status = count(multi, &ranks->what, s->v, n, s->sum, &s->keys, err);
    if (status)
        return status;
    multi->head = s->sum->head;
    multi->nans = ranks->nans = s->sum->nans;
    ranks->n = multi->head.n - ranks->nans;
    status = ask_ranks(s, err);
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
        status = count(s->multi, &s->ranks->what, s->v, n, s->sum, &s->keys, err);
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
    /* A sample is kept whatever the limit is. */
    if (s.keys.most < LEAST_KEPT)
        s.keys.most = LEAST_KEPT;
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

void prong_ranks_room(struct prong_pool_room *room)
{
    size_t partial = sizeof(struct refine_partial) + PRONG_REFINE_BYTES;

    if (partial < sizeof(struct sample_partial))
        partial = sizeof(struct sample_partial);
    if (room->partial_size < partial)
        room->partial_size = partial;
    if (room->area_size < CATCH_GRAIN * sizeof(int64_t))
        room->area_size = CATCH_GRAIN * sizeof(int64_t);
    if (room->ctx_size < sizeof(struct count_params))
        room->ctx_size = sizeof(struct count_params);
}

void prong_ranks_free(struct prong_ranks *ranks)
{
    free(ranks->rank);
    free(ranks->key);
    ranks->rank = NULL;
    ranks->key = NULL;
}

int64_t prong_ranks_key(const struct prong_ranks *ranks, uint64_t rank)
{
    const uint64_t *at = bsearch(&rank, ranks->rank, ranks->count, sizeof rank, compare_ranks);
    return ranks->key[at - ranks->rank];
}
