/* SPDX-License-Identifier: MIT */
/* Histograms: a pass for where the elements are, unless the caller has said that or other operations have found it; passes for
 * the quartiles if the rule for the number of bins asks for them; and a pass that counts for each histogram of the list. The
 * first one whose edges are known rides on the pass that order statistics make over all elements, if the list has any. */
#include "config.h"

#include "base/error.h"
#include "order/kernel.h"
#include "reduce/add.h"
#include "reduce/bins.h"
#include "reduce/extent.h"
#include "reduce/binning.h"
#include "reduce/hist_kept.h"

#include <math.h>
#include <stdlib.h>

/* Of more bins a partial is so large that a usual chunk is not worth it. */
enum { USUAL_BINS = 2048, ELEMENTS_OF_A_BIN = 64 };

/* What the edges of all histograms of a list are made from. */
struct frame {
    struct prong_extent extent;
    union prong_number least, greatest; /* the ends as elements, if exact */
    bool exact;
    double low, high;
    struct prong_bin_figures figures;
    double distance; /* between the ends */
};

static bool is_histogram(const struct prong_op_use *use)
{
    return prong_use_needs(use, PRONG_NEED_HISTOGRAM);
}

/* ---- Options ---- */

static prong_status check_edges(const prong_reduce_options *options, prong_error *err)
{
    const double *edge = options->edges;

    if (options->edge_count < 2 || options->edge_count > PRONG_BINS_MOST + 1)
        return prong_fail(err, PRONG_EINVAL, "a histogram needs from 2 to %d edges, not %zu", PRONG_BINS_MOST + 1,
                          options->edge_count);
    for (size_t i = 0; i + 1 < options->edge_count; i++)
        if (!(edge[i] <= edge[i + 1]))
            return prong_fail(err, PRONG_EINVAL, "the edges of a histogram must ascend: edge %zu does not", i + 1);
    return PRONG_OK;
}

static prong_status check_range(const prong_reduce_options *options, prong_error *err)
{
    if (!isfinite(options->range_low) || !isfinite(options->range_high))
        return prong_fail(err, PRONG_EINVAL, "the range of a histogram must be finite");
    if (options->range_low > options->range_high)
        return prong_fail(err, PRONG_EINVAL, "the range of a histogram must ascend");
    return PRONG_OK;
}

prong_status prong_histogram_check(const struct prong_op_use *uses, size_t count, const prong_reduce_options *options,
                                   prong_error *err)
{
    bool any = false, bins = false;

    for (size_t i = 0; i < count; i++) {
        any = any || is_histogram(&uses[i]);
        bins = bins || (is_histogram(&uses[i]) && *uses[i].params);
    }
    if (!any)
        return PRONG_OK;
    if (options->edges && (options->range_given || bins))
        return prong_fail(err, PRONG_EINVAL, "edges say all about the bins of a histogram: give neither a %s with them",
                          bins ? "number or rule" : "range");
    if (options->edges)
        return check_edges(options, err);
    return options->range_given ? check_range(options, err) : PRONG_OK;
}

/* ---- The frame ---- */

static prong_status refuse_range(const struct prong_multi *multi, const char *what, prong_error *err)
{
    const struct prong_passes *passes = &multi->passes;

    return prong_fail(err, PRONG_EDATA, "%s%shist: %s among the elements, so they have no range: give one (--range)%s",
                      passes->count == 1 ? prong_display_name(passes->sources[0].array) : "",
                          passes->count == 1 ? ": " : "", what,
                      multi->nans ? ", or omit NaN (--narm)" : "");
}

/* Where the range is not given it is that of the elements. */
static prong_status find_range(const struct prong_multi *multi, struct frame *frame, prong_error *err)
{
    const struct prong_extent *extent = &frame->extent;
    union prong_number least = extent->least, greatest = extent->greatest;

    if (multi->nans > 0 && multi->options->nan == PRONG_NAN_PROPAGATE)
        return refuse_range(multi, "there are NaN", err);
    frame->low = 0;
    frame->high = 1;
    if (extent->n == 0)
        return PRONG_OK;
    frame->exact = least.u != greatest.u;
    frame->least = least;
    frame->greatest = greatest;
    if (multi->domain == PRONG_DOMAIN_F64) {
        if (isinf(least.f) || isinf(greatest.f))
            return refuse_range(multi, "there are infinities", err);
        frame->low = least.f;
        frame->high = greatest.f;
    } else if (multi->domain == PRONG_DOMAIN_I64) {
        frame->low = (double)least.i;
        frame->high = (double)greatest.i;
    } else {
        frame->low = (double)least.u;
        frame->high = (double)greatest.u;
    }
    return PRONG_OK;
}

