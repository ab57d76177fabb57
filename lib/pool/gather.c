/* SPDX-License-Identifier: MIT */
/* Combining in a worker, so that a crash in combine costs a worker and not the host. The parent says from time to time
 * "combine the chunks first … end-1 into the tree" or, at last, "and finish it"; that gathering is claimed, computed,
 * published and taken back like a chunk, at a place of its own (claim.h).
 *
 * The tree's levels stand in the segment, two slots each. A gathering reads the current slot of each level and writes the
 * levels that it changes to the other, so that it can be done again as often as its worker dies; when it is DONE the parent
 * turns to those others. It is the same tree as the parent's (tree.h), pushed in the same order: so the bits are the same.
 *
 *     slots   chunk 0 … window-1 | level 0: a b | level 1: a b | … | result
 *             worker 0: a b | worker 1: a b | …                    | result     (commutative: one gathering, at the end)
 *
 * Places of chunks become free when the gathering that has read them is DONE. Workers leave only when the last one is:
 * until then there is something to come, and they wait. */
#include "config.h"

#include "pool/gather.h"

#include "base/error.h"
#include "base/fault.h"
#include "pool/crew.h"

#include <string.h>

static void *slot_at(struct prong_board board, uint64_t i)
{
    const struct prong_task *task = &prong_header_at(board.base)->task;
    uint64_t first = task->commutative ? (uint64_t)board.layout->workers * 2 : task->window;

    return (char *)board.base + board.layout->slots + (size_t)(first + i) * task->stride;
}

static void *level_at(struct prong_board board, unsigned level, unsigned buffer)
{
    return slot_at(board, (uint64_t)level * 2 + buffer);
}

static void *result_at(struct prong_board board)
{
    return slot_at(board, (uint64_t)prong_header_at(board.base)->task.levels * 2);
}

uint32_t prong_job_levels(const struct prong_job_spec *job)
{
    uint64_t chunks = job->chunks < PRONG_MAX_CHUNKS ? job->chunks : PRONG_MAX_CHUNKS;
    uint32_t levels = 1;

    if (!job->combine_in_worker || job->commutative)
        return 0;
    while (chunks >> levels)
        levels++;
    return levels;
}

/* Is level i of a tree of `after` partials another than in the tree of `before`, which it has grown from? */
static bool changes(uint64_t before, uint64_t after, unsigned i)
{
    return (after >> i & 1) && after >> i != before >> i;
}

/* ---- Worker ---- */

int prong_gather_buffers(struct prong_board board, const struct prong_job_spec *job, void *result, bool in_worker)
{
    int outcome = prong_job_init_partial(job, result);

    for (uint32_t i = 0; i < board.layout->workers && outcome == 0; i++) {
        struct prong_published published = prong_claim_published(board, i);
        if (published.k == 0)
            continue;
        if (in_worker)
            PRONG_FAULT("worker-combining");
        else
            PRONG_FAULT("parent-combine");
        outcome = job->combine(result, prong_buffer_at(board.layout, board.base, i, published.buffer), job->ctx);
    }
    return outcome;
}

/* The result's slot, like the levels' other slots, is nobody's before this is published: it is written to at once. */
int prong_gather_compute(struct prong_board board, const struct prong_job_spec *job, void *room)
{
    const struct prong_gather *gather = &prong_header_at(board.base)->gather;
    const uint32_t levels = prong_header_at(board.base)->task.levels;
    struct prong_tree tree = { .job = job, .count = gather->count, .in_worker = true };

    if (job->commutative)
        return prong_gather_buffers(board, job, result_at(board), true);
    for (unsigned i = 0; i < levels; i++) {
        tree.level[i] = (char *)room + (size_t)i * job->partial_size;
        if (gather->count >> i & 1)
            memcpy(tree.level[i], level_at(board, i, gather->buffers >> i & 1), job->partial_size);
    }
    for (uint64_t chunk = gather->first; chunk < gather->end; chunk++)
        if (prong_tree_push(&tree, prong_slot_at(board.layout, board.base, chunk), NULL) != PRONG_OK)
            return tree.outcome;
    if (gather->last)
        return prong_tree_finish(&tree, result_at(board), NULL) == PRONG_OK ? 0 : tree.outcome;
    for (unsigned i = 0; i < levels; i++)
        if (changes(gather->count, tree.count, i))
            memcpy(level_at(board, i, (gather->buffers >> i & 1) ^ 1), tree.level[i], job->partial_size);
    return 0;
}

/* ---- Parent ---- */

static void move_base(struct prong_pool *pool, uint64_t to)
{
    for (; pool->base < to; pool->base++)
        *prong_crew_attempts(pool, pool->base) = 0;
}

/* Nothing more will come: workers that wait may leave. */
static void close_job(struct prong_pool *pool)
{
    pool->gathered = true;
    prong_claim_set_limit(pool->board, pool->limit, true);
}

static prong_status collect(struct prong_pool *pool, prong_error *err)
{
    struct prong_gather *gather = &prong_header_at(pool->board.base)->gather;
    uint64_t count = gather->count + (gather->end - gather->first);
    int outcome;

    if (!pool->gathering || !prong_claim_gathered(pool->board, &outcome))
        return PRONG_OK;
    pool->gathering = false;
    pool->gather_attempts = 0;
    if (outcome)
        return prong_job_function_failed("combine", outcome, err);
    for (unsigned i = 0; i < prong_header_at(pool->board.base)->task.levels; i++)
        if (changes(gather->count, count, i))
            gather->buffers ^= UINT64_C(1) << i;
    gather->count = count;
    move_base(pool, gather->end);
    if (gather->last)
        close_job(pool);
    return PRONG_OK;
}

/* When half of the window waits to be read, so that workers always find something to claim. */
static void propose(struct prong_pool *pool)
{
    struct prong_header *header = prong_header_at(pool->board.base);
    bool last = pool->ready == pool->total;

    if (pool->gathering || pool->gathered)
        return;
    /* There will be no result: chunks are done for what else they do. Those of a commutative job are merged already. */
    if (pool->job->commutative || pool->lost.status)
        move_base(pool, pool->ready);
    if (last && pool->lost.status)
        close_job(pool);
    else if (last || pool->ready - pool->base > header->task.window / 2) {
        header->gather.first = pool->base;
        header->gather.end = pool->ready;
        header->gather.last = last;
        pool->gathering = true;
        prong_claim_offer_gathering(pool->board);
    }
}

void prong_gather_begin(struct prong_pool *pool)
{
    prong_header_at(pool->board.base)->gather = (struct prong_gather){ .count = 0 };
    pool->ready = 0;
    pool->gather_attempts = 0;
}

prong_status prong_gather_turn(struct prong_pool *pool, prong_error *err)
{
    prong_status status = collect(pool, err);

    if (status == PRONG_OK)
        propose(pool);
    return status;
}

void prong_gather_result(struct prong_pool *pool, void *result)
{
    memcpy(result, result_at(pool->board), pool->job->partial_size);
}

uint64_t prong_gather_range(struct prong_pool *pool, uint64_t *first, uint64_t *last)
{
    const struct prong_gather *gather = &prong_header_at(pool->board.base)->gather;
    uint64_t chunk = pool->job->commutative ? 0 : gather->first, ignored;

    pool->job->range(chunk, first, &ignored, pool->job->ctx);
    pool->job->range(gather->end - 1, &ignored, last, pool->job->ctx);
    return chunk;
}
