/* SPDX-License-Identifier: MIT */
/* Parts by number. Joining them is a union of lists, so its order does not matter; indices are counted from the front when a
 * value is asked for. */
#include "config.h"

#include "reduce/parts.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

void prong_parts_free(struct prong_parts *parts)
{
    free(parts->part);
    *parts = (struct prong_parts){ .of = 0 };
}

/* absmin and absmax are the first of equal magnitudes: their signs may differ. */
bool prong_op_needs_place(const struct prong_op *op)
{
    switch (op->id) {
    case PRONG_OP_FIRST:
    case PRONG_OP_LAST:
    case PRONG_OP_ARGMIN:
    case PRONG_OP_ARGMAX:
    case PRONG_OP_ABSMIN:
    case PRONG_OP_ABSMAX:
        return true;
    default:
        return false;
    }
}

struct prong_part prong_part_of(const struct prong_plan *plan, uint64_t number, const void *state)
{
    const struct prong_state *head = state;
    struct prong_part part = { .number = number, .count = head->count, .nans = head->nans };

    if (head->nans > 0)
        part.first_nan = head->first_nan;
    if (plan->needs & PRONG_NEED_EXTREMA)
        part.extrema = *prong_state_extrema(plan, state);
    if (plan->needs & PRONG_NEED_ENDS)
        part.ends = *prong_state_ends(plan, state);
    return part;
}

prong_status prong_parts_merge(struct prong_parts *into, const struct prong_parts *from, prong_error *err)
{
    size_t all = into->count + from->count, i = 0, k = 0;
    struct prong_part *part = calloc(all + 1, sizeof *part);

    if (!part)
        return prong_fail(err, PRONG_ENOMEM, "%zu parts", all);
    for (size_t n = 0; n < all; n++) {
        bool first = k == from->count || (i < into->count && into->part[i].number <= from->part[k].number);
        part[n] = first ? into->part[i++] : from->part[k++];
        if (n > 0 && part[n - 1].number == part[n].number) {
            prong_status status = prong_fail(err, PRONG_EDATA, "both hold part %llu of %llu",
                                             (unsigned long long)part[n].number, (unsigned long long)into->of);
            free(part);
            return status;
        }
    }
    free(into->part);
    into->part = part;
    into->count = all;
    return PRONG_OK;
}

prong_status prong_parts_settle(const struct prong_parts *parts, const struct prong_plan *plan, void *state, prong_error *err)
{
    struct prong_state *head = state;
    struct prong_extrema extrema;
    struct prong_ends ends = { .n = 0 };
    uint64_t nans = 0, shift = 0;

    prong_extrema_init(&extrema, plan->domain);
    for (size_t i = 0; i < parts->count; i++) {
        const struct prong_part *part = &parts->part[i];
        if (part->number != i + 1)
            return prong_fail(err, PRONG_EDATA, "part %zu of %llu is missing, so places are not known", i + 1,
                              (unsigned long long)parts->of);
        if (part->nans > 0 && nans == 0)
            head->first_nan = part->first_nan + shift;
        nans += part->nans;
        if (plan->needs & PRONG_NEED_EXTREMA)
            prong_extrema_combine(&extrema, &part->extrema, plan->domain, shift);
        if (plan->needs & PRONG_NEED_ENDS)
            prong_ends_combine(&ends, &part->ends, shift);
        shift += part->count;
    }
    if (plan->needs & PRONG_NEED_EXTREMA)
        *prong_state_extrema(plan, state) = extrema;
    if (plan->needs & PRONG_NEED_ENDS)
        *prong_state_ends(plan, state) = ends;
    return PRONG_OK;
}
