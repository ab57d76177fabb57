/* SPDX-License-Identifier: MIT */
/* One clock for all processes of a run: nanoseconds of CLOCK_MONOTONIC, which are comparable across processes. */
#ifndef PRONG_BASE_CLOCK_H
#define PRONG_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t prong_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#endif
