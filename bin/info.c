/* SPDX-License-Identifier: MIT */
/* prong info FILE…: what the command takes a file for, without reducing it. */
#include "cli.h"

#include <string.h>

static void shape_text(const prong_array_info *info, FILE *out, const char *separator)
{
    for (int d = 0; d < info->ndim; d++)
        fprintf(out, "%s%llu", d ? separator : "", (unsigned long long)info->shape[d]);
}

static void plain(const prong_array_info *info, FILE *out)
{
    fprintf(out, "file\t%s\nformat\t%s\ndtype\t%s\n", info->name, info->format, prong_dtype_name(info->dtype));
    if (info->swapped)
        fprintf(out, "byte order\tnot this machine's\n");
    if (info->count_known) {
        fprintf(out, "shape\t");
        shape_text(info, out, " x ");
        fprintf(out, "%s\norder\t%s\ncount\t%llu\n", info->ndim ? "" : "scalar", info->fortran ? "column-major" : "row-major",
               (unsigned long long)info->count);
    }
    if (info->stream)
        fprintf(out, "stream\tread while it is reduced\n");
    else
        fprintf(out, "bytes\t%llu\ndata at byte\t%llu\n", (unsigned long long)info->bytes,
               (unsigned long long)info->data_start);
}

static void json(const prong_array_info *info, FILE *out)
{
    fputs("{\"file\":", out);
    output_json_string(out, info->name);
    fprintf(out, ",\"format\":\"%s\",\"dtype\":\"%s\",\"swapped\":%s,\"stream\":%s", info->format,
           prong_dtype_name(info->dtype), info->swapped ? "true" : "false", info->stream ? "true" : "false");
    if (info->count_known) {
        fputs(",\"shape\":[", out);
        shape_text(info, out, ",");
        fprintf(out, "],\"order\":\"%s\",\"count\":%llu", info->fortran ? "F" : "C", (unsigned long long)info->count);
    }
    fprintf(out, ",\"bytes\":%llu,\"data_start\":%llu}\n", (unsigned long long)info->bytes,
           (unsigned long long)info->data_start);
}

static prong_status describe(struct cli *cli, const char *path, FILE *out, prong_error *err)
{
    prong_array_info info = { .size = sizeof info };
    prong_array *array;
    prong_status status = cli_open(cli, path, &array, err);

    if (status)
        return status;
    prong_array_describe(array, &info);
    if (cli->json)
        json(&info, out);
    else
        plain(&info, out);
    prong_array_close(array);
    return PRONG_OK;
}

int cli_info(struct cli *cli)
{
    struct output output;
    prong_error err = PRONG_ERROR_INIT;

    if (cli->word_count < 2)
        return cli_usage("info: which FILE?");
    if (!output_open(&output, cli, 1))
        return EXIT_DATA;
    for (int i = 1; i < cli->word_count; i++) {
        if (i > 1 && !cli->json)
            fputc('\n', output.text);
        if (describe(cli, cli->words[i], output.text, &err)) {
            output_discard(&output);
            return cli_failed(&err);
        }
    }
    return output_close(&output);
}
