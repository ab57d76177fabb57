/* SPDX-License-Identifier: MIT */
/* Tables that flow: their front, and blocks of whole rows. */
#include "config.h"

#include "table/flow.h"

#include "base/error.h"
#include "reduce/add.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 4096 }; /* bytes that are read at a time to find the end of a block's last row */

prong_status prong_flow_open(struct prong_table *table, prong_error *err)
{
    struct prong_flow *flow = table->flow = calloc(1, sizeof *flow);

    if (flow) {
        flow->room = (size_t)PRONG_TABLE_FRONT > (size_t)STEP ? PRONG_TABLE_FRONT : STEP;
        flow->ahead = malloc(flow->room);
    }
    return flow && flow->ahead ? PRONG_OK : prong_fail(err, PRONG_ENOMEM, "the front of %s", prong_display_name(table->array));
}

void prong_flow_close(struct prong_flow *flow)
{
    if (!flow)
        return;
    free(flow->stopped.data);
    free(flow->ahead);
    free(flow);
}

/* Leaves out what is in front of a place that was read already. */
static void slide(struct prong_flow *flow, uint64_t to)
{
    const char *from = flow->ahead + flow->begin, *last;
    size_t n = flow->end - flow->begin;

    if (n > to - flow->at)
        n = (size_t)(to - flow->at);
    last = memrchr(from, '\n', n);
    flow->lines += prong_index_kernel_choose()->count(from, n, '\n');
    flow->column = last ? (uint64_t)(from + n - 1 - last) : flow->column + n;
    flow->begin += n;
    flow->at += n;
}

prong_status prong_flow_front(struct prong_table *table, uint64_t from, char *room, size_t size, size_t *got, prong_error *err)
{
    struct prong_flow *flow = table->flow;
    prong_status status = PRONG_OK;
    size_t have, more = 0;

    slide(flow, from);
    have = flow->end - flow->begin;
    memmove(flow->ahead, flow->ahead + flow->begin, have);
    flow->begin = 0;
    if (have < size && !flow->eof)
        status = prong_stream_fill(table->array, flow->ahead + have, size - have, table->cancel, table->timeout, &more,
                                   &flow->eof, err);
    flow->end = have + more;
    *got = flow->end < size ? flow->end : size;
    memcpy(room, flow->ahead, *got);
    return status;
}

size_t prong_flow_block_size(uint64_t grain)
{
    size_t size = sizeof(struct prong_row_block) + (size_t)grain + PRONG_MOST_ROW + 1 + STEP;

    return (size + 63) & ~(size_t)63;
}

prong_status prong_flow_begin(const struct prong_table *table, prong_error *err)
{
    struct prong_flow *flow = table->flow;

    if (flow->used)
        return prong_fail(err, PRONG_EINVAL, "%s was read once and is gone: without the option 'once' a pipe is kept",
                          prong_display_name(table->array));
    flow->used = true;
    slide(flow, table->first);
    return PRONG_OK;
}

/* Bytes towards a block, by one read at most. */
static prong_status take(const struct prong_table *table, char *to, size_t size, size_t *n, prong_error *err)
{
    struct prong_flow *flow = table->flow;
    prong_status status = PRONG_OK;

    *n = flow->end - flow->begin;
    if (*n > 0) {
        *n = *n < size ? *n : size;
        memcpy(to, flow->ahead + flow->begin, *n);
        flow->begin += *n;
    } else if (!flow->eof) {
        status = prong_stream_take(table->array, to, size, n, &flow->eof, err);
    }
    flow->at += *n;
    return status;
}

/* The last n bytes that were taken, by one read, are for the next block. Either they are what stands before begin in ahead, or
 * there is nothing ahead. */
static void put_back(struct prong_flow *flow, const char *from, size_t n)
{
    if (flow->begin < n)
        flow->begin = flow->end = n;
    flow->begin -= n;
    memcpy(flow->ahead + flow->begin, from, n);
    flow->at -= n;
}

