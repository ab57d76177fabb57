/* SPDX-License-Identifier: MIT */
/* Pipes: the parent reads them into the blocks of a ring, one read at a time, and may wait for other things in
 * between.
 *
 * Block k holds the stream's data bytes [k, k + 1) * PRONG_BLOCK, exactly as a chunk of a mapped file does. A
 * number that runs over the end of a block is read on into a buffer of the parent (ahead), copied behind the block
 * (extra), and the whole of ahead begins the next block, which skips the rest of that number (continues). So each
 * byte is in exactly one block, and each number is read once: where it starts. What was read to recognise the
 * format is in ahead as well. */
#include "config.h"

#include "array/bytes.h"
#include "base/error.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    AHEAD = PRONG_NPY_MAX_HEADER + 12, /* room of ahead while a header is read; untouched pages cost nothing */
    AHEAD_READ = 4096,                 /* bytes asked for to complete a number: few need more */
};
_Static_assert((int)PRONG_MAX_TOKEN <= (int)AHEAD && (int)PRONG_MAX_TOKEN < (int)PRONG_BLOCK,
               "what is ahead fits into the next block");

/* Reads until ahead has need bytes or the stream ends. Blocks, also on a non-blocking descriptor. */
static prong_status look_ahead(struct prong_array *array, size_t need, prong_error *err)
{
    struct prong_stream *s = array->stream;

    while (s->ahead_length < need && !s->eof) {
        size_t n;
        prong_status status = prong_bytes_wait(array, &s->patience, err);
        if (status == PRONG_OK)
            status = prong_bytes_read(array, s->ahead + s->ahead_length, need - s->ahead_length, &n, err);
        if (status)
            return status;
        s->ahead_length += n;
    }
    return PRONG_OK;
}

static prong_status open_npy(struct prong_array *array, prong_error *err)
{
    struct prong_stream *s = array->stream;
    struct prong_npy npy;
    size_t need;
    prong_status status;

    for (;;) {
        status = prong_npy_need(s->ahead, s->ahead_length, &need, err);
        if (status)
            return status;
        if (s->ahead_length >= need)
            break;
        status = look_ahead(array, need, err);
        if (status)
            return status;
        if (s->ahead_length < need)
            return prong_fail(err, PRONG_EDATA, "damaged .npy file: its header needs %zu bytes, the file has %zu",
                              need, s->ahead_length);
    }
    status = prong_npy_parse(s->ahead, need, &npy, err);
    if (status)
        return status;
    prong_array_take_npy(array, &npy);
    array->data_start = need;
    s->ahead_length = 0; /* never more than need was read */
    s->left = npy.bytes;
    return PRONG_OK;
}

/* A shape without -1 says how many elements to take, as a count does. With one, their number shows at the end. */
static prong_status open_raw(struct prong_array *array, const struct prong_request *request, prong_error *err)
{
    struct prong_stream *s = array->stream;
    uint64_t item = prong_dtype_size(request->dtype);
    uint64_t count = request->count;

    prong_array_take_raw(array, request);
    array->data_start = s->skip = request->offset;
    if (count == UINT64_MAX && request->shape.ndim >= 0) {
        if (request->shape.open < 0 && !prong_shape_product(&request->shape, &count))
            return prong_fail(err, PRONG_EDATA, "the shape has more elements than any stream");
        if (request->shape.open >= 0 && request->shape.ndim > 1 && request->fortran)
            return prong_fail(err, PRONG_EDATA,
                              "the length of a pipe is not known: in column-major order say the whole shape, or a count");
        s->shape = request->shape;
    }
    if (count == UINT64_MAX)
        return PRONG_OK;
    if (__builtin_mul_overflow(count, item, &s->left) || s->left > INT64_MAX)
        return prong_fail(err, PRONG_EDATA, "no stream has %" PRIu64 " elements", count);
    array->bytes = s->left;
    return prong_shape_take(array, &request->shape, request->fortran, count, err);
}

