/* SPDX-License-Identifier: MIT */
/* A job's life in the parent. Each turn of the watch: consume what is DONE, offer what fits, then sleep until a worker ends, a
 * chunk is announced, the last one leaves, input arrives, a deadline passes or the caller cancels. Completion and death are
 * watched together: a counter of finished chunks alone would wait for ever for a worker that died.
 *
 *     parent                                      workers
 *     begin: task, generation + 1 ----------->    claim, compute, publish (claim.h)
 *     spin, then sleep  <--------- ended, announced, nobody inside, input
 *     base: DONE? consume it, use its place for chunk base + window
 *     all consumed, nobody inside, late comers barred (turn.h): finish */
#include "config.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "pool/crew.h"
#include "pool/gather.h"
#include "pool/progress.h"
#include "pool/turn.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A spinning parent looks after deaths and deadlines so often: each look costs a system call. */
#define LONGEST_SPIN INT64_C(1000000)
/* What a worker may always take to wake up and find a chunk, however short the deadline of a chunk is. */
#define LEAST_QUIET INT64_C(500000000)

static struct prong_task *task_of(struct prong_pool *pool)
{
    return &prong_header_at(pool->board.base)->task;
}

void prong_job_undone(struct prong_pool *pool, prong_error *err)
{
    uint64_t end = pool->total == PRONG_CHUNKS_UNKNOWN ? pool->limit : pool->total;
    uint64_t ignored;

    if (end <= pool->base)
        return;
    pool->job->range(pool->base, &err->first, &ignored, pool->job->ctx);
    pool->job->range(end - 1, &ignored, &err->last, pool->job->ctx);
}

/* What a DONE chunk's slot is for: the tree, or the caller. Commutative jobs have none. */
static prong_status use_slot(struct prong_pool *pool, prong_error *err)
{
    const struct prong_job_spec *job = pool->job;
    const void *slot, *area;
    int outcome;

    if (job->commutative)
        return PRONG_OK;
    if (pool->trace)
        prong_trace_step(pool, PRONG_TRACE_COMBINE, -1, (int64_t)pool->base,
                         (int64_t)prong_place_of(pool->board.base, pool->base));
    slot = prong_slot_at(&pool->start.layout, pool->board.base, pool->base);
    if (!job->deliver)
        return prong_tree_push(&pool->tree, slot, err);
    area = task_of(pool)->area_stride ? prong_area_at(&pool->start.layout, pool->board.base, pool->base) : NULL;
    outcome = job->deliver(pool->base, slot, area, job->ctx);
    return outcome ? prong_job_chunk_failed(pool->job, pool->base, outcome, err) : PRONG_OK;
}

/* What a chunk that is DONE has come to. */
static prong_status look_at(struct prong_pool *pool, uint64_t chunk, int outcome, prong_error *err)
{
    if (outcome == PRONG_FOLD_STOP && pool->job->commutative)
        return prong_fail(err, PRONG_EINVAL, "PRONG_FOLD_STOP in a commutative fold");
    if (outcome != 0 && outcome != PRONG_FOLD_STOP)
        return prong_job_chunk_failed(pool->job, chunk, outcome, err);
    return task_of(pool)->gathers ? PRONG_OK : use_slot(pool, err);
}

/* A chunk said that it is the last one needed. Workers may be asleep for want of a chunk: there will be none, and they must
 * become idle. */
static void stop(struct prong_pool *pool, uint64_t total)
{
    pool->stopped = true;
    pool->total = total;
    if (!task_of(pool)->gathers)
        prong_claim_set_limit(pool->board, pool->limit, true);
}

/* Moves base over everything that is DONE; where a worker combines, ready, and base follows when it has. Chunks are
 * consumed in order, so the first failure met is the lowest. */
static prong_status consume(struct prong_pool *pool, prong_error *err)
{
    bool gathers = task_of(pool)->gathers;
    uint64_t *next = gathers ? &pool->ready : &pool->base;
    int outcome;

    while (*next < pool->limit && !pool->stopped) {
        int *attempts = prong_crew_attempts(pool, *next);
        prong_status status;
        if (*attempts != PRONG_BURIED) {
            if (!prong_claim_done(pool->board, *next, &outcome))
                break;
            status = look_at(pool, *next, outcome, err);
            if (status)
                return status;
            PRONG_FAULT("parent-consumed");
            if (outcome == PRONG_FOLD_STOP)
                stop(pool, *next + 1);
        }
        if (!gathers)
            *attempts = 0;
        ++*next;
    }
    return gathers ? prong_gather_turn(pool, err) : PRONG_OK;
}

static bool has_place(struct prong_pool *pool)
{
    return !pool->closed && !pool->stopped && pool->limit - pool->base < task_of(pool)->window;
}

/* Offers every chunk of known number that fits in the window. */
static void offer(struct prong_pool *pool)
{
    uint64_t before = pool->limit;

    while (has_place(pool)) {
        prong_claim_offer(pool->board, pool->limit++);
        pool->closed = pool->limit == pool->total;
    }
    if (pool->limit != before)
        prong_claim_set_limit(pool->board, pool->limit, prong_job_closes(pool));
}

