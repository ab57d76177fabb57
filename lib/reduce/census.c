/* SPDX-License-Identifier: MIT */
/* How often each value occurs. A sample tells whether values repeat: if they do, each chunk counts its own in a table and hands
 * over a short list, which the parent adds to a table of all:
 *
 *     chunk (a worker): table in the output area, packed      ->      parent: one table, which grows
 *
 * If they do not, if a chunk's values are too many for its table, or the parent's would outgrow the memory limit, the elements
 * are divided by value, and each worker counts the whole of a part: census_parts.c. */
#include "config.h"

#include "reduce/census.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* A chunk begins with a table that stays in the first cache, and goes on to larger ones, up to one for all that repeats enough to
 * be worth it: each place of a table has to be cleared, and to be fetched. Chunks are large, since the parent adds up what is
 * different in each. */
enum { FEW = 1 << 12, GRAIN = 1 << 21, LEAST_GRAIN = 1 << 16, TABLES = 3 };

static const uint64_t places[TABLES] = { FEW, 1 << 16, 1 << 18 };

/* Of the elements of a sample, so many of 4 may be different where chunks can be expected to shrink. */
enum { DIFFERENT_OF_4 = 3 };

struct chunk_partial {
    struct prong_pass_head head;
    uint64_t entries, nans;
    uint64_t minus_zeros;
    uint64_t level, full; /* the table that is used now; the last one is full too */
};

/* Bytes of so many tables. */
static size_t size_of(uint64_t tables)
{
    size_t size = 0;

    for (uint64_t i = 0; i < tables; i++)
        size += prong_distinct_size(places[i]);
    return size;
}

static struct prong_distinct *table_of(void *area, uint64_t level)
{
    return (struct prong_distinct *)((uintptr_t)area + size_of(level));
}

static void begin_chunk(void *partial, void *area, uint64_t chunk, const void *params)
{
    (void)partial;
    (void)chunk;
    (void)params;
    prong_distinct_init(table_of(area, 0), FEW, 0, 1);
}

static void move(struct chunk_partial *p, void *area)
{
    struct prong_distinct *small = table_of(area, p->level), *large = table_of(area, p->level + 1);
    size_t n;

    p->level++;
    prong_distinct_init(large, places[p->level], 0, 1);
    large->nan = small->nan;
    n = prong_distinct_pack(small);
    prong_distinct_merge(large, small->at, n);
}

static void take_chunk(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                       struct prong_scratch *scratch, const void *params)
{
    struct prong_ranked what = { .domain = domain };
    enum prong_order_domain order = prong_order_domain_of(&what);
    struct chunk_partial *p = partial;
    size_t taken = prong_distinct_add(table_of(area, p->level), order, batch->f, batch->n);

    (void)scratch;
    (void)params;
    while (taken < batch->n && p->level + 1 < TABLES) {
        move(p, area);
        taken += prong_distinct_add(table_of(area, p->level), order, batch->u + taken, batch->n - taken);
    }
    if (taken < batch->n)
        p->full = p->head.done = 1;
    for (size_t i = 0; domain == PRONG_DOMAIN_F64 && i < batch->n; i++)
        p->minus_zeros += batch->u[i] == UINT64_C(1) << 63;
}

static void end_chunk(void *partial, void *area, const void *params)
{
    struct chunk_partial *p = partial;
    struct prong_distinct *table = table_of(area, p->level);

    (void)params;
    p->nans = table->nan;
    p->entries = p->full ? 0 : prong_distinct_pack(table);
}

/* ---- In the parent ---- */

struct gathering {
    struct prong_distinct *table;
    size_t most; /* bytes of it */
    uint64_t nans, minus_zeros;
    bool gave_up;
};

/* A table of twice the size with the same entries. */
static bool grow(struct gathering *g)
{
    uint64_t capacity = g->table ? 2 * g->table->capacity : FEW;
    size_t bytes = prong_distinct_size(capacity), n;
    struct prong_distinct *larger = bytes && bytes <= g->most ? malloc(bytes) : NULL;

    if (!larger)
        return false;
    prong_distinct_init(larger, capacity, 0, 1);
    if (g->table) {
        n = prong_distinct_pack(g->table);
        prong_distinct_merge(larger, g->table->at, n);
    }
    free(g->table);
    g->table = larger;
    return true;
}

static int receive_chunk(const void *partial, const void *area, void *receiver)
{
    const struct chunk_partial *p = partial;
    const struct prong_distinct *table = (const struct prong_distinct *)((uintptr_t)area + size_of(p->level));
    struct gathering *g = receiver;
    size_t taken = 0;

    g->nans += p->nans;
    g->minus_zeros += p->minus_zeros;
    g->gave_up = p->full != 0;
    while (!g->gave_up && (taken += prong_distinct_merge(g->table, table->at + taken, p->entries - taken)) < p->entries)
        g->gave_up = !grow(g);
    return g->gave_up;
}

