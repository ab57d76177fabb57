/* SPDX-License-Identifier: MIT */
/* Where this process stands in the control group trees: v2, v1, or both at once, as /proc/self/cgroup has it. In a container a
 * group's path may not exist below the mount; its missing directories simply say nothing, and the mount's root, which is the
 * container's own group, is visited last. */
#include "config.h"

#include "base/cgroup.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool prong_read_line(const char *path, char *line, int size)
{
    FILE *f = fopen(path, "re");
    bool ok;

    if (!f)
        return false;
    ok = fgets(line, size, f) != NULL;
    fclose(f);
    return ok;
}

static void visit_upwards(const char *mount, const char *group, bool v2,
                          void (*visit)(const char *dir, bool v2, void *ctx), void *ctx)
{
    char dir[PATH_MAX];
    size_t root = strlen(mount);

    if ((size_t)snprintf(dir, sizeof dir, "%s%s", mount, group) >= sizeof dir)
        return;
    for (;;) {
        char *slash;
        visit(dir, v2, ctx);
        slash = strrchr(dir, '/');
        if (!slash || (size_t)(slash - dir) < root)
            return;
        *slash = '\0';
    }
}

static bool lists(const char *controllers, size_t length, const char *wanted)
{
    size_t size = strlen(wanted);

    while (length) {
        const char *comma = memchr(controllers, ',', length);
        size_t word = comma ? (size_t)(comma - controllers) : length;
        if (word == size && memcmp(controllers, wanted, size) == 0)
            return true;
        controllers += word + (comma != NULL);
        length -= word + (comma != NULL);
    }
    return false;
}

static const char *setting(const char *given, const char *variable, const char *otherwise)
{
    const char *value = given ? given : getenv(variable);
    return value ? value : otherwise;
}

void prong_cgroup_visit(const char *root, const char *membership, const char *controller,
                        void (*visit)(const char *dir, bool v2, void *ctx), void *ctx)
{
    char line[PATH_MAX], mount[PATH_MAX];
    FILE *f;

    root = setting(root, "PRONG_CGROUP_ROOT", "/sys/fs/cgroup");
    f = fopen(setting(membership, "PRONG_CGROUP_SELF", "/proc/self/cgroup"), "re");
    if (!f)
        return;
    while (fgets(line, sizeof line, f)) {
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        group++;
        group[strcspn(group, "\n")] = '\0';
        if (group - controllers == 2) { /* "0::/path": the unified hierarchy, alone or beside v1 */
            visit_upwards(root, group, true, visit, ctx);
            if ((size_t)snprintf(mount, sizeof mount, "%s/unified", root) < sizeof mount)
                visit_upwards(mount, group, true, visit, ctx);
        } else if (lists(controllers + 1, (size_t)(group - controllers - 2), controller) &&
                   (size_t)snprintf(mount, sizeof mount, "%s/%s", root, controller) < sizeof mount) {
            visit_upwards(mount, group, false, visit, ctx);
        }
    }
    fclose(f);
}

/* Our own group's count is the first one found; ancestors count strangers too. */
static void find_oom_kills(const char *dir, bool v2, void *ctx)
{
    long long *kills = ctx;
    char path[PATH_MAX + 32], line[128];
    FILE *f;

    if (*kills >= 0)
        return;
    snprintf(path, sizeof path, "%s/%s", dir, v2 ? "memory.events" : "memory.oom_control");
    f = fopen(path, "re");
    if (!f)
        return;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "oom_kill %lld", kills) == 1)
            break;
    fclose(f);
}

long long prong_cgroup_oom_kills(void)
{
    long long kills = -1;

    prong_cgroup_visit(NULL, NULL, "memory", find_oom_kills, &kills);
    return kills;
}
