/* SPDX-License-Identifier: MIT */
/* Passes as jobs of a persistent pool, an array after the other. */
#include "config.h"

#include "reduce/passes.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/size.h"
#include "pool/plan.h"
#include "reduce/add.h"

#include <stdlib.h>
#include <string.h>

/* What a chunk's compute returns for a token that is no number. */
enum { BAD_TOKEN = 1, NO_ROOM = 2 };

/* A pass over one array, or over all by tasks. The params stand behind it. */
struct pass_job {
    struct prong_pass pass;
    struct prong_sample sample;
    const struct prong_source *source;
    size_t sources; /* of a task: so many, from source on */
    struct prong_scratch *scratch;
    uint64_t grain;
    struct prong_pass_head *head; /* parent: of all that is delivered */
    unsigned char params[];
};

prong_status prong_passes_open(struct prong_passes *passes, const struct prong_pool_room *room, prong_error *err)
{
    prong_pool_options options = PRONG_POOL_OPTIONS_INIT;
    prong_pool_figures figures = { .size = sizeof figures };
    struct prong_pool_room all = *room;
    prong_status status;

    options.run = *passes->run;
    options.run.stats = NULL;
    options.run.timeout = 0;
    options.arena_size = 4096;
    options.spin = 0;
    all.ctx_size += sizeof(struct pass_job);
    if (passes->run->timeout > 0 && passes->deadline == 0)
        passes->deadline = prong_now() + (int64_t)(passes->run->timeout * 1e9);
    passes->stats.size = sizeof passes->stats;
    passes->began = prong_now();
    status = prong_pool_create_for(&passes->pool, &options, &all, err);
    if (status == PRONG_OK)
        status = prong_pool_stats(passes->pool, &figures);
    passes->stats.workers = figures.workers;
    passes->stats.segment_bytes = figures.segment_bytes;
    return status;
}

void prong_passes_close(struct prong_passes *passes)
{
    prong_status ignored = prong_pool_destroy(passes->pool);

    (void)ignored;
    passes->pool = NULL;
    passes->stats.seconds = (double)(prong_now() - passes->began) * 1e-9;
}

/* ---- In a worker ---- */

