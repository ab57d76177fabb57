/* SPDX-License-Identifier: MIT */
/* A chunk's rows. The chunk is fetched whole, with the byte before it; it is indexed piece by piece, and the rows of a piece are
 * parsed before the next is indexed. Where the last row goes on behind the chunk, more of the file is fetched until it ends.
 *
 * An error stops the chunk at the first place in the order of the text, whatever the pieces and chunks: a row's length and its
 * quotes are looked at before its fields, and rows before those behind. Behind a quote out of place nothing is to be believed,
 * and nothing is said: the chunk with the row's front tells. */
#include "config.h"

#include "table/rows.h"

#include "base/error.h"
#include "base/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

uint64_t prong_rows_units(const struct prong_table *table)
{
    return table->array->bytes - table->first;
}

void prong_rows_range(const struct prong_rows_plan *plan, uint64_t chunk, uint64_t *first, uint64_t *last)
{
    uint64_t all = plan->table->flow ? UINT64_MAX : prong_rows_units(plan->table);

    *first = chunk * plan->grain;
    *last = all - *first > plan->grain ? *first + plan->grain : all;
}

prong_status prong_rows_allocate(struct prong_rows_scratch *scratch, const struct prong_rows_plan *plan, prong_error *err)
{
    size_t window = 1 + (size_t)plan->grain + PRONG_MOST_ROW + 2 * PRONG_TABLE_PIECE;
    size_t ends = PRONG_MOST_ROW + 2 * PRONG_TABLE_PIECE + PRONG_TABLE_OVERRUN;
    size_t values;

    if (!prong_size_mul(plan->slot_count + 1, plan->batch * sizeof(double), &values))
        return prong_fail(err, PRONG_ENOMEM, "%zu columns", plan->slot_count);
    scratch->window = malloc(window);
    scratch->ends = malloc(ends * sizeof *scratch->ends);
    scratch->rows = malloc((PRONG_TABLE_PIECE + 1) * sizeof *scratch->rows);
    scratch->values = malloc(values);
    scratch->keys = malloc(PRONG_BATCH * sizeof *scratch->keys);
    if (!scratch->window || !scratch->ends || !scratch->rows || !scratch->values || !scratch->keys)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes to read a table", window + ends * sizeof *scratch->ends + values);
    return PRONG_OK;
}

void prong_rows_release(struct prong_rows_scratch *scratch)
{
    free(scratch->window);
    free(scratch->ends);
    free(scratch->rows);
    free(scratch->values);
    free(scratch->keys);
    *scratch = (struct prong_rows_scratch){ 0 };
}

/* How well the front of a chunk goes with what it may begin in: the place of the first quote that does not, or, where all do,
 * more the more rows have as many fields as the table. */
static uint64_t likelihood(struct prong_rows *r, char before, enum prong_inside inside, uint32_t bytes)
{
    struct prong_index *index = &r->index;
    uint64_t fitting = 0;

    prong_index_begin(index, &r->plan->dialect, r->base, before, inside);
    r->kernel->index(index, bytes);
    if (index->stray != UINT32_MAX)
        return index->stray;
    for (uint32_t k = 1; k < index->row_count; k++)
        fitting += index->rows[k].ends - index->rows[k - 1].ends == r->plan->table->columns;
    return (uint64_t)UINT32_MAX + fitting;
}

/* What the chunk begins in, by the look of its front. The parent knows better, once the chunks before are done: see reduce.c. */
static enum prong_inside guess(struct prong_rows *r, char before)
{
    uint32_t bytes = r->own < PRONG_TABLE_LOOK ? r->own : PRONG_TABLE_LOOK;

    if (r->kernel->count(r->base, bytes, r->plan->dialect.quote) == 0)
        return PRONG_INSIDE_PLAIN;
    return likelihood(r, before, PRONG_INSIDE_QUOTES, bytes) > likelihood(r, before, PRONG_INSIDE_PLAIN, bytes)
               ? PRONG_INSIDE_QUOTES : PRONG_INSIDE_PLAIN;
}

