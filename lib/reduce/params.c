/* SPDX-License-Identifier: MIT */
/* What operations take behind their colon, checked as it is written: before anything is read or forked. */
#include "config.h"

#include "reduce/ops.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *syntax;
    const char *words; /* for messages */
    double least, most; /* of a decimal */
    bool list;
} params[] = {
    [PRONG_PARAM_NONE] = { "", "", 0, 0, false },
    [PRONG_PARAM_VARIANT] = { "", "", 0, 0, false },
    [PRONG_PARAM_FRACTIONS] = { "Q[,Q...]", "decimals from 0 to 1", 0, 1, true },
    [PRONG_PARAM_PERCENTS] = { "P[,P...]", "decimals from 0 to 100", 0, 100, true },
    [PRONG_PARAM_HALF] = { "F", "a decimal from 0 to 0.5", 0, 0.5, false },
    [PRONG_PARAM_WHOLE] = { "K", "a whole number from 1 to 65536", 1, 65536, false },
    [PRONG_PARAM_BINS] = { "BINS", "a number of bins from 1 to 65536, or auto, fd, sturges, scott or sqrt", 1, 65536, false },
};

const char *const prong_bin_rules[] = { "auto", "fd", "sturges", "scott", "sqrt", NULL };

const char *prong_op_syntax(const struct prong_op *op)
{
    return op->param == PRONG_PARAM_VARIANT ? op->variant : params[op->param].syntax;
}

bool prong_op_takes_list(const struct prong_op *op)
{
    return params[op->param].list;
}

static bool is_rule(const char *text)
{
    for (size_t i = 0; prong_bin_rules[i]; i++)
        if (strcmp(text, prong_bin_rules[i]) == 0)
            return true;
    return false;
}

/* One parameter; digits, a point, an exponent, and nothing that only strtod would take. */
static bool is_right(const struct prong_op *op, const char *text)
{
    bool whole = op->param == PRONG_PARAM_WHOLE || op->param == PRONG_PARAM_BINS;
    char *end;
    double x;

    if (op->param == PRONG_PARAM_BINS && is_rule(text))
        return true;
    if (!*text || text[strspn(text, whole ? "0123456789" : "0123456789.+-eE")])
        return false;
    x = strtod(text, &end);
    return !*end && x >= params[op->param].least && x <= params[op->param].most;
}

prong_status prong_op_check_params(const struct prong_op *op, const char *text, prong_error *err)
{
    size_t count = 0;

    if (op->param == PRONG_PARAM_VARIANT)
        return PRONG_OK;
    if (op->param == PRONG_PARAM_NONE)
        return *text ? prong_fail(err, PRONG_EOP, "%s takes no parameter, but got '%s'", op->name, text) : PRONG_OK;
    if (!*text)
        text = op->usual;
    if (!text)
        return prong_fail(err, PRONG_EOP, "%s needs a parameter, %s: %s:%s", op->name, params[op->param].words, op->name,
                          params[op->param].syntax);
    while (count++ < PRONG_MOST_PARAMS) {
        char one[64];
        size_t length = strcspn(text, ",");
        if (length < sizeof one) {
            memcpy(one, text, length);
            one[length] = '\0';
        }
        if (length >= sizeof one || !is_right(op, one) || (text[length] && !params[op->param].list))
            return prong_fail(err, PRONG_EOP, "%s:%.*s: the parameter must be %s", op->name, (int)(length < 60 ? length : 60),
                              text, params[op->param].words);
        if (!text[length])
            return PRONG_OK;
        text += length + 1;
    }
    return prong_fail(err, PRONG_EOP, "%s: more than %d parameters", op->name, PRONG_MOST_PARAMS);
}

const char *prong_use_params(const struct prong_op_use *use)
{
    return *use->params || !use->op->usual ? use->params : use->op->usual;
}
