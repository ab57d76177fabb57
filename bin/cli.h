/* SPDX-License-Identifier: MIT */
/* The parts of the prong command. It uses the installed headers only: what it cannot do with them, the library
 * lacks. */
#ifndef PRONG_BIN_CLI_H
#define PRONG_BIN_CLI_H

#include <prong.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

/* Exit statuses; 128 + signal never: the command dies of the signal itself. */
enum { EXIT_DATA = 1, EXIT_USAGE = 2, EXIT_LOST = 3, EXIT_NAN = 4 };

/* How results are written. */
enum form { FORM_PLAIN, FORM_TSV, FORM_CSV, FORM_TABLE, FORM_JSON };

/* Is it a form of rows under a header? */
static inline bool form_has_rows(enum form form)
{
    return form == FORM_TSV || form == FORM_CSV || form == FORM_TABLE;
}

struct cli {
    prong_options run;
    prong_array_options input;
    prong_reduce_options reduce;
    prong_table_options table;
    bool given_table; /* an option that only tables have */
    char *missing;    /* what --missing has said so far, for table */
    prong_stats stats;
    double deadline; /* of --timeout, on the monotonic clock; 0: the first file has not been opened */
    enum form form;
    bool json; /* form is FORM_JSON */
    const char *format, *round; /* of --format and --round, or NULL */
    bool show_stats;
    bool remove_dead; /* segments */
    int progress; /* 1: always a bar; -1: never; 0: on a terminal */
    bool total;
    const char *where, *weights; /* files, or NULL */
    const char *axes;            /* of --axis, or NULL */
    bool keepdims;
    const char *out_file; /* of -o, or NULL */
    const char *range, *edges, *svg; /* of these options, or NULL */
    const char *trace_svg, *trace_html, *trace_json; /* trace: files, or NULL */
    bool trace_slow;
    uint64_t part, parts; /* of --part; 0 of 0 */
    bool given_nan, given_ddof, given_method;
    const char *files0; /* of --files0-from, or NULL */
    char *names, **name_words; /* what it has, and words with it; else NULL */
    char **words; /* what is no option: OPERATIONS [FILE]…, or COMMAND … */
    int word_count;
};

/* What getopt_long returns for options without a letter. */
enum option_id {
    OPT_DTYPE = 256,
    OPT_OFFSET,
    OPT_COUNT,
    OPT_DDOF,
    OPT_NAN_POLICY,
    OPT_NARM,
    OPT_OUT_DTYPE,
    OPT_TOTAL,
    OPT_PLAIN,
    OPT_TSV,
    OPT_CSV,
    OPT_TABLE,
    OPT_JSON,
    OPT_FORMAT,
    OPT_FILES0,
    OPT_THOUSANDS,
    OPT_DECIMAL,
    OPT_STATS,
    OPT_PROGRESS,
    OPT_NO_PROGRESS,
    OPT_GRAIN,
    OPT_RETRIES,
    OPT_TIMEOUT,
    OPT_CHUNK_TIMEOUT,
    OPT_REMOVE,
    OPT_METHOD,
    OPT_PART,
    OPT_MEM_LIMIT,
    OPT_SHAPE,
    OPT_ORDER,
    OPT_WHERE,
    OPT_WEIGHTS,
    OPT_RANGE,
    OPT_EDGES,
    OPT_SVG,
    OPT_AXIS,
    OPT_KEEPDIMS,
    OPT_QUOTE,
    OPT_COMMENT,
    OPT_SKIP,
    OPT_RAGGED,
    OPT_MISSING,
    OPT_HTML,
    OPT_SLOW,
};

/* options.c: fills cli from the command line. Returns -1 to go on, or the exit status. */
int cli_parse(struct cli *cli, int argc, char **argv);
void cli_help(FILE *out);

