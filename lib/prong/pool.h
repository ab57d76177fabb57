/* SPDX-License-Identifier: MIT */
/* prong/pool.h: a persistent pool of forked workers.
 *
 *     prong_pool_create(&pool, NULL, NULL);
 *     double *x = prong_pool_alloc(pool, n * sizeof *x, 0);        // shared with the workers, at the same address
 *     ... fill x ...
 *     spec.ctx = x;
 *     status = prong_pool_fold(pool, &spec, &sum, NULL);           // as often as you like
 *     prong_pool_destroy(pool);
 *
 * Workers are processes: what one does to its memory, its libraries or itself harms nobody. They see the parent's
 * memory as it was when they were forked, and the arena as it is. One that dies, hangs past its chunk's deadline or
 * is killed costs its chunk, which is done again; the pool stays usable after every error.
 *
 * One thread at a time may use a pool (prong_pool_cancel excepted); distinct pools are independent. In a process
 * that was forked from the pool's owner every call gives PRONG_EFORKED (or NULL, or nothing happens), but for the
 * pool's own workers, where folds run inline. */
#ifndef PRONG_POOL_H
#define PRONG_POOL_H

#include <prong/fold.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct prong_pool prong_pool;
typedef struct prong_job prong_job;

/* Pin each worker to one processor of those that the caller may run on when the workers are forked. Where the library was
 * built with hwloc and finds it, to a core of its own as long as there are cores, far from each other, and then to the other
 * threads of the same cores; otherwise worker i to the i-th processor. More workers than processors begin again with the
 * first. */
#define PRONG_PIN 1u
/* Each worker leads a process group of its own, and what it has forked dies with it (but for children that call
 * setsid). Ctrl-C and Ctrl-Z at a terminal then do not reach workers. */
#define PRONG_OWN_GROUP 2u
/* Touch the arena's pages at the start rather than at their first use. */
#define PRONG_PREFAULT 4u
/* Take the segment from the system's huge pages (vm.nr_hugepages) if enough are free, else from ordinary pages; the
 * figures tell. */
#define PRONG_HUGE_PAGES 8u
/* Keep each worker's slots on pages of their own, which the worker is the first to touch: on a NUMA machine, on its
 * node. Pin the workers too. Commutative folds only: other slots belong to chunks, not to workers. */
#define PRONG_NUMA_SLOTS 16u
/* Fork a process at the start that does nothing but fork later workers (where the system has CLONE_PARENT): they
 * see the memory of that moment, and replacing one costs the same however large the host has grown, and is safe
 * however many threads it has got. */
#define PRONG_ZYGOTE 32u
/* For debugging: before each job whose spec tells ctx_size, every worker compares the bytes of ctx with those that the
 * parent sees, unless ctx lies in the arena. If they differ, because ctx was changed or made after the fork (or a worker has
 * written to its own copy), the job fails with PRONG_EINVAL instead of computing with what was there before. What ctx points
 * to in turn is not looked at. */
#define PRONG_CHECK_CTX 64u

typedef struct prong_pool_options {
    size_t size;       /* set by PRONG_POOL_OPTIONS_INIT */
    prong_options run; /* workers, retries, chunk_timeout, remove, flags. timeout and cancel hold for each job; stats
                          is not used: see prong_pool_stats */
    size_t arena_size; /* bytes that prong_pool_alloc may give out; 0: 64 MiB. Memory is used when it is touched */
    size_t slots_size; /* bytes for partial results; 0: 4 MiB. A job needs twice the workers' number of them if it is
                          commutative, and is faster if all its chunks have one otherwise. With
                          PRONG_COMBINE_IN_WORKER an ordered job needs one more, and two for each doubling of its chunks */
    double spin;       /* seconds that workers and parent look for each other before they sleep; negative: 50 µs if the
                          parent and every worker can have a processor each, otherwise none */
    unsigned flags;    /* PRONG_PIN … */
    int nice;          /* added to the workers' nice value */
    uint64_t memory_limit; /* bytes of address space a worker may add (RLIMIT_AS is set to what it has and this); 0: none */
    uint64_t cpu_limit;    /* seconds of processor time a worker may use (RLIMIT_CPU); 0: none. A worker that reaches it is
                              killed and replaced like any other that dies */
    int (*init)(void *ctx);  /* run once in each worker that is forked, before its first chunk; not 0: PRONG_EBODY */
    void (*fini)(void *ctx); /* run in a worker that leaves in good order */
    void *ctx;               /* for both */
} prong_pool_options;

