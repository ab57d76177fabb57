/* SPDX-License-Identifier: MIT */
/* Forking workers: directly, or by a zygote. */
#ifndef PRONG_POOL_SPAWN_H
#define PRONG_POOL_SPAWN_H

#include "pool/worker.h"

/* Forks a worker, by the zygote if start has one. Parent: its pid, or -1 with errno. No signal handler of the host runs in the
 * child. */
pid_t prong_spawn(const struct prong_worker_start *start, uint32_t worker);

/* Forks the zygote of start, all of which is set but zygote_fd, and sets that. Returns its pid, or -1 with errno (ENOSYS where
 * there is no CLONE_PARENT). It ends when zygote_fd is closed. */
pid_t prong_spawn_zygote(struct prong_worker_start *start);

#endif
