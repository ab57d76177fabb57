/* SPDX-License-Identifier: MIT */
/* How far a job has come shows in the records of its workers, without a word from them: each says how many of its claims are
 * published. A worker's successor goes on counting where it stopped. */
#include "config.h"

#include "pool/progress.h"

#include "base/clock.h"

static const double default_interval = 0.1;

static int64_t interval(const struct prong_pool *pool)
{
    return (int64_t)((pool->options.progress_interval > 0 ? pool->options.progress_interval : default_interval) * 1e9);
}

void prong_progress_begin(struct prong_pool *pool)
{
    if (!pool->options.on_progress)
        return;
    pool->progress_began = prong_now();
    pool->progress_due = pool->progress_began + interval(pool);
}

int64_t prong_progress_due(const struct prong_pool *pool)
{
    return pool->options.on_progress ? pool->progress_due : 0;
}

static uint64_t chunks_done(struct prong_pool *pool)
{
    uint64_t done = 0;

    for (int i = 0; i < pool->watch.workers; i++)
        done += prong_claim_published(pool->board, (uint32_t)i).k;
    return done < pool->total ? done : pool->total; /* gatherings are claims as well */
}

void prong_progress_turn(struct prong_pool *pool, bool over)
{
    volatile sig_atomic_t *asked = pool->options.progress_asked;
    prong_progress progress = { .size = sizeof progress };
    int64_t now;
    bool wanted = over;

    if (!pool->options.on_progress)
        return;
    if (asked && *asked) {
        *asked = 0;
        progress.asked = wanted = true;
    }
    now = prong_now();
    if (!wanted && now < pool->progress_due)
        return;
    progress.done = chunks_done(pool);
    progress.total = pool->total == PRONG_CHUNKS_UNKNOWN ? UINT64_MAX : pool->total;
    progress.seconds = (double)(now - pool->progress_began) * 1e-9;
    progress.over = over;
    pool->progress_due = now + interval(pool);
    pool->options.on_progress(&progress, pool->options.progress_ctx);
}