#define PRONG_POOL_OPTIONS_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(prong_pool_options), PRONG_OPTIONS_INIT, 0, 0, -1.0, 0, 0, 0, 0, 0, 0, 0                                \
    }

/* Makes the segment and forks the workers. Fewer workers than asked for are enough (see prong_pool_stats). options
 * may be NULL. On failure *out is NULL and nothing remains. PRONG_EINVAL, PRONG_ENOMEM, PRONG_ESYS, PRONG_ETHREADS.
 * */
PRONG_API PRONG_NODISCARD prong_status prong_pool_create(prong_pool **out, const prong_pool_options *options,
                                                         prong_error *err);

/* Ends the workers and removes everything; a job that was started is given up. NULL is allowed. PRONG_EFORKED:
 * nothing was done. */
PRONG_API prong_status prong_pool_destroy(prong_pool *pool);

/* Memory from the arena: at the same address in every process, seen by all at once. align is a power of two up to
 * 4096, or 0. NULL if there is no room. The bytes of a fresh arena are 0. Freed by prong_pool_free, or all at once
 * by prong_pool_reset; never while a job uses it. Parent only. */
PRONG_API void *prong_pool_alloc(prong_pool *pool, size_t size, size_t align);
PRONG_API void prong_pool_free(prong_pool *pool, void *memory); /* NULL is allowed */
PRONG_API void prong_pool_reset(prong_pool *pool);
/* Does this address lie in the arena? */
PRONG_API int prong_pool_owns(const prong_pool *pool, const void *memory);

/* prong_fold on the pool's workers. The functions of spec must have been loaded, and what ctx points to must lie in
 * the arena or be as it was at the fork. Chunks go to whoever comes first; workers that have not come when all are done,
 * because they are still waking up, stopped or dead, are not waited for. With the statuses of prong_fold, and PRONG_EBUSY (a
 * job was started and has not been waited for), PRONG_EFORKED. */
PRONG_API PRONG_NODISCARD prong_status prong_pool_fold(prong_pool *pool, const prong_fold_spec *spec, void *result,
                                                       prong_error *err);

/* A loop without a result: what it computes it writes to the arena. A chunk may be run again after its worker died,
 * so what it writes should depend on its indices alone. */
typedef struct prong_for_spec {
    size_t size;    /* set by PRONG_FOR_SPEC_INIT */
    uint64_t count; /* indices 0 … count-1 */
    uint64_t grain; /* indices in a chunk; 0: count / (16 * workers), at least 1 */
    int (*body)(uint64_t first, uint64_t last, void *ctx); /* in a worker; not 0: PRONG_EBODY */
    void *ctx;
    size_t ctx_size; /* bytes of ctx, for PRONG_CHECK_CTX; 0: not told */
} prong_for_spec;

#define PRONG_FOR_SPEC_INIT                                                                                            \
    {                                                                                                                  \
        sizeof(prong_for_spec), 0, 0, 0, 0, 0                                                                          \
    }

PRONG_API PRONG_NODISCARD prong_status prong_pool_for(prong_pool *pool, const prong_for_spec *spec, prong_error *err);

/* Items in, results out in order, as they come: items of unequal cost are spread over the workers, and deliver is
 * called in the parent for item 0, 1, 2 … while later ones are still being computed. */
