/* SPDX-License-Identifier: MIT */
/* Medians, quantiles, and what is made of them: which ranks each operation wants, and its value from the elements there. All
 * operations of a list are served by the same passes; deviations from the median need some more. */
#include "config.h"

#include "base/error.h"
#include "order/quantile.h"
#include "reduce/ranks.h"
#include "reduce/trim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a use wants: a quantile; or the ranks between which a trimmed mean is taken, q being cut from either end. */
struct wanted {
    bool trim;
    enum prong_quantile_method method;
    struct prong_fraction q;
};

enum { MOST_WANTED = PRONG_INTERVALS / 4 };

/* What is wanted of the elements, or of their deviations. */
struct request {
    struct wanted wanted[MOST_WANTED];
    double hint[2 * MOST_WANTED];
    size_t count, hints;
    struct prong_ranks ranks;
};

/* How much a median absolute deviation is multiplied by to estimate the standard deviation of normal data: 1 / the third quartile
 * of the standard normal distribution, in the digits that statistics packages use. */
static const double normal_mad = 1.4826;

static enum prong_quantile_method method_of(prong_method method)
{
    return prong_quantile_method_by_name(prong_method_name((int)method));
}

const char *prong_method_name(int method)
{
    static const enum prong_quantile_method methods[] = {
        [PRONG_METHOD_LINEAR] = PRONG_LINEAR,
        [PRONG_METHOD_INVERTED_CDF] = PRONG_INVERTED_CDF,
        [PRONG_METHOD_AVERAGED_INVERTED_CDF] = PRONG_AVERAGED_INVERTED_CDF,
        [PRONG_METHOD_CLOSEST_OBSERVATION] = PRONG_CLOSEST_OBSERVATION,
        [PRONG_METHOD_INTERPOLATED_INVERTED_CDF] = PRONG_INTERPOLATED_INVERTED_CDF,
        [PRONG_METHOD_HAZEN] = PRONG_HAZEN,
        [PRONG_METHOD_WEIBULL] = PRONG_WEIBULL,
        [PRONG_METHOD_MEDIAN_UNBIASED] = PRONG_MEDIAN_UNBIASED,
        [PRONG_METHOD_NORMAL_UNBIASED] = PRONG_NORMAL_UNBIASED,
        [PRONG_METHOD_LOWER] = PRONG_LOWER,
        [PRONG_METHOD_HIGHER] = PRONG_HIGHER,
        [PRONG_METHOD_MIDPOINT] = PRONG_MIDPOINT,
        [PRONG_METHOD_NEAREST] = PRONG_NEAREST,
    };

    if (method < 0 || (size_t)method >= sizeof methods / sizeof methods[0])
        return NULL;
    return prong_quantile_method_name(methods[method]);
}

static prong_status no_more(prong_error *err)
{
    return prong_fail(err, PRONG_EOP, "too many quantiles at once: at most %d", MOST_WANTED);
}

static prong_status want_listed(struct request *r, const struct prong_op_use *use, enum prong_quantile_method method,
                                prong_error *err)
{
    bool percent = use->op->id == PRONG_OP_PERCENTILE;
    prong_status status = PRONG_OK;

    for (const char *at = prong_use_params(use); *at && status == PRONG_OK;) {
        size_t length = strcspn(at, ",");
        if (r->count == MOST_WANTED)
            return no_more(err);
        r->wanted[r->count] = (struct wanted){ .method = method };
        status = prong_quantile_parse(at, length, percent, &r->wanted[r->count++].q, err);
        at += length + (at[length] == ',');
    }
    return status;
}

