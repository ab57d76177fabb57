/* SPDX-License-Identifier: MIT */
/* Waiting for one child. */
#ifndef PRONG_POOL_REAP_H
#define PRONG_POOL_REAP_H

#include <stdint.h>
#include <sys/types.h>

/* How a child ended. status is -1, and the figures 0, where the host took it first (its SIGCHLD is ignored, or it waits for
 * any child): that is an outcome, not an error, since only the slots say what is DONE. */
struct prong_end {
    int status;
    double user_seconds, system_seconds;
    uint64_t max_rss; /* bytes */
};

/* Waits for this one child, which is known to be ending. */
struct prong_end prong_reap(pid_t pid);

#endif
