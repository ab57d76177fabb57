/* SPDX-License-Identifier: MIT */
/* What a pool is made of, and what is left of it afterwards: nothing. */
#include "config.h"

#include "base/cgroup.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/self.h"
#include "pool/arena.h"
#include "pool/crew.h"
#include "pool/lifeline.h"

#include <stdlib.h>
#include <string.h>

prong_status prong_pool_open(struct prong_pool *pool, prong_error *err)
{
    struct prong_layout *layout = &pool->start.layout;
    unsigned how = 0;
    prong_status status;
    int failure;

    pool->owner = prong_self();
    pool->oom_kills = prong_cgroup_oom_kills();
    pool->start.parent = pool->owner;
    pool->start.parent_thread_is_main = prong_is_main_thread();
    status = prong_trace_open(pool, err);
    if (status)
        return status;
    if (!prong_layout_plan(layout))
        return prong_fail(err, PRONG_ENOMEM, "the segment's size does not fit in memory");
    pool->attempts = calloc((size_t)layout->places, sizeof *pool->attempts);
    pool->children = calloc(layout->workers, sizeof *pool->children);
    pool->start.partial = malloc(pool->start.partial_room);
    pool->whole = malloc(pool->start.partial_room);
    if (!pool->attempts || !pool->children || !pool->start.partial || !pool->whole)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a partial", pool->start.partial_room);
    for (uint32_t i = 0; i < layout->workers; i++)
        pool->children[i].death_fd = pool->children[i].spare_fd = -1;
    status = prong_watch_open(&pool->watch, (int)layout->workers, err);
    if (status)
        return status;
    pool->watch.own_group = pool->start.setup.flags & PRONG_OWN_GROUP;
    if (pool->options.remove != PRONG_REMOVE_END)
        how |= PRONG_SEGMENT_EARLY;
    if (pool->start.setup.flags & PRONG_HUGE_PAGES)
        how |= PRONG_SEGMENT_HUGE;
    status = prong_segment_create_before(prong_trace_witness(pool), &pool->start.segment, layout->size, how, err);
    if (status)
        return status;
    pool->start.notify_fd = pool->watch.notify_write;
    pool->board = (struct prong_board){ layout, pool->start.segment.base, pool->generation };
    failure = prong_layout_format(layout, pool->start.segment.base);
    if (failure == 0)
        failure = prong_trace_format(pool);
    if (failure)
        return prong_fail(err, PRONG_ESYS, "sem_init: %s", strerror(failure));
    PRONG_FAULT("parent-ready");
    return PRONG_OK;
}

void prong_pool_close(struct prong_pool *pool)
{
    prong_tree_free(&pool->tree);
    prong_segment_close(&pool->start.segment);
    prong_trace_close(pool);
    prong_watch_close(&pool->watch);
    prong_arena_free_all(pool->arena);
    prong_places_free(&pool->start.places);
    free(pool->start.partial);
    free(pool->whole);
    free(pool->attempts);
    free(pool->children);
}
