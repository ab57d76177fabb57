/* SPDX-License-Identifier: MIT */
/* Histograms on the command line: --range and --edges, and bins as lines and as JSON. */
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads the number at *text and moves behind it and a comma. False: there is none, or it is a NaN. */
static bool next_number(const char **text, double *number)
{
    char *end;

    *number = strtod(*text, &end);
    if (end == *text || isnan(*number) || (*end && *end != ',') || (*end && !end[1]))
        return false;
    *text = *end ? end + 1 : end;
    return true;
}

static int set_range(struct cli *cli)
{
    const char *text = cli->range;
    double *low = &cli->reduce.range_low, *high = &cli->reduce.range_high;

    if (!next_number(&text, low) || !*text || !next_number(&text, high) || *text || isinf(*low) || isinf(*high) || *low > *high)
        return cli_usage("--range: '%s' is no range; say for example 0,100 or -1.5,1.5", cli->range);
    cli->reduce.range_given = 1;
    return -1;
}

/* The numbers of the option itself. NULL after a message. */
static double *edges_of_text(const char *text, size_t *n)
{
    double *edge;

    *n = 1;
    for (const char *c = text; *c; c++)
        *n += *c == ',';
    edge = malloc(*n * sizeof *edge);
    if (!edge)
        cli_message("out of memory for --edges");
    for (size_t i = 0; edge && i < *n; i++) {
        if (!next_number(&text, &edge[i])) {
            cli_usage("--edges: number %zu is none; say for example 0,1,10,100, or @FILE", i + 1);
            free(edge);
            return NULL;
        }
    }
    return edge;
}

static int set_edges(struct cli *cli)
{
    bool file = *cli->edges == '@';
    size_t n;
    double *edge = file ? edges_of_file(cli->edges + 1, &n) : edges_of_text(cli->edges, &n);

    if (!edge)
        return file ? EXIT_DATA : EXIT_USAGE;
    cli->reduce.edges = edge;
    cli->reduce.edge_count = n;
    for (size_t i = 1; i < n; i++)
        if (edge[i - 1] > edge[i])
            return cli_usage("--edges: number %zu is below the one before; say for example 0,1,10,100", i + 1);
    if (n < 2)
        return cli_usage("--edges: there must be two at least");
    if (cli->svg && (isinf(edge[0]) || isinf(edge[n - 1])))
        return cli_usage("--svg: there is no picture of bins without end");
    return -1;
}

int hist_options(struct cli *cli)
{
    if (cli->range && cli->edges)
        return cli_usage("--range and --edges exclude each other");
    if (cli->range)
        return set_range(cli);
    return cli->edges ? set_edges(cli) : -1;
}

void hist_options_free(struct cli *cli)
{
    free((void *)(uintptr_t)cli->reduce.edges);
    cli->reduce.edges = NULL;
}

/* ---- Output ---- */

static void put_number(FILE *out, double x)
{
    output_value(out, &(prong_value){ .kind = PRONG_KIND_F64, .f64 = x });
}

void hist_lines(FILE *out, const struct label *label, const prong_value *value)
{
    for (size_t i = 0; i < value->count; i++) {
        prong_value count = prong_value_item(value, i);
        label_put(out, label);
        put_number(out, prong_value_edge(value, i));
        fputc('\t', out);
        put_number(out, prong_value_edge(value, i + 1));
        fprintf(out, "\t%llu\n", (unsigned long long)count.low);
    }
}

void hist_json(FILE *out, const prong_value *value)
{
    fputs("{\"edges\":", out);
    for (size_t i = 0; i <= value->count; i++) {
        fputc(i ? ',' : '[', out);
        output_json_value(out, &(prong_value){ .kind = PRONG_KIND_F64, .f64 = prong_value_edge(value, i) });
    }
    fputs("],\"counts\":", out);
    for (size_t i = 0; i < value->count; i++)
        fprintf(out, "%c%llu", i ? ',' : '[', (unsigned long long)prong_value_item(value, i).low);
    fputs("]}", out);
}

uint64_t hist_most(const prong_value *value)
{
    uint64_t most = 0;

    for (size_t i = 0; i < value->count; i++)
        if (prong_value_item(value, i).low > most)
            most = prong_value_item(value, i).low;
    return most;
}

void hist_edge_text(const prong_value *value, size_t i, int digits, char text[32])
{
    double x = prong_value_edge(value, i);

    snprintf(text, 32, "%.*g", digits, x == 0 ? 0.0 : x);
}

int hist_edge_digits(const prong_value *value)
{
    for (int digits = 3; digits < 17; digits++) {
        bool enough = true;
        for (size_t i = 0; i < value->count && enough; i++) {
            double low = prong_value_edge(value, i), high = prong_value_edge(value, i + 1);
            double slip = 0;
            for (size_t k = i; k <= i + 1; k++) {
                char text[32];
                hist_edge_text(value, k, digits, text);
                if (isfinite(prong_value_edge(value, k)))
                    slip = fmax(slip, fabs(strtod(text, NULL) - prong_value_edge(value, k)));
            }
            enough = !(slip > 0.02 * (high - low));
        }
        if (enough)
            return digits;
    }
    return 17;
}
