/* SPDX-License-Identifier: MIT */
/* Reductions whose state is kept: which operations have one, joining two, and values from what was joined. */
#include "config.h"

#include "reduce/reduction.h"

#include "base/error.h"
#include "reduce/hist_kept.h"

#include <stdlib.h>
#include <string.h>

/* The families that a state can be made of. */
static const unsigned known = PRONG_NEED_EXACT | PRONG_NEED_EXTREMA | PRONG_NEED_ENDS | PRONG_NEED_NONZERO | PRONG_NEED_NANS |
                              PRONG_NEED_TWO | PRONG_NEED_BITS | PRONG_NEED_HASH | PRONG_NEED_LOGS | PRONG_NEED_INVERSES |
                              PRONG_NEED_TOP | PRONG_NEED_ORDER | PRONG_NEED_DISTINCT | PRONG_NEED_SCALED |
                              PRONG_NEED_HISTOGRAM;

bool prong_op_has_state(const struct prong_op *op)
{
    return !op->in_order && !(op->needs & ~known);
}

static prong_status check_use(const struct prong_op_use *use, uint64_t parts, prong_error *err)
{
    if (use->op->in_order)
        return prong_fail(err, PRONG_EOP, "%s has no state: its parts can be joined in their order only", use->text);
    if (!prong_op_has_state(use->op))
        return prong_fail(err, PRONG_EOP, "%s has no state: its parts must know all elements", use->text);
    if (parts == 0 && prong_op_needs_place(use->op))
        return prong_fail(err, PRONG_EOP,
                          "%s depends on where elements are in the whole: say which part of it this is (--part K/N)",
                          use->text);
    return PRONG_OK;
}

/* Histograms of nothing, whose edges are those of all parts. */
static prong_status make_histograms(struct prong_reduction *r, prong_error *err)
{
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < r->count && status == PRONG_OK; i++) {
        if (!prong_use_needs(&r->uses[i], PRONG_NEED_HISTOGRAM))
            continue;
        status = prong_histogram_keeps(&r->uses[i], &r->options, err);
        if (status == PRONG_OK)
            status = prong_histogram_blank(&r->uses[i], &r->options, &r->values[i], err);
    }
    return status;
}

prong_status prong_reduction_keep(prong_reduction *r, uint64_t part, uint64_t parts, prong_error *err)
{
    prong_status status = prong_reduction_keep_loaded(r, part, parts, err);

    if (status)
        return status;
    status = make_histograms(r, err);
    if (status == PRONG_OK)
        return status;
    for (size_t i = 0; i < r->count; i++)
        prong_value_free(&r->values[i]);
    r->keeps = false;
    r->part = r->parts.of = 0;
    return status;
}

prong_status prong_reduction_keep_loaded(prong_reduction *r, uint64_t part, uint64_t parts, prong_error *err)
{
    if (r->plan.domain != PRONG_DOMAIN_NONE || r->keeps)
        return prong_fail(err, PRONG_EINVAL, "prong_reduction_keep comes once, and before anything is added");
    if (parts > PRONG_MOST_PARTS || part > parts || (part == 0) != (parts == 0))
        return prong_fail(err, PRONG_EINVAL, "part %llu of %llu: parts are counted from 1, and at most %d",
                          (unsigned long long)part, (unsigned long long)parts, PRONG_MOST_PARTS);
    for (size_t i = 0; i < r->count; i++) {
        prong_status status = check_use(&r->uses[i], parts, err);
        if (status)
            return status;
    }
    r->keeps = true;
    r->part = part;
    r->parts.of = parts;
    return PRONG_OK;
}

struct prong_parts prong_reduction_parts(const struct prong_reduction *r, struct prong_part *own)
{
    if (r->merged || r->parts.of == 0)
        return r->parts;
    *own = prong_part_of(&r->plan, r->part, r->state);
    return (struct prong_parts){ .of = r->parts.of, .count = 1, .part = own };
}

