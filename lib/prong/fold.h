/* SPDX-License-Identifier: MIT */
/* prong/fold.h: a parallel fold by forked workers over one IPC_PRIVATE segment.
 *
 *     static int add(void *partial, uint64_t first, uint64_t last, void *ctx)
 *     {
 *         const long *x = ctx;
 *         for (uint64_t i = first; i < last; i++)
 *             *(long *)partial += x[i];
 *         return 0;
 *     }
 *     static int join(void *into, const void *from, void *ctx)
 *     {
 *         *(long *)into += *(const long *)from;
 *         return 0;
 *     }
 *     prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
 *     spec.count = n, spec.partial_size = sizeof(long), spec.accumulate = add, spec.combine = join, spec.ctx = x;
 *     status = prong_fold(&spec, NULL, &sum, NULL);
 *
 * The elements 0 … count-1 are cut into chunks that depend on count and grain alone. Workers claim chunks, compute
 * each into a partial of their own, and publish it in its assigned slot; the parent combines what is published. A
 * worker that dies costs its chunk, which another computes again: the result is exact or the call says exactly what
 * was lost. */
#ifndef PRONG_FOLD_H
#define PRONG_FOLD_H

#include <prong/status.h>
#include <prong/trace.h>
#include <signal.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What accumulate returns to say: "this chunk is the last one needed". The result is then that of chunks 0 … this
 * one, the lowest that said so, whatever the number of workers. Ordered folds only. */
#define PRONG_FOLD_STOP 0x5709

/* combine is exactly associative AND commutative (integers, sets, exact sums): partials are merged per worker, in no
 * fixed order, with less memory. Without it combine need only be associative: the same tree, in chunk order, is used
 * for every number of workers, so that even rounding is reproducible. */
#define PRONG_COMMUTATIVE 1u
/* combine runs in workers only: a crash in it costs a worker, and is tried again like that of a chunk. The tree and the
 * bits are the same. It costs a message to and fro for each half of the window, and the last ones of all cannot run in
 * parallel. */
#define PRONG_COMBINE_IN_WORKER 2u

typedef struct prong_fold_spec {
    size_t size;         /* set by PRONG_FOLD_SPEC_INIT */
    uint64_t count;      /* elements; 0 gives the initial partial */
    uint64_t grain;      /* elements in a chunk; 0: max(65536, ceil(count / 4096)) */
    size_t partial_size; /* bytes of a partial result, > 0. A partial is copied bytewise between processes: it must hold
                            no pointers to memory that was allocated after the fork */

    /* Makes *partial the neutral element of combine. NULL: all bytes 0. Runs in workers and in the parent. */
    int (*init)(void *partial, void *ctx);
    /* Adds the elements first … last-1 to *partial. Runs in a worker, so it may crash, leak or hang without harm;
     * it sees memory as of the fork, and what it writes anywhere but to *partial is lost. It must give the same
     * answer when it is run again, since a chunk whose worker died is. Returns 0; PRONG_FOLD_STOP; or an error of
     * the caller's own, which ends the fold with PRONG_EBODY: that of the lowest failing chunk, for any number of
     * workers. */
    int (*accumulate)(void *partial, uint64_t first, uint64_t last, void *ctx);
    /* Adds *from, of the elements right after those of *into, to *into. Runs in the parent (and, with PRONG_COMMUTATIVE, in
     * workers): a crash there is the host's, unless PRONG_COMBINE_IN_WORKER is set. Returns 0 or an error, which ends the
     * fold with PRONG_EBODY. */
    int (*combine)(void *into, const void *from, void *ctx);
    void *ctx;      /* handed to all three; not touched by prong */
    unsigned flags; /* PRONG_COMMUTATIVE, PRONG_COMBINE_IN_WORKER or 0 */

    /* A mapped file that accumulate reads, or NULL. A SIGBUS in it is reported as PRONG_EIO, "the file was
     * truncated", instead of being retried as a crash. */
    const void *input;
    size_t input_size;

    size_t ctx_size; /* bytes of ctx, for a pool with PRONG_CHECK_CTX (see prong/pool.h); 0: not told */
} prong_fold_spec;

#define PRONG_FOLD_SPEC_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(prong_fold_spec), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                                                       \
    }

typedef enum prong_remove {
    PRONG_REMOVE_DEFAULT = 0, /* early where the kernel allows it, unless PRONG_REMOVE_AT_END is set in the environment */
    PRONG_REMOVE_EARLY,       /* mark the segment for removal at birth: it dies with its last attachment, however that ends */
    PRONG_REMOVE_END          /* the textbook's order: remove after the last worker; a SIGKILLed parent leaves a segment */
} prong_remove;

