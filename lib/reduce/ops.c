/* SPDX-License-Identifier: MIT */
/* Finding an operation by its name, also when it is misspelt, and listing them all. */
#include "config.h"

#include "reduce/ops.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int prong_op_list(size_t k, prong_op_info *info)
{
    const struct prong_op *op;
    prong_op_info full = { .size = info->size };

    op = prong_op_row(k);
    if (!op)
        return 0;
    full.name = op->name;
    full.aliases = op->aliases;
    full.params = prong_op_syntax(op);
    full.help = op->help;
    full.mergeable = !op->in_order && !op->unmergeable;
    full.min_params = op->param != PRONG_PARAM_NONE && !op->usual;
    full.max_params = op->param == PRONG_PARAM_NONE ? 0 : prong_op_takes_list(op) ? PRONG_MOST_PARAMS : 1;
    full.columns = prong_op_takes_two(op) ? 2 : 1;
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

    for (size_t i = 0; prong_op_row(i); i++) {
        size_t edits = distance(name, length, prong_op_row(i)->name);
        if (edits < least_edits) {
            least_edits = edits;
            best = prong_op_row(i)->name;
        }
    }
    return best;
}

static prong_status wrong_variant(const struct prong_op *op, const char *params, prong_error *err)
{
    char choices[64] = "";
    size_t used = 0;

    for (size_t i = 0; prong_op_row(i); i++) {
        const struct prong_op *row = prong_op_row(i);
        size_t length;
        if (strcmp(row->name, op->name) != 0)
            continue;
        length = strlen(row->variant);
        if (used + length + 3 > sizeof choices)
            break;
        if (used) {
            memcpy(choices + used, ", ", 2);
            used += 2;
        }
        memcpy(choices + used, row->variant, length + 1);
        used += length;
    }
    return prong_fail(err, PRONG_EOP, "%s:%s: the parameter must be one of %s", op->name, params, choices);
}

prong_status prong_op_find(const char *name, size_t length, const char *params, const struct prong_op **op,
                           prong_error *err)
{
    const struct prong_op *named = NULL, *variants = NULL;
    const char *other;

    for (size_t i = 0; prong_op_row(i); i++) {
        if (!is_named(prong_op_row(i), name, length))
            continue;
        named = prong_op_row(i);
        if (named->param != PRONG_PARAM_VARIANT)
            break;
        if (strcasecmp(named->variant, *params ? params : named->usual ? named->usual : "") == 0)
            break;
        variants = named;
        named = NULL;
    }
    if (named) {
        *op = named;
        return prong_op_check_params(named, params, err);
    }
    if (variants)
        return wrong_variant(variants, params, err);
    other = nearest(name, length);
    return prong_fail(err, PRONG_EOP, "unknown operation '%.*s'%s%s%s", (int)least(length, 60), name,
                      other ? "; did you mean '" : "", other ? other : "", other ? "'?" : "");
}
