/* SPDX-License-Identifier: MIT */
/* Results as plain text, which is for people and for pipes alike: one value bare; several as name<TAB>value lines; of several
 * files, columns or groups rows, with a header where one would have to guess. A histogram is as many lines as it has bins, or
 * bars on a terminal, and then every result has lines of its own. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

void label_put(FILE *out, const struct label *label)
{
    if (label->file)
        fprintf(out, "%s\t", label->file);
    if (label->operation)
        fprintf(out, "%s\t", label->operation);
}

void label_title(FILE *out, const struct label *label)
{
    if (label->file || label->operation)
        fprintf(out, "%s%s%s\n", label->file ? label->file : "", label->file && label->operation ? " " : "",
                label->operation ? label->operation : "");
}

enum layout {
    LINES,   /* a value each */
    FILES,   /* a row for each file, a field for each operation */
    COLUMNS, /* a row for each column of a table */
    GROUPS   /* a row for each group, a field for each value */
};

static enum layout layout_of(const struct output *output, const struct answer *a)
{
    if (a->group)
        return GROUPS;
    if (answer_has_histogram(a))
        return LINES;
    if (a->dtype)
        return output->files > 1 ? FILES : LINES;
    return a->bare || answer_has_named(a) ? LINES : COLUMNS;
}

static prong_status put_value(FILE *out, const struct answer *a, size_t g, size_t i, prong_error *err)
{
    prong_value value;
    prong_status status = answer_value(a, g, i, &value, err);

    if (status)
        return status;
    output_value(out, &value);
    prong_value_free(&value);
    return PRONG_OK;
}

static prong_status put_line(struct output *output, const struct answer *a, size_t i, const struct label *label,
                             prong_error *err)
{
    prong_value value;
    prong_status status = answer_value(a, 0, i, &value, err);

    if (status)
        return status;
    if (value.kind == PRONG_KIND_HISTOGRAM) {
        (draw_wanted(output->cli) ? draw_histogram : hist_lines)(output->text, label, &value);
    } else {
        label_put(output->text, label);
        output_value(output->text, &value);
        fputc('\n', output->text);
    }
    prong_value_free(&value);
    return PRONG_OK;
}

static prong_status put_lines(struct output *output, const struct answer *a, prong_error *err)
{
    bool bare = a->dtype ? a->uses == 1 : a->bare;
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < a->uses && status == PRONG_OK; i++) {
        struct use use = answer_use(a, i);
        char *name = answer_name(&use);
        struct label label = { output->files > 1 ? a->file : NULL, bare ? NULL : name };
        status = name ? put_line(output, a, i, &label, err) : (err->status = PRONG_ENOMEM);
        free(name);
    }
    return status;
}

/* The names of all fields, where there are several of them. */
static prong_status put_title(struct output *output, const struct answer *a, enum layout layout, prong_error *err)
{
    FILE *out = output->text;
    size_t step = layout == COLUMNS ? a->uses / a->operations : 1;

    if (layout != GROUPS && a->operations < 2)
        return PRONG_OK;
    if (output->files > 1)
        fputs(layout == FILES ? "file" : "file\t", out);
    if (layout != FILES)
        output_text(out, layout == COLUMNS ? "column" : a->group);
    for (size_t i = 0; i < a->uses; i += step) {
        struct use use = answer_use(a, i);
        char *name = layout == COLUMNS ? strdup(use.text) : answer_name(&use);
        if (!name)
            return err->status = PRONG_ENOMEM;
        fprintf(out, "\t%s", name);
        free(name);
    }
    fputc('\n', out);
    return PRONG_OK;
}

/* A row: of a group or a file, every value; of a column k, those of every operation. */
static prong_status put_row(struct output *output, const struct answer *a, size_t g, size_t first, size_t step,
                            prong_error *err)
{
    prong_status status = PRONG_OK;

    for (size_t i = first; i < a->uses && status == PRONG_OK; i += step) {
        fputc('\t', output->text);
        status = put_value(output->text, a, g, i, err);
    }
    fputc('\n', output->text);
    return status;
}

static prong_status put_rows(struct output *output, const struct answer *a, enum layout layout, prong_error *err)
{
    size_t columns = a->operations ? a->uses / a->operations : 0;
    size_t rows = layout == GROUPS ? a->groups : layout == FILES ? 1 : columns;
    prong_status status = PRONG_OK;

    for (size_t k = 0; k < rows && status == PRONG_OK; k++) {
        if (output->files > 1)
            fprintf(output->text, layout == FILES ? "%s" : "%s\t", a->file);
        if (layout == GROUPS)
            output_text(output->text, a->key(a->of, k));
        else if (layout == COLUMNS)
            output_text(output->text, answer_use(a, k).column);
        status = layout == COLUMNS ? put_row(output, a, 0, k, columns, err)
                                   : put_row(output, a, layout == GROUPS ? k : 0, 0, 1, err);
    }
    return status;
}

prong_status plain_answer(struct output *output, const struct answer *a, prong_error *err)
{
    enum layout layout = layout_of(output, a);
    prong_status status = PRONG_OK;

    if (layout == LINES)
        return put_lines(output, a, err);
    if (layout == GROUPS)
        status = output_same_columns(output, a, err);
    if (status == PRONG_OK && output->answers == 0)
        status = put_title(output, a, layout, err);
    return status ? status : put_rows(output, a, layout, err);
}
