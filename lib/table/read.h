/* SPDX-License-Identifier: MIT */
/* A reduction of tables under way, between reduce.c, which plans it and makes its values, and read.c, which reads the rows. */
#ifndef PRONG_TABLE_READ_H
#define PRONG_TABLE_READ_H

#include "table/work.h"

struct prong_reading {
    struct prong_table_work work;
    struct prong_table_result *result;
    const struct prong_table *const *tables; /* their rows are as those of one table */
    size_t table_count;
    /* The parent's. */
    struct prong_table_halt halt;
    uint32_t inside; /* what the next chunk begins in, if the first pass guesses */
    bool misled;     /* a guess was wrong */
    uint64_t lines;  /* of the rows before the next block of what flows by */
    struct prong_kept *kept;
    uint64_t in_memory, memory_limit;
    prong_options run;
    prong_stats *stats; /* the caller's, or NULL */
    prong_stats all;
    int64_t deadline; /* 0: none */
    prong_error *err; /* what deliver failed for */
};

/* Reads all rows of all tables into the result's states or groups, and the columns that are kept. */
prong_status prong_read_tables(struct prong_reading *run, prong_error *err);

/* Options for the next run of several, which gets what is left of the time. */
prong_status prong_reading_options(struct prong_reading *run, prong_options *options, prong_stats *one, prong_error *err);

#endif
