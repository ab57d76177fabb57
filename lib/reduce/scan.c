/* SPDX-License-Identifier: MIT */
/* A worker's way from the bytes of a chunk to its partial state: decode a batch, show it to every family, go on.
 * Sums of elements that lie in memory as they are need no decoding and take the chunk whole. */
#include "config.h"

#include "reduce/scan.h"

#include <string.h>

enum prong_domain prong_domain_of(prong_dtype dtype)
{
    switch (dtype) {
    case PRONG_TEXT:
    case PRONG_F16:
    case PRONG_BF16:
    case PRONG_F32:
    case PRONG_F64:
        return PRONG_DOMAIN_F64;
    case PRONG_U64:
        return PRONG_DOMAIN_U64;
    default:
        return PRONG_DOMAIN_I64;
    }
}

static size_t count_nans(const double *x, size_t n)
{
    size_t nans = 0;

    for (size_t i = 0; i < n; i++)
        nans += x[i] != x[i];
    return nans;
}

static uint64_t first_nan(const struct prong_batch *batch, const struct prong_array *fortran, size_t *at)
{
    uint64_t first = UINT64_MAX;

    for (size_t i = 0; i < batch->n; i++) {
        uint64_t index;
        if (batch->f[i] == batch->f[i])
            continue;
        index = fortran ? prong_row_major(fortran, batch->index + i) : batch->index + i;
        if (index < first) {
            first = index;
            *at = i;
        }
        if (!fortran)
            break;
    }
    return first;
}

static void count_nonzero(const struct prong_scan *scan, struct prong_state *head, const struct prong_batch *batch)
{
    size_t zeros = 0;

    if (scan->plan->domain == PRONG_DOMAIN_F64) {
        for (size_t i = 0; i < batch->n; i++)
            zeros += batch->f[i] == 0;
    } else {
        for (size_t i = 0; i < batch->n; i++)
            zeros += batch->u[i] == 0;
    }
    head->nonzero += batch->n - zeros;
}

static void add_exact(const struct prong_scan *scan, void *state, const struct prong_batch *batch)
{
    prong_exact *exact = prong_state_exact(scan->plan, state);

    if (scan->plan->domain == PRONG_DOMAIN_F64)
        prong_exact_add_f64(exact, scan->adder, batch->f, batch->n);
    else if (scan->plan->domain == PRONG_DOMAIN_I64)
        prong_exact_add_i64(exact, scan->adder, batch->i, batch->n);
    else
        prong_exact_add_u64(exact, scan->adder, batch->u, batch->n);
}

/* Shows a batch to every family that needs one. Returns 0, or PRONG_FOLD_STOP with *nan the place of the NaN. */
static int take(const struct prong_scan *scan, void *state, struct prong_batch *batch, unsigned needs, size_t *nan)
{
    const struct prong_plan *plan = scan->plan;
    const struct prong_array *fortran = scan->array->fortran ? scan->array : NULL;
    struct prong_state *head = state;

    if (plan->domain == PRONG_DOMAIN_F64) {
        batch->nans = count_nans(batch->f, batch->n);
        if (batch->nans) {
            uint64_t index = first_nan(batch, fortran, nan);
            if (head->nans == 0 || index < head->first_nan)
                head->first_nan = index;
            head->nans += batch->nans;
            if (plan->nan == PRONG_NAN_RAISE) {
                head->stop = PRONG_STOP_NAN;
                head->stop_index = index;
                return PRONG_FOLD_STOP;
            }
        }
    }
    if (needs & PRONG_NEED_EXTREMA)
        prong_extrema_add(prong_state_extrema(plan, state), plan->domain, batch, fortran);
    if (needs & PRONG_NEED_ENDS)
        prong_ends_add(prong_state_ends(plan, state), plan->domain, batch, plan->nan == PRONG_NAN_OMIT,
                       fortran);
    if (needs & PRONG_NEED_PRODUCT)
        prong_product_add(prong_state_product(plan, state), plan->domain, batch);
    if (needs & PRONG_NEED_NONZERO)
        count_nonzero(scan, head, batch);
    if (needs & PRONG_NEED_EXACT)
        add_exact(scan, state, batch);
    return 0;
}