/* From where to where the elements reach, by a pass, unless that is known already. */
static prong_status find_extent(struct prong_multi *multi, const struct prong_within *within, struct prong_extent *extent,
                                prong_error *err)
{
    const struct prong_extrema *known = multi->extrema;

    if (!known || within->limited || within->std)
        return prong_extent_find(multi, within, extent, err);
    *extent = (struct prong_extent){ .n = known->n, .nans = multi->nans, .least = known->min, .greatest = known->max };
    if (multi->domain == PRONG_DOMAIN_F64) { /* of zeros the positive one, as it comes from a pass over such */
        extent->least.f += 0.0;
        extent->greatest.f += 0.0;
    }
    return PRONG_OK;
}

/* The largest less the smallest element: of integers exact before it is rounded. */
static double spread_of(const struct prong_multi *multi, const struct prong_extent *extent)
{
    if (multi->domain == PRONG_DOMAIN_F64)
        return extent->greatest.f - extent->least.f;
    return (double)(extent->greatest.u - extent->least.u);
}

/* An empty range is widened by 1/2 on either side. */
static void settle_ends(enum prong_domain domain, struct frame *frame)
{
    bool exact = frame->exact && domain != PRONG_DOMAIN_F64;

    if (frame->low == frame->high && !exact) {
        frame->exact = false;
        frame->low -= 0.5;
        frame->high += 0.5;
    }
    frame->distance = exact ? (double)(frame->greatest.u - frame->least.u) : frame->high - frame->low;
}

static prong_status make_frame(struct prong_multi *multi, struct frame *frame, prong_error *err)
{
    const prong_reduce_options *options = multi->options;
    struct prong_within within = { .domain = multi->domain, .limited = options->range_given != 0 };
    bool rules = false, iqr = false;
    double quartile[2];
    prong_status status = PRONG_OK;
    size_t ignored;

    for (size_t i = 0; i < multi->count; i++) {
        enum prong_bin_rule rule = is_histogram(&multi->uses[i]) ? prong_bin_rule_of(prong_use_params(&multi->uses[i]), &ignored)
                                                                 : PRONG_BINS_NUMBER;
        rules = rules || rule != PRONG_BINS_NUMBER;
        iqr = iqr || prong_bin_rule_needs_iqr(rule);
        within.std = within.std || prong_bin_rule_needs_std(rule);
    }
    frame->low = options->range_low;
    frame->high = options->range_high;
    settle_ends(multi->domain, frame);
    if (within.limited && !rules)
        return PRONG_OK;
    within.none = within.limited && !prong_bounds(multi->domain, frame->low, frame->high, &within.low, &within.high);
    status = find_extent(multi, &within, &frame->extent, err);
    if (status == PRONG_OK && !within.limited) {
        status = find_range(multi, frame, err);
        settle_ends(multi->domain, frame);
    }
    if (status || frame->extent.n == 0)
        return status;
    frame->figures.n = frame->extent.n;
    frame->figures.spread = spread_of(multi, &frame->extent);
    frame->figures.std = frame->extent.std;
    if (iqr) {
        status = prong_extent_quartiles(multi, &frame->extent, quartile, err);
        frame->figures.iqr = quartile[1] - quartile[0];
    }
    return status;
}

/* ---- Counting ---- */

struct count_partial {
    struct prong_pass_head head;
    uint64_t nans;
    uint64_t counter[];
};

static void take_counts(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                        struct prong_scratch *scratch, const void *params)
{
    const struct prong_binning *tally = params;
    struct count_partial *p = partial;
    uint64_t outside = prong_binning_outside(tally, p->counter);

    (void)area;
    (void)scratch;
    prong_binning_add(tally, batch->f, batch->n, p->counter);
    /* NaN are outside of all bins. */
    if (domain != PRONG_DOMAIN_F64 || outside == prong_binning_outside(tally, p->counter))
        return;
    p->nans += prong_order_kernel_choose()->count_nans(batch->f, batch->n);
}