/* The same for every run of the program: splitmix64 of the stratum's number. */
static uint64_t scramble(uint64_t x)
{
    x = (x + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* A chunk of a sample has elements from everywhere. */
static void pass_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    const struct pass_job *job = ctx;
    bool all = job->sample.strata != 0 || job->pass.tasks != 0;

    prong_source_range(job->source, all ? UINT64_MAX : job->grain, all ? 0 : chunk, first, last);
}

/* The run of a stratum: [first, last) of the source's units. */
static void sample_range(const struct pass_job *job, uint64_t stratum, uint64_t *first, uint64_t *last)
{
    uint64_t all = prong_source_units(job->source), strata = job->sample.strata;
    uint64_t begin = (uint64_t)((unsigned __int128)all * stratum / strata);
    uint64_t end = (uint64_t)((unsigned __int128)all * (stratum + 1) / strata);
    uint64_t room = end - begin > job->sample.run ? end - begin - job->sample.run : 0;

    *first = begin + (room ? scramble(stratum) % (room + 1) : 0);
    *last = *first + (end - begin < job->sample.run ? end - begin : job->sample.run);
}

static int take_range(struct pass_job *job, const struct prong_source *source, void *partial, void *area, uint64_t first,
                      uint64_t last)
{
    struct prong_pass_head *head = partial;
    struct prong_reader reader;
    struct prong_batch batch;

    prong_reader_begin(&reader, source, job->scratch, first, last, NULL);
    while (!head->done && prong_reader_next(&reader, &batch)) {
        head->n += batch.n;
        job->pass.take(partial, area, &batch, source->domain, job->scratch, job->params);
    }
    head->bytes += prong_reader_bytes(&reader);
    return prong_array_is_text(source->array) && reader.text.bad ? BAD_TOKEN : 0;
}

static int take_samples(struct pass_job *job, void *partial, void *area, uint64_t chunk)
{
    uint64_t first, last;
    int outcome = 0;

    for (uint64_t s = chunk * job->grain; s < (chunk + 1) * job->grain && s < job->sample.strata && outcome == 0; s++) {
        sample_range(job, s, &first, &last);
        outcome = take_range(job, job->source, partial, area, first, last);
    }
    return outcome;
}

/* All elements of all arrays, in pieces that are read ahead one by one. */
static int take_everything(struct pass_job *job, void *partial, void *area)
{
    const struct prong_pass_head *head = partial;
    uint64_t first, last;
    int outcome = 0;

    for (size_t i = 0; i < job->sources; i++) {
        const struct prong_source *source = &job->source[i];
        uint64_t grain = prong_source_grain(source, 0), pieces = prong_ceil_div(prong_source_units(source), grain);
        for (uint64_t piece = 0; piece < pieces && !head->done && outcome == 0; piece++) {
            prong_source_range(source, grain, piece, &first, &last);
            outcome = take_range(job, source, partial, area, first, last);
        }
    }
    return outcome;
}

static int pass_compute(void *partial, uint64_t chunk, void *area, void *ctx)
{
    struct pass_job *job = ctx;
    uint64_t first, last;
    int outcome;

    if (job->pass.begin)
        job->pass.begin(partial, area, chunk, job->params);
    if (job->pass.tasks) {
        outcome = take_everything(job, partial, area);
    } else if (job->sample.strata) {
        outcome = take_samples(job, partial, area, chunk);
    } else {
        pass_range(chunk, &first, &last, ctx);
        outcome = take_range(job, job->source, partial, area, first, last);
    }
    if (outcome == 0 && job->pass.end)
        job->pass.end(partial, area, job->params);
    return outcome;
}

static void join_heads(struct prong_pass_head *into, const struct prong_pass_head *from)
{
    into->n += from->n;
    into->bytes += from->bytes;
}

static int pass_combine(void *into, const void *from, void *ctx)
{
    struct pass_job *job = ctx;

    join_heads(into, from);
    job->pass.combine(into, from, job->params);
    return 0;
}

static int pass_deliver(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    struct pass_job *job = ctx;

    (void)chunk;
    if (!job->pass.tasks)
        join_heads(job->head, partial);
    return job->pass.deliver(partial, area, job->pass.receiver) ? NO_ROOM : 0;
}

/* ---- In the parent ---- */

/* The chunks of a sample are strata / grain; of the rest, the source's. */
static void describe(struct prong_job_spec *spec, struct pass_job *job, size_t ctx_size)
{
    const struct prong_source *source = job->source;
    const struct prong_pass *pass = &job->pass;

    *spec = (struct prong_job_spec){ .partial_size = pass->partial_size,
                                     .commutative = pass->combine != NULL,
                                     .compute = pass_compute,
                                     .combine = pass->combine ? pass_combine : NULL,
                                     .deliver = pass->combine ? NULL : pass_deliver,
                                     .range = pass_range,
                                     .ctx = job,
                                     .ctx_size = ctx_size,
                                     .output_size = pass->output_size,
                                     .window = pass->window };
    spec->chunks = prong_ceil_div(job->sample.strata ? job->sample.strata : prong_source_units(source), job->grain);
    if (pass->tasks)
        spec->chunks = pass->tasks;
    spec->inputs[0] = (struct prong_region){ source->array->map, source->array->map_size };
    if (source->other)
        spec->inputs[1] = (struct prong_region){ source->other->map, source->other->map_size };
}

static prong_status run_on(struct prong_passes *passes, struct pass_job *job, size_t ctx_size, void *part, prong_error *err)
{
    struct prong_job_spec spec;
    double left = 0;
    prong_status status;

    describe(&spec, job, ctx_size);
    if (passes->deadline) {
        left = (double)(passes->deadline - prong_now()) * 1e-9;
        if (left <= 0)
            return prong_fail(err, PRONG_ETIMEDOUT, "%s", "");
    }
    status = prong_pool_job(passes->pool, &spec, passes->run->cancel, left, part, err);
    prong_stats_add(&passes->stats, prong_pool_job_stats(passes->pool));
    if (status == PRONG_EBODY && err && err->body_status == BAD_TOKEN)
        status = prong_fail(err, PRONG_EDATA, "%s", "");
    else if (status == PRONG_EBODY && err && err->body_status == NO_ROOM)
        status = prong_fail(err, PRONG_ENOMEM, "for the elements that a pass has found");
    return status;
}

/* An array's share of a sample of all. */
static struct prong_sample sample_of(const struct prong_passes *passes, const struct prong_sample *sample,
                                     const struct prong_source *source)
{
    struct prong_sample share = { 0, sample ? sample->run : 0 };
    uint64_t all = 0;

    if (!sample)
        return share;
    for (size_t i = 0; i < passes->count; i++)
        all += prong_source_units(&passes->sources[i]);
    share.strata = 1;
    if (all > 0)
        share.strata += (uint64_t)((unsigned __int128)sample->strata * prong_source_units(source) / all);
    return share;
}

static uint64_t grain_of(const struct prong_passes *passes, const struct prong_pass *pass, const struct prong_source *source)
{
    if (pass->sample)
        return prong_ceil_div(pass->sample->strata, 64);
    if (pass->grain && !prong_array_is_text(source->array) && (passes->grain == 0 || pass->grain < passes->grain))
        return pass->grain;
    return prong_source_grain(source, passes->grain);
}

prong_status prong_pass_run(struct prong_passes *passes, const struct prong_pass *pass, void *result, prong_error *err)
{
    size_t ctx_size = sizeof(struct pass_job) + pass->params_size;
    struct pass_job *job = calloc(1, ctx_size);
    void *part = malloc(pass->partial_size);
    prong_error mine = PRONG_ERROR_INIT;
    prong_status status = PRONG_OK;

    if (!job || !part)
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for a pass", ctx_size + pass->partial_size);
    else
        memset(result, 0, pass->combine ? pass->partial_size : sizeof(struct prong_pass_head));
    for (size_t i = 0; status == PRONG_OK && i < (pass->tasks && passes->count ? 1 : passes->count); i++) {
        *job = (struct pass_job){ .pass = *pass,
                                  .sample = sample_of(passes, pass->sample, &passes->sources[i]),
                                  .source = &passes->sources[i],
                                  .sources = passes->count,
                                  .scratch = passes->scratch,
                                  .grain = grain_of(passes, pass, &passes->sources[i]),
                                  .head = result };
        if (pass->params_size)
            memcpy(job->params, pass->params, pass->params_size);
        status = run_on(passes, job, ctx_size, part, err ? err : &mine);
        if (status == PRONG_OK && pass->combine)
            pass_combine(result, part, job);
    }
    free(part);
    free(job);
    return status;
}
