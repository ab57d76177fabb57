/* SPDX-License-Identifier: MIT */
/* A worker must not outlive its parent, not even one whose parent was SIGKILLed while it was deep in a body. */
#ifndef PRONG_POOL_LIFELINE_H
#define PRONG_POOL_LIFELINE_H

#include <stdbool.h>
#include <sys/types.h>

/* Worker, right after the fork. */
void prong_die_with_parent(pid_t parent, bool parent_thread_is_main);

/* Parent: is the calling thread the main one? False where that cannot be told. */
bool prong_is_main_thread(void);

/* Parent: how many threads this process has; 1 where that cannot be told. */
int prong_thread_count(void);

#endif
