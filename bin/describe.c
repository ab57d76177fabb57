/* SPDX-License-Identifier: MIT */
/* prong describe [FILE]…: what one wants to know first of some numbers: how many there are and how many are none, where they
 * lie, how they are spread, and a picture of that. NaN are counted and left out unless --nan-policy says otherwise. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The histogram is last: it cannot be had where there are infinities, the rest can. */
static const char figures[] = "count,nancount,infcount,count_nonzero,min,q1,median,q3,max,mean,std,skewness,kurtosis";
static const char bins[] = ",hist:10", given_edges[] = ",hist";

struct description {
    prong_reduction *reduction;
    prong_value *values;
    bool *missing; /* there is no such value: of nothing */
    size_t count;
};

static void forget(struct description *d)
{
    for (size_t i = 0; d->values && i < d->count; i++)
        prong_value_free(&d->values[i]);
    free(d->values);
    free(d->missing);
    prong_reduction_free(d->reduction);
    *d = (struct description){ .count = 0 };
}

static prong_status take_values(struct description *d, prong_error *err)
{
    d->count = prong_reduction_count(d->reduction);
    d->values = calloc(d->count, sizeof *d->values);
    d->missing = calloc(d->count, sizeof *d->missing);
    if (!d->values || !d->missing)
        return err->status = PRONG_ENOMEM;
    for (size_t i = 0; i < d->count; i++) {
        prong_status status = prong_reduction_value(d->reduction, i, &d->values[i], err);
        if (status && status != PRONG_EEMPTY)
            return status;
        d->missing[i] = status != PRONG_OK;
    }
    return PRONG_OK;
}

static prong_status describe_with(struct cli *cli, struct description *d, const char *hist, prong_array **arrays, int count,
                                  struct totals *totals, prong_error *err)
{
    char list[sizeof figures + sizeof bins];
    prong_status status;

    snprintf(list, sizeof list, "%s%s", figures, hist);
    status = cli_create(cli, list, &d->reduction, err);
    if (status == PRONG_OK)
        status = cli_add_all(cli, d->reduction, arrays, count, totals, err);
    return status ? status : take_values(d, err);
}

/* A pipe is kept by the first attempt, so that there can be a second. */
static prong_status describe_arrays(struct cli *cli, struct description *d, prong_array **arrays, int count,
                                    struct totals *totals, prong_error *err)
{
    prong_status status = describe_with(cli, d, cli->edges ? given_edges : bins, arrays, count, totals, err);

    if (status != PRONG_EDATA)
        return status;
    forget(d);
    *err = (prong_error)PRONG_ERROR_INIT;
    return describe_with(cli, d, "", arrays, count, totals, err);
}

/* ---- Output ---- */

static const prong_value *value_of(const struct description *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(prong_reduction_name(d->reduction, i), name) == 0)
            return d->missing[i] ? NULL : &d->values[i];
    return NULL;
}

/* NULL: there is none, or it is of nothing. */
static const prong_value *histogram_of(const struct description *d)
{
    return value_of(d, "min") ? value_of(d, "hist") : NULL;
}

/* Each element is not a number, 0, or counted by count_nonzero, which counts NaN as well unless they are omitted. */
static uint64_t zeros_of(const struct cli *cli, const struct description *d)
{
    uint64_t nans = cli->reduce.nan == PRONG_NAN_OMIT ? value_of(d, "nancount")->low : 0;

    return value_of(d, "count")->low - nans - value_of(d, "count_nonzero")->low;
}

/* For rows under a header: every figure but the histogram, which has no place there. */
struct figures {
    const struct cli *cli;
    const struct description *description;
};

static struct use use_of(const void *of, size_t i)
{
    const char *name = prong_reduction_name(((const struct figures *)of)->description->reduction, i);

    return (struct use){ .text = strcmp(name, "count_nonzero") ? name : "zeros", .name = name, .params = "" };
}

static prong_status figure_of(const void *of, size_t g, size_t i, prong_value *value, prong_error *err)
{
    const struct figures *it = of;
    const struct description *d = it->description;

    (void)g, (void)err;
    if (strcmp(prong_reduction_name(d->reduction, i), "count_nonzero") == 0)
        *value = (prong_value){ .kind = PRONG_KIND_INT, .low = zeros_of(it->cli, d) };
    else
        *value = d->missing[i] ? (prong_value){ .kind = PRONG_KIND_ARRAY } : d->values[i];
    return PRONG_OK;
}

static prong_status put_figures(struct output *output, const struct description *d, const char *name, const char *dtype,
                                prong_error *err)
{
    struct figures it = { output->cli, d };
    struct answer answer = { .file = name, .dtype = dtype, .of = &it, .use = use_of, .value = figure_of };

    while (answer.uses < d->count && strcmp(prong_reduction_name(d->reduction, answer.uses), "hist") != 0)
        answer.uses++;
    answer.operations = answer.uses;
    return output_answer(output, &answer, err);
}