/* Is it an .npy file? Reads byte by byte as long as it could be one: text is told at its first byte. */
static prong_status recognise(struct prong_array *array, bool *npy, prong_error *err)
{
    struct prong_stream *s = array->stream;

    *npy = false;
    for (size_t length = 1; length <= PRONG_NPY_MAGIC; length++) {
        prong_status status = look_ahead(array, length, err);
        if (status)
            return status;
        if (s->ahead_length < length || !prong_npy_magic(s->ahead, length))
            return PRONG_OK;
    }
    *npy = true;
    return PRONG_OK;
}

/* Packed input is unpacked from here on. Reads byte by byte as long as it could be that. */
static prong_status begin_unpacking(struct prong_array *array, prong_error *err)
{
    struct prong_stream *s = array->stream;
    const struct prong_codec *codec;
    bool more = true;
    prong_status status = look_ahead(array, 1, err);

    while (status == PRONG_OK && !(codec = prong_codec_of(s->ahead, s->ahead_length, &more)) && more && !s->eof)
        status = look_ahead(array, s->ahead_length + 1, err);
    if (status || s->ahead_length == 0 || !codec)
        return status;
    status = prong_unpack_open(&s->unpacker, codec, s->ahead, s->ahead_length, err);
    s->ahead_length = 0;
    return status;
}

prong_status prong_stream_open(struct prong_array *array, const struct prong_request *request, prong_error *err)
{
    struct prong_stream *s = array->stream = calloc(1, sizeof *s);
    bool npy = false;
    prong_status status;

    array->bytes = 0;
    array->data = NULL;
    array->data_start = 0;
    if (s)
        s->ahead = malloc(AHEAD);
    if (!s || !s->ahead)
        return prong_fail(err, PRONG_ENOMEM, "no memory for a stream");
    s->left = UINT64_MAX;
    s->shape.ndim = -1;
    s->patience = request->patience;
    if (request->typed && request->dtype != PRONG_TEXT) {
        status = open_raw(array, request, err);
        array->access = PRONG_ACCESS_STREAM_ELEMENTS;
        return status;
    }
    status = begin_unpacking(array, err);
    if (!status && !request->typed)
        status = recognise(array, &npy, err);
    if (!status)
        status = prong_request_check(request, npy ? ".npy files" : "text", err);
    if (status)
        return status;
    if (npy) {
        status = open_npy(array, err);
        array->access = PRONG_ACCESS_STREAM_ELEMENTS;
        return status;
    }
    s->sniff = !request->typed;
    prong_array_take_text(array);
    array->access = PRONG_ACCESS_STREAM_TEXT;
    return PRONG_OK;
}

void prong_stream_close(struct prong_array *array)
{
    if (array->stream) {
        prong_unpack_close(array->stream->unpacker);
        free(array->stream->ahead);
    }
    free(array->stream);
    array->stream = NULL;
}

static bool is_text(const struct prong_array *array)
{
    return array->access == PRONG_ACCESS_STREAM_TEXT;
}

/* Starts a block with what is ahead. */
static void begin(struct prong_stream *s, struct prong_block *block)
{
    s->room = s->left < PRONG_BLOCK ? (size_t)s->left : PRONG_BLOCK;
    block->length = (uint32_t)(s->ahead_length < s->room ? s->ahead_length : s->room);
    block->extra = 0;
    block->continues = s->continues;
    block->reserved = 0;
    memcpy(block->data, s->ahead, block->length);
    s->ahead_length = 0;
    s->number_ends = false;
    s->begun = true;
}

static bool ends_inside_number(const struct prong_block *block)
{
    return block->length > 0 && !prong_text_is_blank(block->data[block->length - 1]);
}

static bool is_full(const struct prong_array *array, const struct prong_block *block)
{
    const struct prong_stream *s = array->stream;

    if (s->eof)
        return true;
    if (s->skip > 0 || block->length < s->room)
        return false;
    return !is_text(array) || s->number_ends || !ends_inside_number(block);
}

