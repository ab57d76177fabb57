/* SPDX-License-Identifier: MIT */
/* prong: parallel reductions of arrays at the command line.
 *
 *     main.c       this file: which command
 *     options.c    the table of options, and what they set
 *     option_values.c  … from words to numbers and types
 *     table_options.c  … those of tables
 *     input.c      opening FILE, FILE[SLICE] and -
 *     reduce.c     the main job
 *     axes.c       the same along axes
 *     axes_rows.c  … as rows under a header
 *     table.c      the same of columns of tables
 *     info.c       prong info
 *     ops.c        prong ops
 *     describe.c   prong describe
 *     state.c      prong state
 *     merge.c      prong merge
 *     segments.c   prong segments, prong limits
 *     trace.c      prong trace; trace.h tells of its other files
 *     answer.h     what a command has come to, as the forms of output see it
 *     output.c     what they have in common: all or nothing
 *     plain.c      plain text
 *     json.c       JSON
 *     rows.c       rows under a header: …
 *     writer.c     … as TSV and CSV
 *     aligned.c    … in columns, for people
 *     number.c     numbers as text: --format, --round
 *     files0.c     --files0-from
 *     hist.c       histograms: their options, and as text and JSON
 *     edges.c      … their edges from a file
 *     draw.c       … on a terminal
 *     svg.c        … as a picture
 *     progress.c   how far a run has come
 *     message.c    errors and exit statuses
 *     signals.c    cancelling
 *
 * It never calls setlocale: numbers are read and written the same way everywhere. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* Words that name a command, so that no operation may. */
static const struct {
    const char *word;
    int (*run)(struct cli *cli);
    bool has_rows; /* --tsv, --csv and --table are for it */
} commands[] = {
    { "info", cli_info, false },   { "ops", cli_ops, true },     { "describe", cli_describe, true },
    { "state", cli_state, false }, { "merge", cli_merge, true }, { "trace", cli_trace, false },
    { "segments", cli_segments, false }, { "limits", cli_limits, false },
};

int cli_operations(struct cli *cli)
{
    if (cli_is_table(cli))
        return cli_table(cli);
    return cli->axes ? cli_axes(cli) : cli_reduce(cli);
}

static int run_command(struct cli *cli, int (*run)(struct cli *cli))
{
    int status = files0_take(cli);

    if (status != -1)
        return status;
    cli->run.cancel = cli->input.cancel = cli_catch_signals();
    cli_progress_begin(cli);
    return run(cli);
}

int main(int argc, char **argv)
{
    struct cli cli = { .run = PRONG_OPTIONS_INIT,
                       .input = PRONG_ARRAY_OPTIONS_INIT,
                       .reduce = PRONG_REDUCE_OPTIONS_INIT,
                       .table = PRONG_TABLE_OPTIONS_INIT };
    int (*run)(struct cli *) = cli_operations;
    int status = cli_parse(&cli, argc, argv);

    if (status != -1)
        return status;
    if (cli.word_count == 0)
        return cli_usage("which OPERATION?");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(cli.words[0], commands[i].word) != 0)
            continue;
        if (form_has_rows(cli.form) && !commands[i].has_rows)
            return cli_usage("--tsv, --csv and --table are not for '%s'", cli.words[0]);
        run = commands[i].run;
    }
    if (run != cli_trace && (cli.trace_html || cli.trace_slow))
        return cli_usage("--html and --slow are for 'prong trace'");
    if (run != cli_operations && run != cli_trace && cli.given_table)
        return cli_usage("-t, -H, -f, -g and the other options of tables are for OPERATIONs, not for '%s'", cli.words[0]);
    status = run_command(&cli, run);
    files0_free(&cli);
    free(cli.missing);
    cli_die_of_signal();
    return status;
}