/* Reads once from the stream and offers the block if that filled it. */
static prong_status feed(struct prong_pool *pool, prong_error *err)
{
    void *block = prong_area_at(&pool->start.layout, pool->board.base, pool->limit);
    bool full = false, end = false;
    prong_status status = pool->job->feed->step(block, &full, &end, pool->job->ctx, err);

    if (status || !full)
        return status;
    if (pool->limit == PRONG_MAX_CHUNKS)
        return prong_fail(err, PRONG_EINVAL, "the stream has more than %llu blocks",
                          (unsigned long long)PRONG_MAX_CHUNKS);
    PRONG_FAULT("parent-fed");
    prong_claim_offer(pool->board, pool->limit++);
    pool->closed = end;
    if (end)
        pool->total = pool->limit;
    prong_claim_set_limit(pool->board, pool->limit, prong_job_closes(pool));
    return PRONG_OK;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Somebody is gathering, or will have to when others have done their chunks. */
static bool may_wait(struct prong_pool *pool)
{
    return task_of(pool)->gathers && !pool->gathered && !(pool->gathering && prong_claim_gathering_waits(pool->board));
}

/* A worker that has no chunk has nothing to wait for once all are offered: it begins, takes one, or becomes idle. One that was
 * stopped on the way would be waited for without end. Returns since when worker i has been like that, or 0. */
static int64_t quiet_since(struct prong_pool *pool, int i, int64_t now)
{
    struct prong_record *record = prong_crew_record(pool, i);
    struct prong_child *child = &pool->children[i];
    uint64_t published = atomic_load(&record->published);

    if (!pool->closed || prong_turn_is_over(record, pool->generation) || may_wait(pool))
        child->quiet_at = 0;
    else if (child->quiet_at == 0 || child->quiet_published != published)
        child->quiet_at = now;
    child->quiet_published = published;
    return child->quiet_at;
}

/* Ends a worker whose chunk is overdue. Returns when to look again. */
static int64_t enforce(struct prong_pool *pool, int i, int64_t allowed, int64_t now)
{
    struct prong_child *child = &pool->children[i];
    int64_t since = atomic_load(&prong_crew_record(pool, i)->since);

    if (child->term_at) {
        if (now - child->term_at >= PRONG_GRACE_AFTER_TERM)
            prong_watch_signal(&pool->watch, child, SIGKILL);
        return (now < child->term_at + PRONG_GRACE_AFTER_TERM ? child->term_at : now) + PRONG_GRACE_AFTER_TERM;
    }
    if (!since) {
        since = quiet_since(pool, i, now);
        allowed = allowed > LEAST_QUIET ? allowed : LEAST_QUIET;
    }
    if (since && now - since >= allowed) {
        child->term_at = now;
        child->late = true;
        prong_watch_signal(&pool->watch, child, SIGTERM);
        return now + PRONG_GRACE_AFTER_TERM;
    }
    return (since ? since : now) + allowed;
}

/* Returns when the next chunk may become overdue; 0: never. */
static int64_t enforce_chunk_deadline(struct prong_pool *pool, int64_t now)
{
    int64_t allowed = (int64_t)(pool->options.chunk_timeout * 1e9);
    int64_t next = 0;

    for (int i = 0; allowed > 0 && i < pool->watch.workers; i++)
        if (pool->children[i].pid)
            next = earlier(next, enforce(pool, i, allowed, now));
    return next;
}

static bool is_canceled(const struct prong_pool *pool)
{
    return pool->canceled || (pool->cancel && *pool->cancel);
}

static prong_status check_run(struct prong_pool *pool, bool canceled, int64_t now, prong_error *err)
{
    prong_status status = PRONG_OK;

    if (canceled || is_canceled(pool))
        status = PRONG_ECANCELED;
    else if (pool->deadline && now >= pool->deadline)
        status = PRONG_ETIMEDOUT;
    if (status && err) {
        prong_fail(err, status, "%s", "");
        prong_job_undone(pool, err);
    }
    return status;
}

static bool is_done(struct prong_pool *pool)
{
    return pool->base == pool->total && (pool->gathered || !task_of(pool)->gathers) &&
           (!pool->persistent || prong_crew_bar(pool));
}

void prong_job_look_again(struct prong_pool *pool, int64_t now)
{
    pool->spin_until = pool->spin > 0 ? now + pool->spin : 0;
}

/* Everybody that was inside has left for want of a chunk, and there still is none: then what was claimed is DONE, though some may
 * not have come yet. Or a chunk was taken back, but nobody will come any more. */
static bool is_over(struct prong_pool *pool)
{
    return pool->persistent && prong_crew_outside(pool) && (prong_claim_exhausted(pool->board) || prong_crew_idle(pool));
}

static bool over_soon(struct prong_pool *pool)
{
    for (int i = 0; i < 256; i++) {
        if (is_over(pool))
            return true;
        prong_relax();
    }
    return false;
}

/* Looks for the end of the job without giving up the processor. False: something else must be looked at first. */
static bool spin(struct prong_pool *pool)
{
    int64_t now, until;

    /* Most jobs that are worth spinning for end before the clock need be asked. */
    if (over_soon(pool))
        return true;
    now = prong_now();
    until = earlier(earlier(pool->spin_until, now + LONGEST_SPIN), earlier(pool->deadline, pool->wait_until));
    do {
        sched_yield();
        if (over_soon(pool))
            return true;
    } while (!is_canceled(pool) && (now = prong_now()) < until);
    /* What is left of a long spin goes on in the next turn. */
    if (now >= pool->spin_until)
        pool->spin_until = 0;
    return false;
}

/* A worker may wait for this very processor: a short job is over before it would have been worth a sleep. */
static bool over_at_once(struct prong_pool *pool)
{
    if (task_of(pool)->announce || !pool->persistent)
        return false;
    sched_yield();
    return is_over(pool);
}

static prong_status sleep_and_reap(struct prong_pool *pool, bool wait, unsigned *events, prong_error *err)
{
    struct prong_header *header = prong_header_at(pool->board.base);
    const struct prong_feed *feed = pool->job->feed;
    bool wants_input = feed && has_place(pool);
    /* What was read and not yet unpacked must not wait for more to come: fd may have nothing for long. */
    bool pending = wants_input && feed->pending && feed->pending(pool->job->ctx);
    int64_t now = prong_now();
    int64_t until = earlier(earlier(pool->deadline, pool->wait_until),
                            earlier(prong_progress_due(pool), enforce_chunk_deadline(pool, now)));
    prong_status status;

    PRONG_FAULT("parent-watch");
    atomic_store(&header->parent_sleeps, 1);
    /* Looked at after the store: see the worker's do_job. */
    if (!wait || pending || is_over(pool))
        until = now;
    status = prong_watch_sleep(&pool->watch, pool->children, wants_input ? feed->fd : -1, until, pool->cancel,
                               events, err);
    atomic_store(&header->parent_sleeps, pool->async);
    *events |= pending ? PRONG_EVENT_INPUT : 0;
    for (int i = 0; status == PRONG_OK && i < pool->watch.workers; i++)
        if (pool->children[i].pid && prong_watch_is_dead(&pool->watch, i))
            status = prong_crew_ended(pool, i, err);
    return status;
}

prong_status prong_job_turn(struct prong_pool *pool, bool wait, bool *done, prong_error *err)
{
    prong_status status = PRONG_OK;
    unsigned events = 0;
    bool spins = wait && pool->spin_until && !task_of(pool)->announce;
    bool idle;

    *done = false;
    if (!pool->job->feed)
        offer(pool);
    if (pool->alive == 0)
        status = prong_crew_revive(pool, err);
    if (status == PRONG_OK && !(spins ? spin(pool) : wait && over_at_once(pool)))
        status = sleep_and_reap(pool, wait && !(spins && pool->spin_until), &events, err);
    if (status == PRONG_OK && (events & PRONG_EVENT_INPUT))
        status = feed(pool, err);
    idle = pool->persistent && prong_crew_idle(pool);
    if (status == PRONG_OK)
        status = consume(pool, err);
    *done = status == PRONG_OK && is_done(pool);
    if (*done && pool->lost.status) {
        status = pool->lost.status;
        prong_error_copy(err, &pool->lost);
    }
    /* A chunk was taken back and its owner could not be replaced; those that are left will not look again in this job. */
    if (status == PRONG_OK && idle && pool->base != pool->total)
        status = prong_crew_revive(pool, err);
    if (status == PRONG_OK && !*done)
        status = check_run(pool, events & PRONG_EVENT_CANCEL, prong_now(), err);
    prong_trace_turn(pool);
    prong_progress_turn(pool, *done || status != PRONG_OK);
    return status;
}

prong_status prong_job_watch(struct prong_pool *pool, prong_error *err)
{
    bool done = pool->total == 0;
    prong_status status = PRONG_OK;

    while (status == PRONG_OK && !done)
        status = prong_job_turn(pool, true, &done, err);
    return status;
}

prong_status prong_job_finish(struct prong_pool *pool, bool failed, void *result, prong_error *err)
{
    const struct prong_job_spec *job = pool->job;
    prong_status status = PRONG_OK;
    int outcome = 0;

    pool->stats.chunks = pool->base;
    if (!failed && job->combine_in_worker && pool->total > 0) {
        prong_gather_result(pool, result);
    } else if (!failed && job->commutative) {
        prong_trace_buffers(pool);
        outcome = prong_gather_buffers(pool->board, job, result, false);
        if (outcome)
            status = prong_job_function_failed("combine", outcome, err);
    } else if (!failed && !job->deliver) {
        status = prong_tree_finish(&pool->tree, result, err);
    }
    PRONG_FAULT("parent-aggregated");
    prong_tree_free(&pool->tree);
    prong_trace_done(pool, !failed && status == PRONG_OK);
    pool->job = NULL;
    return status;
}
