/* SPDX-License-Identifier: MIT */
/* Reductions: what is asked for, what has been added, and what it came to.
 *
 *     add     one run for each array, whose state is joined to the others'                        (add.c)
 *     passes  for operations that need more than one: a pool that stays, and a pass after the other (multi.c)
 *     value   from the state, or from what the passes have found                                  (finish.c)
 *     keep    the state for files and for joining it to others; passes then make a tally          (keep.c, statefile.c) */
#include "config.h"

#include "base/error.h"
#include "pool/options.h"
#include "reduce/add.h"
#include "reduce/companions.h"
#include "reduce/hist_kept.h"
#include "reduce/reduction.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

prong_status prong_reduce_options_resolve(prong_reduce_options *out, const prong_reduce_options *options, prong_error *err)
{
    static const prong_reduce_options defaults = PRONG_REDUCE_OPTIONS_INIT;

    *out = defaults;
    if (!options)
        return PRONG_OK;
    if (options->size < sizeof options->size || options->size > 4096)
        return prong_fail(err, PRONG_EINVAL, "options.size is %zu: use PRONG_REDUCE_OPTIONS_INIT", options->size);
    memcpy(out, options, options->size < sizeof *out ? options->size : sizeof *out);
    out->size = sizeof *out;
    if ((unsigned)out->nan > PRONG_NAN_RAISE || (unsigned)out->format > PRONG_FORMAT_BF16)
        return prong_fail(err, PRONG_EINVAL, "unknown NaN policy or format");
    return PRONG_OK;
}

prong_status prong_reduction_make(prong_reduction **out, const char *operations, const prong_reduce_options *options,
                                  bool weighted, prong_error *err)
{
    prong_reduction *r = calloc(1, sizeof *r);
    prong_status status;

    *out = NULL;
    if (!r)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes", sizeof *r);
    r->owner = getpid();
    r->dtype = -1;
    status = prong_reduce_options_resolve(&r->options, options, err);
    if (status == PRONG_OK && !operations)
        status = prong_fail(err, PRONG_EINVAL, "operations is NULL");
    if (status == PRONG_OK)
        status = prong_ops_parse(operations, &r->uses, &r->count, err);
    if (status)
        goto fail;
    r->passes = prong_plan_make(&r->plan, r->uses, r->count, &r->options, weighted);
    status = prong_companions_check(r->uses, r->count, weighted, err);
    if (status == PRONG_OK)
        status = prong_multi_check(r->uses, r->count, &r->options, err);
    if (status)
        goto fail;
    r->state = malloc(r->plan.size);
    r->scratch = calloc(1, sizeof *r->scratch);
    r->values = calloc(r->count, sizeof *r->values);
    if (!r->state || !r->scratch || !r->values || !(r->scratch->adder = prong_adder_create())) {
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for a state", r->plan.size);
        goto fail;
    }
    prong_state_init(&r->plan, r->state);
    *out = r;
    return PRONG_OK;
fail:
    prong_reduction_free(r);
    return status;
}

prong_status prong_reduction_create(prong_reduction **out, const char *operations, const prong_reduce_options *options,
                                    prong_error *err)
{
    prong_reduce_options resolved;

    *out = NULL;
    if (prong_reduce_options_resolve(&resolved, options, NULL))
        resolved.weights = NULL;
    return prong_reduction_make(out, operations, options, resolved.weights != NULL, err);
}

static void forget_values(struct prong_reduction *r)
{
    for (size_t i = 0; r->values && i < r->count; i++) {
        prong_value_free(&r->values[i]);
        r->values[i] = (prong_value){ .kind = PRONG_KIND_F64 };
    }
    r->complete = false;
}

void prong_reduction_free(prong_reduction *r)
{
    if (!r)
        return;
    forget_values(r);
    if (r->scratch)
        prong_adder_destroy(r->scratch->adder);
    free(r->scratch);
    free(r->values);
    free(r->state);
    prong_tally_free(&r->tally);
    prong_parts_free(&r->parts);
    prong_op_uses_free(r->uses, r->count);
    free(r);
}

