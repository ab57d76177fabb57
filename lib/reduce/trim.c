/* SPDX-License-Identifier: MIT */
/* A trimmed mean, once the bounds of what is kept are known: the exact sum of the elements strictly between them, and of so many
 * equal to a bound as the ranks say, rounded once. */
#include "config.h"

#include "reduce/trim.h"

#include "base/error.h"
#include "order/keys.h"
#include "reduce/tally.h"

#include <string.h>

enum { SUM_BYTES = 1024 };

struct trim_partial {
    struct prong_pass_head head;
    uint64_t below_lower, at_lower, inside;
    uint64_t sum[SUM_BYTES / 8]; /* of those inside */
};

static prong_exact *sum_of(struct trim_partial *partial)
{
    return (prong_exact *)(void *)partial->sum;
}

static int64_t key_at(enum prong_domain domain, const struct prong_batch *batch, size_t i)
{
    if (domain == PRONG_DOMAIN_F64)
        return prong_key_of_f64(batch->f[i]);
    return domain == PRONG_DOMAIN_U64 ? prong_key_of_u64(batch->u[i]) : batch->i[i];
}

static void take_trimmed(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                         struct prong_scratch *scratch, const void *params)
{
    const struct prong_trim *trim = params;
    struct trim_partial *p = partial;
    size_t inside = 0;

    (void)area;
    if (prong_exact_powers(sum_of(p)) == 0)
        prong_exact_init(sum_of(p), PRONG_POWER_SUM);
    for (size_t i = 0; i < batch->n; i++) {
        int64_t key;
        if (domain == PRONG_DOMAIN_F64 && batch->f[i] != batch->f[i])
            continue;
        key = key_at(domain, batch, i);
        p->below_lower += key < trim->lower;
        p->at_lower += key == trim->lower;
        scratch->others.u[inside] = batch->u[i];
        inside += key > trim->lower && key < trim->upper;
    }
    p->inside += inside;
    if (domain == PRONG_DOMAIN_F64)
        prong_exact_add_f64(sum_of(p), scratch->adder, scratch->others.f, inside);
    else if (domain == PRONG_DOMAIN_I64)
        prong_exact_add_i64(sum_of(p), scratch->adder, scratch->others.i, inside);
    else
        prong_exact_add_u64(sum_of(p), scratch->adder, scratch->others.u, inside);
}

static void join_trimmed(void *into, const void *from, const void *params)
{
    struct trim_partial *a = into;
    struct trim_partial b;
    prong_status ignored;

    (void)params;
    memcpy(&b, from, sizeof b);
    a->below_lower += b.below_lower;
    a->at_lower += b.at_lower;
    a->inside += b.inside;
    if (prong_exact_powers(sum_of(&b)) == 0)
        return;
    if (prong_exact_powers(sum_of(a)) == 0)
        prong_exact_init(sum_of(a), PRONG_POWER_SUM);
    ignored = prong_exact_merge(sum_of(a), sum_of(&b), NULL);
    (void)ignored; /* both hold the one power */
}

/* The element of a key, as often as it is kept. An integer may be no double: its halves are. */
static void add_bound(prong_exact *sum, enum prong_domain domain, int64_t key, uint64_t times)
{
    uint64_t word;

    if (domain == PRONG_DOMAIN_F64) {
        prong_exact_add_times(sum, prong_f64_of_key(key), times);
        return;
    }
    word = domain == PRONG_DOMAIN_U64 ? prong_u64_of_key(key) : (uint64_t)key;
    prong_exact_add_times(sum, (double)(uint32_t)word, times);
    word &= ~UINT64_C(0xffffffff);
    prong_exact_add_times(sum, domain == PRONG_DOMAIN_U64 ? (double)word : (double)(int64_t)word, times);
}

/* The sum of the elements between the cuts, whose number is known of each value. */
static void add_tally(prong_exact *sum, const struct prong_tally *tally, const struct prong_trim *trim)
{
    uint64_t below = 0, end = tally->n - trim->cut;

    for (size_t i = 0; i < tally->count && below < end; i++) {
        uint64_t first = below > trim->cut ? below : trim->cut, next = below + tally->entry[i].count;
        uint64_t last = next < end ? next : end;
        if (last > first)
            add_bound(sum, trim->domain, tally->entry[i].key, last - first);
        below = next;
    }
}

void prong_trim_room(struct prong_pool_room *room)
{
    if (room->partial_size < sizeof(struct trim_partial))
        room->partial_size = sizeof(struct trim_partial);
    if (room->ctx_size < sizeof(struct prong_trim))
        room->ctx_size = sizeof(struct prong_trim);
}

prong_status prong_trimmed_mean(struct prong_multi *multi, const struct prong_trim *trim, uint64_t n, prong_value *value,
                                prong_error *err)
{
    uint64_t memory[SUM_BYTES / 8], kept = n - 2 * trim->cut, at_lower;
    prong_exact *count = (prong_exact *)(void *)memory;
    prong_format format = multi->options->format;
    struct trim_partial whole = { .inside = 0 };
    struct prong_pass pass = { .partial_size = sizeof whole,
                               .take = take_trimmed,
                               .combine = join_trimmed,
                               .params = trim,
                               .params_size = sizeof *trim };
    prong_status status = multi->tally ? PRONG_OK : prong_pass_run(&multi->passes, &pass, &whole, err);

    if (status)
        return status;
    if (prong_exact_powers(sum_of(&whole)) == 0)
        prong_exact_init(sum_of(&whole), PRONG_POWER_SUM);
    if (multi->tally) {
        add_tally(sum_of(&whole), multi->tally, trim);
    } else {
        at_lower = trim->lower == trim->upper ? kept : whole.below_lower + whole.at_lower - trim->cut;
        add_bound(sum_of(&whole), trim->domain, trim->lower, at_lower);
        add_bound(sum_of(&whole), trim->domain, trim->upper, kept - whole.inside - at_lower);
    }
    /* The number of elements as two sums of doubles: it may have more than 53 bits. */
    prong_exact_init(count, PRONG_POWER_SUM);
    prong_exact_add_times(count, 1.0, kept);
    *value = prong_value_number(prong_exact_ratio(sum_of(&whole), count, format), format);
    return PRONG_OK;
}
