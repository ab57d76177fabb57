/* SPDX-License-Identifier: MIT */
/* The whole life of a one-shot run:
 *
 *     shmget, shmat, mark ------ publish the job ------ fork and watch ------ reap ------ aggregate ------ shmdt, remove
 *
 * A pool of just the size of its one job, whose workers leave when they have nothing left to claim. */
#include "config.h"

#include "base/clock.h"
#include "base/cpus.h"
#include "base/error.h"
#include "pool/crew.h"
#include "pool/gather.h"
#include "pool/lifeline.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_WINDOW = 4096, PLACES_PER_WORKER = 4 };

/* Slots for a whole job of default grain, unless partials are so large that the window must shrink. */
static const size_t window_bytes = (size_t)64 << 20;

static bool plan_areas(struct prong_layout *layout, const struct prong_job_spec *job, uint32_t workers)
{
    uint64_t least = (uint64_t)workers * PLACES_PER_WORKER;
    uint64_t window = MAX_WINDOW, slots;
    size_t area = prong_job_area(job);

    if (job->feed)
        window = least;
    if (!job->commutative && window > window_bytes / job->partial_size)
        window = window_bytes / job->partial_size;
    if (area && window > window_bytes / area)
        window = window_bytes / area;
    if (window < least)
        window = least;
    if (job->window && window > job->window)
        window = job->window;
    layout->workers = workers;
    layout->places = window < job->chunks ? window : job->chunks;
    layout->job_size = sizeof *job + job->ctx_size;
    slots = job->commutative ? (uint64_t)workers * 2 : layout->places;
    if (job->combine_in_worker)
        slots += prong_gather_slots(prong_job_levels(job));
    return prong_layout_bytes(layout, slots, job->partial_size, &layout->slots_size) &&
           prong_layout_bytes(layout, layout->places, area, &layout->areas_size);
}

static prong_status run(struct prong_pool *pool, const struct prong_job_spec *job, const prong_options *options, void *whole,
                        prong_error *err)
{
    prong_status status, finished;

    if (!plan_areas(&pool->start.layout, job, pool->start.layout.workers))
        return prong_fail(err, PRONG_ENOMEM, "the segment's size does not fit in memory");
    pool->start.partial_room = job->partial_size;
    status = prong_pool_open(pool, err);
    if (status)
        return status;
    atomic_store(&prong_header_at(pool->board.base)->leave, 1);
    status = prong_job_begin(pool, job, options->cancel, options->timeout, err);
    if (status)
        return status;
    pool->stats.segment_bytes = pool->start.layout.size;
    status = prong_crew_spawn(pool, err);
    pool->stats.workers = pool->alive;
    if (status == PRONG_OK)
        status = prong_job_watch(pool, err);
    prong_crew_dismiss(pool, status != PRONG_OK || pool->stopped);
    finished = prong_job_finish(pool, status != PRONG_OK, whole, err);
    return status ? status : finished;
}

/* How many processors there are need not be found out where there is work for one worker. */
static uint32_t workers_for(const struct prong_job_spec *job, const prong_options *options)
{
    uint64_t workers = 1;

    if (job->chunks > 1)
        workers = (uint64_t)(options->workers > 0 ? options->workers : prong_workers());
    return (uint32_t)(workers < job->chunks ? workers : job->chunks);
}

/* No chunks: nobody need be forked to find the neutral element. */
static prong_status run_empty(const struct prong_job_spec *job, void *whole, prong_error *err)
{
    struct prong_tree tree = { .job = job };
    return prong_tree_finish(&tree, whole, err);
}

static void give_stats(prong_stats *out, struct prong_pool *pool, int64_t begin)
{
    size_t size = out->size;

    pool->stats.size = size;
    pool->stats.seconds = (double)(prong_now() - begin) * 1e-9;
    memcpy(out, &pool->stats, size && size < sizeof pool->stats ? size : sizeof pool->stats);
}

prong_status prong_job_run(const struct prong_job_spec *job, const prong_options *options, void *result, prong_error *err)
{
    int64_t begin = prong_now();
    struct prong_pool pool = { .options = *options,
                               .start = { .segment = PRONG_SEGMENT_NONE, .zygote_fd = -1 },
                               .watch = { .notify_read = -1, .notify_write = -1, .epoll = -1 } };
    prong_status status;
    void *whole; /* result stays untouched until nothing can fail any more */

    if (options->stats)
        give_stats(options->stats, &pool, begin);
    if (prong_in_worker())
        return prong_job_run_inline(job, options, result, err);
    if (!(options->flags & PRONG_ALLOW_THREADS) && prong_thread_count() > 1)
        return prong_fail(err, PRONG_ETHREADS, "%d threads; set PRONG_ALLOW_THREADS if the computation needs no lock",
                          prong_thread_count());
    if (options->cancel && *options->cancel)
        return prong_fail(err, PRONG_ECANCELED, "%s", "");
    whole = malloc(job->partial_size);
    if (!whole)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for the result", job->partial_size);
    pool.start.layout.workers = workers_for(job, options);
    status = job->chunks == 0 ? run_empty(job, whole, err) : run(&pool, job, options, whole, err);
    prong_pool_close(&pool);
    if (status == PRONG_OK)
        memcpy(result, whole, job->partial_size);
    free(whole);
    if (options->stats)
        give_stats(options->stats, &pool, begin);
    return status;
}

int prong_workers(void)
{
    int workers = prong_default_workers();
    return workers > PRONG_MAX_WORKERS ? PRONG_MAX_WORKERS : workers;
}