static void begin_block(struct prong_rows *r, const struct prong_row_block *block)
{
    r->first = block->at;
    r->own = r->have = (uint32_t)block->length;
    r->base = block->data;
    r->whole = true;
    prong_index_begin(&r->index, &r->plan->dialect, r->base, '\n', PRONG_INSIDE_PLAIN);
}

static void begin_chunk(struct prong_rows *r, uint64_t chunk)
{
    const struct prong_rows_plan *plan = r->plan;
    const struct prong_rows_scratch *scratch = r->scratch;
    const struct prong_array *array = plan->table->array;
    uint64_t first, last;
    bool before = chunk > 0;
    const char *data;

    prong_rows_range(plan, chunk, &first, &last);
    r->first = plan->table->first + first;
    r->own = r->have = (uint32_t)(last - first);
    data = prong_array_fetch(array, array->data + r->first - before, before + (size_t)r->own, scratch->window);
    r->mapped = data != scratch->window;
    r->base = data + before;
    if (plan->inside)
        r->inside = (enum prong_inside)plan->inside[chunk];
    else if (plan->guess && before)
        r->inside = guess(r, data[0]);
    prong_index_begin(&r->index, &plan->dialect, r->base, before ? data[0] : '\n', r->inside);
    r->skipping = before && !(data[0] == '\n' && r->inside == PRONG_INSIDE_PLAIN);
}

void prong_rows_begin(struct prong_rows *r, const struct prong_rows_plan *plan, const struct prong_rows_scratch *scratch,
                      uint64_t chunk, const void *area)
{
    *r = (struct prong_rows){ .plan = plan,
                              .scratch = scratch,
                              .powers = prong_powers(),
                              .kernel = prong_index_kernel_choose() };
    r->index.ends = scratch->ends;
    r->index.rows = scratch->rows;
    if (plan->block)
        begin_block(r, area);
    else
        begin_chunk(r, chunk);
}

/* Reads on behind the chunk; false: there is nothing more. */
static bool extend(struct prong_rows *r)
{
    const struct prong_array *array = r->plan->table->array;
    const unsigned char *from;
    uint64_t left;
    size_t bytes;

    if (r->whole) /* and perhaps of a pipe, whose array has no data to point at */
        return false;
    left = array->bytes - r->first - r->have;
    bytes = left < PRONG_TABLE_PIECE ? (size_t)left : PRONG_TABLE_PIECE;
    if (bytes == 0)
        return false;
    from = array->data + r->first + r->have;
    if (r->mapped) {
        prong_array_prefault(array, from, bytes);
    } else {
        char *to = r->scratch->window + (r->base - r->scratch->window) + r->have;
        const void *found = prong_array_fetch(array, from, bytes, to);
        if (found != to)
            memcpy(to, found, bytes);
    }
    r->have += (uint32_t)bytes;
    return true;
}

static void halt(struct prong_rows *r, enum prong_table_stop stop, uint64_t column, uint32_t at)
{
    r->halt = (struct prong_table_halt){ .stop = stop, .column = column, .at = r->first + at };
    r->over = true;
}

/* Is the row [begin, end) too long, or is a quote in it out of place? */
static bool is_broken(struct prong_rows *r, uint32_t end)
{
    bool stray = r->index.stray >= r->begin && r->index.stray <= end, is_long = end - r->begin > PRONG_MOST_ROW;

    if (!stray && !is_long)
        return false;
    if (r->skipping)
        r->over = true;
    else if (stray && r->index.stray - r->begin <= PRONG_MOST_ROW)
        halt(r, PRONG_TABLE_STRAY_QUOTE, 0, r->index.stray);
    else if (is_long)
        halt(r, PRONG_TABLE_LONG_ROW, 0, r->begin);
    return r->over;
}

