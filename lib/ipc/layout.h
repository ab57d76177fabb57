/* SPDX-License-Identifier: MIT */
/* What stands where in the segment, and who may write it.
 *
 *   +--------+-----------+----------+---------------------+-------------------+--------------------+
 *   | header | records   | claims   | slots               | areas             | arena              |
 *   |        | 1 / worker| 1 / place| 1 / place (ordered) | 1 / place         | the caller's data, |
 *   |        |           |          | 2 / worker (commut.)| or output area    | see pool/arena.h   |
 *   +--------+-----------+----------+---------------------+-------------------+--------------------+
 *
 * Behind the arena there may be room for what workers say of their steps (pool/trace.h).
 *
 * A place is chunk % window. The areas are fixed when the segment is made; how slots are cut is each job's own (task).
 * Fields that different processes write stand on different cache lines. */
#ifndef PRONG_IPC_LAYOUT_H
#define PRONG_IPC_LAYOUT_H

#include "ipc/bell.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

/* Adjacent-line prefetchers pull cache lines in pairs, so two of them must lie between what two processes write. */
#define PRONG_FALSE_SHARING_SIZE 128

#define PRONG_SEGMENT_MAGIC UINT64_C(0x31676e6f7270ff93)
enum { PRONG_SEGMENT_VERSION = 1 };

/* What workers tell the parent of, beside "nobody is inside": nothing; that chunks to claim run short; every published chunk. */
enum prong_announce { PRONG_ANNOUNCE_NOTHING, PRONG_ANNOUNCE_SHORTAGE, PRONG_ANNOUNCE_ALL };

/* How a job uses the areas, and what a worker has to do. */
struct prong_task {
    uint64_t window;     /* places for chunks */
    size_t stride;       /* from slot to slot: partial_size, rounded up so that no two slots share a line */
    size_t area_stride;  /* from area to area, or 0: a chunk's area is a block of a stream, or what it writes */
    size_t partial_size;
    bool commutative;
    uint32_t announce; /* enum prong_announce */
    bool timed;        /* chunks have a deadline: workers say when they begin one */
    bool gathers;    /* a worker combines; see pool/gather.h */
    uint32_t levels; /* … in so many levels of a tree; 0 if commutative */
    const void *job; /* the whole job, see pool/job.h: an address that is valid in every worker */
};

/* What is to be combined next, where a worker does that. Written by the parent while nobody has claimed it. */
struct prong_gather {
    uint64_t first, end; /* chunks; none if equal */
    uint64_t count;      /* partials in the tree before */
    uint64_t buffers;    /* bit i: which slot of level i is the present one */
    bool last;           /* all: the result is wanted */
};

struct prong_header {
    /* Written by the parent before the first fork, then constant. */
    uint64_t magic;
    uint32_t version;
    uint32_t workers;
    uint64_t creator; /* pid of the parent */
    uint64_t size;    /* of the whole segment */

    /* The present job, written by the parent while no worker is inside one, before generation. */
    struct prong_task task;
    struct prong_gather gather;

    /* Counts jobs. Written by the parent: a worker that sees a new value may read task. A claim or a slot of another
     * generation is stale. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint32_t generation;
    /* Written by the parent: workers leave when they have nothing to do. */
    _Atomic uint32_t leave;
    /* Written by the parent around its sleep: who leaves a job as the last one inside must wake it. */
    _Atomic uint32_t parent_sleeps;

    /* Written by workers after they have published a chunk that ends the fold: chunks from here on are not needed.
     * Only ever lowered. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t stop;
    /* Written by the parent: chunks below limit may be claimed … */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t limit;
    /* … and once closed is set, limit is final: workers leave when they have reached it. */
    _Atomic uint32_t closed;
    /* Rung by the parent when limit, closed or cursor change; workers that wait for a chunk sleep on it. */
    alignas(PRONG_FALSE_SHARING_SIZE) struct prong_bell bell;
    /* Rung by the parent when generation or leave change; workers that wait for a job sleep on it. */
    alignas(PRONG_FALSE_SHARING_SIZE) struct prong_bell jobs;