/* Adds what a use wants to the request, in the order in which value_of takes it. */
static prong_status want(struct request *r, const struct prong_op_use *use, prong_method given, prong_error *err)
{
    static const struct prong_fraction quarter = { 1, 4 }, three_quarters = { 3, 4 }, half = { 1, 2 };
    enum prong_quantile_method method = method_of(given);
    const char *params = prong_use_params(use);

    if (use->op->id == PRONG_OP_QUANTILE || use->op->id == PRONG_OP_PERCENTILE)
        return want_listed(r, use, method, err);
    if (r->count + 2 > MOST_WANTED)
        return no_more(err);
    switch (use->op->id) {
    case PRONG_OP_TRIMMEAN:
        r->wanted[r->count] = (struct wanted){ .trim = true, .method = PRONG_LINEAR };
        return prong_quantile_parse(params, strlen(params), false, &r->wanted[r->count++].q, err);
    case PRONG_OP_Q1:
        r->wanted[r->count++] = (struct wanted){ false, method, quarter };
        break;
    case PRONG_OP_Q3:
        r->wanted[r->count++] = (struct wanted){ false, method, three_quarters };
        break;
    case PRONG_OP_IQR:
        r->wanted[r->count++] = (struct wanted){ false, method, quarter };
        r->wanted[r->count++] = (struct wanted){ false, method, three_quarters };
        break;
    default: /* the median, also where it is that of deviations */
        r->wanted[r->count++] = (struct wanted){ false, PRONG_LINEAR, half };
        break;
    }
    return PRONG_OK;
}

static bool is_of_deviations(const struct prong_op_use *use)
{
    return use->op->id == PRONG_OP_MAD || use->op->id == PRONG_OP_MADRAW;
}

/* Where the ranks are, about. */
static void hint(struct request *r)
{
    for (size_t i = 0; i < r->count; i++) {
        double q = prong_fraction_hint(r->wanted[i].q);
        r->hint[r->hints++] = q;
        if (r->wanted[i].trim)
            r->hint[r->hints++] = 1 - q;
    }
}

/* The request of all uses for the elements themselves; the median is their center if deviations are wanted. */
static prong_status make_request(struct request *r, const struct prong_op_use *uses, size_t count, prong_method method,
                                 prong_error *err)
{
    prong_status status = PRONG_OK;

    r->count = r->hints = 0;
    r->ranks = (struct prong_ranks){ .n = 0 };
    for (size_t i = 0; i < count && status == PRONG_OK; i++)
        if (uses[i].op->needs & PRONG_NEED_ORDER)
            status = want(r, &uses[i], method, err);
    hint(r);
    return status;
}

prong_status prong_order_check(const struct prong_op_use *uses, size_t count, prong_method method, prong_error *err)
{
    struct request *r = malloc(sizeof *r);
    prong_status status = r ? make_request(r, uses, count, method, err) : prong_fail(err, PRONG_ENOMEM, "for quantiles");

    free(r);
    return status;
}

static uint64_t cut_of(const struct wanted *w, uint64_t n)
{
    return (uint64_t)((unsigned __int128)n * w->q.num / w->q.den);
}

/* The two elements that decide a quantile, or that bound what a trimmed mean keeps; if it keeps nothing, the median's. */
static struct prong_quantile_rank rank_of(const struct wanted *w, uint64_t n)
{
    static const struct prong_fraction half = { 1, 2 };
    uint64_t cut = cut_of(w, n);

    if (!w->trim)
        return prong_quantile_rank(w->method, w->q, n);
    if (2 * cut >= n)
        return prong_quantile_rank(PRONG_LINEAR, half, n);
    return (struct prong_quantile_rank){ .lower = cut, .upper = n - 1 - cut, .num = 0, .den = 1 };
}

static size_t wanted_ranks(uint64_t n, uint64_t *rank, void *ctx)
{
    const struct request *r = ctx;

    for (size_t i = 0; i < r->count; i++) {
        struct prong_quantile_rank at = rank_of(&r->wanted[i], n);
        rank[2 * i] = at.lower;
        rank[2 * i + 1] = at.upper;
    }
    return 2 * r->count;
}

static prong_status find(struct prong_multi *multi, struct request *r, prong_error *err)
{
    r->ranks.hints = r->hint;
    r->ranks.hint_count = r->hints;
    r->ranks.wanted = wanted_ranks;
    r->ranks.most = 2 * r->count;
    r->ranks.ctx = r;
    return prong_ranks_find(multi, &r->ranks, err);
}

/* ---- Values ---- */

