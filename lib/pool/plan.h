/* SPDX-License-Identifier: MIT */
/* Into how many chunks work is cut: a function of its size alone, never of the number of workers, the schedule or the
 * machine, because the chunks decide the shape of the tree and with it the bits of a result that rounds. */
#ifndef PRONG_POOL_PLAN_H
#define PRONG_POOL_PLAN_H

#include "base/size.h"

/* Enough work in a chunk to hide a claim; few enough chunks to keep all their slots. */
#define PRONG_LEAST_GRAIN UINT64_C(65536)
#define PRONG_DEFAULT_CHUNKS UINT64_C(4096)

static inline uint64_t prong_default_grain(uint64_t count)
{
    uint64_t grain = prong_ceil_div(count, PRONG_DEFAULT_CHUNKS);
    return grain < PRONG_LEAST_GRAIN ? PRONG_LEAST_GRAIN : grain;
}

#endif
