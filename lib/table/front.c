/* SPDX-License-Identifier: MIT */
/* What the front of a table tells: where its rows begin, which columns there are, and in which of them there are numbers. It is
 * read, not mapped: a file that shrinks meanwhile would kill this process, which is the host's. */
#include "config.h"

#include "table/flow.h"

#include "base/error.h"
#include "base/fault.h"
#include "reduce/add.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FRONT = PRONG_TABLE_FRONT,
    LOOK_ROWS = 100 /* rows that are looked at for numbers */
};

struct front {
    char *data;
    size_t size;
    uint64_t at; /* where it is in the array's bytes */
    bool whole;  /* nothing comes behind it */
    struct prong_index index;
};

prong_status prong_table_read(const struct prong_table *table, uint64_t from, char *room, size_t size, size_t *got,
                              prong_error *err)
{
    const struct prong_array *array = table->array;
    uint64_t left = array->bytes - from;

    if (table->flow) {
        *got = prong_flow_look(table->flow, from, room, size);
        return PRONG_OK;
    }
    *got = 0;
    if (size > left)
        size = (size_t)left;
    while (*got < size) {
        off_t at = (off_t)((size_t)(array->data - (const unsigned char *)array->map) + from + *got);
        ssize_t n = PRONG_SYS("array-pread", -1, pread(array->fd, room + *got, size - *got, at));
        if (n == 0)
            return prong_fail(err, PRONG_EIO, "%s shrank while it was being opened", array->name);
        if (n < 0 && errno != EINTR)
            return prong_fail_sys(err, "pread", "%s", array->name);
        if (n > 0)
            *got += (size_t)n;
    }
    return PRONG_OK;
}

/* What the front is read by. Of what flows by, nothing before that place is wanted any more. */
static prong_status read_front(struct prong_table *table, struct front *f, prong_error *err)
{
    if (table->flow)
        return prong_flow_front(table, f->at, f->data, FRONT, &f->size, err);
    return prong_table_read(table, f->at, f->data, FRONT, &f->size, err);
}

/* Leaves out a byte-order mark and the first lines. */
static prong_status skip_lines(struct prong_table *table, struct front *f, uint64_t skip, prong_error *err)
{
    prong_status status = read_front(table, f, err);

    if (status == PRONG_OK && f->size >= 3 && memcmp(f->data, "\xef\xbb\xbf", 3) == 0)
        f->at = 3;
    while (status == PRONG_OK && skip > 0) {
        size_t begin = 0;
        status = read_front(table, f, err);
        while (skip > 0 && begin < f->size) {
            const char *line = memchr(f->data + begin, '\n', f->size - begin);
            begin = line ? (size_t)(line - f->data) + 1 : f->size;
            skip -= line != NULL;
        }
        f->at += begin;
        if (begin == 0)
            break;
    }
    if (status == PRONG_OK)
        status = read_front(table, f, err);
    return status;
}

/* Is the line at a place of the front empty, or a comment? */
static bool is_no_row(const struct prong_table *table, const struct front *f, size_t at)
{
    if (table->dialect.comment && f->data[at] == table->dialect.comment)
        return true;
    return f->data[at] == '\n' || (f->data[at] == '\r' && at + 1 < f->size && f->data[at + 1] == '\n');
}

/* Leaves out what stands in front of the first row, be it longer than the front. */
static prong_status skip_comments(struct prong_table *table, struct front *f, prong_error *err)
{
    bool goes_on = false; /* a line of which the front was in what was looked at before */
    size_t at;

    do {
        for (at = 0; at < f->size && (goes_on || is_no_row(table, f, at));) {
            const char *line = memchr(f->data + at, '\n', f->size - at);
            at = line ? (size_t)(line - f->data) + 1 : f->size;
            goes_on = line == NULL;
        }
        f->at += at;
        if (at > 0) {
            prong_status status = read_front(table, f, err);
            if (status)
                return status;
        }
    } while (at > 0);
    f->whole = table->flow ? f->size < FRONT : f->at + f->size == table->array->bytes;
    return PRONG_OK;
}

