/* SPDX-License-Identifier: MIT */
/* The parent's side of a trace: its own steps and those that workers have noted, told in the order of time. See trace.h for
 * why an event may be told when it is. Events that must still wait stand in memory of the parent's own; for want of that they
 * are counted like those for which a ring had no room. */
#include "config.h"

#include "pool/trace.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/size.h"
#include "pool/crew.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What waits to be told. `step` is the note's number, plus 1, of a worker that waits for it; 0: nobody waits. */
struct waiting {
    prong_event event;
    uint64_t step;
};

struct prong_trace {
    struct prong_segment_witness witness;
    struct waiting *waiting; /* in the order of time */
    size_t count, room;
    uint64_t *missed_before; /* of each worker: what has been told of its missed ones */
    uint64_t missed_here;    /* for want of memory */
    int segment;
    bool attached; /* to where the rings are */
};

static struct prong_rings *rings_of(struct prong_pool *pool)
{
    return (void *)((char *)pool->board.base + pool->start.layout.notes);
}

static bool is_stepwise(const struct prong_pool *pool)
{
    return pool->options.flags & PRONG_STEPWISE;
}

/* Into its place: most come as the last. Of two of the same time the one that was seen first goes first. */
static bool keep(struct prong_trace *trace, const prong_event *event, uint64_t step)
{
    size_t i = trace->count;

    if (trace->count == trace->room) {
        size_t room = trace->room ? 2 * trace->room : 64, bytes;
        struct waiting *more = prong_size_mul(room, sizeof *more, &bytes) ? realloc(trace->waiting, bytes) : NULL;
        if (!more) {
            trace->missed_here++;
            return false;
        }
        trace->waiting = more;
        trace->room = room;
    }
    for (; i > 0 && trace->waiting[i - 1].event.time > event->time; i--)
        trace->waiting[i] = trace->waiting[i - 1];
    trace->waiting[i] = (struct waiting){ *event, step };
    trace->count++;
    return true;
}

/* Lets a worker go on that waits for its note of this number to be told. */
static void release(struct prong_pool *pool, int worker, uint64_t step)
{
    if (step == 0 || !is_stepwise(pool) || !pool->trace->attached)
        return;
    atomic_store(&rings_of(pool)->ring[worker].told, step);
    prong_bell_ring(&rings_of(pool)->bell, pool->watch.workers);
}

static void look(prong_event *event, int segment)
{
    struct prong_segment_state state = prong_segment_ask(segment);

    event->ipc_known = state.known;
    event->attached = state.attached;
    event->marked = state.marked;
    event->creator = state.creator;
    event->last_pid = state.last;
}

prong_event prong_trace_begin(struct prong_pool *pool, prong_event_kind kind, int owner)
{
    struct prong_trace *trace = pool->trace;
    prong_event event = { .size = sizeof event,
                          .kind = kind,
                          .pid = pool->owner,
                          .worker = -1,
                          .owner = owner,
                          .chunk = -1,
                          .slot = -1,
                          .segment = -1 };

    if (!trace)
        return event;
    event.time = prong_now();
    event.segment = trace->segment;
    look(&event, trace->segment);
    return event;
}

/* ---- From notes to events ---- */

static void read_note(struct prong_pool *pool, int i, const struct prong_note *note, uint64_t step)
{
    prong_event event = { .size = sizeof event,
                          .kind = (prong_event_kind)note->kind,
                          .time = note->time,
                          .pid = note->pid,
                          .worker = i,
                          .owner = -1,
                          .chunk = note->chunk,
                          .slot = note->slot,
                          .segment = pool->trace->segment,
                          .address = note->address,
                          .result = note->result,
                          .ipc_known = note->ipc.known,
                          .attached = note->ipc.attached,
                          .marked = note->ipc.marked,
                          .creator = note->ipc.creator,
                          .last_pid = note->ipc.last };

    if (event.chunk >= 0 && pool->job)
        pool->job->range((uint64_t)event.chunk, &event.first, &event.last, pool->job->ctx);
    if (!keep(pool->trace, &event, step))
        release(pool, i, step);
}

