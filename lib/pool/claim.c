/* SPDX-License-Identifier: MIT */
/* Claim, publish, take back: see claim.h for the interleavings. Everything here is a single atomic step on one
 * word; there is no state between two steps that a death could leave half done. */
#include "config.h"

#include "pool/claim.h"

#include "base/clock.h"
#include "base/fault.h"

enum { K_BITS = 32, OWNER_BITS = 12, GENERATION_BITS = 20, CURSOR_BITS = 40 };

#define K_MASK ((UINT64_C(1) << K_BITS) - 1)
#define OWNER_MASK ((UINT64_C(1) << OWNER_BITS) - 1)
#define GENERATION_MASK ((UINT32_C(1) << GENERATION_BITS) - 1)
#define CHUNK_MASK ((UINT64_C(1) << CURSOR_BITS) - 1)

static uint64_t word_of(uint32_t generation, uint64_t owner_plus_1, uint64_t low)
{
    return (uint64_t)generation << (K_BITS + OWNER_BITS) | owner_plus_1 << K_BITS | (low & K_MASK);
}

/* As far as a word holds it. That is enough: no job begins while a worker is inside another. */
static uint32_t generation_of(struct prong_board board)
{
    return board.generation & GENERATION_MASK;
}

/* Moves the cursor from the value that was read; a cursor that has changed meanwhile stays. */
static void move_on(struct prong_header *header, uint64_t seen)
{
    atomic_compare_exchange_strong(&header->cursor, &seen, seen + 1);
}

/* The word of a gathering that is free; what it is, header.gather says. */
static uint64_t free_gathering(struct prong_board board)
{
    return word_of(generation_of(board), 0, 1);
}

/* Before the claim: a worker that stops right after it must not hold its chunk without a deadline. */
static void begins(struct prong_board board, uint32_t worker)
{
    if (prong_header_at(board.base)->task.timed)
        atomic_store_explicit(&prong_record_at(board.layout, board.base, worker)->since, prong_now(), memory_order_relaxed);
}

void prong_claim_ends(struct prong_board board, uint32_t worker)
{
    if (prong_header_at(board.base)->task.timed)
        atomic_store_explicit(&prong_record_at(board.layout, board.base, worker)->since, 0, memory_order_relaxed);
}

static bool take_gathering(struct prong_board board, uint32_t worker, uint64_t k)
{
    struct prong_claim *claim = prong_gathering_at(board.layout, board.base);
    uint64_t word = free_gathering(board);

    if (atomic_load(&claim->word) != word)
        return false;
    begins(board, worker);
    return atomic_compare_exchange_strong(&claim->word, &word, word_of(generation_of(board), worker + 1, k));
}

/* Is there nothing at chunk, the cursor's, or behind it, and never will be? limit is read after closed: then it is final. */
static bool is_last(const struct prong_header *header, bool closed, uint64_t limit, uint64_t stop, uint64_t chunk)
{
    return closed ? chunk >= limit || chunk >= stop : chunk >= stop && !header->task.gathers;
}

uint64_t prong_claim_take(struct prong_board board, uint32_t worker, uint64_t k, uint32_t *heard)
{
    struct prong_header *header = prong_header_at(board.base);
    uint32_t generation = generation_of(board);

    for (;;) {
        uint64_t limit, stop, seen, chunk, word;
        bool closed;

        *heard = prong_bell_listen(&header->bell);
        if (header->task.gathers && take_gathering(board, worker, k))
            return PRONG_GATHERING;
        closed = atomic_load(&header->closed);
        limit = atomic_load(&header->limit);
        stop = atomic_load(&header->stop);
        seen = atomic_load(&header->cursor);
        chunk = seen & CHUNK_MASK;
        if (chunk >= stop || chunk >= limit) {
            prong_claim_ends(board, worker);
            return is_last(header, closed, limit, stop, chunk) ? PRONG_NO_CHUNK : PRONG_NO_CHUNK_YET;
        }
        word = word_of(generation, 0, chunk);
        begins(board, worker);
        if (atomic_compare_exchange_strong(&prong_claim_at(board.layout, board.base, chunk)->word, &word,
                                           word_of(generation, worker + 1, k))) {
            PRONG_FAULT("worker-taken");
            move_on(header, seen);
            return chunk;
        }
        move_on(header, seen);
    }
}

bool prong_claim_exhausted(struct prong_board board)
{
    struct prong_header *header = prong_header_at(board.base);
    bool closed = atomic_load(&header->closed);
    uint64_t limit = atomic_load(&header->limit), stop = atomic_load(&header->stop);

    return is_last(header, closed, limit, stop, atomic_load(&header->cursor) & CHUNK_MASK);
}

void prong_claim_publish(struct prong_board board, uint32_t worker, unsigned buffer, uint64_t k)
{
    struct prong_record *record = prong_record_at(board.layout, board.base, worker);
    uint64_t generation = board.generation & PRONG_PUBLISHED_GENERATIONS;

    atomic_store_explicit(&record->published, generation << 33 | k << 1 | buffer, memory_order_release);
}

bool prong_claim_runs_short(struct prong_board board)
{
    struct prong_header *header = prong_header_at(board.base);
    uint64_t limit = atomic_load_explicit(&header->limit, memory_order_relaxed);
    uint64_t cursor = atomic_load_explicit(&header->cursor, memory_order_relaxed) & CHUNK_MASK;

    return limit <= cursor + header->task.window / 2 && !atomic_load(&header->closed);
}

