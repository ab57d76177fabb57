/* SPDX-License-Identifier: MIT */
/* The parent's watch. Each turn: consume what is DONE, offer what fits, then sleep until a worker ends, a chunk is
 * announced, input arrives, a deadline passes or the caller cancels. Completion and death are watched together: a
 * counter of finished chunks alone would wait for ever for a worker that died.
 *
 *     parent                                      workers
 *     fork 1 … N --------------------------->     claim, compute, publish (claim.h)
 *     sleep  <------- ended, announced, input
 *     a worker ended:
 *         reap it
 *         its unpublished chunk: attempts++, taken back; too many: the exact error
 *         fork another into its place, if there is work
 *     base: DONE? consume it, use its place for chunk base + window
 *     all consumed: return */
#include "config.h"

#include "pool/supervisor.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "pool/reap.h"
#include "pool/spawn.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/* From SIGTERM to SIGKILL, and how long a worker may take to leave once all is DONE. */
#define GRACE_AFTER_TERM INT64_C(100000000)
#define GRACE_TO_LEAVE INT64_C(1000000000)

static struct prong_record *record_of(struct prong_supervisor *s, int i)
{
    return prong_record_at(&s->start.layout, s->start.segment.base, (uint32_t)i);
}

static bool finished(const struct prong_supervisor *s)
{
    return s->base == s->total;
}

/* Returns 0 or an errno; s->failed_call is then what failed. */
static int spawn(struct prong_supervisor *s, int i)
{
    struct prong_child *child = &s->children[i];
    struct prong_record *record = record_of(s, i);
    int failure;
    pid_t pid;

    atomic_store(&record->since, 0);
    atomic_store(&record->state, PRONG_WORKER_FORKED);
    atomic_store(&record->fault, PRONG_FAULT_NONE);
    child->published_at_fork = atomic_load(&record->published);
    child->term_at = 0;
    child->late = false;
    s->failed_call = "pipe";
    failure = prong_watch_before_fork(&s->watch, child);
    if (failure)
        return failure;
    s->failed_call = "fork";
    pid = prong_spawn(&s->start, (uint32_t)i);
    failure = errno;
    if (pid == -1) {
        prong_watch_after_fork(&s->watch, child, -1);
        return failure;
    }
    s->failed_call = "pidfd_open";
    failure = prong_watch_after_fork(&s->watch, child, pid);
    if (failure) {
        kill(pid, SIGKILL);
        prong_reap(pid);
        prong_watch_forget(child);
        return failure;
    }
    s->alive++;
    return 0;
}

static prong_status fork_failed(const struct prong_supervisor *s, int failure, prong_error *err)
{
    errno = failure;
    return prong_fail_sys(err, s->failed_call, "%s", "no worker could be forked");
}

static prong_status spawn_all(struct prong_supervisor *s, prong_error *err)
{
    int failure = 0;

    for (uint32_t i = 0; i < s->start.layout.workers; i++) {
        failure = spawn(s, (int)i);
        if (failure)
            s->stats.forks_failed++;
        else
            s->stats.workers++;
    }
    /* Some are enough: chunks do not depend on the number of workers. */
    return s->alive ? PRONG_OK : fork_failed(s, failure, err);
}

/* The elements of everything that is not consumed. */
static void undone_range(struct prong_supervisor *s, prong_error *err)
{
    uint64_t end = s->total == PRONG_CHUNKS_UNKNOWN ? s->limit : s->total;
    uint64_t ignored;

    if (end <= s->base)
        return;
    s->job->range(s->base, &err->first, &ignored, s->job->ctx);
    s->job->range(end - 1, &ignored, &err->last, s->job->ctx);
}

static void chunk_range(struct prong_supervisor *s, uint64_t chunk, prong_error *err)
{
    err->chunk = (int64_t)chunk;
    s->job->range(chunk, &err->first, &err->last, s->job->ctx);
}

static prong_status lost(struct prong_supervisor *s, int i, int64_t chunk, int wait_status, prong_error *err)
{
    struct prong_child *child = &s->children[i];
    prong_status status = child->late ? PRONG_ETIMEDOUT : PRONG_ELOST;

    if (!err)
        return status;
    prong_fail(err, status, "%s", "");
    err->pid = child->pid;
    err->worker = i;
    err->wait_status = wait_status;
    if (chunk >= 0) {
        err->attempt = s->attempts[(uint64_t)chunk % s->start.layout.window];
        chunk_range(s, (uint64_t)chunk, err);
    } else {
        err->attempt = child->deaths;
        undone_range(s, err);
    }
    return status;
}

/* Takes back what the dead worker held: at most one chunk, since it publishes each before it claims the next. */
static prong_status take_back(struct prong_supervisor *s, int i, int wait_status, bool *held, prong_error *err)
{
    *held = false;
    for (uint64_t chunk = s->base; chunk < s->limit; chunk++) {
        int *attempts = &s->attempts[chunk % s->start.layout.window];
        if (!prong_claim_holds(s->board, (uint32_t)i, chunk))
            continue;
        *held = true;
        if (++*attempts > s->options->retries)
            return lost(s, i, (int64_t)chunk, wait_status, err);
        s->stats.retries++;
        PRONG_FAULT("parent-takeback");
        prong_claim_take_back(s->board, chunk);
    }
    return PRONG_OK;
}

