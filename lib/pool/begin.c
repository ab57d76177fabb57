/* SPDX-License-Identifier: MIT */
/* How a job begins in the parent: what workers need is in the segment before its generation is; then those that sleep are
 * woken. Between two jobs every worker is idle, so that nobody looks meanwhile, and nothing here need be in order but the
 * last store. A short job costs little more than the cache lines that go to and fro: so nothing is written that need not
 * change. */
#include "config.h"

#include "base/clock.h"
#include "base/error.h"
#include "pool/arena.h"
#include "pool/crew.h"
#include "pool/gather.h"
#include "pool/progress.h"
#include "pool/turn.h"
#include "pool/witness.h"

#include <string.h>

/* Jobs are often the same as the one before: what is not written to stays in the workers' caches. */
static void replace(void *at, const void *with, size_t size)
{
    if (memcmp(at, with, size) != 0)
        memcpy(at, with, size);
}

/* PRONG_CHECK_CTX: what a worker should see at the caller's ctx. The arena is the same for all. */
static prong_status show_ctx(const struct prong_pool *pool, const struct prong_job_spec *job, struct prong_job_spec *shared,
                             prong_error *err)
{
    const char *first = job->seen.at;
    bool inside;

    shared->seen = (struct prong_region){ NULL, 0 };
    if (!(pool->start.setup.flags & PRONG_CHECK_CTX) || !first || job->seen.size == 0)
        return PRONG_OK;
    inside = prong_arena_owns(pool->arena, first);
    if (inside && !prong_arena_owns(pool->arena, first + job->seen.size - 1))
        return prong_fail(err, PRONG_EINVAL, "ctx (%p, %zu bytes) reaches beyond the arena", job->seen.at, job->seen.size);
    if (inside)
        return PRONG_OK;
    shared->seen = job->seen;
    shared->seen_sum = prong_witness_sum(first, job->seen.size);
    return PRONG_OK;
}

/* Where workers find the job: in the segment, with its ctx behind it if they were forked too early to have it. */
static prong_status share_job(struct prong_pool *pool, const struct prong_job_spec *job, struct prong_task *task,
                              prong_error *err)
{
    struct prong_job_spec *shared = (void *)((char *)pool->board.base + pool->start.layout.job);
    struct prong_job_spec copy = *job;
    prong_status status;

    if (job->ctx_size > pool->start.layout.job_size - sizeof *shared)
        return prong_fail(err, PRONG_ENOMEM, "the job's context of %zu bytes does not fit", job->ctx_size);
    status = show_ctx(pool, job, &copy, err);
    if (status)
        return status;
    if (job->ctx_size) {
        copy.ctx = shared + 1;
        replace(copy.ctx, job->ctx, job->ctx_size);
    }
    replace(shared, &copy, sizeof copy);
    task->job = shared;
    return PRONG_OK;
}

/* Lets the workers see the job, and wakes those that sleep. A worker that is about to sleep has said so before it looks at
 * generation for the last time, and here generation is stored before that is read. */
static void announce_job(struct prong_pool *pool)
{
    struct prong_header *header = prong_header_at(pool->board.base);
    int asleep = 0;

    atomic_store(&header->generation, pool->generation);
    for (int i = 0; i < pool->watch.workers; i++)
        asleep += atomic_load(&prong_crew_record(pool, i)->sleeping) != 0;
    if (asleep)
        prong_bell_ring(&header->jobs, pool->watch.workers);
}

/* How the job uses the segment: the header's task may be written to, since every worker is idle. */
static prong_status share_task(struct prong_pool *pool, const struct prong_job_spec *job, prong_error *err)
{
    const struct prong_needs needs = { .chunks = job->chunks,
                                       .window = job->window,
                                       .commutative = job->commutative,
                                       .partial_size = job->partial_size,
                                       .area_size = prong_job_area(job),
                                       .gathers = job->combine_in_worker,
                                       .levels = prong_job_levels(job) };
    struct prong_task task;
    prong_status status;

    memset(&task, 0, sizeof task);
    if (!prong_layout_fit(&pool->start.layout, &needs, &task))
        return prong_fail(err, PRONG_ENOMEM, "partials of %zu bytes and areas of %zu do not fit the pool's slots",
                          needs.partial_size, needs.area_size);
    status = share_job(pool, job, &task, err);
    if (status)
        return status;
    task.timed = pool->options.chunk_timeout > 0;
    /* Results that are handed over as they come: the parent wants to hear of each. */
    if (job->deliver)
        task.announce = PRONG_ANNOUNCE_ALL;
    replace(&prong_header_at(pool->board.base)->task, &task, sizeof task);
    return PRONG_OK;
}

/* What workers published in a generation whose bits come round again would look like this one's; 0 is what they begin with. */
static void next_generation(struct prong_pool *pool)
{
    if ((++pool->generation & PRONG_PUBLISHED_GENERATIONS) == 0) {
        for (int i = 0; i < pool->watch.workers; i++)
            atomic_store(&prong_crew_record(pool, i)->published, 0);
        pool->generation++;
    }
    pool->board.generation = pool->generation;
}

static void reset(struct prong_pool *pool, const struct prong_job_spec *job)
{
    pool->job = job;
    pool->total = job->chunks;
    prong_progress_begin(pool);
    pool->base = pool->limit = 0;
    pool->stopped = pool->closed = pool->gathering = pool->gathered = false;
    pool->stats = (prong_stats){ .size = sizeof pool->stats };
    pool->tree.job = job;
    pool->tree.count = 0;
    if (pool->lost.status || pool->lost.size == 0)
        pool->lost = (prong_error)PRONG_ERROR_INIT;
    if (pool->attempted)
        memset(pool->attempts, 0, (size_t)pool->start.layout.places * sizeof *pool->attempts);
    pool->attempted = false;
    for (int i = 0; i < pool->watch.workers; i++) {
        pool->children[i].published_at_fork = atomic_load(&prong_crew_record(pool, i)->published);
        pool->children[i].deaths = 0;
        pool->children[i].quiet_at = 0;
    }
}

prong_status prong_job_begin(struct prong_pool *pool, const struct prong_job_spec *job, volatile const sig_atomic_t *cancel,
                             double timeout, prong_error *err)
{
    uint64_t window;
    prong_status status;

    if (job->chunks > 0 && (status = share_task(pool, job, err)))
        return status;
    reset(pool, job);
    pool->cancel = cancel;
    pool->deadline = timeout > 0 ? prong_now() + (int64_t)(timeout * 1e9) : 0;
    /* Nothing to do: the workers, all idle, need not hear of it. */
    if (job->chunks == 0) {
        pool->closed = true;
        prong_trace_job(pool);
        return PRONG_OK;
    }
    next_generation(pool);
    window = prong_header_at(pool->board.base)->task.window;
    if (!job->feed) {
        pool->limit = pool->total < window ? pool->total : window;
        pool->closed = pool->limit == pool->total;
    }
    prong_claim_begin(pool->board, pool->limit, prong_job_closes(pool));
    if (job->combine_in_worker)
        prong_gather_begin(pool);
    for (int i = 0; i < pool->watch.workers; i++)
        if (pool->persistent && !pool->children[i].pid)
            prong_turn_set(prong_crew_record(pool, i), pool->generation);
    prong_trace_job(pool);
    announce_job(pool);
    return PRONG_OK;
}
