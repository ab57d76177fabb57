/* SPDX-License-Identifier: MIT */
/* All groups, in the parent: a hash table from keys to blocks of states, filled chunk by chunk, sorted at the end. */
#include "config.h"

#include "table/groups.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    uint64_t hash;
    char *key; /* with a NUL behind it */
    size_t length;
    void *states;
};

struct prong_groups {
    struct entry *entries;
    size_t count, room;
    uint32_t *table; /* entry + 1, by hash; a power of two, at most half full */
    size_t table_size;
    uint64_t bytes, most;
    const double **columns;
};

struct prong_groups *prong_groups_create(const struct prong_table_work *work, uint64_t most)
{
    struct prong_groups *g = calloc(1, sizeof *g);

    if (!g)
        return NULL;
    g->most = most;
    g->table_size = 64;
    g->table = calloc(g->table_size, sizeof *g->table);
    g->columns = calloc(work->rows.slot_count + 1, sizeof *g->columns);
    if (g->table && g->columns)
        return g;
    prong_groups_free(g);
    return NULL;
}

void prong_groups_free(struct prong_groups *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->count; i++) {
        free(g->entries[i].key);
        free(g->entries[i].states);
    }
    free(g->entries);
    free(g->table);
    free(g->columns);
    free(g);
}

/* Where the entry of that key is in the table, or would be. */
static size_t place_of(const struct prong_groups *g, uint64_t hash, const char *key, size_t length)
{
    size_t place = (size_t)hash & (g->table_size - 1);

    for (; g->table[place]; place = (place + 1) & (g->table_size - 1)) {
        const struct entry *e = &g->entries[g->table[place] - 1];
        if (key && e->hash == hash && e->length == length && memcmp(e->key, key, length) == 0)
            break;
    }
    return place;
}

static bool grow(struct prong_groups *g)
{
    if (g->count == g->room) {
        size_t room = g->room ? 2 * g->room : 64;
        struct entry *larger = realloc(g->entries, room * sizeof *larger);
        if (!larger)
            return false;
        g->entries = larger;
        g->room = room;
    }
    if (2 * (g->count + 1) > g->table_size) {
        uint32_t *table = calloc(4 * g->table_size, sizeof *table);
        if (!table)
            return false;
        free(g->table);
        g->table = table;
        g->table_size *= 4;
        for (size_t i = 0; i < g->count; i++)
            g->table[place_of(g, g->entries[i].hash, NULL, 0)] = (uint32_t)i + 1;
    }
    return g->count < UINT32_MAX - 1;
}

/* The states of a key, a new one's perhaps. NULL: there is no room for them. */
static void *states_of(struct prong_groups *g, const struct prong_table_work *work, const char *key, size_t length)
{
    uint64_t hash = prong_key_hash(key, length);
    size_t place = place_of(g, hash, key, length), bytes = work->states_size + length + sizeof(struct entry) + 16;
    struct entry *e;

    if (g->table[place])
        return g->entries[g->table[place] - 1].states;
    if (g->bytes + bytes > g->most || !grow(g))
        return NULL;
    e = &g->entries[g->count];
    *e = (struct entry){ hash, malloc(length + 1), length, malloc(work->states_size) };
    if (!e->key || !e->states) {
        free(e->key);
        free(e->states);
        return NULL;
    }
    memcpy(e->key, key, length);
    e->key[length] = '\0';
    prong_states_init(work, e->states);
    g->table[place_of(g, hash, NULL, 0)] = (uint32_t)++g->count;
    g->bytes += bytes;
    return e->states;
}

prong_status prong_groups_join(struct prong_groups *g, const struct prong_table_work *work, const void *area, uint64_t rows,
                               prong_error *err)
{
    const struct prong_groups_layout l = prong_groups_layout_of(work);
    const struct prong_groups_head *head = area;
    const unsigned char *bytes = area;
    const uint32_t *lengths = (const void *)(bytes + l.lengths);
    const char *key = (const char *)(bytes + l.keys);
    const double *values = (const void *)(bytes + l.body);
    int outcome = 0;

    for (uint64_t i = 0; i < head->count; i++) {
        void *states = states_of(g, work, key, lengths[i]);
        if (!states)
            return prong_fail(err, PRONG_ENOMEM, "more than %zu groups do not fit the memory limit of %llu bytes (--mem-limit)",
                              g->count, (unsigned long long)g->most);
        key += lengths[i];
        for (size_t k = 0; head->rows && k < work->rows.slot_count; k++)
            g->columns[k] = values + i * work->rows.slot_count + k;
        if (head->rows)
            prong_states_add(work, states, g->columns, 1, rows + i, NULL);
        else
            outcome |= prong_states_combine(work, states, bytes + l.body + i * work->states_size, rows);
    }
    return outcome ? prong_fail(err, PRONG_EINVAL, "states of a chunk do not go together") : PRONG_OK;
}

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = memcmp(x->key, y->key, x->length < y->length ? x->length : y->length);

    return order ? order : (x->length > y->length) - (x->length < y->length);
}

void prong_groups_sort(struct prong_groups *g)
{
    if (g->count)
        qsort(g->entries, g->count, sizeof *g->entries, by_key);
}

size_t prong_groups_count(const struct prong_groups *g)
{
    return g->count;
}

const char *prong_groups_key(const struct prong_groups *g, size_t i)
{
    return g->entries[i].key;
}

const void *prong_groups_states(const struct prong_groups *g, size_t i)
{
    return g->entries[i].states;
}