static prong_value quantile(const struct prong_multi *multi, const struct request *r, const struct wanted *w)
{
    struct prong_quantile_rank at = rank_of(w, r->ranks.n);
    union prong_order_value x;
    enum prong_order_domain domain = prong_quantile_value(prong_order_domain_of(&r->ranks.what),
                                                          prong_ranks_key(&r->ranks, at.lower),
                                                          prong_ranks_key(&r->ranks, at.upper), &at, multi->options->format, &x);
    union prong_number number = { .u = x.u };

    return prong_element_value(domain == PRONG_ORDER_F64   ? PRONG_DOMAIN_F64
                               : domain == PRONG_ORDER_U64 ? PRONG_DOMAIN_U64
                                                           : PRONG_DOMAIN_I64,
                               number, multi->options);
}

/* The difference of the two quartiles, each of which is rounded once. */
static prong_value between(const struct prong_multi *multi, const prong_value *q1, const prong_value *q3)
{
    uint64_t memory[PRONG_EXACT_MAX_SIZE / 8];
    prong_exact *difference = (prong_exact *)(void *)memory;
    prong_format format = multi->options->format;

    if (q1->kind == PRONG_KIND_INT && q3->kind == PRONG_KIND_INT)
        return prong_value_integer(0, q3->low - q1->low);
    prong_exact_init(difference, PRONG_POWER_SUM);
    prong_exact_add_one(difference, prong_value_as_double(q3));
    prong_exact_add_one(difference, -prong_value_as_double(q1));
    return prong_value_number(prong_exact_result(difference, PRONG_Q_SUM, 0, format, 0), format);
}

static prong_value scaled(const struct prong_multi *multi, prong_value raw, double factor)
{
    double x = prong_exact_round(prong_value_as_double(&raw) * factor, multi->options->format);

    return prong_value_number(x, multi->options->format);
}

static prong_status list_of(const struct prong_multi *multi, const struct request *r, const struct wanted *w, size_t n,
                            prong_value *value, prong_error *err)
{
    prong_status status;

    if (n == 1) {
        *value = quantile(multi, r, w);
        return PRONG_OK;
    }
    status = prong_value_list(value, PRONG_KIND_ARRAY, n, multi->options->format, err);
    for (size_t i = 0; status == PRONG_OK && i < n; i++) {
        prong_value one = quantile(multi, r, &w[i]);
        prong_value_set_item(value, i, &one);
    }
    return status;
}

static prong_status trimmed(struct prong_multi *multi, const struct request *r, const struct wanted *w, prong_value *value,
                            prong_error *err)
{
    uint64_t n = r->ranks.n, cut = cut_of(w, n);
    struct prong_quantile_rank at = rank_of(w, n);
    struct prong_trim trim = { .domain = multi->domain, .cut = cut };

    if (2 * cut >= n) {
        *value = quantile(multi, r, w);
        return PRONG_OK;
    }
    trim.lower = prong_ranks_key(&r->ranks, at.lower);
    trim.upper = prong_ranks_key(&r->ranks, at.upper);
    return prong_trimmed_mean(multi, &trim, n, value, err);
}

static size_t params_of(const struct prong_op_use *use)
{
    size_t n = 1;

    for (const char *c = prong_use_params(use); *c; c++)
        n += *c == ',';
    return n;
}

/* The value of a use, which takes its part of what is wanted from *w on. */
static prong_status value_of(struct prong_multi *multi, const struct request *r, const struct prong_op_use *use,
                             const struct wanted **w, prong_value *value, prong_error *err)
{
    const struct wanted *first = *w;
    prong_value q1, q3;

    *w += 1;
    switch (use->op->id) {
    case PRONG_OP_QUANTILE:
    case PRONG_OP_PERCENTILE:
        *w = first + params_of(use);
        return list_of(multi, r, first, params_of(use), value, err);
    case PRONG_OP_IQR:
        *w = first + 2;
        q1 = quantile(multi, r, first);
        q3 = quantile(multi, r, first + 1);
        *value = between(multi, &q1, &q3);
        return PRONG_OK;
    case PRONG_OP_TRIMMEAN:
        return trimmed(multi, r, first, value, err);
    case PRONG_OP_MAD:
        *value = scaled(multi, quantile(multi, r, first), normal_mad);
        return PRONG_OK;
    default:
        *value = quantile(multi, r, first);
        return PRONG_OK;
    }
}

