/* SPDX-License-Identifier: MIT */
/* From a state to the value of an operation: the last step of every reduction, and where its one rounding happens. */
#include "config.h"

#include "reduce/value.h"

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

static prong_value integer_or_rounded(const prong_reduce_options *options, int64_t high, uint64_t low)
{
    if (options->format_given)
        return prong_value_number(prong_exact_round_integer(high, low, options->format), options->format);
    return prong_value_integer(high, low);
}

prong_value prong_element_value(enum prong_domain domain, union prong_number x, const prong_reduce_options *options)
{
    if (domain == PRONG_DOMAIN_U64)
        return integer_or_rounded(options, 0, x.u);
    if (domain == PRONG_DOMAIN_I64)
        return integer_or_rounded(options, x.i < 0 ? -1 : 0, (uint64_t)x.i);
    return prong_value_number(prong_exact_round(x.f, options->format), options->format);
}

static prong_value element(const struct finish *f, union prong_number x)
{
    if (f->plan->domain == PRONG_DOMAIN_F64 && f->is_nan)
        return prong_value_number((double)NAN, f->options->format);
    return prong_element_value(f->plan->domain, x, f->options);
}

static prong_value range(const struct finish *f, const struct prong_extrema *x)
{
    if (f->plan->domain == PRONG_DOMAIN_F64) {
        uint64_t memory[PRONG_EXACT_MAX_SIZE / 8];
        prong_exact *difference = (prong_exact *)(void *)memory;

        if (f->is_nan)
            return prong_value_number((double)NAN, f->options->format);
        prong_exact_init(difference, PRONG_POWER_SUM);
        prong_exact_add_one(difference, x->max.f);
        prong_exact_add_one(difference, -x->min.f);
        return prong_value_number(prong_exact_result(difference, PRONG_Q_SUM, 0, f->options->format, 0), f->options->format);
    }
    /* At most 2^64 - 1: it fits in the unsigned half, whatever the signs. */
    return integer_or_rounded(f->options, 0, x->max.u - x->min.u);
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
    return integer_or_rounded(f->options, 0, magnitude);
}

/* The sums that an operation is made from. */
static const prong_exact *sums_of(const struct finish *f, const struct prong_op *op)
{
    if (f->plan->needs & PRONG_NEED_WEIGHTED || op->needs & PRONG_NEED_PAIRS)
        return prong_state_pairs(f->plan, f->state);
    return op->needs & PRONG_NEED_DOT ? prong_state_dot(f->plan, f->state) : prong_state_exact(f->plan, f->state);
}

static prong_value infinities(const struct finish *f)
{
    prong_exact_counts counts;

    prong_exact_count(prong_state_exact(f->plan, f->state), &counts);
    return prong_value_integer(0, counts.pinf + counts.ninf);
}

/* A sum, of integers an integer, or another quantity of sums. */
static prong_value quantity(const struct finish *f, const struct prong_op *op)
{
    bool weighted = f->plan->needs & PRONG_NEED_WEIGHTED;
    const prong_exact *exact = sums_of(f, op);
    uint64_t ddof = op->sample ? 1 : op->population ? 0 : f->options->ddof;
    unsigned flags = f->options->nan == PRONG_NAN_OMIT ? PRONG_EXACT_OMIT_NAN : 0;
    int64_t high;
    uint64_t low;

    if (op->id != PRONG_OP_QUANTITY && f->plan->domain != PRONG_DOMAIN_F64 && f->plan->domain != PRONG_DOMAIN_NONE &&
        prong_exact_integer(exact, &high, &low))
        return integer_or_rounded(f->options, high, low);
    return prong_value_number(prong_exact_result(exact, weighted ? op->weighted : op->quantity, ddof, f->options->format, flags),
                              f->options->format);
}

static prong_value index_of(const struct finish *f, uint64_t index)
{
    const struct prong_state *head = f->state;
    return prong_value_integer(0, f->is_nan ? head->first_nan : index);
}

static prong_value product(const struct finish *f)
{
    double x = f->is_nan ? (double)NAN : prong_product_value(prong_state_product(f->plan, f->state));
    return prong_value_number(prong_exact_round(x, f->options->format), f->options->format);
}

