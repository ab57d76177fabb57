/* SPDX-License-Identifier: MIT */
/* The child's side of a run. */
#ifndef PRONG_POOL_WORKER_H
#define PRONG_POOL_WORKER_H

#include "prong/pool.h"

#include "ipc/segment.h"
#include "pool/claim.h"
#include "pool/job.h"
#include "pool/place.h"

/* What a worker inherits at the fork; the parent sets it up and the worker never writes to it. */
struct prong_worker_start {
    struct prong_layout layout;
    struct prong_segment segment;
    void *partial;       /* private memory for a partial: copied at the worker's first write */
    size_t partial_room; /* its size; a job that needs more makes the worker map more */
    int notify_fd;       /* a byte counter or pipe that wakes the parent */
    pid_t parent;
    bool parent_thread_is_main; /* the fork was made by the main thread, so PR_SET_PDEATHSIG means the process */
    int64_t spin; /* nanoseconds to look for the next job before sleeping */
    bool stepwise; /* workers wait until they have been told of: see trace.h */
    int zygote_fd; /* where worker numbers are sent to be forked, and pids come back; -1: there is no zygote */
    struct prong_places places; /* for PRONG_PIN */
    prong_pool_options setup; /* flags, nice, limits, init and fini; zeroes: none of them */
};

/* What a worker that cannot attach exits with: this plus the errno. */
enum { PRONG_EXIT_ATTACH = 128 };

/* Would help where a processor waits for another: the rest of the core may go on. */
static inline void prong_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* The child's whole life; never returns. */
_Noreturn void prong_worker_main(const struct prong_worker_start *start, uint32_t worker);

/* Is this process a worker? */
bool prong_in_worker(void);

#endif
