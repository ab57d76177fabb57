/* SPDX-License-Identifier: MIT */
/* How many workers this process should have by default. */
#ifndef PRONG_BASE_CPUS_H
#define PRONG_BASE_CPUS_H

/* min(processors in the affinity mask, ceil(cgroup cpu quota)), at least 1. PRONG_WORKERS, a whole number from 1 to
 * 4096, overrides it (and is ignored if it is none); prong_workers has at most 1024 of them. */
int prong_default_workers(void);

/* The parts, for tests. The quota is 0 where there is none; for root and membership see prong_cgroup_visit. */
int prong_affinity_cpus(void);
int prong_cgroup_cpus(const char *root, const char *membership);

#endif
