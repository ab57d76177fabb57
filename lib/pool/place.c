/* SPDX-License-Identifier: MIT */
/* Places for workers. Two workers on the two threads of one core are hardly faster than one, and what tells threads from cores
 * is hwloc. It reads the whole machine's topology, with allocations, so that is the parent's business before it forks; a worker
 * only looks its processor up. Without hwloc, workers count through the processors that they may run on. */
#include "pool/place.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#ifdef HAVE_SCHED_GETAFFINITY

#ifdef HAVE_HWLOC
#include <hwloc.h>

static hwloc_topology_t load_topology(void)
{
    hwloc_topology_t topology;

    if (hwloc_topology_init(&topology) == -1)
        return NULL;
    /* To look from each processor in turn would take the caller there. */
    hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING);
    if (hwloc_topology_load(topology) == 0)
        return topology;
    hwloc_topology_destroy(topology);
    return NULL;
}

/* The processors that are allowed and known. */
static void add_allowed(hwloc_topology_t topology, const cpu_set_t *allowed, hwloc_bitmap_t set)
{
    hwloc_obj_t pu = NULL;

    while ((pu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, pu)) != NULL)
        if (pu->os_index < CPU_SETSIZE && CPU_ISSET(pu->os_index, allowed))
            hwloc_bitmap_set(set, pu->os_index);
}

/* Spreads n <= weight of set over the topology, which is cut down to it. In a topology of one thread a core every part gets no
 * more than it has cores. */
static bool spread(hwloc_topology_t topology, hwloc_const_bitmap_t set, int n, int *processors)
{
    hwloc_cpuset_t *parts = calloc((size_t)n, sizeof *parts);
    hwloc_obj_t root;
    bool done = parts && hwloc_topology_restrict(topology, set, 0) == 0;

    if (done) {
        root = hwloc_get_root_obj(topology);
        done = hwloc_distrib(topology, &root, 1, parts, (unsigned)n, INT_MAX, 0) == 0;
    }
    for (int i = 0; done && i < n; i++) {
        processors[i] = parts[i] ? hwloc_bitmap_first(parts[i]) : -1;
        done = processors[i] != -1;
    }
    for (int i = 0; parts && i < n; i++)
        hwloc_bitmap_free(parts[i]);
    free(parts);
    return done;
}

/* From those that are left, the next of each core, until no worker is without: wanted more at most. */
static int add_threads(hwloc_topology_t topology, hwloc_bitmap_t left, int wanted, int *processors)
{
    hwloc_bitmap_t next = hwloc_bitmap_alloc();
    int n = 0;

    while (next && n < wanted && !hwloc_bitmap_iszero(left)) {
        int processor;
        if (hwloc_bitmap_copy(next, left) == -1 || hwloc_bitmap_singlify_per_core(topology, next, 0) == -1)
            break;
        hwloc_bitmap_andnot(left, left, next);
        for (processor = hwloc_bitmap_first(next); processor != -1 && n < wanted;
             processor = hwloc_bitmap_next(next, processor))
            processors[n++] = processor;
    }
    hwloc_bitmap_free(next);
    return n;
}

static int order(hwloc_topology_t topology, hwloc_bitmap_t left, hwloc_bitmap_t cores, int workers, int *processors)
{
    int n, more = 0;

    if (hwloc_bitmap_copy(cores, left) == -1 || hwloc_bitmap_singlify_per_core(topology, cores, 0) == -1)
        return 0;
    n = hwloc_bitmap_weight(cores);
    if (n < workers) {
        hwloc_bitmap_andnot(left, left, cores);
        more = add_threads(topology, left, workers - n, processors + n);
    } else {
        n = workers;
    }
    return n > 0 && spread(topology, cores, n, processors) ? n + more : 0;
}

int prong_places_order(const cpu_set_t *allowed, int workers, int *processors)
{
    hwloc_topology_t topology = load_topology();
    hwloc_bitmap_t left = hwloc_bitmap_alloc();
    hwloc_bitmap_t cores = hwloc_bitmap_alloc();
    int n = 0;

    if (topology && left && cores) {
        add_allowed(topology, allowed, left);
        n = order(topology, left, cores, workers, processors);
    }
    hwloc_bitmap_free(cores);
    hwloc_bitmap_free(left);
    if (topology)
        hwloc_topology_destroy(topology);
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
