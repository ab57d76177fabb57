/* SPDX-License-Identifier: MIT */
/* The one table of operations. Help, man page, completion, the parser and the finisher all read it: a new operation
 * is a row here, a case in finish.c and, where no family holds what it needs, a family file. */
#include "config.h"

#include "reduce/ops.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SUMS(q, d) PRONG_OP_QUANTITY, PRONG_Q_##q, d, PRONG_NEED_EXACT, true
#define PLAIN(id, needs) PRONG_OP_##id, PRONG_Q_SUM, -1, needs, true

static const struct prong_op ops[] = {
    { "count", "n", NULL, false, PLAIN(COUNT, 0), false, "number of elements, NaN included" },
    { "nancount", "", NULL, false, PLAIN(NANCOUNT, PRONG_NEED_NANS), false, "number of NaN" },
    { "sum", "", NULL, false, PLAIN(SUM, PRONG_NEED_EXACT), false, "sum, exact and rounded once" },
    { "mean", "avg average", NULL, false, SUMS(MEAN, -1), true, "arithmetic mean, exact and rounded once" },
    { "var", "variance", NULL, false, SUMS(VAR, -1), false, "variance; the divisor is n - DDOF (--ddof, 0 by default)" },
    { "std", "stdev stddev", NULL, false, SUMS(STD, -1), false, "standard deviation; divisor n - DDOF" },
    { "sem", "meaneb", NULL, false, SUMS(SEM, -1), false, "standard error of the mean, std / sqrt(n); divisor n - DDOF" },
    { "ms", "", NULL, false, SUMS(MS, -1), true, "mean of the squares" },
    { "rms", "", NULL, false, SUMS(RMS, -1), true, "root of the mean of the squares" },
    { "norm", "", "1", false, SUMS(NORM1, -1), false, "sum of the absolute values" },
    { "norm", "", "2", true, SUMS(NORM2, -1), false, "Euclidean norm, the root of the sum of the squares" },
    { "norm", "", "inf", false, PLAIN(NORM_INF, PRONG_NEED_EXTREMA), false, "largest absolute value (0 for none)" },
    { "dot", "", NULL, false, PRONG_OP_DOT, PRONG_Q_DOT, -1, PRONG_NEED_DOT, true, false,
      "sum of the products of two arrays of one shape, exact and rounded once" },
    { "prod", "product", NULL, false, PRONG_OP_PROD, PRONG_Q_SUM, -1, PRONG_NEED_PRODUCT, false, false,
      "product, by a fixed tree: the same bits for any number of workers; not exact" },
    { "min", "minimum", NULL, false, PLAIN(MIN, PRONG_NEED_EXTREMA), true, "smallest element" },
    { "max", "maximum", NULL, false, PLAIN(MAX, PRONG_NEED_EXTREMA), true, "largest element" },
    { "range", "ptp", NULL, false, PLAIN(RANGE, PRONG_NEED_EXTREMA), true, "largest less smallest element" },
    { "argmin", "", NULL, false, PLAIN(ARGMIN, PRONG_NEED_EXTREMA), true, "index of the first smallest element, from 0" },
    { "argmax", "", NULL, false, PLAIN(ARGMAX, PRONG_NEED_EXTREMA), true, "index of the first largest element, from 0" },
    { "absmin", "", NULL, false, PLAIN(ABSMIN, PRONG_NEED_EXTREMA), true,
      "element of the smallest absolute value (the first of equals)" },
    { "absmax", "", NULL, false, PLAIN(ABSMAX, PRONG_NEED_EXTREMA), true,
      "element of the largest absolute value (the first of equals)" },
    { "any", "", NULL, false, PLAIN(ANY, PRONG_NEED_NONZERO | PRONG_NEED_NANS), false, "is any element not 0?" },
    { "all", "", NULL, false, PLAIN(ALL, PRONG_NEED_NONZERO | PRONG_NEED_NANS), false, "are all elements not 0?" },
    { "count_nonzero", "nonzero", NULL, false, PLAIN(COUNT_NONZERO, PRONG_NEED_NONZERO | PRONG_NEED_NANS), false,
      "number of elements that are not 0" },
    { "first", "", NULL, false, PLAIN(FIRST, PRONG_NEED_ENDS), true, "first element" },
    { "last", "", NULL, false, PLAIN(LAST, PRONG_NEED_ENDS), true, "last element" },
};

