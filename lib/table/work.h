/* SPDX-License-Identifier: MIT */
/* A reduction of columns: what is asked of which, what workers make of a chunk, and what it comes to. */
#ifndef PRONG_TABLE_WORK_H
#define PRONG_TABLE_WORK_H

#include "reduce/scan.h"
#include "table/rows.h"

/* A column, or a pair of them, and all that is asked of it. */
struct prong_target {
    size_t column, other; /* other: PRONG_NO_COLUMN for one */
    size_t slot, other_slot;
    struct prong_op_use *uses; /* shallow copies of the list's, in its order */
    size_t use_count;
    struct prong_plan plan;
    size_t offset;   /* of its state in a block of states */
    unsigned passes; /* what of it takes passes: then the column is kept */
    size_t kept;     /* the number of its kept column */
};

/* A value: an operation of a target. */
struct prong_item_of {
    size_t use;    /* in the list */
    size_t target;
    size_t place;  /* among the target's uses */
};

/* What is read and computed, the same in every process. */
struct prong_table_work {
    const struct prong_table *table;
    struct prong_rows_plan rows;
    struct prong_target *targets;
    size_t target_count;
    size_t states_size; /* of a block of the states of all targets */
    size_t kept_count;  /* columns that are kept, as doubles */
    const size_t *kept_slots;
    uint64_t most_rows; /* of a chunk */
    /* A worker's own. */
    struct prong_rows_scratch scratch;
    const double **columns; /* the values of each slot in scratch */
    struct prong_scratch *adding;
    struct prong_groups_scratch *grouping;
};

/* At the front of a chunk's partial; behind it, without groups, its block of states. */
struct prong_table_part {
    uint64_t rows, skipped, bytes;
    uint64_t lines; /* newlines in a block of what flows by */
    uint32_t inside, after; /* enum prong_inside: as in prong_rows */
    struct prong_table_halt halt;
};

/* Notes in a chunk's partial how its rows were read. */
static inline void prong_part_note(struct prong_table_part *part, const struct prong_rows *rows)
{
    part->skipped = rows->skipped;
    part->inside = (uint32_t)rows->inside;
    part->after = (uint32_t)rows->after;
    part->halt = rows->halt;
}

static inline void *prong_part_states(void *part)
{
    return (unsigned char *)part + sizeof(struct prong_table_part);
}

void prong_states_init(const struct prong_table_work *work, void *states);
/* Joins what stands rows behind the front. Not 0: it failed. */
int prong_states_combine(const struct prong_table_work *work, void *into, const void *from, uint64_t rows);

/* Adds n rows, of which the fields of slot s are at values(s): the first has that index, or each its own. */
void prong_states_add(const struct prong_table_work *work, void *states, const double *const *columns, size_t n, uint64_t index,
                      const uint64_t *indices);

/* ---- groups.c ---- */

struct prong_groups;

prong_status prong_groups_allocate(struct prong_groups_scratch **scratch, const struct prong_table_work *work, prong_error *err);
void prong_groups_release(struct prong_groups_scratch *scratch);
/* Bytes of a chunk's output area. */
size_t prong_groups_area(const struct prong_table_work *work);
/* A chunk's groups into an area of that size; text: the chunk's whole area, where its rows may be. Worker. */
void prong_groups_compute(const struct prong_table_work *work, uint64_t chunk, struct prong_table_part *part, void *text,
                          void *area);

/* All groups, in the parent. most: bytes. */
struct prong_groups *prong_groups_create(const struct prong_table_work *work, uint64_t most);
void prong_groups_free(struct prong_groups *groups);
/* Joins a chunk's area, rows behind the front. PRONG_ENOMEM: they do not fit. */
prong_status prong_groups_join(struct prong_groups *groups, const struct prong_table_work *work, const void *area, uint64_t rows,
                               prong_error *err);
/* All are there: sorts them. From here on nothing of work is needed but its adding, which they take over. */
void prong_groups_finish(struct prong_groups *groups, struct prong_table_work *work);
size_t prong_groups_count(const struct prong_groups *groups);
const char *prong_groups_key(const struct prong_groups *groups, size_t g);
/* Good until that of another group is asked for. */
const void *prong_groups_states(struct prong_groups *groups, size_t g);

/* ---- kept.c: columns as doubles, in memory or in a nameless file ---- */

struct prong_kept {
    int fd;
    bool memory;
    uint64_t count;
};
prong_status prong_kept_open(struct prong_kept *kept, prong_error *err);
/* Appends; in memory all columns together take at most that many bytes. */
prong_status prong_kept_append(struct prong_kept *kept, const double *values, uint64_t n, uint64_t *in_memory, uint64_t limit,
                               prong_error *err);
/* Makes an array of it, which owns the descriptor then. */
prong_status prong_kept_array(struct prong_kept *kept, prong_array **array, prong_error *err);
void prong_kept_close(struct prong_kept *kept);

/* ---- targets.c ---- */

struct prong_table_result {
    prong_reduce_options options;
    struct prong_op_use *uses;
    size_t use_count;
    struct prong_item_of *items;
    size_t item_count;
    struct prong_target *targets;
    size_t target_count;
    char **heads; /* each use without its columns */
    char **names; /* of the table's columns */
    size_t columns;
    size_t *slots; /* of columns that are read */
    size_t slot_count;
    size_t *kept_slots;
    size_t kept_count;
    bool grouped;
    size_t group; /* its column */
    void *states; /* without groups */
    struct prong_groups *groups;
    prong_reduction **reductions; /* of each target with passes */
    uint64_t rows, skipped, bytes;
};

/* match.c: PRONG_EDATA: a table has other columns than the first; PRONG_EFORKED, PRONG_EINVAL. */
prong_status prong_tables_match(const struct prong_table *const *tables, size_t count, prong_error *err);

/* Resolves a list of operations: result's uses, items, targets, slots and names. */
prong_status prong_targets_resolve(struct prong_table_result *result, const struct prong_table *table, const char *operations,
                                   prong_error *err);

#endif