/* Ends that no retry can mend. */
static prong_status hopeless(struct prong_supervisor *s, int i, int wait_status, prong_error *err)
{
    struct prong_record *record = record_of(s, i);
    uint32_t fault = atomic_load(&record->fault);

    if (fault >= PRONG_FAULT_INPUT) {
        prong_fail(err, PRONG_EIO, "the file was truncated, or could not be read, at byte %llu while it was in use",
                   (unsigned long long)atomic_load(&record->fault_offset));
        if (err)
            err->body_status = (int)(fault - PRONG_FAULT_INPUT);
        return PRONG_EIO;
    }
    if (atomic_load(&record->state) == PRONG_WORKER_FORKED && wait_status != -1 && WIFEXITED(wait_status) &&
        WEXITSTATUS(wait_status) > PRONG_EXIT_ATTACH) {
        errno = WEXITSTATUS(wait_status) - PRONG_EXIT_ATTACH;
        return prong_fail_sys(err, "shmat", "worker %d could not attach segment %d at %p", i, s->start.segment.id,
                              s->start.segment.base);
    }
    return PRONG_OK;
}

static prong_status worker_ended(struct prong_supervisor *s, int i, prong_error *err)
{
    struct prong_child *child = &s->children[i];
    int wait_status = prong_reap(child->pid);
    bool held;
    prong_status status;
    int failure;

    s->alive--;
    status = hopeless(s, i, wait_status, err);
    if (status == PRONG_OK)
        status = take_back(s, i, wait_status, &held, err);
    if (status)
        goto out;
    if (!held && (wait_status == 0 || wait_status == -1))
        goto out; /* it found nothing left to claim */
    child->deaths = atomic_load(&record_of(s, i)->published) == child->published_at_fork ? child->deaths + 1 : 1;
    if (!held && child->deaths > s->options->retries) {
        status = lost(s, i, -1, wait_status, err);
        goto out;
    }
    prong_watch_forget(child);
    failure = spawn(s, i);
    if (failure == 0)
        s->stats.respawns++;
    else if (s->alive == 0)
        return fork_failed(s, failure, err);
    return PRONG_OK;
out:
    prong_watch_forget(child);
    return status;
}

static prong_status body_failed(struct prong_supervisor *s, uint64_t chunk, int outcome, prong_error *err)
{
    prong_fail(err, PRONG_EBODY, "%s", "");
    if (err) {
        err->body_status = outcome;
        chunk_range(s, chunk, err);
    }
    return PRONG_EBODY;
}

/* Moves base over everything that is DONE. Chunks are consumed in order, so the first failure met is the lowest. */
static prong_status consume(struct prong_supervisor *s, prong_error *err)
{
    int outcome;

    while (s->base < s->limit && prong_claim_done(s->board, s->base, &outcome)) {
        if (outcome == PRONG_FOLD_STOP && s->job->commutative)
            return prong_fail(err, PRONG_EINVAL, "PRONG_FOLD_STOP in a commutative fold");
        if (outcome != 0 && outcome != PRONG_FOLD_STOP)
            return body_failed(s, s->base, outcome, err);
        if (!s->job->commutative) {
            prong_status status =
                prong_tree_push(&s->tree, prong_slot_at(&s->start.layout, s->start.segment.base, s->base), err);
            if (status)
                return status;
        }
        s->attempts[s->base % s->start.layout.window] = 0;
        s->base++;
        PRONG_FAULT("parent-consumed");
        if (outcome == PRONG_FOLD_STOP) {
            s->stopped = true;
            s->total = s->base;
            return PRONG_OK;
        }
    }
    return PRONG_OK;
}

static bool has_place(const struct prong_supervisor *s)
{
    return !s->closed && s->limit - s->base < s->start.layout.window;
}

/* Offers every chunk of known number that fits in the window. */
static void offer(struct prong_supervisor *s)
{
    uint64_t before = s->limit;

    while (has_place(s)) {
        prong_claim_offer(s->board, s->limit++);
        s->closed = s->limit == s->total;
    }
    if (s->limit != before)
        prong_claim_set_limit(s->board, s->limit, s->closed);
}

