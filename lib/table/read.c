/* SPDX-License-Identifier: MIT */
/* Reading the rows of tables: a job over chunks, of which workers make states, or groups, or columns that are kept.
 *
 * The parent takes chunks in their order, so indices of rows are known and the first error in the text is the one told.
 *
 * Whether a chunk begins inside quotes is guessed by its worker, from how its front reads, and the parent, who knows from the
 * chunks before, looks whether that was right. If it was not, even once, all is done again after a pass that finds out for every
 * chunk (quotes.c): reading the bytes twice is what costs most. Where there are comments that pass comes first. */
#include "config.h"

#include "table/read.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/size.h"
#include "pool/job.h"
#include "reduce/add.h"
#include "table/quotes.h"

#include <stdlib.h>
#include <string.h>

/* ---- In a worker ---- */

static void run_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    const struct prong_reading *run = ctx;

    prong_rows_range(&run->work.rows, chunk, first, last);
}

/* Behind the text, where that is in the area. */
static void *output_area(const struct prong_table_work *work, void *area)
{
    return (unsigned char *)area + work->rows.block;
}

/* Columns that are kept lie one behind the other in the area, each with room for all rows that a chunk may have. */
static double *kept_area(const struct prong_table_work *work, void *area, size_t k)
{
    return (double *)output_area(work, area) + k * work->most_rows;
}

static void compute_states(const struct prong_table_work *work, uint64_t chunk, struct prong_table_part *part, void *area)
{
    struct prong_rows rows;
    size_t n;

    prong_states_init(work, prong_part_states(part));
    prong_rows_begin(&rows, &work->rows, &work->scratch, chunk, area);
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
    const struct prong_reading *run = ctx;
    struct prong_table_part *part = partial;
    uint64_t first, last;

    run_range(chunk, &first, &last, ctx);
    *part = (struct prong_table_part){ .bytes = last - first };
    if (run->work.rows.block) {
        part->bytes = ((struct prong_row_block *)area)->length;
        part->lines = prong_index_kernel_choose()->count(((struct prong_row_block *)area)->data, (size_t)part->bytes, '\n');
    }
    if (run->work.rows.key != PRONG_NO_COLUMN)
        prong_groups_compute(&run->work, chunk, part, area, area ? output_area(&run->work, area) : NULL);
    else
        compute_states(&run->work, chunk, part, area);
    return part->halt.stop ? PRONG_FOLD_STOP : 0;
}

/* ---- In the parent ---- */

static prong_status keep(struct prong_reading *run, const struct prong_table_part *part, void *area)
{
    prong_status status = PRONG_OK;

    for (size_t k = 0; k < run->work.kept_count && status == PRONG_OK; k++)
        status = prong_kept_append(&run->kept[k], kept_area(&run->work, area, k), part->rows, &run->in_memory, run->memory_limit,
                                   run->err);
    return status;
}

static int run_deliver(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    struct prong_reading *run = ctx;
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
    if (run->halt.stop && run->work.rows.block)
        prong_flow_stop(run->work.table, area, run->lines);
    if (run->halt.stop)
        return 0;
    run->lines += part->lines;
    if (result->grouped)
        outcome = (int)prong_groups_join(result->groups, &run->work, output_area(&run->work, (void *)(uintptr_t)area),
                                         result->rows, run->err);
    else
        outcome = prong_states_combine(&run->work, result->states, states, result->rows);
    if (outcome == 0)
        outcome = (int)keep(run, part, (void *)(uintptr_t)area);
    result->rows += part->rows;
    result->skipped += part->skipped;
    result->bytes += part->bytes;
    return outcome;
}

prong_status prong_reading_options(struct prong_reading *run, prong_options *options, prong_stats *one, prong_error *err)
{
    *options = run->run;
    *one = (prong_stats){ .size = sizeof *one };
    options->stats = one;
    if (!run->deadline)
        return PRONG_OK;
    options->timeout = (double)(run->deadline - prong_now()) * 1e-9;
    return options->timeout > 0 ? PRONG_OK : prong_fail(err, PRONG_ETIMEDOUT, "%s", "");
}

static prong_status explain(const struct prong_reading *run, prong_status status, prong_error *err)
{
    struct prong_source source = { .array = run->work.table->array };

    prong_explain(&source, status, err);
    return status;
}

static prong_status feed_step(void *block, bool *full, bool *end, void *ctx, prong_error *err)
{
    const struct prong_reading *run = ctx;

    return prong_flow_step(run->work.table, run->work.rows.grain, block, full, end, err);
}

static bool feed_pending(void *ctx)
{
    const struct prong_reading *run = ctx;

    return prong_flow_pending(run->work.table);
}

static prong_status read_rows(struct prong_reading *run, uint64_t chunks, prong_error *err)
{
    struct prong_table_work *work = &run->work;
    struct prong_job_spec job = { .chunks = chunks,
                                  .partial_size = sizeof(struct prong_table_part),
                                  .compute = run_compute,
                                  .deliver = run_deliver,
                                  .range = run_range,
                                  .ctx = run };
    struct prong_feed feed;
    prong_error why = PRONG_ERROR_INIT;
    prong_options options;
    prong_stats one;
    prong_status status = prong_reading_options(run, &options, &one, err);
    void *unused = NULL;

    if (status)
        return status;
    if (run->result->grouped)
        job.output_size = prong_groups_area(work);
    else
        job.partial_size += work->states_size;
    if (work->kept_count)
        job.output_size = work->kept_count * (size_t)work->most_rows * sizeof(double);
    if (work->rows.block) {
        feed = (struct prong_feed){ work->table->array->fd, work->rows.block + job.output_size, feed_step, feed_pending };
        job.feed = &feed;
    } else {
        job.inputs[0] = (struct prong_region){ work->table->array->map, work->table->array->map_size };
    }
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

/* Nothing has been added, or what has is forgotten. */
static prong_status begin(struct prong_reading *run, prong_error *err)
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

/* A pass over the quotes. */
static prong_status find_quotes(struct prong_reading *run, uint64_t chunks, unsigned char **inside, prong_error *err)
{
    prong_options options;
    prong_stats one;
    prong_status status = prong_reading_options(run, &options, &one, err);

    if (status)
        return status;
    status = prong_quotes_find(&run->work.rows, run->work.scratch.window, chunks, &options, inside, err);
    prong_stats_add(&run->all, &one);
    return status ? explain(run, status, err) : PRONG_OK;
}

/* All rows of a table, behind those of the tables before. */
static prong_status read_table(struct prong_reading *run, const struct prong_table *table, bool guess, prong_error *err)
{
    struct prong_rows_plan *rows = &run->work.rows;
    uint64_t chunks = table->flow ? PRONG_CHUNKS_UNKNOWN : prong_ceil_div(prong_rows_units(table), rows->grain);
    bool quotes = !table->flow && chunks > 1 && table->dialect.quote;
    unsigned char *inside = NULL;
    prong_status status = table->flow ? prong_flow_begin(table, err) : PRONG_OK;

    if (status)
        return status;

    run->work.table = rows->table = table;
    rows->dialect = table->dialect;
    rows->inside = NULL;
    rows->block = table->flow ? prong_flow_block_size(rows->grain) : 0;
    run->lines = 0;
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
 * leaves no trace in the caller's. What flows by cannot be read again: then nothing is guessed of the other tables either. */
prong_status prong_read_tables(struct prong_reading *run, prong_error *err)
{
    bool guess = true;

    for (size_t t = 0; t < run->table_count; t++)
        guess = guess && !run->tables[t]->flow;
    for (;; guess = false) {
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
