/* SPDX-License-Identifier: MIT */
/* Groups of a chunk, in a worker. Each batch of rows is sorted by group, so that a group's rows are added together, to states of
 * the chunk; these go to the parent. A chunk with too many groups, or with few rows in each, hands its rows over as they are,
 * keys and numbers: that is never more than a few times its text, whatever the keys, and the parent adds them. Which of the two
 * it is follows from the chunk alone; the chunk before only tells what to try first. */
#include "config.h"

#include "table/groups.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_GROUPS = 4096, STATES_BYTES = 1 << 22, TABLE = 4 * MOST_GROUPS, FEW_ROWS = 4 /* of a group */ };

struct group {
    uint64_t hash;
    uint32_t key, length; /* where its key is among the keys */
    uint32_t rows;        /* in the present batch */
    uint32_t next;        /* where the next of them goes */
};

struct prong_groups_scratch {
    struct prong_groups_layout layout;
    uint32_t table[TABLE]; /* group + 1, by hash */
    struct group groups[MOST_GROUPS];
    uint32_t count;
    bool tries_rows; /* the chunk before was handed over by rows */
    uint32_t batch[PRONG_BATCH];   /* the group of each row */
    uint32_t touched[PRONG_BATCH]; /* groups of the batch, in the order of their first rows */
    uint64_t indices[PRONG_BATCH];
    double *sorted;                /* as prong_rows_scratch has values */
    const double **columns;
};

struct prong_groups_layout prong_groups_layout_of(const struct prong_table_work *work)
{
    struct prong_groups_layout l = { .most_rows = work->most_rows, .most_groups = MOST_GROUPS };
    size_t rows = (size_t)work->most_rows * work->rows.slot_count * sizeof(double), states;

    if (l.most_groups > STATES_BYTES / work->states_size)
        l.most_groups = (uint32_t)(STATES_BYTES / work->states_size) + 1;
    if (l.most_groups > l.most_rows)
        l.most_groups = (uint32_t)l.most_rows;
    states = l.most_groups * work->states_size;
    l.lengths = sizeof(struct prong_groups_head);
    l.hashes = (l.lengths + (size_t)l.most_rows * sizeof(uint32_t) + 7) & ~(size_t)7;
    l.body = l.hashes + (size_t)l.most_rows * sizeof(uint64_t);
    l.keys = l.body + (states > rows ? states : rows);
    l.size = l.keys + (size_t)work->rows.grain + PRONG_MOST_ROW;
    return l;
}

size_t prong_groups_area(const struct prong_table_work *work)
{
    return prong_groups_layout_of(work).size;
}

prong_status prong_groups_allocate(struct prong_groups_scratch **scratch, const struct prong_table_work *work, prong_error *err)
{
    struct prong_groups_scratch *s = *scratch = calloc(1, sizeof *s);

    if (s) {
        s->sorted = malloc((work->rows.slot_count + 1) * work->rows.batch * sizeof *s->sorted);
        s->columns = calloc(work->rows.slot_count + 1, sizeof *s->columns);
        s->layout = prong_groups_layout_of(work);
    }
    return s && s->sorted && s->columns ? PRONG_OK : prong_fail(err, PRONG_ENOMEM, "%zu bytes for groups", sizeof *s);
}

void prong_groups_release(struct prong_groups_scratch *s)
{
    if (!s)
        return;
    free(s->sorted);
    free(s->columns);
    free(s);
}

/* The group of the key at a place of keys, a new one perhaps; MOST_GROUPS: there is no room for another. */
static uint32_t group_of(struct prong_groups_scratch *s, const char *keys, uint32_t at, uint32_t length, uint64_t hash)
{
    uint32_t place = (uint32_t)(hash % TABLE);

    for (; s->table[place]; place = (place + 1) % TABLE) {
        const struct group *g = &s->groups[s->table[place] - 1];
        if (g->hash == hash && g->length == length && memcmp(keys + g->key, keys + at, length) == 0)
            return s->table[place] - 1;
    }
    if (s->count == s->layout.most_groups)
        return MOST_GROUPS;
    s->groups[s->count] = (struct group){ .hash = hash, .key = at, .length = length };
    s->table[place] = ++s->count;
    return s->count - 1;
}

/* Finds the group of each of n rows. Returns the number of groups among them; 0: there are too many. */
static uint32_t find_groups(const struct prong_table_work *work, const struct prong_rows *rows, size_t n, uint32_t *end,
                            char *area)
{
    struct prong_groups_scratch *s = work->grouping;
    char *keys = area + s->layout.keys;
    uint32_t touched = 0;

    for (size_t i = 0; i < n; i++) {
        struct prong_span span = work->scratch.keys[i];
        size_t length = prong_table_text(&rows->plan->dialect, rows->base + span.at, rows->base + span.end, keys + *end);
        uint32_t before = s->count;
        uint32_t g = group_of(s, keys, *end, (uint32_t)length, prong_key_hash(keys + *end, length));
        if (g == MOST_GROUPS)
            return 0;
        if (s->count > before) {
            prong_states_init(work, area + s->layout.body + g * work->states_size);
            *end += (uint32_t)length;
        }
        s->batch[i] = g;
        if (s->groups[g].rows++ == 0)
            s->touched[touched++] = g;
    }
    return touched;
}

