/* SPDX-License-Identifier: MIT */
/* The command line. One table of options makes the parser, --help, and the OPTIONS section of the man page. */
#include "cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int id; /* a short option's letter, or an option_id */
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
} table[] = {
    { OPT_DTYPE, "dtype", "TYPE", "raw elements: i8 … i64, u8 … u64, bool, f16, bf16, f32, f64, >f8 …; or text" },
    { OPT_OFFSET, "offset", "BYTES", "raw input: skip BYTES at the front" },
    { OPT_COUNT, "count", "N", "raw input: take N elements" },
    { OPT_SHAPE, "shape", "A,B,...", "raw input: the dimensions; one may be -1, whatever fits" },
    { OPT_ORDER, "order", "C|F", "raw input: row-major (default) or column-major" },
    { OPT_THOUSANDS, "thousands", NULL, "text and tables: numbers may have groups of three digits: 1,234,567 or 1_234_567" },
    { OPT_DECIMAL, "decimal", ".|,", "text and tables: the decimal mark (default .); with a comma, groups are as 1.234,5" },
    { OPT_AXIS, "axis", "A[,B...]", "reduce along these dimensions only; negative ones count from the end" },
    { OPT_KEEPDIMS, "keepdims", NULL, "with --axis: reduced dimensions stay, with length 1" },
    { 'o', "output", "FILE", "with --axis: write an .npy file; state, merge: the file of the state" },
    { 't', "delimiter", "C", "a table: fields are separated by this character, by tab, or by blank" },
    { 'H', "header", NULL, "a table: its first row names the columns" },
    { 'f', "fields", "LIST", "a table: take these columns, by name or number: price,2-5,9- (default: all with numbers)" },
    { 'g', "group", "COLUMN", "a table: a result for each value of this column" },
    { OPT_QUOTE, "quote", "C", "a table: the character around fields (default \"), or none" },
    { OPT_COMMENT, "comment", "C", "a table: leave out rows that begin with this character" },
    { OPT_SKIP, "skip", "N", "a table: leave out N lines at the front" },
    { OPT_RAGGED, "ragged", "error|skip", "a table: a row with another number of fields is an error (default), or left out" },
    { OPT_MISSING, "missing", "WORDS", "a table: take these fields for NaN: '' is the empty one, ',NA' that and NA" },
    { OPT_WHERE, "where", "MASK", "take only elements where the array MASK, of the same shape, is not 0" },
    { OPT_WEIGHTS, "weights", "FILE", "sum, mean, var and std with the array FILE, of the same shape, as weights" },
    { OPT_DDOF, "ddof", "N", "var, std, sem and cov divide by n - N (default 0)" },
    { OPT_NAN_POLICY, "nan-policy", "POLICY", "propagate (default), omit, or raise: exit with 4 at the first NaN" },
    { OPT_NARM, "narm", NULL, "the same as --nan-policy omit" },
    { OPT_METHOD, "method", "NAME", "of quantiles: numpy's names, from inverted_cdf to linear (default) and nearest" },
    { OPT_MEM_LIMIT, "mem-limit", "SIZE", "memory for order statistics, as 512M or 4G (default: a quarter of all, at most 1G)" },
    { OPT_RANGE, "range", "LO,HI", "hist: bins from LO to HI (default: from the smallest to the largest element)" },
    { OPT_EDGES, "edges", "E0,E1,...|@FILE", "hist: bins between these edges, or those in a file; the last belongs to its bin" },
    { OPT_SVG, "svg", "FILE", "hist: draw a picture, too; - is standard output, instead of the numbers; trace: a picture" },
    { OPT_HTML, "html", "FILE", "trace: a page to walk through the run, step by step" },
    { OPT_SLOW, "slow", NULL, "trace: wait for Enter at each step, and the whole run with it" },
    { OPT_OUT_DTYPE, "out-dtype", "TYPE", "round results once to f64 (default), f32, f16 or bf16" },
    { OPT_PART, "part", "K/N", "state: what is added is part K of N, counted from 1" },
    { OPT_TOTAL, "total", NULL, "take all FILEs as one array, or as one table" },
    { OPT_PLAIN, "plain", NULL, "print bare values and lines of name and value (default)" },
    { OPT_TSV, "tsv", NULL, "print rows under a header, fields separated by tabs" },
    { OPT_CSV, "csv", NULL, "print rows under a header, fields separated by commas and quoted as in RFC 4180" },
    { OPT_TABLE, "table", NULL, "print rows under a header in aligned columns, for people" },
    { OPT_JSON, "json", NULL, "print one JSON object for each FILE; trace: --json FILE, its steps for ui.perfetto.dev" },
    { OPT_FORMAT, "format", "FORMAT", "print floating-point values by this conversion of printf: %.3f, %12.4e, %'.2f" },
    { 'R', "round", "N", "print floating-point values with N decimals" },
    { OPT_FILES0, "files0-from", "FILE", "take the names of the FILEs from this one, each ended by a NUL; - is standard input" },
    { OPT_STATS, "stats", NULL, "tell on standard error what the run took" },
    { OPT_PROGRESS, "progress", NULL, "draw a bar on standard error, also where that is no terminal" },
    { OPT_NO_PROGRESS, "no-progress", NULL, "draw no bar" },
    { 'j', "jobs", "N", "use N workers (default: the processors this process may use)" },
    { OPT_GRAIN, "grain", "N",
      "elements, of tables bytes, in a chunk (default: max(65536, n / 4096)); changes no result but prod's" },
    { OPT_RETRIES, "retries", "N", "compute a chunk again up to N times if its worker dies (default 3)" },
    { OPT_TIMEOUT, "timeout", "SECONDS", "give up after SECONDS, with exit status 3" },
    { OPT_CHUNK_TIMEOUT, "chunk-timeout", "SECONDS", "end a worker that takes longer for a chunk, and retry it" },
    { OPT_REMOVE, "remove", "WHEN", "remove the segment early (default: at birth) or at the end; segments: what is left over" },
    { 'h', "help", NULL, "print this help" },
    { 'V', "version", NULL, "print the version" },
};

