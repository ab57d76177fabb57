/* SPDX-License-Identifier: MIT */
/* prong_fold: a range of elements as a job of numbered chunks. The plan depends on count and grain alone, never on
 * the number of workers: that is what makes the result's bits independent of it. */
#include "config.h"

#include "pool/fold.h"

#include "base/error.h"
#include "pool/claim.h"
#include "pool/options.h"
#include "pool/plan.h"

#include <string.h>

static int fold_init(void *partial, void *ctx)
{
    struct prong_fold_ctx *fold = ctx;
    return fold->spec.init ? fold->spec.init(partial, fold->spec.ctx) : 0;
}

static void fold_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    struct prong_fold_ctx *fold = ctx;

    *first = chunk * fold->grain;
    *last = fold->spec.count - *first > fold->grain ? *first + fold->grain : fold->spec.count;
}

static int fold_compute(void *partial, uint64_t chunk, void *area, void *ctx)
{
    struct prong_fold_ctx *fold = ctx;
    uint64_t first, last;

    (void)area;
    fold_range(chunk, &first, &last, ctx);
    return fold->spec.accumulate(partial, first, last, fold->spec.ctx);
}

static int fold_combine(void *into, const void *from, void *ctx)
{
    struct prong_fold_ctx *fold = ctx;
    return fold->spec.combine(into, from, fold->spec.ctx);
}

static prong_status check_spec(struct prong_fold_ctx *fold, const prong_fold_spec *spec, prong_error *err)
{
    static const prong_fold_spec defaults = PRONG_FOLD_SPEC_INIT;

    fold->spec = defaults;
    if (!spec || spec->size < sizeof spec->size || spec->size > 4096)
        return prong_fail(err, PRONG_EINVAL, "spec: use PRONG_FOLD_SPEC_INIT");
    memcpy(&fold->spec, spec, spec->size < sizeof *spec ? spec->size : sizeof *spec);
    if (!spec->accumulate || !spec->combine)
        return prong_fail(err, PRONG_EINVAL, "spec: accumulate and combine must be given");
    if (spec->partial_size == 0)
        return prong_fail(err, PRONG_EINVAL, "spec: partial_size is 0");
    if (spec->flags & ~(PRONG_COMMUTATIVE | PRONG_COMBINE_IN_WORKER))
        return prong_fail(err, PRONG_EINVAL, "spec: unknown flags 0x%x", spec->flags);
    fold->grain = spec->grain;
    if (fold->grain == 0)
        fold->grain = prong_default_grain(spec->count);
    return PRONG_OK;
}

prong_status prong_fold_prepare(const prong_fold_spec *spec, const void *result, struct prong_fold_ctx *ctx,
                                struct prong_job_spec *job, prong_error *err)
{
    prong_status status = check_spec(ctx, spec, err);

    if (status == PRONG_OK && !result)
        status = prong_fail(err, PRONG_EINVAL, "result is NULL");
    if (status)
        return status;
    if (prong_ceil_div(ctx->spec.count, ctx->grain) > PRONG_MAX_CHUNKS)
        return prong_fail(err, PRONG_EINVAL, "%llu elements in chunks of %llu are too many chunks; use a larger grain",
                          (unsigned long long)ctx->spec.count, (unsigned long long)ctx->grain);
    *job = (struct prong_job_spec){ .chunks = prong_ceil_div(ctx->spec.count, ctx->grain),
                                    .partial_size = ctx->spec.partial_size,
                                    .commutative = ctx->spec.flags & PRONG_COMMUTATIVE,
                                    .combine_in_worker = ctx->spec.flags & PRONG_COMBINE_IN_WORKER,
                                    .init = fold_init,
                                    .compute = fold_compute,
                                    .combine = fold_combine,
                                    .range = fold_range,
                                    .ctx = ctx,
                                    .ctx_size = sizeof *ctx,
                                    .inputs = { { ctx->spec.input, ctx->spec.input_size } },
                                    .seen = { ctx->spec.ctx, ctx->spec.ctx_size } };
    return PRONG_OK;
}

prong_status prong_fold(const prong_fold_spec *spec, const prong_options *options, void *result, prong_error *err)
{
    struct prong_fold_ctx ctx;
    struct prong_job_spec job;
    prong_options resolved;
    prong_status status = prong_fold_prepare(spec, result, &ctx, &job, err);

    if (status == PRONG_OK)
        status = prong_options_resolve(&resolved, options, err);
    return status ? status : prong_job_run(&job, &resolved, result, err);
}