/* The file ends: its last row may be without a newline. */
static void finish(struct prong_rows *r)
{
    struct prong_index *index = &r->index;
    uint32_t field = index->n ? index->ends[index->n - 1] + 1 : r->begin;

    r->at_end = true;
    if (index->inside && !r->skipping && r->begin < r->own) {
        if (!is_broken(r, index->at))
            halt(r, PRONG_TABLE_OPEN_QUOTE, 0, field);
        return;
    }
    if (!index->inside)
        prong_index_finish(index, r->begin);
}

/* Indexes the next piece; r->over where nothing of this chunk is left. */
static void advance(struct prong_rows *r)
{
    struct prong_index *index = &r->index;
    uint32_t to;

    memmove(index->ends, index->ends + r->used, (index->n - r->used) * sizeof *index->ends);
    index->n -= r->used;
    r->used = r->row = index->row_count = 0;
    if (r->at_end || (r->begin >= r->own && !r->skipping) || (r->skipping && index->at >= r->own)) {
        r->over = true;
        return;
    }
    if (is_broken(r, index->at))
        return;
    if (index->at == r->have && !extend(r)) {
        finish(r);
        return;
    }
    to = r->have - index->at > PRONG_TABLE_PIECE ? index->at + PRONG_TABLE_PIECE : r->have;
    /* Behind its first row's end, what is skipped is not kept. */
    if (r->skipping)
        index->n = 0;
    r->kernel->index(index, to);
    if (index->at == r->own)
        r->after = index->inside ? PRONG_INSIDE_QUOTES : PRONG_INSIDE_PLAIN;
}

/* Parses what is asked for of a row into place n. */
static bool take(struct prong_rows *r, const uint32_t *ends, uint32_t begin, uint32_t end, size_t n)
{
    const struct prong_rows_plan *plan = r->plan;
    const char *limit = r->base + r->have;

    for (size_t s = 0; s < plan->slot_count; s++) {
        struct prong_span span = prong_index_field(&r->index, ends, plan->slots[s], begin, end);
        double *value = prong_rows_values(plan, r->scratch, s) + n;
        if (!prong_table_number(plan->table, r->powers, r->base + span.at, r->base + span.end, limit, value))
            halt(r, PRONG_TABLE_BAD_NUMBER, plan->slots[s], span.at);
        else if (plan->stop_at_nan && isnan(*value))
            halt(r, PRONG_TABLE_NAN, plan->slots[s], span.at);
        if (r->over)
            return false;
    }
    if (plan->key != PRONG_NO_COLUMN)
        r->scratch->keys[n] = prong_index_field(&r->index, ends, plan->key, begin, end);
    return true;
}

/* The next row of the index. True: it was taken into place n. */
static bool next_row(struct prong_rows *r, size_t n)
{
    const struct prong_table *table = r->plan->table;
    const struct prong_row_end row = r->index.rows[r->row];
    const uint32_t *ends = r->index.ends + r->used;
    uint32_t begin = r->begin, fields = row.ends - r->used;
    bool was_skipping = r->skipping;

    if (!was_skipping && begin >= r->own)
        r->over = true;
    if (r->over || is_broken(r, row.at))
        return false;
    r->row++;
    r->used = row.ends;
    r->begin = row.at + 1;
    r->skipping = false;
    if (was_skipping || prong_index_is_empty(&r->index, fields, begin, row.at))
        return false;
    if (fields != table->columns) {
        r->skipped++;
        if (!table->skip_ragged)
            halt(r, PRONG_TABLE_RAGGED, fields, begin);
        return false;
    }
    return take(r, ends, begin, row.at, n);
}

size_t prong_rows_next(struct prong_rows *r)
{
    size_t n = 0;

    while (n < r->plan->batch && !r->over) {
        while (n < r->plan->batch && !r->over && r->row < r->index.row_count)
            n += next_row(r, n);
        if (r->row == r->index.row_count && !r->over && n < r->plan->batch)
            advance(r);
    }
    return n;
}
