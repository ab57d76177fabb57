/* SPDX-License-Identifier: MIT */
/* The jobs that persistent pools are given: folds, loops and maps, and whatever else comes down to a prong_job_spec. */
#include "config.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/self.h"
#include "base/size.h"
#include "pool/figures.h"
#include "pool/persistent.h"

#include <stdlib.h>
#include <string.h>

enum { FOR_CHUNKS_PER_WORKER = 16 };

/* How long workers may take to finish their chunks when a job has failed in one. */
static const double patience_with_bodies = 0.05;

prong_status prong_pool_conclude(prong_pool *pool, prong_status status, void *result, int64_t begin, prong_error *err)
{
    size_t size = pool->job->partial_size;
    void *whole = pool->whole;

    if (status == PRONG_OK && result && size > pool->start.partial_room && !(whole = malloc(size)))
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for the result", size);
    if (status)
        prong_crew_interrupt(pool, status == PRONG_ECANCELED || status == PRONG_ETIMEDOUT ? 0 : patience_with_bodies);
    if (status == PRONG_OK)
        status = prong_job_finish(pool, false, whole, err);
    else
        prong_job_finish(pool, true, NULL, NULL);
    if (status == PRONG_OK && result)
        memcpy(result, whole, size);
    if (whole != pool->whole)
        free(whole);
    pool->canceled = 0;
    pool->figures->inline_why = NULL;
    pool->stats.seconds = (double)(prong_now() - begin) * 1e-9;
    prong_figures_add(pool->figures, &pool->stats);
    return status;
}

/* In a worker, whose copy of the pool tells what happened here. */
static prong_status run_inline(prong_pool *pool, const struct prong_job_spec *job, volatile const sig_atomic_t *cancel,
                               double timeout, void *result, prong_error *err)
{
    prong_options options = PRONG_OPTIONS_INIT;
    prong_status status;

    pool->stats = (prong_stats){ .size = sizeof pool->stats };
    options.cancel = cancel;
    options.timeout = timeout;
    options.stats = &pool->stats;
    status = prong_job_run_inline(job, &options, result, err);
    pool->figures->inline_why = "called inside a worker";
    prong_figures_add(pool->figures, &pool->stats);
    return status;
}

/* Whatever becomes of a job, afterwards nobody is inside it or can enter it, so that the next one finds the pool as new. */
prong_status prong_pool_job(prong_pool *pool, const struct prong_job_spec *job, volatile const sig_atomic_t *cancel,
                            double timeout, void *result, prong_error *err)
{
    int64_t begin = prong_now();
    prong_status status;

    if (!cancel)
        cancel = pool->options.cancel;
    if (timeout <= 0)
        timeout = pool->options.timeout;
    if (prong_in_worker() && pool->owner != prong_self())
        return run_inline(pool, job, cancel, timeout, result, err);
    status = prong_pool_usable(pool, err);
    if (status == PRONG_OK)
        status = prong_pool_canceled_before(pool, err);
    if (status == PRONG_OK)
        status = prong_crew_muster(pool, err);
    if (status == PRONG_OK)
        status = prong_job_begin(pool, job, cancel, timeout, err);
    if (status)
        return status;
    prong_job_look_again(pool, begin);
    status = prong_job_watch(pool, err);
    return prong_pool_conclude(pool, status, result, begin, err);
}

const prong_stats *prong_pool_job_stats(const prong_pool *pool)
{
    return &pool->stats;
}

/* With the pool's own deadline and cancel flag. */
static prong_status run(prong_pool *pool, const struct prong_job_spec *job, void *result, prong_error *err)
{
    return prong_pool_job(pool, job, NULL, 0, result, err);
}

prong_status prong_pool_fold(prong_pool *pool, const prong_fold_spec *spec, void *result, prong_error *err)
{
    struct prong_fold_ctx ctx;
    struct prong_job_spec job;
    prong_status status = prong_fold_prepare(spec, result, &ctx, &job, err);

    return status ? status : run(pool, &job, result, err);
}

