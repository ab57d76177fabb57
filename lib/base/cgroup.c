/* SPDX-License-Identifier: MIT */
/* Where this process stands in the control group trees: v2, v1, or both at once, as /proc/self/cgroup has it. In a container a
 * group's path may not exist below the mount; its missing directories simply say nothing, and the mount's root, which is the
 * container's own group, is visited last.
 *
 * Every run looks here, so it is done in a few system calls: files are read at once and without stdio, and paths are made in
 * the one place that they are opened from. */
#include "config.h"

#include "base/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Behind the length bytes that are there; more is left in the file where text is full. */
static size_t read_on(int fd, char *text, size_t length, size_t size)
{
    while (length < size) {
        ssize_t n = read(fd, text + length, size - length);
        if (n == 0 || (n == -1 && errno != EINTR))
            break;
        length += n > 0 ? (size_t)n : 0;
    }
    return length;
}

static bool append(struct prong_group *group, const char *text, size_t length)
{
    if (length >= sizeof group->path - group->length)
        return false;
    memcpy(group->path + group->length, text, length);
    group->length += length;
    group->path[group->length] = '\0';
    return true;
}

static void cut(struct prong_group *group, size_t length)
{
    group->length = length;
    group->path[length] = '\0';
}

bool prong_group_read(struct prong_group *group, const char *file, char *text, size_t size)
{
    size_t directory = group->length, length = 0;

    if (append(group, "/", 1) && append(group, file, strlen(file))) {
        int fd = open(group->path, O_RDONLY | O_CLOEXEC);
        if (fd != -1) {
            length = read_on(fd, text, 0, size - 1);
            close(fd);
        }
    }
    text[length] = '\0';
    cut(group, directory);
    return length > 0;
}

/* From the group at path below mount up to mount itself. */
static void visit_upwards(struct prong_group *group, const char *mount, const char *path,
                          void (*visit)(struct prong_group *group, void *ctx), void *ctx)
{
    size_t root = group->length, top, end = path[0] == '/' ? strlen(path) : 0;

    while (end > 0 && path[end - 1] == '/')
        end--;
    if (append(group, mount, strlen(mount))) {
        top = group->length;
        if (append(group, path, end)) {
            visit(group, ctx);
            while (group->length > top) {
                cut(group, (size_t)(strrchr(group->path, '/') - group->path));
                visit(group, ctx);
            }
        }
    }
    cut(group, root);
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

/* A line is "NUMBER:CONTROLLERS:PATH"; without controllers it is about the unified hierarchy, alone or beside v1. */
static void visit_line(struct prong_group *group, char *line, const char *controller,
                       void (*visit)(struct prong_group *group, void *ctx), void *ctx)
{
    char *controllers = strchr(line, ':');
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;
    size_t root = group->length;

    if (!path)
        return;
    path++;
    group->v2 = path - controllers == 2;
    if (group->v2) {
        visit_upwards(group, "", path, visit, ctx);
        visit_upwards(group, "/unified", path, visit, ctx);
    } else if (lists(controllers + 1, (size_t)(path - controllers - 2), controller) && append(group, "/", 1)) {
        visit_upwards(group, controller, path, visit, ctx);
        cut(group, root);
    }
}

void prong_cgroup_visit(const char *root, const char *membership, const char *controller,
                        void (*visit)(struct prong_group *group, void *ctx), void *ctx)
{
    struct prong_group group;
    char text[PRONG_GROUP_PATH], *line, *end;
    size_t length = 0;
    int fd = open(setting(membership, "PRONG_CGROUP_SELF", "/proc/self/cgroup"), O_RDONLY | O_CLOEXEC);
    bool more;

    if (fd == -1)
        return;
    cut(&group, 0);
    root = setting(root, "PRONG_CGROUP_ROOT", "/sys/fs/cgroup");
    more = append(&group, root, strlen(root));
    while (more) {
        length = read_on(fd, text, length, sizeof text - 1);
        text[length] = '\0';
        more = length == sizeof text - 1;
        for (line = text; (end = strchr(line, '\n')) != NULL; line = end + 1) {
            *end = '\0';
            visit_line(&group, line, controller, visit, ctx);
        }
        more = more && line > text; /* a line that does not fit is none that is known */
        length -= (size_t)(line - text);
        memmove(text, line, length);
    }
    close(fd);
}

/* Our own group's count is the first one found; ancestors count strangers too. */
static void find_oom_kills(struct prong_group *group, void *ctx)
{
    static const char name[] = "oom_kill ";
    long long *kills = ctx;
    char text[512];

    if (*kills >= 0 || !prong_group_read(group, group->v2 ? "memory.events" : "memory.oom_control", text, sizeof text))
        return;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, sizeof name - 1) == 0) {
            *kills = strtoll(line + sizeof name - 1, NULL, 10);
            return;
        }
    }
}

long long prong_cgroup_oom_kills(void)
{
    long long kills = -1;

    prong_cgroup_visit(NULL, NULL, "memory", find_oom_kills, &kills);
    return kills;
}
