/* SPDX-License-Identifier: MIT */
/* A reduction along axes as its workers see it. */
#ifndef PRONG_REDUCE_AXIS_H
#define PRONG_REDUCE_AXIS_H

#include "reduce/grid.h"
#include "reduce/scan.h"

/* Elements that are turned at a time: what a tile holds stays in the second-level cache. */
enum { PRONG_TILE_OUTPUTS = 64, PRONG_TILE_ROWS = 256 };

/* Bytes that are fetched at a time: 128 rows of the largest blocks for tiles, and some room between rows;
 * or, for kernels that take rows as they lie, what stays in the second-level cache. */
enum { PRONG_AXIS_WINDOW = 17 << 18, PRONG_AXIS_BAND = 1 << 20 };

/* Bytes that are fetched at a time where outputs are taken one after the other: as many as a run has. */
enum { PRONG_AXIS_PIECE = PRONG_RUN * 8 };

/* prong_axis_compute failed with the prong_status that is added to this. */
enum { PRONG_AXIS_STATUS = 1000 };

/* Extrema of the outputs of a chunk while rows are carried along; see axis_rows.c. */
struct prong_axis_ends {
    union prong_number *min, *max;
    uint64_t *nans;
};

/* All elements of the outputs of a chunk; see axis_held.c. */
struct prong_axis_held {
    uint64_t *numbers; /* of the domain: block times reduced.total */
    int64_t *key;      /* reduced.total of them */
    prong_value *values; /* by use */
};

/* Set up by the parent before the fork; states, tile and window are a worker's private memory. */
struct prong_axis_work {
    struct prong_plan plan;
    struct prong_axis axis;
    const struct prong_array *array; /* whose axes they are */
    prong_dtype dtype;
    bool swapped;
    const struct prong_op_use *uses;
    size_t count;
    const prong_reduce_options *options;
    struct prong_scratch *scratch;
    uint64_t block; /* outputs of a chunk, the last one's maybe fewer */
    void *states;   /* block of them */
    uint64_t (*tile)[PRONG_TILE_ROWS]; /* PRONG_TILE_OUTPUTS of them */
    unsigned char *window; /* PRONG_AXIS_WINDOW bytes */
    struct prong_axis_ends ends; /* block of each; NULL: extrema are not taken by rows */
    struct prong_axis_held held; /* NULL: no operation wants it */
    unsigned passes;             /* PRONG_NEED_PASSES of the uses */
};

/* How many outputs may be held at a time, at most `most`; 0: not even as many as are worth it. */
uint64_t prong_axis_held_block(const struct prong_axis_work *work, uint64_t most);

/* Keeps n numbers, the first of which is reduced index r of output k of the chunk. Worker. */
void prong_axis_hold(const struct prong_axis_work *work, uint64_t k, const void *numbers, size_t n, uint64_t r);

/* The values of those uses of output k that take more than one look at its elements. Worker. */
prong_status prong_axis_held_values(const struct prong_axis_work *work, uint64_t k);

/* Can the operations be told from extrema without places and counts of NaN alone? */
bool prong_axis_rows_suffice(const struct prong_axis_work *work);

/* Are rows taken as they lie, and nothing turned? */
bool prong_axis_carries_rows(const struct prong_axis_work *work);

/* What the states would be after no elements, for n outputs. Worker. */
void prong_axis_rows_begin(const struct prong_axis_work *work, uint64_t n);

/* m rows of n elements each, `stride` bytes apart, into the outputs from `base` on. Worker. */
void prong_axis_rows_add(const struct prong_axis_work *work, uint64_t base, const unsigned char *rows, ptrdiff_t stride,
                         uint64_t n, uint64_t m);

/* Makes the states of n outputs what has been found. Worker. */
void prong_axis_rows_end(const struct prong_axis_work *work, uint64_t n);

/* The values of outputs first … last-1, at most block of them: count cells for each. Returns 0, or PRONG_AXIS_STATUS and more.
 * Worker. */
int prong_axis_compute(const struct prong_axis_work *work, uint64_t first, uint64_t last, struct prong_cell *cells);

#endif