size_t prong_reduction_count(const prong_reduction *r)
{
    return r->count;
}

const char *prong_reduction_text(const prong_reduction *r, size_t i)
{
    return r->uses[i].text;
}

const char *prong_reduction_name(const prong_reduction *r, size_t i)
{
    return r->uses[i].op->name;
}

const char *prong_reduction_params(const prong_reduction *r, size_t i)
{
    return r->uses[i].params;
}

uint64_t prong_reduction_elements(const prong_reduction *r)
{
    return ((const struct prong_state *)r->state)->count;
}

uint64_t prong_reduction_bytes(const prong_reduction *r)
{
    return ((const struct prong_state *)r->state)->bytes;
}

void prong_reduction_reset(prong_reduction *r)
{
    uint64_t parts = r->parts.of;

    if (r->keeps)
        for (size_t i = 0; i < r->count; i++)
            prong_histogram_clear(&r->values[i]);
    else
        forget_values(r);
    r->plan.domain = PRONG_DOMAIN_NONE;
    prong_state_init(&r->plan, r->state);
    r->dtype = -1;
    prong_tally_free(&r->tally);
    prong_parts_free(&r->parts);
    r->parts.of = parts;
}

/* ---- Adding ---- */

/* What one call adds, apart from what was there before, so that a failure leaves that as it was. */
struct addition {
    struct prong_source *sources;
    size_t count;
    struct prong_plan plan;
    struct prong_state *state, *part;
    prong_value *values;
    struct prong_tally tally; /* instead of values, where the state is kept */
    int dtype;
    prong_options run;
    prong_stats stats; /* of all runs */
};

/* One run for each source. */
static prong_status add_states(const struct prong_reduction *r, struct addition *a, prong_error *err)
{
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < a->count && status == PRONG_OK; i++) {
        prong_stats one = { .size = sizeof one };
        a->run.stats = &one;
        status = prong_add_source(&a->plan, &a->sources[i], r->scratch, r->options.grain, &a->run, a->part, err);
        prong_stats_add(&a->stats, &one);
        if (status == PRONG_OK)
            prong_state_combine(&a->plan, a->state, a->part, a->state->count);
    }
    return status;
}

/* Passes can be made over what is in memory or mapped: pipes are read to their end first. */
static prong_status spool(const struct prong_reduction *r, struct addition *a, prong_error *err)
{
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < a->count && status == PRONG_OK; i++)
        if (prong_array_is_stream(a->sources[i].array))
            status = prong_array_spool(a->sources[i].array, prong_multi_memory(&r->options), a->run.cancel, a->run.timeout, err);
    return status;
}

/* The tally of all that was added, with room in the limit for what there was before. */
static prong_status add_tally(const struct prong_reduction *r, struct addition *a, struct prong_multi *multi, prong_error *err)
{
    prong_status status = prong_multi_tally(multi, &a->tally, err);

    return status ? status : prong_tally_merge(&a->tally, &r->tally, prong_multi_most_entries(&r->options), err);
}

/* counted: the states have counted the elements already. */
static prong_status add_passes(const struct prong_reduction *r, struct addition *a, bool counted, prong_error *err)
{
    struct prong_multi multi = { .passes = { .sources = a->sources,
                                             .count = a->count,
                                             .scratch = r->scratch,
                                             .grain = r->options.grain,
                                             .run = &a->run },
                                 .domain = a->plan.domain,
                                 .options = &r->options,
                                 .uses = r->uses,
                                 .count = r->count,
                                 .values = a->values };
    prong_status status = PRONG_OK;

    if (counted) {
        multi.nans = prong_state_nans(&a->plan, a->state);
        if (a->plan.needs & PRONG_NEED_EXTREMA)
            multi.extrema = prong_state_extrema(&a->plan, a->state);
    }
    if (r->keeps && (r->passes & PRONG_NEED_TALLY)) {
        status = add_tally(r, a, &multi, err);
        prong_stats_add(&a->stats, &multi.passes.stats);
        multi.passes.stats = (prong_stats){ .size = sizeof multi.passes.stats };
    }
    if (status == PRONG_OK && (!r->keeps || (r->passes & PRONG_NEED_HISTOGRAM))) {
        status = prong_multi_values(&multi, r->keeps ? PRONG_NEED_HISTOGRAM : r->passes, err);
        prong_stats_add(&a->stats, &multi.passes.stats);
    }
    if (status == PRONG_OK && !counted) {
        a->state->count += multi.head.n;
        a->state->bytes += multi.head.bytes;
        a->state->nans += multi.nans;
    }
    return status;
}

