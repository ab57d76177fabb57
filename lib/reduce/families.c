/* SPDX-License-Identifier: MIT */
/* Families as bytes. What depends on the way in which parts were joined is left out or brought to one form, so that the same
 * elements give the same bytes whatever the way. What is read is believed in nothing: it comes from a file. */
#include "config.h"

#include "reduce/statefile.h"

#include "order/top.h"
#include "reduce/hist_kept.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum prong_order_domain order_of(enum prong_domain domain)
{
    struct prong_ranked what = { .domain = domain };
    return prong_order_domain_of(&what);
}

static void require(struct prong_codec *c, bool condition)
{
    if (!condition)
        c->bad = true;
}

/* An element that is not NaN. */
static void code_element(struct prong_codec *c, enum prong_domain domain, union prong_number *x)
{
    prong_code_u64(c, &x->u);
    require(c, domain != PRONG_DOMAIN_F64 || x->f == x->f);
}

static bool in_order(enum prong_domain domain, union prong_number low, union prong_number high)
{
    if (domain == PRONG_DOMAIN_F64)
        return low.f <= high.f;
    return domain == PRONG_DOMAIN_U64 ? low.u <= high.u : low.i <= high.i;
}

/* The largest magnitude without the sign, that of whichever came first: what norms need. An integer's as a negative number, which
 * all of them can be. */
static void canonical_magnitude(enum prong_domain domain, union prong_number *x)
{
    if (domain == PRONG_DOMAIN_F64)
        x->f = fabs(x->f);
    else if (domain == PRONG_DOMAIN_I64 && x->i > 0)
        x->u = -x->u;
}

/* Values without their places. */
static void code_extrema(struct prong_codec *c, enum prong_domain domain, uint64_t count, struct prong_extrema *x)
{
    struct prong_extrema values = { .n = x->n };

    if (!c->reading && x->n > 0) {
        values.min = x->min;
        values.max = x->max;
        values.absmax = x->absmax;
        canonical_magnitude(domain, &values.absmax);
    }
    prong_code_u64(c, &values.n);
    code_element(c, domain, &values.min);
    code_element(c, domain, &values.max);
    code_element(c, domain, &values.absmax);
    require(c, values.n <= count && in_order(domain, values.min, values.max));
    if (c->reading) {
        values.absmin = values.absmax;
        *x = values;
    }
}

static void code_place(struct prong_codec *c, uint64_t n, uint64_t count, uint64_t *index)
{
    prong_code_u64(c, index);
    require(c, n == 0 || *index < count);
}

static void code_part_extrema(struct prong_codec *c, enum prong_domain domain, uint64_t count, struct prong_extrema *x)
{
    prong_code_u64(c, &x->n);
    require(c, x->n <= count);
    code_element(c, domain, &x->min);
    code_element(c, domain, &x->max);
    code_element(c, domain, &x->absmin);
    code_element(c, domain, &x->absmax);
    require(c, in_order(domain, x->min, x->max));
    code_place(c, x->n, count, &x->argmin);
    code_place(c, x->n, count, &x->argmax);
    code_place(c, x->n, count, &x->absmin_index);
    code_place(c, x->n, count, &x->absmax_index);
}

static void code_part_ends(struct prong_codec *c, uint64_t count, struct prong_ends *x)
{
    prong_code_u64(c, &x->n);
    require(c, x->n <= count);
    prong_code_u64(c, &x->first.u);
    prong_code_u64(c, &x->last.u);
    code_place(c, x->n, count, &x->first_index);
    code_place(c, x->n, count, &x->last_index);
}

static void code_part(struct prong_codec *c, const struct prong_plan *plan, struct prong_part *part)
{
    prong_code_u64(c, &part->number);
    prong_code_u64(c, &part->count);
    prong_code_u64(c, &part->nans);
    require(c, part->nans <= part->count);
    code_place(c, part->nans, part->count, &part->first_nan);
    if (plan->needs & PRONG_NEED_EXTREMA)
        code_part_extrema(c, plan->domain, part->count, &part->extrema);
    if (plan->needs & PRONG_NEED_ENDS)
        code_part_ends(c, part->count, &part->ends);
}

