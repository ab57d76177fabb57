/* SPDX-License-Identifier: MIT */
/* Waiting for one child. */
#ifndef PRONG_POOL_REAP_H
#define PRONG_POOL_REAP_H

#include <stdbool.h>
#include <sys/types.h>

/* Waits for this one child, which is known to be ending. Returns its wait status, or -1 where the host took it
 * first (its SIGCHLD is ignored, or it waits for any child): that is an outcome, not an error, since only the slots
 * say what is DONE. */
int prong_reap(pid_t pid);

#endif
