/* SPDX-License-Identifier: MIT */
/* Combining in a worker (PRONG_COMBINE_IN_WORKER): the worker's half. The parent's half is declared in crew.h. */
#ifndef PRONG_POOL_GATHER_H
#define PRONG_POOL_GATHER_H

#include "pool/claim.h"
#include "pool/job.h"

/* Slots beyond those of chunks and workers that a job needs: two for each level of the tree, one for the result. */
static inline uint64_t prong_gather_slots(uint32_t levels)
{
    return (uint64_t)levels * 2 + 1;
}

/* How many levels of a tree the job's gatherings need; 0: none. */
uint32_t prong_job_levels(const struct prong_job_spec *job);

/* Worker, having claimed the gathering: combines what the header's gather says. room is private memory for as many partials
 * as the task has levels, whatever is in it. Returns what combine returned. */
int prong_gather_compute(struct prong_board board, const struct prong_job_spec *job, void *room);

/* The published buffers of all workers, combined into *result. Returns what init or combine returned. */
int prong_gather_buffers(struct prong_board board, const struct prong_job_spec *job, void *result, bool in_worker);

#endif