/* The parts' numbers ascend, and their elements are all there are. */
static void check_parts(struct prong_codec *c, const struct prong_parts *parts, uint64_t count)
{
    uint64_t all = 0, before = 0;

    for (size_t i = 0; i < parts->count; i++) {
        require(c, parts->part[i].number > before && parts->part[i].number <= parts->of);
        require(c, !__builtin_add_overflow(all, parts->part[i].count, &all));
        before = parts->part[i].number;
    }
    require(c, parts->of == 0 || all == count);
}

enum { LEAST_PART_BYTES = 32 };

static void code_parts(struct prong_codec *c, const struct prong_plan *plan, uint64_t count, struct prong_parts *parts)
{
    uint64_t n = parts->count;

    prong_code_u64(c, &parts->of);
    prong_code_u64(c, &n);
    if (c->reading) {
        require(c, parts->of <= PRONG_MOST_PARTS && n <= parts->of && n <= c->left / LEAST_PART_BYTES);
        if (c->bad)
            return;
        parts->part = calloc((size_t)n + 1, sizeof *parts->part);
        require(c, parts->part != NULL);
        if (c->bad)
            return;
        parts->count = (size_t)n;
    }
    for (size_t i = 0; i < parts->count && !c->bad; i++)
        code_part(c, plan, &parts->part[i]);
    check_parts(c, parts, count);
}

static void code_bits(struct prong_codec *c, struct prong_bits *x)
{
    x->fractions = x->fractions != 0;
    prong_code_u64(c, &x->all);
    prong_code_u64(c, &x->any);
    prong_code_u64(c, &x->odd);
    prong_code_u64(c, &x->hash);
    prong_code_u64(c, &x->fractions);
    require(c, x->fractions <= 1);
}

static bool counts_agree(const prong_exact *s, uint64_t most)
{
    bool both = prong_exact_powers(s) & PRONG_POWER_WEIGHTED; /* inf * 0 is counted as either infinity */
    prong_exact_counts counts;

    prong_exact_count(s, &counts);
    return counts.n <= most && counts.nan <= counts.n && counts.pinf <= counts.n - counts.nan &&
           counts.ninf <= counts.n - counts.nan - (both ? 0 : counts.pinf) && counts.not_minus_zero <= counts.n;
}

/* In the form of lib/exact. The powers are the plan's; it may have seen so many elements. */
static void code_exact(struct prong_codec *c, unsigned powers, uint64_t count, prong_exact *s)
{
    size_t bytes = prong_exact_serial_size(powers);

    if (c->reading) {
        uint64_t memory[PRONG_EXACT_MAX_SIZE / 8];
        prong_exact *read = (prong_exact *)(void *)memory;
        const unsigned char *from = prong_code_take(c, bytes);
        require(c, from && prong_exact_deserialize(read, sizeof memory, from, bytes, NULL) == PRONG_OK);
        require(c, c->bad || (prong_exact_powers(read) == powers && counts_agree(read, count)));
        if (!c->bad)
            memcpy(s, read, prong_exact_size(powers));
    } else {
        unsigned char *to = prong_code_place(c, bytes);
        if (to)
            prong_exact_serialize(s, to);
    }
}

static bool is_key(enum prong_order_domain domain, int64_t key)
{
    return key >= prong_key_least(domain) && key <= prong_key_greatest(domain);
}

/* Keys from the front of the order to its end, without places. */
static void code_top(struct prong_codec *c, enum prong_order_domain domain, bool least, struct prong_top *top)
{
    struct prong_top_entry *entry = calloc(top->k, sizeof *entry);
    uint64_t n;

    require(c, entry != NULL);
    n = c->reading || c->bad ? 0 : prong_top_extract(top, least, entry);
    prong_code_u64(c, &n);
    require(c, n <= top->k);
    for (size_t i = 0; i < n && !c->bad; i++) {
        uint64_t word = (uint64_t)entry[i].key;
        union prong_order_value x;
        prong_code_u64(c, &word);
        entry[i].key = (int64_t)word;
        require(c, is_key(domain, entry[i].key));
        require(c, i == 0 || (least ? entry[i - 1].key <= entry[i].key : entry[i - 1].key >= entry[i].key));
        x = prong_value_of_key(domain, entry[i].key);
        if (c->reading && !c->bad)
            prong_top_add(top, domain, least, &x, 1, i);
    }
    free(entry);
}