/* One read towards the block: bytes to skip, its data, or the rest of its last number. */
static prong_status fill(struct prong_array *array, struct prong_block *block, prong_error *err)
{
    struct prong_stream *s = array->stream;
    unsigned char *to = block->data + block->length;
    size_t size = s->room - block->length;
    size_t n;
    prong_status status;

    if (s->skip > 0) {
        size = s->skip < PRONG_BLOCK ? (size_t)s->skip : PRONG_BLOCK;
        status = prong_bytes_read(array, block->data, size, &n, err);
        s->skip -= n;
    } else if (size > 0) {
        status = prong_bytes_read(array, to, size, &n, err);
        block->length += (uint32_t)n;
    } else {
        size = PRONG_MAX_TOKEN - s->ahead_length;
        to = s->ahead + s->ahead_length;
        status = prong_bytes_read(array, to, size < AHEAD_READ ? size : AHEAD_READ, &n, err);
        s->ahead_length += n;
        s->number_ends = s->ahead_length == PRONG_MAX_TOKEN;
        for (size_t i = 0; i < n && !s->number_ends; i++)
            s->number_ends = prong_text_is_blank(to[i]);
    }
    return status;
}

/* The bytes of ahead that belong to the number at the block's end. */
static void append_extra(struct prong_stream *s, struct prong_block *block)
{
    s->continues = ends_inside_number(block);
    if (!s->continues)
        return;
    while (block->extra < s->ahead_length && !prong_text_is_blank(s->ahead[block->extra]))
        block->extra++;
    memcpy(block->data + block->length, s->ahead, block->extra);
}

/* A block is complete. Is the stream, and is it all that it should be? */
static prong_status finish(struct prong_array *array, struct prong_block *block, prong_error *err)
{
    struct prong_stream *s = array->stream;
    uint64_t item = prong_dtype_size(array->dtype);

    s->begun = false;
    s->given += block->length;
    if (s->skip > 0)
        return prong_fail(err, PRONG_EDATA,
                          "the offset %" PRIu64 " is beyond its end: there are %" PRIu64 " bytes",
                          array->data_start, array->data_start - s->skip);
    if (is_text(array)) {
        append_extra(s, block);
        s->ended = s->eof && s->ahead_length == 0;
        return PRONG_OK;
    }
    if (s->left != UINT64_MAX) {
        s->left -= block->length;
        s->ended = s->left == 0;
        if (s->eof && !s->ended)
            return prong_fail(err, PRONG_EDATA,
                              "truncated: %" PRIu64
                              " bytes of data were expected, the stream ended after %" PRIu64,
                              array->bytes, s->given);
        return PRONG_OK;
    }
    s->ended = s->eof;
    if (s->given % item != 0)
        return prong_fail(err, PRONG_EDATA,
                          "%" PRIu64 " bytes are no whole number of %s elements of %" PRIu64 " bytes: %" PRIu64
                          " left over; check --dtype and --offset, or say --count",
                          s->given, prong_dtype_name(array->dtype), item, s->given % item);
    if (s->ended && s->shape.ndim >= 0)
        return prong_shape_take(array, &s->shape, false, s->given / item, err);
    return PRONG_OK;
}

/* The front of text is looked at as its bytes come, so that opening a pipe need not wait for them. */
static prong_status sniff(const struct prong_stream *s, const struct prong_block *block, prong_error *err)
{
    size_t front = block->length < PRONG_SNIFF ? block->length : PRONG_SNIFF;

    return s->sniff && s->given == 0 && memchr(block->data, '\0', front) ? prong_refuse_binary(err) : PRONG_OK;
}

prong_status prong_stream_wait(struct prong_array *array, struct prong_block *block,
                               const struct prong_patience *patience, prong_error *err)
{
    struct prong_stream *s = array->stream;
    prong_status status;

    if (!s->begun)
        begin(s, block);
    if (s->ended || is_full(array, block))
        return PRONG_OK;
    status = prong_bytes_wait(array, patience, err);
    return status ? prong_array_blame(array, status, err) : PRONG_OK;
}

prong_status prong_stream_step(struct prong_array *array, struct prong_block *block, bool *full, bool *end,
                               prong_error *err)
{
    struct prong_stream *s = array->stream;
    prong_status status = PRONG_OK;

    *full = *end = false;
    if (!s->begun)
        begin(s, block);
    if (!s->ended && !is_full(array, block))
        status = fill(array, block, err);
    if (!status)
        status = sniff(s, block, err);
    if (!status && (s->ended || is_full(array, block))) {
        status = finish(array, block, err);
        *full = true;
        *end = s->ended;
    }
    if (status) {
        *full = *end = false;
        return prong_array_blame(array, status, err);
    }
    return PRONG_OK;
}