/* ---- Joining ---- */

static prong_status check_uses(const struct prong_reduction *a, const struct prong_reduction *b, prong_error *err)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = strcmp(a->uses[i].text, b->uses[i].text) == 0;
    return same ? PRONG_OK : prong_fail(err, PRONG_EDATA, "states of different operations");
}

static prong_status check_match(const struct prong_reduction *a, const struct prong_reduction *b, prong_error *err)
{
    const prong_reduce_options *x = &a->options, *y = &b->options;
    prong_status status = check_uses(a, b, err);

    if (status)
        return status;
    if (((a->plan.needs ^ b->plan.needs) & PRONG_NEED_WEIGHTED) != 0)
        return prong_fail(err, PRONG_EDATA, "states with weights and without");
    if (x->nan != y->nan)
        return prong_fail(err, PRONG_EDATA, "states with different NaN policies");
    if (x->ddof != y->ddof || x->format != y->format || x->format_given != y->format_given || x->method != y->method)
        return prong_fail(err, PRONG_EDATA, "states with different options (ddof, type of results, or method)");
    if (a->plan.domain != b->plan.domain && a->plan.domain != PRONG_DOMAIN_NONE && b->plan.domain != PRONG_DOMAIN_NONE)
        return prong_fail(err, PRONG_EDATA, "states of elements that do not compare: %s and %s",
                          prong_dtype_name((prong_dtype)a->dtype),
                          prong_dtype_name((prong_dtype)b->dtype));
    if (a->parts.of != b->parts.of)
        return prong_fail(err, PRONG_EDATA, "states of wholes of %llu and of %llu parts (0: parts without numbers)",
                          (unsigned long long)a->parts.of, (unsigned long long)b->parts.of);
    if (((const struct prong_state *)a->state)->count + ((const struct prong_state *)b->state)->count <
        ((const struct prong_state *)a->state)->count)
        return prong_fail(err, PRONG_EDATA, "more elements than can be counted");
    for (size_t i = 0; i < a->count && status == PRONG_OK; i++)
        if (prong_use_needs(&a->uses[i], PRONG_NEED_HISTOGRAM))
            status = prong_histogram_match(&a->uses[i], &a->values[i], &b->values[i], err);
    return status;
}

/* The tally of both, within the memory limit. */
static prong_status join_tallies(const struct prong_reduction *a, const struct prong_reduction *b, struct prong_tally *both,
                                 prong_error *err)
{
    uint64_t most = prong_multi_most_entries(&a->options);
    prong_status status = prong_tally_merge(both, &a->tally, UINT64_MAX, err);

    return status ? status : prong_tally_merge(both, &b->tally, most, err);
}

static void commit(struct prong_reduction *into, const struct prong_reduction *from, void *state, struct prong_tally *tally,
                   struct prong_parts *parts)
{
    free(into->state);
    into->state = state;
    prong_tally_free(&into->tally);
    into->tally = *tally;
    prong_parts_free(&into->parts);
    into->parts = *parts;
    into->merged = true;
    for (size_t i = 0; i < into->count; i++)
        if (prong_use_needs(&into->uses[i], PRONG_NEED_HISTOGRAM))
            prong_histogram_join(&into->values[i], &from->values[i]);
    if (into->plan.domain == PRONG_DOMAIN_NONE)
        into->plan.domain = from->plan.domain;
    if (into->dtype < from->dtype)
        into->dtype = from->dtype;
}

