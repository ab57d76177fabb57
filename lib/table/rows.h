/* SPDX-License-Identifier: MIT */
/* From the bytes of a chunk to columns of numbers: the rows that start in it, also where the last one ends behind it. */
#ifndef PRONG_TABLE_ROWS_H
#define PRONG_TABLE_ROWS_H

#include "reduce/reader.h"
#include "table/flow.h"

#ifndef PRONG_TABLE_PIECE_BITS
#define PRONG_TABLE_PIECE_BITS 15
#define PRONG_TABLE_LOOK_BITS 12
#endif

enum {
    PRONG_TABLE_GRAIN = 1 << 20,      /* bytes of a chunk */
    PRONG_TABLE_MOST_GRAIN = 1 << 22,
    /* bytes that are indexed before their rows are looked at: they stay in the cache */
    PRONG_TABLE_PIECE = 1 << PRONG_TABLE_PIECE_BITS,
    PRONG_TABLE_LOOK = 1 << PRONG_TABLE_LOOK_BITS, /* … by which a guess is made */
    PRONG_TABLE_OVERRUN = 16          /* places that are written behind the last one */
};

/* What is read of a table, the same in every process. */
struct prong_rows_plan {
    const struct prong_table *table;
    struct prong_dialect dialect; /* the table's, but without quotes where its file has none */
    uint64_t grain;
    size_t block; /* bytes at the front of a chunk's area that hold its text; 0: that is in the file */
    const unsigned char *inside; /* of each chunk: what its first byte is in. NULL: nothing, but for: */
    bool guess;                  /* that is to be guessed for each chunk */
    const size_t *slots;         /* the columns to be read, ascending */
    size_t slot_count;
    size_t key;     /* a column to be kept as text, or PRONG_NO_COLUMN */
    bool stop_at_nan;
    size_t batch;   /* rows that are handed over at once: PRONG_BATCH, but no more than a chunk may have, for rows may be wide */
};

/* A worker's private memory: allocated by the parent before the fork, and only touched where it is used. */
struct prong_rows_scratch {
    char *window;
    uint32_t *ends;
    struct prong_row_end *rows;
    double *values; /* the plan's batch of each slot */
    struct prong_span *keys;
};

struct prong_rows {
    const struct prong_rows_plan *plan;
    const struct prong_rows_scratch *scratch;
    const struct prong_power *powers;
    const struct prong_index_kernel *kernel;
    struct prong_index index;
    uint64_t first;     /* the chunk's first byte in the array */
    const char *base;   /* where that is */
    uint32_t own, have; /* bytes of the chunk; readable at base */
    bool mapped;        /* base is in the mapping, and not in the window */
    bool whole;         /* base is a block of whole rows, and nothing comes behind it */
    bool skipping;      /* the row at the front belongs to the chunk before */
    bool at_end;        /* of the file */
    bool over;
    uint32_t row;   /* the next of the index' */
    uint32_t used;  /* ends of fields before it */
    uint32_t begin; /* its first byte */
    uint64_t skipped; /* ragged rows */
    /* What the chunk's first byte is taken to be in, and what then the byte behind its last is in. */
    enum prong_inside inside, after;
    struct prong_table_halt halt;
};

uint64_t prong_rows_units(const struct prong_table *table);
void prong_rows_range(const struct prong_rows_plan *plan, uint64_t chunk, uint64_t *first, uint64_t *last);

/* Memory for the plan's slots. PRONG_ENOMEM; free it all the same. */
prong_status prong_rows_allocate(struct prong_rows_scratch *scratch, const struct prong_rows_plan *plan, prong_error *err);
void prong_rows_release(struct prong_rows_scratch *scratch);

/* area: the chunk's, of which a worker writes what is behind the plan's block. */
void prong_rows_begin(struct prong_rows *rows, const struct prong_rows_plan *plan, const struct prong_rows_scratch *scratch,
                      uint64_t chunk, const void *area);

/* The next rows, at most the plan's batch: their fields are in scratch->values, slot by slot, and scratch->keys. Returns how
 * many; 0 at the end or where halt.stop says so. The first so many fields of what halts are not counted. */
size_t prong_rows_next(struct prong_rows *rows);

static inline double *prong_rows_values(const struct prong_rows_plan *plan, const struct prong_rows_scratch *scratch, size_t slot)
{
    return scratch->values + slot * plan->batch;
}

#endif
