/* SPDX-License-Identifier: MIT */
/* Reductions along axes, in the parent: one job over blocks of outputs; or, where there are few outputs of many elements each, or
 * where operations must hold more elements than fit, a reduction of its own for each, which all workers share. */
#include "config.h"

#include "base/error.h"
#include "base/size.h"
#include "pool/job.h"
#include "pool/options.h"
#include "reduce/add.h"
#include "reduce/axis.h"
#include "reduce/multi.h"
#include "reduce/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Fewer outputs than this, of more elements each, are reduced one by one. */
enum { FEW_OUTPUTS = 64, MANY_ELEMENTS = 1 << 18 };

/* Outputs of a chunk: no more than are carried along together, and whose states stay in the third-level cache, or fewer, whose
 * rows make high tiles; and bytes of a row from which on a call to read it is no matter. */
enum { LEAST_BLOCK = 64, MOST_BLOCK = 8192, MOST_TURNED = 4096, STATES_BYTES = 1 << 22, ROW_BYTES = 1 << 16 };

/* Chunks for each worker, so that one that is slower than another delays the end by little. */
enum { CHUNKS_OF_ROWS = 2, CHUNKS_EACH = 8 };

struct along {
    struct prong_axis_work work;
    struct prong_grid *grid;
};

static void along_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    const struct along *a = ctx;

    *first = chunk * a->work.block;
    *last = a->work.axis.outputs.total - *first > a->work.block ? *first + a->work.block : a->work.axis.outputs.total;
}

static int along_compute(void *partial, uint64_t chunk, void *area, void *ctx)
{
    const struct along *a = ctx;
    uint64_t first, last;

    (void)partial;
    along_range(chunk, &first, &last, ctx);
    return prong_axis_compute(&a->work, first, last, area);
}

static int along_deliver(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    const struct along *a = ctx;
    const struct prong_cell *cells = area;
    uint64_t first, last;

    (void)partial;
    along_range(chunk, &first, &last, ctx);
    for (uint64_t o = first; o < last; o++)
        for (size_t i = 0; i < a->work.count; i++)
            prong_grid_put(a->grid, i, prong_axis_index(&a->work.axis.output_order, o), cells++);
    return 0;
}

/* What an error of the body says about the array. */
static prong_status explain(const struct along *a, const struct prong_source *source, prong_error *err)
{
    prong_status status = err->body_status >= PRONG_AXIS_STATUS ? (prong_status)(err->body_status - PRONG_AXIS_STATUS)
                                                                : PRONG_EBODY;

    if (status == PRONG_EEMPTY)
        return prong_fail(err, status, "%s: an output has no elements, or nothing but NaN, and an operation no value then",
                          prong_display_name(a->work.array));
    if (status == PRONG_ENAN)
        return prong_fail(err, status, "%s: an output among %llu to %llu has a NaN", prong_display_name(a->work.array),
                          (unsigned long long)err->first, (unsigned long long)err->last - 1);
    if (status == PRONG_ENOMEM)
        return prong_fail(err, status, "%s: the elements of an output", prong_display_name(a->work.array));
    if (status == PRONG_EDATA)
        return prong_fail(err, status, "%s: bitwise operations are for integers", prong_display_name(a->work.array));
    prong_explain(source, status, err);
    return status;
}

static prong_status run_job(struct along *a, const struct prong_source *source, const prong_options *run, prong_error *err)
{
    struct prong_job_spec job = { .partial_size = sizeof(uint64_t),
                                  .compute = along_compute,
                                  .deliver = along_deliver,
                                  .range = along_range,
                                  .ctx = a };
    prong_error mine = PRONG_ERROR_INIT;
    prong_error *report = err ? err : &mine;
    uint64_t nothing;
    prong_status status;

    job.chunks = prong_ceil_div(a->work.axis.outputs.total, a->work.block);
    job.output_size = (size_t)a->work.block * a->work.count * sizeof(struct prong_cell);
    job.inputs[0] = (struct prong_region){ a->work.array->map, a->work.array->map_size };
    status = prong_job_run(&job, run, &nothing, report);
    if (status == PRONG_EBODY)
        return explain(a, source, report);
    if (status)
        prong_explain(source, status, report);
    return status;
}

/* Small blocks if there are few outputs, so that every worker gets some: but where rows are taken as they lie, not so small that
 * reading them takes many calls, while every worker has one. Tiles are the better the more rows fit a window. */