static void join_counts(void *into, const void *from, const void *params)
{
    const struct prong_binning *tally = params;
    const struct count_partial *b = from;
    struct count_partial *a = into;

    a->nans += b->nans;
    for (size_t i = 0; i < prong_binning_counters(tally); i++)
        a->counter[i] += b->counter[i];
}

static size_t partial_size(const struct prong_binning *tally)
{
    return sizeof(struct count_partial) + prong_binning_counters(tally) * sizeof(uint64_t);
}

/* Bins whose edges value has, ready for counting; NULL: there is no memory. */
static struct prong_binning *make_bins(const struct prong_multi *multi, const struct frame *frame, const prong_value *value)
{
    struct prong_binning *tally = malloc(prong_binning_size(value->count));

    if (tally)
        prong_binning_init(tally, multi->domain, value->items->edges, value->count, frame->exact ? &frame->least : NULL,
                           frame->exact ? &frame->greatest : NULL);
    return tally;
}

static void give_counts(prong_value *value, const struct prong_binning *tally, const struct count_partial *whole)
{
    for (size_t i = 0; i < value->count; i++) {
        prong_value n = prong_value_integer(0, prong_binning_count(tally, whole->counter, i));
        prong_value_set_item(value, i, &n);
    }
}

/* Counts the elements in the bins whose edges value has. */
static prong_status count(struct prong_multi *multi, const struct frame *frame, prong_value *value, prong_error *err)
{
    size_t bins = value->count;
    struct prong_binning *tally = make_bins(multi, frame, value);
    struct prong_pass pass = { .take = take_counts,
                               .combine = join_counts,
                               .grain = bins > USUAL_BINS ? bins * ELEMENTS_OF_A_BIN : 0,
                               .params = tally,
                               .params_size = prong_binning_size(bins) };
    struct count_partial *whole = NULL;
    prong_status status;

    if (tally) {
        pass.partial_size = partial_size(tally);
        whole = malloc(pass.partial_size);
    }
    status = whole ? prong_pass_run(&multi->passes, &pass, whole, err) : prong_fail(err, PRONG_ENOMEM, "%zu bins", bins);
    if (status == PRONG_OK) {
        multi->head = whole->head;
        multi->nans = whole->nans;
        give_counts(value, tally, whole);
    }
    free(whole);
    free(tally);
    return status;
}

/* Evenly spaced edges, of as many bins as the use says. */
static prong_status space_edges(const prong_reduce_options *options, const struct frame *frame, const struct prong_op_use *use,
                                prong_value *value, prong_error *err)
{
    size_t bins = 0;
    enum prong_bin_rule rule = prong_bin_rule_of(prong_use_params(use), &bins);
    double wanted = rule == PRONG_BINS_NUMBER ? (double)bins : prong_bin_rule_bins(rule, &frame->figures, frame->distance);
    prong_value low = prong_value_number(frame->low, PRONG_FORMAT_F64), high = prong_value_number(frame->high, PRONG_FORMAT_F64);
    char low_text[48], high_text[48];
    prong_status status;

    if (wanted > PRONG_BINS_MOST)
        return prong_fail(err, PRONG_EDATA, "%s asks for %.0f bins, and the most are %d: give a number, or a range", use->text,
                          wanted, PRONG_BINS_MOST);
    status = prong_value_list(value, PRONG_KIND_HISTOGRAM, (size_t)wanted, options->format, err);
    if (status || prong_bin_edges(frame->low, frame->high, (size_t)wanted, value->items->edges))
        return status;
    prong_value_string(&low, low_text, sizeof low_text);
    prong_value_string(&high, high_text, sizeof high_text);
    return prong_fail(err, PRONG_EDATA, "%s: between %s and %s there are too few doubles for %.0f bins", use->text, low_text,
                      high_text, wanted);
}

static prong_status give_edges(const prong_reduce_options *options, prong_value *value, prong_error *err)
{
    prong_status status = prong_value_list(value, PRONG_KIND_HISTOGRAM, options->edge_count - 1, options->format, err);

    for (size_t i = 0; i < options->edge_count && status == PRONG_OK; i++)
        value->items->edges[i] = options->edges[i];
    return status;
}

