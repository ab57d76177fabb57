/* SPDX-License-Identifier: MIT */
/* A job as the pool sees it: numbered chunks, each computed into a partial, partials combined. prong_fold and the
 * reduce room both come down to this. */
#ifndef PRONG_POOL_JOB_H
#define PRONG_POOL_JOB_H

#include "prong/pool.h"

#include <stdbool.h>

/* chunks of a job whose input is a stream: as many as its feed yields. */
#define PRONG_CHUNKS_UNKNOWN UINT64_MAX

/* Where the blocks of a stream come from; the parent calls it. */
struct prong_feed {
    int fd;            /* polled for readability */
    size_t block_size; /* bytes of a block in the segment */
    /* Reads once towards filling block; see prong_stream_step for full and end. What it leaves of the block is compute's to
     * write. */
    prong_status (*step)(void *block, bool *full, bool *end, void *ctx, prong_error *err);
    /* Would a step give something although fd has nothing to read? NULL: never. */
    bool (*pending)(void *ctx);
};

/* A mapped file: SIGBUS in it is PRONG_EIO. at is NULL: none. */
struct prong_region {
    const void *at;
    size_t size;
};
enum { PRONG_INPUTS = 2 };

/* In a persistent pool a job is copied into the segment for workers to find, and a new one begins only when every worker is
 * idle: so no worker ever looks at a job but the present one. */
struct prong_job_spec {
    uint64_t chunks;
    size_t partial_size;
    /* int, not bool: without padding, a job is compared with the one before as bytes. */
    int commutative;
    int combine_in_worker; /* not only where commutative partials are merged, but everywhere; not with deliver */
    int (*init)(void *partial, void *ctx); /* NULL: zeroes */
    /* Computes a chunk. area is the chunk's place in the segment: the block that the feed has filled, or output_size bytes to
     * write to, of whatever content; NULL without either. When a worker dies in here, the chunk is computed again over what it
     * has left in area. Worker. */
    int (*compute)(void *partial, uint64_t chunk, void *area, void *ctx);
    int (*combine)(void *into, const void *from, void *ctx); /* parent; worker */
    /* Not NULL: instead of being combined, partials are handed over in chunk order, with the chunk's area, which nobody
     * touches until this returns. Parent. */
    int (*deliver)(uint64_t chunk, const void *partial, const void *area, void *ctx);
    /* The elements of a chunk, for messages. Parent. */
    void (*range)(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx);
    void *ctx;
    size_t ctx_size; /* of a ctx that workers which were forked earlier need a copy of; 0: they need none */
    const struct prong_feed *feed; /* NULL: chunks is known */
    size_t output_size; /* bytes of a chunk's output area in the segment: pages that nobody touches cost nothing. Not used
                           with a feed */
    uint64_t window;    /* at most so many chunks are on the way, or wait to be consumed, at a time; 0: as many as there is room
                           for */
    struct prong_region inputs[PRONG_INPUTS];
    /* The caller's own ctx, if its size is known, for PRONG_CHECK_CTX; in the segment: NULL, or with the parent's sum of
     * it. */
    struct prong_region seen;
    uint64_t seen_sum;
};

/* The bytes of a chunk's area, or 0. */
static inline size_t prong_job_area(const struct prong_job_spec *job)
{
    return job->feed ? job->feed->block_size : job->output_size;
}

/* The whole life of a run: segment, workers, watch, aggregation, removal. See prong_fold for contract and statuses. */
prong_status prong_job_run(const struct prong_job_spec *job, const prong_options *options, void *result, prong_error *err);

/* The same without segment or workers, in this process: for a call from inside a worker. */
prong_status prong_job_run_inline(const struct prong_job_spec *job, const prong_options *options, void *result,
                                  prong_error *err);

/* What a persistent pool must have room for, beyond its options. Zeroes: nothing in particular. */
struct prong_pool_room {
    size_t partial_size; /* of the job with the largest; ordered jobs get four places a worker at least */
    size_t area_size;    /* the largest block or output area; 0: no job has one */
    uint64_t areas;      /* how many of that size: the largest window; 0: four a worker */
    size_t ctx_size;     /* the largest ctx that is copied */
};

/* prong_pool_create with room for such jobs. */
prong_status prong_pool_create_for(prong_pool **out, const prong_pool_options *options, const struct prong_pool_room *room,
                                   prong_error *err);

/* Runs any job on a persistent pool. cancel NULL and timeout 0 stand for the pool's own. result may be NULL for a job that
 * delivers. As prong_pool_fold; PRONG_ENOMEM: the pool has no room for it. Inside a worker it runs inline. */
prong_status prong_pool_job(prong_pool *pool, const struct prong_job_spec *job, volatile const sig_atomic_t *cancel,
                            double timeout, void *result, prong_error *err);

/* The figures of the last job that ended, good until the next one begins. */
const prong_stats *prong_pool_job_stats(const prong_pool *pool);

/* Sets a partial to the neutral element; returns init's error or 0. */
int prong_job_init_partial(const struct prong_job_spec *job, void *partial);

/* PRONG_EBODY: compute or deliver returned outcome for this chunk. */
prong_status prong_job_chunk_failed(const struct prong_job_spec *job, uint64_t chunk, int outcome, prong_error *err);

/* PRONG_EBODY: init or combine returned outcome. */
prong_status prong_job_function_failed(const char *function, int outcome, prong_error *err);

#endif
