/* SPDX-License-Identifier: MIT */
/* Who is inside a job. A worker may wake up late, or be stopped, or have died in its sleep: a job that others have done need not
 * wait for it. So a worker enters each job by a compare-and-swap, and when everything is DONE the parent bars those that have
 * not, by another one on the same word. Exactly one of the two succeeds:
 *
 *     worker                                     parent
 *     look at turn, then g = generation          everything of g is DONE, nobody is inside
 *     turn: any older, over -> g, inside         turn: any older, over -> g, over
 *         swapped: reads the task, claims …          swapped: the worker cannot enter g any more
 *         found g, over: looks again, waits          found g, inside: waits until it has left
 *     turn = g, over: it will not touch          writes the task of g + 1, generation = g + 1
 *         this job any more
 *
 * A generation only grows, so a swap that was prepared for an older one fails. tests/model/bell.pml verifies this with what wakes
 * whom. A worker that dies inside stays so until its parent has reaped it and takes its turn (prong_turn_set). */
#ifndef PRONG_POOL_TURN_H
#define PRONG_POOL_TURN_H

#include "ipc/layout.h"

static inline uint64_t prong_turn_over(uint32_t generation)
{
    return (uint64_t)generation << 1;
}

static inline uint64_t prong_turn_inside(uint32_t generation)
{
    return (uint64_t)generation << 1 | 1;
}

/* Worker: enters job *generation; false: there is none that it may enter. The turn is read before generation: the other way
 * round, one that is read after the worker has been barred from a later job would let it into the earlier one. A swap that fails
 * says that the worker was barred meanwhile, maybe from an earlier job than *generation: it looks again. */
static inline bool prong_turn_enter(struct prong_record *record, const struct prong_header *header, uint32_t *generation)
{
    uint64_t turn;

    do {
        turn = atomic_load(&record->turn);
        *generation = atomic_load(&header->generation);
        if (turn == prong_turn_over(*generation))
            return false;
    } while (!atomic_compare_exchange_weak(&record->turn, &turn, prong_turn_inside(*generation)));
    return true;
}

/* Worker, inside. */
static inline void prong_turn_leave(struct prong_record *record, uint32_t generation)
{
    atomic_store(&record->turn, prong_turn_over(generation));
}

static inline bool prong_turn_is_inside(const struct prong_record *record, uint32_t generation)
{
    return atomic_load(&record->turn) == prong_turn_inside(generation);
}

static inline bool prong_turn_is_over(const struct prong_record *record, uint32_t generation)
{
    return atomic_load(&record->turn) == prong_turn_over(generation);
}

/* Parent: false: the worker is inside. */
static inline bool prong_turn_bar(struct prong_record *record, uint32_t generation)
{
    uint64_t turn = atomic_load(&record->turn);

    while (turn != prong_turn_inside(generation) && turn != prong_turn_over(generation))
        if (atomic_compare_exchange_weak(&record->turn, &turn, prong_turn_over(generation)))
            return true;
    return turn == prong_turn_over(generation);
}

/* Parent, while there is no such worker: the last job that the next one there need not look at. */
static inline void prong_turn_set(struct prong_record *record, uint32_t generation)
{
    atomic_store(&record->turn, prong_turn_over(generation));
}

#endif
