/* SPDX-License-Identifier: MIT */
/* Columns of tables: prong -t, -H -f NAME,… OPERATION[,OPERATION]… [FILE]…
 *
 * Operations of every column make a row for each column; operations with columns of their own, as sum@price, a line each; groups
 * a row for each. Several files: with the file's name in front. All or nothing, as in output.c. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool cli_is_table(const struct cli *cli)
{
    return cli->given_table || (cli->word_count > 0 && strchr(cli->words[0], '@') != NULL);
}

static prong_table_value_info info_of(const prong_table_result *result, size_t i)
{
    prong_table_value_info info = { .size = sizeof info };

    prong_table_result_info(result, i, &info);
    return info;
}

/* A name in a line of fields that tabs separate: what would break it is a blank. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
}

/* "dot@price@qty" */
static void put_use(FILE *out, const prong_table_value_info *info)
{
    fprintf(out, "%s@", info->text);
    put_text(out, info->column);
    if (info->other) {
        fputc('@', out);
        put_text(out, info->other);
    }
}

/* How values are laid out. */
enum layout { BARE, USES, COLUMNS, GROUPS };

static enum layout layout_of(const struct cli *cli, const prong_table_result *result)
{
    size_t count = prong_table_result_count(result);

    if (cli->table.group)
        return GROUPS;
    if (count == 1 && (cli->table.fields || info_of(result, 0).named))
        return BARE;
    for (size_t i = 0; i < count; i++)
        if (info_of(result, i).named)
            return USES;
    return COLUMNS;
}

static size_t operations_of(const prong_table_result *result)
{
    return info_of(result, prong_table_result_count(result) - 1).operation + 1;
}

/* A histogram has no place in a line of values. */
static bool has_histogram(const prong_table_result *result)
{
    for (size_t i = 0; i < prong_table_result_count(result); i++)
        if (strcmp(info_of(result, i).name, "hist") == 0)
            return true;
    return false;
}

static void put_title(FILE *out, const struct cli *cli, const prong_table_result *result, bool files)
{
    enum layout layout = layout_of(cli, result);
    size_t n = operations_of(result), columns = prong_table_result_count(result) / n;

    if ((layout != GROUPS && layout != COLUMNS) || (layout == COLUMNS && n < 2))
        return;
    if (files)
        fputs("file\t", out);
    if (layout == COLUMNS) {
        fputs("column", out);
        for (size_t i = 0; i < n; i++)
            fprintf(out, "\t%s", info_of(result, i * columns).text);
    } else {
        put_text(out, prong_table_result_group(result));
        for (size_t i = 0; i < prong_table_result_count(result); i++) {
            prong_table_value_info info = info_of(result, i);
            fputc('\t', out);
            put_use(out, &info);
        }
    }
    fputc('\n', out);
}

static prong_status put_value(FILE *out, const struct cli *cli, const prong_table_result *result, size_t g, size_t i,
                              const struct label *label, prong_error *err)
{
    prong_value value;
    prong_status status = prong_table_result_value(result, g, i, &value, err);

    if (status)
        return status;
    if (value.kind == PRONG_KIND_HISTOGRAM && label) {
        (draw_wanted(cli) ? draw_histogram : hist_lines)(out, label, &value);
    } else {
        if (label)
            label_put(out, label);
        output_value(out, &value);
        if (label)
            fputc('\n', out);
    }
    prong_value_free(&value);
    return PRONG_OK;
}

/* A line for each value. */
static prong_status put_lines(FILE *out, const struct cli *cli, const prong_table_result *result, const char *file, bool bare,
                              prong_error *err)
{
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < prong_table_result_count(result) && status == PRONG_OK; i++) {
        prong_table_value_info info = info_of(result, i);
        struct label label = { file, NULL };
        char *text = NULL;
        size_t size = 0;
        FILE *name = open_memstream(&text, &size);
        if (!name)
            return err->status = PRONG_ENOMEM;
        put_use(name, &info);
        if (fclose(name) == EOF)
            status = err->status = PRONG_ENOMEM;
        else if (!bare)
            label.operation = text;
        if (status == PRONG_OK)
            status = put_value(out, cli, result, 0, i, &label, err);
        free(text);
    }
    return status;
}

/* A row: of a group, every value; of a column k, those of every operation. */
static prong_status put_row(FILE *out, const struct cli *cli, const prong_table_result *result, size_t g, size_t first,
                            size_t step, prong_error *err)
{
    prong_status status = PRONG_OK;

    for (size_t i = first; i < prong_table_result_count(result) && status == PRONG_OK; i += step) {
        fputc('\t', out);
        status = put_value(out, cli, result, g, i, NULL, err);
    }
    fputc('\n', out);
    return status;
}

static prong_status put_rows(FILE *out, const struct cli *cli, const prong_table_result *result, const char *file,
                             enum layout layout, prong_error *err)
{
    size_t columns = prong_table_result_count(result) / operations_of(result);
    size_t rows = layout == GROUPS ? prong_table_result_groups(result) : columns;
    prong_status status = PRONG_OK;

    for (size_t k = 0; k < rows && status == PRONG_OK; k++) {
        if (file)
            fprintf(out, "%s\t", file);
        put_text(out, layout == GROUPS ? prong_table_result_key(result, k) : info_of(result, k).column);
        status = layout == GROUPS ? put_row(out, cli, result, k, 0, 1, err) : put_row(out, cli, result, 0, k, columns, err);
    }
    return status;
}

