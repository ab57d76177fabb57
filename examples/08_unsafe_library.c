/* SPDX-License-Identifier: MIT */
/* 08_before.c made parallel: every worker is a process, so each has the library's static state to itself. */
#include "08_library.h"

#include <prong.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned n = 11;
static unsigned long total;

/* The solutions whose queens in the first two rows stand in these columns. */
static unsigned long solve(unsigned first, unsigned second)
{
    queens_begin(n);
    if (!queens_put(first) || !queens_put(second))
        return 0;
    return queens_count();
}

static int item(uint64_t i, void *result, void *ctx)
{
    (void)ctx;
    *(unsigned long *)result = solve((unsigned)i / n, (unsigned)i % n);
    return 0;
}

static int deliver(uint64_t i, const void *result, void *ctx)
{
    unsigned long found = *(const unsigned long *)result;
    (void)ctx;
    total += found;
    if (i < 4)
        printf("queens at %u, %u: %lu\n", (unsigned)i / n, (unsigned)i % n, found);
    return 0;
}

int main(int argc, char **argv)
{
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;
    prong_pool *pool;

    if (argc > 1)
        n = (unsigned)strtoul(argv[1], NULL, 10);
    spec.count = n * n, spec.result_size = sizeof total, spec.item = item, spec.deliver = deliver;
    if (prong_pool_create(&pool, NULL, NULL) || prong_pool_map(pool, &spec, NULL) || prong_pool_destroy(pool))
        return 1;
    printf("%u queens: %lu\n", n, total);
    return 0;
}
