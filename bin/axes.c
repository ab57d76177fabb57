/* SPDX-License-Identifier: MIT */
/* prong --axis A[,B]… OPERATION[,OPERATION]… FILE: a value for each index of the dimensions that stay. Printed a
 * line for each
 * output, in row-major order, the operations side by side; or as JSON; or written as an .npy file (-o). */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_AXES = PRONG_MAX_DIMS };

/* Numbers separated by commas; -1 after a message. */
static int parse_axes(const char *text, int axes[MOST_AXES])
{
    int n = 0;

    for (const char *at = text;;) {
        char *end;
        long axis = strtol(at, &end, 10);
        if (end == at || (*end && *end != ',') || axis < -MOST_AXES || axis >= MOST_AXES || n == MOST_AXES) {
            cli_usage("--axis: '%s' is no list of dimensions, as 0 or -1 or 0,2", text);
            return -1;
        }
        axes[n++] = (int)axis;
        if (!*end)
            return n;
        at = end + 1;
    }
}

/* The names of the operations: what a reduction of the list would call them. */
static void plain(const prong_grid *grid, const prong_reduction *names, FILE *out)
{
    size_t n = prong_reduction_count(names);

    for (size_t i = 0; n > 1 && i < n; i++)
        fprintf(out, "%s%s", prong_reduction_text(names, i), i + 1 < n ? "\t" : "\n");
    for (uint64_t o = 0; o < prong_grid_outputs(grid); o++) {
        for (size_t i = 0; i < n; i++) {
            prong_value value = prong_grid_value(grid, i, o);
            output_value(out, &value);
            fputc(i + 1 < n ? '\t' : '\n', out);
        }
    }
}

static void json(const struct cli *cli, const prong_grid *grid, const prong_reduction *names, const char *file, FILE *out)
{
    uint64_t shape[PRONG_MAX_DIMS];
    int ndim = prong_grid_shape(grid, cli->keepdims, shape);

    fputs("{\"file\":", out);
    output_json_string(out, file);
    fputs(",\"shape\":[", out);
    for (int d = 0; d < ndim; d++)
        fprintf(out, "%s%llu", d ? "," : "", (unsigned long long)shape[d]);
    fputs("],\"results\":[", out);
    for (size_t i = 0; i < prong_reduction_count(names); i++) {
        fprintf(out, "%s{\"op\":\"%s\",\"values\":[", i ? "," : "", prong_reduction_text(names, i));
        for (uint64_t o = 0; o < prong_grid_outputs(grid); o++) {
            prong_value value = prong_grid_value(grid, i, o);
            if (o)
                fputc(',', out);
            output_json_value(out, &value);
        }
        fputs("]}", out);
    }
    fputs("]}\n", out);
}

static int show(const struct cli *cli, const prong_grid *grid, const prong_reduction *names, const int *axes, int count,
                const char *file)
{
    prong_error err = PRONG_ERROR_INIT;
    struct output output;

    if (cli->out_file)
        return prong_grid_save(grid, 0, cli->keepdims, cli->out_file, &err) ? cli_failed(&err) : 0;
    if (!output_open(&output, cli, 1))
        return EXIT_DATA;
    if (output.writer)
        axes_rows(output.writer, grid, names, axes, count);
    else if (cli->json)
        json(cli, grid, names, file, output.text);
    else
        plain(grid, names, output.text);
    return output_close(&output);
}

static int reduce(struct cli *cli, const prong_reduction *names, const int *axes, int count, const char *file)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_array *array = NULL;
    prong_grid *grid = NULL;
    int status;

    if (cli_open(cli, file, &array, &err)) {
        status = cli_failed(&err);
        goto out;
    }
    cli_progress_of(&array, 1);
    if (prong_reduce_axes(array, cli->words[0], axes, count, &cli->reduce, &grid, &err))
        status = cli_failed(&err);
    else
        status = show(cli, grid, names, axes, count, file);
out:
    prong_grid_free(grid);
    prong_array_close(array);
    return status;
}

int cli_axes(struct cli *cli)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_reduction *names;
    int axes[MOST_AXES], count = parse_axes(cli->axes, axes), status;

    if (count == -1)
        return EXIT_USAGE;
    if (cli->word_count != 2)
        return cli_usage("--axis takes one OPERATION list and one FILE");
    if (cli->where || cli->weights)
        return cli_usage("--axis: %s is for whole arrays", cli->where ? "--where" : "--weights");
    cli->reduce.run = &cli->run;
    if (prong_reduction_create(&names, cli->words[0], &cli->reduce, &err))
        return cli_failed(&err);
    if (cli->out_file && prong_reduction_count(names) != 1)
        status = cli_usage("-o writes one array: give one OPERATION");
    else
        status = reduce(cli, names, axes, count, cli->words[1]);
    prong_reduction_free(names);
    return status;
}
