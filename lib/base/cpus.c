/* SPDX-License-Identifier: MIT */
/* The processor count that is really ours. A container with a quota of two processors on a 160-processor host must
 * not get 160 workers: the affinity mask alone does not know the quota, so the cgroup (v2 cpu.max, v1
 * cpu.cfs_quota_us) is asked too, from our own group up to the root, since any ancestor may set the tighter limit. */
#include "config.h"

#include "base/cpus.h"

#include "base/cgroup.h"
#include "base/size.h"

#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_WORKERS = 4096 };

int prong_affinity_cpus(void)
{
    long n = -1;
#ifdef HAVE_SCHED_GETAFFINITY
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        n = CPU_COUNT(&set);
#endif
    if (n < 1)
        n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > MAX_WORKERS ? MAX_WORKERS : (int)n;
}

static int tighter(int limit, long long quota, long long period)
{
    long long cpus;

    if (quota <= 0 || period <= 0)
        return limit;
    cpus = (long long)prong_ceil_div((uint64_t)quota, (uint64_t)period);
    if (cpus > MAX_WORKERS)
        return limit;
    return limit == 0 || cpus < limit ? (int)cpus : limit;
}

static int quota_at(const char *dir, bool v2)
{
    char path[PATH_MAX + 32], line[128];
    long long quota = 0, period = 0;

    if (v2) {
        snprintf(path, sizeof path, "%s/cpu.max", dir);
        if (prong_read_line(path, line, sizeof line) && sscanf(line, "%lld %lld", &quota, &period) == 2)
            return tighter(0, quota, period);
        return 0;
    }
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", dir);
    if (!prong_read_line(path, line, sizeof line) || sscanf(line, "%lld", &quota) != 1)
        return 0;
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", dir);
    if (!prong_read_line(path, line, sizeof line) || sscanf(line, "%lld", &period) != 1)
        return 0;
    return tighter(0, quota, period);
}

struct quota {
    int limit; /* the tightest so far; 0: none */
};

static void find_quota(const char *dir, bool v2, void *ctx)
{
    struct quota *quota = ctx;
    int here = quota_at(dir, v2);

    if (here && (quota->limit == 0 || here < quota->limit))
        quota->limit = here;
}

int prong_cgroup_cpus(const char *root, const char *membership)
{
    struct quota quota = { 0 };

    prong_cgroup_visit(root, membership, "cpu", find_quota, &quota);
    return quota.limit;
}

int prong_default_workers(void)
{
    const char *asked = getenv("PRONG_WORKERS");
    int cpus, quota;

    if (asked && *asked) {
        char *end;
        long n = strtol(asked, &end, 10);
        if (*end == '\0' && n >= 1 && n <= MAX_WORKERS)
            return (int)n;
    }
    cpus = prong_affinity_cpus();
    quota = prong_cgroup_cpus(NULL, NULL);
    return quota && quota < cpus ? quota : cpus;
}
