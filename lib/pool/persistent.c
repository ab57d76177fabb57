/* SPDX-License-Identifier: MIT */
/* Pools that live for many jobs: made, reforked, destroyed, and asked about. Their jobs are in jobs.c. */
#include "config.h"

#include "pool/persistent.h"

#include "base/cpus.h"
#include "base/error.h"
#include "base/self.h"
#include "base/size.h"
#include "pool/arena.h"
#include "pool/figures.h"
#include "pool/lifeline.h"
#include "pool/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACES = 4096, PLACES_PER_WORKER = 4, PARTIAL_ROOM = 4096, JOB_ROOM = 1024 };

static const size_t default_arena = (size_t)64 << 20;
static const size_t default_slots = (size_t)4 << 20;

/* Looking longer than a wake-up takes is a waste; looking at all is one where somebody else could use the processor. */
static const double default_spin = 50e-6;

static prong_status resolve(prong_pool_options *out, const prong_pool_options *options, prong_error *err)
{
    static const prong_pool_options defaults = PRONG_POOL_OPTIONS_INIT;
    prong_options run;
    prong_status status;

    *out = defaults;
    if (options) {
        if (options->size < sizeof options->size || options->size > 4096)
            return prong_fail(err, PRONG_EINVAL, "options.size is %zu: use PRONG_POOL_OPTIONS_INIT", options->size);
        memcpy(out, options, options->size < sizeof *out ? options->size : sizeof *out);
        out->size = sizeof *out;
    }
    if (out->flags & ~(PRONG_PIN | PRONG_OWN_GROUP | PRONG_PREFAULT | PRONG_HUGE_PAGES | PRONG_NUMA_SLOTS | PRONG_ZYGOTE |
                       PRONG_CHECK_CTX))
        return prong_fail(err, PRONG_EINVAL, "unknown pool flags 0x%x", out->flags);
    if (!(out->spin < 1e3))
        return prong_fail(err, PRONG_EINVAL, "spin is in seconds, below 1000");
    status = prong_options_resolve(&run, &out->run, err);
    out->run = run;
    if (out->arena_size == 0)
        out->arena_size = default_arena;
    if (out->slots_size == 0)
        out->slots_size = default_slots;
    return status;
}

static prong_status check_threads(const prong_options *run, prong_error *err)
{
    if (!(run->flags & PRONG_ALLOW_THREADS) && prong_thread_count() > 1)
        return prong_fail(err, PRONG_ETHREADS, "%d threads; set PRONG_ALLOW_THREADS if the computation needs no lock",
                          prong_thread_count());
    return PRONG_OK;
}

/* Slots for commutative jobs and for ordered ones whose window is as small as may be. */
static bool plan_room(prong_pool *pool, const struct prong_pool_room *room)
{
    struct prong_layout *layout = &pool->start.layout;
    uint64_t least = (uint64_t)layout->workers * PLACES_PER_WORKER;
    uint64_t areas = room->areas ? room->areas : least;
    size_t slots;

    if (!prong_layout_bytes(layout, least, room->partial_size, &slots) ||
        !prong_layout_bytes(layout, areas, room->area_size, &layout->areas_size) ||
        !prong_size_add(sizeof(struct prong_job_spec), room->ctx_size, &layout->job_size))
        return false;
    if (layout->slots_size < slots)
        layout->slots_size = slots;
    if (layout->job_size < JOB_ROOM)
        layout->job_size = JOB_ROOM;
    if (pool->start.partial_room < room->partial_size)
        pool->start.partial_room = room->partial_size;
    return true;
}

static void set_up(prong_pool *pool, const prong_pool_options *o)
{
    struct prong_layout *layout = &pool->start.layout;
    int workers = o->run.workers > 0 ? o->run.workers : prong_workers();
    double spin = o->spin >= 0 ? o->spin : workers < prong_affinity_cpus() ? default_spin : 0;

    pool->persistent = true;
    pool->options = o->run;
    pool->spin = pool->start.spin = (int64_t)(spin * 1e9);
    pool->start.setup = *o;
    pool->start.partial_room = PARTIAL_ROOM;
    layout->workers = (uint32_t)workers;
    layout->places = PLACES;
    layout->slots_size = o->slots_size;
    layout->arena_size = o->arena_size;
    layout->line = o->flags & PRONG_NUMA_SLOTS ? (size_t)sysconf(_SC_PAGESIZE) : 0;
}