/* Looks on for the end of a row in the block. True: behind it is *searched. */
static bool find_end(struct prong_flow *flow, const struct prong_dialect *dialect, const struct prong_row_block *block)
{
    while (flow->searched < block->length) {
        size_t i = flow->searched++;
        char c = block->data[i];
        if (c == '\n' && flow->inside != PRONG_INSIDE_QUOTES)
            return true;
        if (flow->inside == PRONG_INSIDE_COMMENT)
            continue;
        if (dialect->quote && c == dialect->quote)
            flow->inside = flow->inside == PRONG_INSIDE_QUOTES ? PRONG_INSIDE_PLAIN : PRONG_INSIDE_QUOTES;
        else if (dialect->comment && c == dialect->comment && flow->inside == PRONG_INSIDE_PLAIN &&
                 (i == 0 || block->data[i - 1] == '\n'))
            flow->inside = PRONG_INSIDE_COMMENT;
    }
    return false;
}

/* The block has all bytes in which rows of it start. Has it the last one's end, or is that row too long, whatever follows? */
static bool has_rows(struct prong_flow *flow, const struct prong_dialect *dialect, struct prong_row_block *block, bool *broken)
{
    unsigned char after[PRONG_INSIDES], any;

    if (flow->searched == 0) {
        flow->searched = flow->own - 1;
        prong_index_follow(dialect, '\n', block->data, flow->searched, after, &any);
        flow->inside = (enum prong_inside)after[PRONG_INSIDE_PLAIN];
    }
    if (find_end(flow, dialect, block)) {
        put_back(flow, block->data + flow->searched, (size_t)block->length - flow->searched);
        block->length = flow->searched;
        return true;
    }
    *broken = block->length > flow->own + PRONG_MOST_ROW;
    return *broken;
}

static void begin_block(const struct prong_table *table, uint64_t grain, struct prong_row_block *block)
{
    struct prong_flow *flow = table->flow;
    uint64_t last = table->first + (flow->chunk + 1) * grain;

    block->at = flow->at;
    block->length = 0;
    flow->own = last > flow->at ? (size_t)(last - flow->at) : 0;
    flow->searched = 0;
    flow->begun = true;
}

prong_status prong_flow_step(const struct prong_table *table, uint64_t grain, struct prong_row_block *block, bool *full,
                             bool *end, prong_error *err)
{
    struct prong_flow *flow = table->flow;
    prong_status status = PRONG_OK;
    bool broken = false;
    size_t n = 0;

    *full = *end = false;
    if (!flow->begun)
        begin_block(table, grain, block);
    if (flow->own > 0)
        status = take(table, block->data + block->length, block->length < flow->own ? flow->own - (size_t)block->length : STEP,
                      &n, err);
    if (status)
        return status;
    block->length += n;
    *full = flow->own == 0 || (block->length >= flow->own && has_rows(flow, &table->dialect, block, &broken));
    /* Behind a row that is too long nothing is believed. */
    *end = broken || (flow->eof && flow->begin == flow->end);
    *full = *full || *end;
    if (*full) {
        flow->begun = false;
        flow->chunk++;
    }
    return PRONG_OK;
}

bool prong_flow_pending(const struct prong_table *table)
{
    const struct prong_flow *flow = table->flow;

    return flow->begin < flow->end || flow->eof || prong_stream_pending(table->array);
}

void prong_flow_stop(const struct prong_table *table, const struct prong_row_block *block, uint64_t lines)
{
    struct prong_flow *flow = table->flow;
    struct prong_view *view = &flow->stopped;

    *view = (struct prong_view){ malloc((size_t)block->length + 1), 0, block->at, flow->lines + lines,
                                 block->at == table->first ? flow->column : 0 };
    if (!view->data)
        return;
    view->size = (size_t)block->length;
    memcpy(view->data, block->data, view->size);
}

struct prong_view prong_flow_view(const struct prong_flow *flow)
{
    if (flow->used)
        return flow->stopped;
    return (struct prong_view){ flow->ahead + flow->begin, flow->end - flow->begin, flow->at, flow->lines, flow->column };
}

size_t prong_flow_look(const struct prong_flow *flow, uint64_t from, char *room, size_t size)
{
    struct prong_view view = prong_flow_view(flow);
    size_t skip;

    if (from < view.at || from - view.at >= view.size)
        return 0;
    skip = (size_t)(from - view.at);
    size = size < view.size - skip ? size : view.size - skip;
    memcpy(room, view.data + skip, size);
    return size;
}
