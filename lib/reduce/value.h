/* SPDX-License-Identifier: MIT */
/* Making values: scalars, and lists of items that their value owns. */
#ifndef PRONG_REDUCE_VALUE_H
#define PRONG_REDUCE_VALUE_H

#include "reduce/state.h"

struct prong_item {
    enum prong_domain domain; /* F64: rounded to the value's format already */
    union prong_number x;
};

/* Behind a value's items come, for a histogram, its edges. */
struct prong_items {
    double *edges; /* count + 1 of them in the same block of memory, or NULL */
    struct prong_item item[];
};

static inline prong_value prong_value_number(double x, prong_format format)
{
    return (prong_value){ .kind = PRONG_KIND_F64, .format = format, .f64 = x };
}

static inline prong_value prong_value_integer(int64_t high, uint64_t low)
{
    return (prong_value){ .kind = PRONG_KIND_INT, .high = high, .low = low };
}

/* Of a number: an integer is rounded once. */
static inline double prong_value_as_double(const prong_value *x)
{
    return x->kind == PRONG_KIND_INT ? prong_exact_round_integer(x->high, x->low, PRONG_FORMAT_F64) : x->f64;
}

static inline prong_value prong_value_boolean(bool x)
{
    return (prong_value){ .kind = PRONG_KIND_BOOL, .low = x };
}

/* finish.c: an element as a value: integers exact, unless the caller asked for a format. */
prong_value prong_element_value(enum prong_domain domain, union prong_number x, const prong_reduce_options *options);

/* A value of kind ARRAY or HISTOGRAM with room for count items (zeroes) and, for a histogram, count + 1 edges. PRONG_ENOMEM. */
prong_status prong_value_list(prong_value *value, prong_kind kind, size_t count, prong_format format, prong_error *err);

/* A copy that owns items of its own. PRONG_ENOMEM. */
prong_status prong_value_copy(prong_value *to, const prong_value *from, prong_error *err);

/* Sets item i to a scalar. An integer must fit 64 bits of either kind. */
void prong_value_set_item(prong_value *value, size_t i, const prong_value *item);

#endif
