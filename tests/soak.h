/* SPDX-License-Identifier: MIT */
/* What the soak's killer and the process that folds have in common. */
#ifndef SOAK_H
#define SOAK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct soak_shared {
    _Atomic uint64_t folds, lost, wrong;
    char what[64]; /* the fold under way */
};

extern struct soak_shared *soak_shared;

/* Folds that have come to an end, whichever. */
static inline uint64_t soak_ended(void)
{
    return atomic_load(&soak_shared->folds) + atomic_load(&soak_shared->lost) + atomic_load(&soak_shared->wrong);
}

extern uint64_t soak_random_state;
uint64_t soak_random_below(uint64_t n);

/* A child of parent at random, as a pidfd; -1: it has none just now. */
int soak_pick_child(pid_t parent);
bool soak_send(int pidfd, int sig);

/* Runs one fold after the other and counts them; never returns. */
_Noreturn void soak_fold_for_ever(uint64_t seed, bool from_thread);

#endif
