/* SPDX-License-Identifier: MIT */
/* What stands where in the segment, and who may write it.
 *
 *   +--------+-----------+----------+---------------------+-------------------+
 *   | header | records   | claims   | slots               | blocks            |
 *   |        | 1 / worker| 1 / place| 1 / place (ordered) | 1 / place         |
 *   |        |           |          | 2 / worker (commut.)| (streams only)    |
 *   +--------+-----------+----------+---------------------+-------------------+
 *
 * A place is chunk % window. Fields that different processes write stand on different cache lines. */
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

struct prong_header {
    /* Written by the parent before the first fork, then constant. */
    uint64_t magic;
    uint32_t version;
    uint32_t workers;
    uint64_t window;    /* places for chunks */
    uint64_t creator;   /* pid of the parent */
    uint64_t size;      /* of the whole segment */
    uint32_t announce;  /* workers tell the parent of every published chunk, not only of their end */
    uint32_t generation; /* of the job: a claim or a slot of another generation is stale */

    /* {tag:24, chunk:40}. The lowest chunk that may be free: workers look from here and move it on; the parent
     * moves it back when it takes a chunk back, with a new tag, so that a late "move on" from before fails. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t cursor;
    /* Written by workers after they have published a chunk that ends the fold: chunks from here on are not needed.
     * Only ever lowered. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t stop;
    /* Written by the parent: chunks below limit may be claimed … */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t limit;
    /* … and once closed is set, limit is final: workers leave when they have reached it. */
    _Atomic uint32_t closed;
    /* Rung by the parent when limit, closed or cursor change; workers sleep on it. */
    alignas(PRONG_FALSE_SHARING_SIZE) struct prong_bell bell;
};

enum prong_worker_state { PRONG_WORKER_FORKED, PRONG_WORKER_ATTACHED };
/* PRONG_FAULT_INPUT + i: a SIGBUS in input i. */
enum prong_worker_fault { PRONG_FAULT_NONE, PRONG_FAULT_INPUT };

/* Written by one worker, read by the parent; the parent clears it before it forks the worker. */
struct prong_record {
    /* {buffer:1, k:63}: this worker's claims 1 … k are published, and (commutative) all of them are merged in its
     * slot `buffer`. The release store of this word is what makes a chunk DONE, and nothing else does. It survives
     * the worker: one that is forked in its place goes on from it. */
    alignas(PRONG_FALSE_SHARING_SIZE) _Atomic uint64_t published;
    _Atomic int64_t since;   /* clock at which it went for its present chunk; 0: it has none */
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
    uint64_t window;
    bool commutative;
    size_t partial_size;
    size_t stride; /* from slot to slot: partial_size, rounded up so that no two slots share a line */
    size_t block_size;
    size_t records, claims, slots, blocks, size;
};

/* Fills in the offsets from the fields above them. False if the size does not fit in a size_t. */
bool prong_layout_plan(struct prong_layout *layout, uint32_t workers, uint64_t window, bool commutative,
                       size_t partial_size, size_t block_size);

/* Writes the header into a segment of zeroes. Returns 0 or an errno. */
int prong_layout_format(const struct prong_layout *layout, void *base, bool announce);

static inline struct prong_header *prong_header_at(void *base)
{
    return base;
}

static inline struct prong_record *prong_record_at(const struct prong_layout *layout, void *base, uint32_t worker)
{
    return (struct prong_record *)(void *)((char *)base + layout->records) + worker;
}

static inline struct prong_claim *prong_claim_at(const struct prong_layout *layout, void *base, uint64_t chunk)
{
    return (struct prong_claim *)(void *)((char *)base + layout->claims) + chunk % layout->window;
}

/* Ordered: the slot of a chunk. Commutative: the worker's slot of that buffer. */
static inline void *prong_slot_at(const struct prong_layout *layout, void *base, uint64_t chunk)
{
    return (char *)base + layout->slots + (size_t)(chunk % layout->window) * layout->stride;
}

static inline void *prong_buffer_at(const struct prong_layout *layout, void *base, uint32_t worker, unsigned buffer)
{
    return (char *)base + layout->slots + ((size_t)worker * 2 + buffer) * layout->stride;
}

static inline void *prong_block_at(const struct prong_layout *layout, void *base, uint64_t chunk)
{
    return (char *)base + layout->blocks + (size_t)(chunk % layout->window) * layout->block_size;
}

#endif
