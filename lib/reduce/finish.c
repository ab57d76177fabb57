/* SPDX-License-Identifier: MIT */
/* From a state to the value of an operation: the last step of every reduction, and where its one rounding happens. */
#include "config.h"

#include "reduce/state.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

struct finish {
    const struct prong_plan *plan;
    const void *state;
    const prong_reduce_options *options;
    uint64_t nans;
    uint64_t effective; /* elements that count: all, or all but NaN */
    bool is_nan;        /* a NaN decides the result */
};

static prong_value number(double x, prong_format format)
{
    return (prong_value){ .kind = PRONG_KIND_F64, .format = format, .f64 = x };
}

static prong_value integer(int64_t high, uint64_t low)
{
    return (prong_value){ .kind = PRONG_KIND_INT, .high = high, .low = low };
}

static prong_value boolean(bool x)
{
    return (prong_value){ .kind = PRONG_KIND_BOOL, .low = x };
}

/* Any exact value rounded once to the format asked for: as the sum of one element. */
static double round_to(prong_format format, double x)
{
    uint64_t memory[PRONG_EXACT_MAX_SIZE / 8];
    prong_exact *one = (prong_exact *)(void *)memory;

    if (format == PRONG_FORMAT_F64)
        return x;
    prong_exact_init(one, PRONG_POWER_SUM);
    prong_exact_add_one(one, x);
    return prong_exact_result(one, PRONG_Q_SUM, 0, format, 0);
}

/* An integer of 128 bits rounded once: its two halves are exact doubles in four pieces of 32 bits. */
static double round_integer(prong_format format, int64_t high, uint64_t low)
{
    uint64_t memory[PRONG_EXACT_MAX_SIZE / 8];
    prong_exact *sum = (prong_exact *)(void *)memory;

    prong_exact_init(sum, PRONG_POWER_SUM);
    prong_exact_add_one(sum, ldexp((double)(high >> 32), 96));
    prong_exact_add_one(sum, ldexp((double)(uint32_t)high, 64));
    prong_exact_add_one(sum, ldexp((double)(low >> 32), 32));
    prong_exact_add_one(sum, (double)(uint32_t)low);
    return prong_exact_result(sum, PRONG_Q_SUM, 0, format, 0);
}

static prong_value integer_or_rounded(const struct finish *f, int64_t high, uint64_t low)
{
    if (f->options->format_given)
        return number(round_integer(f->options->format, high, low), f->options->format);
    return integer(high, low);
}

/* An element of the domain as a value. */
static prong_value element(const struct finish *f, union prong_number x)
{
    if (f->plan->domain == PRONG_DOMAIN_U64)
        return integer_or_rounded(f, 0, x.u);
    if (f->plan->domain == PRONG_DOMAIN_I64)
        return integer_or_rounded(f, x.i < 0 ? -1 : 0, (uint64_t)x.i);
    if (f->is_nan || x.f != x.f)
        return number((double)NAN, f->options->format);
    return number(round_to(f->options->format, x.f), f->options->format);
}

static prong_value range(const struct finish *f, const struct prong_extrema *x)
{
    if (f->plan->domain == PRONG_DOMAIN_F64) {
        uint64_t memory[PRONG_EXACT_MAX_SIZE / 8];
        prong_exact *difference = (prong_exact *)(void *)memory;

        if (f->is_nan)
            return number((double)NAN, f->options->format);
        prong_exact_init(difference, PRONG_POWER_SUM);
        prong_exact_add_one(difference, x->max.f);
        prong_exact_add_one(difference, -x->min.f);
        return number(prong_exact_result(difference, PRONG_Q_SUM, 0, f->options->format, 0), f->options->format);
    }
    /* At most 2^64 - 1: it fits in the unsigned half, whatever the signs. */
    return integer_or_rounded(f, 0, x->max.u - x->min.u);
}

/* The largest magnitude; of nothing 0, as norms go. */
static prong_value norm_inf(const struct finish *f, const struct prong_extrema *x)
{
    union prong_number zero = { .u = 0 };
    uint64_t magnitude;

    if (x->n == 0)
        return element(f, zero);
    if (f->plan->domain == PRONG_DOMAIN_F64) {
        union prong_number far = { .f = fabs(x->absmax.f) };
        return element(f, far);
    }
    magnitude = f->plan->domain == PRONG_DOMAIN_I64 && x->absmax.i < 0 ? -x->absmax.u : x->absmax.u;
    return integer_or_rounded(f, 0, magnitude);
}

