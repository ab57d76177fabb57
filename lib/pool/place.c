/* SPDX-License-Identifier: MIT */
/* Places for workers. Two workers on the two threads of one core are hardly faster than one, and what tells threads from cores
 * is hwloc. It reads the whole machine's topology, with allocations, so that is the parent's business before it forks; a worker
 * only looks its processor up. Without hwloc (it was not there when prong was built, or is not now), workers count through the
 * processors that they may run on. */
#include "pool/place.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#ifdef HAVE_SCHED_GETAFFINITY

#ifdef HAVE_HWLOC
#include <hwloc.h>

#include "base/late.h"

#define HWLOC_FUNCTIONS(F)                                                                                                     \
    F(hwloc_topology_init) F(hwloc_topology_set_flags) F(hwloc_topology_load) F(hwloc_topology_restrict)                       \
    F(hwloc_topology_destroy) F(hwloc_get_type_depth) F(hwloc_get_nbobjs_by_depth) F(hwloc_get_obj_by_depth)                   \
    F(hwloc_bitmap_alloc) F(hwloc_bitmap_free) F(hwloc_bitmap_copy) F(hwloc_bitmap_set) F(hwloc_bitmap_andnot)                 \
    F(hwloc_bitmap_first) F(hwloc_bitmap_next) F(hwloc_bitmap_weight) F(hwloc_bitmap_iszero)                                   \
    F(hwloc_bitmap_singlify_per_core)
/* Functions that are inline in its headers call others by name, and are of no use here. */
PRONG_LATE(hwloc, HWLOC_SONAME, HWLOC_FUNCTIONS);

static hwloc_topology_t load_topology(const struct hwloc *hwloc)
{
    hwloc_topology_t topology;

    if (hwloc->hwloc_topology_init(&topology) == -1)
        return NULL;
    /* To look from each processor in turn would take the caller there. */
    hwloc->hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING);
    if (hwloc->hwloc_topology_load(topology) == 0)
        return topology;
    hwloc->hwloc_topology_destroy(topology);
    return NULL;
}

/* The processors that are allowed and known. */
static void add_allowed(const struct hwloc *hwloc, hwloc_topology_t topology, const cpu_set_t *allowed, hwloc_bitmap_t set)
{
    int depth = hwloc->hwloc_get_type_depth(topology, HWLOC_OBJ_PU);
    unsigned count = hwloc->hwloc_get_nbobjs_by_depth(topology, depth);

    for (unsigned i = 0; i < count; i++) {
        unsigned processor = hwloc->hwloc_get_obj_by_depth(topology, depth, i)->os_index;
        if (processor < CPU_SETSIZE && CPU_ISSET(processor, allowed))
            hwloc->hwloc_bitmap_set(set, processor);
    }
}

/* Spreads n workers, no more than it has processors, over a part of the machine: each part of that gets its share by the number
 * of its processors, which is no more than it has. Returns where the next one goes. */
static int *spread(const struct hwloc *hwloc, hwloc_obj_t part, int n, int *processors)
{
    int weight = hwloc->hwloc_bitmap_weight(part->cpuset), before = 0, given = 0;

    if (n > 0 && part->arity == 0)
        *processors++ = hwloc->hwloc_bitmap_first(part->cpuset);
    for (unsigned i = 0; n > 0 && i < part->arity; i++) {
        int share;
        before += hwloc->hwloc_bitmap_weight(part->children[i]->cpuset);
        share = (int)(((int64_t)before * n + weight - 1) / weight) - given;
        processors = spread(hwloc, part->children[i], share, processors);
        given += share;
    }
    return processors;
}

