/* SPDX-License-Identifier: MIT */
/* Which processor each worker of a pool with PRONG_PIN is on. */
#ifndef PRONG_POOL_PLACE_H
#define PRONG_POOL_PLACE_H

#include "config.h"

#include <sched.h>
#include <stdint.h>

/* Made by the parent, read by its workers. */
struct prong_places {
    int *processors; /* worker i is on the i-th, modulo count */
    int count;       /* 0: none was chosen, and a worker counts through the processors that it may run on */
};

#ifdef HAVE_SCHED_GETAFFINITY
/* The best places for so many workers among the allowed processors, best first: as many distinct cores as there are, far from
 * each other, then the other threads of the same cores. At most `workers` of them; 0 where nothing is known of cores. Writes
 * to processors alone. */
int prong_places_order(const cpu_set_t *allowed, int workers, int *processors);
#endif

/* Parent, before it forks: chooses among the processors that it may run on itself. What was chosen before is forgotten. */
void prong_places_choose(struct prong_places *places, int workers);
void prong_places_free(struct prong_places *places);

/* Worker: goes to its place, or stays where it is if the system does not let it. Allocates nothing. */
void prong_places_take(const struct prong_places *places, uint32_t worker);

#endif
