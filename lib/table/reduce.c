/* SPDX-License-Identifier: MIT */
/* The reduction of a table, from the parent's side:
 *
 *     rows     a job over chunks: rows are read, and added to states of the chunk, or to those of its groups; columns that are
 *              looked at more than once are handed to the parent as doubles                  (read.c)
 *     passes   reductions of these columns, each an array of its own                      (lib/reduce) */
#include "config.h"

#include "table/read.h"

#include "base/clock.h"
#include "base/error.h"
#include "pool/options.h"
#include "reduce/add.h"
#include "reduce/multi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reduces the kept column of a target by the operations that take passes. */
static prong_status reduce_kept(struct prong_reading *run, size_t t, prong_error *err)
{
    struct prong_table_result *result = run->result;
    const struct prong_target *target = &result->targets[t];
    prong_reduce_options options = result->options;
    prong_options run_options;
    prong_stats one;
    prong_array *array = NULL;
    char *list = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&list, &size);
    prong_status status = prong_reading_options(run, &run_options, &one, err);

    if (status == PRONG_OK && !out)
        status = prong_fail(err, PRONG_ENOMEM, "%s", "a list of operations");
    for (size_t i = 0; out && i < target->use_count; i++) {
        const struct prong_op_use *use = &target->uses[i];
        fprintf(out, "%s%.*s", i ? "," : "", (int)strcspn(use->text, "@"), use->text);
    }
    if (out && fclose(out) == EOF && status == PRONG_OK)
        status = prong_fail(err, PRONG_ENOMEM, "%s", "a list of operations");
    options.run = &run_options;
    options.grain = 0;
    if (status == PRONG_OK)
        status = prong_reduction_create(&result->reductions[t], list, &options, err);
    if (status == PRONG_OK)
        status = prong_kept_array(&run->kept[target->kept], &array, err);
    if (status == PRONG_OK) {
        status = prong_reduction_add(result->reductions[t], array, err);
        prong_stats_add(&run->all, &one);
        if (status)
            prong_error_prefix(err, "%s, column '%.60s': ",
                               run->table_count > 1 ? "all" : prong_display_name(run->work.table->array),
                               result->names[target->column]);
    }
    prong_array_close(array);
    free(list);
    return status;
}

static prong_status allocate(struct prong_reading *run, prong_error *err)
{
    struct prong_table_work *work = &run->work;
    struct prong_table_result *result = run->result;
    prong_status status = prong_rows_allocate(&work->scratch, &work->rows, err);

    work->adding = calloc(1, sizeof *work->adding);
    if (work->adding)
        work->adding->adder = prong_adder_create();
    work->columns = calloc(work->rows.slot_count + 1, sizeof *work->columns);
    for (size_t s = 0; work->columns && s < work->rows.slot_count; s++)
        work->columns[s] = work->scratch.values ? prong_rows_values(&work->rows, &work->scratch, s) : NULL;
    run->kept = calloc(work->kept_count + 1, sizeof *run->kept);
    for (size_t k = 0; run->kept && k < work->kept_count; k++)
        run->kept[k].fd = -1;
    result->reductions = calloc(work->target_count + 1, sizeof *result->reductions);
    result->states = malloc(work->states_size);
    if (status == PRONG_OK && result->grouped)
        status = prong_groups_allocate(&work->grouping, work, err);
    if (status)
        return status;
    if (!work->adding || !work->adding->adder || !work->columns || !run->kept || !result->reductions || !result->states)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for states", work->states_size);
    return PRONG_OK;
}

static void release(struct prong_reading *run)
{
    struct prong_table_work *work = &run->work;

    for (size_t k = 0; run->kept && k < work->kept_count; k++)
        prong_kept_close(&run->kept[k]);
    free(run->kept);
    if (work->adding)
        prong_adder_destroy(work->adding->adder);
    free(work->adding);
    free(work->columns);
    prong_groups_release(work->grouping);
    prong_rows_release(&work->scratch);
}

