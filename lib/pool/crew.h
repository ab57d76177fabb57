/* SPDX-License-Identifier: MIT */
/* A pool as its parent knows it: the segment, the workers, and the job they are at. One-shot folds and persistent pools are
 * the same thing here; the one lives for one job and its workers leave by themselves, the other's wait for the next.
 *
 *     pool.c         a pool's life: open, close
 *     crew.c         the workers: forked, reaped, replaced
 *     muster.c       and between two jobs: ended, replaced, dismissed
 *     begin.c        a job is offered to the workers
 *     supervisor.c   its life: offer, consume, watch, finish
 *     run.c          one-shot runs
 *     persistent.c   prong_pool_create and its companions
 *     jobs.c         the jobs of persistent pools */
#ifndef PRONG_POOL_CREW_H
#define PRONG_POOL_CREW_H

#include "pool/trace.h"
#include "pool/tree.h"
#include "pool/watch.h"
#include "pool/worker.h"

struct prong_arena;

enum { PRONG_BURIED = -1 };

/* From SIGTERM to SIGKILL, for whoever must be ended. */
#define PRONG_GRACE_AFTER_TERM INT64_C(100000000)

struct prong_pool {
    pid_t owner;
    prong_options options; /* resolved */
    bool persistent;
    pid_t zygote; /* 0: none */
    struct prong_worker_start start; /* what workers inherit */
    struct prong_board board;
    struct prong_watch watch;
    struct prong_child *children; /* start.layout.workers of them */
    int alive;
    const char *failed_call; /* the system call because of which a worker could not be forked */
    int64_t spin; /* nanoseconds to look for the end of a job before sleeping */
    struct prong_arena *arena;
    struct prong_trace *trace; /* what is told of each step; NULL: nobody wants to know */
    struct prong_figures *figures; /* of all jobs so far; persistent pools only */
    struct prong_job *started;     /* the job that prong_pool_start began, or NULL */
    long long oom_kills; /* in our control group, when the pool was opened; -1: not known */
    int64_t spin_until;            /* until then the parent looks for the end of the job instead of sleeping */
    int64_t progress_began, progress_due; /* of the present job, if anybody wants to know */
    int64_t wait_until;            /* the caller wants to be back then; 0: when the job is done */
    volatile sig_atomic_t canceled; /* set by prong_pool_cancel, maybe in a signal handler */
    bool missed; /* somebody did not come to a job before it was done */
    bool async; /* the present job was started; the parent may be anywhere, so it always wants to be woken */

    /* The present job. */
    const struct prong_job_spec *job; /* NULL: none */
    uint32_t generation;
    void *whole;    /* where results of up to partial_room bytes are made: the caller's stays untouched until nothing can fail */
    bool attempted; /* some of attempts may not be 0 */
    int *attempts;  /* by place: how often its present chunk has cost a worker; PRONG_BURIED: given up */
    uint64_t base;  /* chunks below it are consumed */
    uint64_t ready; /* where a worker combines: chunks below it are DONE, or given up */
    bool gathering; /* the gathering of header.gather is offered, and not yet seen to be DONE */
    bool gathered;  /* the last one is DONE: the result is there */
    int gather_attempts; /* how often the present gathering has cost a worker */
    uint64_t limit; /* chunks below it are offered */
    uint64_t total; /* chunks of the job; PRONG_CHUNKS_UNKNOWN until a stream has ended */
    bool stopped;   /* a chunk said PRONG_FOLD_STOP */
    bool closed;    /* limit is final */
    int64_t deadline; /* of the job, or 0 */
    volatile const sig_atomic_t *cancel; /* the caller's flag, or NULL */
    struct prong_tree tree;
    prong_error lost;  /* the lowest chunk given up under PRONG_COLLECT; status PRONG_OK: none */
    prong_stats stats; /* of the present job */
};

/* ---- crew.c ---- */

/* Before workers are forked: chooses their places, and forks the zygote if one is asked for; without one, workers are forked
 * directly. Ends it and reaps it. */
void prong_crew_hatch(struct prong_pool *pool);
void prong_crew_bury_zygote(struct prong_pool *pool);

/* Forks worker i, which is not there. Returns 0 or an errno; pool->failed_call is then what failed. */
int prong_crew_fork(struct prong_pool *pool, int i);

/* There is no worker i, and nobody must wait for it. Reaps it first, where it has ended or is about to. */
void prong_crew_absent(struct prong_pool *pool, int i);
void prong_crew_reap(struct prong_pool *pool, int i);

/* Forks all workers that are not there. Some are enough: PRONG_ESYS only if none could be forked. */
prong_status prong_crew_spawn(struct prong_pool *pool, prong_error *err);

/* Worker i has ended: reaps it, takes back its chunk and forks another in its place, or says why the job cannot be done. */
prong_status prong_crew_ended(struct prong_pool *pool, int i, prong_error *err);

