/* SPDX-License-Identifier: MIT */
/* The reduction of a table, from the parent's side and the workers':
 *
 *     rows     a job over chunks: rows are read, and added to states of the chunk, or to those of its groups; columns that are
 *              looked at more than once are handed to the parent as doubles
 *     passes   reductions of these columns, each an array of its own                      (lib/reduce)
 *
 * The parent takes chunks in their order, so indices of rows are known and the first error in the text is the one told.
 *
 * Whether a chunk begins inside quotes is guessed by its worker, from how its front reads, and the parent, who knows from the
 * chunks before, looks whether that was right. If it was not, even once, all is done again after a pass that finds out for every
 * chunk (quotes.c): reading the bytes twice is what costs most. Where there are comments that pass comes first. */
#include "config.h"

#include "table/work.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/size.h"
#include "pool/job.h"
#include "pool/options.h"
#include "reduce/add.h"
#include "reduce/multi.h"
#include "table/quotes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct running {
    struct prong_table_work work;
    struct prong_table_result *result;
    const struct prong_table *const *tables; /* their rows are as those of one table */
    size_t table_count;
    /* The parent's. */
    struct prong_table_halt halt;
    uint32_t inside; /* what the next chunk begins in, if the first pass guesses */
    bool misled;     /* a guess was wrong */
    struct prong_kept *kept;
    uint64_t in_memory, memory_limit;
    prong_options run;
    prong_stats *stats; /* the caller's, or NULL */
    prong_stats all;
    int64_t deadline; /* 0: none */
    prong_error *err; /* what deliver failed for */
};

/* ---- In a worker ---- */

static void run_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    const struct running *run = ctx;

    prong_rows_range(&run->work.rows, chunk, first, last);
}

/* Columns that are kept lie one behind the other in the area, each with room for all rows that a chunk may have. */
static double *kept_area(const struct prong_table_work *work, void *area, size_t k)
{
    return (double *)area + k * work->most_rows;
}

static void compute_states(const struct prong_table_work *work, uint64_t chunk, struct prong_table_part *part, void *area)
{
    struct prong_rows rows;
    size_t n;

    prong_states_init(work, prong_part_states(part));
    prong_rows_begin(&rows, &work->rows, &work->scratch, chunk);
    while ((n = prong_rows_next(&rows)) > 0) {
        prong_states_add(work, prong_part_states(part), work->columns, n, part->rows, NULL);
        for (size_t k = 0; k < work->kept_count; k++)
            memcpy(kept_area(work, area, k) + part->rows, work->columns[work->kept_slots[k]], n * sizeof(double));
        part->rows += n;
    }
    prong_part_note(part, &rows);
}

static int run_compute(void *partial, uint64_t chunk, void *area, void *ctx)
{
    const struct running *run = ctx;
    struct prong_table_part *part = partial;
    uint64_t first, last;

    run_range(chunk, &first, &last, ctx);
    *part = (struct prong_table_part){ .bytes = last - first };
    if (run->work.rows.key != PRONG_NO_COLUMN)
        prong_groups_compute(&run->work, chunk, part, area);
    else
        compute_states(&run->work, chunk, part, area);
    return part->halt.stop ? PRONG_FOLD_STOP : 0;
}

/* ---- In the parent ---- */

static prong_status keep(struct running *run, const struct prong_table_part *part, void *area)
{
    prong_status status = PRONG_OK;

    for (size_t k = 0; k < run->work.kept_count && status == PRONG_OK; k++)
        status = prong_kept_append(&run->kept[k], kept_area(&run->work, area, k), part->rows, &run->in_memory, run->memory_limit,
                                   run->err);
    return status;
}

static int run_deliver(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    struct running *run = ctx;
    struct prong_table_result *result = run->result;
    const struct prong_table_part *part = partial;
    const void *states = (const unsigned char *)partial + sizeof *part;
    int outcome = 0;

    (void)chunk;
    if (run->halt.stop)
        return 0;
    run->misled = run->work.rows.guess && part->inside != run->inside;
    if (run->misled)
        return 1;
    run->inside = part->after;
    run->halt = part->halt;
    if (run->halt.stop)
        return 0;
    if (result->grouped)
        outcome = (int)prong_groups_join(result->groups, &run->work, area, result->rows, run->err);
    else
        outcome = prong_states_combine(&run->work, result->states, states, result->rows);
    if (outcome == 0)
        outcome = (int)keep(run, part, (void *)(uintptr_t)area);
    result->rows += part->rows;
    result->skipped += part->skipped;
    result->bytes += part->bytes;
    return outcome;
}

/* Options for the next run of several, which gets what is left of the time. */
static prong_status next_run(struct running *run, prong_options *options, prong_stats *one, prong_error *err)
{
    *options = run->run;
    *one = (prong_stats){ .size = sizeof *one };
    options->stats = one;
    if (!run->deadline)
        return PRONG_OK;
    options->timeout = (double)(run->deadline - prong_now()) * 1e-9;
    return options->timeout > 0 ? PRONG_OK : prong_fail(err, PRONG_ETIMEDOUT, "%s", "");
}

static prong_status explain(const struct running *run, prong_status status, prong_error *err)
{
    struct prong_source source = { .array = run->work.table->array };

    prong_explain(&source, status, err);
    return status;
}