static void read_ring(struct prong_pool *pool, int i)
{
    struct prong_ring *ring = &rings_of(pool)->ring[i];
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    uint64_t missed = atomic_load_explicit(&ring->missed, memory_order_relaxed);

    for (; tail < head; tail++)
        read_note(pool, i, &ring->notes[tail % PRONG_RING_NOTES], tail + 1);
    atomic_store_explicit(&ring->tail, tail, memory_order_release);
    if (missed > pool->trace->missed_before[i]) {
        prong_event event = prong_trace_begin(pool, PRONG_TRACE_MISSED, i);
        event.count = missed - pool->trace->missed_before[i];
        pool->trace->missed_before[i] = missed;
        keep(pool->trace, &event, 0);
    }
}

/* Step b of trace.h. */
static int64_t oldest_open(struct prong_pool *pool, int64_t mark)
{
    for (int i = 0; i < pool->watch.workers; i++) {
        int64_t open = atomic_load(&rings_of(pool)->ring[i].open);
        if (open && open < mark)
            mark = open;
    }
    return mark;
}

/* ---- Telling ---- */

static void tell(struct prong_pool *pool, struct waiting *one)
{
    pool->options.on_event(&one->event, pool->options.event_ctx);
    release(pool, one->event.worker, one->step);
}

static void tell_until(struct prong_pool *pool, int64_t mark)
{
    struct prong_trace *trace = pool->trace;
    size_t told = 0;

    while (told < trace->count && trace->waiting[told].event.time <= mark)
        tell(pool, &trace->waiting[told++]);
    if (told == 0)
        return;
    memmove(trace->waiting, trace->waiting + told, (trace->count - told) * sizeof *trace->waiting);
    trace->count -= told;
}

/* What a callback took is time in which workers went on, so it is looked again until there is nothing new. */
void prong_trace_turn(struct prong_pool *pool)
{
    struct prong_trace *trace = pool->trace;
    size_t before;

    if (!trace)
        return;
    do {
        int64_t mark = prong_now();
        atomic_thread_fence(memory_order_seq_cst);
        if (trace->attached) {
            mark = oldest_open(pool, mark);
            for (int i = 0; i < pool->watch.workers; i++)
                read_ring(pool, i);
        }
        before = trace->count;
        tell_until(pool, mark);
    } while (trace->count < before && is_stepwise(pool));
}

void prong_trace_put(struct prong_pool *pool, const prong_event *event)
{
    if (!pool->trace)
        return;
    keep(pool->trace, event, 0);
    prong_trace_turn(pool);
}

void prong_trace_step(struct prong_pool *pool, prong_event_kind kind, int owner, int64_t chunk, int64_t slot)
{
    prong_event event;

    if (!pool->trace)
        return;
    event = prong_trace_begin(pool, kind, owner);
    event.chunk = chunk;
    event.slot = slot;
    if (chunk >= 0 && pool->job)
        pool->job->range((uint64_t)chunk, &event.first, &event.last, pool->job->ctx);
    prong_trace_put(pool, &event);
}

void prong_trace_reaped(struct prong_pool *pool, int i)
{
    struct prong_child *child = &pool->children[i];
    prong_event event;

    if (!pool->trace)
        return;
    if (pool->trace->attached) {
        atomic_store(&rings_of(pool)->ring[i].open, 0);
        read_ring(pool, i);
    }
    event = prong_trace_begin(pool, PRONG_TRACE_WAIT, i);
    event.child = child->ended;
    event.wait_status = child->end.status;
    prong_trace_put(pool, &event);
}

void prong_trace_buffers(struct prong_pool *pool)
{
    if (!pool->trace)
        return;
    for (int i = 0; i < pool->watch.workers; i++) {
        struct prong_published published = prong_claim_published(pool->board, (uint32_t)i);
        if (published.k > 0)
            prong_trace_step(pool, PRONG_TRACE_COMBINE, i, -1, (int64_t)i * 2 + (int64_t)published.buffer);
    }
}