/* Work is left, but nobody who would do it: forks a worker that is missing once more, unless that has been tried too often. */
prong_status prong_crew_revive(struct prong_pool *pool, prong_error *err);

/* Has every worker left the present job, or been barred from it? Is nobody inside, though some may still enter? */
bool prong_crew_idle(struct prong_pool *pool);
bool prong_crew_outside(struct prong_pool *pool);

/* When everything is DONE, or given up: lets nobody enter the present job any more. False: somebody is inside. */
bool prong_crew_bar(struct prong_pool *pool);

static inline struct prong_record *prong_crew_record(struct prong_pool *pool, int i)
{
    return prong_record_at(&pool->start.layout, pool->start.segment.base, (uint32_t)i);
}

/* How often workers have ended at a chunk that is offered, or PRONG_BURIED. */
static inline int *prong_crew_attempts(struct prong_pool *pool, uint64_t chunk)
{
    return &pool->attempts[chunk % prong_header_at(pool->board.base)->task.window];
}

/* ---- muster.c ---- */

/* Before a job: forks all workers that are not there, also those that did not come to the last one and are found dead. Some are
 * enough: PRONG_ESYS only if there is none. */
prong_status prong_crew_muster(struct prong_pool *pool, prong_error *err);

/* Gives up the present job: workers that are still inside after so many seconds are ended (SIGTERM, then SIGKILL), and others
 * forked in their places. With 0 seconds also those that have not come yet: why they have not, nobody knows. */
void prong_crew_interrupt(struct prong_pool *pool, double patience);

/* Between two jobs, without waiting: forgets a ringing that came too late for a job that is over, and replaces workers that
 * have died. One that does so again and again is left alone until the next job. */
void prong_crew_mend(struct prong_pool *pool);

/* Reaps every worker: those that have nothing left to do leave by themselves, the others by SIGKILL; at_once: all. */
void prong_crew_dismiss(struct prong_pool *pool, bool at_once);

/* ---- loss.c: all speak of worker i, the last of which has been reaped; err may be NULL ---- */

/* At a chunk, or at none if that is -1. Returns the status: PRONG_ELOST, or PRONG_ETIMEDOUT if it was ended for being late. */
prong_status prong_loss(struct prong_pool *pool, int i, int64_t chunk, prong_error *err);
prong_status prong_loss_in_combine(struct prong_pool *pool, int i, prong_error *err);

/* Ends that no retry can mend; PRONG_OK: it was none of these. */
prong_status prong_loss_for_good(struct prong_pool *pool, int i, prong_error *err);

/* ---- begin.c ---- */

/* Publishes a job to the workers, none of which is inside another. PRONG_ENOMEM: its partials do not fit the segment. */
prong_status prong_job_begin(struct prong_pool *pool, const struct prong_job_spec *job, volatile const sig_atomic_t *cancel,
                             double timeout, prong_error *err);

/* ---- supervisor.c ---- */

/* May workers leave that find no chunk? Not while there may be something to gather. */
static inline bool prong_job_closes(const struct prong_pool *pool)
{
    return pool->closed && !pool->job->combine_in_worker;
}

/* The parent comes to wait, at this time of the clock: it may spin again before it sleeps. */
void prong_job_look_again(struct prong_pool *pool, int64_t now);

/* Watches until all chunks are DONE and consumed and, in a persistent pool, nobody is inside the job or can enter it; or until
 * the error that ended it. */
prong_status prong_job_watch(struct prong_pool *pool, prong_error *err);

/* One turn of the watch: sleeps until something happens, or not at all if !wait, and deals with it. *done: the job is. */
prong_status prong_job_turn(struct prong_pool *pool, bool wait, bool *done, prong_error *err);

/* Aggregates what was published into result; afterwards there is no present job. failed: only the latter. */
prong_status prong_job_finish(struct prong_pool *pool, bool failed, void *result, prong_error *err);

/* The elements of everything that is not consumed, for messages. */
void prong_job_undone(struct prong_pool *pool, prong_error *err);

/* ---- gather.c: where a worker combines ---- */

void prong_gather_begin(struct prong_pool *pool);

/* After ready has moved: consumes a gathering that is DONE, and offers the next if it is time. */
prong_status prong_gather_turn(struct prong_pool *pool, prong_error *err);

/* The elements that the present gathering is about; returns its first chunk. */
uint64_t prong_gather_range(struct prong_pool *pool, uint64_t *first, uint64_t *last);

/* Copies the result of the last gathering. */
void prong_gather_result(struct prong_pool *pool, void *result);

/* ---- pool.c ---- */

/* Makes segment, watch and tables; forks nothing. The areas of start.layout are set. */
prong_status prong_pool_open(struct prong_pool *pool, prong_error *err);

/* Removes everything but the workers, which are gone. */
void prong_pool_close(struct prong_pool *pool);

#endif
