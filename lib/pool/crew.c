/* SPDX-License-Identifier: MIT */
/* The workers as their parent sees them: forked, reaped, replaced.
 *
 *     a worker ended:
 *         reap it: only then can it not write any more
 *         its unpublished chunk: attempts++, taken back; too many: the exact error
 *         fork another into its place, which goes on from what it had published */
#include "config.h"

#include "pool/crew.h"

#include "base/error.h"
#include "base/fault.h"
#include "pool/figures.h"
#include "pool/lifeline.h"
#include "pool/reap.h"
#include "pool/spawn.h"
#include "pool/turn.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_job(const struct prong_pool *pool)
{
    return pool->job != NULL;
}

void prong_crew_hatch(struct prong_pool *pool)
{
    if (pool->start.setup.flags & PRONG_PIN)
        prong_places_choose(&pool->start.places, pool->watch.workers);
    /* Without pidfds a worker's end shows by a pipe that it holds, and a zygote has none to give it. */
    if (!(pool->start.setup.flags & PRONG_ZYGOTE) || !pool->watch.by_pidfd)
        return;
    pool->zygote = prong_spawn_zygote(&pool->start);
    if (pool->zygote == -1)
        pool->zygote = 0;
}

void prong_crew_bury_zygote(struct prong_pool *pool)
{
    if (pool->start.zygote_fd != -1)
        close(pool->start.zygote_fd);
    pool->start.zygote_fd = -1;
    if (pool->zygote)
        prong_reap(pool->zygote);
    pool->zygote = 0;
}

/* A zygote that somebody killed is replaced by forking directly. */
static pid_t spawn_process(struct prong_pool *pool, int i)
{
    pid_t pid = prong_spawn(&pool->start, (uint32_t)i);

    if (pid == -1 && pool->zygote && (errno == EPIPE || errno == ECHILD || errno == ECONNRESET)) {
        prong_crew_bury_zygote(pool);
        pid = prong_spawn(&pool->start, (uint32_t)i);
    }
    return pid;
}

static void reap_child(struct prong_pool *pool, struct prong_child *child)
{
    prong_watch_end_group(&pool->watch, child);
    child->ended = child->pid;
    child->end = prong_reap(child->pid);
    prong_trace_reaped(pool, (int)(child - pool->children));
}

/* Offers anew what a worker held that has been ended through no fault of the job: nobody's attempt. */
static void release(struct prong_pool *pool, int i)
{
    if (!has_job(pool))
        return;
    for (uint64_t chunk = pool->base; chunk < pool->limit; chunk++)
        if (*prong_crew_attempts(pool, chunk) != PRONG_BURIED && prong_claim_holds(pool->board, (uint32_t)i, chunk)) {
            prong_trace_step(pool, PRONG_TRACE_TAKE_BACK, i, (int64_t)chunk, -1);
            prong_claim_take_back(pool->board, chunk);
        }
    if (pool->gathering && prong_claim_holds_gathering(pool->board, (uint32_t)i))
        prong_claim_offer_gathering(pool->board);
}

/* A worker that is forked while there is a job joins it; otherwise it waits for the next. One that cannot be watched is ended,
 * and may hold a chunk by then. */