enum { OPTIONS = sizeof table / sizeof table[0] };

void cli_help(FILE *out)
{
    fputs("Usage: prong [OPTION]… OPERATION[,OPERATION]… [FILE]…\n"
          "       prong -t C [-H] [-f LIST] [-g COLUMN] OPERATION[@COLUMN[@COLUMN]][,…]… [FILE]…\n"
          "       prong state OPERATION[,OPERATION]… [--part K/N] -o STATE [FILE]…\n"
          "       prong merge STATE…\n"
          "       prong describe [FILE]…\n"
          "       prong info FILE…\n"
          "       prong ops\n"
          "       prong trace [--slow] [--html FILE] [--svg FILE] [--json FILE] OPERATION[,OPERATION]… [FILE]…\n"
          "       prong segments [--remove]\n"
          "       prong limits\n"
          "\n"
          "Reduce arrays of numbers on all processors: .npy files, raw binary (--dtype) or text, and columns\n"
          "of tables (-t, -H, -f, -g or an @COLUMN).\n"
          "With no FILE, or when FILE is -, read standard input. Sums and all that is made of them are\n"
          "exact, rounded once: the same bits for any number of workers.\n"
          "\n"
          "Options:\n",
          out);
    for (size_t i = 0; i < OPTIONS; i++) {
        char left[48];
        snprintf(left, sizeof left, "%s--%s%s%s",
                 table[i].id < 256 ? (char[]){ '-', (char)table[i].id, ',', ' ', '\0' } : "    ", table[i].name,
                 table[i].argument ? "=" : "", table[i].argument ? table[i].argument : "");
        fprintf(out, "  %-28s %s\n", left, table[i].help);
    }
    fputs("\nOperations:\n", out);
    for (size_t k = 0;; k++) {
        prong_op_info op = { .size = sizeof op };
        char left[40];
        if (!prong_op_list(k, &op))
            break;
        snprintf(left, sizeof left, "%s%s%s", op.name, *op.params ? ":" : "", op.params);
        fprintf(out, "  %-28s %s\n", left, op.help);
    }
    fputs("\n"
          "Exit status: 0; 1 bad data or I/O; 2 usage; 3 a worker lost for good or a deadline passed;\n"
          "4 NaN under --nan-policy raise. There is never a partial result.\n",
          out);
}