static uint64_t share_of(const struct prong_axis_work *work, uint64_t workers)
{
    uint64_t outputs = work->axis.outputs.total, fair = prong_ceil_div(outputs, workers), row = ROW_BYTES / work->axis.item;
    uint64_t share = prong_ceil_div(outputs, workers * (work->axis.inner ? CHUNKS_EACH : CHUNKS_OF_ROWS));

    if (!prong_axis_carries_rows(work) || share >= row)
        return share;
    return row < fair ? row : fair;
}

static uint64_t block_of(const struct prong_axis_work *work, const prong_options *run)
{
    uint64_t workers = (uint64_t)(run->workers > 0 ? run->workers : prong_workers());
    uint64_t block = STATES_BYTES / work->plan.size, share = share_of(work, workers);

    if (!prong_axis_carries_rows(work) && block > MOST_TURNED)
        block = MOST_TURNED;
    block = block > MOST_BLOCK ? MOST_BLOCK : block;
    block = share < block ? share : block;
    return block < LEAST_BLOCK ? LEAST_BLOCK : block;
}

static bool make_held(struct prong_axis_work *work)
{
    size_t n = (size_t)work->axis.reduced.total;

    if (!work->passes)
        return true;
    work->held.numbers = malloc(((size_t)work->block * n + 1) * sizeof *work->held.numbers);
    work->held.key = malloc((n + 1) * sizeof *work->held.key);
    work->held.values = calloc(work->count, sizeof *work->held.values);
    return work->held.numbers && work->held.key && work->held.values;
}

static bool make_ends(struct prong_axis_work *work)
{
    size_t n = (size_t)work->block;

    if (!prong_axis_rows_suffice(work))
        return true;
    work->ends.min = malloc(n * sizeof *work->ends.min);
    work->ends.max = malloc(n * sizeof *work->ends.max);
    work->ends.nans = malloc(n * sizeof *work->ends.nans);
    return work->ends.min && work->ends.max && work->ends.nans;
}

/* What a worker has of its own, from the fork on. */
static bool make_room(struct prong_axis_work *work)
{
    work->states = malloc((size_t)work->block * work->plan.size);
    work->tile = calloc(PRONG_TILE_OUTPUTS, sizeof *work->tile);
    work->window = malloc(PRONG_AXIS_WINDOW);
    work->scratch = calloc(1, sizeof *work->scratch);
    if (work->scratch)
        work->scratch->adder = prong_adder_create();
    return work->states && work->tile && work->window && work->scratch && work->scratch->adder && make_ends(work) &&
           make_held(work);
}

static void free_room(struct prong_axis_work *work)
{
    if (work->scratch)
        prong_adder_destroy(work->scratch->adder);
    free(work->scratch);
    free(work->window);
    free(work->tile);
    free(work->states);
    free(work->ends.min);
    free(work->ends.max);
    free(work->ends.nans);
    free(work->held.numbers);
    free(work->held.key);
    free(work->held.values);
}

static prong_status by_blocks(struct along *a, const struct prong_source *source, const prong_options *run, prong_error *err)
{
    prong_status status;

    if (make_room(&a->work))
        status = run_job(a, source, run, err);
    else
        status = prong_fail(err, PRONG_ENOMEM, "%llu states", (unsigned long long)a->work.block);
    free_room(&a->work);
    return status;
}

/* ---- One by one ---- */

enum { SLICE_TEXT = 24 * PRONG_MAX_DIMS };

/* The slice of the array that makes an output: its index in the dimensions that stay, everything in the others. */
static void slice_of(const struct prong_axis *axis, uint64_t output, char text[SLICE_TEXT])
{
    uint64_t index[PRONG_MAX_DIMS] = { 0 };
    size_t at = 0;

    for (int d = axis->ndim - 1; d >= 0; d--) {
        if (axis->gone[d])
            continue;
        index[d] = output % axis->shape[d];
        output /= axis->shape[d];
    }
    text[0] = '\0';
    for (int d = 0; d < axis->ndim; d++) {
        int n = axis->gone[d] ? snprintf(text + at, SLICE_TEXT - at, "%s:", d ? "," : "")
                              : snprintf(text + at, SLICE_TEXT - at, "%s%llu", d ? "," : "", (unsigned long long)index[d]);
        at += (size_t)n;
    }
}

