/* SPDX-License-Identifier: MIT */
/* All groups, in the parent: a hash table from keys to entries, filled chunk by chunk, sorted at the end.
 *
 * A group has states only where these are worth their memory: one of few rows keeps the rows, which are smaller, and its states
 * are made when it has more, or is asked for. With states it collects a few rows before it adds them together: what adding costs
 * is mostly not the numbers. Rows are always added in their order.
 *
 * Many groups lie all over the memory, and the parent would wait for it at every step: so workers hand over hashes, and the
 * places that the next rows need are fetched ahead. */
#include "config.h"

#include "table/groups.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_ROWS = 64,         /* rows that a group without states keeps */
    COLLECTED = 4,          /* … and one with states */
    KEY_BYTES = 1 << 18,    /* keys are allocated together */
    FAR_AHEAD = 24, AHEAD = 12, NEAR_AHEAD = 6
};

struct entry {
    uint64_t hash;
    char *key; /* with a NUL behind it */
    void *states; /* NULL: there are none yet */
    uint64_t *rows; /* rows that are in no states: their indices, if these count for anything, and their numbers */
    uint32_t length;
    uint16_t have, room; /* rows */
};

struct keys {
    struct keys *next;
    size_t used, size;
    char bytes[];
};

struct prong_groups {
    struct entry *entries;
    size_t count, room;
    uint64_t *table; /* upper half of the hash, entry + 1; a power of two, at most half full */
    size_t table_size;
    struct keys *keys;
    uint64_t bytes, most;
    size_t words;       /* of a row that is kept */
    bool indexed;       /* the first of them is its index */
    unsigned most_rows; /* that a group without states keeps */
    /* Rows on their way to states, column by column. */
    double *values;
    uint64_t indices[MOST_ROWS];
    const double **columns;
    void *states; /* of a group that has none, or not all, while it is looked at */
    size_t shown; /* which; SIZE_MAX: none */
    const struct prong_table_work *work;
    struct prong_table_work finished; /* what is left of it */
};

/* Does it count for anything where a row stands? */
static bool needs_index(const struct prong_table_work *work)
{
    const unsigned without = PRONG_NEED_EXACT | PRONG_NEED_DOT | PRONG_NEED_PAIRS | PRONG_NEED_LOGS | PRONG_NEED_INVERSES |
                             PRONG_NEED_NONZERO | PRONG_NEED_NANS;
    unsigned needs = 0;

    for (size_t t = 0; t < work->target_count; t++)
        needs |= work->targets[t].plan.needs;
    return needs & ~without;
}

struct prong_groups *prong_groups_create(const struct prong_table_work *work, uint64_t most)
{
    struct prong_groups *g = calloc(1, sizeof *g);
    size_t slots = work->rows.slot_count, rows;

    if (!g)
        return NULL;
    g->most = most;
    g->work = work;
    g->shown = SIZE_MAX;
    g->indexed = needs_index(work);
    g->words = slots + g->indexed;
    rows = g->words ? work->states_size / (g->words * sizeof(uint64_t)) : MOST_ROWS;
    g->most_rows = (unsigned)(rows < COLLECTED ? COLLECTED : rows < MOST_ROWS ? rows : MOST_ROWS);
    g->table_size = 64;
    g->table = calloc(g->table_size, sizeof *g->table);
    g->columns = calloc(slots + 1, sizeof *g->columns);
    g->values = malloc((slots + 1) * MOST_ROWS * sizeof *g->values);
    g->states = malloc(work->states_size + 1);
    for (size_t k = 0; g->columns && k < slots; k++)
        g->columns[k] = g->values + k * MOST_ROWS;
    if (g->table && g->columns && g->values && g->states)
        return g;
    prong_groups_free(g);
    return NULL;
}

void prong_groups_free(struct prong_groups *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->count; i++) {
        free(g->entries[i].states);
        free(g->entries[i].rows);
    }
    for (struct keys *k = g->keys, *next; k; k = next) {
        next = k->next;
        free(k);
    }
    if (g->finished.adding)
        prong_adder_destroy(g->finished.adding->adder);
    free(g->finished.adding);
    free(g->entries);
    free(g->table);
    free(g->columns);
    free(g->values);
    free(g->states);
    free(g);
}

/* ---- Finding a group ---- */

static uint64_t tag_of(uint64_t hash)
{
    return hash >> 32 << 32;
}

static size_t home_of(const struct prong_groups *g, uint64_t hash)
{
    return (size_t)hash & (g->table_size - 1);
}

static size_t entry_of(uint64_t slot)
{
    return (size_t)(uint32_t)slot - 1;
}

/* Where the entry of that key is in the table, or would be. */
static size_t place_of(const struct prong_groups *g, uint64_t hash, const char *key, size_t length)
{
    size_t place = home_of(g, hash);

    for (; g->table[place]; place = (place + 1) & (g->table_size - 1)) {
        const struct entry *e = &g->entries[entry_of(g->table[place])];
        if (key && tag_of(g->table[place]) == tag_of(hash) && e->length == length && memcmp(e->key, key, length) == 0)
            break;
    }
    return place;
}

