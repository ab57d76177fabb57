/* SPDX-License-Identifier: MIT */
/* The workers as their parent sees them: forked, reaped, replaced, ended.
 *
 *     a worker ended:
 *         reap it: only then can it not write any more
 *         its unpublished chunk: attempts++, taken back; too many: the exact error
 *         fork another into its place, which goes on from what it had published */
#include "config.h"

#include "pool/crew.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "pool/figures.h"
#include "pool/lifeline.h"
#include "pool/reap.h"
#include "pool/spawn.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* From SIGTERM to SIGKILL, and how long a worker may take to leave when it is told to. */
#define GRACE_AFTER_TERM INT64_C(100000000)
#define GRACE_TO_LEAVE INT64_C(1000000000)

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
}

/* Offers anew what a worker held that has been ended through no fault of the job: nobody's attempt. */
static void release(struct prong_pool *pool, int i)
{
    if (!has_job(pool))
        return;
    for (uint64_t chunk = pool->base; chunk < pool->limit; chunk++)
        if (*prong_crew_attempts(pool, chunk) != PRONG_BURIED && prong_claim_holds(pool->board, (uint32_t)i, chunk))
            prong_claim_take_back(pool->board, chunk);
    if (pool->gathering && prong_claim_holds_gathering(pool->board, (uint32_t)i))
        prong_claim_offer_gathering(pool->board);
}

/* Returns 0 or an errno; pool->failed_call is then what failed. A worker that is forked while there is a job joins it;
 * otherwise it waits for the next. One that cannot be watched is ended, and may hold a chunk by then. */
static int spawn(struct prong_pool *pool, int i)
{
    struct prong_child *child = &pool->children[i];
    struct prong_record *record = prong_crew_record(pool, i);
    int failure;
    pid_t pid;

    atomic_store(&record->since, 0);
    atomic_store(&record->sleeping, 0);
    atomic_store(&record->state, PRONG_WORKER_FORKED);
    atomic_store(&record->fault, PRONG_FAULT_NONE);
    atomic_store(&record->idle, has_job(pool) ? pool->generation - 1 : pool->generation);
    child->published_at_fork = atomic_load(&record->published);
    child->term_at = child->quiet_at = 0;
    child->late = false;
    pool->start.parent_thread_is_main = prong_is_main_thread();
    pool->failed_call = "pipe";
    failure = prong_watch_before_fork(&pool->watch, child);
    if (failure)
        return failure;
    pool->failed_call = "fork";
    pid = spawn_process(pool, i);
    failure = errno;
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
static void absent(struct prong_pool *pool, int i)
{
    prong_watch_forget(&pool->watch, &pool->children[i]);
    atomic_store(&prong_crew_record(pool, i)->idle, pool->generation);
}

prong_status prong_crew_spawn(struct prong_pool *pool, prong_error *err)
{
    int failure = 0;

    for (int i = 0; i < pool->watch.workers; i++) {
        int here;
        if (pool->children[i].pid)
            continue;
        here = spawn(pool, i);
        if (here) {
            failure = here;
            pool->stats.forks_failed++;
            absent(pool, i);
        }
    }
    return pool->alive ? PRONG_OK : fork_failed(pool, failure, err);
}

bool prong_crew_idle(struct prong_pool *pool)
{
    for (int i = 0; i < pool->watch.workers; i++)
        if (atomic_load(&prong_crew_record(pool, i)->idle) != pool->generation)
            return false;
    return true;
}

/* PRONG_COLLECT: notes the loss and goes on without the chunk. */
static void give_up(struct prong_pool *pool, int i, uint64_t chunk)
{
    prong_error report = PRONG_ERROR_INIT;

    prong_loss(pool, i, (int64_t)chunk, &report);
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

/* Is the result complete, whoever still has to become idle? */
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
    failure = spawn(pool, i);
    if (failure == 0) {
        pool->stats.respawns++;
        return PRONG_OK;
    }
    absent(pool, i);
    /* The ring that this worker heard may have been meant for a chunk that it now will not take. */
    prong_bell_ring(&prong_header_at(pool->board.base)->bell, pool->watch.workers);
    return pool->alive ? PRONG_OK : fork_failed(pool, failure, err);
out:
    absent(pool, i);
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
    failure = spawn(pool, i);
    if (failure) {
        absent(pool, i);
        return fork_failed(pool, failure, err);
    }
    pool->stats.respawns++;
    return PRONG_OK;
}

static void reap(struct prong_pool *pool, int i)
{
    reap_child(pool, &pool->children[i]);
    pool->alive--;
    absent(pool, i);
}

static bool is_busy(struct prong_pool *pool, int i)
{
    return pool->children[i].pid && atomic_load(&prong_crew_record(pool, i)->idle) != pool->generation;
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

/* Waits for busy workers to end, or to become idle, until the clock says so. */
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
                reap(pool, i);
    }
    atomic_store(&header->parent_sleeps, pool->async);
}

void prong_crew_interrupt(struct prong_pool *pool, double patience)
{
    prong_claim_stop(pool->board);
    prong_claim_set_limit(pool->board, pool->limit, true);
    if (patience > 0)
        reap_busy(pool, prong_now() + (int64_t)(patience * 1e9));
    if (signal_busy(pool, SIGTERM)) {
        reap_busy(pool, prong_now() + GRACE_AFTER_TERM);
        if (signal_busy(pool, SIGKILL))
            for (int i = 0; i < pool->watch.workers; i++)
                if (is_busy(pool, i))
                    reap(pool, i);
    }
    pool->job = NULL;
    for (int i = 0; i < pool->watch.workers; i++) {
        pool->children[i].deaths = 0;
        if (pool->children[i].pid)
            continue;
        if (spawn(pool, i) == 0)
            pool->stats.respawns++;
        else
            absent(pool, i);
    }
}

void prong_crew_mend(struct prong_pool *pool)
{
    unsigned events;

    if (prong_watch_sleep(&pool->watch, pool->children, -1, prong_now(), NULL, &events, NULL) != PRONG_OK)
        return;
    for (int i = 0; i < pool->watch.workers; i++) {
        struct prong_child *child = &pool->children[i];
        if (!child->pid || !prong_watch_is_dead(&pool->watch, i))
            continue;
        reap(pool, i);
        if (++child->deaths > pool->options.retries + 1)
            continue;
        if (spawn(pool, i) == 0)
            pool->figures->respawns++;
        else
            absent(pool, i);
    }
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
        if (at_once || prong_now() >= until ||
            prong_watch_sleep(&pool->watch, pool->children, -1, until, NULL, &events, NULL) != PRONG_OK) {
            for (int i = 0; i < pool->watch.workers; i++)
                prong_watch_signal(&pool->watch, &pool->children[i], SIGKILL);
            at_once = true;
        }
        for (int i = 0; i < pool->watch.workers; i++)
            if (pool->children[i].pid && (at_once || prong_watch_is_dead(&pool->watch, i)))
                reap(pool, i);
    }
}
