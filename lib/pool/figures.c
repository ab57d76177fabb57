/* SPDX-License-Identifier: MIT */
/* A pool's figures. Percentiles are taken over the last jobs only: an old slow start should not hide what a pool does now. */
#include "config.h"

#include "pool/figures.h"

#include <stdlib.h>
#include <string.h>

void prong_figures_add(struct prong_figures *figures, const prong_stats *job)
{
    figures->latency[figures->jobs++ % PRONG_LATENCIES] = (float)job->seconds;
    figures->chunks += job->chunks;
    figures->retries += job->retries;
    figures->respawns += job->respawns;
}

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

void prong_figures_give(const struct prong_figures *figures, prong_pool_figures *out)
{
    float sorted[PRONG_LATENCIES];
    size_t n = figures->jobs < PRONG_LATENCIES ? (size_t)figures->jobs : PRONG_LATENCIES;

    out->jobs = figures->jobs;
    out->chunks = figures->chunks;
    out->retries = figures->retries;
    out->respawns = figures->respawns;
    out->inline_why = figures->inline_why;
    if (n == 0)
        return;
    memcpy(sorted, figures->latency, n * sizeof sorted[0]);
    qsort(sorted, n, sizeof sorted[0], compare);
    out->latency_p50 = (double)sorted[n / 2];
    out->latency_p90 = (double)sorted[n * 9 / 10];
    out->latency_p99 = (double)sorted[n * 99 / 100];
}
