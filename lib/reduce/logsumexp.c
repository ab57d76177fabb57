/* SPDX-License-Identifier: MIT */
/* log Σ exp x as m + log Σ exp(x - m), m being the largest element, so that nothing overflows: a pass for m, and one for the
 * sum, whose terms are rounded and then summed exactly. */
#include "config.h"

#include "reduce/multi.h"
#include "reduce/tally.h"

#include <math.h>
#include <string.h>

enum { SUM_BYTES = 1024 };

struct max_partial {
    struct prong_pass_head head;
    uint64_t nans;
    uint64_t any; /* is there an element that is a number? */
    double max;   /* of those */
};

struct sum_partial {
    struct prong_pass_head head;
    uint64_t sum[SUM_BYTES / 8]; /* zeroes: nothing yet */
};

static void take_max(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                     struct prong_scratch *scratch, const void *params)
{
    struct max_partial *p = partial;

    (void)area;
    (void)scratch;
    (void)params;
    for (size_t i = 0; i < batch->n; i++) {
        double x = prong_batch_double(domain, batch, i);
        if (x != x) {
            p->nans++;
        } else if (!p->any || x > p->max) {
            p->max = x;
            p->any = 1;
        }
    }
}

static void join_max(void *into, const void *from, const void *params)
{
    struct max_partial *a = into;
    const struct max_partial *b = from;

    (void)params;
    a->nans += b->nans;
    if (b->any && (!a->any || b->max > a->max))
        a->max = b->max;
    a->any |= b->any;
}

static prong_exact *sum_of(struct sum_partial *p)
{
    if (prong_exact_powers((prong_exact *)(void *)p->sum) == 0)
        prong_exact_init((prong_exact *)(void *)p->sum, PRONG_POWER_SUM);
    return (prong_exact *)(void *)p->sum;
}

static void take_scaled(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                        struct prong_scratch *scratch, const void *params)
{
    double max, *to = scratch->others.f;
    size_t n = 0;

    (void)area;
    memcpy(&max, params, sizeof max);
    for (size_t i = 0; i < batch->n; i++) {
        double x = prong_batch_double(domain, batch, i);
        if (x == x)
            to[n++] = exp(x - max);
    }
    prong_exact_add_f64(sum_of(partial), scratch->adder, to, n);
}

static void join_scaled(void *into, const void *from, const void *params)
{
    struct sum_partial b;
    prong_status ignored;

    (void)params;
    memcpy(&b, from, sizeof b);
    ignored = prong_exact_merge(sum_of(into), sum_of(&b), NULL);
    (void)ignored; /* both hold the one power */
}

static double double_of_key(enum prong_domain domain, int64_t key)
{
    if (domain == PRONG_DOMAIN_F64)
        return prong_f64_of_key(key);
    return domain == PRONG_DOMAIN_I64 ? (double)key : (double)prong_u64_of_key(key);
}

/* The same from a tally: the largest is the last, and equal elements have equal terms. */
static void find_in_tally(const struct prong_multi *multi, double *result)
{
    const struct prong_tally *tally = multi->tally;
    struct sum_partial sum = { .sum = { 0 } };

    *result = tally->nans && multi->options->nan == PRONG_NAN_PROPAGATE ? (double)NAN
              : tally->count ? double_of_key(multi->domain, tally->entry[tally->count - 1].key)
                             : -HUGE_VAL;
    if (!isfinite(*result))
        return;
    for (size_t i = 0; i < tally->count; i++)
        prong_exact_add_times(sum_of(&sum), exp(double_of_key(multi->domain, tally->entry[i].key) - *result),
                              tally->entry[i].count);
    *result += log(prong_exact_result(sum_of(&sum), PRONG_Q_SUM, 0, PRONG_FORMAT_F64, 0));
}

void prong_logsumexp_room(struct prong_pool_room *room)
{
    if (room->partial_size < sizeof(struct sum_partial))
        room->partial_size = sizeof(struct sum_partial);
    if (room->ctx_size < sizeof(double))
        room->ctx_size = sizeof(double);
}

static prong_status find(struct prong_multi *multi, double *result, prong_error *err)
{
    struct max_partial max;
    struct sum_partial sum;
    struct prong_pass first = { .partial_size = sizeof max, .take = take_max, .combine = join_max };
    struct prong_pass second = { .partial_size = sizeof sum,
                                 .take = take_scaled,
                                 .combine = join_scaled,
                                 .params = &max.max,
                                 .params_size = sizeof max.max };
    prong_status status;

    if (multi->tally) {
        find_in_tally(multi, result);
        return PRONG_OK;
    }
    status = prong_pass_run(&multi->passes, &first, &max, err);
    if (status)
        return status;
    multi->head = max.head;
    multi->nans = max.nans;
    *result = max.nans && multi->options->nan == PRONG_NAN_PROPAGATE ? (double)NAN : max.any ? max.max : -HUGE_VAL;
    if (!isfinite(*result))
        return PRONG_OK;
    status = prong_pass_run(&multi->passes, &second, &sum, err);
    if (status == PRONG_OK)
        *result = max.max + log(prong_exact_result(sum_of(&sum), PRONG_Q_SUM, 0, PRONG_FORMAT_F64, 0));
    return status;
}

prong_status prong_logsumexp_values(struct prong_multi *multi, prong_error *err)
{
    prong_format format = multi->options->format;
    double x;
    prong_status status = find(multi, &x, err);

    for (size_t i = 0; i < multi->count && status == PRONG_OK; i++)
        if (prong_use_needs(&multi->uses[i], PRONG_NEED_SCALED))
            multi->values[i] = prong_value_number(prong_exact_round(x, format), format);
    return status;
}
