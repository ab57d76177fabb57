/* SPDX-License-Identifier: MIT */
/* Control groups of our own for one run, where they may be made. */
#ifndef LAB_CGROUP_H
#define LAB_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

enum { CGROUP_PATH = 512 };

struct cgroup {
    char pids[CGROUP_PATH];   /* the directory, or "" */
    char memory[CGROUP_PATH]; /* the same one with cgroup v2 */
    bool unified;
    bool limits_processes, limits_memory; /* the last one did */
};

void cgroup_make(struct cgroup *cgroup, int processes, size_t bytes);
void cgroup_enter(struct cgroup *cgroup);
int cgroup_refused(const struct cgroup *cgroup);
int cgroup_memory_kills(const struct cgroup *cgroup);
void cgroup_remove(struct cgroup *cgroup);

#endif