enum { OPS = sizeof ops / sizeof ops[0] };

int prong_op_list(size_t k, prong_op_info *info)
{
    const struct prong_op *op;
    prong_op_info full = { .size = info->size };

    if (k >= OPS)
        return 0;
    op = &ops[k];
    full.name = op->name;
    full.aliases = op->aliases;
    full.params = op->variant ? op->variant : "";
    full.help = op->help;
    full.mergeable = op->mergeable;
    full.min_params = op->variant && !op->is_default;
    full.max_params = op->variant != NULL;
    full.columns = op->needs & PRONG_NEED_DOT ? 2 : 1;
    memcpy(info, &full, info->size < sizeof full ? info->size : sizeof full);
    return 1;
}

static bool is_word(const char *name, size_t length, const char *words)
{
    while (*words) {
        size_t word = strcspn(words, " ");
        if (word == length && memcmp(words, name, length) == 0)
            return true;
        words += word + strspn(words + word, " ");
    }
    return false;
}

static bool is_named(const struct prong_op *op, const char *name, size_t length)
{
    return is_word(name, length, op->name) || is_word(name, length, op->aliases);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap neighbours) that turn a into b: Damerau's distance, for "did you mean". */
static size_t distance(const char *a, size_t la, const char *b)
{
    enum { LONGEST = 24 };
    size_t d[LONGEST + 1][LONGEST + 1];
    size_t lb = strlen(b);

    if (la > LONGEST || lb > LONGEST)
        return LONGEST;
    for (size_t i = 0; i <= la; i++) {
        for (size_t j = 0; j <= lb; j++) {
            size_t best;
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            best = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = least(best, d[i - 2][j - 2] + 1);
            d[i][j] = best;
        }
    }
    return d[la][lb];
}

static const char *nearest(const char *name, size_t length)
{
    const char *best = NULL;
    size_t least_edits = length < 4 ? 2 : 3;

    for (size_t i = 0; i < OPS; i++) {
        size_t edits = distance(name, length, ops[i].name);
        if (edits < least_edits) {
            least_edits = edits;
            best = ops[i].name;
        }
    }
    return best;
}

static prong_status wrong_params(const struct prong_op *op, const char *params, prong_error *err)
{
    char choices[64] = "";
    size_t used = 0;

    if (!op->variant)
        return prong_fail(err, PRONG_EOP, "%s takes no parameter, but got '%s'", op->name, params);
    for (size_t i = 0; i < OPS; i++) {
        size_t length;
        if (strcmp(ops[i].name, op->name) != 0)
            continue;
        length = strlen(ops[i].variant);
        if (used + length + 3 > sizeof choices)
            break;
        if (used) {
            memcpy(choices + used, ", ", 2);
            used += 2;
        }
        memcpy(choices + used, ops[i].variant, length + 1);
        used += length;
    }
    return prong_fail(err, PRONG_EOP, "%s:%s: the parameter must be one of %s", op->name, params, choices);
}

prong_status prong_op_find(const char *name, size_t length, const char *params, const struct prong_op **op,
                           prong_error *err)
{
    const struct prong_op *named = NULL;
    const char *other;

    for (size_t i = 0; i < OPS; i++) {
        if (!is_named(&ops[i], name, length))
            continue;
        named = &ops[i];
        if (*params ? named->variant && strcasecmp(named->variant, params) == 0
                    : !named->variant || named->is_default) {
            *op = named;
            return PRONG_OK;
        }
    }
    if (named)
        return wrong_params(named, params, err);
    other = nearest(name, length);
    return prong_fail(err, PRONG_EOP, "unknown operation '%.*s'%s%s%s", (int)least(length, 60), name,
                      other ? "; did you mean '" : "", other ? other : "", other ? "'?" : "");
}