void prong_claim_stop_after(struct prong_board board, uint64_t chunk)
{
    struct prong_header *header = prong_header_at(board.base);
    uint64_t stop = atomic_load(&header->stop);

    while (chunk + 1 < stop && !atomic_compare_exchange_weak(&header->stop, &stop, chunk + 1))
        ;
}

void prong_claim_offer(struct prong_board board, uint64_t chunk)
{
    uint32_t generation = generation_of(board);
    atomic_store(&prong_claim_at(board.layout, board.base, chunk)->word, word_of(generation, 0, chunk));
}

/* The owner of a place that is TAKEN in this generation, or -1. */
static int64_t owner_of(struct prong_board board, uint64_t word)
{
    uint64_t owner_plus_1 = word >> K_BITS & OWNER_MASK;

    if (word >> (K_BITS + OWNER_BITS) != generation_of(board) || owner_plus_1 == 0)
        return -1;
    return (int64_t)owner_plus_1 - 1;
}

static bool is_published(struct prong_board board, uint64_t word, int64_t owner)
{
    return (word & K_MASK) <= prong_claim_published(board, (uint32_t)owner).k;
}

static bool is_done(struct prong_board board, struct prong_claim *claim, int *outcome)
{
    uint64_t word = atomic_load(&claim->word);
    int64_t owner = owner_of(board, word);

    if (owner < 0 || !is_published(board, word, owner))
        return false;
    *outcome = claim->outcome;
    return true;
}

bool prong_claim_done(struct prong_board board, uint64_t chunk, int *outcome)
{
    return is_done(board, prong_claim_at(board.layout, board.base, chunk), outcome);
}

static bool holds(struct prong_board board, uint32_t worker, const struct prong_claim *claim)
{
    uint64_t word = atomic_load(&claim->word);
    return owner_of(board, word) == (int64_t)worker && !is_published(board, word, worker);
}

bool prong_claim_holds(struct prong_board board, uint32_t worker, uint64_t chunk)
{
    return holds(board, worker, prong_claim_at(board.layout, board.base, chunk));
}

void prong_claim_offer_gathering(struct prong_board board)
{
    struct prong_header *header = prong_header_at(board.base);

    atomic_store(&prong_gathering_at(board.layout, board.base)->word, free_gathering(board));
    prong_bell_ring(&header->bell, PRONG_MAX_WORKERS);
}

bool prong_claim_gathered(struct prong_board board, int *outcome)
{
    return is_done(board, prong_gathering_at(board.layout, board.base), outcome);
}

bool prong_claim_holds_gathering(struct prong_board board, uint32_t worker)
{
    return holds(board, worker, prong_gathering_at(board.layout, board.base));
}

bool prong_claim_gathering_waits(struct prong_board board)
{
    return atomic_load(&prong_gathering_at(board.layout, board.base)->word) == free_gathering(board);
}

void prong_claim_bury(struct prong_board board, uint32_t worker, uint64_t chunk)
{
    /* The largest k is never published: PRONG_MAX_CHUNKS keeps k below it. */
    uint32_t generation = generation_of(board);
    atomic_store(&prong_claim_at(board.layout, board.base, chunk)->word, word_of(generation, worker + 1, K_MASK));
}

void prong_claim_take_back(struct prong_board board, uint64_t chunk)
{
    struct prong_header *header = prong_header_at(board.base);
    uint64_t cursor = atomic_load(&header->cursor);
    uint64_t back;

    prong_claim_offer(board, chunk);
    do {
        uint64_t from = cursor & CHUNK_MASK;
        uint64_t tag = (cursor >> CURSOR_BITS) + 1;
        back = tag << CURSOR_BITS | (chunk < from ? chunk : from);
    } while (!atomic_compare_exchange_weak(&header->cursor, &cursor, back));
    prong_bell_ring(&header->bell, PRONG_MAX_WORKERS);
}

/* A line that others have read and that is not written to stays in their caches. */
static void set(_Atomic uint64_t *at, uint64_t value)
{
    if (atomic_load_explicit(at, memory_order_relaxed) != value)
        atomic_store_explicit(at, value, memory_order_relaxed);
}

/* Relaxed, since nobody looks before generation is stored. */
void prong_claim_begin(struct prong_board board, uint64_t limit, bool closed)
{
    struct prong_header *header = prong_header_at(board.base);

    for (uint64_t chunk = 0; chunk < limit; chunk++)
        atomic_store_explicit(&prong_claim_at(board.layout, board.base, chunk)->word,
                              word_of(generation_of(board), 0, chunk), memory_order_relaxed);
    if (header->task.gathers)
        atomic_store_explicit(&prong_gathering_at(board.layout, board.base)->word, 0, memory_order_relaxed);
    set(&header->cursor, 0);
    set(&header->stop, UINT64_MAX);
    set(&header->limit, limit);
    if (atomic_load_explicit(&header->closed, memory_order_relaxed) != closed)
        atomic_store_explicit(&header->closed, closed, memory_order_relaxed);
}

void prong_claim_set_limit(struct prong_board board, uint64_t limit, bool closed)
{
    struct prong_header *header = prong_header_at(board.base);
    uint64_t before = atomic_load(&header->limit);

    /* limit first: a worker that sees closed must see the final limit. It reads closed first, for the same reason. */
    atomic_store(&header->limit, limit);
    if (closed)
        atomic_store(&header->closed, 1);
    prong_bell_ring(&header->bell, closed || limit - before > PRONG_MAX_WORKERS ? PRONG_MAX_WORKERS : (int)(limit - before));
}