/* The usual delimiter that comes first in the order of this list, in the first row. */
static char sniff(const struct prong_table *table, const struct front *f)
{
    static const char all[] = "\t,;|", no_comma[] = "\t;|";
    const char *usual = table->notation.comma ? no_comma : all;
    bool seen[sizeof all] = { false }, inside = false;

    for (size_t at = 0; at < f->size && (inside || f->data[at] != '\n'); at++) {
        const char *found = inside || !f->data[at] ? NULL : strchr(usual, f->data[at]);
        if (table->dialect.quote && f->data[at] == table->dialect.quote)
            inside = !inside;
        else if (found && f->data[at] != table->dialect.comment)
            seen[found - usual] = true;
    }
    for (size_t i = 0; usual[i]; i++)
        if (seen[i])
            return usual[i];
    return ' ';
}

/* A comma cannot be both the delimiter and part of numbers, but within quotes: where there are none, one of the two is wrong. It
 * might do for numbers with '_' in them; then the caller has to say that it is the delimiter. */
static prong_status find_delimiter(struct prong_table *table, const struct front *f, prong_error *err)
{
    const struct prong_notation *notation = &table->notation;
    bool guessed = table->dialect.delimiter == 0;

    if (guessed)
        table->dialect.delimiter = sniff(table, f);
    if (table->dialect.delimiter != ',' || !(notation->comma || (notation->thousands && guessed)) ||
        memchr(f->data, table->dialect.quote, f->size))
        return PRONG_OK;
    return prong_fail(err, PRONG_EDATA, "%s: are commas between fields, or in numbers? No field is quoted; the delimiter (-t) %s",
                      prong_display_name(table->array),
                      guessed ? "would tell" : "is the decimal mark, too, so that none is a number with decimals");
}

/* Finds the end of every row of the front. */
static prong_status index_front(struct prong_table *table, struct front *f, prong_error *err)
{
    struct prong_index *index = &f->index;

    index->ends = malloc((f->size + 128) * sizeof *index->ends);
    index->rows = malloc((f->size + 2) * sizeof *index->rows);
    if (!index->ends || !index->rows)
        return prong_fail(err, PRONG_ENOMEM, "the front of %s", prong_display_name(table->array));
    prong_index_begin(index, &table->dialect, f->data, '\n', PRONG_INSIDE_PLAIN);
    prong_index_kernel_choose()->index(index, (uint32_t)f->size);
    if (f->whole && !index->inside)
        prong_index_finish(index, index->row_count ? index->rows[index->row_count - 1].at + 1 : 0);
    return PRONG_OK;
}

/* A row of the front; its ends are those from index.ends[first] on. */
struct row {
    uint32_t begin, end, first, fields;
};

/* The next row that is neither empty nor a comment, from number *k on. */
static bool next_row(const struct front *f, uint32_t *k, struct row *row)
{
    const struct prong_index *index = &f->index;

    for (; *k < index->row_count; ++*k) {
        const struct prong_row_end *before = *k ? &index->rows[*k - 1] : NULL;
        *row = (struct row){ before ? before->at + 1 : 0, index->rows[*k].at, before ? before->ends : 0, 0 };
        row->fields = index->rows[*k].ends - row->first;
        if (prong_index_is_empty(index, row->fields, row->begin, row->end))
            continue;
        ++*k;
        return true;
    }
    return false;
}