/* ---- Loops: a commutative fold of nothing ---- */

static void for_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    const prong_for_spec *spec = ctx;

    *first = chunk * spec->grain;
    *last = spec->count - *first > spec->grain ? *first + spec->grain : spec->count;
}

static int for_compute(void *partial, uint64_t chunk, void *area, void *ctx)
{
    const prong_for_spec *spec = ctx;
    uint64_t first, last;

    (void)partial;
    (void)area;
    for_range(chunk, &first, &last, ctx);
    return spec->body(first, last, spec->ctx);
}

static int for_combine(void *into, const void *from, void *ctx)
{
    (void)into;
    (void)from;
    (void)ctx;
    return 0;
}

prong_status prong_pool_for(prong_pool *pool, const prong_for_spec *spec, prong_error *err)
{
    prong_for_spec copy = PRONG_FOR_SPEC_INIT;
    struct prong_job_spec job;
    uint64_t nothing;

    if (!spec || spec->size < sizeof spec->size || spec->size > 4096)
        return prong_fail(err, PRONG_EINVAL, "spec: use PRONG_FOR_SPEC_INIT");
    memcpy(&copy, spec, spec->size < sizeof copy ? spec->size : sizeof copy);
    if (!copy.body)
        return prong_fail(err, PRONG_EINVAL, "spec: body must be given");
    if (copy.grain == 0)
        copy.grain = copy.count / ((uint64_t)pool->start.layout.workers * FOR_CHUNKS_PER_WORKER);
    if (copy.grain == 0)
        copy.grain = 1;
    if (prong_ceil_div(copy.count, copy.grain) > PRONG_MAX_CHUNKS)
        return prong_fail(err, PRONG_EINVAL, "too many chunks; use a larger grain");
    job = (struct prong_job_spec){ .chunks = prong_ceil_div(copy.count, copy.grain),
                                   .partial_size = sizeof nothing,
                                   .commutative = true,
                                   .compute = for_compute,
                                   .combine = for_combine,
                                   .range = for_range,
                                   .ctx = &copy,
                                   .ctx_size = sizeof copy,
                                   .seen = { copy.ctx, copy.ctx_size } };
    return run(pool, &job, &nothing, err);
}

/* ---- Maps: an ordered job whose partials are handed over instead of being combined ---- */

static void map_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    (void)ctx;
    *first = chunk;
    *last = chunk + 1;
}

static int map_compute(void *partial, uint64_t chunk, void *area, void *ctx)
{
    const prong_map_spec *spec = ctx;

    (void)area;
    return spec->item(chunk, partial, spec->ctx);
}

static int map_deliver(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    const prong_map_spec *spec = ctx;

    (void)area;
    return spec->deliver(chunk, partial, spec->ctx);
}

prong_status prong_pool_map(prong_pool *pool, const prong_map_spec *spec, prong_error *err)
{
    prong_map_spec copy = PRONG_MAP_SPEC_INIT;
    struct prong_job_spec job;

    if (!spec || spec->size < sizeof spec->size || spec->size > 4096)
        return prong_fail(err, PRONG_EINVAL, "spec: use PRONG_MAP_SPEC_INIT");
    memcpy(&copy, spec, spec->size < sizeof copy ? spec->size : sizeof copy);
    if (!copy.item || !copy.deliver || copy.result_size == 0)
        return prong_fail(err, PRONG_EINVAL, "spec: item, deliver and result_size must be given");
    if (copy.count > PRONG_MAX_CHUNKS)
        return prong_fail(err, PRONG_EINVAL, "too many items");
    job = (struct prong_job_spec){ .chunks = copy.count,
                                   .partial_size = copy.result_size,
                                   .compute = map_compute,
                                   .deliver = map_deliver,
                                   .range = map_range,
                                   .ctx = &copy,
                                   .ctx_size = sizeof copy,
                                   .seen = { copy.ctx, copy.ctx_size } };
    return run(pool, &job, NULL, err);
}
