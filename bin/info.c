/* SPDX-License-Identifier: MIT */
/* prong info FILE…: what the command takes a file for, without reducing it. */
#include "cli.h"

#include <string.h>

static void shape_text(const prong_array_info *info, FILE *out, const char *separator)
{
    for (int d = 0; d < info->ndim; d++)
        fprintf(out, "%s%llu", d ? separator : "", (unsigned long long)info->shape[d]);
}

static void plain(const prong_array_info *info)
{
    printf("file\t%s\nformat\t%s\ndtype\t%s\n", info->name, info->format, prong_dtype_name(info->dtype));
    if (info->swapped)
        printf("byte order\tnot this machine's\n");
    if (info->count_known) {
        printf("shape\t");
        shape_text(info, stdout, " x ");
        printf("%s\norder\t%s\ncount\t%llu\n", info->ndim ? "" : "scalar", info->fortran ? "column-major" : "row-major",
               (unsigned long long)info->count);
    }
    if (info->stream)
        printf("stream\tread while it is reduced\n");
    else
        printf("bytes\t%llu\ndata at byte\t%llu\n", (unsigned long long)info->bytes,
               (unsigned long long)info->data_start);
}

static void json(const prong_array_info *info)
{
    fputs("{\"file\":", stdout);
    output_json_string(stdout, info->name);
    printf(",\"format\":\"%s\",\"dtype\":\"%s\",\"swapped\":%s,\"stream\":%s", info->format,
           prong_dtype_name(info->dtype), info->swapped ? "true" : "false", info->stream ? "true" : "false");
    if (info->count_known) {
        fputs(",\"shape\":[", stdout);
        shape_text(info, stdout, ",");
        printf("],\"order\":\"%s\",\"count\":%llu", info->fortran ? "F" : "C", (unsigned long long)info->count);
    }
    printf(",\"bytes\":%llu,\"data_start\":%llu}\n", (unsigned long long)info->bytes,
           (unsigned long long)info->data_start);
}

int cli_info(struct cli *cli)
{
    if (cli->word_count < 2)
        return cli_usage("info: which FILE?");
    for (int i = 1; i < cli->word_count; i++) {
        prong_array_info info = { .size = sizeof info };
        prong_error err = PRONG_ERROR_INIT;
        prong_array *array;
        if (prong_array_open(&array, cli->words[i], &cli->input, &err))
            return cli_failed(&err);
        prong_array_describe(array, &info);
        if (i > 1 && !cli->json)
            putchar('\n');
        if (cli->json)
            json(&info);
        else
            plain(&info);
        prong_array_close(array);
    }
    return output_flush();
}
