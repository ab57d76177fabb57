/* SPDX-License-Identifier: MIT */
/* Results as rows under a header, for CSV, TSV and tables for people: files, columns and groups are rows, operations fields. The
 * header is always there, and a file's name where there are several.
 *
 *     [file] operation…                of arrays, a row for each file
 *     [file] column operation…         of every column of a table, a row for each
 *     [file] operation@column…         of columns of their own, a row for each file
 *     [file] GROUP operation@column…   a row for each group
 *     [file] [column] operation low high value    where there is a histogram: a row for each bin, and for every other value one
 *                                                 without low and high */
#include "answer.h"
#include "writer.h"

#include <stdlib.h>

/* Is there a row for each column? */
static bool by_column(const struct answer *a)
{
    return !a->dtype && !a->group && !answer_has_named(a);
}

static prong_status put_name(struct writer *w, const struct use *use, prong_error *err)
{
    char *name = answer_name(use);

    if (!name)
        return err->status = PRONG_ENOMEM;
    writer_text(w, name);
    free(name);
    return PRONG_OK;
}

static prong_status put_header(struct output *output, const struct answer *a, bool longhand, prong_error *err)
{
    struct writer *w = output->writer;
    size_t step = by_column(a) ? a->uses / a->operations : 1;
    prong_status status = PRONG_OK;

    if (output->files > 1)
        writer_text(w, "file");
    if (a->group)
        writer_text(w, a->group);
    if (longhand ? !a->dtype : by_column(a))
        writer_text(w, "column");
    if (longhand) {
        static const char *const names[] = { "operation", "low", "high", "value" };
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            writer_text(w, names[i]);
    }
    for (size_t i = 0; !longhand && i < a->uses && status == PRONG_OK; i += step) {
        struct use use = answer_use(a, i);
        if (by_column(a))
            writer_text(w, use.text);
        else
            status = put_name(w, &use, err);
    }
    writer_end(w);
    return status;
}

static prong_status put_value(struct writer *w, const struct answer *a, size_t g, size_t i, prong_error *err)
{
    prong_value value;
    prong_status status = answer_value(a, g, i, &value, err);

    if (status)
        return status;
    writer_value(w, &value);
    prong_value_free(&value);
    return PRONG_OK;
}

static prong_status put_rows(struct output *output, const struct answer *a, prong_error *err)
{
    struct writer *w = output->writer;
    size_t columns = by_column(a) && a->operations ? a->uses / a->operations : 1;
    size_t rows = a->group ? a->groups : columns;
    prong_status status = PRONG_OK;

    for (size_t k = 0; k < rows && status == PRONG_OK; k++) {
        if (output->files > 1)
            writer_text(w, a->file);
        if (a->group)
            writer_text(w, a->key(a->of, k));
        else if (by_column(a))
            writer_text(w, answer_use(a, k).column);
        for (size_t i = a->group ? 0 : k; i < a->uses && status == PRONG_OK; i += columns)
            status = put_value(w, a, a->group ? k : 0, i, err);
        writer_end(w);
    }
    return status;
}

/* What every row of longhand begins with. */
static prong_status put_front(struct output *output, const struct answer *a, const struct use *use, prong_error *err)
{
    struct use column = { .text = use->column, .column = use->other };

    if (output->files > 1)
        writer_text(output->writer, a->file);
    if (!a->dtype && put_name(output->writer, &column, err))
        return err->status;
    writer_text(output->writer, use->text);
    return PRONG_OK;
}

static prong_status put_bins(struct output *output, const struct answer *a, const struct use *use, const prong_value *value,
                             prong_error *err)
{
    struct writer *w = output->writer;
    prong_status status = PRONG_OK;

    for (size_t b = 0; b < value->count && status == PRONG_OK; b++) {
        prong_value count = prong_value_item(value, b);
        prong_value low = { .kind = PRONG_KIND_F64, .f64 = prong_value_edge(value, b) }, high = low;
        high.f64 = prong_value_edge(value, b + 1);
        status = put_front(output, a, use, err);
        writer_value(w, &low);
        writer_value(w, &high);
        writer_value(w, &count);
        writer_end(w);
    }
    return status;
}

static prong_status put_longhand(struct output *output, const struct answer *a, prong_error *err)
{
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < a->uses && status == PRONG_OK; i++) {
        struct use use = answer_use(a, i);
        prong_value value;
        status = answer_value(a, 0, i, &value, err);
        if (status)
            return status;
        if (value.kind == PRONG_KIND_HISTOGRAM) {
            status = put_bins(output, a, &use, &value, err);
        } else {
            status = put_front(output, a, &use, err);
            writer_text(output->writer, "");
            writer_text(output->writer, "");
            writer_value(output->writer, &value);
            writer_end(output->writer);
        }
        prong_value_free(&value);
    }
    return status;
}

prong_status rows_answer(struct output *output, const struct answer *a, prong_error *err)
{
    bool longhand = answer_has_histogram(a);
    prong_status status = longhand || by_column(a) ? PRONG_OK : output_same_columns(output, a, err);

    if (status == PRONG_OK && output->answers == 0)
        status = put_header(output, a, longhand, err);
    if (status)
        return status;
    return longhand ? put_longhand(output, a, err) : put_rows(output, a, err);
}
