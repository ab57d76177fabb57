/* SPDX-License-Identifier: MIT */
/* A fold inside a worker: forking again from there would multiply processes without adding processors, so it runs
 * where it is, through the same chunks and the same tree, to the same bits. */
#include "config.h"

#include "pool/job.h"

#include "base/clock.h"
#include "base/error.h"
#include "pool/tree.h"

#include <stdlib.h>
#include <string.h>

/* The next block of a stream, whole. *more is false where the stream ended before it. */
static prong_status next_block(const struct prong_job_spec *job, void *block, bool *end, prong_error *err)
{
    bool full = false;
    while (!full && !*end) {
        prong_status status = job->feed->step(block, &full, end, job->ctx, err);
        if (status)
            return status;
    }
    return PRONG_OK;
}

/* What the parent of a run does with a chunk that is done, outcome being the body's answer. */
static prong_status take_chunk(const struct prong_job_spec *job, struct prong_tree *tree, uint64_t chunk, int outcome,
                               void *partial, void *area, prong_error *err)
{
    if (outcome == PRONG_FOLD_STOP && job->commutative)
        return prong_fail(err, PRONG_EINVAL, "PRONG_FOLD_STOP in a commutative fold");
    if (outcome != 0 && outcome != PRONG_FOLD_STOP)
        return prong_job_chunk_failed(job, chunk, outcome, err);
    if (!job->deliver)
        return prong_tree_push(tree, partial, err);
    outcome = job->deliver(chunk, partial, area, job->ctx);
    return outcome ? prong_job_chunk_failed(job, chunk, outcome, err) : PRONG_OK;
}

prong_status prong_job_run_inline(const struct prong_job_spec *job, const prong_options *options, void *result,
                                  prong_error *err)
{
    struct prong_tree tree = { .job = job };
    void *partial = malloc(job->partial_size);
    size_t area_size = prong_job_area(job);
    void *area = area_size ? malloc(area_size) : NULL;
    int64_t begin = prong_now();
    uint64_t chunk = 0;
    bool end = false;
    int outcome = 0;
    prong_status status = PRONG_OK;

    if (!partial || (area_size && !area)) {
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for a partial and its area", job->partial_size + area_size);
        goto out;
    }
    for (; chunk < job->chunks && !end && outcome == 0; chunk++) {
        if (options->cancel && *options->cancel) {
            status = prong_fail(err, PRONG_ECANCELED, "%s", "");
            goto out;
        }
        if (options->timeout > 0 && (double)(prong_now() - begin) > options->timeout * 1e9) {
            status = prong_fail(err, PRONG_ETIMEDOUT, "%s", "");
            goto out;
        }
        if (job->feed && (status = next_block(job, area, &end, err)))
            goto out;
        outcome = prong_job_init_partial(job, partial);
        if (outcome == 0)
            outcome = job->compute(partial, chunk, area, job->ctx);
        status = take_chunk(job, &tree, chunk, outcome, partial, area, err);
        if (status)
            goto out;
    }
    if (!job->deliver)
        status = prong_tree_finish(&tree, partial, err);
    if (status)
        goto out;
    if (result)
        memcpy(result, partial, job->partial_size);
    if (options->stats) {
        /* The caller's struct may be shorter than ours: inline_why is in every version of it. */
        options->stats->chunks = chunk;
        options->stats->inline_why = "called inside a worker";
        options->stats->seconds = (double)(prong_now() - begin) * 1e-9;
    }
out:
    prong_tree_free(&tree);
    free(partial);
    free(area);
    return status;
}