/* Adds n rows to the states of their groups, in the order of rows. */
static void add_rows(const struct prong_table_work *work, size_t n, uint32_t touched, uint64_t index, char *area)
{
    struct prong_groups_scratch *s = work->grouping;
    uint32_t begin = 0;

    for (uint32_t t = 0; t < touched; t++) {
        struct group *g = &s->groups[s->touched[t]];
        g->next = begin;
        begin += g->rows;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t to = s->groups[s->batch[i]].next++;
        s->indices[to] = index + i;
        for (size_t k = 0; k < work->rows.slot_count; k++)
            s->sorted[k * work->rows.batch + to] = prong_rows_values(&work->rows, &work->scratch, k)[i];
    }
    begin = 0;
    for (uint32_t t = 0; t < touched; t++) {
        struct group *g = &s->groups[s->touched[t]];
        for (size_t k = 0; k < work->rows.slot_count; k++)
            s->columns[k] = s->sorted + k * work->rows.batch + begin;
        prong_states_add(work, area + s->layout.body + s->touched[t] * work->states_size, s->columns, g->rows, 0,
                         s->indices + begin);
        begin += g->rows;
        g->rows = 0;
    }
}

static void begin(struct prong_groups_scratch *s, struct prong_table_part *part)
{
    memset(s->table, 0, sizeof s->table);
    for (uint32_t g = 0; g < s->count; g++)
        s->groups[g].rows = 0;
    s->count = 0;
    part->rows = 0;
}

/* Too few rows in each to be worth states? */
static bool is_sparse(const struct prong_groups_scratch *s, uint64_t rows)
{
    return rows < (uint64_t)FEW_ROWS * s->count;
}

/* False: there are too many groups, or too few rows in them. */
static bool by_states(const struct prong_table_work *work, struct prong_rows *rows, struct prong_table_part *part, char *area)
{
    struct prong_groups_scratch *s = work->grouping;
    struct prong_groups_head *head = (void *)area;
    uint32_t *lengths = (void *)(area + s->layout.lengths);
    uint64_t *hashes = (void *)(area + s->layout.hashes);
    uint32_t end = 0;
    size_t n;

    begin(s, part);
    while ((n = prong_rows_next(rows)) > 0) {
        uint32_t touched = find_groups(work, rows, n, &end, area);
        if (touched == 0)
            return false;
        add_rows(work, n, touched, part->rows, area);
        part->rows += n;
    }
    for (uint32_t g = 0; g < s->count; g++) {
        lengths[g] = s->groups[g].length;
        hashes[g] = s->groups[g].hash;
    }
    *head = (struct prong_groups_head){ .count = s->count };
    return !is_sparse(s, part->rows);
}

/* False: they should be handed over by states, unless that was tried. */
static bool by_rows(const struct prong_table_work *work, struct prong_rows *rows, struct prong_table_part *part, char *area)
{
    struct prong_groups_scratch *s = work->grouping;
    const struct prong_groups_layout *l = &s->layout;
    struct prong_groups_head *head = (void *)area;
    uint32_t *lengths = (void *)(area + l->lengths), at = 0;
    uint64_t *hashes = (void *)(area + l->hashes);
    double *values = (void *)(area + l->body);
    char *keys = area + l->keys;
    bool many = false;
    size_t n;

    begin(s, part);
    while ((n = prong_rows_next(rows)) > 0) {
        for (size_t i = 0; i < n; i++) {
            struct prong_span span = work->scratch.keys[i];
            size_t length = prong_table_text(&rows->plan->dialect, rows->base + span.at, rows->base + span.end, keys + at);
            uint64_t hash = prong_key_hash(keys + at, length);
            many = many || group_of(s, keys, at, (uint32_t)length, hash) == MOST_GROUPS;
            *lengths++ = (uint32_t)length;
            *hashes++ = hash;
            at += (uint32_t)length;
            for (size_t k = 0; k < work->rows.slot_count; k++)
                *values++ = prong_rows_values(&work->rows, &work->scratch, k)[i];
        }
        part->rows += n;
    }
    *head = (struct prong_groups_head){ .count = part->rows, .rows = 1 };
    return many || is_sparse(s, part->rows);
}

void prong_groups_compute(const struct prong_table_work *work, uint64_t chunk, struct prong_table_part *part, void *text,
                          void *area)
{
    struct prong_groups_scratch *s = work->grouping;
    bool fits = false;
    struct prong_rows rows;

    for (int tries = 0; tries < 2 && !fits; tries++) {
        s->tries_rows = tries ? !s->tries_rows : s->tries_rows;
        prong_rows_begin(&rows, &work->rows, &work->scratch, chunk, text);
        fits = s->tries_rows ? by_rows(work, &rows, part, area) : by_states(work, &rows, part, area);
    }
    prong_part_note(part, &rows);
}
