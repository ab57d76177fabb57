/* SPDX-License-Identifier: MIT */
/* The protocol by which chunks are claimed, published and taken back.
 *
 * A place's word is FREE {generation, 0, chunk} or TAKEN {generation, owner + 1, k}: the owner's k-th claim in this job. A
 * chunk is DONE iff its word is TAKEN and k is at most what its owner has published in this generation. So a death at any
 * instruction neither loses a chunk nor counts it twice:
 *
 *     worker w                                        parent
 *     --------                                        ------
 *  1  since = now
 *  2  c = cursor; c < limit
 *  3  CAS word[c]: FREE c -> TAKEN w, k               dies here or before: the word is FREE, nothing to do
 *  4  CAS cursor: c -> c + 1  (or anybody helps)
 *  5  compute c in private memory
 *  6  write the slot, then the outcome                dies in 3 … 7: TAKEN with k > published: reap, then
 *  7  published = {generation, k, buffer} (release)                 word[c] = FREE c; cursor = min(cursor, c) with a new tag
 *  8  outcome != 0: stop = min(stop, c + 1)           dies after 7: the chunk is DONE (acquire of published)
 *
 * The parent takes back only after the worker is dead, so a slot never has two writers. A worker that read the cursor
 * before a take-back and helps it on afterwards would strand the chunk: the tag in the cursor makes that swap fail. A place
 * is used for chunk + window only when its chunk was consumed: the FREE word names the chunk, so that a worker that slept
 * through a whole lap cannot take the wrong one. */
#ifndef PRONG_POOL_CLAIM_H
#define PRONG_POOL_CLAIM_H

#include "ipc/layout.h"

#define PRONG_NO_CHUNK UINT64_MAX
#define PRONG_NO_CHUNK_YET (UINT64_MAX - 1)
#define PRONG_GATHERING (UINT64_MAX - 2)
/* The word has 32 bits for k, and a worker may come to claim every chunk. */
#define PRONG_MAX_CHUNKS UINT64_C(0xfffffffe)
/* The word has 12 bits for the owner. */
enum { PRONG_MAX_WORKERS = 1024 };

struct prong_board {
    const struct prong_layout *layout;
    void *base;
    uint32_t generation; /* of the job that is asked about */
};

/* Parent: makes a chunk's place claimable; the chunk that had the place before has been consumed. Then raise limit. */
void prong_claim_offer(struct prong_board board, uint64_t chunk);

/* Worker: claims the lowest free chunk as its k-th claim. PRONG_NO_CHUNK: there is no more. PRONG_NO_CHUNK_YET: there may be
 * when the count of header.bell is not *heard any more. PRONG_GATHERING: instead, header.gather is to be done. */
uint64_t prong_claim_take(struct prong_board board, uint32_t worker, uint64_t k, uint32_t *heard);

/* Parent: would prong_claim_take say PRONG_NO_CHUNK to whoever asks? */
bool prong_claim_exhausted(struct prong_board board);

/* Worker: it is not at a chunk any more. */
void prong_claim_ends(struct prong_board board, uint32_t worker);

/* Worker: makes claim k DONE, after its slot and outcome are written. */
void prong_claim_publish(struct prong_board board, uint32_t worker, unsigned buffer, uint64_t k);

/* Is less than half of the window left to claim, and more to come? */
bool prong_claim_runs_short(struct prong_board board);

/* Worker: chunks after this published one are not needed. */
void prong_claim_stop_after(struct prong_board board, uint64_t chunk);

/* Parent: is this chunk DONE? If so the slot and *outcome may be read. */
bool prong_claim_done(struct prong_board board, uint64_t chunk, int *outcome);

/* Parent: does this worker hold the chunk, not published? */
bool prong_claim_holds(struct prong_board board, uint32_t worker, uint64_t chunk);

/* Parent, when the owner is dead: the chunk can be claimed again. */
void prong_claim_take_back(struct prong_board board, uint64_t chunk);

/* Parent: the same for the gathering, one at a time. header.gather says what it is, and is constant from the offer until it is
 * DONE. */
void prong_claim_offer_gathering(struct prong_board board);
bool prong_claim_gathered(struct prong_board board, int *outcome);
bool prong_claim_holds_gathering(struct prong_board board, uint32_t worker);
/* Is it offered and not yet claimed? */
bool prong_claim_gathering_waits(struct prong_board board);

/* Parent, while no worker is inside a job, before header.generation lets them look: chunks below limit are offered, and if
 * closed no others ever will be. None is needed less than another. */
void prong_claim_begin(struct prong_board board, uint64_t limit, bool closed);

/* Parent, when the owner is dead: the chunk will never be DONE, and nobody can claim it. */
void prong_claim_bury(struct prong_board board, uint32_t worker, uint64_t chunk);

/* Parent: chunks below limit may be claimed; closed: and no others ever. Wakes workers that sleep for want of a chunk. */
void prong_claim_set_limit(struct prong_board board, uint64_t limit, bool closed);

/* Parent: no chunk, and no gathering, is needed any more. */
static inline void prong_claim_stop(struct prong_board board)
{
    atomic_store(&prong_header_at(board.base)->stop, 0);
    atomic_store(&prong_gathering_at(board.layout, board.base)->word, 0);
}

/* What a worker has published in this job. A word of another generation says nothing, so nobody need clear it: only when
 * the bits for the generation come round must it be, and none of them is 0. */
#define PRONG_PUBLISHED_GENERATIONS UINT32_C(0x7fffffff)

struct prong_published {
    uint64_t k;      /* claims 1 … k */
    unsigned buffer; /* where their merged partial is, if commutative */
};

static inline struct prong_published prong_claim_published(struct prong_board board, uint32_t worker)
{
    const struct prong_record *record = prong_record_at(board.layout, board.base, worker);
    uint64_t word = atomic_load_explicit(&record->published, memory_order_acquire);
    bool present = word >> 33 == (board.generation & PRONG_PUBLISHED_GENERATIONS);

    return (struct prong_published){ present ? word >> 1 & UINT32_MAX : 0, present ? (unsigned)(word & 1) : 0 };
}

#endif
