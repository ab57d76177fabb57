/* SPDX-License-Identifier: MIT */
/* How a partial result is laid out, begun and combined. Combining is associative always, and commutative but for
 * products and for text, whose places are known only in order. */
#include "config.h"

#include "reduce/state.h"

#include "array/array.h"

#include <string.h>

static size_t reserve(size_t *end, bool wanted, size_t size)
{
    size_t at = *end;

    if (wanted)
        *end += (size + 7) & ~(size_t)7;
    return at;
}

void prong_plan_layout(struct prong_plan *plan)
{
    size_t end = sizeof(struct prong_state);

    plan->extrema = reserve(&end, plan->needs & PRONG_NEED_EXTREMA, sizeof(struct prong_extrema));
    plan->ends = reserve(&end, plan->needs & PRONG_NEED_ENDS, sizeof(struct prong_ends));
    plan->product = reserve(&end, plan->needs & PRONG_NEED_PRODUCT, sizeof(struct prong_product));
    plan->bits = reserve(&end, plan->needs & (PRONG_NEED_BITS | PRONG_NEED_HASH), sizeof(struct prong_bits));
    plan->logs = reserve(&end, plan->needs & PRONG_NEED_LOGS, prong_exact_size(PRONG_POWER_SUM));
    plan->inverses = reserve(&end, plan->needs & PRONG_NEED_INVERSES, prong_exact_size(PRONG_POWER_SUM));
    plan->exact = reserve(&end, plan->needs & PRONG_NEED_EXACT, prong_exact_size(plan->powers));
    plan->dot = reserve(&end, plan->needs & PRONG_NEED_DOT, prong_exact_size(PRONG_POWER_DOT));
    plan->pairs = reserve(&end, plan->pair_powers, prong_exact_size(plan->pair_powers));
    plan->tops = reserve(&end, plan->needs & PRONG_NEED_TOP, prong_tops_size(plan));
    plan->size = end;
}

unsigned prong_plan_make(struct prong_plan *plan, const struct prong_op_use *uses, size_t count,
                         const prong_reduce_options *options, bool weighted)
{
    unsigned passes = 0;

    *plan = (struct prong_plan){ .nan = options->nan, .domain = PRONG_DOMAIN_NONE };
    for (size_t i = 0; i < count; i++) {
        const struct prong_op *op = uses[i].op;
        if (weighted && op->weighted) {
            plan->needs |= PRONG_NEED_WEIGHTED;
            plan->pair_powers |= prong_exact_needs(op->weighted);
            continue;
        }
        passes |= op->needs & PRONG_NEED_PASSES;
        plan->needs |= op->needs & ~(unsigned)PRONG_NEED_PASSES;
        if (op->needs & PRONG_NEED_EXACT)
            plan->powers |= prong_exact_needs(op->quantity);
        if (op->needs & PRONG_NEED_PAIRS)
            plan->pair_powers |= prong_exact_needs(op->quantity);
        if (op->needs & PRONG_NEED_TOP)
            prong_tops_plan(plan, &uses[i]);
    }
    prong_plan_layout(plan);
    return passes;
}

void prong_state_init(const struct prong_plan *plan, void *state)
{
    memset(state, 0, plan->size);
    if (plan->needs & PRONG_NEED_EXTREMA)
        prong_extrema_init(prong_state_extrema(plan, state), plan->domain);
    if (plan->needs & PRONG_NEED_PRODUCT)
        prong_product_init(prong_state_product(plan, state));
    if (plan->needs & (PRONG_NEED_BITS | PRONG_NEED_HASH))
        prong_bits_init(prong_state_bits(plan, state));
    if (plan->needs & PRONG_NEED_LOGS)
        prong_exact_init(prong_state_logs(plan, state), PRONG_POWER_SUM);
    if (plan->needs & PRONG_NEED_INVERSES)
        prong_exact_init(prong_state_inverses(plan, state), PRONG_POWER_SUM);
    if (plan->needs & PRONG_NEED_EXACT)
        prong_exact_init(prong_state_exact(plan, state), plan->powers);
    if (plan->needs & PRONG_NEED_DOT)
        prong_exact_init(prong_state_dot(plan, state), PRONG_POWER_DOT);
    if (plan->pair_powers)
        prong_exact_init(prong_state_pairs(plan, state), plan->pair_powers);
    if (plan->needs & PRONG_NEED_TOP)
        prong_tops_init(plan, state);
}