/* The caller's process has other threads; fork all the same. Only the calling thread exists in a worker: accumulate
 * must not need a lock that another thread may hold at the fork. */
#define PRONG_ALLOW_THREADS 1u
/* A chunk whose retries are used up does not end the run: all others are done first, and then the call fails with
 * the report of the lowest such chunk. Each is told to on_lost. For loops and maps that keep what was done; a
 * fold's result stays untouched. */
#define PRONG_COLLECT 2u
/* With on_event: a worker waits after each of its steps until on_event has been told of it and has returned, and the run with
 * it. So whoever lets on_event wait stops everything at that very step, to look at it with other tools. Deadlines do not wait. */
#define PRONG_STEPWISE 4u

typedef struct prong_stats {
    size_t size;             /* set by the caller: sizeof(prong_stats) */
    int workers;             /* workers forked at first; 0 if the fold ran inline or had nothing to do */
    uint64_t chunks;         /* chunks that made up the result */
    uint64_t retries;        /* chunks computed again because their worker died or was too slow */
    uint64_t respawns;       /* workers forked in place of dead ones */
    uint64_t segment_bytes;  /* size of the segment */
    double seconds;          /* wall time of the whole call */
    const char *inline_why;  /* why it ran in the caller's own process (a static string), or NULL */
    uint64_t lost;           /* chunks given up under PRONG_COLLECT */
    int forks_failed;        /* workers that could not be forked at first: the others did their share */
} prong_stats;

/* How far a run has come, or the present one of its passes over the input. */
typedef struct prong_progress {
    size_t size;
    uint64_t done, total; /* chunks; total is UINT64_MAX while a stream has not ended */
    double seconds;       /* since this pass began */
    int over;             /* it has ended, well or not */
    int asked;            /* told because progress_asked was set */
} prong_progress;

typedef struct prong_options {
    size_t size;          /* set by PRONG_OPTIONS_INIT */
    int workers;          /* 0: PRONG_WORKERS, else the processors this process may use; at most 1024 */
    int retries;          /* how often a chunk is tried again after its worker died: 3 by default, 0 for never */
    double timeout;       /* seconds for the whole call; 0: none */
    double chunk_timeout; /* seconds for a chunk: its worker gets SIGTERM, then SIGKILL, and the chunk is retried; 0: none */
    prong_remove remove;
    unsigned flags;                      /* PRONG_ALLOW_THREADS, PRONG_COLLECT, PRONG_STEPWISE or 0 */
    volatile const sig_atomic_t *cancel; /* a flag that a signal handler of the calling thread may set; NULL: none */
    void (*on_lost)(const prong_error *err, void *ctx); /* told in the parent of each chunk given up; NULL: nobody */
    void *on_lost_ctx;
    prong_stats *stats;                  /* filled on success and on failure, but for PRONG_EINVAL; NULL: not wanted */
    void (*on_progress)(const prong_progress *progress, void *ctx); /* told in the parent, also at the end; NULL: nobody */
    void *progress_ctx;
    double progress_interval;            /* seconds from one telling to the next; 0: 0.1 */
    volatile sig_atomic_t *progress_asked; /* a flag that a signal handler may set: told at once, and cleared; NULL: none */
    void (*on_event)(const prong_event *event, void *ctx); /* told in the parent of each step: prong/trace.h; NULL: nobody */
    void *event_ctx;
} prong_options;

#define PRONG_OPTIONS_INIT                                                                                             \
    {                                                                                                                  \
        sizeof(prong_options), 0, 3, 0, 0, PRONG_REMOVE_DEFAULT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                           \
    }

/* Runs the whole fold and writes partial_size bytes to result. options and err may be NULL.
 *
 * Call it from any process that owns its children; one thread at a time per call, distinct threads may run distinct
 * folds (with PRONG_ALLOW_THREADS). In a worker of prong it runs inline. On return no child, segment or descriptor
 * remains, and signal dispositions, mask, cwd, umask and descriptors are as they were; only children forked here
 * are waited for, so SIGCHLD may be ignored or handled. On failure result is untouched.
 *
 * PRONG_EINVAL (spec or options), PRONG_ENOMEM, PRONG_ESYS (shmget, shmat, fork, poll …), PRONG_ETHREADS, PRONG_ELOST
 * (retries used up: err tells worker, signal, chunk and elements), PRONG_EBODY, PRONG_ETIMEDOUT, PRONG_ECANCELED,
 * PRONG_EIO (SIGBUS in the input). */
PRONG_API PRONG_NODISCARD prong_status prong_fold(const prong_fold_spec *spec, const prong_options *options,
                                                  void *result, prong_error *err);

/* How many workers options.workers = 0 stands for here and now. */
PRONG_API int prong_workers(void);

#ifdef __cplusplus
}
#endif

#endif
