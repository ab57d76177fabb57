/* SPDX-License-Identifier: MIT */
/* Columns of tables: prong -t, -H -f NAME,… OPERATION[,OPERATION]… [FILE]… */
#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool cli_is_table(const struct cli *cli)
{
    return cli->given_table || (cli->word_count > 0 && strchr(cli->words[0], '@') != NULL);
}

/* ---- What a reduction of a table has come to, for the forms of output ---- */

static struct use use_of(const void *of, size_t i)
{
    prong_table_value_info info = { .size = sizeof info };

    prong_table_result_info(of, i, &info);
    return (struct use){ .text = info.text,
                         .name = info.name,
                         .params = info.params,
                         .column = info.column,
                         .other = info.other,
                         .named = info.named != 0 };
}

static const char *key_of(const void *of, size_t g)
{
    return prong_table_result_key(of, g);
}

static prong_status value_of(const void *of, size_t g, size_t i, prong_value *value, prong_error *err)
{
    return prong_table_result_value(of, g, i, value, err);
}

/* How many histograms there are: one a column. */
static size_t histograms(const prong_table_result *result)
{
    size_t n = 0;

    for (size_t i = 0; i < prong_table_result_count(result); i++)
        n += strcmp(use_of(result, i).name, "hist") == 0;
    return n;
}

static prong_status put_result(struct output *output, const prong_table_result *result, const char *file, prong_error *err)
{
    size_t count = prong_table_result_count(result);
    prong_table_value_info last = { .size = sizeof last };
    struct answer answer = { .file = file,
                             .count = prong_table_result_rows(result),
                             .uses = count,
                             .group = prong_table_result_group(result),
                             .groups = prong_table_result_groups(result),
                             .of = result,
                             .use = use_of,
                             .key = key_of,
                             .value = value_of };

    if (output->cli->svg && histograms(result) != 1) {
        err->status = PRONG_EOP;
        snprintf(err->detail, sizeof err->detail,
                 "--svg: a picture is of one histogram: hist@COLUMN, or hist with one column (-f)");
        return err->status;
    }
    prong_table_result_info(result, count - 1, &last);
    answer.operations = last.operation + 1;
    answer.bare = !answer.group && count == 1 && (output->cli->table.fields || last.named);
    return output_answer(output, &answer, err);
}

/* ---- Files ---- */

static prong_status open_table(struct cli *cli, const char *path, prong_table **table, prong_error *err)
{
    prong_status status = cli_start_clock(cli, err);

    cli->table.once = 1;
    cli->table.cancel = cli->input.cancel;
    cli->table.timeout = cli->input.timeout;
    cli->table.memory_limit = cli->reduce.memory_limit;
    return status ? status : prong_table_open(table, path, &cli->table, err);
}

/* FILEs as one table. */
static prong_status reduce_tables(struct cli *cli, char **files, int count, struct totals *totals, prong_table_result **result,
                                  prong_error *err)
{
    prong_table **tables = calloc((size_t)count, sizeof *tables);
    prong_status status = tables ? PRONG_OK : (err->status = PRONG_ENOMEM);

    *result = NULL;
    for (int i = 0; i < count && status == PRONG_OK; i++)
        status = open_table(cli, files[i], &tables[i], err);
    if (status == PRONG_OK)
        status = cli_start_clock(cli, err);
    if (status == PRONG_OK)
        status = prong_table_reduce_all((const prong_table *const *)tables, (size_t)count, cli->words[0], &cli->reduce, result,
                                        err);
    if (status == PRONG_OK)
        cli_add_stats(totals, &cli->stats, prong_table_result_bytes(*result));
    for (int i = 0; tables && i < count; i++)
        prong_table_close(tables[i]);
    free(tables);
    return status;
}

/* What cannot be had of tables. */
static int refuse(const struct cli *cli)
{
    if (cli->where)
        return cli_usage("--where is for arrays: leave rows of a table out before, as in awk -F, '$2 > 0' FILE | prong -t, …");
    if (cli->weights)
        return cli_usage("--weights is for arrays: of columns x and w, the weighted mean is dot@x@w divided by sum@w");
    if (cli->axes)
        return cli_usage("--axis is for arrays: a table is reduced column by column, and with -g by groups of rows");
    if (cli->input.dtype)
        return cli_usage("--dtype is for arrays: fields of a table are numbers in text");
    if (cli->svg && cli->word_count > 2 && !cli->total)
        return cli_usage("--svg: a picture is of one histogram of one FILE, or of all with --total");
    if (!cli->table.quote && cli->table.delimiter == ',' && (cli->table.thousands || cli->table.decimal == ','))
        return cli_usage("with --quote none and -t, no number can have commas in it: --%s needs another delimiter",
                         cli->table.decimal == ',' ? "decimal=," : "thousands");
    return -1;
}

static prong_status run_files(struct cli *cli, struct output *output, char **files, int count, struct totals *totals,
                              prong_error *err)
{
    int each = cli->total ? count : 1;
    prong_status status = PRONG_OK;

    for (int i = 0; i < count && status == PRONG_OK; i += each) {
        prong_table_result *result;
        status = reduce_tables(cli, files + i, each, totals, &result, err);
        if (status == PRONG_OK)
            status = put_result(output, result, each > 1 ? "total" : files[i], err);
        prong_table_result_free(result);
    }
    return status;
}

static int run(struct cli *cli)
{
    static char standard_input[] = "-";
    char *only_input[] = { standard_input };
    char **files = cli->word_count > 1 ? cli->words + 1 : only_input;
    int count = cli->word_count > 1 ? cli->word_count - 1 : 1, exit_status;
    prong_error err = PRONG_ERROR_INIT;
    struct totals totals = { .bytes = 0 };
    struct output output;

    cli->reduce.run = &cli->run;
    cli->run.stats = &cli->stats;
    cli->stats.size = sizeof cli->stats;
    if (!output_open(&output, cli, cli->total ? 1 : count))
        return EXIT_DATA;
    if (run_files(cli, &output, files, count, &totals, &err)) {
        exit_status = cli_failed(&err);
        output_discard(&output);
    } else {
        exit_status = output_close(&output);
    }
    if (cli->show_stats)
        cli_show_totals(&totals);
    return exit_status;
}

int cli_table(struct cli *cli)
{
    int exit_status = refuse(cli);

    if (exit_status == -1 && cli->word_count == 1 && isatty(STDIN_FILENO))
        exit_status = cli_usage("no FILE, and standard input is a terminal");
    if (exit_status == -1)
        exit_status = hist_options(cli);
    if (exit_status == -1)
        exit_status = run(cli);
    hist_options_free(cli);
    return exit_status;
}
