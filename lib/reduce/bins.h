/* SPDX-License-Identifier: MIT */
/* How many bins a histogram has, and where their edges are: numpy's rules for float64. */
#ifndef PRONG_REDUCE_BINS_H
#define PRONG_REDUCE_BINS_H

#include "reduce/ops.h"

/* The rules for the number of bins, in the order of prong_bin_rules. */
enum prong_bin_rule {
    PRONG_BINS_AUTO,    /* as many as fd or sturges, whichever are more; sturges where the quartiles are the same */
    PRONG_BINS_FD,      /* width 2 iqr / n^(1/3): Freedman and Diaconis */
    PRONG_BINS_STURGES, /* width range / (log2 n + 1) */
    PRONG_BINS_SCOTT,   /* width (24 sqrt(pi) / n)^(1/3) std */
    PRONG_BINS_SQRT,    /* width range / sqrt n */
    PRONG_BINS_NUMBER   /* none: a number was given */
};

/* What is written behind hist: a rule, or a number in *bins. */
enum prong_bin_rule prong_bin_rule_of(const char *params, size_t *bins);

bool prong_bin_rule_needs_iqr(enum prong_bin_rule rule);
bool prong_bin_rule_needs_std(enum prong_bin_rule rule);

/* What the rules look at: the elements within the edges. */
struct prong_bin_figures {
    uint64_t n;
    double spread; /* the largest less the smallest */
    double iqr, std;
};

/* How many bins the rule makes of the distance between the outer edges, as a double: there may be more than any integer holds.
 * 1 where it has no width for them. */
double prong_bin_rule_bins(enum prong_bin_rule rule, const struct prong_bin_figures *figures, double distance);

/* Writes bins + 1 evenly spaced edges from low to high. False if they are so close that some are equal. */
bool prong_bin_edges(double low, double high, size_t bins, double *edge);

#endif