static prong_status add_prepared(struct prong_reduction *r, struct addition *a, prong_error *err)
{
    /* What only passes are wanted for is not read once more, but for a NaN that must be refused with its place. */
    bool states = a->plan.needs || !r->passes || a->plan.nan == PRONG_NAN_RAISE;
    prong_status status = PRONG_OK;

    if (r->passes)
        status = spool(r, a, err);
    if (status == PRONG_OK && states)
        status = add_states(r, a, err);
    if (status == PRONG_OK && r->passes)
        status = add_passes(r, a, states, err);
    /* A pass met a token that is no number: a run that counts lines says where. */
    if (status == PRONG_EDATA && r->passes && !states) {
        prong_status where = add_states(r, a, err);
        status = where ? where : status;
    }
    return status;
}

static void give_stats(prong_stats *out, const prong_stats *all)
{
    size_t size = out->size;

    memcpy(out, all, size && size < sizeof *all ? size : sizeof *all);
    out->size = size;
}

static void commit(struct prong_reduction *r, struct addition *a)
{
    void *state = r->state;

    r->state = a->state;
    a->state = state;
    r->plan.domain = a->plan.domain;
    r->dtype = a->dtype;
    if (r->keeps && r->passes) {
        prong_tally_free(&r->tally);
        r->tally = a->tally;
        a->tally = (struct prong_tally){ .n = 0 };
        for (size_t i = 0; i < r->count; i++)
            if (prong_use_needs(&r->uses[i], PRONG_NEED_HISTOGRAM))
                prong_histogram_join(&r->values[i], &a->values[i]);
        return;
    }
    for (size_t i = 0; i < r->count && r->passes; i++) {
        r->values[i] = a->values[i];
        a->values[i] = (prong_value){ .kind = PRONG_KIND_F64 };
    }
    r->complete = r->passes != 0;
}

static prong_status check_addition(const struct prong_reduction *r, const struct addition *a, prong_error *err)
{
    if (r->owner != getpid())
        return prong_fail(err, PRONG_EFORKED, "%s", "");
    if (r->merged)
        return prong_fail(err, PRONG_EINVAL, "nothing can be added to what was loaded or merged, but by merging");
    if (r->complete)
        return prong_fail(err, PRONG_EINVAL, "quantiles, distinct values and histograms need all arrays in one call");
    for (size_t i = 0; i < a->count; i++)
        if (prong_reduction_columns(r) != (a->sources[i].other ? 2 : 1))
            return prong_fail(err, PRONG_EINVAL, "the operations take %s", a->sources[i].other ? "one array" : "two arrays");
    return PRONG_OK;
}

