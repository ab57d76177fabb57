/* SPDX-License-Identifier: MIT */
/* Batches of a chunk: in place where the elements lie in memory as they are wanted, else decoded into scratch memory. */
#include "config.h"

#include "reduce/reader.h"

#include "base/size.h"
#include "pool/plan.h"

enum prong_domain prong_domain_of(prong_dtype dtype)
{
    switch (dtype) {
    case PRONG_TEXT:
    case PRONG_F16:
    case PRONG_BF16:
    case PRONG_F32:
    case PRONG_F64:
        return PRONG_DOMAIN_F64;
    case PRONG_U64:
        return PRONG_DOMAIN_U64;
    default:
        return PRONG_DOMAIN_I64;
    }
}

bool prong_array_is_text(const struct prong_array *array)
{
    return array->access == PRONG_ACCESS_TEXT || array->access == PRONG_ACCESS_STREAM_TEXT;
}

bool prong_array_is_stream(const struct prong_array *array)
{
    return array->access == PRONG_ACCESS_STREAM_ELEMENTS || array->access == PRONG_ACCESS_STREAM_TEXT;
}

static size_t unit(const struct prong_source *source)
{
    return prong_array_is_text(source->array) ? 1 : prong_dtype_size(source->array->dtype);
}

uint64_t prong_source_units(const struct prong_source *source)
{
    if (prong_array_is_stream(source->array))
        return UINT64_MAX;
    return prong_array_is_text(source->array) ? source->array->bytes : source->array->count;
}

uint64_t prong_source_grain(const struct prong_source *source, uint64_t wanted)
{
    if (prong_array_is_stream(source->array) || prong_array_is_text(source->array))
        return PRONG_BLOCK / unit(source);
    return wanted ? wanted : prong_default_grain(source->array->count);
}

void prong_source_range(const struct prong_source *source, uint64_t grain, uint64_t chunk, uint64_t *first, uint64_t *last)
{
    uint64_t all = prong_source_units(source);

    *first = chunk * grain;
    *last = all - *first > grain ? *first + grain : all;
}

static void begin_text(struct prong_reader *reader, uint64_t first, uint64_t last, const struct prong_block *block)
{
    const struct prong_array *array = reader->source->array;
    const struct prong_notation *notation = prong_notation_is_plain(&array->notation) ? NULL : &array->notation;
    uint64_t before = first > 0, rest = array->bytes - last;
    const char *data;

    if (block) {
        data = (const char *)block->data;
        reader->text = (struct prong_text_reader){ .begin = data,
                                                   .end = data + block->length,
                                                   .limit = data + block->length + block->extra,
                                                   .continues = block->continues,
                                                   .notation = notation };
        return;
    }
    if (rest > PRONG_MAX_TOKEN)
        rest = PRONG_MAX_TOKEN;
    data = prong_array_fetch(array, array->data + first - before, (size_t)(before + last - first + rest), reader->scratch->text);
    data += before;
    reader->text = (struct prong_text_reader){ .begin = data,
                                               .end = data + (last - first),
                                               .limit = data + (last - first) + rest,
                                               .continues = before && !prong_text_is_blank((unsigned char)data[-1]),
                                               .notation = notation };
}

/* Are two mapped arrays the same elements of one file? */
static bool are_one(const struct prong_array *a, const struct prong_array *b)
{
    return a->map && b->map && a->identified && b->identified && a->device == b->device && a->inode == b->inode &&
           a->data - (const unsigned char *)a->map == b->data - (const unsigned char *)b->map && a->dtype == b->dtype &&
           a->swapped == b->swapped && a->count == b->count;
}

void prong_source_plan(struct prong_source *source)
{
    const struct prong_array *array = source->array;
    const struct prong_array *rest[] = { source->other, source->where };
    bool text = prong_array_is_text(array) || prong_array_is_stream(array);
    bool same_order = true, dense = text || prong_array_is_dense(array);

    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        if (!rest[i])
            continue;
        same_order = same_order && (array->ndim < 2 || rest[i]->fortran == array->fortran);
        dense = dense && prong_array_is_dense(rest[i]);
    }
    source->gathered = !dense || !same_order;
    source->by_column = array->fortran && same_order;
    source->fortran = source->by_column ? array : NULL;
    source->doubled = source->other && !text && !source->gathered && are_one(array, source->other);
}

static void begin_lane(struct prong_reader *reader, size_t k, const struct prong_array *array, uint64_t first, uint64_t last)
{
    const struct prong_source *source = reader->source;

    reader->lanes[k] = (struct prong_lane){ .array = array };
    if (!array)
        return;
    reader->bytes += (last - first) * prong_dtype_size(array->dtype);
    if (source->gathered)
        prong_array_prefault_in(array, source->by_column, first, last - first);
    else
        reader->lanes[k].next = array->data + first * prong_dtype_size(array->dtype);
}

void prong_reader_begin(struct prong_reader *reader, const struct prong_source *source, struct prong_scratch *scratch,
                        uint64_t first, uint64_t last, const struct prong_block *block)
{
    const struct prong_array *array = source->array;

    *reader = (struct prong_reader){ .source = source, .scratch = scratch };
    if (prong_array_is_text(array)) {
        begin_text(reader, first, last, block);
        reader->bytes = block ? block->length : last - first;
        return;
    }
    reader->index = first;
    if (block) {
        reader->bytes = block->length;
        reader->lanes[0] = (struct prong_lane){ .array = array, .at = block->data };
        reader->left = reader->ready = block->length / unit(source);
        return;
    }
    reader->left = last - first;
    begin_lane(reader, 0, array, first, last);
    begin_lane(reader, 1, source->other, first, last);
    begin_lane(reader, 2, source->where, first, last);
}