/* Asks for what row i and some behind it will need. */
static void fetch_ahead(const struct prong_groups *g, const uint64_t *hashes, uint64_t i, uint64_t n)
{
    uint64_t slot;

    if (i + FAR_AHEAD < n)
        __builtin_prefetch(&g->table[home_of(g, hashes[i + FAR_AHEAD])]);
    if (i + AHEAD < n && (slot = g->table[home_of(g, hashes[i + AHEAD])]))
        __builtin_prefetch(&g->entries[entry_of(slot)]);
    if (i + NEAR_AHEAD < n && (slot = g->table[home_of(g, hashes[i + NEAR_AHEAD])])) {
        const struct entry *e = &g->entries[entry_of(slot)];
        __builtin_prefetch(e->key);
        if (e->rows)
            __builtin_prefetch(e->rows + e->have * g->words, 1);
    }
}

/* ---- A new one ---- */

static bool grow(struct prong_groups *g)
{
    if (g->count == g->room) {
        size_t room = g->room ? g->room + g->room / 2 : 64;
        struct entry *larger = realloc(g->entries, room * sizeof *larger);
        if (!larger)
            return false;
        g->entries = larger;
        g->room = room;
    }
    if (2 * (g->count + 1) > g->table_size) {
        uint64_t *table = calloc(2 * g->table_size, sizeof *table);
        if (!table)
            return false;
        free(g->table);
        g->table = table;
        g->table_size *= 2;
        for (size_t i = 0; i < g->count; i++)
            g->table[place_of(g, g->entries[i].hash, NULL, 0)] = tag_of(g->entries[i].hash) | (i + 1);
    }
    return g->count < UINT32_MAX - 1;
}

static char *copy_key(struct prong_groups *g, const char *key, size_t length)
{
    char *copy;

    if (!g->keys || g->keys->size - g->keys->used < length + 1) {
        size_t size = length + 1 > KEY_BYTES ? length + 1 : KEY_BYTES;
        struct keys *more = malloc(sizeof *more + size);
        if (!more)
            return NULL;
        *more = (struct keys){ .next = g->keys, .size = size };
        g->keys = more;
    }
    copy = g->keys->bytes + g->keys->used;
    memcpy(copy, key, length);
    copy[length] = '\0';
    g->keys->used += length + 1;
    return copy;
}

/* Notes that so many bytes are needed. False: there is no room for them. */
static bool account(struct prong_groups *g, size_t bytes)
{
    if (g->bytes + bytes > g->most)
        return false;
    g->bytes += bytes;
    return true;
}

/* The entry of a key, a new one perhaps. NULL: there is no room for it. */
static struct entry *find(struct prong_groups *g, uint64_t hash, const char *key, size_t length)
{
    size_t place = place_of(g, hash, key, length);
    struct entry *e;

    if (g->table[place])
        return &g->entries[entry_of(g->table[place])];
    if (!account(g, length + 1 + sizeof(struct entry) + 3 * sizeof *g->table) || !grow(g))
        return NULL;
    e = &g->entries[g->count];
    *e = (struct entry){ .hash = hash, .key = copy_key(g, key, length), .length = (uint32_t)length };
    if (!e->key)
        return NULL;
    g->table[place_of(g, hash, NULL, 0)] = tag_of(hash) | (uint32_t)++g->count;
    return e;
}

/* ---- Its rows and its states ---- */

static void add_kept(struct prong_groups *g, const struct entry *e, void *states)
{
    if (e->have == 0)
        return;
    for (unsigned i = 0; i < e->have; i++) {
        const uint64_t *row = e->rows + i * g->words;
        g->indices[i] = g->indexed ? row[0] : 0;
        for (size_t k = 0; k < g->work->rows.slot_count; k++)
            memcpy(&g->values[k * MOST_ROWS + i], &row[k + g->indexed], sizeof(double));
    }
    prong_states_add(g->work, states, g->columns, e->have, 0, g->indices);
}

/* Sees to it that the group has states, and keeps no row outside of them. */
static bool make_states(struct prong_groups *g, struct entry *e)
{
    if (!e->states) {
        if (!account(g, g->work->states_size + 16) || !(e->states = malloc(g->work->states_size)))
            return false;
        prong_states_init(g->work, e->states);
    }
    add_kept(g, e, e->states);
    e->have = 0;
    if (e->room > COLLECTED) {
        g->bytes -= e->room * g->words * sizeof *e->rows;
        free(e->rows);
        e->rows = NULL;
        e->room = 0;
    }
    return true;
}

