/* SPDX-License-Identifier: MIT */
/* The pass over quotes: each chunk tells how what its first byte is in becomes what the next chunk's is in, for each that may
 * be; the parent puts these together from the front. Without comments that is the parity of quotes. */
#include "config.h"

#include "table/quotes.h"

#include "base/error.h"
#include "pool/job.h"

#include <stdlib.h>

struct quotes {
    const struct prong_rows_plan *plan;
    char *window;
    unsigned char *inside; /* parent: of the chunks so far, and of the next one */
    bool any;              /* parent: there is a quote */
};

struct follow {
    unsigned char after[PRONG_INSIDES];
    unsigned char any;
};

static void quotes_range(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    const struct quotes *q = ctx;

    prong_rows_range(q->plan, chunk, first, last);
}

static int quotes_compute(void *partial, uint64_t chunk, void *area, void *ctx)
{
    const struct quotes *q = ctx;
    const struct prong_table *table = q->plan->table;
    struct follow *f = partial;
    uint64_t first, last;
    size_t before = chunk > 0;
    const char *data;

    (void)area;
    prong_rows_range(q->plan, chunk, &first, &last);
    data = prong_array_fetch(table->array, table->array->data + table->first + first - before,
                             before + (size_t)(last - first), q->window);
    prong_index_follow(&table->dialect, before ? data[0] : '\n', data + before, (size_t)(last - first), f->after, &f->any);
    return 0;
}

static int quotes_deliver(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    struct quotes *q = ctx;
    const struct follow *f = partial;

    (void)area;
    q->inside[chunk + 1] = f->after[q->inside[chunk]];
    q->any = q->any || f->any;
    return 0;
}

prong_status prong_quotes_find(struct prong_rows_plan *plan, char *window, uint64_t chunks, const prong_options *run,
                               unsigned char **inside, prong_error *err)
{
    struct quotes q = { .plan = plan, .window = window };
    struct prong_job_spec job = { .chunks = chunks,
                                  .partial_size = sizeof(uint64_t),
                                  .compute = quotes_compute,
                                  .deliver = quotes_deliver,
                                  .range = quotes_range,
                                  .ctx = &q };
    uint64_t nothing;
    prong_status status;

    *inside = NULL;
    plan->dialect = plan->table->dialect;
    plan->inside = NULL;
    if (chunks < 2 || !plan->dialect.quote)
        return PRONG_OK;
    q.inside = calloc((size_t)chunks + 1, 1);
    if (!q.inside)
        return prong_fail(err, PRONG_ENOMEM, "%llu chunks", (unsigned long long)chunks);
    job.inputs[0] = (struct prong_region){ plan->table->array->map, plan->table->array->map_size };
    status = prong_job_run(&job, run, &nothing, err);
    if (status || !q.any) {
        free(q.inside);
        q.inside = NULL;
        plan->dialect.quote = 0;
    }
    plan->inside = *inside = q.inside;
    return status;
}