/* Every value of the family is a NaN; a list, of as many. */
static prong_status all_nan(struct prong_multi *multi, prong_error *err)
{
    prong_value nan = prong_value_number((double)NAN, multi->options->format);
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < multi->count && status == PRONG_OK; i++) {
        size_t n = params_of(&multi->uses[i]);
        if (!prong_use_needs(&multi->uses[i], PRONG_NEED_ORDER))
            continue;
        multi->values[i] = nan;
        if (n > 1)
            status = prong_value_list(&multi->values[i], PRONG_KIND_ARRAY, n, multi->options->format, err);
        for (size_t k = 0; n > 1 && status == PRONG_OK && k < n; k++)
            prong_value_set_item(&multi->values[i], k, &nan);
    }
    return status;
}

/* The values of all uses but those of deviations, whose median is skipped. */
static prong_status give_values(struct prong_multi *multi, const struct request *r, prong_error *err)
{
    const struct wanted *w = r->wanted;
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < multi->count && status == PRONG_OK; i++) {
        if (!prong_use_needs(&multi->uses[i], PRONG_NEED_ORDER))
            continue;
        if (is_of_deviations(&multi->uses[i]))
            w++;
        else
            status = value_of(multi, r, &multi->uses[i], &w, &multi->values[i], err);
    }
    return status;
}

/* The median of how far the elements are from their median: more passes, over numbers that are made on the way. */
static prong_status give_deviations(struct prong_multi *multi, const struct request *elements, prong_error *err)
{
    static const struct wanted median = { false, PRONG_LINEAR, { 1, 2 } };
    prong_value center = quantile(multi, elements, &median);
    struct request *r = calloc(1, sizeof *r);
    prong_status status;

    if (!r)
        return prong_fail(err, PRONG_ENOMEM, "for deviations from the median");
    r->wanted[r->count++] = median;
    hint(r);
    r->ranks.what = (struct prong_ranked){ multi->domain, true, prong_value_as_double(&center) };
    status = find(multi, r, err);
    for (size_t i = 0; i < multi->count && status == PRONG_OK; i++) {
        const struct prong_op_use *use = &multi->uses[i];
        /* What is infinitely far from an infinite median is no number. */
        prong_value raw = r->ranks.nans > elements->ranks.nans ? prong_value_number((double)NAN, multi->options->format)
                                                               : quantile(multi, r, &median);
        if (is_of_deviations(use))
            multi->values[i] = use->op->id == PRONG_OP_MAD ? scaled(multi, raw, normal_mad) : raw;
    }
    prong_ranks_free(&r->ranks);
    free(r);
    return status;
}

prong_status prong_order_values(struct prong_multi *multi, prong_error *err)
{
    struct request *r = malloc(sizeof *r);
    bool any_deviations = false;
    prong_status status;

    if (!r)
        return prong_fail(err, PRONG_ENOMEM, "for quantiles");
    status = make_request(r, multi->uses, multi->count, multi->options->method, err);
    r->ranks.what.domain = multi->domain;
    if (status == PRONG_OK)
        status = find(multi, r, err);
    for (size_t i = 0; i < multi->count; i++)
        any_deviations = any_deviations || is_of_deviations(&multi->uses[i]);
    if (status == PRONG_OK && r->ranks.nans > 0 && multi->options->nan == PRONG_NAN_PROPAGATE)
        status = all_nan(multi, err);
    else if (status == PRONG_OK && r->ranks.n > 0)
        status = give_values(multi, r, err);
    if (status == PRONG_OK && any_deviations && r->ranks.n > 0 &&
        (r->ranks.nans == 0 || multi->options->nan != PRONG_NAN_PROPAGATE))
        status = give_deviations(multi, r, err);
    prong_ranks_free(&r->ranks);
    free(r);
    return status;
}

void prong_order_room(struct prong_pool_room *room)
{
    prong_ranks_room(room);
    prong_trim_room(room);
}
