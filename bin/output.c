/* SPDX-License-Identifier: MIT */
/* How results are printed: one value bare; several as name<TAB>value lines; several files a line each, under a
 * header where there are several operations; or JSON. All or nothing: a later file's error leaves standard output
 * empty. */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool output_open(struct output *output, const struct cli *cli, const prong_reduction *reduction, int files)
{
    *output = (struct output){ .cli = cli, .reduction = reduction, .files = files };
    output->text = open_memstream(&output->bytes, &output->length);
    if (!output->text)
        return false;
    if (!cli->json && files > 1 && prong_reduction_count(reduction) > 1) {
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

void output_file(struct output *output, const char *name, const char *dtype, uint64_t count, const prong_value *values)
{
    size_t n = prong_reduction_count(output->reduction);
    FILE *out = output->text;

    if (output->cli->json) {
        json_file(output, name, dtype, count, values);
        return;
    }
    if (output->files > 1)
        fputs(name, out);
    for (size_t i = 0; i < n; i++) {
        if (output->files > 1)
            fputc('\t', out);
        else if (n > 1)
            fprintf(out, "%s\t", prong_reduction_text(output->reduction, i));
        output_value(out, &values[i]);
        if (output->files == 1)
            fputc('\n', out);
    }
    if (output->files > 1)
        fputc('\n', out);
}

void output_discard(struct output *output)
{
    if (output->text)
        fclose(output->text);
    free(output->bytes);
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

int output_close(struct output *output)
{
    bool failed = fclose(output->text) == EOF;

    output->text = NULL;
    if (failed)
        cli_message("out of memory for the output");
    else
        fwrite(output->bytes, 1, output->length, stdout);
    output_discard(output);
    return failed ? EXIT_DATA : output_flush();
}