prong_status prong_reduction_merge(prong_reduction *into, const prong_reduction *from, prong_error *err)
{
    struct prong_plan plan = into->plan;
    struct prong_part own, others;
    struct prong_parts mine = prong_reduction_parts(into, &own), theirs = prong_reduction_parts(from, &others);
    struct prong_parts parts = { .of = mine.of };
    struct prong_tally tally = { .n = 0 };
    void *state = NULL;
    prong_status status;

    if (!into->keeps || !from->keeps)
        return prong_fail(err, PRONG_EINVAL, "only what keeps its state can be merged: prong_reduction_keep");
    status = check_match(into, from, err);
    if (status)
        return status;
    if (plan.domain == PRONG_DOMAIN_NONE)
        plan.domain = from->plan.domain;
    state = malloc(plan.size);
    if (!state)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a state", plan.size);
    memcpy(state, into->state, plan.size);
    prong_state_combine(&plan, state, from->state, ((struct prong_state *)state)->count);
    status = prong_parts_merge(&parts, &mine, err);
    if (status == PRONG_OK)
        status = prong_parts_merge(&parts, &theirs, err);
    if (status == PRONG_OK && (into->passes & PRONG_NEED_TALLY))
        status = join_tallies(into, from, &tally, err);
    if (status == PRONG_OK) {
        commit(into, from, state, &tally, &parts);
        return PRONG_OK;
    }
    prong_tally_free(&tally);
    prong_parts_free(&parts);
    free(state);
    return status;
}

/* ---- Values ---- */

static prong_status value_by_place(const struct prong_reduction *r, const struct prong_op_use *use, prong_value *value,
                                   prong_error *err)
{
    struct prong_part own;
    struct prong_parts parts = prong_reduction_parts(r, &own);
    void *state = malloc(r->plan.size);
    prong_status status;

    if (!state)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a state", r->plan.size);
    memcpy(state, r->state, r->plan.size);
    status = prong_parts_settle(&parts, &r->plan, state, err);
    if (status == PRONG_OK)
        status = prong_finish(&r->plan, state, use->op, &r->options, value, err);
    free(state);
    return status;
}

prong_status prong_kept_value(const struct prong_reduction *r, const struct prong_op_use *use, prong_value *value,
                              prong_error *err)
{
    prong_value found = { .kind = PRONG_KIND_F64 };
    struct prong_multi multi = { .passes = { .scratch = r->scratch },
                                 .tally = &r->tally,
                                 .domain = r->plan.domain,
                                 .options = &r->options,
                                 .uses = use,
                                 .count = 1,
                                 .values = &found };
    prong_status status;

    if (prong_op_needs_place(use->op))
        return value_by_place(r, use, value, err);
    if (prong_use_needs(use, PRONG_NEED_HISTOGRAM))
        return prong_value_copy(value, &r->values[use - r->uses], err);
    status = prong_finish(&r->plan, r->state, use->op, &r->options, value, err);
    if (status || !(use->op->needs & PRONG_NEED_PASSES))
        return status;
    status = prong_multi_from_memory(&multi, use->op->needs, err);
    if (status)
        prong_value_free(&found);
    else
        *value = found;
    return status;
}

/* ---- Options ---- */

void prong_reduction_options(const prong_reduction *r, prong_reduce_options *options)
{
    size_t size = options->size;

    memcpy(options, &r->options, size < sizeof r->options ? size : sizeof r->options);
    options->size = size;
}

prong_status prong_reduction_set_options(prong_reduction *r, const prong_reduce_options *options, prong_error *err)
{
    prong_reduce_options all = r->options;

    if (!r->keeps)
        return prong_fail(err, PRONG_EINVAL, "only where the state is kept: prong_reduction_keep");
    memcpy(&all, options, options->size < sizeof all ? options->size : sizeof all);
    if (all.nan != r->options.nan)
        return prong_fail(err, PRONG_EINVAL, "the state was made with another NaN policy");
    if ((unsigned)all.format > PRONG_FORMAT_BF16 || !prong_method_name((int)all.method))
        return prong_fail(err, PRONG_EINVAL, "unknown format or method");
    r->options.ddof = all.ddof;
    r->options.format = all.format;
    r->options.format_given = all.format_given;
    r->options.method = all.method;
    r->options.memory_limit = all.memory_limit;
    return PRONG_OK;
}

int prong_reduction_dtype(const prong_reduction *r)
{
    return r->dtype;
}
