/* SPDX-License-Identifier: MIT */
/* What a pool has done so far. Kept by the parent. */
#ifndef PRONG_POOL_FIGURES_H
#define PRONG_POOL_FIGURES_H

#include "prong/pool.h"

enum { PRONG_LATENCIES = 1024 };

struct prong_figures {
    uint64_t jobs, chunks, retries, respawns;
    float latency[PRONG_LATENCIES]; /* seconds, of the last jobs; a ring */
    const char *inline_why;
};

void prong_figures_add(struct prong_figures *figures, const prong_stats *job);

/* Fills in the sums and percentiles of out. */
void prong_figures_give(const struct prong_figures *figures, prong_pool_figures *out);

#endif
