/* SPDX-License-Identifier: MIT */
/* The parent's watch over one job: it offers chunks, consumes what is DONE, and deals with death and delay. */
#ifndef PRONG_POOL_SUPERVISOR_H
#define PRONG_POOL_SUPERVISOR_H

#include "pool/tree.h"
#include "pool/watch.h"
#include "pool/worker.h"

struct prong_supervisor {
    const struct prong_job *job;
    const prong_options *options;
    struct prong_worker_start start; /* what workers inherit */
    struct prong_board board;
    struct prong_watch watch;
    struct prong_child *children; /* start.layout.workers of them */
    int alive;
    int *attempts;       /* by place: how often its present chunk has cost a worker */
    uint64_t base;       /* chunks below it are consumed */
    uint64_t limit;      /* chunks below it are offered */
    uint64_t total;      /* chunks of the job; PRONG_CHUNKS_UNKNOWN until a stream has ended */
    bool stopped;        /* a chunk said PRONG_FOLD_STOP */
    bool closed;         /* limit is final */
    const char *failed_call; /* the system call because of which a worker could not be forked */
    int64_t deadline;    /* of the run, or 0 */
    struct prong_tree tree;
    prong_stats stats;
};

/* Forks the workers and returns when all chunks are DONE and consumed (ordered: in the tree), or with the error
 * that ended the job. Workers may still be there: see prong_supervisor_end. */
prong_status prong_supervise(struct prong_supervisor *s, prong_error *err);

/* Reaps every worker: those that have nothing left to do by themselves, the others by SIGKILL. */
void prong_supervisor_end(struct prong_supervisor *s, bool at_once);

#endif