static prong_status run_all(struct prong_reading *run, prong_error *err)
{
    struct prong_table_result *result = run->result;
    prong_status status = allocate(run, err);

    if (status == PRONG_OK)
        status = prong_read_tables(run, err);
    for (size_t t = 0; t < result->target_count && status == PRONG_OK; t++)
        if (result->targets[t].passes)
            status = reduce_kept(run, t, err);
    if (status == PRONG_OK && result->grouped)
        prong_groups_finish(result->groups, &run->work);
    release(run);
    return status;
}

static void give_stats(prong_stats *out, const prong_stats *all)
{
    size_t size = out->size;

    memcpy(out, all, size && size < sizeof *all ? size : sizeof *all);
    out->size = size;
}

static void plan_work(struct prong_reading *run, const struct prong_table *table, uint64_t grain)
{
    struct prong_table_result *result = run->result;
    struct prong_table_work *work = &run->work;

    if (grain == 0)
        grain = PRONG_TABLE_GRAIN;
    work->table = table;
    work->rows = (struct prong_rows_plan){ .table = table,
                                           .dialect = table->dialect,
                                           .grain = grain < PRONG_TABLE_MOST_GRAIN ? grain : PRONG_TABLE_MOST_GRAIN,
                                           .slots = result->slots,
                                           .slot_count = result->slot_count,
                                           .key = table->group,
                                           .stop_at_nan = result->options.nan == PRONG_NAN_RAISE };
    work->targets = result->targets;
    work->target_count = result->target_count;
    for (size_t t = 0; t < result->target_count; t++)
        work->states_size += result->targets[t].plan.size;
    work->kept_count = result->kept_count;
    work->kept_slots = result->kept_slots;
    /* A row has a byte for each field at least, and one that is not empty two. */
    work->most_rows = work->rows.grain / (table->columns > 2 ? table->columns : 2) + 2;
    work->rows.batch = work->most_rows < PRONG_BATCH ? (size_t)work->most_rows : PRONG_BATCH;
}

prong_status prong_table_reduce(const prong_table *table, const char *operations, const prong_reduce_options *options,
                                prong_table_result **out, prong_error *err)
{
    return prong_table_reduce_all(&table, 1, operations, options, out, err);
}

prong_status prong_table_reduce_all(const prong_table *const *tables, size_t count, const char *operations,
                                    const prong_reduce_options *options, prong_table_result **out, prong_error *err)
{
    struct prong_table_result *result;
    struct prong_reading run = { .tables = tables, .table_count = count, .all = { .size = sizeof run.all } };
    prong_error mine = PRONG_ERROR_INIT;
    prong_error *report = err ? err : &mine;
    prong_status status;

    if (!tables || count == 0 || !operations || !out)
        return prong_fail(err, PRONG_EINVAL, "prong_table_reduce: there is no table, or an argument is NULL");
    *out = NULL;
    status = prong_tables_match(tables, count, report);
    if (status)
        return status;
    result = calloc(1, sizeof *result);
    if (!result)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes", sizeof *result);
    result->group = tables[0]->group;
    result->grouped = tables[0]->group != PRONG_NO_COLUMN;
    status = prong_reduce_options_resolve(&result->options, options, report);
    if (status == PRONG_OK && (result->options.where || result->options.weights))
        status = prong_fail(report, PRONG_EINVAL, "masks and weights are for arrays, not for tables");
    if (status == PRONG_OK)
        status = prong_options_resolve(&run.run, result->options.run, report);
    if (status == PRONG_OK)
        status = prong_targets_resolve(result, tables[0], operations, report);
    if (status == PRONG_OK) {
        run.result = result;
        run.stats = run.run.stats;
        run.deadline = run.run.timeout > 0 ? prong_now() + (int64_t)(run.run.timeout * 1e9) : 0;
        run.memory_limit = prong_multi_memory(&result->options);
        plan_work(&run, tables[0], result->options.grain);
        status = run_all(&run, report);
        if (run.stats)
            give_stats(run.stats, &run.all);
    }
    if (status) {
        prong_table_result_free(result);
        return status;
    }
    *out = result;
    return PRONG_OK;
}
