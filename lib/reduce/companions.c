/* SPDX-License-Identifier: MIT */
/* Which arrays go together, and which operations can be made of them: refused before anything is read, with what would do. */
#include "config.h"

#include "reduce/companions.h"

#include "base/error.h"
#include "reduce/add.h"

#include <stdio.h>
#include <string.h>

/* Operations on two arrays and such on one cannot be had in one run; that which needs no elements goes with either. */
static prong_status check_columns(const struct prong_op_use *uses, size_t count, prong_error *err)
{
    const char *two = NULL, *one = NULL;

    for (size_t i = 0; i < count; i++) {
        if (prong_op_takes_two(uses[i].op))
            two = uses[i].text;
        else if (uses[i].op->needs)
            one = uses[i].text;
    }
    if (two && one)
        return prong_fail(err, PRONG_EOP, "%s takes two arrays and %s one: ask for each in a run of its own", two, one);
    return PRONG_OK;
}

/* The operations that take weights, for a message. */
static void list_weighted(char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "count");
    const struct prong_op *op;

    for (size_t k = 0; (op = prong_op_row(k)) && used < size; k++)
        if (op->weighted)
            used += (size_t)snprintf(text + used, size - used, ", %s", op->name);
}

prong_status prong_companions_check(const struct prong_op_use *uses, size_t count, bool weighted, prong_error *err)
{
    char able[160];

    for (size_t i = 0; weighted && i < count; i++) {
        if (uses[i].op->weighted || !uses[i].op->needs)
            continue;
        list_weighted(able, sizeof able);
        return prong_fail(err, PRONG_EOP, "%s has no form with weights; those that have: %s", uses[i].text, able);
    }
    return check_columns(uses, count, err);
}

prong_status prong_companions_match(const struct prong_array *x, const struct prong_array *y, prong_error *err)
{
    if (x->access != PRONG_ACCESS_ELEMENTS || y->access != PRONG_ACCESS_ELEMENTS)
        return prong_fail(err, PRONG_EDATA, "%s: elements of two arrays go together in .npy and raw files, not in text or a pipe",
                          prong_display_name(x->access != PRONG_ACCESS_ELEMENTS ? x : y));
    if (!prong_array_same_shape(x, y))
        return prong_fail(err, PRONG_EDATA, "%s and %s differ in shape: %llu and %llu elements", prong_display_name(x),
                          prong_display_name(y), (unsigned long long)x->count, (unsigned long long)y->count);
    return PRONG_OK;
}

/* The domain of what was added before must be this array's: an integer's exact value and a double do not compare. */
static prong_status join_domain(struct prong_plan *plan, struct prong_source *source, prong_error *err)
{
    enum prong_domain here = source->domain;

    /* Products of integers of either kind are integers; with a double among them they are not. */
    if (source->other && here != PRONG_DOMAIN_F64)
        here = source->other_domain == PRONG_DOMAIN_F64 ? PRONG_DOMAIN_F64 : PRONG_DOMAIN_I64;
    if (plan->domain != PRONG_DOMAIN_NONE && plan->domain != here)
        return prong_fail(err, PRONG_EINVAL, "%s: elements of type %s cannot be joined with those before",
                          prong_display_name(source->array), prong_dtype_name(source->array->dtype));
    plan->domain = here;
    return PRONG_OK;
}

prong_status prong_companions_join(struct prong_plan *plan, struct prong_source *source, const prong_reduce_options *options,
                                   prong_error *err)
{
    const struct prong_array *companions[2] = { options->where, options->weights };

    for (size_t i = 0; i < sizeof companions / sizeof companions[0]; i++) {
        prong_status status = companions[i] ? prong_companions_match(source->array, companions[i], err) : PRONG_OK;
        if (status)
            return status;
    }
    source->where = options->where;
    if (options->weights)
        source->other = options->weights;
    source->domain = prong_domain_of(source->array->dtype);
    if (source->other)
        source->other_domain = prong_domain_of(source->other->dtype);
    prong_source_plan(source);
    return join_domain(plan, source, err);
}