static prong_value quantity(const struct finish *f, const struct prong_op *op)
{
    const prong_exact *exact = prong_state_exact(f->plan, f->state);
    uint64_t ddof = op->ddof >= 0 ? (uint64_t)op->ddof : f->options->ddof;
    unsigned flags = f->options->nan == PRONG_NAN_OMIT ? PRONG_EXACT_OMIT_NAN : 0;
    int64_t high;
    uint64_t low;

    if (op->id == PRONG_OP_SUM && f->plan->domain != PRONG_DOMAIN_F64 && f->plan->domain != PRONG_DOMAIN_NONE &&
        prong_exact_integer(exact, &high, &low))
        return integer_or_rounded(f, high, low);
    return number(prong_exact_result(exact, op->quantity, ddof, f->options->format, flags), f->options->format);
}

static prong_value dot(const struct finish *f)
{
    const prong_exact *products = prong_state_dot(f->plan, f->state);
    unsigned flags = f->options->nan == PRONG_NAN_OMIT ? PRONG_EXACT_OMIT_NAN : 0;
    int64_t high;
    uint64_t low;

    if (f->plan->domain != PRONG_DOMAIN_F64 && prong_exact_integer(products, &high, &low))
        return integer_or_rounded(f, high, low);
    return number(prong_exact_result(products, PRONG_Q_DOT, 0, f->options->format, flags), f->options->format);
}

static prong_value index_of(const struct finish *f, uint64_t index)
{
    const struct prong_state *head = f->state;
    return integer(0, f->is_nan ? head->first_nan : index);
}

static prong_value product(const struct finish *f)
{
    double x = f->is_nan ? (double)NAN : prong_product_value(prong_state_product(f->plan, f->state));
    return number(round_to(f->options->format, x), f->options->format);
}

static prong_value value_of(const struct finish *f, const struct prong_op *op)
{
    const struct prong_state *head = f->state;
    const struct prong_extrema *x = prong_state_extrema(f->plan, f->state);
    const struct prong_ends *ends = prong_state_ends(f->plan, f->state);
    uint64_t nonzero = head->nonzero - (f->options->nan == PRONG_NAN_OMIT ? f->nans : 0);

    switch (op->id) {
    case PRONG_OP_COUNT:
        return integer(0, head->count);
    case PRONG_OP_NANCOUNT:
        return integer(0, f->nans);
    case PRONG_OP_SUM:
    case PRONG_OP_QUANTITY:
        return quantity(f, op);
    case PRONG_OP_DOT:
        return dot(f);
    case PRONG_OP_PROD:
        return product(f);
    case PRONG_OP_MIN:
        return element(f, x->min);
    case PRONG_OP_MAX:
        return element(f, x->max);
    case PRONG_OP_RANGE:
        return range(f, x);
    case PRONG_OP_ARGMIN:
        return index_of(f, x->argmin);
    case PRONG_OP_ARGMAX:
        return index_of(f, x->argmax);
    case PRONG_OP_ABSMIN:
        return element(f, x->absmin);
    case PRONG_OP_ABSMAX:
        return element(f, x->absmax);
    case PRONG_OP_NORM_INF:
        return norm_inf(f, x);
    case PRONG_OP_ANY:
        return boolean(nonzero > 0);
    case PRONG_OP_ALL:
        return boolean(nonzero == f->effective);
    case PRONG_OP_COUNT_NONZERO:
        return integer(0, nonzero);
    case PRONG_OP_FIRST:
    case PRONG_OP_LAST: {
        /* One element, whatever NaN there are elsewhere. */
        struct finish alone = *f;
        alone.is_nan = false;
        return element(&alone, op->id == PRONG_OP_FIRST ? ends->first : ends->last);
    }
    }
    return boolean(false);
}

prong_status prong_finish(const struct prong_plan *plan, const void *state, const struct prong_op *op,
                          const prong_reduce_options *options, prong_value *value, prong_error *err)
{
    const struct prong_state *head = state;
    struct finish f = { .plan = plan, .state = state, .options = options };

    f.nans = prong_state_nans(plan, state);
    f.effective = head->count - (options->nan == PRONG_NAN_OMIT ? f.nans : 0);
    f.is_nan = f.nans > 0 && options->nan == PRONG_NAN_PROPAGATE;
    if (f.effective == 0 && op->needs_elements)
        return prong_fail(err, PRONG_EEMPTY, "%s of %s has no value", op->name,
                          head->count ? "nothing but NaN" : "an empty input");
    *value = value_of(&f, op);
    return PRONG_OK;
}
