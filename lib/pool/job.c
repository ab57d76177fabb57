/* SPDX-License-Identifier: MIT */
/* What everybody who runs a job's functions does around them: neutral partials, and errors that name the place. */
#include "config.h"

#include "pool/job.h"

#include "base/error.h"

#include <string.h>

int prong_job_init_partial(const struct prong_job_spec *job, void *partial)
{
    memset(partial, 0, job->partial_size);
    return job->init ? job->init(partial, job->ctx) : 0;
}

prong_status prong_job_chunk_failed(const struct prong_job_spec *job, uint64_t chunk, int outcome, prong_error *err)
{
    prong_fail(err, PRONG_EBODY, "%s", "");
    if (err) {
        err->body_status = outcome;
        err->chunk = (int64_t)chunk;
        job->range(chunk, &err->first, &err->last, job->ctx);
    }
    return PRONG_EBODY;
}

prong_status prong_job_function_failed(const char *function, int outcome, prong_error *err)
{
    prong_fail(err, PRONG_EBODY, "%s returned %d", function, outcome);
    if (err)
        err->body_status = outcome;
    return PRONG_EBODY;
}
