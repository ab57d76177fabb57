/* SPDX-License-Identifier: MIT */
/* A family: the K largest and the K smallest elements, K being the most that any use asks for. */
#include "config.h"

#include "reduce/value.h"

#include "base/error.h"
#include "order/top.h"

#include <math.h>
#include <stdlib.h>

static enum prong_order_domain order_of(enum prong_domain domain)
{
    return domain == PRONG_DOMAIN_I64 ? PRONG_ORDER_I64 : domain == PRONG_DOMAIN_U64 ? PRONG_ORDER_U64 : PRONG_ORDER_F64;
}

static size_t size_for(uint32_t k)
{
    return k ? prong_top_size(k) : 0;
}

size_t prong_tops_size(const struct prong_plan *plan)
{
    return size_for(plan->top) + size_for(plan->bottom);
}

struct prong_top *prong_state_top(const struct prong_plan *plan, const void *state)
{
    return plan->top ? (struct prong_top *)((uintptr_t)state + plan->tops) : NULL;
}

struct prong_top *prong_state_bottom(const struct prong_plan *plan, const void *state)
{
    return plan->bottom ? (struct prong_top *)((uintptr_t)state + plan->tops + size_for(plan->top)) : NULL;
}

void prong_tops_init(const struct prong_plan *plan, void *state)
{
    if (plan->top)
        prong_top_init(prong_state_top(plan, state), plan->top);
    if (plan->bottom)
        prong_top_init(prong_state_bottom(plan, state), plan->bottom);
}

void prong_tops_add(const struct prong_plan *plan, void *state, const struct prong_batch *batch)
{
    if (plan->top)
        prong_top_add(prong_state_top(plan, state), order_of(plan->domain), false, batch->f, batch->n, batch->index);
    if (plan->bottom)
        prong_top_add(prong_state_bottom(plan, state), order_of(plan->domain), true, batch->f, batch->n, batch->index);
}

void prong_tops_combine(const struct prong_plan *plan, void *into, const void *from, uint64_t shift)
{
    if (plan->top)
        prong_top_merge(prong_state_top(plan, into), prong_state_top(plan, from), shift);
    if (plan->bottom)
        prong_top_merge(prong_state_bottom(plan, into), prong_state_bottom(plan, from), shift);
}

static uint32_t wanted(const struct prong_op_use *use)
{
    return (uint32_t)strtoul(prong_use_params(use), NULL, 10);
}

void prong_tops_plan(struct prong_plan *plan, const struct prong_op_use *use)
{
    uint32_t *k = use->op->id == PRONG_OP_BOTTOMK ? &plan->bottom : &plan->top;

    if (*k < wanted(use))
        *k = wanted(use);
}

static prong_status one_nan(const prong_reduce_options *options, prong_value *value, prong_error *err)
{
    prong_value nan = prong_value_number((double)NAN, options->format);
    prong_status status = prong_value_list(value, PRONG_KIND_ARRAY, 1, options->format, err);

    if (status == PRONG_OK)
        prong_value_set_item(value, 0, &nan);
    return status;
}

prong_status prong_tops_value(const struct prong_plan *plan, const void *state, const struct prong_op_use *use,
                              const prong_reduce_options *options, prong_value *value, prong_error *err)
{
    bool least = use->op->id == PRONG_OP_BOTTOMK;
    const struct prong_top *top = least ? prong_state_bottom(plan, state) : prong_state_top(plan, state);
    struct prong_top_entry *entry;
    size_t n = 0;
    prong_status status;

    if (options->nan == PRONG_NAN_PROPAGATE && prong_state_nans(plan, state) > 0)
        return one_nan(options, value, err);
    entry = calloc(top->k, sizeof *entry);
    if (!entry)
        return prong_fail(err, PRONG_ENOMEM, "%u elements", top->k);
    n = prong_top_extract(top, least, entry);
    if (n > wanted(use))
        n = wanted(use);
    status = prong_value_list(value, PRONG_KIND_ARRAY, n, options->format, err);
    for (size_t i = 0; status == PRONG_OK && i < n; i++) {
        union prong_number x = { .u = prong_value_of_key(order_of(plan->domain), entry[i].key).u };
        prong_value one = prong_element_value(plan->domain, x, options);
        prong_value_set_item(value, i, &one);
    }
    free(entry);
    return status;
}
