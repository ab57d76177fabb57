/* SPDX-License-Identifier: MIT */
/* The job that adds an array:
 *
 *     array (mapped elements | mapped text | a stream) -> chunks -> scan (in workers) -> states -> combine
 *
 * A job is commutative, with two slots a worker, where every family commutes; a product, a text (whose lines and
 * indices are counted along the way) and the search for the first NaN take the ordered tree. */
#include "config.h"

#include "reduce/add.h"

#include "base/error.h"
#include "base/size.h"
#include "pool/job.h"

#include <string.h>

struct adding {
    const struct prong_plan *plan;
    struct prong_source source;
    struct prong_scratch *scratch;
    uint64_t grain; /* elements of a chunk */
};

static int job_init(void *partial, void *ctx)
{
    const struct adding *a = ctx;
    prong_state_init(a->plan, partial);
    return 0;
}

static int job_combine(void *into, const void *from, void *ctx)
{
    const struct adding *a = ctx;
    return prong_state_combine(a->plan, into, from, a->plan->relative ? ((struct prong_state *)into)->count : 0);
}

static void job_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    const struct adding *a = ctx;
    prong_source_range(&a->source, a->grain, chunk, first, last);
}

static int job_compute(void *partial, uint64_t chunk, void *block, void *ctx)
{
    struct adding *a = ctx;
    struct prong_reader reader;
    uint64_t first, last;

    job_range(chunk, &first, &last, ctx);
    prong_reader_begin(&reader, &a->source, a->scratch, first, last, block);
    return prong_scan(a->plan, &reader, partial);
}

static prong_status feed_step(void *block, bool *full, bool *end, void *ctx, prong_error *err)
{
    struct adding *a = ctx;
    return prong_stream_step(a->source.array, block, full, end, err);
}

static bool feed_pending(void *ctx)
{
    const struct adding *a = ctx;
    return prong_stream_pending(a->source.array);
}

const char *prong_display_name(const struct prong_array *array)
{
    return strcmp(array->name, "-") == 0 ? "standard input" : array->name;
}

/* What stopped a scan, in words: the place first. */
static prong_status stopped(const struct prong_state *head, const struct prong_source *source, prong_error *err)
{
    const struct prong_array *array = source->array, *other = source->other;
    const char *name = prong_display_name(array);
    unsigned long long line = head->stop_line + 1, column = head->stop_column + 1;

    if (head->stop == PRONG_STOP_BAD_NUMBER)
        return prong_fail(err, PRONG_EDATA, "%s:%llu:%llu: %s: '%s'", name, line, column,
                          head->stop_why ? head->stop_why : "not a number", head->stop_token);
    if (prong_array_is_text(array))
        return prong_fail(err, PRONG_ENAN, "%s:%llu:%llu: NaN", name, line, column);
    if (head->stop == PRONG_STOP_WEIGHT)
        return prong_fail(err, PRONG_EDATA, "%s: the weight of element %llu is negative: weights are from 0 up",
                          prong_display_name(other), (unsigned long long)head->stop_index);
    if (other)
        return prong_fail(err, PRONG_ENAN, "%s or %s: element %llu is NaN", name, prong_display_name(other),
                          (unsigned long long)head->stop_index);
    return prong_fail(err, PRONG_ENAN, "%s: element %llu is NaN", name, (unsigned long long)head->stop_index);
}

void prong_explain(const struct prong_source *source, prong_status status, prong_error *err)
{
    const char *name = prong_display_name(source->array);

    if (!err)
        return;
    if (status == PRONG_EIO && err->body_status == 1 && source->other)
        name = prong_display_name(source->other);
    if (status == PRONG_EIO)
        prong_error_prefix(err, "%s: ", name);
    else if (status == PRONG_ELOST || status == PRONG_ETIMEDOUT || status == PRONG_EBODY)
        prong_error_prefix(err, "while reducing %s", name);
    if (prong_array_is_text(source->array))
        err->unit = "bytes";
}

static void make_job(struct adding *a, struct prong_job_spec *job, struct prong_feed *feed)
{
    const struct prong_array *array = a->source.array;

    *job = (struct prong_job_spec){ .partial_size = a->plan->size,
                                    .init = job_init,
                                    .compute = job_compute,
                                    .combine = job_combine,
                                    .range = job_range,
                                    .ctx = a };
    job->commutative = !prong_array_is_text(array) && !(a->plan->needs & PRONG_NEED_PRODUCT) && a->plan->nan != PRONG_NAN_RAISE;
    a->grain = prong_source_grain(&a->source, a->grain);
    job->chunks = prong_ceil_div(prong_source_units(&a->source), a->grain);
    if (prong_array_is_stream(array)) {
        *feed = (struct prong_feed){ array->fd, sizeof(struct prong_block), feed_step, feed_pending };
        job->feed = feed;
        job->chunks = PRONG_CHUNKS_UNKNOWN;
        return;
    }
    job->inputs[0] = (struct prong_region){ array->map, array->map_size };
    if (a->source.other)
        job->inputs[1] = (struct prong_region){ a->source.other->map, a->source.other->map_size };
}

prong_status prong_add_source(struct prong_plan *plan, const struct prong_source *source, struct prong_scratch *scratch,
                              uint64_t grain, const prong_options *run, void *part, prong_error *err)
{
    struct adding a = { .plan = plan, .source = *source, .scratch = scratch, .grain = grain };
    struct prong_job_spec job;
    struct prong_feed feed;
    prong_status status;

    plan->relative = prong_array_is_text(source->array);
    make_job(&a, &job, &feed);
    status = prong_job_run(&job, run, part, err);
    if (status)
        prong_explain(source, status, err);
    else if (((struct prong_state *)part)->stop)
        status = stopped(part, source, err);
    return status;
}

void prong_stats_add(prong_stats *all, const prong_stats *one)
{
    all->workers = one->workers > all->workers ? one->workers : all->workers;
    all->segment_bytes = one->segment_bytes > all->segment_bytes ? one->segment_bytes : all->segment_bytes;
    all->chunks += one->chunks;
    all->retries += one->retries;
    all->respawns += one->respawns;
    all->lost += one->lost;
    all->forks_failed += one->forks_failed;
    all->seconds += one->seconds;
    if (one->inline_why)
        all->inline_why = one->inline_why;
}
