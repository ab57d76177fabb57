/* SPDX-License-Identifier: MIT */
/* A run told step by step (prong/trace.h). The parent's own steps it knows; those of a worker come through the segment, where
 * each worker has a ring of notes that it alone writes and the parent alone reads:
 *
 *     worker (scribe.c)                             parent (trace.c)
 *  1  open = now              (seq_cst, fence)      a  mark = now              (fence)
 *  2  time = now; look at what ipcs would say       b  for each worker: mark = min(mark, open unless 0)
 *  3  the step itself, if it must not be seen       c  for each worker: reads the notes below head (acquire)
 *     before its time                               d  tells all events whose time is at most mark, in order
 *  4  note[head] = the event
 *  5  head = head + 1         (release)
 *  6  open = 0                (release)
 *
 * Nothing that comes to light after d is older than mark, so events are told in the order of time, while the run goes on:
 *
 *   - b found open = 0 before 1: the time of 2 is taken after the store of 1 is visible, which is after b and so after a.
 *   - b found open = f, between 1 and 6: the note's time is at least f, and mark at most f.
 *   - b found open = 0 after 6: the note is below the head that c reads (6 releases 5, b acquires).
 *
 * A step that others can see the effect of (publishing) is dated before it is done, since what they do because of it is dated
 * after. A worker that dies between 4 and 5 has a note above head, which nobody reads and its successor writes over; one that
 * dies before 6 leaves open set, until it has been reaped and the parent clears it. A worker has no successor before that, so
 * a ring has one writer at any time. When head is a whole ring before tail the event is not noted but counted in `missed`; a
 * worker wakes its parent when the ring is half full, so that this is rare.
 *
 * Stepwise, the worker then waits until `told` has reached its head, and wakes the parent that may sleep: it has at most one
 * note that is not told. */
#ifndef PRONG_POOL_TRACE_H
#define PRONG_POOL_TRACE_H

#include "ipc/layout.h"
#include "ipc/segment.h"
#include "prong/fold.h"

#include <sys/types.h>

struct prong_pool;

enum { PRONG_RING_NOTES = 256 };

/* What a worker says of a step. */
struct prong_note {
    int64_t time;
    int64_t chunk, slot; /* -1: none */
    int64_t result;
    uint64_t address;
    struct prong_segment_state ipc;
    uint32_t kind; /* enum prong_event_kind */
    int32_t pid;
};

struct prong_ring {
    /* Written by the worker; the parent clears open when the worker has been reaped. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t head; /* notes below it are whole */
    _Atomic int64_t open;    /* a note is being made, of a time that is not before this; 0: none is */
    _Atomic uint64_t missed; /* steps for which there was no room */
    /* Written by the parent. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t tail; /* notes below it have been read */
    _Atomic uint64_t told;   /* stepwise: … and told */
    struct prong_note notes[PRONG_RING_NOTES];
};

/* At layout.notes. */
struct prong_rings {
    struct prong_bell bell; /* rung when told changes */
    struct prong_ring ring[];
};

/* ---- scribe.c: the worker's side ---- */

struct prong_scribe {
    struct prong_rings *rings; /* NULL: nobody wants to be told */
    struct prong_ring *ring;
    int segment, notify_fd;
    bool stepwise;
    struct prong_note note; /* that is being made */
};

/* After the segment is attached. notify_fd wakes the parent. */
void prong_scribe_sit(struct prong_scribe *scribe, const struct prong_layout *layout, const struct prong_segment *segment,
                      uint32_t worker, int notify_fd, bool stepwise);

/* Steps 1 and 2; 4 to 6. */
void prong_scribe_open(struct prong_scribe *scribe);
void prong_scribe_close(struct prong_scribe *scribe, prong_event_kind kind, int64_t chunk, int64_t slot, int64_t result);

static inline void prong_scribe_begin(struct prong_scribe *scribe)
{
    if (scribe->rings)
        prong_scribe_open(scribe);
}

static inline void prong_scribe_end(struct prong_scribe *scribe, prong_event_kind kind, int64_t chunk, int64_t slot,
                                    int64_t result)
{
    if (scribe->rings)
        prong_scribe_close(scribe, kind, chunk, slot, result);
}

/* A step whose effect nobody else sees. */
static inline void prong_scribe_put(struct prong_scribe *scribe, prong_event_kind kind, int64_t chunk, int64_t slot,
                                    int64_t result)
{
    prong_scribe_begin(scribe);
    prong_scribe_end(scribe, kind, chunk, slot, result);
}

/* ---- trace.c: the parent's ---- */

/* What the parent has seen and not told yet. NULL wherever nobody wants to be told: then none of these does anything. */
struct prong_trace;

/* Before the layout is planned: reserves room in it if somebody wants to be told. */
prong_status prong_trace_open(struct prong_pool *pool, prong_error *err);
/* Who hears of the segment; NULL: nobody. */
const struct prong_segment_witness *prong_trace_witness(struct prong_pool *pool);
/* When the segment is formatted. Returns 0 or an errno. */
int prong_trace_format(struct prong_pool *pool);
/* When the segment is gone: tells everything that is left. */
void prong_trace_close(struct prong_pool *pool);

/* Reads what workers have noted, and tells what can be told in order. The callback may take its time. */
void prong_trace_turn(struct prong_pool *pool);

/* Worker i has been reaped: what it noted is read, and what it had begun to note is not waited for. */
void prong_trace_reaped(struct prong_pool *pool, int i);

/* An event of the parent's that is about worker `owner` (-1: none), dated now. Fill in what its kind asks for, then put it;
 * between the two may be the step itself. Without a trace nothing happens. */
prong_event prong_trace_begin(struct prong_pool *pool, prong_event_kind kind, int owner);
void prong_trace_put(struct prong_pool *pool, const prong_event *event);

/* The same for a step that is done, and has no more to say than these. */
void prong_trace_step(struct prong_pool *pool, prong_event_kind kind, int owner, int64_t chunk, int64_t slot);

/* Before a commutative job's buffers are combined here: which, and whose. */
void prong_trace_buffers(struct prong_pool *pool);

/* A job is laid out in the segment; it has ended. */
void prong_trace_job(struct prong_pool *pool);
void prong_trace_done(struct prong_pool *pool, bool well);

#endif