static void put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%-10s%s\n", name, text);
}

static void text(const struct cli *cli, const struct description *d, const char *name, const char *dtype, FILE *out)
{
    const prong_value *histogram = histogram_of(d);
    char number[64];

    put_text(out, "file", strcmp(name, "-") ? name : "standard input");
    put_text(out, "dtype", dtype);
    for (size_t i = 0; i < d->count; i++) {
        const char *op = prong_reduction_name(d->reduction, i);
        if (strcmp(op, "hist") == 0)
            continue;
        if (strcmp(op, "count_nonzero") == 0) {
            snprintf(number, sizeof number, "%llu", (unsigned long long)zeros_of(cli, d));
            put_text(out, "zeros", number);
            continue;
        }
        fprintf(out, "%-10s", op);
        if (d->missing[i])
            fputc('-', out);
        else
            output_value(out, &d->values[i]);
        fputc('\n', out);
    }
    if (histogram) {
        fputc('\n', out);
        draw_histogram(out, &(struct label){ .file = NULL }, histogram);
    } else if (value_of(d, "min")) {
        put_text(out, "hist", value_of(d, "infcount")->low > 0 ? "- (infinities have no range: give one with --range)"
                                                               : "- (NaN have no range: give one with --range)");
    }
}

static void json(const struct cli *cli, const struct description *d, const char *name, const char *dtype, FILE *out)
{
    const prong_value *histogram = histogram_of(d);

    fputs("{\"file\":", out);
    output_json_string(out, name);
    fprintf(out, ",\"dtype\":\"%s\"", dtype);
    for (size_t i = 0; i < d->count; i++) {
        const char *op = prong_reduction_name(d->reduction, i);
        if (strcmp(op, "count_nonzero") == 0) {
            fprintf(out, ",\"zeros\":%llu", (unsigned long long)zeros_of(cli, d));
            continue;
        }
        if (strcmp(op, "hist") == 0)
            continue;
        fprintf(out, ",\"%s\":", op);
        if (d->missing[i])
            fputs("null", out);
        else
            output_json_value(out, &d->values[i]);
    }
    fputs(",\"hist\":", out);
    if (histogram)
        hist_json(out, histogram);
    else
        fputs("null", out);
    fputs("}\n", out);
}

/* ---- The command ---- */

static prong_status describe_files(struct cli *cli, char **files, int count, const char *name, struct output *output,
                                   struct totals *totals, prong_error *err)
{
    struct description d = { .count = 0 };
    const char *dtype;
    prong_array **arrays = cli_open_all(cli, files, count, &dtype, err);
    prong_status status = arrays ? describe_arrays(cli, &d, arrays, count, totals, err) : err->status;

    if (status == PRONG_OK && output->writer)
        status = put_figures(output, &d, name, dtype, err);
    else if (status == PRONG_OK)
        (cli->json ? json : text)(cli, &d, name, dtype, output->text);
    cli_close_all(arrays, count);
    forget(&d);
    return status;
}

static int describe(struct cli *cli)
{
    static char standard_input[] = "-";
    char *only_input[] = { standard_input };
    char **files = cli->word_count > 1 ? cli->words + 1 : only_input;
    int count = cli->word_count > 1 ? cli->word_count - 1 : 1, each = cli->total ? count : 1;
    prong_error err = PRONG_ERROR_INIT;
    struct totals totals = { .bytes = 0 };
    struct output output;
    prong_status status = PRONG_OK;

    if (!output_open(&output, cli, count / each))
        return EXIT_DATA;
    for (int i = 0; i < count && status == PRONG_OK; i += each) {
        if (i > 0 && cli->form == FORM_PLAIN)
            fputc('\n', output.text);
        status = describe_files(cli, files + i, each, each > 1 ? "total" : files[i], &output, &totals, &err);
    }
    if (cli->show_stats)
        cli_show_totals(&totals);
    if (status == PRONG_OK)
        return output_close(&output);
    output_discard(&output);
    return cli_failed(&err);
}

int cli_describe(struct cli *cli)
{
    if (cli->axes || cli->weights || cli->svg)
        return cli_usage("describe takes no %s", cli->axes ? "--axis" : cli->weights ? "--weights" : "--svg; hist does");
    if (cli->word_count == 1 && isatty(STDIN_FILENO))
        return cli_usage("no FILE, and standard input is a terminal");
    if (!cli->given_nan)
        cli->reduce.nan = PRONG_NAN_OMIT;
    return cli_with_companions(cli, describe);
}
