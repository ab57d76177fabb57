/* SPDX-License-Identifier: MIT */
/* Products of two arrays, exactly. Doubles go to lib/exact as they are. An integer beyond 2^53 is no double, so it is cut
 * into its upper part, a multiple of 2^32, and its lower 32 bits, which are: a product of two such is the sum of four. */
#include "config.h"

#include "reduce/scan.h"

#include <math.h>

struct halves {
    double high, low;
};

static struct halves split(enum prong_domain domain, const struct prong_batch *batch, size_t i)
{
    if (domain == PRONG_DOMAIN_I64)
        return (struct halves){ (double)(batch->i[i] & ~INT64_C(0xffffffff)), (double)(uint32_t)batch->i[i] };
    if (domain == PRONG_DOMAIN_U64)
        return (struct halves){ (double)(batch->u[i] & ~UINT64_C(0xffffffff)), (double)(uint32_t)batch->u[i] };
    return (struct halves){ batch->f[i], 0 };
}

/* Makes doubles of a batch where every element is one. room may be where the batch is. */
static bool to_doubles(enum prong_domain domain, struct prong_batch *batch, union prong_numbers *room)
{
    const uint64_t most = UINT64_C(1) << 53;
    bool exact = true;

    if (domain == PRONG_DOMAIN_F64)
        return true;
    for (size_t i = 0; i < batch->n; i++)
        exact &= domain == PRONG_DOMAIN_I64 ? (uint64_t)batch->i[i] + most <= 2 * most : batch->u[i] <= most;
    if (!exact)
        return false;
    for (size_t i = 0; i < batch->n; i++)
        room->f[i] = domain == PRONG_DOMAIN_I64 ? (double)batch->i[i] : (double)batch->u[i];
    batch->f = room->f;
    return true;
}

/* One pair in which an integer may be large. An infinity or a NaN meets the integer whole: its halves might be 0. */
static void add_pair(prong_exact *dot, prong_adder *adder, struct halves x, struct halves y)
{
    double a[4] = { x.high, x.high, x.low, x.low }, b[4] = { y.high, y.low, y.high, y.low };

    if (isfinite(x.high) && isfinite(y.high)) {
        prong_exact_add_dot_f64(dot, adder, a, b, 4);
        return;
    }
    a[0] = x.high + x.low;
    b[0] = y.high + y.low;
    prong_exact_add_dot_f64(dot, adder, a, b, 1);
}

static uint64_t nans_of(const prong_exact *dot)
{
    prong_exact_counts counts;

    prong_exact_count(dot, &counts);
    return counts.nan;
}

static void add_batch(prong_exact *dot, prong_adder *adder, enum prong_domain dx, struct prong_batch *x,
                      union prong_numbers *rx, enum prong_domain dy, struct prong_batch *y, union prong_numbers *ry)
{
    bool plain_x = to_doubles(dx, x, rx), plain_y = to_doubles(dy, y, ry);

    if (plain_x && plain_y) {
        prong_exact_add_dot_f64(dot, adder, x->f, y->f, x->n);
        return;
    }
    for (size_t i = 0; i < x->n; i++)
        add_pair(dot, adder, split(plain_x ? PRONG_DOMAIN_F64 : dx, x, i), split(plain_y ? PRONG_DOMAIN_F64 : dy, y, i));
}

int prong_scan_pairs(const struct prong_plan *plan, const struct prong_reader *reader, void *state,
                     struct prong_batch *batch)
{
    const struct prong_source *source = reader->source;
    struct prong_scratch *scratch = reader->scratch;
    struct prong_batch other = { .n = batch->n, .f = batch->other.f };
    prong_exact *dot = prong_state_dot(plan, state);
    struct prong_state *head = state;
    size_t i = 0;

    add_batch(dot, scratch->adder, source->domain, batch, &scratch->numbers, source->other_domain, &other, &scratch->others);
    if (plan->nan != PRONG_NAN_RAISE || nans_of(dot) == 0)
        return 0;
    while (i + 1 < batch->n && !isnan(batch->f[i] * other.f[i]))
        i++;
    head->stop = PRONG_STOP_NAN;
    head->stop_index = prong_batch_index(batch, i);
    return PRONG_FOLD_STOP;
}