/* All bits set, the neutral element of and, is -1 where numbers have a sign. */
static prong_value bits(const struct finish *f, uint64_t word)
{
    bool negative = f->plan->domain != PRONG_DOMAIN_U64 && word >> 63;

    if (f->is_nan)
        return prong_value_number((double)NAN, f->options->format);
    return integer_or_rounded(f->options, negative ? -1 : 0, word);
}

static prong_value geometric_mean(const struct finish *f)
{
    const prong_exact *logs = prong_state_logs(f->plan, f->state);
    double x = exp(prong_exact_result(logs, PRONG_Q_MEAN, 0, PRONG_FORMAT_F64, 0));

    return prong_value_number(f->is_nan ? (double)NAN : prong_exact_round(x, f->options->format), f->options->format);
}

/* n / Σ 1/x, of which Σ / n is the mean of the inverses. An element 0 has an infinite inverse, so the mean is 0. */
static prong_value harmonic_mean(const struct finish *f)
{
    const prong_exact *inverses = prong_state_inverses(f->plan, f->state);
    double x = 1.0 / prong_exact_result(inverses, PRONG_Q_MEAN, 0, PRONG_FORMAT_F64, 0);

    return prong_value_number(f->is_nan ? (double)NAN : prong_exact_round(x, f->options->format), f->options->format);
}

static prong_value value_of(const struct finish *f, const struct prong_op *op)
{
    const struct prong_state *head = f->state;
    const struct prong_extrema *x = prong_state_extrema(f->plan, f->state);
    const struct prong_ends *ends = prong_state_ends(f->plan, f->state);
    uint64_t nonzero = head->nonzero - (f->options->nan == PRONG_NAN_OMIT ? f->nans : 0);

    switch (op->id) {
    case PRONG_OP_COUNT:
        return prong_value_integer(0, head->count);
    case PRONG_OP_NANCOUNT:
        return prong_value_integer(0, f->nans);
    case PRONG_OP_INFCOUNT:
        return infinities(f);
    case PRONG_OP_SUM:
    case PRONG_OP_DOT:
    case PRONG_OP_QUANTITY:
        return quantity(f, op);
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
        return prong_value_boolean(nonzero > 0);
    case PRONG_OP_ALL:
        return prong_value_boolean(nonzero == f->effective);
    case PRONG_OP_COUNT_NONZERO:
        return prong_value_integer(0, nonzero);
    case PRONG_OP_BIT_AND:
        return bits(f, prong_state_bits(f->plan, f->state)->all);
    case PRONG_OP_BIT_OR:
        return bits(f, prong_state_bits(f->plan, f->state)->any);
    case PRONG_OP_BIT_XOR:
        return bits(f, prong_state_bits(f->plan, f->state)->odd);
    case PRONG_OP_CHECKSUM:
        return prong_value_integer(0, prong_state_bits(f->plan, f->state)->hash);
    case PRONG_OP_GEOMEAN:
        return geometric_mean(f);
    case PRONG_OP_HARMMEAN:
        return harmonic_mean(f);
    case PRONG_OP_FIRST:
    case PRONG_OP_LAST: {
        /* One element, whatever NaN there are elsewhere. */
        struct finish alone = *f;
        alone.is_nan = false;
        return element(&alone, op->id == PRONG_OP_FIRST ? ends->first : ends->last);
    }
    default: /* those of the passes: passes.c */
        break;
    }
    return prong_value_boolean(false);
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
    if ((plan->needs & PRONG_NEED_WEIGHTED) && head->nonzero == 0 && !f.is_nan && op->needs_elements)
        return prong_fail(err, PRONG_EEMPTY, "%s has no value where the weights sum to 0", op->name);
    if ((op->needs & PRONG_NEED_BITS) && prong_state_bits(plan, state)->fractions)
        return prong_fail(err, PRONG_EDATA, "%s is for integers, and there are others among the elements", op->name);
    *value = value_of(&f, op);
    return PRONG_OK;
}