typedef struct prong_map_spec {
    size_t size;         /* set by PRONG_MAP_SPEC_INIT */
    uint64_t count;      /* items */
    size_t result_size;  /* bytes of an item's result, > 0 */
    int (*item)(uint64_t index, void *result, void *ctx);          /* in a worker; *result is zeroes at first */
    int (*deliver)(uint64_t index, const void *result, void *ctx); /* in the parent, in order; not 0: PRONG_EBODY */
    void *ctx; /* for both: item sees it as prong_pool_fold says */
    size_t ctx_size; /* bytes of ctx, for PRONG_CHECK_CTX; 0: not told */
} prong_map_spec;

#define PRONG_MAP_SPEC_INIT                                                                                            \
    {                                                                                                                  \
        sizeof(prong_map_spec), 0, 0, 0, 0, 0, 0                                                                       \
    }

PRONG_API PRONG_NODISCARD prong_status prong_pool_map(prong_pool *pool, const prong_map_spec *spec, prong_error *err);

/* Replaces all workers by fresh ones, which see the parent's memory as it is now. PRONG_ESYS (fork),
 * PRONG_ETHREADS, PRONG_EBUSY, PRONG_EFORKED. */
PRONG_API PRONG_NODISCARD prong_status prong_pool_refork(prong_pool *pool, prong_error *err);

/* Gives up the pool's present or next job with PRONG_ECANCELED. May be called from a signal handler and from any
 * thread. */
PRONG_API void prong_pool_cancel(prong_pool *pool);

/* ---- Asynchronous use ---- */

/* Begins a fold and returns at once; spec is copied, result must live until the job is waited for. *job belongs to
 * the pool and is good until then. As prong_pool_fold. */
PRONG_API PRONG_NODISCARD prong_status prong_pool_start(prong_pool *pool, const prong_fold_spec *spec, void *result,
                                                        prong_job **job, prong_error *err);

/* Waits until the job is done, at most `seconds` (negative: without limit). PRONG_EBUSY: it is not done yet; else
 * its status, and the job is over. */
PRONG_API PRONG_NODISCARD prong_status prong_job_wait(prong_job *job, double seconds, prong_error *err);

/* A descriptor that is readable when prong_pool_pump has something to do: for poll, select or an event loop. It
 * belongs to the pool. -1 where the system has no epoll; then call prong_pool_pump now and then. */
PRONG_API int prong_pool_fd(prong_pool *pool);

/* Does what there is to do for the started job without waiting; *done is 1 when it is done, and prong_job_wait will
 * not wait. PRONG_OK otherwise: errors of the job come from prong_job_wait. PRONG_EINVAL: no job was started; a worker
 * that has died since the last one is replaced all the same, so that the descriptor does not stay readable.
 * PRONG_EFORKED. */
PRONG_API PRONG_NODISCARD prong_status prong_pool_pump(prong_pool *pool, int *done, prong_error *err);

/* ---- Figures ---- */

typedef struct prong_pool_figures {
    size_t size;            /* set by the caller: sizeof(prong_pool_figures) */
    int workers;            /* that are there now */
    uint64_t jobs;          /* that ended, well or not */
    uint64_t chunks;        /* that made up results */
    uint64_t retries;       /* chunks done again */
    uint64_t respawns;      /* workers replaced: they died, or were ended with a job that was given up */
    uint64_t segment_bytes; /* size of the segment */
    int huge_pages;         /* 1: the segment is in huge pages */
    int zygote;             /* 1: replacements are forked by a zygote */
    double latency_p50, latency_p90, latency_p99; /* seconds from a call to its return, over the last 1024 jobs; 0: none yet */
    const char *inline_why; /* why the last job ran in the caller's process (a static string), or NULL */
} prong_pool_figures;

/* Inside a worker: the figures of the moment when it was forked, and what has run inline there since. PRONG_EFORKED in any
 * other process but the owner. */
PRONG_API PRONG_NODISCARD prong_status prong_pool_stats(const prong_pool *pool, prong_pool_figures *figures);

#ifdef __cplusplus
}
#endif

#endif