/* Adds the sources, all or nothing. */
static prong_status add(struct prong_reduction *r, struct prong_source *sources, size_t count, prong_error *err)
{
    struct addition a = { .sources = sources, .count = count, .plan = r->plan, .dtype = r->dtype,
                          .stats = { .size = sizeof a.stats } };
    prong_status status = check_addition(r, &a, err);
    prong_stats *stats = NULL;

    if (status == PRONG_OK)
        status = prong_options_resolve(&a.run, r->options.run, err);
    if (status == PRONG_OK)
        stats = a.run.stats;
    for (size_t i = 0; i < count && status == PRONG_OK; i++) {
        status = prong_companions_join(&a.plan, &sources[i], &r->options, err);
        if (a.dtype < (int)sources[i].array->dtype)
            a.dtype = (int)sources[i].array->dtype;
    }
    if (status)
        return status;
    a.state = malloc(r->plan.size);
    a.part = malloc(r->plan.size);
    a.values = calloc(r->count, sizeof *a.values);
    if (!a.state || !a.part || !a.values) {
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for a state", r->plan.size);
    } else {
        memcpy(a.state, r->state, r->plan.size);
        if (r->plan.domain == PRONG_DOMAIN_NONE)
            prong_state_init(&a.plan, a.state);
        status = add_prepared(r, &a, err);
    }
    if (status == PRONG_OK)
        commit(r, &a);
    if (stats)
        give_stats(stats, &a.stats);
    for (size_t i = 0; a.values && i < r->count; i++)
        prong_value_free(&a.values[i]);
    prong_tally_free(&a.tally);
    free(a.values);
    free(a.part);
    free(a.state);
    return status;
}

prong_status prong_reduction_add(prong_reduction *r, prong_array *array, prong_error *err)
{
    struct prong_source source = { .array = array };

    return add(r, &source, 1, err);
}

prong_status prong_reduction_add_all(prong_reduction *r, prong_array *const *arrays, size_t count, prong_error *err)
{
    struct prong_source *sources = calloc(count + 1, sizeof *sources);
    prong_status status;

    if (!sources)
        return prong_fail(err, PRONG_ENOMEM, "%zu arrays", count);
    for (size_t i = 0; i < count; i++)
        sources[i].array = arrays[i];
    status = add(r, sources, count, err);
    free(sources);
    return status;
}

prong_status prong_reduction_add_pair(prong_reduction *r, prong_array *x, prong_array *y, prong_error *err)
{
    struct prong_source source = { .array = x, .other = y };
    prong_status status = prong_companions_match(x, y, err);

    return status ? status : add(r, &source, 1, err);
}

int prong_reduction_columns(const prong_reduction *r)
{
    return r->plan.needs & PRONG_NEED_TWO ? 2 : 1;
}

/* ---- Values ---- */

prong_status prong_reduction_value(const prong_reduction *r, size_t i, prong_value *value, prong_error *err)
{
    prong_value found;
    prong_status status;

    if (i >= r->count)
        return prong_fail(err, PRONG_EINVAL, "there are %zu operations, no number %zu", r->count, i);
    if (r->keeps && !(r->uses[i].op->needs & PRONG_NEED_TOP))
        return prong_kept_value(r, &r->uses[i], value, err);
    status = prong_finish(&r->plan, r->state, r->uses[i].op, &r->options, &found, err);
    if (status)
        return status;
    if (r->uses[i].op->needs & PRONG_NEED_TOP)
        return prong_tops_value(&r->plan, r->state, &r->uses[i], &r->options, value, err);
    if (r->uses[i].op->needs & PRONG_NEED_PASSES)
        return prong_value_copy(value, &r->values[i], err);
    *value = found;
    return PRONG_OK;
}

prong_status prong_reduce(prong_array *array, const char *operations, const prong_reduce_options *options,
                          prong_value *values, prong_error *err)
{
    prong_reduction *r;
    prong_value *all = NULL;
    prong_status status = prong_reduction_create(&r, operations, options, err);

    if (status)
        return status;
    all = calloc(r->count, sizeof *all);
    if (!all)
        status = prong_fail(err, PRONG_ENOMEM, "%zu values", r->count);
    if (status == PRONG_OK)
        status = prong_reduction_add(r, array, err);
    for (size_t i = 0; status == PRONG_OK && i < r->count; i++)
        status = prong_reduction_value(r, i, &all[i], err);
    if (status == PRONG_OK)
        memcpy(values, all, r->count * sizeof *all);
    for (size_t i = 0; status && all && i < r->count; i++)
        prong_value_free(&all[i]);
    free(all);
    prong_reduction_free(r);
    return status;
}