prong_status prong_histogram_blank(const struct prong_op_use *use, const prong_reduce_options *options, prong_value *value,
                                   prong_error *err)
{
    struct frame frame = { .low = options->range_low, .high = options->range_high };
    prong_status status;

    if (options->edges)
        return give_edges(options, value, err);
    settle_ends(PRONG_DOMAIN_NONE, &frame);
    status = space_edges(options, &frame, use, value, err);
    if (status)
        prong_value_free(value);
    return status;
}

/* ---- Riding ---- */

/* Are all edges known without another look at the elements? */
static bool edges_are_known(const struct prong_multi *multi)
{
    bool rules = false;
    size_t ignored;

    if (multi->options->edges)
        return true;
    for (size_t i = 0; i < multi->count; i++) {
        enum prong_bin_rule rule = is_histogram(&multi->uses[i]) ? prong_bin_rule_of(prong_use_params(&multi->uses[i]), &ignored)
                                                                 : PRONG_BINS_NUMBER;
        rules = rules || rule != PRONG_BINS_NUMBER;
        if (prong_bin_rule_needs_iqr(rule) || prong_bin_rule_needs_std(rule))
            return false;
    }
    return multi->options->range_given ? !rules : multi->extrema != NULL;
}

static prong_status mount(struct prong_multi *multi, struct prong_rider *rider, prong_error *err)
{
    prong_value *value = &multi->values[rider->use];
    struct frame frame = { .exact = false };
    struct prong_binning *tally;
    prong_status status = multi->options->edges ? PRONG_OK : make_frame(multi, &frame, err);

    if (status == PRONG_OK)
        status = multi->options->edges ? give_edges(multi->options, value, err)
                                       : space_edges(multi->options, &frame, &multi->uses[rider->use], value, err);
    if (status || value->count > USUAL_BINS) {
        prong_value_free(value);
        return status;
    }
    tally = make_bins(multi, &frame, value);
    rider->params = tally;
    rider->result = tally ? malloc(partial_size(tally)) : NULL;
    if (!rider->result)
        return prong_fail(err, PRONG_ENOMEM, "%zu bins", value->count);
    rider->partial_size = partial_size(tally);
    rider->params_size = prong_binning_size(value->count);
    rider->take = take_counts;
    rider->combine = join_counts;
    multi->rider = rider;
    return PRONG_OK;
}

prong_status prong_histogram_mount(struct prong_multi *multi, struct prong_rider *rider, prong_error *err)
{
    *rider = (struct prong_rider){ .done = false };
    if (!edges_are_known(multi))
        return PRONG_OK;
    while (rider->use < multi->count && !is_histogram(&multi->uses[rider->use]))
        rider->use++;
    return rider->use < multi->count ? mount(multi, rider, err) : PRONG_OK;
}

void prong_histogram_dismount(struct prong_multi *multi, struct prong_rider *rider)
{
    multi->rider = NULL;
    free(rider->result);
    free((void *)(uintptr_t)rider->params);
}

/* ---- Values ---- */

void prong_histogram_room(struct prong_pool_room *room)
{
    size_t partial = sizeof(struct count_partial) + prong_binning_room(PRONG_BINS_MOST) * sizeof(uint64_t);

    prong_extent_room(room);
    if (room->partial_size < partial)
        room->partial_size = partial;
    if (room->ctx_size < prong_binning_size(PRONG_BINS_MOST))
        room->ctx_size = prong_binning_size(PRONG_BINS_MOST);
}

prong_status prong_histogram_values(struct prong_multi *multi, prong_error *err)
{
    struct frame frame = { .exact = false };
    prong_status status = multi->options->edges ? PRONG_OK : make_frame(multi, &frame, err);

    for (size_t i = 0; i < multi->count && status == PRONG_OK; i++) {
        if (!is_histogram(&multi->uses[i]))
            continue;
        if (multi->rider && multi->rider->done && multi->rider->use == i) {
            give_counts(&multi->values[i], multi->rider->params, multi->rider->result);
            continue;
        }
        prong_value_free(&multi->values[i]);
        status = multi->options->edges ? give_edges(multi->options, &multi->values[i], err)
                                       : space_edges(multi->options, &frame, &multi->uses[i], &multi->values[i], err);
        if (status == PRONG_OK)
            status = count(multi, &frame, &multi->values[i], err);
    }
    return status;
}
