/* SPDX-License-Identifier: MIT */
/* Forking one worker. */
#ifndef PRONG_POOL_SPAWN_H
#define PRONG_POOL_SPAWN_H

#include "pool/worker.h"

/* Forks a worker. Parent: its pid, or -1 with errno. No signal handler of the host runs in the child. */
pid_t prong_spawn(const struct prong_worker_start *start, uint32_t worker);

#endif