/* There is no first row that could be believed: says why. */
static prong_status no_row(const struct prong_table *table, const struct front *f, prong_error *err)
{
    struct prong_table_halt halt = { .stop = PRONG_TABLE_STRAY_QUOTE, .at = f->at + f->index.stray };
    uint32_t n = f->index.row_count;

    if (f->index.stray != UINT32_MAX)
        return prong_table_explain(table, &halt, err);
    halt.at = f->at + (n ? f->index.rows[n - 1].at + 1 : 0);
    halt.stop = f->whole ? PRONG_TABLE_OPEN_QUOTE : PRONG_TABLE_LONG_ROW;
    if (f->index.inside || !f->whole)
        return prong_table_explain(table, &halt, err);
    return prong_fail(err, PRONG_EEMPTY, "%s: there is no row, so it has no columns", prong_display_name(table->array));
}

static prong_status take_names(struct prong_table *table, const struct front *f, const struct row *row, prong_error *err)
{
    table->columns = row->fields;
    table->names = calloc(table->columns, sizeof *table->names);
    for (size_t i = 0; table->names && i < table->columns; i++) {
        struct prong_span span = prong_index_field(&f->index, f->index.ends + row->first, i, row->begin, row->end);
        size_t length = span.end - span.at, room = length < 24 ? 24 : length + 1;
        char *name = table->names[i] = calloc(1, room);
        if (!name)
            break;
        if (table->header)
            prong_table_text(&table->dialect, f->data + span.at, f->data + span.end, name);
        else
            snprintf(name, room, "%zu", i + 1);
    }
    if (!table->names || (table->columns && !table->names[table->columns - 1]))
        return prong_fail(err, PRONG_ENOMEM, "%zu columns", table->columns);
    return PRONG_OK;
}

/* A column has numbers if every field is one or missing, and not all are missing. */
static prong_status find_numbers(const struct prong_table *table, const struct front *f, uint32_t k, bool *numeric,
                                 prong_error *err)
{
    bool *other = calloc(table->columns + 1, sizeof *other);
    const struct prong_power *powers = prong_powers();
    struct row row;

    if (!other)
        return prong_fail(err, PRONG_ENOMEM, "%zu columns", table->columns);
    for (int n = 0; n < LOOK_ROWS && next_row(f, &k, &row) && row.end < f->index.stray; n++) {
        for (size_t i = 0; i < table->columns && row.fields == table->columns; i++) {
            struct prong_span span = prong_index_field(&f->index, f->index.ends + row.first, i, row.begin, row.end);
            double value;
            if (!prong_table_number(table, powers, f->data + span.at, f->data + span.end, f->data + f->size, &value))
                other[i] = true;
            else if (value == value)
                numeric[i] = true;
        }
    }
    for (size_t i = 0; i < table->columns; i++)
        numeric[i] = numeric[i] && !other[i];
    free(other);
    return PRONG_OK;
}

static prong_status look(struct prong_table *table, struct front *f, bool **numeric, prong_error *err)
{
    uint32_t k = 0;
    struct row row;
    prong_status status;

    status = find_delimiter(table, f, err);
    if (status == PRONG_OK)
        status = index_front(table, f, err);
    if (status)
        return status;
    if (!next_row(f, &k, &row) || row.end >= f->index.stray)
        return no_row(table, f, err);
    status = take_names(table, f, &row, err);
    table->first = f->at;
    if (table->header) {
        table->first += row.end + (row.end < f->size);
    } else {
        k = 0;
    }
    if (status)
        return status;
    *numeric = calloc(table->columns + 1, sizeof **numeric);
    return *numeric ? find_numbers(table, f, k, *numeric, err) : prong_fail(err, PRONG_ENOMEM, "%zu columns", table->columns);
}

prong_status prong_table_read_front(struct prong_table *table, uint64_t skip, bool **numeric, prong_error *err)
{
    struct front front = { .data = malloc(FRONT) };
    prong_status status = front.data ? skip_lines(table, &front, skip, err) : prong_fail(err, PRONG_ENOMEM, "%d bytes", FRONT);

    *numeric = NULL;
    if (status == PRONG_OK)
        status = skip_comments(table, &front, err);
    if (status == PRONG_OK)
        status = look(table, &front, numeric, err);
    free(front.index.ends);
    free(front.index.rows);
    free(front.data);
    return status;
}
