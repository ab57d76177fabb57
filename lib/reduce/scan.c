/* SPDX-License-Identifier: MIT */
/* A worker's way from the bytes of a chunk to its partial state: decode a batch, show it to every family, go on.
 * Sums of elements that lie in memory as they are need no decoding and take the chunk whole. */
#include "config.h"

#include "reduce/scan.h"

#include "order/kernel.h"

#include <string.h>

static uint64_t first_nan(const struct prong_batch *batch, const struct prong_array *fortran, size_t *at)
{
    uint64_t first = UINT64_MAX;

    for (size_t i = 0; i < batch->n; i++) {
        uint64_t index;
        if (batch->f[i] == batch->f[i])
            continue;
        index = fortran ? prong_row_major(fortran, prong_batch_index(batch, i)) : prong_batch_index(batch, i);
        if (index < first) {
            first = index;
            *at = i;
        }
        if (!fortran)
            break;
    }
    return first;
}

static void count_nonzero(enum prong_domain domain, struct prong_state *head, const struct prong_batch *batch)
{
    size_t zeros = 0;

    if (domain == PRONG_DOMAIN_F64) {
        for (size_t i = 0; i < batch->n; i++)
            zeros += batch->f[i] == 0;
    } else {
        for (size_t i = 0; i < batch->n; i++)
            zeros += batch->u[i] == 0;
    }
    head->nonzero += batch->n - zeros;
}

static void add_exact(prong_exact *exact, prong_adder *adder, enum prong_domain domain, const struct prong_batch *batch)
{
    if (domain == PRONG_DOMAIN_F64)
        prong_exact_add_f64(exact, adder, batch->f, batch->n);
    else if (domain == PRONG_DOMAIN_I64)
        prong_exact_add_i64(exact, adder, batch->i, batch->n);
    else
        prong_exact_add_u64(exact, adder, batch->u, batch->n);
}

/* Counts NaN and notes the first. Returns PRONG_FOLD_STOP at one under PRONG_NAN_RAISE, *nan being its place in the batch. */
static int meet_nans(const struct prong_plan *plan, struct prong_state *head, struct prong_batch *batch,
                     const struct prong_array *fortran, size_t *nan)
{
    uint64_t index;

    batch->nans = prong_order_kernel_choose()->count_nans(batch->f, batch->n);
    if (batch->nans == 0)
        return 0;
    index = first_nan(batch, fortran, nan);
    if (head->nans == 0 || index < head->first_nan)
        head->first_nan = index;
    head->nans += batch->nans;
    if (plan->nan != PRONG_NAN_RAISE)
        return 0;
    head->stop = PRONG_STOP_NAN;
    head->stop_index = index;
    return PRONG_FOLD_STOP;
}

int prong_scan_batch(const struct prong_plan *plan, prong_adder *adder, const struct prong_array *fortran, void *state,
                     struct prong_batch *batch, unsigned needs, size_t *nan)
{
    struct prong_state *head = state;

    if (plan->domain == PRONG_DOMAIN_F64 && meet_nans(plan, head, batch, fortran, nan))
        return PRONG_FOLD_STOP;
    if (needs & PRONG_NEED_EXTREMA)
        prong_extrema_add(prong_state_extrema(plan, state), plan->domain, batch, fortran);
    if (needs & PRONG_NEED_ENDS)
        prong_ends_add(prong_state_ends(plan, state), plan->domain, batch, plan->nan == PRONG_NAN_OMIT, fortran);
    if (needs & PRONG_NEED_PRODUCT)
        prong_product_add(prong_state_product(plan, state), plan->domain, batch);
    if (needs & PRONG_NEED_NONZERO)
        count_nonzero(plan->domain, head, batch);
    if (needs & (PRONG_NEED_BITS | PRONG_NEED_HASH))
        prong_bits_add(prong_state_bits(plan, state), plan->domain, batch);
    if (needs & PRONG_NEED_LOGS)
        prong_logs_add(prong_state_logs(plan, state), adder, plan->domain, batch);
    if (needs & PRONG_NEED_INVERSES)
        prong_inverses_add(prong_state_inverses(plan, state), adder, plan->domain, batch);
    if (needs & PRONG_NEED_TOP)
        prong_tops_add(plan, state, batch);
    if (needs & PRONG_NEED_EXACT)
        add_exact(prong_state_exact(plan, state), adder, plan->domain, batch);
    return 0;
}

