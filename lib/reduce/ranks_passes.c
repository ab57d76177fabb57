/* SPDX-License-Identifier: MIT */
/* Sampling, surveying, counting and refining, each a pass: what workers do with a batch, and what the parent makes of their
 * partials. */
#include "config.h"

#include "reduce/ranks_passes.h"

#include "base/error.h"
#include "order/classify.h"

#include <stdlib.h>
#include <string.h>

/* Elements of a chunk that counts, and keys that it may catch: an area holds them all, so that sorted data, whose keys all are
 * in few chunks, need no other way. */
enum { CATCH_GRAIN = 1 << 17 };

/* Places and elements at each. One cache line: more at a place would be cheap, and hardly worth more than the first. */
enum { STRATA = 8192, RUN = 8, TEXT_STRATA = 1024, TEXT_RUN = 768, CHUNK_OF_SAMPLE = 1 << 13 };

/* Where a survey follows, the sample need not be as good: places cost most of it. */
enum { STRATA_BEFORE_SURVEY = 4096 };

/* Places of a survey, and elements at each. Neighbouring elements may be alike, so that their number says little of how far off
 * the counts may be; how much those of one place differ from those of the next says it, whatever the data. */
enum { SURVEY_STRATA = 2048, SURVEY_RUN = PRONG_BATCH, SURVEY_RUN_LEAST = 128, SURVEY_SHARE = 64 };

/* As many elements as are a small part of all; none: too few for a survey. */
static struct prong_sample survey_of(const struct prong_multi *multi)
{
    struct prong_sample sample = { SURVEY_STRATA, 0 };
    uint64_t all = 0;

    for (size_t i = 0; i < multi->passes.count; i++) {
        if (prong_array_is_text(multi->passes.sources[i].array))
            return sample;
        all += prong_source_units(&multi->passes.sources[i]);
    }
    sample.run = all / SURVEY_STRATA / SURVEY_SHARE;
    sample.run = sample.run < SURVEY_RUN ? sample.run : SURVEY_RUN;
    sample.run = sample.run < SURVEY_RUN_LEAST ? 0 : sample.run;
    return sample;
}

