/* SPDX-License-Identifier: MIT */
/* Between two jobs, and at the end of them: workers that are still at a job which is given up are ended, those that have died
 * meanwhile are replaced, all are told to leave. */
#include "config.h"

#include "pool/crew.h"

#include "base/clock.h"
#include "pool/figures.h"
#include "pool/turn.h"

#include <signal.h>

/* How long a worker may take to leave when it is told to. */
#define GRACE_TO_LEAVE INT64_C(1000000000)

static bool is_busy(struct prong_pool *pool, int i)
{
    return pool->children[i].pid && !prong_turn_is_over(prong_crew_record(pool, i), pool->generation);
}

static bool signal_busy(struct prong_pool *pool, int sig)
{
    bool any = false;

    for (int i = 0; i < pool->watch.workers; i++) {
        if (is_busy(pool, i)) {
            prong_watch_signal(&pool->watch, &pool->children[i], sig);
            any = true;
        }
    }
    return any;
}

/* Waits for busy workers to end, or to leave the job, until the clock says so. */
static void reap_busy(struct prong_pool *pool, int64_t until)
{
    struct prong_header *header = prong_header_at(pool->board.base);

    while (prong_now() < until) {
        unsigned events;
        bool busy = false;
        atomic_store(&header->parent_sleeps, 1);
        for (int i = 0; i < pool->watch.workers; i++)
            busy = busy || is_busy(pool, i);
        if (!busy || prong_watch_sleep(&pool->watch, pool->children, -1, until, NULL, &events, NULL))
            break;
        for (int i = 0; i < pool->watch.workers; i++)
            if (pool->children[i].pid && prong_watch_is_dead(&pool->watch, i))
                prong_crew_reap(pool, i);
        prong_trace_turn(pool);
    }
    atomic_store(&header->parent_sleeps, pool->async);
}

void prong_crew_interrupt(struct prong_pool *pool, double patience)
{
    prong_claim_stop(pool->board);
    prong_claim_set_limit(pool->board, pool->limit, true);
    if (patience > 0) {
        prong_crew_bar(pool);
        reap_busy(pool, prong_now() + (int64_t)(patience * 1e9));
    }
    if (signal_busy(pool, SIGTERM)) {
        reap_busy(pool, prong_now() + PRONG_GRACE_AFTER_TERM);
        if (signal_busy(pool, SIGKILL))
            for (int i = 0; i < pool->watch.workers; i++)
                if (is_busy(pool, i))
                    prong_crew_reap(pool, i);
    }
    pool->job = NULL;
    for (int i = 0; i < pool->watch.workers; i++) {
        pool->children[i].deaths = 0;
        if (pool->children[i].pid)
            continue;
        if (prong_crew_fork(pool, i) == 0)
            pool->stats.respawns++;
        else
            prong_crew_absent(pool, i);
    }
}

void prong_crew_mend(struct prong_pool *pool)
{
    unsigned events;

    pool->missed = false;
    if (prong_watch_sleep(&pool->watch, pool->children, -1, prong_now(), NULL, &events, NULL) != PRONG_OK)
        return;
    for (int i = 0; i < pool->watch.workers; i++) {
        struct prong_child *child = &pool->children[i];
        if (!child->pid || !prong_watch_is_dead(&pool->watch, i))
            continue;
        prong_crew_reap(pool, i);
        if (++child->deaths > pool->options.retries + 1)
            continue;
        if (prong_crew_fork(pool, i) == 0)
            pool->figures->respawns++;
        else
            prong_crew_absent(pool, i);
    }
}

prong_status prong_crew_muster(struct prong_pool *pool, prong_error *err)
{
    if (pool->missed)
        prong_crew_mend(pool);
    return pool->alive < pool->watch.workers ? prong_crew_spawn(pool, err) : PRONG_OK;
}

void prong_crew_dismiss(struct prong_pool *pool, bool at_once)
{
    struct prong_header *header = prong_header_at(pool->board.base);
    int64_t until = prong_now() + GRACE_TO_LEAVE;

    if (!at_once) {
        prong_claim_set_limit(pool->board, pool->limit, true);
        atomic_store(&header->leave, 1);
        prong_bell_ring(&header->jobs, pool->watch.workers);
    }
    while (pool->alive > 0) {
        unsigned events;
        /* Who is made to wait for on_event does not come late. */
        prong_trace_turn(pool);
        if (pool->start.stepwise)
            until = prong_now() + GRACE_TO_LEAVE;
        if (at_once || prong_now() >= until ||
            prong_watch_sleep(&pool->watch, pool->children, -1, until, NULL, &events, NULL) != PRONG_OK) {
            for (int i = 0; i < pool->watch.workers; i++)
                prong_watch_signal(&pool->watch, &pool->children[i], SIGKILL);
            at_once = true;
        }
        for (int i = 0; i < pool->watch.workers; i++)
            if (pool->children[i].pid && (at_once || prong_watch_is_dead(&pool->watch, i)))
                prong_crew_reap(pool, i);
    }
}
