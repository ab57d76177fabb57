/* SPDX-License-Identifier: MIT */
/* Reductions: what is asked for, what has been added, and the job that adds an array.
 *
 *     array (mapped elements | mapped text | a stream) -> chunks -> scan (in workers) -> states -> combine -> finish
 *
 * A job is commutative, with two slots a worker, where every family commutes; a product, a text (whose lines and
 * indices are counted along the way) and the search for the first NaN take the ordered tree. */
#include "config.h"

#include "base/error.h"
#include "base/size.h"
#include "pool/job.h"
#include "pool/options.h"
#include "pool/plan.h"
#include "reduce/scan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct prong_reduction {
    pid_t owner;
    prong_reduce_options options;
    struct prong_op_use *uses;
    size_t count;
    struct prong_plan plan;
    void *state; /* of all that was added; plan.size bytes */
    struct prong_scan *scan;
};

/* One array being added. */
struct adding {
    struct prong_plan plan;
    struct prong_scan *scan;
    struct prong_array *array;
    const struct prong_array *other; /* the second of a pair, or NULL */
    uint64_t grain; /* elements of a chunk */
};

static prong_status resolve_options(prong_reduce_options *out, const prong_reduce_options *options, prong_error *err)
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

static void make_plan(struct prong_reduction *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct prong_op *op = r->uses[i].op;
        r->plan.needs |= op->needs;
        if (op->needs & PRONG_NEED_EXACT)
            r->plan.powers |= prong_exact_needs(op->quantity);
    }
    r->plan.nan = r->options.nan;
    r->plan.domain = PRONG_DOMAIN_NONE;
    prong_plan_layout(&r->plan);
}