/* n elements at data, in place where they are aligned and of their own kind, else decoded into room. */
static const void *load(const struct prong_array *array, const unsigned char *data, size_t n, union prong_numbers *room)
{
    bool in_place = !array->swapped && (uintptr_t)data % sizeof(double) == 0;

    switch (prong_domain_of(array->dtype)) {
    case PRONG_DOMAIN_F64:
        if (in_place && array->dtype == PRONG_F64)
            return data;
        prong_decode_f64(array->dtype, array->swapped, data, n, room->f);
        return room->f;
    case PRONG_DOMAIN_U64:
        if (in_place)
            return data;
        prong_decode_u64(array->swapped, data, n, room->u);
        return room->u;
    default:
        if (in_place && array->dtype == PRONG_I64)
            return data;
        prong_decode_i64(array->dtype, array->swapped, data, n, room->i);
        return room->i;
    }
}

bool prong_reader_run(struct prong_reader *reader)
{
    uint64_t n = reader->left < PRONG_RUN ? reader->left : PRONG_RUN;

    if (reader->ready > 0 || n == 0)
        return reader->ready > 0;
    reader->ready = reader->source->gathered ? reader->left : n;
    for (size_t k = 0; k < PRONG_LANES; k++) {
        struct prong_lane *lane = &reader->lanes[k];
        size_t bytes;
        if (!lane->next)
            continue;
        bytes = (size_t)n * prong_dtype_size(lane->array->dtype);
        lane->at = k == 1 && reader->source->doubled
                       ? reader->lanes[0].at
                       : prong_array_fetch(lane->array, lane->next, bytes, reader->scratch->windows[k]);
        lane->next += bytes;
    }
    return true;
}

/* The next n elements of a lane. */
static const void *next_of(struct prong_reader *reader, size_t k, size_t n, union prong_numbers *room)
{
    struct prong_lane *lane = &reader->lanes[k];
    const unsigned char *data = lane->at;

    if (!data) {
        data = (const unsigned char *)reader->scratch->pieces[k];
        prong_array_gather_in(lane->array, reader->source->by_column, reader->index, n, reader->scratch->pieces[k]);
    } else {
        lane->at += n * prong_dtype_size(lane->array->dtype);
    }
    return load(lane->array, data, n, room);
}

static bool next_text(struct prong_reader *reader, struct prong_batch *batch)
{
    double *numbers = reader->scratch->numbers.f;
    const char **places = reader->wants_places ? reader->scratch->places : NULL;

    *batch = (struct prong_batch){ .n = prong_text_read(&reader->text, numbers, places, PRONG_BATCH),
                                   .index = reader->index,
                                   .f = numbers };
    reader->index += batch->n;
    return batch->n > 0;
}

/* Leaves in the batch the elements that the mask lets through. */
static void select_elements(const struct prong_reader *reader, struct prong_batch *batch, const uint64_t *mask)
{
    struct prong_scratch *scratch = reader->scratch;
    size_t kept = 0;

    for (size_t i = 0; i < batch->n; i++) {
        uint64_t element = batch->u[i], other = batch->other.u ? batch->other.u[i] : 0;
        scratch->indices[kept] = batch->index + i;
        scratch->numbers.u[kept] = element;
        scratch->others.u[kept] = other;
        kept += mask[i] != 0;
    }
    batch->n = kept;
    batch->u = scratch->numbers.u;
    if (batch->other.u)
        batch->other.u = scratch->others.u;
    batch->indices = scratch->indices;
}

bool prong_reader_next(struct prong_reader *reader, struct prong_batch *batch)
{
    const struct prong_source *source = reader->source;
    const uint64_t *mask = NULL;
    size_t n;

    if (prong_array_is_text(source->array))
        return next_text(reader, batch);
    if (!prong_reader_run(reader))
        return false;
    n = reader->ready < PRONG_BATCH ? (size_t)reader->ready : PRONG_BATCH;
    *batch = (struct prong_batch){ .n = n, .index = reader->index };
    batch->f = next_of(reader, 0, n, &reader->scratch->numbers);
    if (source->other)
        batch->other.f = next_of(reader, 1, n, &reader->scratch->others);
    if (source->where)
        mask = next_of(reader, 2, n, &reader->scratch->mask);
    reader->index += n;
    reader->left -= n;
    reader->ready -= n;
    if (mask)
        select_elements(reader, batch, mask);
    return true;
}

const void *prong_reader_bytes_of_run(const struct prong_reader *reader)
{
    const struct prong_source *source = reader->source;

    return prong_array_is_text(source->array) || source->other || source->where ? NULL : reader->lanes[0].at;
}

void prong_reader_skip_run(struct prong_reader *reader)
{
    reader->index += reader->ready;
    reader->left -= reader->ready;
    reader->ready = 0;
}

uint64_t prong_reader_bytes(const struct prong_reader *reader)
{
    return reader->bytes;
}
