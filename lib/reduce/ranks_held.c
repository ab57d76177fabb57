/* SPDX-License-Identifier: MIT */
/* Ranks as they are asked for, and answered from elements that are in memory: those of one output among many, which its worker
 * holds. */
#include "config.h"

#include "reduce/ranks.h"

#include "base/error.h"
#include "order/select.h"

#include <math.h>
#include <stdlib.h>

const void *prong_ranked_batch(const struct prong_ranked *what, const struct prong_batch *batch, struct prong_scratch *scratch)
{
    double *to = scratch->others.f;

    if (!what->deviations)
        return batch->f;
    for (size_t i = 0; i < batch->n; i++) {
        if (what->domain == PRONG_DOMAIN_F64) {
            to[i] = fabs(batch->f[i] - what->center);
        } else {
            /* The center is an integer or halfway between two, or so large that nothing lies between. */
            __int128 twice = (__int128)(2 * what->center);
            __int128 x = what->domain == PRONG_DOMAIN_I64 ? (__int128)batch->i[i] : (__int128)batch->u[i];
            __int128 distance = 2 * x - twice;
            to[i] = 0.5 * (double)(distance < 0 ? -distance : distance);
        }
    }
    return to;
}

/* ---- What is wanted ---- */

static int compare_ranks(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

prong_status prong_ranks_ask(struct prong_ranks *ranks, prong_error *err)
{
    size_t n = 0, wanted;

    ranks->rank = calloc(ranks->most + 1, sizeof *ranks->rank);
    ranks->key = calloc(ranks->most + 1, sizeof *ranks->key);
    if (!ranks->rank || !ranks->key)
        return prong_fail(err, PRONG_ENOMEM, "%zu ranks", ranks->most);
    wanted = ranks->n ? ranks->wanted(ranks->n, ranks->rank, ranks->ctx) : 0;
    qsort(ranks->rank, wanted, sizeof *ranks->rank, compare_ranks);
    for (size_t i = 0; i < wanted; i++)
        if (n == 0 || ranks->rank[n - 1] != ranks->rank[i])
            ranks->rank[n++] = ranks->rank[i];
    ranks->count = n;
    return PRONG_OK;
}

void prong_ranks_free(struct prong_ranks *ranks)
{
    free(ranks->rank);
    free(ranks->key);
    ranks->rank = NULL;
    ranks->key = NULL;
}

int64_t prong_ranks_key(const struct prong_ranks *ranks, uint64_t rank)
{
    const uint64_t *at = bsearch(&rank, ranks->rank, ranks->count, sizeof rank, compare_ranks);
    return ranks->key[at - ranks->rank];
}

/* ---- What is held ---- */

prong_status prong_held_ranks(const struct prong_held *held, struct prong_scratch *scratch, struct prong_ranks *ranks,
                              prong_error *err)
{
    enum prong_order_domain domain = prong_order_domain_of(&ranks->what);
    const uint64_t *numbers = held->numbers;
    size_t keys = 0;
    prong_status status;

    for (size_t first = 0; first < held->n; first += PRONG_BATCH) {
        struct prong_batch batch = { .n = held->n - first < PRONG_BATCH ? held->n - first : PRONG_BATCH, .u = numbers + first };
        keys += prong_keys(domain, prong_ranked_batch(&ranks->what, &batch, scratch), batch.n, held->key + keys);
    }
    ranks->n = keys;
    ranks->nans = held->n - keys;
    status = prong_ranks_ask(ranks, err);
    if (status || ranks->count == 0)
        return status;
    prong_select(held->key, keys, ranks->rank, ranks->count);
    for (size_t i = 0; i < ranks->count; i++)
        ranks->key[i] = held->key[ranks->rank[i]];
    return PRONG_OK;
}