int prong_crew_fork(struct prong_pool *pool, int i)
{
    struct prong_child *child = &pool->children[i];
    struct prong_record *record = prong_crew_record(pool, i);
    prong_event event;
    int failure;
    pid_t pid;

    atomic_store(&record->since, 0);
    atomic_store(&record->sleeping, 0);
    atomic_store(&record->state, PRONG_WORKER_FORKED);
    atomic_store(&record->fault, PRONG_FAULT_NONE);
    prong_turn_set(record, has_job(pool) ? pool->generation - 1 : pool->generation);
    child->published_at_fork = atomic_load(&record->published);
    child->term_at = child->quiet_at = 0;
    child->late = false;
    pool->start.parent_thread_is_main = prong_is_main_thread();
    pool->failed_call = "pipe";
    failure = prong_watch_before_fork(&pool->watch, child);
    if (failure)
        return failure;
    pool->failed_call = "fork";
    event = prong_trace_begin(pool, PRONG_TRACE_FORK, i);
    pid = spawn_process(pool, i);
    failure = errno;
    event.result = pid;
    event.sys_errno = pid == -1 ? failure : 0;
    prong_trace_put(pool, &event);
    if (pid == -1) {
        prong_watch_after_fork(&pool->watch, child, -1);
        return failure;
    }
    pool->failed_call = "pidfd_open";
    failure = prong_watch_after_fork(&pool->watch, child, pid);
    if (failure) {
        kill(pid, SIGKILL);
        reap_child(pool, child);
        release(pool, i);
        prong_watch_forget(&pool->watch, child);
        return failure;
    }
    pool->alive++;
    return 0;
}

static prong_status fork_failed(const struct prong_pool *pool, int failure, prong_error *err)
{
    errno = failure;
    return prong_fail_sys(err, pool->failed_call, "%s", "no worker could be forked");
}

/* A worker that is not there must not be waited for. */
void prong_crew_absent(struct prong_pool *pool, int i)
{
    prong_watch_forget(&pool->watch, &pool->children[i]);
    prong_turn_set(prong_crew_record(pool, i), pool->generation);
}

prong_status prong_crew_spawn(struct prong_pool *pool, prong_error *err)
{
    int failure = 0;

    for (int i = 0; i < pool->watch.workers; i++) {
        int here;
        if (pool->children[i].pid)
            continue;
        here = prong_crew_fork(pool, i);
        if (here) {
            failure = here;
            pool->stats.forks_failed++;
            prong_crew_absent(pool, i);
        }
    }
    return pool->alive ? PRONG_OK : fork_failed(pool, failure, err);
}

bool prong_crew_idle(struct prong_pool *pool)
{
    for (int i = 0; i < pool->watch.workers; i++)
        if (!prong_turn_is_over(prong_crew_record(pool, i), pool->generation))
            return false;
    return true;
}

bool prong_crew_outside(struct prong_pool *pool)
{
    for (int i = 0; i < pool->watch.workers; i++)
        if (prong_turn_is_inside(prong_crew_record(pool, i), pool->generation))
            return false;
    return true;
}

bool prong_crew_bar(struct prong_pool *pool)
{
    bool barred = true;

    for (int i = 0; i < pool->watch.workers; i++) {
        struct prong_record *record = prong_crew_record(pool, i);
        if (prong_turn_is_over(record, pool->generation))
            continue;
        if (prong_turn_bar(record, pool->generation))
            pool->missed = true;
        else
            barred = false;
    }
    return barred;
}

/* PRONG_COLLECT: notes the loss and goes on without the chunk. */
static void give_up(struct prong_pool *pool, int i, uint64_t chunk)
{
    prong_error report = PRONG_ERROR_INIT;

    prong_loss(pool, i, (int64_t)chunk, &report);
    prong_trace_step(pool, PRONG_TRACE_GIVE_UP, i, (int64_t)chunk, -1);
    prong_claim_bury(pool->board, (uint32_t)i, chunk);
    *prong_crew_attempts(pool, chunk) = PRONG_BURIED;
    pool->stats.lost++;
    if (pool->lost.status == PRONG_OK || report.chunk < pool->lost.chunk)
        pool->lost = report;
    if (pool->options.on_lost)
        pool->options.on_lost(&report, pool->options.on_lost_ctx);
}

/* Takes back what the dead worker held: at most one chunk or the gathering, since it publishes each before it claims the
 * next. */
