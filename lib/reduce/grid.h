/* SPDX-License-Identifier: MIT */
/* The results of a reduction along axes: a value for each operation and output. */
#ifndef PRONG_REDUCE_GRID_H
#define PRONG_REDUCE_GRID_H

#include "array/axis.h"
#include "reduce/value.h"

/* A scalar as it travels from a worker. */
struct prong_cell {
    union {
        double f;
        uint64_t u;
    } low;
    int64_t high;
    uint64_t kind; /* prong_kind: F64, INT or BOOL */
};

/* The outputs of one operation, in row-major order: the parts of their cells. */
struct prong_column {
    uint64_t *low;
    int64_t *high;
    uint8_t *kind;
};

struct prong_grid {
    size_t count; /* operations */
    uint64_t outputs;
    prong_format format;
    struct prong_axis plan;
    struct prong_column column[];
};

/* PRONG_ENOMEM. */
prong_status prong_grid_create(struct prong_grid **out, const struct prong_axis *plan, size_t operations, prong_format format,
                               prong_error *err);

/* A scalar value as a cell, and a cell put in its place, of which output is the row-major index. */
struct prong_cell prong_cell_of(const prong_value *value);
void prong_grid_put(struct prong_grid *grid, size_t operation, uint64_t output, const struct prong_cell *cell);

#endif
