/* SPDX-License-Identifier: MIT */
/* A table as the files of this room know it, and what they share. */
#ifndef PRONG_TABLE_TABLE_H
#define PRONG_TABLE_TABLE_H

#include "array/array.h"
#include "array/number.h"
#include "prong/table.h"
#include "table/index.h"

#define PRONG_NO_COLUMN SIZE_MAX

struct prong_table {
    pid_t owner;
    struct prong_array *array; /* mapped text, or a stream: */
    struct prong_flow *flow;   /* … as which it is reduced; else NULL */
    struct prong_dialect dialect;
    bool header;
    bool skip_ragged;
    char **missing; /* words that stand for NaN */
    size_t missing_count;
    struct prong_notation notation; /* of numbers */
    bool slow_numbers;    /* the fast way does not do: the notation is another, or there is a number among the missing words */
    uint64_t first;       /* where the rows begin, in the array's bytes */
    size_t columns;
    char **names;
    size_t *fields; /* the columns that are asked for */
    size_t field_count;
    size_t group; /* or PRONG_NO_COLUMN */
    uint64_t memory_limit;
    volatile const sig_atomic_t *cancel;
    double timeout;
};

/* The longest row, and so the room for one that straddles the end of a chunk. A power of two that a build for fuzzing makes
 * smaller, as it does with those of rows.h: what happens at their ends then happens in small files. */
#ifndef PRONG_MOST_ROW_BITS
#define PRONG_MOST_ROW_BITS 20
#endif
enum {
    PRONG_MOST_ROW = 1 << PRONG_MOST_ROW_BITS,
    PRONG_TABLE_FRONT = PRONG_MOST_ROW + PRONG_MOST_ROW / 16 /* bytes that are looked at first: a header and some rows */
};

/* Why reading stopped. */
enum prong_table_stop {
    PRONG_TABLE_GOES_ON,
    PRONG_TABLE_BAD_NUMBER,
    PRONG_TABLE_NAN,
    PRONG_TABLE_RAGGED,
    PRONG_TABLE_LONG_ROW,
    PRONG_TABLE_STRAY_QUOTE,
    PRONG_TABLE_OPEN_QUOTE
};

struct prong_table_halt {
    uint32_t stop; /* enum prong_table_stop */
    uint32_t reserved;
    uint64_t column; /* of a bad number or a NaN, from 0; of a ragged row: how many fields it has */
    uint64_t at;     /* where, in the array's bytes */
};

/* ---- cell.c: one field, [at, end) ---- */

/* The number that it is; false: it is none. Bytes up to limit may be read. Missing words are NaN. */
bool prong_table_number(const struct prong_table *table, const struct prong_power *powers, const char *at, const char *end,
                        const char *limit, double *value);

/* Its text without quotes, written to room, which has place for end - at bytes; returns the length. */
size_t prong_table_text(const struct prong_dialect *dialect, const char *at, const char *end, char *room);

/* ---- fields.c ---- */

/* The column of that name, or of that number from 1. PRONG_EDATA: none, or several. */
prong_status prong_table_find(const struct prong_table *table, const char *name, size_t length, size_t *column,
                              prong_error *err);

/* Sets the table's fields from a list as in prong_table_options. */
prong_status prong_table_take_fields(struct prong_table *table, const char *list, prong_error *err);

/* ---- front.c: what the first rows tell ---- */

/* Sets delimiter (if it is 0), first, columns, names; numeric, which the caller frees, gets for each column whether the first
 * rows have numbers in it. */
prong_status prong_table_read_front(struct prong_table *table, uint64_t skip, bool **numeric, prong_error *err);

/* Bytes from the file, read and not mapped: *got is less than size at its end, or where there is no more to be had of what flows
 * by. Parent. */
prong_status prong_table_read(const struct prong_table *table, uint64_t from, char *room, size_t size, size_t *got,
                              prong_error *err);

/* ---- halt.c ---- */

/* What stopped a run, in words, with FILE:LINE:COLUMN in front and a remedy behind. Returns the status. */
prong_status prong_table_explain(const struct prong_table *table, const struct prong_table_halt *halt, prong_error *err);

/* FILE:LINE:COLUMN of a place; FILE alone where it cannot be read any more. */
void prong_table_place(const struct prong_table *table, uint64_t at, char *text, size_t size);

#endif