/* The table's entries as a sorted list. What it took for +0 is -0 in part. */
static bool list_table(const struct gathering *g, struct prong_tally *tally)
{
    struct prong_distinct_entry *zero;
    size_t n;

    if (!prong_tally_reserve(tally, (size_t)g->table->used + 1))
        return false;
    n = prong_distinct_extract(g->table, tally->entry);
    for (size_t i = 0; i < n; i++)
        tally->n += tally->entry[i].count;
    tally->count = n;
    zero = tally->entry;
    while (g->minus_zeros && zero->key != 0)
        zero++;
    if (g->minus_zeros && zero->count == g->minus_zeros) {
        zero->key = PRONG_KEY_MINUS_ZERO;
    } else if (g->minus_zeros) {
        memmove(zero + 1, zero, (size_t)(tally->entry + n - zero) * sizeof *zero);
        zero[1].count -= g->minus_zeros;
        zero[0] = (struct prong_distinct_entry){ PRONG_KEY_MINUS_ZERO, g->minus_zeros };
        tally->count++;
    }
    return true;
}

static uint64_t grain_for(const struct prong_multi *multi)
{
    uint64_t all = 0, grain;

    for (size_t i = 0; i < multi->passes.count; i++)
        all += prong_source_units(&multi->passes.sources[i]);
    grain = all / 64;
    return grain < LEAST_GRAIN ? LEAST_GRAIN : grain > GRAIN ? GRAIN : grain;
}

/* *done is false where another way must be taken. */
static prong_status gather(struct prong_multi *multi, struct prong_census *census, bool *done, prong_error *err)
{
    struct gathering g = { .most = (size_t)(multi->memory_limit / 2) };
    struct prong_pass pass = { .partial_size = sizeof(struct chunk_partial),
                               .output_size = size_of(TABLES),
                               .grain = grain_for(multi),
                               .begin = begin_chunk,
                               .take = take_chunk,
                               .end = end_chunk,
                               .deliver = receive_chunk,
                               .receiver = &g };
    struct prong_pass_head head;
    prong_error mine = PRONG_ERROR_INIT;
    prong_status status;

    *done = false;
    if (!grow(&g))
        return PRONG_OK;
    status = prong_pass_run(&multi->passes, &pass, &head, &mine);
    *done = status == PRONG_OK;
    if (status && g.gave_up)
        status = PRONG_OK;
    else if (status)
        prong_error_copy(err, &mine);
    if (*done) {
        multi->head = head;
        multi->nans = census->tally.nans = g.nans;
        if (g.table->used > census->most && census->wants_list)
            status = prong_census_too_many(census, err);
        else if (!list_table(&g, &census->tally))
            status = prong_fail(err, PRONG_ENOMEM, "%llu distinct values", (unsigned long long)g.table->used);
    }
    if (*done && status == PRONG_OK)
        census->frequencies = prong_frequencies_of(multi->domain, census->tally.entry, census->tally.count);
    free(g.table);
    return status;
}

prong_status prong_census_too_many(const struct prong_census *census, prong_error *err)
{
    return prong_fail(err, PRONG_ENOMEM, "more than %llu distinct values; %s", (unsigned long long)census->most, census->remedy);
}

void prong_census_room(const struct prong_multi *multi, struct prong_pool_room *room)
{
    size_t area = size_of(TABLES);

    if (room->partial_size < sizeof(struct chunk_partial))
        room->partial_size = sizeof(struct chunk_partial);
    if (room->area_size < area)
        room->area_size = area;
    prong_census_parts_room(multi, room);
}

static size_t different(const int64_t *sample, size_t n)
{
    size_t values = n > 0;

    for (size_t i = 1; i < n; i++)
        values += sample[i] != sample[i - 1];
    return values;
}

prong_status prong_census_take(struct prong_multi *multi, struct prong_census *census, prong_error *err)
{
    struct prong_ranked what = { .domain = multi->domain };
    bool done = false;
    int64_t *sample;
    size_t n;
    prong_status status = prong_ranks_sample(multi, &what, &sample, &n, err);

    if (status)
        return status;
    if (different(sample, n) <= n / 4 * DIFFERENT_OF_4 + FEW)
        status = gather(multi, census, &done, err);
    if (status == PRONG_OK && !done)
        status = prong_census_parts(multi, census, sample, n, err);
    free(sample);
    return status;
}