/* Reads once from the stream and offers the block if that filled it. */
static prong_status feed(struct prong_supervisor *s, prong_error *err)
{
    void *block = prong_block_at(&s->start.layout, s->start.segment.base, s->limit);
    bool full = false, end = false;
    prong_status status = s->job->feed->step(block, &full, &end, s->job->ctx, err);

    if (status || !full)
        return status;
    if (s->limit == PRONG_MAX_CHUNKS)
        return prong_fail(err, PRONG_EINVAL, "the stream has more than %llu blocks",
                          (unsigned long long)PRONG_MAX_CHUNKS);
    PRONG_FAULT("parent-fed");
    prong_claim_offer(s->board, s->limit++);
    s->closed = end;
    if (end)
        s->total = s->limit;
    prong_claim_set_limit(s->board, s->limit, s->closed);
    return PRONG_OK;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Ends workers whose chunk is overdue and returns when to look again; 0: no need. */
static int64_t enforce_chunk_deadline(struct prong_supervisor *s, int64_t now)
{
    int64_t allowed = (int64_t)(s->options->chunk_timeout * 1e9);
    int64_t next = 0;

    if (allowed <= 0)
        return 0;
    for (int i = 0; i < s->watch.workers; i++) {
        struct prong_child *child = &s->children[i];
        int64_t since;
        if (child->pid == 0)
            continue;
        since = atomic_load(&record_of(s, i)->since);
        if (child->term_at) {
            if (now - child->term_at >= GRACE_AFTER_TERM)
                prong_watch_signal(&s->watch, child, SIGKILL);
            next = earlier(next, (now < child->term_at + GRACE_AFTER_TERM ? child->term_at : now) + GRACE_AFTER_TERM);
        } else if (since && now - since >= allowed) {
            child->term_at = now;
            child->late = true;
            prong_watch_signal(&s->watch, child, SIGTERM);
            next = earlier(next, now + GRACE_AFTER_TERM);
        } else {
            next = earlier(next, (since ? since : now) + allowed);
        }
    }
    return next;
}

static prong_status check_run(struct prong_supervisor *s, unsigned events, int64_t now, prong_error *err)
{
    prong_status status = PRONG_OK;

    if (events & PRONG_EVENT_CANCEL)
        status = PRONG_ECANCELED;
    else if (s->deadline && now >= s->deadline)
        status = PRONG_ETIMEDOUT;
    if (status && err) {
        prong_fail(err, status, "%s", "");
        undone_range(s, err);
    }
    return status;
}

static prong_status turn(struct prong_supervisor *s, prong_error *err)
{
    bool wants_input = s->job->feed && has_place(s);
    int64_t until = earlier(s->deadline, enforce_chunk_deadline(s, prong_now()));
    unsigned events;
    prong_status status;

    PRONG_FAULT("parent-watch");
    status = prong_watch_sleep(&s->watch, s->children, wants_input ? s->job->feed->fd : -1, until, s->options->cancel,
                               &events, err);
    for (int i = 0; status == PRONG_OK && i < s->watch.workers; i++)
        if (s->children[i].pid && prong_watch_is_dead(&s->watch, i))
            status = worker_ended(s, i, err);
    if (status == PRONG_OK && (events & PRONG_EVENT_INPUT))
        status = feed(s, err);
    if (status == PRONG_OK)
        status = consume(s, err);
    if (status == PRONG_OK && !finished(s))
        status = check_run(s, events, prong_now(), err);
    return status;
}

/* Nobody is left, but work is: all had gone in good order when a chunk was taken back, or their ends could not be
 * told from good ones (the host's SIGCHLD is ignored). */
static prong_status revive(struct prong_supervisor *s, prong_error *err)
{
    struct prong_child *child = &s->children[0];
    int failure;

    child->deaths = atomic_load(&record_of(s, 0)->published) == child->published_at_fork ? child->deaths + 1 : 1;
    if (child->deaths > s->options->retries + 1)
        return lost(s, 0, -1, -1, err);
    failure = spawn(s, 0);
    if (failure)
        return fork_failed(s, failure, err);
    s->stats.respawns++;
    return PRONG_OK;
}

prong_status prong_supervise(struct prong_supervisor *s, prong_error *err)
{
    prong_status status;

    if (!s->job->feed)
        offer(s);
    status = spawn_all(s, err);
    while (status == PRONG_OK && !finished(s)) {
        if (!s->job->feed)
            offer(s);
        if (s->alive == 0)
            status = revive(s, err);
        if (status == PRONG_OK)
            status = turn(s, err);
    }
    return status;
}

void prong_supervisor_end(struct prong_supervisor *s, bool at_once)
{
    int64_t until = prong_now() + GRACE_TO_LEAVE;

    /* Wakes those that sleep for more work. */
    if (!at_once && !s->stopped)
        prong_claim_set_limit(s->board, s->limit, true);
    while (s->alive > 0) {
        unsigned events;
        if (at_once || s->stopped || prong_now() >= until ||
            prong_watch_sleep(&s->watch, s->children, -1, until, NULL, &events, NULL) != PRONG_OK) {
            for (int i = 0; i < s->watch.workers; i++)
                prong_watch_signal(&s->watch, &s->children[i], SIGKILL);
            at_once = true;
        }
        for (int i = 0; i < s->watch.workers; i++) {
            if (s->children[i].pid && (at_once || prong_watch_is_dead(&s->watch, i))) {
                prong_reap(s->children[i].pid);
                prong_watch_forget(&s->children[i]);
                s->alive--;
            }
        }
    }
}
