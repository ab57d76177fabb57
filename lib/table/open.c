/* SPDX-License-Identifier: MIT */
/* Opening a table: options, the file, its front, and which columns are asked for. */
#include "config.h"

#include "table/flow.h"

#include "base/error.h"
#include "reduce/add.h"
#include "reduce/multi.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_plain(int c)
{
    return c > 0 && c < 128 && c != '\n' && c != '\r' && !(c >= '0' && c <= '9') && c != '.' && c != '+' && c != '-' &&
           !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static prong_status check_options(const prong_table_options *o, prong_error *err)
{
    struct prong_notation notation;

    if (o->delimiter && !is_plain(o->delimiter))
        return prong_fail(err, PRONG_EINVAL, "a delimiter is no part of numbers or words, and an ASCII character");
    if (o->quote && !is_plain(o->quote))
        return prong_fail(err, PRONG_EINVAL, "a quote is no part of numbers or words, and an ASCII character");
    if (o->quote == ' ' || o->quote == '\t')
        return prong_fail(err, PRONG_EINVAL, "a quote is no blank: blanks around fields and quotes count for nothing");
    if (o->comment && (o->comment < 0 || o->comment > 126 || o->comment == '\n' || o->comment == '\r'))
        return prong_fail(err, PRONG_EINVAL, "a comment begins with an ASCII character");
    if ((o->quote && (o->quote == o->delimiter || o->quote == o->comment)) || (o->comment && o->comment == o->delimiter))
        return prong_fail(err, PRONG_EINVAL, "delimiter, quote and comment are different characters");
    if (prong_notation_take(&notation, o->thousands, o->decimal, err))
        return PRONG_EINVAL;
    if (!o->quote && ((o->delimiter == ',' && !prong_notation_is_plain(&notation)) ||
                      (o->delimiter == '_' && notation.thousands)))
        return prong_fail(err, PRONG_EINVAL, "numbers with the delimiter in them must be quoted, and there are no quotes: take "
                          "another delimiter");
    if (o->ragged != 0 && o->ragged != 1)
        return prong_fail(err, PRONG_EINVAL, "unknown way with ragged rows");
    if (o->once != 0 && o->once != 1)
        return prong_fail(err, PRONG_EINVAL, "once is 0 or 1");
    return PRONG_OK;
}

static prong_status resolve(prong_table_options *out, const prong_table_options *options, prong_error *err)
{
    static const prong_table_options defaults = PRONG_TABLE_OPTIONS_INIT;

    *out = defaults;
    if (!options)
        return PRONG_OK;
    if (options->size < sizeof options->size || options->size > 4096)
        return prong_fail(err, PRONG_EINVAL, "options.size is %zu: use PRONG_TABLE_OPTIONS_INIT", options->size);
    memcpy(out, options, options->size < sizeof *out ? options->size : sizeof *out);
    return check_options(out, err);
}

static prong_status take_missing(struct prong_table *table, const char *list, prong_error *err)
{
    size_t room = 1;

    if (!list)
        return PRONG_OK;
    for (const char *c = list; *c; c++)
        room += *c == ',';
    table->missing = calloc(room, sizeof *table->missing);
    for (const char *at = list; table->missing; at++) {
        size_t length = strcspn(at, ",");
        char *word = strndup(at, length);
        double value;
        if (!word)
            break;
        table->missing[table->missing_count++] = word;
        table->slow_numbers = table->slow_numbers || prong_text_number(word, length, &value);
        at += length;
        if (!*at)
            return PRONG_OK;
    }
    return prong_fail(err, PRONG_ENOMEM, "%zu words", room);
}

/* A file of text, mapped. A pipe, and what is packed, is read to its end, unless it is to be reduced as it comes. */
static prong_status open_array(struct prong_table *table, const char *path, const prong_table_options *o, prong_error *err)
{
    prong_array_options options = PRONG_ARRAY_OPTIONS_INIT;
    prong_reduce_options memory = { .memory_limit = o->memory_limit };
    prong_status status;

    options.cancel = o->cancel;
    options.timeout = o->timeout;
    status = prong_array_open(&table->array, path, &options, err);
    if (status == PRONG_OK && o->once && table->array->access == PRONG_ACCESS_STREAM_TEXT)
        return prong_flow_open(table, err);
    if (status == PRONG_OK)
        status = prong_array_spool(table->array, prong_multi_memory(&memory), o->cancel, o->timeout, err);
    if (status == PRONG_OK && table->array->access != PRONG_ACCESS_TEXT)
        status = prong_fail(err, PRONG_EDATA, "%s is no text, so it is no table", prong_display_name(table->array));
    return status;
}

static prong_status take_numeric(struct prong_table *table, const bool *numeric, prong_error *err)
{
    table->fields = calloc(table->columns + 1, sizeof *table->fields);
    if (!table->fields)
        return prong_fail(err, PRONG_ENOMEM, "%zu columns", table->columns);
    for (size_t i = 0; i < table->columns; i++)
        if (numeric[i] && i != table->group)
            table->fields[table->field_count++] = i;
    return PRONG_OK;
}

static prong_status take_columns(struct prong_table *table, const prong_table_options *o, prong_error *err)
{
    bool *numeric;
    prong_status status = prong_table_read_front(table, o->skip, &numeric, err);

    table->group = PRONG_NO_COLUMN;
    if (status == PRONG_OK && o->group)
        status = prong_table_find(table, o->group, strlen(o->group), &table->group, err);
    if (status == PRONG_OK)
        status = o->fields ? prong_table_take_fields(table, o->fields, err) : take_numeric(table, numeric, err);
    free(numeric);
    return status;
}

prong_status prong_table_open(prong_table **out, const char *path, const prong_table_options *options, prong_error *err)
{
    prong_table_options o;
    struct prong_table *table;
    prong_status status;

    if (!out || !path)
        return prong_fail(err, PRONG_EINVAL, "prong_table_open: %s is NULL", out ? "path" : "table");
    *out = NULL;
    status = resolve(&o, options, err);
    if (status)
        return status;
    table = calloc(1, sizeof *table);
    if (!table)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes", sizeof *table);
    table->owner = getpid();
    table->dialect = (struct prong_dialect){ (char)o.delimiter, (char)o.quote, (char)o.comment };
    table->header = o.header != 0;
    table->skip_ragged = o.ragged == 1;
    table->memory_limit = o.memory_limit;
    table->cancel = o.cancel;
    table->timeout = o.timeout;
    table->notation = (struct prong_notation){ o.thousands == 1, o.decimal == ',' };
    table->slow_numbers = !prong_notation_is_plain(&table->notation);
    status = take_missing(table, o.missing, err);
    if (status == PRONG_OK)
        status = open_array(table, path, &o, err);
    if (status == PRONG_OK)
        status = take_columns(table, &o, err);
    if (status) {
        prong_table_close(table);
        return status;
    }
    *out = table;
    return PRONG_OK;
}

void prong_table_close(prong_table *table)
{
    if (!table)
        return;
    prong_array_close(table->array);
    prong_flow_close(table->flow);
    for (size_t i = 0; table->names && i < table->columns; i++)
        free(table->names[i]);
    for (size_t i = 0; i < table->missing_count; i++)
        free(table->missing[i]);
    free(table->names);
    free(table->missing);
    free(table->fields);
    free(table);
}

size_t prong_table_columns(const prong_table *table)
{
    return table->columns;
}

const char *prong_table_column(const prong_table *table, size_t i)
{
    return i < table->columns ? table->names[i] : "";
}
