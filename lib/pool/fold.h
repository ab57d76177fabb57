/* SPDX-License-Identifier: MIT */
/* A fold's spec as a job: shared by one-shot folds and pools. */
#ifndef PRONG_POOL_FOLD_H
#define PRONG_POOL_FOLD_H

#include "pool/job.h"

/* What the job's functions need; copied into the segment where workers were forked before it. */
struct prong_fold_ctx {
    prong_fold_spec spec;
    uint64_t grain;
};

/* Checks spec and result and fills in both; job->ctx is ctx. PRONG_EINVAL. */
prong_status prong_fold_prepare(const prong_fold_spec *spec, const void *result, struct prong_fold_ctx *ctx,
                                struct prong_job_spec *job, prong_error *err);

#endif
