/* SPDX-License-Identifier: MIT */
/* Keeping the results of a reduction along axes, and giving them away: singly, or as an array in a file. */
#include "config.h"

#include "reduce/grid.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static bool make_column(struct prong_column *column, size_t n)
{
    column->low = calloc(n + 1, sizeof *column->low);
    column->high = calloc(n + 1, sizeof *column->high);
    column->kind = calloc(n + 1, sizeof *column->kind);
    return column->low && column->high && column->kind;
}

prong_status prong_grid_create(struct prong_grid **out, const struct prong_axis *plan, size_t operations, prong_format format,
                               prong_error *err)
{
    struct prong_grid *grid = calloc(1, sizeof *grid + operations * sizeof grid->column[0]);
    bool made = grid != NULL && plan->outputs.total < SIZE_MAX / 64;

    if (grid) {
        grid->count = operations;
        grid->outputs = plan->outputs.total;
        grid->format = format;
        grid->plan = *plan;
    }
    for (size_t i = 0; made && i < operations; i++)
        made = make_column(&grid->column[i], (size_t)plan->outputs.total);
    if (!made) {
        prong_grid_free(grid);
        return prong_fail(err, PRONG_ENOMEM, "%llu outputs", (unsigned long long)plan->outputs.total);
    }
    *out = grid;
    return PRONG_OK;
}

void prong_grid_free(prong_grid *grid)
{
    for (size_t i = 0; grid && i < grid->count; i++) {
        free(grid->column[i].low);
        free(grid->column[i].high);
        free(grid->column[i].kind);
    }
    free(grid);
}

struct prong_cell prong_cell_of(const prong_value *value)
{
    struct prong_cell cell = { .high = value->high, .kind = value->kind };

    if (value->kind == PRONG_KIND_F64)
        cell.low.f = value->f64;
    else
        cell.low.u = value->low;
    return cell;
}

void prong_grid_put(struct prong_grid *grid, size_t operation, uint64_t output, const struct prong_cell *cell)
{
    struct prong_column *column = &grid->column[operation];

    column->low[output] = cell->low.u;
    column->high[output] = cell->high;
    column->kind[output] = (uint8_t)cell->kind;
}

uint64_t prong_grid_outputs(const prong_grid *grid)
{
    return grid->outputs;
}

int prong_grid_shape(const prong_grid *grid, int keep, uint64_t shape[PRONG_MAX_DIMS])
{
    return prong_axis_shape(&grid->plan, keep != 0, shape);
}

prong_value prong_grid_value(const prong_grid *grid, size_t operation, uint64_t output)
{
    const struct prong_column *column = &grid->column[operation];
    prong_value value = { .kind = (prong_kind)column->kind[output], .format = grid->format };

    if (value.kind == PRONG_KIND_F64) {
        memcpy(&value.f64, &column->low[output], sizeof value.f64);
    } else {
        value.low = column->low[output];
        value.high = column->high[output];
    }
    return value;
}

/* A type of numpy's that holds all outputs as they are: f32 for halves of either kind, f64 for integers beyond 64 bits. */
static prong_dtype type_of(const struct prong_grid *grid, const struct prong_column *column)
{
    static const prong_dtype floats[] = { [PRONG_FORMAT_F64] = PRONG_F64,
                                          [PRONG_FORMAT_F32] = PRONG_F32,
                                          [PRONG_FORMAT_F16] = PRONG_F32,
                                          [PRONG_FORMAT_BF16] = PRONG_F32 };
    bool integers = true, booleans = true, fit_signed = true, fit_unsigned = true;

    for (uint64_t i = 0; i < grid->outputs; i++) {
        bool negative = column->high[i] < 0;
        booleans = booleans && column->kind[i] == PRONG_KIND_BOOL;
        integers = integers && column->kind[i] == PRONG_KIND_INT;
        fit_signed = fit_signed && column->high[i] == (negative ? -1 : 0) && (column->low[i] >> 63 != 0) == negative;
        fit_unsigned = fit_unsigned && column->high[i] == 0;
    }
    if (grid->outputs > 0 && booleans)
        return PRONG_BOOL;
    if (grid->outputs > 0 && integers && fit_signed)
        return PRONG_I64;
    if (grid->outputs > 0 && integers && fit_unsigned)
        return PRONG_U64;
    return integers || grid->outputs == 0 ? PRONG_F64 : floats[grid->format];
}

/* Writes output i as an element of the type. */
static void store(const struct prong_grid *grid, size_t operation, uint64_t i, prong_dtype dtype, unsigned char *to)
{
    prong_value value = prong_grid_value(grid, operation, i);
    float narrow;

    switch (dtype) {
    case PRONG_BOOL:
        to[i] = value.low != 0;
        break;
    case PRONG_F32:
        narrow = (float)prong_value_as_double(&value);
        memcpy(to + i * sizeof narrow, &narrow, sizeof narrow);
        break;
    case PRONG_F64:
        value.f64 = prong_value_as_double(&value);
        memcpy(to + i * sizeof value.f64, &value.f64, sizeof value.f64);
        break;
    default:
        memcpy(to + i * sizeof value.low, &value.low, sizeof value.low);
        break;
    }
}

prong_status prong_grid_save(const prong_grid *grid, size_t operation, int keep, const char *path, prong_error *err)
{
    uint64_t shape[PRONG_MAX_DIMS];
    int ndim = prong_grid_shape(grid, keep, shape);
    prong_dtype dtype;
    unsigned char *data;
    prong_status status;

    if (operation >= grid->count)
        return prong_fail(err, PRONG_EINVAL, "there are %zu operations, no number %zu", grid->count, operation);
    dtype = type_of(grid, &grid->column[operation]);
    data = calloc((size_t)grid->outputs + 1, prong_dtype_size(dtype));
    if (!data)
        return prong_fail(err, PRONG_ENOMEM, "%llu outputs", (unsigned long long)grid->outputs);
    for (uint64_t i = 0; i < grid->outputs; i++)
        store(grid, operation, i, dtype, data);
    status = prong_array_save(path, dtype, ndim, shape, data, err);
    free(data);
    return status;
}
