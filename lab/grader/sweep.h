/* SPDX-License-Identifier: MIT */
/* What is left after a run: segments and processes, found and removed. */
#ifndef LAB_SWEEP_H
#define LAB_SWEEP_H

#include "cage.h"
#include "run.h"

/* The segments that there are, at most max; how many. */
int sweep_list(struct segment *list, int max);

/* Puts a segment of the program's user at key, full of a pattern; its id, or -1. */
int sweep_occupy(const struct cage *cage, key_t key);
enum occupied sweep_look(int id);

/* Kills whatever the run left alive and reaps it; returns how many. */
int sweep_processes(const struct cage *cage, pid_t leader);

/* Segments that were not there before go into the outcome, and away. */
void sweep_segments(const struct cage *cage, const struct segment *before, int before_count, int ours,
                    struct outcome *outcome);

#endif
