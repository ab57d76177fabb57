/* SPDX-License-Identifier: MIT */
/* The main job: prong OPERATION[,OPERATION]… [FILE]… */
#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void cli_add_stats(struct totals *totals, const prong_stats *one, uint64_t bytes)
{
    prong_stats *all = &totals->stats;

    if (one->workers > all->workers)
        all->workers = one->workers;
    all->chunks += one->chunks;
    all->retries += one->retries;
    all->respawns += one->respawns;
    all->forks_failed += one->forks_failed;
    all->seconds += one->seconds;
    if (one->segment_bytes > all->segment_bytes)
        all->segment_bytes = one->segment_bytes;
    totals->bytes += bytes;
}

void cli_show_totals(const struct totals *totals)
{
    const prong_stats *s = &totals->stats;

    fprintf(stderr, "workers %d  chunks %llu  retries %llu  seconds %.6f  bytes %llu  GB/s %.3f  segment %llu\n",
            s->workers, (unsigned long long)s->chunks, (unsigned long long)s->retries, s->seconds,
            (unsigned long long)totals->bytes, s->seconds > 0 ? (double)totals->bytes / s->seconds * 1e-9 : 0.0,
            (unsigned long long)s->segment_bytes);
    if (s->forks_failed)
        fprintf(stderr, "%d workers could not be forked; the others did their share\n", s->forks_failed);
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

prong_status cli_start_clock(struct cli *cli, prong_error *err)
{
    if (cli->run.timeout <= 0)
        return PRONG_OK;
    if (cli->deadline == 0)
        cli->deadline = seconds_now() + cli->run.timeout;
    cli->run.timeout = cli->input.timeout = cli->deadline - seconds_now();
    if (cli->run.timeout > 0)
        return PRONG_OK;
    err->status = PRONG_ETIMEDOUT;
    return PRONG_ETIMEDOUT;
}

/* Opens, adds and closes one file, or two for operations on pairs. *dtype gets the first one's type. */
static prong_status add_file(struct cli *cli, prong_reduction *reduction, char **paths, const char **dtype,
                             struct totals *totals, prong_error *err)
{
    bool pair = prong_reduction_columns(reduction) == 2;
    prong_array_info info = { .size = sizeof info };
    uint64_t before = prong_reduction_bytes(reduction);
    prong_array *array = NULL, *other = NULL;
    prong_status status = cli_start_clock(cli, err);

    if (status == PRONG_OK)
        status = cli_open(cli, paths[0], &array, err);

    if (status == PRONG_OK && pair)
        status = cli_open(cli, paths[1], &other, err);
    if (status == PRONG_OK) {
        prong_array_describe(array, &info);
        *dtype = prong_dtype_name(info.dtype);
        cli_progress_of(&array, 1);
        status = cli_start_clock(cli, err);
    }
    if (status == PRONG_OK) {
        status = pair ? prong_reduction_add_pair(reduction, array, other, err)
                      : prong_reduction_add(reduction, array, err);
        cli_add_stats(totals, &cli->stats, prong_reduction_bytes(reduction) - before);
    }
    prong_array_close(other);
    prong_array_close(array);
    return status;
}

/* ---- What a reduction of arrays has come to, for the forms of output ---- */

struct named_reduction {
    const prong_reduction *reduction;
    const char *name;
};

static struct use use_of(const void *of, size_t i)
{
    const prong_reduction *r = ((const struct named_reduction *)of)->reduction;

    return (struct use){ .text = prong_reduction_text(r, i),
                         .name = prong_reduction_name(r, i),
                         .params = prong_reduction_params(r, i) };
}

static prong_status value_of(const void *of, size_t g, size_t i, prong_value *value, prong_error *err)
{
    const struct named_reduction *it = of;
    prong_status status = prong_reduction_value(it->reduction, i, value, err);
    char detail[sizeof err->detail];

    (void)g;
    if (status == PRONG_OK)
        return PRONG_OK;
    memcpy(detail, err->detail, sizeof detail);
    snprintf(err->detail, sizeof err->detail, "%.200s: %.300s", strcmp(it->name, "-") ? it->name : "standard input", detail);
    return status;
}

prong_status cli_put_values(struct output *output, const prong_reduction *reduction, const char *name, const char *dtype,
                            prong_error *err)
{
    struct named_reduction named = { reduction, name };
    struct answer answer = { .file = name,
                             .dtype = dtype,
                             .count = prong_reduction_elements(reduction),
                             .uses = prong_reduction_count(reduction),
                             .operations = prong_reduction_count(reduction),
                             .of = &named,
                             .use = use_of,
                             .value = value_of };

    return output_answer(output, &answer, err);
}

/* Every file with the operations of its own. */
static prong_status reduce_each(struct cli *cli, prong_reduction *reduction, struct output *output, char **files, int count,
                                struct totals *totals, prong_error *err)
{
    prong_status status = PRONG_OK;
    const char *dtype = "";

    for (int i = 0; i < count && status == PRONG_OK; i += prong_reduction_columns(reduction)) {
        status = add_file(cli, reduction, files + i, &dtype, totals, err);
        if (status == PRONG_OK)
            status = cli_put_values(output, reduction, files[i], dtype, err);
        prong_reduction_reset(reduction);
    }
    return status;
}

prong_array **cli_open_all(struct cli *cli, char **files, int count, const char **dtype, prong_error *err)
{
    prong_array **arrays = calloc((size_t)count, sizeof *arrays);
    prong_array_info info = { .size = sizeof info };
    prong_status status = arrays ? cli_start_clock(cli, err) : (err->status = PRONG_ENOMEM);

    for (int i = 0; i < count && status == PRONG_OK; i++)
        status = cli_open(cli, files[i], &arrays[i], err);
    if (status) {
        cli_close_all(arrays, count);
        return NULL;
    }
    prong_array_describe(arrays[count - 1], &info);
    *dtype = prong_dtype_name(info.dtype);
    return arrays;
}

void cli_close_all(prong_array **arrays, int count)
{
    for (int i = 0; arrays && i < count; i++)
        prong_array_close(arrays[i]);
    free(arrays);
}

prong_status cli_add_all(struct cli *cli, prong_reduction *reduction, prong_array **arrays, int count, struct totals *totals,
                         prong_error *err)
{
    uint64_t before = prong_reduction_bytes(reduction);
    prong_status status = cli_start_clock(cli, err);

    if (status)
        return status;
    cli_progress_of(arrays, count);
    status = prong_reduction_add_all(reduction, arrays, (size_t)count, err);
    cli_add_stats(totals, &cli->stats, prong_reduction_bytes(reduction) - before);
    return status;
}

/* All are open together, since some operations look at the elements more than once. */
prong_status cli_add_total(struct cli *cli, prong_reduction *reduction, char **files, int count, const char **dtype,
                           struct totals *totals, prong_error *err)
{
    prong_array **arrays;
    prong_status status;

    if (prong_reduction_columns(reduction) == 2)
        return add_file(cli, reduction, files, dtype, totals, err);
    arrays = cli_open_all(cli, files, count, dtype, err);
    status = arrays ? cli_add_all(cli, reduction, arrays, count, totals, err) : err->status;
    cli_close_all(arrays, count);
    return status;
}

static prong_status reduce_files(struct cli *cli, prong_reduction *reduction, struct output *output, char **files,
                                 int count, struct totals *totals, prong_error *err)
{
    const char *dtype = "";
    prong_status status;

    if (!cli->total || prong_reduction_columns(reduction) == 2)
        return reduce_each(cli, reduction, output, files, count, totals, err);
    status = cli_add_total(cli, reduction, files, count, &dtype, totals, err);
    return status ? status : cli_put_values(output, reduction, count == 1 ? files[0] : "total", dtype, err);
}

prong_status cli_create(struct cli *cli, const char *operations, prong_reduction **reduction, prong_error *err)
{
    cli->reduce.run = &cli->run;
    cli->run.stats = &cli->stats;
    cli->stats.size = sizeof cli->stats;
    return prong_reduction_create(reduction, operations, &cli->reduce, err);
}

/* The mask and the weights that go with every FILE, for the library's options. */
static prong_status open_companions(struct cli *cli, prong_error *err)
{
    prong_status status = PRONG_OK;

    if (cli->where)
        status = cli_open_plain(cli, cli->where, &cli->reduce.where, err);
    if (cli->weights && status == PRONG_OK)
        status = cli_open_plain(cli, cli->weights, &cli->reduce.weights, err);
    return status;
}

/* How many histograms are asked for. */
static size_t histograms(const prong_reduction *reduction)
{
    size_t n = 0;

    for (size_t i = 0; i < prong_reduction_count(reduction); i++)
        n += strcmp(prong_reduction_name(reduction, i), "hist") == 0;
    return n;
}

static int reduce(struct cli *cli)
{
    static char standard_input[] = "-";
    char *only_input[] = { standard_input };
    char **files = cli->word_count > 1 ? cli->words + 1 : only_input;
    int count = cli->word_count > 1 ? cli->word_count - 1 : 1;
    prong_error err = PRONG_ERROR_INIT;
    prong_reduction *reduction;
    struct output output;
    struct totals totals = { .bytes = 0 };
    int exit_status;

    if (cli_create(cli, cli->words[0], &reduction, &err))
        return cli_failed(&err);
    if (cli->word_count == 1 && isatty(STDIN_FILENO)) {
        prong_reduction_free(reduction);
        return cli_usage("no FILE, and standard input is a terminal");
    }
    if (prong_reduction_columns(reduction) == 2 && count != 2) {
        prong_reduction_free(reduction);
        return cli_usage("%s takes two FILEs", cli->words[0]);
    }
    if (cli->svg && (histograms(reduction) != 1 || (count > 1 && !cli->total))) {
        prong_reduction_free(reduction);
        return cli_usage("--svg: a picture is of one histogram of one FILE, or of all with --total");
    }
    if (!output_open(&output, cli, cli->total || prong_reduction_columns(reduction) == 2 ? 1 : count)) {
        prong_reduction_free(reduction);
        return EXIT_DATA;
    }
    if (reduce_files(cli, reduction, &output, files, count, &totals, &err)) {
        exit_status = cli_failed(&err);
        output_discard(&output);
    } else {
        exit_status = output_close(&output);
    }
    if (cli->show_stats)
        cli_show_totals(&totals);
    prong_reduction_free(reduction);
    return exit_status;
}

int cli_with_companions(struct cli *cli, int (*run)(struct cli *cli))
{
    prong_error err = PRONG_ERROR_INIT;
    int exit_status = hist_options(cli);

    if (exit_status == -1)
        exit_status = open_companions(cli, &err) ? cli_failed(&err) : run(cli);
    hist_options_free(cli);
    prong_array_close(cli->reduce.weights);
    prong_array_close(cli->reduce.where);
    return exit_status;
}

int cli_reduce(struct cli *cli)
{
    return cli_with_companions(cli, reduce);
}