/* From those that are left, the next of each core, until no worker is without: wanted more at most. */
static int add_threads(const struct hwloc *hwloc, hwloc_topology_t topology, hwloc_bitmap_t left, int wanted, int *processors)
{
    hwloc_bitmap_t next = hwloc->hwloc_bitmap_alloc();
    int n = 0;

    while (next && n < wanted && !hwloc->hwloc_bitmap_iszero(left)) {
        int processor;
        if (hwloc->hwloc_bitmap_copy(next, left) == -1 || hwloc->hwloc_bitmap_singlify_per_core(topology, next, 0) == -1)
            break;
        hwloc->hwloc_bitmap_andnot(left, left, next);
        for (processor = hwloc->hwloc_bitmap_first(next); processor != -1 && n < wanted;
             processor = hwloc->hwloc_bitmap_next(next, processor))
            processors[n++] = processor;
    }
    hwloc->hwloc_bitmap_free(next);
    return n;
}

/* The cores first, for which the topology is cut down to one thread of each. */
static int order(const struct hwloc *hwloc, hwloc_topology_t topology, hwloc_bitmap_t left, hwloc_bitmap_t cores, int workers,
                 int *processors)
{
    int n, more = 0;

    if (hwloc->hwloc_bitmap_copy(cores, left) == -1 || hwloc->hwloc_bitmap_singlify_per_core(topology, cores, 0) == -1)
        return 0;
    n = hwloc->hwloc_bitmap_weight(cores);
    if (n < workers) {
        hwloc->hwloc_bitmap_andnot(left, left, cores);
        more = add_threads(hwloc, topology, left, workers - n, processors + n);
    } else {
        n = workers;
    }
    if (n <= 0 || hwloc->hwloc_topology_restrict(topology, cores, 0) != 0)
        return 0;
    return spread(hwloc, hwloc->hwloc_get_obj_by_depth(topology, 0, 0), n, processors) == processors + n ? n + more : 0;
}

int prong_places_order(const cpu_set_t *allowed, int workers, int *processors)
{
    const struct hwloc *hwloc = prong_late_open(&hwloc_library, NULL, 0);
    hwloc_topology_t topology;
    hwloc_bitmap_t left, cores;
    int n = 0;

    if (!hwloc)
        return 0;
    topology = load_topology(hwloc);
    left = hwloc->hwloc_bitmap_alloc();
    cores = hwloc->hwloc_bitmap_alloc();
    if (topology && left && cores) {
        add_allowed(hwloc, topology, allowed, left);
        n = order(hwloc, topology, left, cores, workers, processors);
    }
    hwloc->hwloc_bitmap_free(cores);
    hwloc->hwloc_bitmap_free(left);
    if (topology)
        hwloc->hwloc_topology_destroy(topology);
    return n;
}

#else

int prong_places_order(const cpu_set_t *allowed, int workers, int *processors)
{
    (void)allowed;
    (void)workers;
    (void)processors;
    return 0;
}

#endif

void prong_places_choose(struct prong_places *places, int workers)
{
    cpu_set_t allowed;

    places->count = 0;
    if (!places->processors)
        places->processors = malloc((size_t)workers * sizeof *places->processors);
    if (places->processors && sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        places->count = prong_places_order(&allowed, workers, places->processors);
}

static int nth(const cpu_set_t *set, int n)
{
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, set) && n-- == 0)
            return cpu;
    return -1;
}

void prong_places_take(const struct prong_places *places, uint32_t worker)
{
    cpu_set_t allowed, one;
    int cpu = -1;

    if (sched_getaffinity(0, sizeof allowed, &allowed) == -1 || CPU_COUNT(&allowed) == 0)
        return;
    if (places->count > 0)
        cpu = places->processors[worker % (uint32_t)places->count];
    /* The caller may have been moved elsewhere since. */
    if (cpu == -1 || !CPU_ISSET(cpu, &allowed))
        cpu = nth(&allowed, (int)(worker % (uint32_t)CPU_COUNT(&allowed)));
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
}

#else

void prong_places_choose(struct prong_places *places, int workers)
{
    (void)places;
    (void)workers;
}

void prong_places_take(const struct prong_places *places, uint32_t worker)
{
    (void)places;
    (void)worker;
}

#endif

void prong_places_free(struct prong_places *places)
{
    free(places->processors);
    *places = (struct prong_places){ NULL, 0 };
}