/* Makes room for another row. */
static bool make_room(struct prong_groups *g, struct entry *e)
{
    unsigned most = e->states ? COLLECTED : g->most_rows, room = e->states ? COLLECTED : e->room + e->room / 2 + 1;
    uint64_t *larger;

    if (e->have == most)
        return make_states(g, e) && (e->room > 0 || make_room(g, e));
    if (room > most)
        room = most;
    if (!account(g, (room - e->room) * g->words * sizeof *larger) ||
        !(larger = realloc(e->rows, room * g->words * sizeof *larger + 1)))
        return false;
    e->rows = larger;
    e->room = (uint16_t)room;
    return true;
}

static bool keep_row(struct prong_groups *g, struct entry *e, const double *values, uint64_t index)
{
    uint64_t *row;

    if (e->have == e->room && !make_room(g, e))
        return false;
    row = e->rows + e->have++ * g->words;
    if (g->indexed)
        *row++ = index;
    memcpy(row, values, g->work->rows.slot_count * sizeof *values);
    return true;
}

prong_status prong_groups_join(struct prong_groups *g, const struct prong_table_work *work, const void *area, uint64_t rows,
                               prong_error *err)
{
    const struct prong_groups_layout l = prong_groups_layout_of(work);
    const struct prong_groups_head *head = area;
    const unsigned char *bytes = area;
    const uint32_t *lengths = (const void *)(bytes + l.lengths);
    const uint64_t *hashes = (const void *)(bytes + l.hashes);
    const char *key = (const char *)(bytes + l.keys);
    const double *values = (const void *)(bytes + l.body);
    int outcome = 0;

    for (uint64_t i = 0; i < head->count; i++) {
        struct entry *e;
        bool there;
        fetch_ahead(g, hashes, i, head->count);
        e = find(g, hashes[i], key, lengths[i]);
        there = e && (head->rows ? keep_row(g, e, values + i * work->rows.slot_count, rows + i) : make_states(g, e));
        if (!there)
            return prong_fail(err, PRONG_ENOMEM, "more than %zu groups do not fit the memory limit of %llu bytes (--mem-limit)",
                              g->count, (unsigned long long)g->most);
        key += lengths[i];
        if (!head->rows)
            outcome |= prong_states_combine(work, e->states, bytes + l.body + i * work->states_size, rows);
    }
    return outcome ? prong_fail(err, PRONG_EINVAL, "states of a chunk do not go together") : PRONG_OK;
}

/* ---- When all are there ---- */

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = memcmp(x->key, y->key, x->length < y->length ? x->length : y->length);

    return order ? order : (x->length > y->length) - (x->length < y->length);
}

/* The first bytes of a key in their order; NULs behind a short one. */
static int64_t front_of(const struct entry *e)
{
    uint64_t front = 0;

    for (uint32_t i = 0; i < 8; i++)
        front = front << 8 | (i < e->length ? (unsigned char)e->key[i] : 0);
    return (int64_t)(front ^ UINT64_C(1) << 63);
}

struct ordered {
    int64_t front;
    size_t entry;
};

#define ITEM struct ordered
#define KEY(v) ((v).front)
#define SORT sort_ordered
#include "order/radix.h"

/* By the fronts of keys first, which needs no look at the keys: then those whose fronts are the same. */
static void sort(struct prong_groups *g)
{
    struct ordered *order = malloc((g->count + 1) * sizeof *order);
    struct entry *sorted = malloc((g->count + 1) * sizeof *sorted);

    for (size_t i = 0; order && sorted && i < g->count; i++)
        order[i] = (struct ordered){ front_of(&g->entries[i]), i };
    if (order && sorted) {
        sort_ordered(order, g->count);
        for (size_t i = 0, end; i < g->count; i = end) {
            for (end = i; end < g->count && order[end].front == order[i].front; end++)
                sorted[end] = g->entries[order[end].entry];
            if (end - i > 1)
                qsort(sorted + i, end - i, sizeof *sorted, by_key);
        }
        free(g->entries);
        g->entries = sorted;
        sorted = NULL;
    } else if (g->count) {
        qsort(g->entries, g->count, sizeof *g->entries, by_key);
    }
    free(sorted);
    free(order);
}

void prong_groups_finish(struct prong_groups *g, struct prong_table_work *work)
{
    free(g->table); /* entries will have other numbers */
    g->table = NULL;
    sort(g);
    g->finished = *work;
    g->work = &g->finished;
    work->adding = NULL;
}

size_t prong_groups_count(const struct prong_groups *g)
{
    return g->count;
}

const char *prong_groups_key(const struct prong_groups *g, size_t i)
{
    return g->entries[i].key;
}

const void *prong_groups_states(struct prong_groups *g, size_t i)
{
    const struct entry *e = &g->entries[i];

    if (e->states && e->have == 0)
        return e->states;
    if (g->shown == i)
        return g->states;
    if (e->states)
        memcpy(g->states, e->states, g->work->states_size);
    else
        prong_states_init(g->work, g->states);
    add_kept(g, e, g->states);
    g->shown = i;
    return g->states;
}
