/* SPDX-License-Identifier: MIT */
/* What is said of a place in a table: workers note where in the file they stopped, and the parent, for the one place that
 * counts, looks which line that is and what stands there. */
#include "config.h"

#include "table/flow.h"

#include "base/error.h"
#include "reduce/add.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 1 << 18, SHOWN = 40 };

/* Counts newlines in front of a place, and the bytes behind the last. */
static bool find_line(const struct prong_table *table, uint64_t at, unsigned long long *line, unsigned long long *column)
{
    char *room = malloc(STEP);
    bool found = room != NULL;
    struct prong_view view = { 0 };

    if (table->flow)
        view = prong_flow_view(table->flow);
    *line = view.lines + 1;
    *column = view.column + 1;
    for (uint64_t from = view.at; found && from < at;) {
        size_t size = at - from < STEP ? (size_t)(at - from) : STEP, got;
        const char *last;
        found = prong_table_read(table, from, room, size, &got, NULL) == PRONG_OK && got == size;
        if (!found)
            break;
        *line += prong_index_kernel_choose()->count(room, size, '\n');
        last = memrchr(room, '\n', size);
        *column = last ? (unsigned long long)(room + size - last) : *column + size;
        from += size;
    }
    free(room);
    return found;
}

void prong_table_place(const struct prong_table *table, uint64_t at, char *text, size_t size)
{
    unsigned long long line, column;

    if (find_line(table, at, &line, &column))
        snprintf(text, size, "%.200s:%llu:%llu", prong_display_name(table->array), line, column);
    else
        snprintf(text, size, "%.200s", prong_display_name(table->array));
}

/* The field at a place, for a message. */
static void show(const struct prong_table *table, uint64_t at, char text[SHOWN + 4])
{
    char data[SHOWN + 1];
    size_t got, n = 0;
    bool inside = false;

    text[0] = '\0';
    if (prong_table_read(table, at, data, sizeof data, &got, NULL))
        return;
    for (; n < got && n < SHOWN; n++) {
        bool blank = table->dialect.delimiter == ' ' && (data[n] == '\t' || data[n] == '\r');
        if (table->dialect.quote && data[n] == table->dialect.quote)
            inside = !inside;
        if (data[n] == '\n' || (!inside && (data[n] == table->dialect.delimiter || blank)))
            break;
        text[n] = data[n] >= 0x20 && data[n] < 0x7f ? data[n] : '?';
    }
    while (n > 0 && n < SHOWN && data[n - 1] == '\r')
        n--;
    memcpy(text + n, n == SHOWN ? "..." : "", n == SHOWN ? 4 : 1);
}

static prong_status bad_number(const struct prong_table *table, const char *place, const struct prong_table_halt *halt,
                               prong_error *err)
{
    const char *name = table->names[halt->column];
    char field[SHOWN + 4];
    const char *header = !table->header && halt->at < table->first + SHOWN ? "; is the first row a header (-H)?" : "";

    show(table, halt->at, field);
    if (!field[0])
        return prong_fail(err, PRONG_EDATA, "%s: an empty field in column '%.60s': --missing '' takes it for NaN", place, name);
    if (!prong_notation_is_plain(&table->notation))
        return prong_fail(err, PRONG_EDATA, "%s: column '%.60s': %s: '%s'", place, name, prong_notation_refusal(&table->notation),
                          field);
    return prong_fail(err, PRONG_EDATA, "%s: not a number in column '%.60s': '%s' (--missing WORD takes a word for NaN%s)", place,
                      name, field, header);
}

prong_status prong_table_explain(const struct prong_table *table, const struct prong_table_halt *halt, prong_error *err)
{
    char place[256];

    prong_table_place(table, halt->at, place, sizeof place);
    switch ((enum prong_table_stop)halt->stop) {
    case PRONG_TABLE_BAD_NUMBER:
        return bad_number(table, place, halt, err);
    case PRONG_TABLE_NAN:
        return prong_fail(err, PRONG_ENAN, "%s: NaN in column '%.60s'", place, table->names[halt->column]);
    case PRONG_TABLE_RAGGED:
        return prong_fail(err, PRONG_EDATA, "%s: a row of %llu fields, where the first has %zu (%s)", place,
                          (unsigned long long)halt->column, table->columns,
                          table->dialect.delimiter == ',' && !prong_notation_is_plain(&table->notation)
                              ? "numbers with commas in them must be quoted, or the delimiter another: -t"
                              : "--ragged=skip leaves out such rows");
    case PRONG_TABLE_LONG_ROW:
        return prong_fail(err, PRONG_EDATA, "%s: a row of more than %d bytes: is a quote in it never closed? "
                          "(--quote none takes quotes for characters)", place, PRONG_MOST_ROW);
    case PRONG_TABLE_STRAY_QUOTE:
        return prong_fail(err, PRONG_EDATA, "%s: a quote in the middle of a field, or text behind the quote that ends one "
                          "(--quote none takes quotes for characters)", place);
    case PRONG_TABLE_OPEN_QUOTE:
        return prong_fail(err, PRONG_EDATA, "%s: a quote is never closed (--quote none takes quotes for characters)", place);
    case PRONG_TABLE_GOES_ON:
        break;
    }
    return PRONG_OK;
}