void prong_trace_job(struct prong_pool *pool)
{
    const struct prong_task *task;
    prong_event event;

    if (!pool->trace)
        return;
    task = &prong_header_at(pool->board.base)->task;
    event = prong_trace_begin(pool, PRONG_TRACE_JOB, -1);
    event.count = pool->total;
    if (pool->total > 0)
        event.slots = pool->job->commutative ? (uint64_t)pool->watch.workers * 2 : task->window;
    event.bytes = pool->job->partial_size;
    prong_trace_put(pool, &event);
}

void prong_trace_done(struct prong_pool *pool, bool well)
{
    prong_event event;

    if (!pool->trace)
        return;
    event = prong_trace_begin(pool, PRONG_TRACE_DONE, -1);
    event.result = well;
    prong_trace_put(pool, &event);
}

/* ---- A trace's own life ---- */

static void saw_segment(enum prong_segment_step step, int id, size_t size, const void *address, int failure, void *ctx)
{
    static const prong_event_kind kinds[] = { [PRONG_SEGMENT_GET] = PRONG_TRACE_SHMGET,
                                              [PRONG_SEGMENT_ATTACH] = PRONG_TRACE_SHMAT,
                                              [PRONG_SEGMENT_MARK] = PRONG_TRACE_RMID,
                                              [PRONG_SEGMENT_DETACH] = PRONG_TRACE_SHMDT };
    struct prong_pool *pool = ctx;
    prong_event event;

    pool->trace->segment = id;
    /* The rings go with the mapping that has them, not with one that was made to see whether it can be. */
    if (step == PRONG_SEGMENT_DETACH && address == pool->board.base)
        pool->trace->attached = false;
    event = prong_trace_begin(pool, kinds[step], -1);
    event.bytes = size;
    event.address = failure ? 0 : (uint64_t)(uintptr_t)address;
    event.result = failure ? -1 : step == PRONG_SEGMENT_GET ? id : 0;
    event.sys_errno = failure;
    prong_trace_put(pool, &event);
}

prong_status prong_trace_open(struct prong_pool *pool, prong_error *err)
{
    size_t rings;
    uint32_t workers = pool->start.layout.workers;

    if (!pool->options.on_event)
        return PRONG_OK;
    if (!prong_size_mul(workers, sizeof(struct prong_ring), &rings) ||
        !prong_size_add(rings, sizeof(struct prong_rings), &pool->start.layout.notes_size))
        return prong_fail(err, PRONG_ENOMEM, "the segment's size does not fit in memory");
    pool->trace = calloc(1, sizeof *pool->trace);
    if (!pool->trace)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a trace", sizeof *pool->trace);
    pool->trace->missed_before = calloc(workers, sizeof *pool->trace->missed_before);
    if (!pool->trace->missed_before)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a trace", workers * sizeof *pool->trace->missed_before);
    pool->start.stepwise = is_stepwise(pool);
    pool->trace->witness = (struct prong_segment_witness){ saw_segment, pool };
    pool->trace->segment = -1;
    return PRONG_OK;
}

const struct prong_segment_witness *prong_trace_witness(struct prong_pool *pool)
{
    return pool->trace ? &pool->trace->witness : NULL;
}

int prong_trace_format(struct prong_pool *pool)
{
    int failure;

    if (!pool->trace)
        return 0;
    failure = prong_bell_init(&rings_of(pool)->bell);
    pool->trace->attached = failure == 0;
    return failure;
}

void prong_trace_close(struct prong_pool *pool)
{
    struct prong_trace *trace = pool->trace;

    if (!trace)
        return;
    tell_until(pool, INT64_MAX);
    if (trace->missed_here) {
        struct waiting last = { .event = prong_trace_begin(pool, PRONG_TRACE_MISSED, -1) };
        last.event.count = trace->missed_here;
        tell(pool, &last);
    }
    free(trace->waiting);
    free(trace->missed_before);
    free(trace);
    pool->trace = NULL;
}