/* Sums of elements that are in memory what the kernels read, whole: no decoding, one flush a chunk. */
static bool add_whole(struct prong_scan *scan, void *state, const void *data, uint64_t n)
{
    prong_exact *exact = prong_state_exact(scan->plan, state);

    if (scan->array->swapped || !(scan->plan->needs & PRONG_NEED_EXACT))
        return false;
    switch (scan->array->dtype) {
    case PRONG_F64:
        prong_exact_add_f64(exact, scan->adder, data, (size_t)n);
        return true;
    case PRONG_F32:
        prong_exact_add_f32(exact, scan->adder, data, (size_t)n);
        return true;
    case PRONG_F16:
        prong_exact_add_f16(exact, scan->adder, data, (size_t)n);
        return true;
    case PRONG_BF16:
        prong_exact_add_bf16(exact, scan->adder, data, (size_t)n);
        return true;
    case PRONG_I64:
        prong_exact_add_i64(exact, scan->adder, data, (size_t)n);
        return true;
    case PRONG_U64:
        prong_exact_add_u64(exact, scan->adder, data, (size_t)n);
        return true;
    default:
        return false;
    }
}

void prong_scan_read(const struct prong_array *array, const unsigned char *data, struct prong_batch *batch,
                     union prong_numbers *room)
{
    bool in_place = !array->swapped && (uintptr_t)data % sizeof(double) == 0;

    switch (prong_domain_of(array->dtype)) {
    case PRONG_DOMAIN_F64:
        if (in_place && array->dtype == PRONG_F64) {
            batch->f = (const void *)data;
        } else {
            prong_decode_f64(array->dtype, array->swapped, data, batch->n, room->f);
            batch->f = room->f;
        }
        break;
    case PRONG_DOMAIN_U64:
        prong_decode_u64(array->swapped, data, batch->n, room->u);
        batch->u = room->u;
        break;
    default:
        prong_decode_i64(array->dtype, array->swapped, data, batch->n, room->i);
        batch->i = room->i;
        break;
    }
}

static uint64_t exact_nans(const struct prong_scan *scan, const void *state)
{
    prong_exact_counts counts;

    prong_exact_count(prong_state_exact(scan->plan, state), &counts);
    return counts.nan;
}

int prong_scan_elements(struct prong_scan *scan, void *state, const void *data, uint64_t n, uint64_t index)
{
    const struct prong_plan *plan = scan->plan;
    const unsigned char *at = data;
    size_t item = prong_dtype_size(scan->array->dtype);
    struct prong_state *head = state;
    unsigned needs = plan->needs;
    size_t nan = 0;

    head->count += n;
    head->bytes += n * item;
    if (add_whole(scan, state, data, n)) {
        needs &= ~(unsigned)PRONG_NEED_EXACT;
        /* Nothing else to do; under RAISE only where there is a NaN to find. */
        if (plan->needs == PRONG_NEED_EXACT && (plan->nan != PRONG_NAN_RAISE || exact_nans(scan, state) == 0))
            return 0;
    }
    if (plan->needs == 0 && plan->nan != PRONG_NAN_RAISE)
        return 0;
    for (uint64_t done = 0; done < n;) {
        struct prong_batch batch = { .n = n - done < PRONG_BATCH ? (size_t)(n - done) : PRONG_BATCH,
                                     .index = index + done };
        int outcome;
        prong_scan_read(scan->array, at, &batch, &scan->numbers);
        outcome = take(scan, state, &batch, needs, &nan);
        if (outcome)
            return outcome;
        at += batch.n * item;
        done += batch.n;
    }
    return 0;
}

static void stop_at_bad_number(struct prong_state *head, const struct prong_text_reader *reader)
{
    head->stop = PRONG_STOP_BAD_NUMBER;
    head->stop_line = reader->bad_line;
    head->stop_column = reader->bad_column;
    head->stop_why = reader->bad_why;
    memcpy(head->stop_token, reader->bad_token, sizeof head->stop_token);
}

int prong_scan_text(struct prong_scan *scan, void *state, struct prong_text_reader *reader)
{
    bool raise = scan->plan->nan == PRONG_NAN_RAISE;
    struct prong_state *head = state;
    size_t n, nan = 0;

    while ((n = prong_text_read(reader, scan->numbers.f, raise ? scan->places : NULL, PRONG_BATCH)) > 0) {
        struct prong_batch batch = { .n = n, .index = head->count, .f = scan->numbers.f };
        int outcome = take(scan, state, &batch, scan->plan->needs, &nan);
        head->count += n;
        if (outcome) {
            prong_text_place(reader, scan->places[nan], &head->stop_line, &head->stop_column);
            return outcome;
        }
    }
    if (reader->bad) {
        stop_at_bad_number(head, reader);
        return PRONG_FOLD_STOP;
    }
    head->newlines = reader->newlines;
    head->tail = reader->tail;
    head->bytes = (uint64_t)(reader->end - reader->begin);
    return 0;
}