static void check_entry(struct prong_codec *c, enum prong_order_domain domain, const struct prong_tally *tally,
                        size_t i, uint64_t *n)
{
    const struct prong_distinct_entry *entry = tally->entry;

    require(c, is_key(domain, entry[i].key) && entry[i].count > 0 && (i == 0 || entry[i - 1].key < entry[i].key));
    require(c, !__builtin_add_overflow(*n, entry[i].count, n));
}

static void code_tally(struct prong_codec *c, enum prong_order_domain domain, uint64_t count, struct prong_tally *tally)
{
    uint64_t n = 0, entries = tally->count;

    prong_code_u64(c, &tally->nans);
    prong_code_u64(c, &entries);
    if (c->reading) {
        require(c, entries <= c->left / sizeof(struct prong_distinct_entry));
        require(c, c->bad || prong_tally_reserve(tally, (size_t)entries));
        tally->count = c->bad ? 0 : (size_t)entries;
    }
    for (size_t i = 0; i < tally->count && !c->bad; i++) {
        uint64_t key = c->reading ? 0 : (uint64_t)tally->entry[i].key;
        prong_code_u64(c, &key);
        tally->entry[i].key = (int64_t)key;
        prong_code_u64(c, &tally->entry[i].count);
        check_entry(c, domain, tally, i, &n);
    }
    tally->n = n;
    require(c, tally->nans <= count && n == count - tally->nans);
}

static void code_head(struct prong_codec *c, struct prong_state *head)
{
    prong_code_u64(c, &head->count);
    prong_code_u64(c, &head->nans);
    prong_code_u64(c, &head->nonzero);
    prong_code_u64(c, &head->bytes);
    require(c, head->nans <= head->count && head->nonzero <= head->count);
}

void prong_code_families(struct prong_codec *c, struct prong_reduction *r, struct prong_parts *parts)
{
    const struct prong_plan *plan = &r->plan;
    struct prong_state *head = r->state;
    unsigned needs = plan->needs;

    code_head(c, head);
    code_parts(c, plan, head->count, parts);
    if (needs & PRONG_NEED_EXTREMA)
        code_extrema(c, plan->domain, head->count, prong_state_extrema(plan, head));
    if (needs & (PRONG_NEED_BITS | PRONG_NEED_HASH))
        code_bits(c, prong_state_bits(plan, head));
    if (needs & PRONG_NEED_LOGS)
        code_exact(c, PRONG_POWER_SUM, head->count, prong_state_logs(plan, head));
    if (needs & PRONG_NEED_INVERSES)
        code_exact(c, PRONG_POWER_SUM, head->count, prong_state_inverses(plan, head));
    if (needs & PRONG_NEED_EXACT)
        code_exact(c, plan->powers, head->count, prong_state_exact(plan, head));
    if (needs & PRONG_NEED_DOT)
        code_exact(c, PRONG_POWER_DOT, head->count, prong_state_dot(plan, head));
    if (plan->pair_powers)
        code_exact(c, plan->pair_powers, head->count, prong_state_pairs(plan, head));
    if (plan->top)
        code_top(c, order_of(plan->domain), false, prong_state_top(plan, head));
    if (plan->bottom)
        code_top(c, order_of(plan->domain), true, prong_state_bottom(plan, head));
    if (r->passes & PRONG_NEED_TALLY)
        code_tally(c, order_of(plan->domain), head->count, &r->tally);
    for (size_t i = 0; i < r->count && !c->bad; i++)
        if (r->uses[i].op->needs & PRONG_NEED_HISTOGRAM)
            prong_code_histogram(c, &r->values[i], head->count);
}
