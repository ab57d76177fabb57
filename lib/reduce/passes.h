/* SPDX-License-Identifier: MIT */
/* Passes over all elements, one after the other, by workers that stay: each pass looks at every batch of numbers with what the
 * passes before have found out.
 *
 *     prong_passes_open            fork, with room for the largest pass
 *     prong_pass_run …             a job for each array; partials combined or handed over
 *     prong_passes_close
 *
 * What a pass needs to know travels in params, a block of bytes that is copied into the segment; whatever else its functions
 * look at must have been there at the fork. */
#ifndef PRONG_REDUCE_PASSES_H
#define PRONG_REDUCE_PASSES_H

#include "pool/job.h"
#include "prong/pool.h"
#include "reduce/reader.h"

/* At the front of every partial; kept by the passes themselves. */
struct prong_pass_head {
    uint64_t n;     /* elements, NaN included */
    uint64_t bytes; /* of input */
    uint64_t done;  /* set by take: nothing more of the chunk need be looked at */
};

struct prong_pass {
    size_t partial_size;               /* a prong_pass_head and what follows it; zeroes at first */
    size_t output_size;                /* bytes of a chunk's output area */
    uint64_t grain;                    /* elements of a chunk; 0: as the passes' */
    const struct prong_sample *sample; /* NULL: all elements */
    /* Not 0: chunks are so many tasks, each of which looks at all elements of all arrays. What a task does is said by its number,
     * in begin. Its partial is delivered. */
    uint64_t tasks;
    uint64_t window; /* at most so many chunks are on the way at a time; 0: as many as there is room for */
    /* Before a chunk's first batch, and after its last. NULL: nothing. Worker. */
    void (*begin)(void *partial, void *area, uint64_t chunk, const void *params);
    void (*end)(void *partial, void *area, const void *params);
    /* Looks at a batch. area: the chunk's output area. scratch->others is free for its use. Worker. */
    void (*take)(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                 struct prong_scratch *scratch, const void *params);
    /* Joins partials in any order. NULL: deliver. In a worker or in the parent. */
    void (*combine)(void *into, const void *from, const void *params);
    /* Gets each chunk's partial and area, in order; not 0: the pass fails with PRONG_ENOMEM. Parent. */
    int (*deliver)(const void *partial, const void *area, void *receiver);
    void *receiver;
    const void *params;
    size_t params_size;
};

/* Looks at a part of the elements only: at runs of that many, spread evenly over the whole, one at a place of each stratum
 * that is random and always the same. */
struct prong_sample {
    uint64_t strata; /* of all arrays together, about */
    uint64_t run;    /* elements; bytes for text */
};

struct prong_passes {
    struct prong_source *sources; /* the caller's, as are the arrays, */
    size_t count;
    struct prong_scratch *scratch; /* and the scratch memory */
    uint64_t grain;
    const prong_options *run; /* resolved */
    int64_t deadline;         /* of all passes together; 0: none */
    int64_t began; /* when they were opened */
    prong_pool *pool;
    prong_stats stats; /* of all passes so far */
};

/* Forks the workers. PRONG_ENOMEM and what prong_pool_create returns. */
prong_status prong_passes_open(struct prong_passes *passes, const struct prong_pool_room *room, prong_error *err);
void prong_passes_close(struct prong_passes *passes);

/* *result gets the combination of all partials, partial_size bytes; where they are delivered, that of their heads alone; for
 * tasks, zeroes.
 * PRONG_EDATA without a detail: a token of a text is no number; see prong_reduction_add for where. Otherwise as prong_fold. */
prong_status prong_pass_run(struct prong_passes *passes, const struct prong_pass *pass, void *result, prong_error *err);

#endif