prong_status prong_pool_create_for(prong_pool **out, const prong_pool_options *options, const struct prong_pool_room *room,
                                   prong_error *err)
{
    prong_pool *pool = calloc(1, sizeof *pool);
    prong_pool_options o;
    prong_status status;

    *out = NULL;
    if (!pool)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a pool", sizeof *pool);
    pool->start.segment = PRONG_SEGMENT_NONE;
    pool->start.zygote_fd = -1;
    pool->watch.notify_read = pool->watch.notify_write = pool->watch.epoll = -1;
    status = resolve(&o, options, err);
    if (status == PRONG_OK)
        status = check_threads(&o.run, err);
    if (status)
        goto fail;
    set_up(pool, &o);
    if (!plan_room(pool, room)) {
        status = prong_fail(err, PRONG_ENOMEM, "the segment's size does not fit in memory");
        goto fail;
    }
    pool->figures = calloc(1, sizeof *pool->figures);
    if (!pool->figures) {
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for a pool", sizeof *pool->figures);
        goto fail;
    }
    status = prong_pool_open(pool, err);
    if (status)
        goto fail;
    pool->arena = prong_arena_create((char *)pool->board.base + pool->start.layout.arena, o.arena_size);
    if (!pool->arena) {
        status = prong_fail(err, PRONG_ENOMEM, "the books of the arena");
        goto fail;
    }
    if (o.flags & PRONG_PREFAULT)
        memset((char *)pool->board.base + pool->start.layout.arena, 0, o.arena_size);
    prong_crew_hatch(pool);
    status = prong_crew_spawn(pool, err);
    if (status)
        goto fail;
    *out = pool;
    return PRONG_OK;
fail:
    prong_crew_bury_zygote(pool);
    prong_pool_close(pool);
    free(pool->figures);
    free(pool);
    return status;
}

prong_status prong_pool_create(prong_pool **out, const prong_pool_options *options, prong_error *err)
{
    static const struct prong_pool_room nothing_in_particular;

    return prong_pool_create_for(out, options, &nothing_in_particular, err);
}

prong_status prong_pool_destroy(prong_pool *pool)
{
    if (!pool)
        return PRONG_OK;
    if (pool->owner != prong_self())
        return PRONG_EFORKED;
    prong_crew_dismiss(pool, pool->job != NULL);
    prong_crew_bury_zygote(pool);
    prong_pool_close(pool);
    free(pool->started);
    free(pool->figures);
    free(pool);
    return PRONG_OK;
}

prong_status prong_pool_usable(prong_pool *pool, prong_error *err)
{
    if (pool->owner != prong_self())
        return prong_fail(err, PRONG_EFORKED, "%s", "");
    if (pool->started)
        return prong_fail(err, PRONG_EBUSY, "a job was started and has not been waited for");
    return PRONG_OK;
}

prong_status prong_pool_canceled_before(prong_pool *pool, prong_error *err)
{
    if (!pool->canceled)
        return PRONG_OK;
    pool->canceled = 0;
    return prong_fail(err, PRONG_ECANCELED, "%s", "");
}

prong_status prong_pool_refork(prong_pool *pool, prong_error *err)
{
    prong_status status = prong_pool_usable(pool, err);

    if (status == PRONG_OK)
        status = check_threads(&pool->options, err);
    if (status)
        return status;
    prong_crew_dismiss(pool, false);
    atomic_store(&prong_header_at(pool->board.base)->leave, 0);
    pool->start.parent_thread_is_main = prong_is_main_thread();
    prong_crew_bury_zygote(pool);
    prong_crew_hatch(pool);
    return prong_crew_spawn(pool, err);
}

void prong_pool_cancel(prong_pool *pool)
{
    if (pool->owner != prong_self())
        return;
    pool->canceled = 1;
    prong_watch_ring(pool->watch.notify_write);
}

void *prong_pool_alloc(prong_pool *pool, size_t size, size_t align)
{
    return pool->owner == prong_self() ? prong_arena_alloc(pool->arena, size, align) : NULL;
}

void prong_pool_free(prong_pool *pool, void *memory)
{
    if (memory && pool->owner == prong_self())
        prong_arena_free(pool->arena, memory);
}

void prong_pool_reset(prong_pool *pool)
{
    if (pool->owner == prong_self())
        prong_arena_reset(pool->arena);
}

int prong_pool_owns(const prong_pool *pool, const void *memory)
{
    return prong_arena_owns(pool->arena, memory);
}

prong_status prong_pool_stats(const prong_pool *pool, prong_pool_figures *figures)
{
    prong_pool_figures all = { .size = figures->size };

    if (pool->owner != prong_self() && !prong_in_worker())
        return PRONG_EFORKED;
    prong_figures_give(pool->figures, &all);
    all.workers = pool->alive;
    all.huge_pages = pool->start.segment.huge;
    all.zygote = pool->start.zygote_fd != -1;
    all.segment_bytes = pool->start.layout.size;
    memcpy(figures, &all, all.size && all.size < sizeof all ? all.size : sizeof all);
    return PRONG_OK;
}
