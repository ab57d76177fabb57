/* SPDX-License-Identifier: MIT */
/* How results are printed: one value bare; several as name<TAB>value lines; several files a line each, under a
 * header where there are several operations; or JSON. A histogram is as many lines as it has bins, or a picture; with several
 * files every result is then as for one, after the file's name. All or nothing: a later file's error leaves standard output
 * empty. */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t output_histograms(const prong_reduction *reduction)
{
    size_t n = 0;

    for (size_t i = 0; i < prong_reduction_count(reduction); i++)
        n += strcmp(prong_reduction_name(reduction, i), "hist") == 0;
    return n;
}

bool output_open(struct output *output, const struct cli *cli, const prong_reduction *reduction, int files)
{
    *output = (struct output){ .cli = cli, .reduction = reduction, .files = files };
    output->longhand = files > 1 && output_histograms(reduction) > 0;
    output->text = open_memstream(&output->bytes, &output->length);
    if (cli->svg)
        output->picture = open_memstream(&output->picture_bytes, &output->picture_length);
    if (!output->text || (cli->svg && !output->picture)) {
        output_discard(output);
        return false;
    }
    if (!cli->json && files > 1 && !output->longhand && prong_reduction_count(reduction) > 1) {
        fputs("file", output->text);
        for (size_t i = 0; i < prong_reduction_count(reduction); i++)
            fprintf(output->text, "\t%s", prong_reduction_text(reduction, i));
        fputc('\n', output->text);
    }
    return true;
}

void output_json_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

/* JSON has no NaN and no infinities: they are strings. */
static void json_scalar(FILE *out, const prong_value *value)
{
    char text[64];

    prong_value_string(value, text, sizeof text);
    if (value->kind == PRONG_KIND_F64 && !isfinite(value->f64))
        output_json_string(out, text);
    else
        fputs(text, out);
}

void output_json_value(FILE *out, const prong_value *value)
{
    if (value->kind == PRONG_KIND_HISTOGRAM) {
        hist_json(out, value);
        return;
    }
    if (value->kind != PRONG_KIND_ARRAY) {
        json_scalar(out, value);
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        prong_value item = prong_value_item(value, i);
        fputc(i ? ',' : '[', out);
        json_scalar(out, &item);
    }
    fputs(value->count ? "]" : "[]", out);
}

/* Items are separated by commas. */
void output_value(FILE *out, const prong_value *value)
{
    size_t n = value->kind == PRONG_KIND_ARRAY ? value->count : 1;

    for (size_t i = 0; i < n; i++) {
        prong_value item = prong_value_item(value, i);
        char text[64];
        prong_value_string(&item, text, sizeof text);
        fprintf(out, "%s%s", i ? "," : "", text);
    }
}

static void json_params(FILE *out, const char *params)
{
    fputc('[', out);
    while (*params) {
        char one[64];
        size_t length = strcspn(params, ",");
        snprintf(one, sizeof one, "%.*s", (int)length, params);
        output_json_string(out, one);
        params += length;
        if (*params)
            fputc(*params++, out);
    }
    fputc(']', out);
}

static void json_file(struct output *output, const char *name, const char *dtype, uint64_t count,
                      const prong_value *values)
{
    FILE *out = output->text;

    fputs("{\"file\":", out);
    output_json_string(out, name);
    fprintf(out, ",\"dtype\":\"%s\",\"count\":%llu,\"results\":[", dtype, (unsigned long long)count);
    for (size_t i = 0; i < prong_reduction_count(output->reduction); i++) {
        fprintf(out, "%s{\"op\":\"%s\",\"params\":", i ? "," : "", prong_reduction_name(output->reduction, i));
        json_params(out, prong_reduction_params(output->reduction, i));
        fputs(",\"column\":null,\"value\":", out);
        output_json_value(out, &values[i]);
        fputc('}', out);
    }
    fputs("]}\n", out);
}

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

/* A line for each value; a histogram is several. */
static void lines(struct output *output, const char *file, const prong_value *values)
{
    size_t n = prong_reduction_count(output->reduction);

    for (size_t i = 0; i < n; i++) {
        struct label label = { file, n > 1 ? prong_reduction_text(output->reduction, i) : NULL };
        if (values[i].kind == PRONG_KIND_HISTOGRAM) {
            (draw_wanted(output->cli) ? draw_histogram : hist_lines)(output->text, &label, &values[i]);
            continue;
        }
        label_put(output->text, &label);
        output_value(output->text, &values[i]);
        fputc('\n', output->text);
    }
}

/* A row of a table. */
static void row(struct output *output, const char *file, const prong_value *values)
{
    fputs(file, output->text);
    for (size_t i = 0; i < prong_reduction_count(output->reduction); i++) {
        fputc('\t', output->text);
        output_value(output->text, &values[i]);
    }
    fputc('\n', output->text);
}

void output_file(struct output *output, const char *name, const char *dtype, uint64_t count, const prong_value *values)
{
    for (size_t i = 0; output->picture && i < prong_reduction_count(output->reduction); i++)
        if (values[i].kind == PRONG_KIND_HISTOGRAM)
            svg_histogram(output->picture, strcmp(name, "-") ? name : "standard input", count, &values[i]);
    if (output->cli->json)
        json_file(output, name, dtype, count, values);
    else if (output->files > 1 && !output->longhand)
        row(output, name, values);
    else
        lines(output, output->files > 1 ? name : NULL, values);
}

void output_discard(struct output *output)
{
    if (output->text)
        fclose(output->text);
    if (output->picture)
        fclose(output->picture);
    free(output->bytes);
    free(output->picture_bytes);
    *output = (struct output){ 0 };
}

int output_flush(void)
{
    bool failed = ferror(stdout);

    if (fclose(stdout) == EOF || failed) {
        cli_message("standard output: %s", strerror(errno));
        return EXIT_DATA;
    }
    return 0;
}

/* Writes the picture to its file. */
static int save_picture(const struct output *output)
{
    const char *path = output->cli->svg;
    FILE *file = fopen(path, "we");
    bool failed;

    if (!file) {
        cli_message("%s: %s", path, strerror(errno));
        return EXIT_DATA;
    }
    failed = fwrite(output->picture_bytes, 1, output->picture_length, file) != output->picture_length;
    if (fclose(file) == EOF || failed) {
        cli_message("%s: %s", path, strerror(errno));
        return EXIT_DATA;
    }
    return 0;
}

int output_close(struct output *output)
{
    bool instead = output->cli->svg && strcmp(output->cli->svg, "-") == 0;
    bool failed = fclose(output->text) == EOF;
    int exit_status = 0;

    output->text = NULL;
    if (output->picture && fclose(output->picture) == EOF)
        failed = true;
    output->picture = NULL;
    if (failed) {
        cli_message("out of memory for the output");
        exit_status = EXIT_DATA;
    } else if (output->cli->svg && !instead) {
        exit_status = save_picture(output);
    }
    if (exit_status == 0 && instead)
        fwrite(output->picture_bytes, 1, output->picture_length, stdout);
    else if (exit_status == 0)
        fwrite(output->bytes, 1, output->length, stdout);
    output_discard(output);
    return exit_status ? exit_status : output_flush();
}
