/* SPDX-License-Identifier: MIT */
/* A table that comes through a pipe or out of packed data, and is not kept: the parent fills blocks of the segment with it, each
 * cut where a row ends, and workers read their rows while more is coming.
 *
 * Block k has the rows that start in the k-th grain of the text, as chunk k of a file has: so a file and a pipe of the same bytes
 * are the same chunks, and their results the same bits. In a stream all before is known, so nothing need be guessed of quotes: a
 * block begins outside of them, and the parent counts those in it to see where its last row ends. That is the only look that it
 * takes at the text; fields and numbers are the workers' business. */
#ifndef PRONG_TABLE_FLOW_H
#define PRONG_TABLE_FLOW_H

#include "table/table.h"

/* In the segment: written by the parent before the chunk can be claimed, read by workers. */
struct prong_row_block {
    uint64_t at;     /* where its first byte is in the text */
    uint64_t length; /* of data */
    char data[];
};

/* Text that can still be looked at, for messages. */
struct prong_view {
    char *data;
    size_t size;
    uint64_t at;
    uint64_t lines, column; /* newlines before it; bytes before it in its first line */
};

/* The parent's. */
struct prong_flow {
    char *ahead;          /* what was read and is in no block: [begin, end) of room bytes */
    size_t begin, end, room;
    uint64_t at;          /* where that is in the text */
    uint64_t lines, column; /* as in a view; set while the front is read */
    bool eof;             /* nothing comes behind it */
    bool used;            /* blocks were made of it: it cannot be had again */
    struct prong_view stopped; /* the block where reading stopped */
    /* The block that is being filled. */
    bool begun;
    uint64_t chunk;
    size_t own;      /* bytes of it in which rows of it may start */
    size_t searched; /* how far the end of its last row was looked for; 0: not yet */
    enum prong_inside inside; /* what the byte there is in */
};

/* Makes table->flow for the table's array, a stream of text. PRONG_ENOMEM. */
prong_status prong_flow_open(struct prong_table *table, prong_error *err);
void prong_flow_close(struct prong_flow *flow);

/* While the front is read: the bytes from a place on, of which those before are not wanted any more. *got is less than size at
 * the end. Waits for them. Errors as of prong_stream_fill. */
prong_status prong_flow_front(struct prong_table *table, uint64_t from, char *room, size_t size, size_t *got, prong_error *err);

/* The bytes of a block for chunks of that grain. */
size_t prong_flow_block_size(uint64_t grain);

/* Begins with the table's first row. PRONG_EINVAL: that is gone. */
prong_status prong_flow_begin(const struct prong_table *table, prong_error *err);

/* A step of a job's feed: see prong_feed. */
prong_status prong_flow_step(const struct prong_table *table, uint64_t grain, struct prong_row_block *block, bool *full,
                             bool *end, prong_error *err);

/* May a step give something without anything to read? */
bool prong_flow_pending(const struct prong_table *table);

/* Reading stopped in a block that so many lines of the rows are before: keeps what a message shows. */
void prong_flow_stop(const struct prong_table *table, const struct prong_row_block *block, uint64_t lines);

/* What can be looked at now: where it is, and bytes of it; returns how many there were. */
struct prong_view prong_flow_view(const struct prong_flow *flow);
size_t prong_flow_look(const struct prong_flow *flow, uint64_t from, char *room, size_t size);

#endif