prong_status prong_reduction_create(prong_reduction **out, const char *operations, const prong_reduce_options *options,
                                    prong_error *err)
{
    prong_reduction *r = calloc(1, sizeof *r);
    prong_status status;

    *out = NULL;
    if (!r)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes", sizeof *r);
    r->owner = getpid();
    status = resolve_options(&r->options, options, err);
    if (status == PRONG_OK && !operations)
        status = prong_fail(err, PRONG_EINVAL, "operations is NULL");
    if (status == PRONG_OK)
        status = prong_ops_parse(operations, &r->uses, &r->count, err);
    if (status)
        goto fail;
    make_plan(r);
    if ((r->plan.needs & PRONG_NEED_DOT) && (r->plan.needs & ~(unsigned)PRONG_NEED_DOT)) {
        status = prong_fail(err, PRONG_EOP, "dot takes two arrays and the others in the list one: ask for dot alone");
        goto fail;
    }
    r->state = malloc(r->plan.size);
    r->scan = calloc(1, sizeof *r->scan);
    if (!r->state || !r->scan || !(r->scan->adder = prong_adder_create())) {
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

void prong_reduction_free(prong_reduction *r)
{
    if (!r)
        return;
    if (r->scan)
        prong_adder_destroy(r->scan->adder);
    free(r->scan);
    free(r->state);
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
    r->plan.domain = PRONG_DOMAIN_NONE;
    prong_state_init(&r->plan, r->state);
}

/* ---- The job ---- */

static bool is_stream(const struct prong_array *array)
{
    return array->access == PRONG_ACCESS_STREAM_ELEMENTS || array->access == PRONG_ACCESS_STREAM_TEXT;
}

static bool is_text(const struct prong_array *array)
{
    return array->access == PRONG_ACCESS_TEXT || array->access == PRONG_ACCESS_STREAM_TEXT;
}

static int job_init(void *partial, void *ctx)
{
    const struct adding *a = ctx;
    prong_state_init(&a->plan, partial);
    return 0;
}

static int job_combine(void *into, const void *from, void *ctx)
{
    const struct adding *a = ctx;
    return prong_state_combine(&a->plan, into, from, a->plan.relative ? ((struct prong_state *)into)->count : 0);
}

/* Elements; for text, bytes. */
static void job_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    const struct adding *a = ctx;
    uint64_t all = is_stream(a->array) ? UINT64_MAX : is_text(a->array) ? a->array->bytes : a->array->count;

    *first = chunk * a->grain;
    *last = all - *first > a->grain ? *first + a->grain : all;
}

static int scan_mapped_text(struct adding *a, void *partial, uint64_t first, uint64_t last)
{
    const char *data = (const char *)a->array->data;
    struct prong_text_reader reader = { .begin = data + first, .end = data + last, .limit = data + a->array->bytes };

    reader.continues = first > 0 && !prong_text_is_blank(a->array->data[first - 1]);
    return prong_scan_text(a->scan, partial, &reader);
}

static int scan_block(struct adding *a, void *partial, uint64_t first, const struct prong_block *block)
{
    const char *data = (const char *)block->data;

    if (is_text(a->array)) {
        struct prong_text_reader reader = { .begin = data,
                                            .end = data + block->length,
                                            .limit = data + block->length + block->extra,
                                            .continues = block->continues };
        return prong_scan_text(a->scan, partial, &reader);
    }
    return prong_scan_elements(a->scan, partial, data, block->length / prong_dtype_size(a->array->dtype), first);
}

static int job_compute(void *partial, uint64_t chunk, void *block, void *ctx)
{
    struct adding *a = ctx;
    size_t item = prong_dtype_size(a->array->dtype);
    const unsigned char *data;
    uint64_t first, last;

    job_range(chunk, &first, &last, ctx);
    if (block)
        return scan_block(a, partial, first, block);
    if (!prong_scan_is_plain(a->array, a->other))
        return prong_scan_view(a->scan, partial, a->other, first, last - first);
    data = a->array->data + first * (item ? item : 1);
    prong_array_prefault(a->array, data, (size_t)((last - first) * (item ? item : 1)));
    if (is_text(a->array))
        return scan_mapped_text(a, partial, first, last);
    if (a->other) {
        size_t other_item = prong_dtype_size(a->other->dtype);
        const unsigned char *other = a->other->data + first * other_item;
        prong_array_prefault(a->other, other, (size_t)(last - first) * other_item);
        return prong_scan_pairs(a->scan, partial, a->other, data, other, last - first, first);
    }
    return prong_scan_elements(a->scan, partial, data, last - first, first);
}

static prong_status feed_step(void *block, bool *full, bool *end, void *ctx, prong_error *err)
{
    struct adding *a = ctx;
    return prong_stream_step(a->array, block, full, end, err);
}

static const char *display_name(const struct prong_array *array)
{
    return strcmp(array->name, "-") == 0 ? "standard input" : array->name;
}

/* What stopped a scan, in words: the place first. */
static prong_status stopped(const struct prong_state *head, const struct prong_array *array, prong_error *err)
{
    const char *name = display_name(array);
    unsigned long long line = head->stop_line + 1, column = head->stop_column + 1;

    if (head->stop == PRONG_STOP_BAD_NUMBER)
        return prong_fail(err, PRONG_EDATA, "%s:%llu:%llu: %s: '%s'", name, line, column,
                          head->stop_why ? head->stop_why : "not a number", head->stop_token);
    if (is_text(array))
        return prong_fail(err, PRONG_ENAN, "%s:%llu:%llu: NaN", name, line, column);
    return prong_fail(err, PRONG_ENAN, "%s: element %llu is NaN", name, (unsigned long long)head->stop_index);
}

static void explain(struct adding *a, prong_status status, prong_error *err)
{
    const char *name = display_name(a->array);

    if (!err)
        return;
    if (status == PRONG_EIO && err->body_status == 1 && a->other)
        name = display_name(a->other);
    if (status == PRONG_EIO)
        prong_error_prefix(err, "%s: ", name);
    else if (status == PRONG_ELOST || status == PRONG_ETIMEDOUT || status == PRONG_EBODY)
        prong_error_prefix(err, "while reducing %s", name);
    if (is_text(a->array))
        err->unit = "bytes";
}

/* The domain of what was added before must be this array's: an integer's exact value and a double do not compare. */
static prong_status join_domain(const struct prong_reduction *r, struct adding *a, prong_error *err)
{
    enum prong_domain before = r->plan.domain, here = prong_domain_of(a->array->dtype);

    /* Products of integers of either kind are integers; with a double among them they are not. */
    if (a->other && here != PRONG_DOMAIN_F64)
        here = prong_domain_of(a->other->dtype) == PRONG_DOMAIN_F64 ? PRONG_DOMAIN_F64 : PRONG_DOMAIN_I64;

    a->plan = r->plan;
    a->plan.domain = here;
    a->plan.relative = is_text(a->array);
    if (before != PRONG_DOMAIN_NONE && before != here)
        return prong_fail(err, PRONG_EINVAL, "%s: elements of type %s cannot be joined with those before",
                          display_name(a->array), prong_dtype_name(a->array->dtype));
    return PRONG_OK;
}

static void make_job(struct adding *a, struct prong_job_spec *job, struct prong_feed *feed)
{
    const struct prong_array *array = a->array;
    size_t item = prong_dtype_size(array->dtype);

    *job = (struct prong_job_spec){ .partial_size = a->plan.size,
                               .init = job_init,
                               .compute = job_compute,
                               .combine = job_combine,
                               .range = job_range,
                               .ctx = a };
    job->commutative = !is_text(array) && !(a->plan.needs & PRONG_NEED_PRODUCT) && a->plan.nan != PRONG_NAN_RAISE;
    if (is_stream(array)) {
        *feed = (struct prong_feed){ array->fd, sizeof(struct prong_block), feed_step };
        job->feed = feed;
        job->chunks = PRONG_CHUNKS_UNKNOWN;
        a->grain = PRONG_BLOCK / (item ? item : 1);
        return;
    }
    job->inputs[0] = (struct prong_region){ array->map, array->map_size };
    if (a->other)
        job->inputs[1] = (struct prong_region){ a->other->map, a->other->map_size };
    if (is_text(array))
        a->grain = PRONG_BLOCK;
    else if (a->grain == 0)
        a->grain = prong_default_grain(array->count);
    job->chunks = prong_ceil_div(is_text(array) ? array->bytes : array->count, a->grain);
}

static prong_status add(prong_reduction *r, struct adding *a, prong_error *err)
{
    struct prong_job_spec job;
    struct prong_feed feed;
    prong_options run;
    struct prong_state *part = NULL;
    prong_status status = join_domain(r, a, err);

    if (status == PRONG_OK)
        status = prong_options_resolve(&run, r->options.run, err);
    if (status)
        return status;
    part = malloc(a->plan.size);
    if (!part)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a state", a->plan.size);
    r->scan->plan = &a->plan;
    r->scan->array = a->array;
    make_job(a, &job, &feed);
    status = prong_job_run(&job, &run, part, err);
    if (status)
        explain(a, status, err);
    else if (part->stop)
        status = stopped(part, a->array, err);
    if (status == PRONG_OK) {
        struct prong_state *head = r->state;
        if (r->plan.domain == PRONG_DOMAIN_NONE) {
            r->plan.domain = a->plan.domain;
            prong_state_init(&r->plan, r->state);
        }
        prong_state_combine(&r->plan, r->state, part, head->count);
    }
    free(part);
    return status;
}

prong_status prong_reduction_add(prong_reduction *r, prong_array *array, prong_error *err)
{
    struct adding a = { .scan = r->scan, .array = array, .grain = r->options.grain };

    if (r->owner != getpid())
        return prong_fail(err, PRONG_EFORKED, "%s", "");
    if (r->plan.needs & PRONG_NEED_DOT)
        return prong_fail(err, PRONG_EINVAL, "dot takes two arrays");
    return add(r, &a, err);
}

static prong_status check_pair(const struct prong_array *x, const struct prong_array *y, prong_error *err)
{
    if (x->access != PRONG_ACCESS_ELEMENTS || y->access != PRONG_ACCESS_ELEMENTS)
        return prong_fail(err, PRONG_EDATA, "%s: pairs are taken from .npy and raw files, not from text or a pipe",
                          display_name(x->access != PRONG_ACCESS_ELEMENTS ? x : y));
    if (!prong_array_same_shape(x, y))
        return prong_fail(err, PRONG_EDATA, "%s and %s differ in shape: %llu and %llu elements", display_name(x),
                          display_name(y), (unsigned long long)x->count, (unsigned long long)y->count);
    return PRONG_OK;
}

prong_status prong_reduction_add_pair(prong_reduction *r, prong_array *x, prong_array *y, prong_error *err)
{
    struct adding a = { .scan = r->scan, .array = x, .other = y, .grain = r->options.grain };
    prong_status status;

    if (r->owner != getpid())
        return prong_fail(err, PRONG_EFORKED, "%s", "");
    if (r->plan.needs & ~(unsigned)PRONG_NEED_DOT)
        return prong_fail(err, PRONG_EINVAL, "only dot and count take two arrays");
    status = check_pair(x, y, err);
    return status ? status : add(r, &a, err);
}

int prong_reduction_columns(const prong_reduction *r)
{
    return r->plan.needs & PRONG_NEED_DOT ? 2 : 1;
}

prong_status prong_reduction_value(const prong_reduction *r, size_t i, prong_value *value, prong_error *err)
{
    if (i >= r->count)
        return prong_fail(err, PRONG_EINVAL, "there are %zu operations, no number %zu", r->count, i);
    return prong_finish(&r->plan, r->state, r->uses[i].op, &r->options, value, err);
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
    free(all);
    prong_reduction_free(r);
    return status;
}