bool prong_scan_sums(prong_exact *exact, prong_adder *adder, prong_dtype dtype, bool swapped, const void *data, size_t n)
{
    if (swapped)
        return false;
    switch (dtype) {
    case PRONG_F64:
        prong_exact_add_f64(exact, adder, data, n);
        return true;
    case PRONG_F32:
        prong_exact_add_f32(exact, adder, data, n);
        return true;
    case PRONG_F16:
        prong_exact_add_f16(exact, adder, data, n);
        return true;
    case PRONG_BF16:
        prong_exact_add_bf16(exact, adder, data, n);
        return true;
    case PRONG_I64:
        prong_exact_add_i64(exact, adder, data, n);
        return true;
    case PRONG_U64:
        prong_exact_add_u64(exact, adder, data, n);
        return true;
    default:
        return false;
    }
}

static uint64_t exact_nans(const struct prong_plan *plan, const void *state)
{
    prong_exact_counts counts;

    prong_exact_count(prong_state_exact(plan, state), &counts);
    return counts.nan;
}

/* Sums of a run that lies in memory as it is. Returns the families that still must look at its batches. */
static unsigned scan_run(const struct prong_plan *plan, const struct prong_reader *reader, void *state)
{
    const void *data = plan->needs & PRONG_NEED_EXACT ? prong_reader_bytes_of_run(reader) : NULL;
    const struct prong_array *array = reader->source->array;

    if (data && prong_scan_sums(prong_state_exact(plan, state), reader->scratch->adder, array->dtype, array->swapped, data,
                                (size_t)reader->ready))
        return plan->needs & ~(unsigned)PRONG_NEED_EXACT;
    return plan->needs;
}

/* Has everybody seen the run? Under RAISE only where there is no NaN to find: that one would be counted twice matters no more. */
static bool run_is_done(const struct prong_plan *plan, const struct prong_reader *reader, const void *state, unsigned needs)
{
    if (needs || reader->source->where)
        return false;
    return plan->nan != PRONG_NAN_RAISE || (plan->needs && exact_nans(plan, state) == 0);
}

static void note_text(struct prong_state *head, const struct prong_text_reader *text)
{
    if (text->bad) {
        head->stop = PRONG_STOP_BAD_NUMBER;
        head->stop_line = text->bad_line;
        head->stop_column = text->bad_column;
        head->stop_why = text->bad_why;
        memcpy(head->stop_token, text->bad_token, sizeof head->stop_token);
        return;
    }
    head->newlines = text->newlines;
    head->tail = text->tail;
    head->bytes = (uint64_t)(text->end - text->begin);
}

static int scan_batch(const struct prong_plan *plan, struct prong_reader *reader, void *state, struct prong_batch *batch,
                      unsigned needs)
{
    bool text = prong_array_is_text(reader->source->array);
    struct prong_state *head = state;
    size_t nan = 0;
    int outcome = reader->source->other
                      ? prong_scan_pairs(plan, reader, state, batch)
                      : prong_scan_batch(plan, reader->scratch->adder, reader->source->fortran, state, batch, needs, &nan);

    if (text || reader->source->where)
        head->count += batch->n;
    if (outcome && text)
        prong_text_place(&reader->text, reader->scratch->places[nan], &head->stop_line, &head->stop_column);
    return outcome;
}

/* Run by run, so that whoever comes after the sums finds the elements in the cache. */
static int scan_elements(const struct prong_plan *plan, struct prong_reader *reader, void *state)
{
    struct prong_state *head = state;
    struct prong_batch batch;
    int outcome = 0;

    if (!reader->source->where)
        head->count += reader->left;
    head->bytes += prong_reader_bytes(reader);
    /* Nothing but the count is asked for, and that is known. */
    if (run_is_done(plan, reader, state, plan->needs))
        return 0;
    while (outcome == 0 && prong_reader_run(reader)) {
        unsigned needs = scan_run(plan, reader, state);
        if (run_is_done(plan, reader, state, needs)) {
            prong_reader_skip_run(reader);
            continue;
        }
        while (outcome == 0 && reader->ready > 0 && prong_reader_next(reader, &batch))
            outcome = scan_batch(plan, reader, state, &batch, needs);
    }
    return outcome;
}

static int scan_text(const struct prong_plan *plan, struct prong_reader *reader, void *state)
{
    struct prong_batch batch;
    int outcome = 0;

    while (outcome == 0 && prong_reader_next(reader, &batch))
        outcome = scan_batch(plan, reader, state, &batch, plan->needs);
    if (outcome == 0)
        note_text(state, &reader->text);
    return outcome;
}

int prong_scan(const struct prong_plan *plan, struct prong_reader *reader, void *state)
{
    const struct prong_state *head = state;
    int outcome;

    reader->wants_places = plan->nan == PRONG_NAN_RAISE;
    outcome = prong_array_is_text(reader->source->array) ? scan_text(plan, reader, state) : scan_elements(plan, reader, state);
    if (outcome)
        return outcome;
    return head->stop && head->stop != PRONG_STOP_WEIGHT ? PRONG_FOLD_STOP : 0;
}