    /* {tag:24, chunk:40}. The lowest chunk that may be free: workers look from here and move it on; the parent
     * moves it back when it takes a chunk back, with a new tag, so that a late "move on" from before fails. The first
     * claims follow on the same line: whoever takes a chunk of a small job touches one line and not two. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t cursor;
};

enum prong_worker_state { PRONG_WORKER_FORKED, PRONG_WORKER_ATTACHED };
/* MEMORY: none for its partial. INIT: the caller's function failed. CTX: not what the parent sees. INPUT + i: a SIGBUS in
 * input i. */
enum prong_worker_fault {
    PRONG_FAULT_NONE,
    PRONG_FAULT_MEMORY,
    PRONG_FAULT_INIT,
    PRONG_FAULT_CTX,
    PRONG_FAULT_INPUT
};

/* Written by one worker, read by the parent; the parent clears it before it forks the worker. */
struct prong_record {
    /* {generation:31, k:32, buffer:1}: this worker's claims 1 … k of that job are published, and (commutative) all of them
     * are merged in its slot `buffer`. The release store of this word is what makes a chunk DONE, and nothing else does. It
     * survives the worker: one that is forked in its place goes on from it. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t published;
    _Atomic uint64_t turn;   /* {generation, inside:1}: see pool/turn.h; the parent may bar the worker from a job */
    _Atomic int64_t since;   /* in a timed job: clock at which it went for its present chunk; 0: it has none */
    _Atomic uint32_t sleeping; /* it waits for the next generation in the kernel, or is about to */
    _Atomic uint32_t state;  /* enum prong_worker_state */
    _Atomic uint32_t fault;  /* enum prong_worker_fault: why it left, where the exit status cannot tell */
    _Atomic uint64_t fault_offset; /* where in the input */
};

/* A place for one chunk. */
struct prong_claim {
    /* FREE {generation, 0, chunk} or TAKEN {generation, owner + 1, k}: see pool/claim.h. FREE is written by the
     * parent alone, TAKEN by the worker that swaps it in. */
    _Atomic uint64_t word;
    /* What the caller's function returned. Written by the owner before it publishes, read by the parent after. */
    int32_t outcome;
    uint32_t reserved;
};

/* Offsets into the segment; computed by the parent before there is a segment, and inherited by workers at the fork. */
struct prong_layout {
    uint32_t workers;
    uint64_t places; /* the largest window of a job; there is one more, for gatherings */
    size_t slots_size, areas_size, arena_size;
    size_t notes_size; /* 0: nobody wants to be told of steps */
    size_t line;     /* slots begin at multiples of this; 0: of the false-sharing size */
    size_t job_size; /* room for what task.job points to */
    size_t job, records, claims, slots, areas, arena, notes, size;
};

/* Fills in the offsets from the fields above them. False if the size does not fit in a size_t. */
bool prong_layout_plan(struct prong_layout *layout);

/* What a job asks of the segment. */
struct prong_needs {
    uint64_t chunks;
    uint64_t window; /* at most so many places; 0: as many as there are */
    bool commutative;
    size_t partial_size;
    size_t area_size; /* 0: none */
    bool gathers;
    uint32_t levels;
};

/* How a job with such needs would use the segment: the window is as large as there is room for. False if there is room for
 * none. */
bool prong_layout_fit(const struct prong_layout *layout, const struct prong_needs *needs, struct prong_task *task);

/* The bytes that `count` slots or areas of this size take. False if that does not fit in a size_t. */
bool prong_layout_bytes(const struct prong_layout *layout, uint64_t count, size_t each, size_t *bytes);

/* Writes the header into a segment of zeroes. Returns 0 or an errno. */
int prong_layout_format(const struct prong_layout *layout, void *base);

static inline struct prong_header *prong_header_at(void *base)
{
    return base;
}

static inline struct prong_record *prong_record_at(const struct prong_layout *layout, void *base, uint32_t worker)
{
    return (struct prong_record *)(void *)((char *)base + layout->records) + worker;
}

/* A division costs as much as the rest of a claim. */
static inline uint64_t prong_place_of(void *base, uint64_t chunk)
{
    uint64_t window = prong_header_at(base)->task.window;
    return chunk < window ? chunk : chunk % window;
}

static inline struct prong_claim *prong_claim_at(const struct prong_layout *layout, void *base, uint64_t chunk)
{
    return (struct prong_claim *)(void *)((char *)base + layout->claims) + prong_place_of(base, chunk);
}

/* The place that a gathering is claimed at. */
static inline struct prong_claim *prong_gathering_at(const struct prong_layout *layout, void *base)
{
    return (struct prong_claim *)(void *)((char *)base + layout->claims) + layout->places;
}

/* Ordered: the slot of a chunk. Commutative: the worker's slot of that buffer. */
static inline void *prong_slot_at(const struct prong_layout *layout, void *base, uint64_t chunk)
{
    const struct prong_task *task = &prong_header_at(base)->task;
    return (char *)base + layout->slots + (size_t)prong_place_of(base, chunk) * task->stride;
}

static inline void *prong_buffer_at(const struct prong_layout *layout, void *base, uint32_t worker, unsigned buffer)
{
    return (char *)base + layout->slots + ((size_t)worker * 2 + buffer) * prong_header_at(base)->task.stride;
}

static inline void *prong_area_at(const struct prong_layout *layout, void *base, uint64_t chunk)
{
    const struct prong_task *task = &prong_header_at(base)->task;
    return (char *)base + layout->areas + (size_t)prong_place_of(base, chunk) * task->area_stride;
}

#endif
