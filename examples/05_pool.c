/* SPDX-License-Identifier: MIT */
/* A pool whose workers stay: 2000 short parallel jobs, each only microseconds more than its work.
 *
 * A cellular automaton (Wolfram's rule 30) on a ring of cells. Every step is a loop over all cells; the two rows lie in the
 * pool's arena, which parent and workers share at the same address. At the end a fold counts the live cells. */
#include <prong.h>

#include <stdio.h>

enum { CELLS = 20000, STEPS = 2000 };

struct rows {
    unsigned char *now, *next;
};

/* One step for the cells first … last-1. Each writes its own cells only, and depends on nothing but the row before: if a
 * worker died, its cells would be computed again, to the same values. */
static int step(uint64_t first, uint64_t last, void *ctx)
{
    const struct rows *rows = ctx;

    for (uint64_t i = first; i < last; i++) {
        unsigned left = rows->now[(i + CELLS - 1) % CELLS], middle = rows->now[i], right = rows->now[(i + 1) % CELLS];
        rows->next[i] = 30 >> (left << 2 | middle << 1 | right) & 1;
    }
    return 0;
}

static int count(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const struct rows *rows = ctx;

    for (uint64_t i = first; i < last; i++)
        *(long *)partial += rows->now[i];
    return 0;
}

static int add(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(long *)into += *(const long *)from;
    return 0;
}

int main(void)
{
    prong_for_spec loop = PRONG_FOR_SPEC_INIT;
    prong_fold_spec fold = PRONG_FOLD_SPEC_INIT;
    prong_status status = PRONG_OK;
    prong_pool *pool;
    struct rows *rows;
    long live = 0;

    if (prong_pool_create(&pool, NULL, NULL) != PRONG_OK)
        return 1;
    rows = prong_pool_alloc(pool, sizeof *rows, 0); /* workers read it, so it is in the arena as well */
    rows->now = prong_pool_alloc(pool, CELLS, 0);
    rows->next = prong_pool_alloc(pool, CELLS, 0);
    rows->now[CELLS / 2] = 1; /* all others are 0: so is the memory of a fresh arena */

    loop.count = CELLS;
    loop.body = step;
    loop.ctx = rows;
    for (int i = 0; i < STEPS && status == PRONG_OK; i++) {
        unsigned char *before = rows->now;
        status = prong_pool_for(pool, &loop, NULL);
        rows->now = rows->next;
        rows->next = before;
    }

    fold.count = CELLS;
    fold.grain = 1000;
    fold.partial_size = sizeof live;
    fold.accumulate = count;
    fold.combine = add;
    fold.ctx = rows;
    if (status == PRONG_OK)
        status = prong_pool_fold(pool, &fold, &live, NULL);
    if (status == PRONG_OK)
        printf("%ld live cells after %d steps\n", live, STEPS);
    else
        fprintf(stderr, "05_pool: %s\n", prong_status_string(status));
    prong_pool_destroy(pool);
    return status != PRONG_OK;
}
