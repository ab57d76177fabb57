/* SPDX-License-Identifier: MIT */
/* A reduction along axes as its workers see it. */
#ifndef PRONG_REDUCE_AXIS_H
#define PRONG_REDUCE_AXIS_H

#include "reduce/grid.h"
#include "reduce/scan.h"

/* Elements that are turned at a time: what a tile holds stays in the second-level cache. */
enum { PRONG_TILE_OUTPUTS = 64, PRONG_TILE_ROWS = 256 };

/* Bytes that are fetched at a time: 128 rows of the largest blocks, which is what the kernels of columns take at once. */
enum { PRONG_AXIS_WINDOW = 1 << 22 };

/* prong_axis_compute failed with the prong_status that is added to this. */
enum { PRONG_AXIS_STATUS = 1000 };

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
};

/* The values of outputs first … last-1, at most block of them: count cells for each. Returns 0, or PRONG_AXIS_STATUS and more.
 * Worker. */
int prong_axis_compute(const struct prong_axis_work *work, uint64_t first, uint64_t last, struct prong_cell *cells);

#endif
