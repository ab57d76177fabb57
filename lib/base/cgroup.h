/* SPDX-License-Identifier: MIT */
/* The control groups that this process is in. */
#ifndef PRONG_BASE_CGROUP_H
#define PRONG_BASE_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

/* Paths of groups that are longer are none that are known. */
enum { PRONG_GROUP_PATH = 2048 };

/* The directory of one group. */
struct prong_group {
    bool v2; /* which hierarchy it is in */
    size_t length;
    char path[PRONG_GROUP_PATH];
};

/* Calls visit for each group that has the controller ("cpu", "memory"), from our own group upwards, since any ancestor may set
 * the tighter limit. NULL for root and membership: /sys/fs/cgroup and /proc/self/cgroup, or what PRONG_CGROUP_ROOT and
 * PRONG_CGROUP_SELF name instead (for tests and odd mounts). */
void prong_cgroup_visit(const char *root, const char *membership, const char *controller,
                        void (*visit)(struct prong_group *group, void *ctx), void *ctx);

/* A visitor's: as much of a file of this group as fits, as a string. False: there is none, or nothing in it. */
bool prong_group_read(struct prong_group *group, const char *file, char *text, size_t size);

/* How many processes the kernel has killed for want of memory in our group (v2 memory.events, v1 memory.oom_control); -1 where
 * that cannot be told. */
long long prong_cgroup_oom_kills(void);

#endif