static prong_status read_rows(struct running *run, uint64_t chunks, prong_error *err)
{
    struct prong_table_work *work = &run->work;
    struct prong_job_spec job = { .chunks = chunks,
                                  .partial_size = sizeof(struct prong_table_part),
                                  .compute = run_compute,
                                  .deliver = run_deliver,
                                  .range = run_range,
                                  .ctx = run };
    prong_error why = PRONG_ERROR_INIT;
    prong_options options;
    prong_stats one;
    prong_status status = next_run(run, &options, &one, err);
    void *unused = NULL;

    if (status)
        return status;
    if (run->result->grouped)
        job.output_size = prong_groups_area(work);
    else
        job.partial_size += work->states_size;
    if (work->kept_count)
        job.output_size = work->kept_count * (size_t)work->most_rows * sizeof(double);
    job.inputs[0] = (struct prong_region){ work->table->array->map, work->table->array->map_size };
    unused = malloc(job.partial_size);
    if (!unused)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for states", job.partial_size);
    run->err = &why;
    status = prong_job_run(&job, &options, unused, err);
    free(unused);
    prong_stats_add(&run->all, &one);
    if (run->misled)
        return PRONG_EBODY; /* and begin again: see run_all */
    if (status == PRONG_EBODY && why.status) {
        prong_error_copy(err, &why);
        return why.status;
    }
    return status ? explain(run, status, err) : prong_table_explain(work->table, &run->halt, err);
}

/* Reduces the kept column of a target by the operations that take passes. */
static prong_status reduce_kept(struct running *run, size_t t, prong_error *err)
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
    prong_status status = out ? next_run(run, &run_options, &one, err) : prong_fail(err, PRONG_ENOMEM, "%s", "a list");

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

static prong_status allocate(struct running *run, prong_error *err)
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

/* Nothing has been added, or what has is forgotten. */
static prong_status begin(struct running *run, prong_error *err)
{
    struct prong_table_work *work = &run->work;
    struct prong_table_result *result = run->result;
    prong_status status = PRONG_OK;

    prong_states_init(work, result->states);
    prong_groups_free(result->groups);
    result->groups = result->grouped ? prong_groups_create(work, run->memory_limit) : NULL;
    if (result->grouped && !result->groups)
        return prong_fail(err, PRONG_ENOMEM, "%s", "for groups");
    for (size_t k = 0; k < work->kept_count && status == PRONG_OK; k++) {
        prong_kept_close(&run->kept[k]);
        status = prong_kept_open(&run->kept[k], err);
    }
    result->rows = result->skipped = result->bytes = run->in_memory = 0;
    run->halt = (struct prong_table_halt){ .stop = PRONG_TABLE_GOES_ON };
    run->misled = false;
    return status;
}

static void release(struct running *run)
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

/* A pass over the quotes. */
static prong_status find_quotes(struct running *run, uint64_t chunks, unsigned char **inside, prong_error *err)
{
    prong_options options;
    prong_stats one;
    prong_status status = next_run(run, &options, &one, err);

    if (status)
        return status;
    status = prong_quotes_find(&run->work.rows, run->work.scratch.window, chunks, &options, inside, err);
    prong_stats_add(&run->all, &one);
    return status ? explain(run, status, err) : PRONG_OK;
}

/* All rows of a table, behind those of the tables before. */
static prong_status read_table(struct running *run, const struct prong_table *table, bool guess, prong_error *err)
{
    struct prong_rows_plan *rows = &run->work.rows;
    uint64_t chunks = prong_ceil_div(prong_rows_units(table), rows->grain);
    bool quotes = chunks > 1 && table->dialect.quote;
    unsigned char *inside = NULL;
    prong_status status = PRONG_OK;

    run->work.table = rows->table = table;
    rows->dialect = table->dialect;
    rows->inside = NULL;
    rows->guess = quotes && guess && !table->dialect.comment;
    run->inside = PRONG_INSIDE_PLAIN;
    if (quotes && !rows->guess)
        status = find_quotes(run, chunks, &inside, err);
    if (status == PRONG_OK)
        status = read_rows(run, chunks, err);
    free(inside);
    return status;
}

/* All tables; again, without guesses, where one was wrong: what was added cannot be taken away. A wrong guess is no error, and
 * leaves no trace in the caller's. */
static prong_status read_tables(struct running *run, prong_error *err)
{
    for (bool guess = true;; guess = false) {
        prong_error mine = PRONG_ERROR_INIT;
        prong_status status = begin(run, &mine);
        for (size_t t = 0; t < run->table_count && status == PRONG_OK; t++)
            status = read_table(run, run->tables[t], guess, &mine);
        if (run->misled)
            continue;
        if (status)
            prong_error_copy(err, &mine);
        return status;
    }
}

static prong_status run_all(struct running *run, prong_error *err)
{
    struct prong_table_result *result = run->result;
    prong_status status = allocate(run, err);

    if (status == PRONG_OK)
        status = read_tables(run, err);
    for (size_t t = 0; t < result->target_count && status == PRONG_OK; t++)
        if (result->targets[t].passes)
            status = reduce_kept(run, t, err);
    if (status == PRONG_OK && result->grouped)
        prong_groups_sort(result->groups);
    release(run);
    return status;
}

static void give_stats(prong_stats *out, const prong_stats *all)
{
    size_t size = out->size;

    memcpy(out, all, size && size < sizeof *all ? size : sizeof *all);
    out->size = size;
}

static void plan_work(struct running *run, const struct prong_table *table, uint64_t grain)
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
    struct running run = { .tables = tables, .table_count = count, .all = { .size = sizeof run.all } };
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
