/* SPDX-License-Identifier: MIT */
/* numpy's rules for the bins of a histogram, operation by operation: the edges have the bits of numpy.linspace. */
#include "config.h"

#include "reduce/bins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum prong_bin_rule prong_bin_rule_of(const char *params, size_t *bins)
{
    for (int rule = 0; prong_bin_rules[rule]; rule++)
        if (strcmp(params, prong_bin_rules[rule]) == 0)
            return (enum prong_bin_rule)rule;
    *bins = (size_t)strtoul(params, NULL, 10);
    return PRONG_BINS_NUMBER;
}

bool prong_bin_rule_needs_iqr(enum prong_bin_rule rule)
{
    return rule == PRONG_BINS_AUTO || rule == PRONG_BINS_FD;
}

bool prong_bin_rule_needs_std(enum prong_bin_rule rule)
{
    return rule == PRONG_BINS_SCOTT;
}

/* The width of a bin, or 0 where the elements do not say. */
static double width_of(enum prong_bin_rule rule, const struct prong_bin_figures *figures)
{
    double n = (double)figures->n;
    double fd = 2.0 * figures->iqr * pow(n, -1.0 / 3.0);
    double sturges = figures->spread / (log2(n) + 1.0);

    switch (rule) {
    case PRONG_BINS_FD:
        return fd;
    case PRONG_BINS_SCOTT:
        return pow(24.0 * sqrt(M_PI) / n, 1.0 / 3.0) * figures->std;
    case PRONG_BINS_SQRT:
        return figures->spread / sqrt(n);
    case PRONG_BINS_AUTO:
        return fd != 0 && fd < sturges ? fd : sturges;
    default:
        return sturges;
    }
}

double prong_bin_rule_bins(enum prong_bin_rule rule, const struct prong_bin_figures *figures, double distance)
{
    double width = figures->n ? width_of(rule, figures) : 0;
    double bins = width > 0 ? ceil(distance / width) : 1;

    return bins >= 1 ? bins : 1;
}

bool prong_bin_edges(double low, double high, size_t bins, double *edge)
{
    double distance = high - low, n = (double)bins, step = distance / n;
    bool ascend = true;

    for (size_t i = 0; i < bins; i++) {
        double k = (double)i;
        if (isinf(distance))
            edge[i] = low * (1 - k / n) + high * (k / n);
        else
            edge[i] = (step == 0 ? k / n * distance : k * step) + low;
    }
    edge[bins] = high;
    for (size_t i = 0; i < bins; i++)
        ascend = ascend && edge[i] < edge[i + 1];
    return ascend;
}
