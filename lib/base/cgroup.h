/* SPDX-License-Identifier: MIT */
/* The control groups that this process is in. */
#ifndef PRONG_BASE_CGROUP_H
#define PRONG_BASE_CGROUP_H

#include <stdbool.h>

/* Calls visit for the directory of each group that has the controller ("cpu", "memory"), from our own group upwards, since any
 * ancestor may set the tighter limit; v2 tells which hierarchy it is in. NULL for root and membership: /sys/fs/cgroup and
 * /proc/self/cgroup, or what PRONG_CGROUP_ROOT and PRONG_CGROUP_SELF name instead (for tests and odd mounts). */
void prong_cgroup_visit(const char *root, const char *membership, const char *controller,
                        void (*visit)(const char *dir, bool v2, void *ctx), void *ctx);

/* How many processes the kernel has killed for want of memory in our group (v2 memory.events, v1 memory.oom_control); -1 where
 * that cannot be told. */
long long prong_cgroup_oom_kills(void);

/* Reads the first line of a file. */
bool prong_read_line(const char *path, char *line, int size);

#endif