static struct prong_sample sample_for(const struct prong_multi *multi)
{
    if (prong_array_is_text(multi->passes.sources[0].array))
        return (struct prong_sample){ TEXT_STRATA, TEXT_RUN };
    return (struct prong_sample){ survey_of(multi).run ? STRATA_BEFORE_SURVEY : STRATA, RUN };
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

/* Returns false where memory is exhausted, which is not the same as `most` being reached. */
static bool keep(struct prong_kept_keys *keys, const int64_t *from, size_t n)
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

prong_status prong_rank_sample(struct prong_multi *multi, const struct prong_ranked *what, struct prong_kept_keys *keys,
                               prong_error *err)
{
    struct prong_sample sample = sample_for(multi);
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
    struct prong_kept_keys keys = { .most = PRONG_LEAST_KEPT };
    prong_status status = prong_rank_sample(multi, what, &keys, err);

    *key = keys.key;
    *n = keys.n;
    return status;
}

/* ---- Counting and catching ---- */

struct count_params {
    struct prong_ranked what;
    struct prong_classifier classifier;
    size_t rider_at; /* its partial, in ours; 0: there is none */
    struct prong_rider rider;
    uint64_t rider_params[];
};

static size_t count_size(size_t intervals)
{
    return offsetof(struct prong_rank_count, count) + 2 * intervals * sizeof(uint64_t);
}

static void take_counts(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                        struct prong_scratch *scratch, const void *params)
{
    const struct count_params *p = params;
    struct prong_rank_count *c = partial;
    struct prong_catch caught = { area, CATCH_GRAIN, (size_t)c->caught, c->full != 0 };

    prong_classify(&p->classifier, prong_ranked_batch(&p->what, batch, scratch), batch->n, c->count, &c->nans, &caught);
    c->caught = caught.n;
    c->full = caught.full;
    if (p->rider_at)
        p->rider.take((char *)partial + p->rider_at, NULL, batch, domain, scratch, p->rider_params);
}

struct counting {
    struct prong_rank_count *sum;
    size_t intervals;
    struct prong_kept_keys *keys;
    struct prong_rider *rider; /* NULL: there is none */
};

static int receive_counts(const void *partial, const void *area, void *receiver)
{
    struct counting *counting = receiver;
    const struct prong_rank_count *c = partial;

    counting->sum->nans += c->nans;
    for (size_t i = 0; i < 2 * counting->intervals; i++)
        counting->sum->count[i] += c->count[i];
    counting->keys->lost = counting->keys->lost || c->full;
    if (counting->rider)
        counting->rider->combine(counting->rider->result, (const char *)partial + count_size(counting->intervals),
                                 counting->rider->params);
    return keep(counting->keys, area, (size_t)c->caught) ? 0 : -1;
}

/* The rider whose turn it is, or NULL: it goes with the first count over all elements. */
static struct prong_rider *rider_of(const struct prong_multi *multi)
{
    return multi->rider && !multi->rider->done ? multi->rider : NULL;
}

static void mount(struct count_params *params, const struct prong_rider *rider, size_t at)
{
    params->rider_at = at;
    params->rider = *rider;
    memcpy(params->rider_params, rider->params, rider->params_size);
    memset(rider->result, 0, rider->partial_size);
}

prong_status prong_rank_count(struct prong_multi *multi, const struct prong_ranked *what, const struct prong_interval *v,
                              size_t n, struct prong_rank_count *sum, struct prong_kept_keys *keys, prong_error *err)
{
    struct prong_rider *rider = rider_of(multi);
    size_t params_size = sizeof(struct count_params) + (rider ? rider->params_size : 0);
    struct count_params *params = calloc(1, params_size);
    struct counting counting = { sum, n, keys, rider };
    struct prong_pass pass = { .partial_size = count_size(n) + (rider ? rider->partial_size : 0),
                               .output_size = CATCH_GRAIN * sizeof(int64_t),
                               .grain = CATCH_GRAIN,
                               .take = take_counts,
                               .deliver = receive_counts,
                               .receiver = &counting,
                               .params = params,
                               .params_size = params_size };
    prong_status status;

    memset(sum, 0, count_size(n));
    keys->n = 0;
    keys->lost = false;
    if (!params)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for counters", params_size);
    params->what = *what;
    prong_classifier_init(&params->classifier, prong_order_domain_of(what), v, n);
    if (rider)
        mount(params, rider, count_size(n));
    status = prong_pass_run(&multi->passes, &pass, &sum->head, err);
    if (rider && status == PRONG_OK)
        rider->done = true;
    free(params);
    return status;
}

/* ---- A survey ---- */

struct survey_partial {
    struct prong_pass_head head;
    uint64_t nans, caught, full, runs;
    uint64_t count[2 * PRONG_SURVEY_INTERVALS], last[2 * PRONG_SURVEY_INTERVALS]; /* in all; at the last place */
    double squares[2 * PRONG_SURVEY_INTERVALS]; /* of how much two places differ */
};

/* A batch has what is at one place. */
static void take_survey(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                        struct prong_scratch *scratch, const void *params)
{
    const struct count_params *p = params;
    struct survey_partial *s = partial;
    struct prong_catch caught = { area, CATCH_GRAIN, (size_t)s->caught, s->full != 0 };
    uint64_t before[2 * PRONG_SURVEY_INTERVALS];

    (void)domain;
    memcpy(before, s->count, sizeof before);
    prong_classify(&p->classifier, prong_ranked_batch(&p->what, batch, scratch), batch->n, s->count, &s->nans, &caught);
    s->caught = caught.n;
    s->full = caught.full;
    for (size_t i = 0; i < 2 * (size_t)p->classifier.intervals; i++) {
        uint64_t here = s->count[i] - before[i];
        double step = (double)here - (double)s->last[i];
        s->squares[i] += s->runs > 0 ? step * step : 0;
        s->last[i] = here;
    }
    s->runs++;
}

/* The places of a chunk make one difference less than there are places. */
static int receive_survey(const void *partial, const void *area, void *receiver)
{
    const struct survey_partial *s = partial;
    struct prong_rank_survey *survey = receiver;

    survey->n += s->head.n - s->nans;
    for (size_t i = 0; i < 2 * PRONG_SURVEY_INTERVALS; i++) {
        survey->count[i] += s->count[i];
        if (s->runs > 1)
            survey->variance[i] += s->squares[i] / 2 * (double)s->runs / (double)(s->runs - 1);
    }
    survey->keys.lost = survey->keys.lost || s->full;
    return keep(&survey->keys, area, (size_t)s->caught) ? 0 : -1;
}

bool prong_rank_survey_pays(const struct prong_multi *multi, size_t intervals)
{
    return intervals <= PRONG_SURVEY_INTERVALS && survey_of(multi).run > 0;
}

prong_status prong_rank_take_survey(struct prong_multi *multi, const struct prong_ranked *what, const struct prong_interval *v,
                                    size_t n, struct prong_rank_survey *survey, prong_error *err)
{
    struct prong_sample sample = survey_of(multi);
    struct count_params *params = calloc(1, sizeof *params);
    struct prong_pass pass = { .partial_size = sizeof(struct survey_partial),
                               .output_size = CATCH_GRAIN * sizeof(int64_t),
                               .sample = &sample,
                               .take = take_survey,
                               .deliver = receive_survey,
                               .receiver = survey,
                               .params = params,
                               .params_size = sizeof *params };
    struct prong_pass_head head;
    prong_status status;

    if (!params)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for counters", sizeof *params);
    params->what = *what;
    prong_classifier_init(&params->classifier, prong_order_domain_of(what), v, n);
    status = prong_pass_run(&multi->passes, &pass, &head, err);
    if (status == PRONG_OK)
        prong_keys_sort(survey->keys.key, survey->keys.n);
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

prong_status prong_rank_histogram(struct prong_multi *multi, const struct prong_ranked *what, const struct prong_interval *v,
                                  size_t n, struct prong_refiner *refiner, uint64_t **histogram, prong_error *err)
{
    struct refine_params params = { .what = *what };
    struct refine_partial *whole;
    struct prong_pass pass = { .take = take_histogram,
                               .combine = join_histograms,
                               .params = &params,
                               .params_size = sizeof params };
    size_t counters;
    prong_status status;

    prong_refiner_init(&params.refiner, prong_order_domain_of(what), v, n);
    *refiner = params.refiner;
    counters = prong_refiner_counters(refiner);
    pass.partial_size = sizeof *whole + counters * sizeof whole->histogram[0];
    whole = malloc(pass.partial_size);
    *histogram = malloc(counters * sizeof **histogram);
    if (whole && *histogram)
        status = prong_pass_run(&multi->passes, &pass, whole, err);
    else
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for a histogram", pass.partial_size);
    if (status == PRONG_OK)
        memcpy(*histogram, whole->histogram, counters * sizeof **histogram);
    free(whole);
    return status;
}

void prong_ranks_room(struct prong_pool_room *room)
{
    size_t partial = sizeof(struct refine_partial) + PRONG_REFINE_BYTES;

    if (partial < sizeof(struct sample_partial))
        partial = sizeof(struct sample_partial);
    if (partial < sizeof(struct prong_rank_count))
        partial = sizeof(struct prong_rank_count);
    if (partial < sizeof(struct survey_partial))
        partial = sizeof(struct survey_partial);
    if (room->partial_size < partial)
        room->partial_size = partial;
    if (room->area_size < CATCH_GRAIN * sizeof(int64_t))
        room->area_size = CATCH_GRAIN * sizeof(int64_t);
    if (room->ctx_size < sizeof(struct count_params))
        room->ctx_size = sizeof(struct count_params);
}
