/* SPDX-License-Identifier: MIT */
/* The whole life of a run:
 *
 *     plan the segment ------ shmget, shmat, mark ------ fork and watch ------ reap ------ aggregate ------ shmdt, remove
 *
 * with one clean-up path for every way in which it can end. */
#include "config.h"

#include "base/clock.h"
#include "base/cpus.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/size.h"
#include "pool/lifeline.h"
#include "pool/supervisor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_WINDOW = 4096, PLACES_PER_WORKER = 4 };

/* Slots for a whole job of default grain, unless partials are so large that the window must shrink. */
static const size_t window_bytes = (size_t)64 << 20;

static uint64_t plan_window(const struct prong_job *job, uint32_t workers)
{
    uint64_t least = (uint64_t)workers * PLACES_PER_WORKER;
    uint64_t window = MAX_WINDOW;

    if (job->feed)
        return least;
    if (!job->commutative && window > window_bytes / job->partial_size)
        window = window_bytes / job->partial_size;
    if (window < least)
        window = least;
    return window < job->chunks ? window : job->chunks;
}

static prong_status set_up(struct prong_supervisor *s, uint32_t workers, prong_error *err)
{
    const struct prong_job *job = s->job;
    uint64_t window = plan_window(job, workers);
    bool announce = window < job->chunks;
    prong_status status;
    int failure;

    if (!prong_layout_plan(&s->start.layout, workers, window, job->commutative, job->partial_size,
                           job->feed ? job->feed->block_size : 0))
        return prong_fail(err, PRONG_ENOMEM, "the segment's size does not fit in memory");
    s->attempts = calloc((size_t)window, sizeof *s->attempts);
    s->children = calloc(workers, sizeof *s->children);
    s->start.partial = malloc(job->partial_size);
    if (!s->attempts || !s->children || !s->start.partial)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a partial", job->partial_size);
    for (uint32_t i = 0; i < workers; i++)
        s->children[i].death_fd = s->children[i].spare_fd = -1;
    status = prong_watch_open(&s->watch, (int)workers, err);
    if (status)
        return status;
    status = prong_segment_create(&s->start.segment, s->start.layout.size,
                                  s->options->remove != PRONG_REMOVE_END, err);
    if (status)
        return status;
    s->stats.segment_bytes = s->start.layout.size;
    s->start.notify_fd = s->watch.notify_write;
    s->board = (struct prong_board){ &s->start.layout, s->start.segment.base };
    failure = prong_layout_format(&s->start.layout, s->start.segment.base, announce);
    if (failure)
        return prong_fail(err, PRONG_ESYS, "sem_init: %s", strerror(failure));
    PRONG_FAULT("parent-ready");
    return PRONG_OK;
}

/* Commutative: every worker's last published buffer, in the order of their numbers. */
static prong_status gather(struct prong_supervisor *s, void *result, prong_error *err)
{
    const struct prong_job *job = s->job;
    int outcome = prong_job_init_partial(job, result);

    for (uint32_t i = 0; i < s->start.layout.workers && outcome == 0; i++) {
        uint64_t published = atomic_load(&prong_record_at(&s->start.layout, s->start.segment.base, i)->published);
        if (prong_published_k(published) == 0)
            continue;
        PRONG_FAULT("parent-combine");
        outcome = job->combine(result,
                               prong_buffer_at(&s->start.layout, s->start.segment.base, i,
                                               prong_published_buffer(published)),
                               job->ctx);
    }
    if (outcome) {
        prong_fail(err, PRONG_EBODY, "combine returned %d", outcome);
        if (err)
            err->body_status = outcome;
        return PRONG_EBODY;
    }
    return PRONG_OK;
}

static prong_status run(struct prong_supervisor *s, uint32_t workers, void *result, prong_error *err)
{
    void *whole = malloc(s->job->partial_size); /* result stays untouched until nothing can fail any more */
    prong_status status;

    if (!whole)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for the result", s->job->partial_size);
    if (workers > 0)
        status = set_up(s, workers, err);
    else
        status = PRONG_OK;
    if (status == PRONG_OK && workers > 0)
        status = prong_supervise(s, err);
    if (s->alive > 0)
        prong_supervisor_end(s, status != PRONG_OK);
    if (status == PRONG_OK)
        status = s->job->commutative && workers > 0 ? gather(s, whole, err) : prong_tree_finish(&s->tree, whole, err);
    PRONG_FAULT("parent-aggregated");
    prong_segment_close(&s->start.segment);
    prong_watch_close(&s->watch);
    if (status == PRONG_OK)
        memcpy(result, whole, s->job->partial_size);
    free(whole);
    return status;
}

prong_status prong_job_run(const struct prong_job *job, const prong_options *options, void *result, prong_error *err)
{
    int64_t begin = prong_now();
    uint64_t workers = (uint64_t)(options->workers > 0 ? options->workers : prong_workers());
    struct prong_supervisor s = { .job = job, .options = options, .total = job->chunks };
    prong_status status;

    if (prong_in_worker())
        return prong_job_run_inline(job, options, result, err);
    if (!(options->flags & PRONG_ALLOW_THREADS) && prong_thread_count() > 1)
        return prong_fail(err, PRONG_ETHREADS, "%d threads; set PRONG_ALLOW_THREADS if the computation needs no lock",
                          prong_thread_count());
    if (options->cancel && *options->cancel)
        return prong_fail(err, PRONG_ECANCELED, "%s", "");
    if (workers > PRONG_MAX_WORKERS)
        workers = PRONG_MAX_WORKERS;
    if (workers > job->chunks)
        workers = job->chunks;
    s.start = (struct prong_worker_start){ .job = job,
                                           .segment = PRONG_SEGMENT_NONE,
                                           .parent = getpid(),
                                           .parent_thread_is_main = prong_is_main_thread() };
    s.watch.notify_read = s.watch.notify_write = -1;
    s.tree.job = job;
    s.deadline = options->timeout > 0 ? begin + (int64_t)(options->timeout * 1e9) : 0;

    status = run(&s, (uint32_t)workers, result, err);

    if (options->stats) {
        size_t size = options->stats->size;
        s.stats.size = size;
        s.stats.chunks = s.base;
        s.stats.seconds = (double)(prong_now() - begin) * 1e-9;
        memcpy(options->stats, &s.stats, size && size < sizeof s.stats ? size : sizeof s.stats);
    }
    prong_tree_free(&s.tree);
    free(s.start.partial);
    free(s.attempts);
    free(s.children);
    return status;
}

int prong_workers(void)
{
    int workers = prong_default_workers();
    return workers > PRONG_MAX_WORKERS ? PRONG_MAX_WORKERS : workers;
}
