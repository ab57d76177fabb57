/* SPDX-License-Identifier: MIT */
/* A job as the pool sees it: numbered chunks, each computed into a partial, partials combined. prong_fold and the
 * reduce room both come down to this. */
#ifndef PRONG_POOL_JOB_H
#define PRONG_POOL_JOB_H

#include "prong/fold.h"

#include <stdbool.h>

/* chunks of a job whose input is a stream: as many as its feed yields. */
#define PRONG_CHUNKS_UNKNOWN UINT64_MAX

/* Where the blocks of a stream come from; the parent calls it. */
struct prong_feed {
    int fd;            /* polled for readability */
    size_t block_size; /* bytes of a block in the segment */
    /* Reads once towards filling block; see prong_stream_step for full and end. */
    prong_status (*step)(void *block, bool *full, bool *end, void *ctx, prong_error *err);
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
    bool commutative;
    int (*init)(void *partial, void *ctx); /* NULL: zeroes */
    /* Computes a chunk; block is its place in the segment, or NULL without a feed. Worker. */
    int (*compute)(void *partial, uint64_t chunk, const void *block, void *ctx);
    int (*combine)(void *into, const void *from, void *ctx);
    /* Not NULL: instead of being combined, partials are handed over in chunk order. Parent. */
    int (*deliver)(uint64_t chunk, const void *partial, void *ctx);
    /* The elements of a chunk, for messages. Parent. */
    void (*range)(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx);
    void *ctx;
    size_t ctx_size; /* of a ctx that workers which were forked earlier need a copy of; 0: they need none */
    const struct prong_feed *feed; /* NULL: chunks is known */
    struct prong_region inputs[PRONG_INPUTS];
};

/* The whole life of a run: segment, workers, watch, aggregation, removal. See prong_fold for contract and statuses. */
prong_status prong_job_run(const struct prong_job_spec *job, const prong_options *options, void *result, prong_error *err);

/* The same without segment or workers, in this process: for a call from inside a worker. */
prong_status prong_job_run_inline(const struct prong_job_spec *job, const prong_options *options, void *result,
                                  prong_error *err);

/* Sets a partial to the neutral element; returns init's error or 0. */
int prong_job_init_partial(const struct prong_job_spec *job, void *partial);

#endif