static prong_status take_back(struct prong_pool *pool, int i, bool *held, prong_error *err)
{
    *held = false;
    for (uint64_t chunk = pool->base; chunk < pool->limit; chunk++) {
        int *attempts = prong_crew_attempts(pool, chunk);
        if (*attempts == PRONG_BURIED || !prong_claim_holds(pool->board, (uint32_t)i, chunk))
            continue;
        *held = pool->attempted = true;
        if (++*attempts > pool->options.retries) {
            if (!(pool->options.flags & PRONG_COLLECT))
                return prong_loss(pool, i, (int64_t)chunk, err);
            give_up(pool, i, chunk);
            continue;
        }
        pool->stats.retries++;
        PRONG_FAULT("parent-takeback");
        prong_trace_step(pool, PRONG_TRACE_TAKE_BACK, i, (int64_t)chunk, -1);
        prong_claim_take_back(pool->board, chunk);
    }
    if (!pool->gathering || !prong_claim_holds_gathering(pool->board, (uint32_t)i))
        return PRONG_OK;
    *held = true;
    if (++pool->gather_attempts > pool->options.retries)
        return prong_loss_in_combine(pool, i, err);
    pool->stats.retries++;
    prong_claim_offer_gathering(pool->board);
    return PRONG_OK;
}

static bool had_published(struct prong_pool *pool, int i)
{
    return atomic_load(&prong_crew_record(pool, i)->published) != pool->children[i].published_at_fork;
}

/* Is the result complete, whoever still has to leave? */
static bool all_done(struct prong_pool *pool)
{
    int outcome;

    if (prong_header_at(pool->board.base)->task.gathers)
        return pool->gathered;
    if (!pool->closed && !pool->stopped)
        return false;
    for (uint64_t chunk = pool->base; chunk < pool->limit && chunk < pool->total; chunk++)
        if (!prong_claim_done(pool->board, chunk, &outcome))
            return false;
    return true;
}

prong_status prong_crew_ended(struct prong_pool *pool, int i, prong_error *err)
{
    struct prong_child *child = &pool->children[i];
    bool held = false;
    prong_status status;
    int failure;

    reap_child(pool, child);
    pool->alive--;
    status = prong_loss_for_good(pool, i, err);
    if (status == PRONG_OK)
        status = take_back(pool, i, &held, err);
    if (status)
        goto out;
    /* A one-shot worker leaves when it finds nothing left to claim. */
    if (!pool->persistent && !held && (child->end.status == 0 || child->end.status == -1))
        goto out;
    if (!held && child->deaths >= pool->options.retries && all_done(pool))
        goto out;
    child->deaths = had_published(pool, i) ? 1 : child->deaths + 1;
    /* One more in a persistent pool: it may have died before the job, which is not the job's fault. */
    if (!held && child->deaths > pool->options.retries + pool->persistent) {
        status = prong_loss(pool, i, -1, err);
        goto out;
    }
    prong_watch_forget(&pool->watch, child);
    failure = prong_crew_fork(pool, i);
    if (failure == 0) {
        pool->stats.respawns++;
        return PRONG_OK;
    }
    prong_crew_absent(pool, i);
    /* The ring that this worker heard may have been meant for a chunk that it now will not take. */
    prong_bell_ring(&prong_header_at(pool->board.base)->bell, pool->watch.workers);
    return pool->alive ? PRONG_OK : fork_failed(pool, failure, err);
out:
    prong_crew_absent(pool, i);
    return status;
}

prong_status prong_crew_revive(struct prong_pool *pool, prong_error *err)
{
    struct prong_child *child;
    int failure, i = 0;

    while (i < pool->watch.workers && pool->children[i].pid)
        i++;
    if (i == pool->watch.workers)
        return PRONG_OK;
    child = &pool->children[i];
    child->deaths = had_published(pool, i) ? 1 : child->deaths + 1;
    if (child->deaths > pool->options.retries + 1)
        return prong_loss(pool, i, -1, err);
    failure = prong_crew_fork(pool, i);
    if (failure) {
        prong_crew_absent(pool, i);
        return fork_failed(pool, failure, err);
    }
    pool->stats.respawns++;
    return PRONG_OK;
}

void prong_crew_reap(struct prong_pool *pool, int i)
{
    reap_child(pool, &pool->children[i]);
    pool->alive--;
    prong_crew_absent(pool, i);
}
