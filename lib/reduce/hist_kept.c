/* SPDX-License-Identifier: MIT */
/* Histograms whose state is kept. With given edges, or a number of bins in a given range, an element's bin depends on nothing but
 * the element, so that counts of parts add up to those of the whole. The state of such a histogram is its value. */
#include "config.h"

#include "reduce/hist_kept.h"

#include "base/error.h"
#include "reduce/bins.h"

#include <string.h>

prong_status prong_histogram_keeps(const struct prong_op_use *use, const prong_reduce_options *options, prong_error *err)
{
    size_t ignored;

    if (options->edges)
        return PRONG_OK;
    if (!options->range_given)
        return prong_fail(err, PRONG_EOP,
                          "%s has no state without a range or edges (--range, --edges): its bins depend on all elements",
                          use->text);
    if (prong_bin_rule_of(prong_use_params(use), &ignored) != PRONG_BINS_NUMBER)
        return prong_fail(err, PRONG_EOP, "%s has no state: how many bins a rule finds depends on all elements; give a number",
                          use->text);
    return PRONG_OK;
}

void prong_histogram_clear(prong_value *value)
{
    prong_value none = { .kind = PRONG_KIND_INT };

    for (size_t i = 0; i < value->count; i++)
        prong_value_set_item(value, i, &none);
}

static bool same_edges(const prong_value *a, const prong_value *b)
{
    for (size_t i = 0; a->count == b->count && i <= a->count; i++)
        if (prong_value_edge(a, i) != prong_value_edge(b, i))
            return false;
    return a->count == b->count;
}

prong_status prong_histogram_match(const struct prong_op_use *use, const prong_value *a, const prong_value *b, prong_error *err)
{
    char text[4][48];
    const prong_value *both[] = { a, b };

    if (same_edges(a, b))
        return PRONG_OK;
    for (size_t i = 0; i < 4; i++) {
        const prong_value *of = both[i / 2];
        prong_value edge = prong_value_number(prong_value_edge(of, i % 2 ? of->count : 0), PRONG_FORMAT_F64);
        prong_value_string(&edge, text[i], sizeof text[i]);
    }
    return prong_fail(err, PRONG_EDATA,
                      "states of histograms with different edges: %s has %zu bins from %s to %s, and %zu from %s to %s",
                      use->text, a->count, text[0], text[1], b->count, text[2], text[3]);
}

void prong_histogram_join(prong_value *into, const prong_value *from)
{
    for (size_t i = 0; i < into->count; i++) {
        prong_value sum = prong_value_item(into, i), more = prong_value_item(from, i);
        sum.low += more.low;
        prong_value_set_item(into, i, &sum);
    }
}

/* Bins of a state that was read ascend, and hold no more than there are elements. */
static void check(struct prong_codec *c, const prong_value *value, uint64_t elements)
{
    uint64_t all = 0;

    for (size_t i = 0; i < value->count; i++) {
        if (!(prong_value_edge(value, i) <= prong_value_edge(value, i + 1)) ||
            __builtin_add_overflow(all, prong_value_item(value, i).low, &all))
            c->bad = true;
    }
    if (all > elements)
        c->bad = true;
}

void prong_code_histogram(struct prong_codec *c, prong_value *value, uint64_t elements)
{
    uint64_t bins = value->count;

    prong_code_u64(c, &bins);
    if (c->reading) {
        c->bad = c->bad || bins == 0 || bins > c->left / (2 * sizeof(uint64_t)) ||
                 prong_value_list(value, PRONG_KIND_HISTOGRAM, (size_t)bins, PRONG_FORMAT_F64, NULL) != PRONG_OK;
    }
    for (size_t i = 0; i <= bins && !c->bad; i++) {
        uint64_t word;
        memcpy(&word, &value->items->edges[i], sizeof word);
        prong_code_u64(c, &word);
        memcpy(&value->items->edges[i], &word, sizeof word);
    }
    for (size_t i = 0; i < bins && !c->bad; i++) {
        prong_value n = prong_value_item(value, i);
        prong_code_u64(c, &n.low);
        prong_value_set_item(value, i, &n);
    }
    if (c->reading && !c->bad)
        check(c, value, elements);
}