static prong_status one_by_one(struct along *a, const char *operations, prong_error *err)
{
    prong_value *values = calloc(a->work.count, sizeof *values);
    prong_status status = values ? PRONG_OK : prong_fail(err, PRONG_ENOMEM, "%zu values", a->work.count);

    for (uint64_t o = 0; o < a->work.axis.outputs.total && status == PRONG_OK; o++) {
        char text[SLICE_TEXT];
        struct prong_array part = *a->work.array; /* a view: nothing of it is closed */
        slice_of(&a->work.axis, o, text);
        status = a->work.array->ndim ? prong_array_slice(&part, text, err) : PRONG_OK;
        if (status == PRONG_OK)
            status = prong_reduce(&part, operations, a->work.options, values, err);
        for (size_t i = 0; i < a->work.count && status == PRONG_OK; i++) {
            struct prong_cell cell = prong_cell_of(&values[i]);
            prong_grid_put(a->grid, i, o, &cell);
            prong_value_free(&values[i]);
        }
    }
    free(values);
    return status;
}

/* ---- Both ---- */

static prong_status check_operations(const struct prong_op_use *uses, size_t count, prong_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct prong_op *op = uses[i].op;
        if (prong_op_takes_two(op))
            return prong_fail(err, PRONG_EOP, "%s takes two arrays, and cannot be taken along axes", uses[i].text);
        if ((op->needs & (PRONG_NEED_HISTOGRAM | PRONG_NEED_TOP)) || op->id == PRONG_OP_UNIQUE ||
            strchr(prong_use_params(&uses[i]), ','))
            return prong_fail(err, PRONG_EOP, "%s is no single number, and cannot be taken along axes", uses[i].text);
    }
    return PRONG_OK;
}

static prong_status reduce(struct along *a, const char *operations, const prong_options *run, prong_error *err)
{
    struct prong_source source = { .array = (struct prong_array *)(uintptr_t)a->work.array };
    struct prong_axis_work *work = &a->work;
    prong_status status = check_operations(work->uses, work->count, err);

    if (status == PRONG_OK)
        status = prong_multi_check(work->uses, work->count, work->options, err);
    if (status)
        return status;
    work->passes = prong_plan_make(&work->plan, work->uses, work->count, work->options, false);
    work->plan.domain = prong_domain_of(a->work.array->dtype);
    for (size_t i = 0; i < work->count; i++)
        if (prong_op_needs_place(work->uses[i].op))
            prong_axis_straighten(&work->axis, a->work.array);
    if (work->axis.outputs.total == 0)
        return PRONG_OK;
    work->block = block_of(work, run);
    if (work->passes)
        work->block = prong_axis_held_block(work, work->block);
    if (work->block == 0 || (work->axis.outputs.total < FEW_OUTPUTS && work->axis.reduced.total >= MANY_ELEMENTS))
        return one_by_one(a, operations, err);
    return by_blocks(a, &source, run, err);
}

prong_status prong_reduce_axes(prong_array *array, const char *operations, const int *axes, int axis_count,
                               const prong_reduce_options *options, prong_grid **out, prong_error *err)
{
    struct along a = { .work = { .array = array, .dtype = array->dtype, .swapped = array->swapped } };
    prong_reduce_options resolved;
    struct prong_op_use *uses = NULL;
    prong_options run;
    prong_status status = prong_reduce_options_resolve(&resolved, options, err);

    *out = NULL;
    if (status == PRONG_OK)
        status = prong_options_resolve(&run, resolved.run, err);
    if (status == PRONG_OK && (resolved.where || resolved.weights))
        status = prong_fail(err, PRONG_EINVAL, "%s are for whole arrays, not for reductions along axes",
                            resolved.where ? "masks" : "weights");
    if (status == PRONG_OK)
        status = prong_ops_parse(operations, &uses, &a.work.count, err);
    if (status == PRONG_OK)
        status = prong_axis_plan(&a.work.axis, array, axes, axis_count, err);
    if (status == PRONG_OK)
        status = prong_grid_create(&a.grid, &a.work.axis, a.work.count, resolved.format, err);
    a.work.uses = uses;
    a.work.options = &resolved;
    if (status == PRONG_OK)
        status = reduce(&a, operations, &run, err);
    prong_op_uses_free(uses, a.work.count);
    if (status)
        prong_grid_free(a.grid);
    else
        *out = a.grid;
    return status;
}
