/* SPDX-License-Identifier: MIT */
/* prong merge STATE…: what prong OPERATION would print for all FILEs that the states were made of,
    as one array. With -o, a state of
 * all instead. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static int failed(const char *path, prong_error *err)
{
    char detail[sizeof err->detail];

    memcpy(detail, err->detail, sizeof detail);
    snprintf(err->detail, sizeof err->detail, "%.200s: %.300s", cli_shown(path), detail);
    return cli_failed(err);
}

/* What decides how values are made of a state may be said anew. */
static prong_status apply_options(const struct cli *cli, prong_reduction *reduction, prong_error *err)
{
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;

    prong_reduction_options(reduction, &options);
    if (cli->given_nan)
        options.nan = cli->reduce.nan;
    if (cli->given_ddof)
        options.ddof = cli->reduce.ddof;
    if (cli->given_method)
        options.method = cli->reduce.method;
    if (cli->reduce.format_given) {
        options.format = cli->reduce.format;
        options.format_given = 1;
    }
    options.memory_limit = cli->reduce.memory_limit;
    return prong_reduction_set_options(reduction, &options, err);
}

/* Joins the state in a file to those before, the first of which becomes *all. Returns the exit status. */
static int add(struct cli *cli, const char *path, prong_reduction **all)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_reduction *one = NULL;
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;
    size_t size;
    char *bytes = cli_read_file(path, &size);
    prong_status status;

    if (!bytes)
        return EXIT_DATA;
    status = prong_reduction_load(&one, bytes, size, &err);
    free(bytes);
    if (status)
        return failed(path, &err);
    if (!*all) {
        prong_reduction_options(one, &options);
        options.memory_limit = cli->reduce.memory_limit;
        status = prong_reduction_set_options(one, &options, &err);
        *all = one;
    } else {
        status = prong_reduction_merge(*all, one, &err);
        prong_reduction_free(one);
    }
    return status ? failed(path, &err) : 0;
}

static int show(struct cli *cli, prong_reduction *all)
{
    prong_error err = PRONG_ERROR_INIT;
    int dtype = prong_reduction_dtype(all);
    struct output output;

    if (apply_options(cli, all, &err))
        return cli_failed(&err);
    if (cli->out_file)
        return cli_write_state(all, cli->out_file);
    if (!output_open(&output, cli, 1))
        return EXIT_DATA;
    if (cli_put_values(&output, all, "total", dtype < 0 ? "" : prong_dtype_name((prong_dtype)dtype), &err)) {
        output_discard(&output);
        return cli_failed(&err);
    }
    return output_close(&output);
}

int cli_merge(struct cli *cli)
{
    prong_reduction *all = NULL;
    int exit_status = 0;

    if (cli->word_count < 2)
        return cli_usage("merge which STATEs?");
    for (int i = 1; i < cli->word_count && exit_status == 0; i++)
        exit_status = add(cli, cli->words[i], &all);
    if (exit_status == 0)
        exit_status = show(cli, all);
    prong_reduction_free(all);
    return exit_status;
}