/* The last one counts. */
static void set_form(struct cli *cli, int id)
{
    cli->form = id == OPT_TSV ? FORM_TSV : id == OPT_CSV ? FORM_CSV : id == OPT_TABLE ? FORM_TABLE
              : id == OPT_JSON ? FORM_JSON : FORM_PLAIN;
    cli->json = cli->form == FORM_JSON;
}

/* Returns 0, or -1 after a message. */
static int apply(struct cli *cli, int id, const char *text)
{
    static const char *const policies[] = { "propagate", "omit", "raise", NULL };
    static const char *const decimals[] = { ".", ",", NULL };
    static const char *const orders[] = { "C", "F", NULL };
    static const char *const removals[] = { "early", "end", NULL };
    int n = cli_table_option(cli, id, text);

    if (n != 1) {
        cli->given_table = true;
        return n;
    }
    switch (id) {
    case 'j':
        if (cli_small("jobs", text, 1024, &cli->run.workers) == -1)
            return -1;
        if (cli->run.workers == 0) {
            cli_usage("--jobs: at least 1 worker is needed");
            return -1;
        }
        return 0;
    case OPT_DTYPE:
        return cli_set_dtype(cli, text);
    case OPT_OFFSET:
        return cli_whole("offset", text, INT64_MAX, &cli->input.offset);
    case OPT_THOUSANDS:
        cli->input.thousands = cli->table.thousands = 1;
        return 0;
    case OPT_DECIMAL:
        n = cli_choice("decimal", text, decimals);
        cli->input.decimal = cli->table.decimal = n == 1 ? ',' : '.';
        return n < 0 ? -1 : 0;
    case OPT_COUNT:
        return cli_whole("count", text, INT64_MAX, &cli->input.count);
    case OPT_PART:
        return cli_set_part(cli, text);
    case OPT_DDOF:
        cli->given_ddof = true;
        return cli_whole("ddof", text, INT64_MAX, &cli->reduce.ddof);
    case OPT_NAN_POLICY:
        cli->given_nan = true;
        n = cli_choice("nan-policy", text, policies);
        cli->reduce.nan = (prong_nan_policy)(n < 0 ? 0 : n);
        return n < 0 ? -1 : 0;
    case OPT_NARM:
        cli->given_nan = true;
        cli->reduce.nan = PRONG_NAN_OMIT;
        return 0;
    case OPT_OUT_DTYPE:
        return cli_set_out_dtype(cli, text);
    case OPT_SHAPE:
        cli->input.shape = text;
        return 0;
    case OPT_ORDER:
        n = cli_choice("order", text, orders);
        cli->input.fortran = n == 1;
        return n < 0 ? -1 : 0;
    case OPT_AXIS:
        cli->axes = text;
        return 0;
    case OPT_KEEPDIMS:
        cli->keepdims = true;
        return 0;
    case 'o':
        cli->out_file = text;
        return 0;
    case OPT_WHERE:
        cli->where = text;
        return 0;
    case OPT_WEIGHTS:
        cli->weights = text;
        return 0;
    case OPT_METHOD:
        cli->given_method = true;
        return cli_set_method(cli, text);
    case OPT_MEM_LIMIT:
        return cli_bytes("mem-limit", text, &cli->reduce.memory_limit);
    case OPT_RANGE:
        cli->range = text;
        return 0;
    case OPT_EDGES:
        cli->edges = text;
        return 0;
    case OPT_SVG:
        cli->svg = text;
        return 0;
    case OPT_TOTAL:
        cli->total = true;
        return 0;
    case OPT_PLAIN:
    case OPT_TSV:
    case OPT_CSV:
    case OPT_TABLE:
        set_form(cli, id);
        return 0;
    case OPT_JSON:
        if (text)
            cli->trace_json = text;
        else
            set_form(cli, id);
        return 0;
    case OPT_HTML:
        cli->trace_html = text;
        return 0;
    case OPT_SLOW:
        cli->trace_slow = true;
        return 0;
    case OPT_FORMAT:
        cli->format = text;
        return number_format(text);
    case 'R':
        cli->round = text;
        return number_round(text);
    case OPT_FILES0:
        cli->files0 = text;
        return 0;
    case OPT_STATS:
        cli->show_stats = true;
        return 0;
    case OPT_PROGRESS:
    case OPT_NO_PROGRESS:
        cli->progress = id == OPT_PROGRESS ? 1 : -1;
        return 0;
    case OPT_GRAIN:
        return cli_whole("grain", text, INT64_MAX, &cli->reduce.grain);
    case OPT_RETRIES:
        return cli_small("retries", text, 1000, &cli->run.retries);
    case OPT_TIMEOUT:
        return cli_seconds("timeout", text, &cli->run.timeout);
    case OPT_CHUNK_TIMEOUT:
        return cli_seconds("chunk-timeout", text, &cli->run.chunk_timeout);
    case OPT_REMOVE:
        if (!text) {
            cli->remove_dead = true;
            return 0;
        }
        n = cli_choice("remove", text, removals);
        cli->run.remove = n == 1 ? PRONG_REMOVE_END : PRONG_REMOVE_EARLY;
        return n < 0 ? -1 : 0;
    default:
        return -1;
    }
}

