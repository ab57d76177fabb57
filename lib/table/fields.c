/* SPDX-License-Identifier: MIT */
/* Columns as people name them: by the header's words, by numbers from 1, in ranges of numbers. A word of the header comes before
 * a number. */
#include "config.h"

#include "table/table.h"

#include "base/error.h"
#include "reduce/add.h"

#include <stdlib.h>
#include <string.h>

/* The names of some columns, for a message. */
static void list_names(const struct prong_table *table, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < table->columns && used + 48 < size; i++) {
        size_t length = strcspn(table->names[i], "\r\n");
        length = length > 32 ? 32 : length;
        memcpy(text + used, ", ", 2);
        memcpy(text + used + 2, table->names[i], length);
        used += length + 2;
        text[used] = '\0';
    }
    if (used > 0)
        memmove(text, text + 2, used - 1);
}

/* A number from 1 up to the number of columns; 0: it is none. */
static size_t number_of(const struct prong_table *table, const char *at, size_t length)
{
    size_t n = 0;

    for (size_t i = 0; i < length; i++) {
        if (at[i] < '0' || at[i] > '9' || n > table->columns)
            return 0;
        n = n * 10 + (size_t)(at[i] - '0');
    }
    return n <= table->columns ? n : 0;
}

static prong_status no_column(const struct prong_table *table, const char *name, size_t length, prong_error *err)
{
    char names[256];

    if (length > 100)
        length = 100;
    list_names(table, names, sizeof names);
    if (!table->header)
        return prong_fail(err, PRONG_EDATA, "%s: no column '%.*s': there are %zu columns, and no header (-H) that names them",
                          prong_display_name(table->array), (int)length, name, table->columns);
    return prong_fail(err, PRONG_EDATA, "%s: no column '%.*s': there are %zu, %s", prong_display_name(table->array), (int)length,
                      name, table->columns, names);
}

prong_status prong_table_find(const struct prong_table *table, const char *name, size_t length, size_t *column,
                              prong_error *err)
{
    size_t found = 0, number;

    for (size_t i = 0; table->header && i < table->columns; i++) {
        if (strlen(table->names[i]) != length || memcmp(table->names[i], name, length) != 0)
            continue;
        if (found++ == 0)
            *column = i;
    }
    if (found > 1)
        return prong_fail(err, PRONG_EDATA, "%s: %zu columns are called '%.*s': say which by its number (from 1)",
                          prong_display_name(table->array), found, (int)(length > 100 ? 100 : length), name);
    if (found == 1)
        return PRONG_OK;
    number = number_of(table, name, length);
    if (number == 0)
        return no_column(table, name, length, err);
    *column = number - 1;
    return PRONG_OK;
}

/* "2-5", "2-" and "-5", unless a column has that name. */
static bool is_range(const struct prong_table *table, const char *at, size_t length, size_t *first, size_t *last)
{
    const char *dash = memchr(at, '-', length);
    size_t front = dash ? (size_t)(dash - at) : 0, back = dash ? length - front - 1 : 0;

    if (!dash || length < 2)
        return false;
    *first = front ? number_of(table, at, front) : 1;
    *last = back ? number_of(table, dash + 1, back) : table->columns;
    return *first > 0 && *last >= *first;
}

/* A column that is named twice counts once. */
static void add(struct prong_table *table, bool *taken, size_t column)
{
    if (!taken[column])
        table->fields[table->field_count++] = column;
    taken[column] = true;
}

/* Adds the columns of one entry of the list. */
static prong_status take_entry(struct prong_table *table, bool *taken, const char *at, size_t length, prong_error *err)
{
    size_t column, first, last;
    prong_error unused = PRONG_ERROR_INIT;

    if (prong_table_find(table, at, length, &column, &unused) == PRONG_OK) {
        add(table, taken, column);
    } else if (is_range(table, at, length, &first, &last)) {
        for (size_t i = first; i <= last; i++)
            add(table, taken, i - 1);
    } else {
        return prong_table_find(table, at, length, &column, err);
    }
    return PRONG_OK;
}

prong_status prong_table_take_fields(struct prong_table *table, const char *list, prong_error *err)
{
    bool *taken = calloc(table->columns + 1, sizeof *taken);
    prong_status status = PRONG_OK;

    table->fields = calloc(table->columns + 1, sizeof *table->fields);
    if (!table->fields || !taken)
        status = prong_fail(err, PRONG_ENOMEM, "%zu columns", table->columns);
    for (const char *at = list; status == PRONG_OK; at++) {
        size_t length = strcspn(at, ",");
        if (length == 0)
            status = prong_fail(err, PRONG_EINVAL, "a column is missing in the list of fields '%s'", list);
        else
            status = take_entry(table, taken, at, length, err);
        at += length;
        if (!*at)
            break;
    }
    free(taken);
    return status;
}