/* option_values.c: what stands behind an option into *out or cli; -1, after a message, if text is none of it. */
/* A whole number from 0 to most. */
int cli_whole(const char *option, const char *text, uint64_t most, uint64_t *out);
int cli_small(const char *option, const char *text, int most, int *out);
int cli_seconds(const char *option, const char *text, double *out);
/* Bytes, with K, M, G or T for powers of 1024. */
int cli_bytes(const char *option, const char *text, uint64_t *out);
/* The index of text among the words, or -1. */
int cli_choice(const char *option, const char *text, const char *const words[]);
int cli_set_method(struct cli *cli, const char *text);
int cli_set_dtype(struct cli *cli, const char *text);
int cli_set_part(struct cli *cli, const char *text);
int cli_set_out_dtype(struct cli *cli, const char *text);

/* table_options.c: takes an option of tables: 0, or -1 after a message; 1: it is none of them. */
int cli_table_option(struct cli *cli, int id, const char *text);

/* message.c */
void cli_message(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Says what went wrong and returns the exit status for it. */
int cli_failed(const prong_error *err);

/* signals.c: SIGINT, SIGTERM and SIGHUP raise the flag that cancels a run; afterwards the command dies of them. */
volatile const sig_atomic_t *cli_catch_signals(void);
void cli_die_of_signal(void);
/* SIGUSR1, and SIGINFO where there is one, raise the flag that asks how far a run has come. */
volatile sig_atomic_t *cli_catch_question(void);

/* progress.c: for all runs; what the next run is of; how far it had come. */
void cli_progress_begin(struct cli *cli);
void cli_progress_of(prong_array *const *arrays, int count);
void cli_progress_interrupted(void);

/* files0.c: makes the names in the file of --files0-from, if it is given, words of the command line. Returns -1 to go on, or the
 * exit status. Frees what that has taken. */
int files0_take(struct cli *cli);
void files0_free(struct cli *cli);

/* input.c: opens FILE, FILE[SLICE] or -. The second is for what goes with every FILE: a mask, weights. */
prong_status cli_open(const struct cli *cli, const char *word, prong_array **array, prong_error *err);
prong_status cli_open_plain(const struct cli *cli, const char *word, prong_array **array, prong_error *err);

/* A whole file, or standard input, with a NUL behind it; the caller frees it. NULL after a message. And a name for messages. */
char *cli_read_file(const char *path, size_t *size);
const char *cli_shown(const char *path);

/* What all runs together took. */
struct totals {
    prong_stats stats;
    uint64_t bytes;
};

struct output;

/* reduce.c: what prong OPERATION and prong state share. Each says what it failed for in err. */
prong_status cli_create(struct cli *cli, const char *operations, prong_reduction **reduction, prong_error *err);
/* Opens all FILEs and adds them as one array, or as the two of a pair; *dtype gets the type of the last. */
prong_status cli_add_total(struct cli *cli, prong_reduction *reduction, char **files, int count, const char **dtype,
                           struct totals *totals, prong_error *err);
/* The same in two steps: all FILEs, opened, or NULL; and adding them. */
prong_array **cli_open_all(struct cli *cli, char **files, int count, const char **dtype, prong_error *err);
void cli_close_all(prong_array **arrays, int count);
prong_status cli_add_all(struct cli *cli, prong_reduction *reduction, prong_array **arrays, int count, struct totals *totals,
                         prong_error *err);
/* Puts the values of all operations out, under the name of what they are of. */
prong_status cli_put_values(struct output *output, const prong_reduction *reduction, const char *name, const char *dtype,
                            prong_error *err);
void cli_show_totals(const struct totals *totals);
void cli_add_stats(struct totals *totals, const prong_stats *one, uint64_t bytes);
/* --timeout is for all files together, and for the wait for a pipe's first byte: what is left of it goes to the next step. */
prong_status cli_start_clock(struct cli *cli, prong_error *err);
/* Runs a command with the arrays open that go with every FILE. */
int cli_with_companions(struct cli *cli, int (*run)(struct cli *cli));

/* state.c: writes a state whole or not at all; to standard output for "-" or NULL. Returns the exit status. */
int cli_write_state(const prong_reduction *reduction, const char *path);

/* table.c: is a table asked for? */
bool cli_is_table(const struct cli *cli);

/* reduce.c, axes.c, table.c, info.c, ops.c, describe.c, state.c, merge.c: the commands; each returns the exit status. */
int cli_reduce(struct cli *cli);
int cli_axes(struct cli *cli);
int cli_table(struct cli *cli);
int cli_info(struct cli *cli);
int cli_ops(struct cli *cli);
int cli_describe(struct cli *cli);
int cli_state(struct cli *cli);
int cli_merge(struct cli *cli);
int cli_segments(struct cli *cli); /* segments.c */
int cli_trace(struct cli *cli);    /* trace.c */
/* main.c: the main job in whatever form is asked for: of arrays, along axes, of tables. */
int cli_operations(struct cli *cli);
int cli_limits(struct cli *cli);

/* output.c: results are collected in memory and written when nothing can fail any more but the writing. */
struct output {
    FILE *text, *picture; /* picture: of --svg, or NULL */
    char *bytes, *picture_bytes;
    size_t length, picture_length;
    const struct cli *cli;
    int files;             /* how many there are results of: several have their name in front */
    int answers;           /* how many have been put out */
    struct writer *writer; /* for forms of rows, or NULL */
    char *names;           /* of all fields of the first answer, where others must have the same; or NULL */
};
/* False, after a message: there is no memory. */
bool output_open(struct output *output, const struct cli *cli, int files);
/* Writes everything to standard output. Returns the exit status. */
int output_close(struct output *output);
void output_discard(struct output *output);
/* Closes standard output, where a full disk shows. Returns the exit status. */
int output_flush(void);
/* A name in a line of fields: control characters, which would break it, are blanks. */
void output_text(FILE *out, const char *text);
void output_json_string(FILE *out, const char *text); /* json.c */

/* number.c: what --format and --round say of every floating-point value from now on; -1 after a message. */
int number_format(const char *text);
int number_round(const char *text);
/* A value as text, the items of a list with commas between them; as JSON. */
void output_value(FILE *out, const prong_value *value);
void output_json_value(FILE *out, const prong_value *value);

/* plain.c: what a line of a result begins with: either may be NULL. label_put: with tabs; label_title: a line of its own, or
 * nothing. */
struct label {
    const char *file, *operation;
};
void label_put(FILE *out, const struct label *label);
void label_title(FILE *out, const struct label *label);

/* hist.c: sets cli->reduce from --range and --edges; returns -1 to go on, or the exit status. Frees what that has taken. */
int hist_options(struct cli *cli);
/* edges.c: the numbers in a file, which the caller frees. NULL after a message. */
double *edges_of_file(const char *path, size_t *n);
void hist_options_free(struct cli *cli);
/* A histogram, a line for each bin; as JSON; its largest count. */
void hist_lines(FILE *out, const struct label *label, const prong_value *value);
void hist_json(FILE *out, const prong_value *value);
uint64_t hist_most(const prong_value *value);
/* Edges as text for people: how many digits tell all bins apart, and edge i with so many. */
int hist_edge_digits(const prong_value *value);
void hist_edge_text(const prong_value *value, size_t i, int digits, char text[32]);

/* draw.c: bars, if standard output is a terminal. */
bool draw_wanted(const struct cli *cli);
void draw_histogram(FILE *out, const struct label *label, const prong_value *value);

/* axes_rows.c: a reduction along these axes as rows. */
void axes_rows(struct writer *writer, const prong_grid *grid, const prong_reduction *names, const int *axes, int count);

/* svg.c: a picture of a histogram of so many elements, in bins or not; its edges are finite. */
void svg_histogram(FILE *out, const char *name, uint64_t elements, const prong_value *value);
/* Text in XML or HTML, between tags or in an attribute's quotes. */
void svg_escape(FILE *out, const char *text);

#endif