/* Where the second part stopped, told from the start of the first. */
static void carry_stop(struct prong_state *a, const struct prong_state *b, uint64_t shift)
{
    a->stop = b->stop;
    a->stop_line = a->newlines + b->stop_line;
    a->stop_column = b->stop_line == 0 ? a->tail + b->stop_column : b->stop_column;
    a->stop_index = b->stop_index + shift;
    a->stop_why = b->stop_why;
    memcpy(a->stop_token, b->stop_token, sizeof a->stop_token);
}

/* Reading does not stop at a negative weight: the first of them is told, in whatever order chunks come. */
static void keep_first_weight(struct prong_state *a, const struct prong_state *b, uint64_t shift)
{
    if (a->stop == PRONG_STOP_WEIGHT && b->stop == PRONG_STOP_WEIGHT && b->stop_index + shift < a->stop_index)
        a->stop_index = b->stop_index + shift;
}

int prong_state_combine(const struct prong_plan *plan, void *into, const void *from, uint64_t shift)
{
    struct prong_state *a = into;
    const struct prong_state *b = from;
    int outcome = 0;

    if (a->stop) {
        keep_first_weight(a, b, shift);
        return 0;
    }
    if (b->stop)
        carry_stop(a, b, shift);
    if (b->nans && (a->nans == 0 || b->first_nan + shift < a->first_nan))
        a->first_nan = b->first_nan + shift;
    a->nans += b->nans;
    a->nonzero += b->nonzero;
    a->count += b->count;
    a->bytes += b->bytes;
    a->tail = b->newlines ? b->tail : a->tail + b->tail;
    a->newlines += b->newlines;
    if (plan->needs & PRONG_NEED_EXTREMA)
        prong_extrema_combine(prong_state_extrema(plan, into), prong_state_extrema(plan, from), plan->domain, shift);
    if (plan->needs & PRONG_NEED_ENDS)
        prong_ends_combine(prong_state_ends(plan, into), prong_state_ends(plan, from), shift);
    if (plan->needs & PRONG_NEED_PRODUCT)
        prong_product_combine(prong_state_product(plan, into), prong_state_product(plan, from));
    if (plan->needs & (PRONG_NEED_BITS | PRONG_NEED_HASH))
        prong_bits_combine(prong_state_bits(plan, into), prong_state_bits(plan, from));
    if (plan->needs & PRONG_NEED_LOGS)
        outcome |= (int)prong_exact_merge(prong_state_logs(plan, into), prong_state_logs(plan, from), NULL);
    if (plan->needs & PRONG_NEED_INVERSES)
        outcome |= (int)prong_exact_merge(prong_state_inverses(plan, into), prong_state_inverses(plan, from), NULL);
    if (plan->needs & PRONG_NEED_EXACT)
        outcome |= (int)prong_exact_merge(prong_state_exact(plan, into), prong_state_exact(plan, from), NULL);
    if (plan->needs & PRONG_NEED_DOT)
        outcome |= (int)prong_exact_merge(prong_state_dot(plan, into), prong_state_dot(plan, from), NULL);
    if (plan->pair_powers)
        outcome |= (int)prong_exact_merge(prong_state_pairs(plan, into), prong_state_pairs(plan, from), NULL);
    if (plan->needs & PRONG_NEED_TOP)
        prong_tops_combine(plan, into, from, shift);
    return outcome;
}

uint64_t prong_state_nans(const struct prong_plan *plan, const void *state)
{
    prong_exact_counts counts;

    if (plan->pair_powers)
        prong_exact_count(prong_state_pairs(plan, state), &counts);
    else if (plan->needs == PRONG_NEED_DOT)
        prong_exact_count(prong_state_dot(plan, state), &counts);
    else if (plan->needs == PRONG_NEED_EXACT)
        prong_exact_count(prong_state_exact(plan, state), &counts);
    else
        return ((const struct prong_state *)state)->nans;
    return counts.nan;
}

uint64_t prong_row_major(const struct prong_array *array, uint64_t index)
{
    uint64_t row_major = 0, stride = 1;

    /* Column-major: the first dimension runs fastest. Walk the dimensions as they lie; in row-major order the last
     * one has stride 1 and each one before it that of all behind it. */
    for (int d = array->ndim - 1; d >= 0; d--)
        stride *= array->shape[d];
    for (int d = 0; d < array->ndim; d++) {
        stride /= array->shape[d];
        row_major += index % array->shape[d] * stride;
        index /= array->shape[d];
    }
    return row_major;
}
