/* SPDX-License-Identifier: MIT */
/* The processor count that is really ours. A container with a quota of two processors on a 160-processor host must
 * not get 160 workers: the affinity mask alone does not know the quota, so the cgroup (v2 cpu.max, v1
 * cpu.cfs_quota_us) is asked too, from our own group up to the root, since any ancestor may set the tighter limit. */
#include "config.h"

#include "base/cpus.h"

#include "base/cgroup.h"
#include "base/size.h"

#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
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

/* The number at the beginning of text; 0 if there is none. */
static long long number(const char *text, const char **rest)
{
    char *end;
    long long n = strtoll(text, &end, 10);

    *rest = end;
    return end == text ? 0 : n;
}

static int quota_at(struct prong_group *group)
{
    char text[128];
    const char *rest;
    long long quota;

    if (!prong_group_read(group, group->v2 ? "cpu.max" : "cpu.cfs_quota_us", text, sizeof text))
        return 0;
    quota = number(text, &rest);
    if (quota <= 0) /* "max", -1 */
        return 0;
    if (!group->v2) {
        if (!prong_group_read(group, "cpu.cfs_period_us", text, sizeof text))
            return 0;
        rest = text;
    }
    return tighter(0, quota, number(rest, &rest));
}

struct quota {
    int limit; /* the tightest so far; 0: none */
};

static void find_quota(struct prong_group *group, void *ctx)
{
    struct quota *quota = ctx;
    int here = quota_at(group);

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
