/* SPDX-License-Identifier: MIT */
/* The processor count that is really ours. A container with a quota of two processors on a 160-processor host must
 * not get 160 workers: the affinity mask alone does not know the quota, so the cgroup (v2 cpu.max, v1
 * cpu.cfs_quota_us) is asked too, from our own group up to the root, since any ancestor may set the tighter limit. */
#include "config.h"

#include "base/cpus.h"

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

static bool read_line(const char *path, char *line, int size)
{
    FILE *f = fopen(path, "re");
    bool ok;

    if (!f)
        return false;
    ok = fgets(line, size, f) != NULL;
    fclose(f);
    return ok;
}

static int tighter(int limit, long long quota, long long period)
{
    long long cpus;

    if (quota <= 0 || period <= 0)
        return limit;
    cpus = (quota + period - 1) / period;
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
        if (read_line(path, line, sizeof line) && sscanf(line, "%lld %lld", &quota, &period) == 2)
            return tighter(0, quota, period);
        return 0;
    }
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", dir);
    if (!read_line(path, line, sizeof line) || sscanf(line, "%lld", &quota) != 1)
        return 0;
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", dir);
    if (!read_line(path, line, sizeof line) || sscanf(line, "%lld", &period) != 1)
        return 0;
    return tighter(0, quota, period);
}

/* The tightest quota from mount/group upwards. In a container the group's path may not exist below the mount; its
 * missing directories simply say nothing, and the mount's root, which is the container's own group, is asked last. */
static int quota_upwards(const char *mount, const char *group, bool v2)
{
    char dir[PATH_MAX];
    size_t root = strlen(mount);
    int limit = 0;

    if ((size_t)snprintf(dir, sizeof dir, "%s%s", mount, group) >= sizeof dir)
        return 0;
    for (;;) {
        char *slash;
        int here = quota_at(dir, v2);
        if (here && (limit == 0 || here < limit))
            limit = here;
        slash = strrchr(dir, '/');
        if (!slash || (size_t)(slash - dir) < root)
            return limit;
        *slash = '\0';
    }
}

static bool lists_cpu(const char *controllers, size_t length)
{
    while (length) {
        const char *comma = memchr(controllers, ',', length);
        size_t word = comma ? (size_t)(comma - controllers) : length;
        if (word == 3 && memcmp(controllers, "cpu", 3) == 0)
            return true;
        controllers += word + (comma != NULL);
        length -= word + (comma != NULL);
    }
    return false;
}

int prong_cgroup_cpus(const char *root, const char *membership)
{
    char line[PATH_MAX], mount[PATH_MAX];
    FILE *f = fopen(membership, "re");
    int limit = 0;

    if (!f)
        return 0;
    while (fgets(line, sizeof line, f)) {
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        int here = 0;
        if (!group)
            continue;
        group++;
        group[strcspn(group, "\n")] = '\0';
        if (group - controllers == 2) { /* "0::/path": the unified hierarchy, alone or beside v1 */
            here = quota_upwards(root, group, true);
            if (!here && (size_t)snprintf(mount, sizeof mount, "%s/unified", root) < sizeof mount)
                here = quota_upwards(mount, group, true);
        } else if (lists_cpu(controllers + 1, (size_t)(group - controllers - 2)) &&
                   (size_t)snprintf(mount, sizeof mount, "%s/cpu", root) < sizeof mount) {
            here = quota_upwards(mount, group, false);
        }
        if (here && (limit == 0 || here < limit))
            limit = here;
    }
    fclose(f);
    return limit;
}

int prong_default_workers(void)
{
    const char *asked = getenv("PRONG_WORKERS");
    const char *root = getenv("PRONG_CGROUP_ROOT");
    const char *membership = getenv("PRONG_CGROUP_SELF");
    int cpus, quota;

    if (asked && *asked) {
        char *end;
        long n = strtol(asked, &end, 10);
        if (*end == '\0' && n >= 1 && n <= MAX_WORKERS)
            return (int)n;
    }
    cpus = prong_affinity_cpus();
    quota = prong_cgroup_cpus(root ? root : "/sys/fs/cgroup", membership ? membership : "/proc/self/cgroup");
    return quota && quota < cpus ? quota : cpus;
}