/* ---- JSON ---- */

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

static prong_status json_results(FILE *out, const prong_table_result *result, size_t g, prong_error *err)
{
    prong_status status = PRONG_OK;

    fputs("\"results\":[", out);
    for (size_t i = 0; i < prong_table_result_count(result) && status == PRONG_OK; i++) {
        prong_table_value_info info = info_of(result, i);
        prong_value value;
        status = prong_table_result_value(result, g, i, &value, err);
        if (status)
            break;
        fprintf(out, "%s{\"op\":\"%s\",\"params\":", i ? "," : "", info.name);
        json_params(out, info.params);
        fputs(",\"column\":", out);
        output_json_string(out, info.column);
        if (info.other) {
            fputs(",\"other\":", out);
            output_json_string(out, info.other);
        }
        fputs(",\"value\":", out);
        output_json_value(out, &value);
        fputc('}', out);
        prong_value_free(&value);
    }
    fputc(']', out);
    return status;
}

static prong_status put_json(FILE *out, const struct cli *cli, const prong_table_result *result, const char *file,
                             prong_error *err)
{
    prong_status status = PRONG_OK;

    fputs("{\"file\":", out);
    output_json_string(out, file);
    fprintf(out, ",\"rows\":%llu,", (unsigned long long)prong_table_result_rows(result));
    if (!cli->table.group) {
        status = json_results(out, result, 0, err);
    } else {
        fputs("\"groups\":[", out);
        for (size_t g = 0; g < prong_table_result_groups(result) && status == PRONG_OK; g++) {
            fputs(g ? ",{\"key\":" : "{\"key\":", out);
            output_json_string(out, prong_table_result_key(result, g));
            fputc(',', out);
            status = json_results(out, result, g, err);
            fputc('}', out);
        }
        fputc(']', out);
    }
    fputs("}\n", out);
    return status;
}

/* ---- Files ---- */

static prong_status put_result(FILE *out, const struct cli *cli, const prong_table_result *result, const char *file, int files,
                               bool first, prong_error *err)
{
    enum layout layout = layout_of(cli, result);
    const char *label = files > 1 ? file : NULL;

    if (cli->json)
        return put_json(out, cli, result, file, err);
    if (layout == COLUMNS && has_histogram(result))
        layout = USES;
    if (layout == BARE || layout == USES)
        return put_lines(out, cli, result, label, layout == BARE, err);
    if (first)
        put_title(out, cli, result, files > 1);
    return put_rows(out, cli, result, label, layout, err);
}

static prong_status reduce_table(struct cli *cli, const char *path, struct totals *totals, prong_table_result **result,
                                 prong_error *err)
{
    prong_table *table = NULL;
    prong_status status = cli_start_clock(cli, err);

    cli->table.cancel = cli->input.cancel;
    cli->table.timeout = cli->input.timeout;
    cli->table.memory_limit = cli->reduce.memory_limit;
    *result = NULL;
    if (status == PRONG_OK)
        status = prong_table_open(&table, path, &cli->table, err);
    if (status == PRONG_OK)
        status = cli_start_clock(cli, err);
    if (status == PRONG_OK)
        status = prong_table_reduce(table, cli->words[0], &cli->reduce, result, err);
    if (status == PRONG_OK)
        cli_add_stats(totals, &cli->stats, prong_table_result_bytes(*result));
    prong_table_close(table);
    return status;
}

/* What cannot be had of tables. */
static int refuse(const struct cli *cli)
{
    if (cli->axes || cli->where || cli->weights || cli->total || cli->svg || cli->input.dtype)
        return cli_usage("--axis, --where, --weights, --total, --svg and --dtype are not for tables");
    return -1;
}

static int run_files(struct cli *cli, FILE *out, char **files, int count, struct totals *totals)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_status status = PRONG_OK;

    for (int i = 0; i < count && status == PRONG_OK; i++) {
        prong_table_result *result;
        status = reduce_table(cli, files[i], totals, &result, &err);
        if (status == PRONG_OK)
            status = put_result(out, cli, result, files[i], count, i == 0, &err);
        prong_table_result_free(result);
    }
    return status ? cli_failed(&err) : 0;
}

int cli_table(struct cli *cli)
{
    static char standard_input[] = "-";
    char *only_input[] = { standard_input };
    char **files = cli->word_count > 1 ? cli->words + 1 : only_input;
    int count = cli->word_count > 1 ? cli->word_count - 1 : 1, exit_status = refuse(cli);
    struct totals totals = { .bytes = 0 };
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    if (exit_status == -1 && cli->word_count == 1 && isatty(STDIN_FILENO))
        exit_status = cli_usage("no FILE, and standard input is a terminal");
    if (exit_status == -1)
        exit_status = hist_options(cli);
    if (exit_status != -1)
        return exit_status;
    cli->reduce.run = &cli->run;
    cli->run.stats = &cli->stats;
    cli->stats.size = sizeof cli->stats;
    out = open_memstream(&text, &size);
    exit_status = out ? run_files(cli, out, files, count, &totals) : EXIT_DATA;
    if (!out || fclose(out) == EOF) {
        cli_message("out of memory for the output");
        exit_status = EXIT_DATA;
    }
    if (exit_status == 0) {
        fwrite(text, 1, size, stdout);
        exit_status = output_flush();
    }
    free(text);
    hist_options_free(cli);
    if (cli->show_stats)
        cli_show_totals(&totals);
    return exit_status;
}
