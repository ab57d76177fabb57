/* SPDX-License-Identifier: MIT */
/* Along axes, operations that look at the elements more than once: medians, quantiles, modes. A worker gathers all elements of
 * the outputs of its chunk, whichever way they lie, and answers each output from memory: ranks by selection, everything else
 * from a tally of its values. Passes by all workers together would cost a job or more for each output. */
#include "config.h"

#include "reduce/axis.h"
#include "reduce/multi.h"
#include "reduce/tally.h"

#include <string.h>

/* Bytes of elements that a worker holds, unless the memory limit is below it; and outputs side by side that are worth gathering
 * where a row of them is met at a time: a cache line of most types. */
enum { HELD_BYTES = 1 << 26, LEAST_ROW = 16 };

uint64_t prong_axis_held_block(const struct prong_axis_work *w, uint64_t most)
{
    uint64_t limit = prong_multi_memory(w->options), room = (limit < HELD_BYTES ? limit : HELD_BYTES) / sizeof *w->held.numbers;
    uint64_t block = w->axis.reduced.total ? room / w->axis.reduced.total : most;
    uint64_t least = w->axis.inner || w->axis.outputs.total < LEAST_ROW ? 1 : LEAST_ROW;

    block = block < most ? block : most;
    return block < least ? 0 : block;
}

void prong_axis_hold(const struct prong_axis_work *w, uint64_t k, const void *numbers, size_t n, uint64_t r)
{
    memcpy(w->held.numbers + k * w->axis.reduced.total + r, numbers, n * sizeof *w->held.numbers);
}

/* Trimmed means and what is no order statistic want to know how often each value occurs. */
static bool wants_tally(const struct prong_axis_work *w)
{
    bool wanted = w->passes & ~(unsigned)PRONG_NEED_ORDER;

    for (size_t i = 0; i < w->count; i++)
        wanted = wanted || w->uses[i].op->id == PRONG_OP_TRIMMEAN;
    return wanted;
}

static bool make_tally(const struct prong_held *held, enum prong_domain domain, struct prong_tally *tally)
{
    struct prong_ranked what = { .domain = domain };
    size_t n = prong_keys(prong_order_domain_of(&what), held->numbers, held->n, held->key);

    tally->nans = held->n - n;
    prong_keys_sort(held->key, n);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && held->key[end] == held->key[i];)
            end++;
        if (!prong_tally_append(tally, held->key[i], end - i))
            return false;
    }
    return true;
}

prong_status prong_axis_held_values(const struct prong_axis_work *w, uint64_t k)
{
    size_t n = (size_t)w->axis.reduced.total;
    struct prong_held held = { .numbers = w->held.numbers + k * n, .n = n, .key = w->held.key };
    struct prong_tally tally = { .n = 0 };
    struct prong_multi multi = { .passes = { .scratch = w->scratch },
                                 .domain = w->plan.domain,
                                 .options = w->options,
                                 .uses = w->uses,
                                 .count = w->count,
                                 .values = w->held.values };
    prong_status status = PRONG_OK;

    if (!wants_tally(w))
        multi.held = &held;
    else if (make_tally(&held, w->plan.domain, &tally))
        multi.tally = &tally;
    else
        status = PRONG_ENOMEM;
    if (status == PRONG_OK)
        status = prong_multi_from_memory(&multi, w->passes, NULL);
    prong_tally_free(&tally);
    return status;
}
