/* SPDX-License-Identifier: MIT */
/* Families: sums of the elements of two arrays, pair by pair, and of elements with weights. lib/exact takes pairs of any types
 * and classes those with a NaN or an infinity; here batches are shown to it, and NaN and negative weights are found. */
#include "config.h"

#include "reduce/scan.h"

static prong_operand operand_of(enum prong_domain domain)
{
    return domain == PRONG_DOMAIN_F64   ? PRONG_OPERAND_F64
           : domain == PRONG_DOMAIN_I64 ? PRONG_OPERAND_I64
                                        : PRONG_OPERAND_U64;
}

static struct prong_batch other_of(const struct prong_batch *batch)
{
    struct prong_batch other = *batch;

    other.u = batch->other.u;
    return other;
}

/* The index to tell people about: a row-major one. */
static uint64_t index_of(const struct prong_source *source, const struct prong_batch *batch, size_t i)
{
    uint64_t index = prong_batch_index(batch, i);

    return source->fortran ? prong_row_major(source->fortran, index) : index;
}

/* The first element of a batch for which `is` holds; false: there is none. */
static bool first_of(const struct prong_source *source, const struct prong_batch *batch, bool (*is)(double x, double y),
                     uint64_t *index)
{
    const struct prong_batch other = other_of(batch);
    bool found = false;

    for (size_t i = 0; i < batch->n; i++) {
        uint64_t here;
        if (!is(prong_batch_double(source->domain, batch, i), prong_batch_double(source->other_domain, &other, i)))
            continue;
        here = index_of(source, batch, i);
        *index = found && *index < here ? *index : here;
        found = true;
    }
    return found;
}

static bool either_is_nan(double x, double y)
{
    return x != x || y != y;
}

static bool product_is_nan(double x, double y)
{
    return x * y != x * y;
}

static bool is_below_zero(double x, double y)
{
    (void)x;
    return y < 0;
}

/* Counts the weights that are not 0, but those of NaN, which may be left out, and notes the first that is negative. */
static void weigh(const struct prong_source *source, struct prong_state *head, const struct prong_batch *batch)
{
    const struct prong_batch other = other_of(batch);
    size_t negative = 0, positive = 0;
    uint64_t index;

    for (size_t i = 0; i < batch->n; i++) {
        double x = prong_batch_double(source->domain, batch, i), y = prong_batch_double(source->other_domain, &other, i);
        negative += y < 0;
        positive += y > 0 && x == x;
    }
    head->nonzero += positive;
    if (negative == 0 || !first_of(source, batch, is_below_zero, &index))
        return;
    if (head->stop == PRONG_STOP_NONE || index < head->stop_index)
        head->stop_index = index;
    head->stop = PRONG_STOP_WEIGHT;
}

int prong_scan_pairs(const struct prong_plan *plan, const struct prong_reader *reader, void *state,
                     const struct prong_batch *batch)
{
    const struct prong_source *source = reader->source;
    prong_adder *adder = reader->scratch->adder;
    prong_operand x = operand_of(source->domain), y = operand_of(source->other_domain);
    struct prong_state *head = state;
    uint64_t index;

    if (plan->needs & PRONG_NEED_DOT)
        prong_exact_add_pairs(prong_state_dot(plan, state), adder, x, batch->u, y, batch->other.u, batch->n);
    if (plan->pair_powers)
        prong_exact_add_pairs(prong_state_pairs(plan, state), adder, x, batch->u, y, batch->other.u, batch->n);
    if (plan->needs & PRONG_NEED_WEIGHTED)
        weigh(source, head, batch);
    if (plan->nan != PRONG_NAN_RAISE ||
        !first_of(source, batch, plan->needs & PRONG_NEED_DOT ? product_is_nan : either_is_nan, &index))
        return 0;
    head->stop = PRONG_STOP_NAN;
    head->stop_index = index;
    return PRONG_FOLD_STOP;
}
