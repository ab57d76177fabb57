/* SPDX-License-Identifier: MIT */
/* A block of states: that of every target, one behind the other. */
#include "config.h"

#include "table/work.h"

static void *state_of(const struct prong_target *target, void *states)
{
    return (unsigned char *)states + target->offset;
}

void prong_states_init(const struct prong_table_work *work, void *states)
{
    for (size_t t = 0; t < work->target_count; t++)
        prong_state_init(&work->targets[t].plan, state_of(&work->targets[t], states));
}

int prong_states_combine(const struct prong_table_work *work, void *into, const void *from, uint64_t rows)
{
    int outcome = 0;

    for (size_t t = 0; t < work->target_count; t++) {
        const struct prong_target *target = &work->targets[t];
        outcome |= prong_state_combine(&target->plan, state_of(target, into), (const unsigned char *)from + target->offset, rows);
    }
    return outcome;
}

/* NaN that are refused have stopped the reader: nothing stops here. */
static void add_to_target(const struct prong_table_work *work, const struct prong_target *target, void *state,
                          struct prong_batch *batch)
{
    struct prong_source source = { .domain = PRONG_DOMAIN_F64, .other_domain = PRONG_DOMAIN_F64 };
    struct prong_reader reader = { .source = &source, .scratch = work->adding };
    struct prong_state *head = state;
    size_t nan;

    head->count += batch->n;
    if (target->other != PRONG_NO_COLUMN)
        (void)prong_scan_pairs(&target->plan, &reader, state, batch);
    else if (target->plan.needs)
        (void)prong_scan_batch(&target->plan, work->adding->adder, NULL, state, batch, target->plan.needs, &nan);
}

void prong_states_add(const struct prong_table_work *work, void *states, const double *const *columns, size_t n, uint64_t index,
                      const uint64_t *indices)
{
    for (size_t t = 0; t < work->target_count; t++) {
        const struct prong_target *target = &work->targets[t];
        struct prong_batch batch = { .n = n, .index = index, .indices = indices, .f = columns[target->slot] };
        if (target->other != PRONG_NO_COLUMN)
            batch.other.f = columns[target->other_slot];
        add_to_target(work, target, state_of(target, states), &batch);
    }
}