/* --json has a file behind `prong trace` only. */
static int argument_of(int id, const char *argument, bool traces)
{
    if (id == OPT_REMOVE)
        return optional_argument;
    return argument || (traces && id == OPT_JSON) ? required_argument : no_argument;
}

static void make_getopt_tables(struct option *longs, char *shorts, bool traces)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        int takes = argument_of(table[i].id, table[i].argument, traces);
        longs[i] = (struct option){ table[i].name, takes, NULL, table[i].id };
        if (table[i].id < 256) {
            *shorts++ = (char)table[i].id;
            if (table[i].argument)
                *shorts++ = ':';
        }
    }
    longs[OPTIONS] = (struct option){ 0 };
    *shorts = '\0';
}

int cli_parse(struct cli *cli, int argc, char **argv)
{
    struct option longs[OPTIONS + 1];
    char shorts[2 * OPTIONS + 1];
    int id;

    make_getopt_tables(longs, shorts, argc > 1 && strcmp(argv[1], "trace") == 0);
    while ((id = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (id == 'h') {
            cli_help(stdout);
            return output_flush();
        }
        if (id == 'V') {
            printf("prong %s\n", prong_version());
            return output_flush();
        }
        if (id == '?') {
            fputs("Try 'prong --help' for more information.\n", stderr);
            return EXIT_USAGE;
        }
        if (apply(cli, id, optarg) == -1)
            return EXIT_USAGE;
    }
    if (!cli->input.dtype && (cli->input.offset || cli->input.count != UINT64_MAX || cli->input.shape))
        return cli_usage("--offset, --count and --shape need --dtype: they are for raw input");
    if (cli->format && cli->round)
        return cli_usage("--format and --round exclude each other");
    cli->words = argv + optind;
    cli->word_count = argc - optind;
    if (cli->remove_dead && (cli->word_count == 0 || strcmp(cli->words[0], "segments") != 0))
        return cli_usage("--remove: early or end? (--remove=end)");
    return -1;
}
