/* SPDX-License-Identifier: MIT */
/* Limits on all processes of a run together: how many there are, and what memory they have. Limits of a process
 * (setrlimit) cannot say that, and a fork bomb is exactly about it.
 *
 * Both generations are tried: the directories of the controllers pids and memory (v1), or one below ours (v2). What
 * cannot be written is done without: the report says so. */
#include "config.h"

#include "cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool put(const char *directory, const char *file, const char *text)
{
    char path[CGROUP_PATH + 64];
    FILE *f;
    bool ok;

    snprintf(path, sizeof path, "%s/%s", directory, file);
    f = fopen(path, "we");
    if (!f)
        return false;
    ok = fputs(text, f) >= 0;
    return fclose(f) == 0 && ok;
}

/* The value behind word in a file of lines "word value". */
static int get(const char *directory, const char *file, const char *word)
{
    char path[CGROUP_PATH + 64], name[64];
    int value, found = 0;
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", directory, file);
    f = fopen(path, "re");
    if (!f)
        return 0;
    while (fscanf(f, "%63s %d", name, &value) == 2)
        if (strcmp(name, word) == 0)
            found = value;
    fclose(f);
    return found;
}

/* Where this process is, in the hierarchy of a v1 controller, or of v2 (controller ""). */
static bool own_path(const char *controller, char *path, size_t size)
{
    FILE *f = fopen("/proc/self/cgroup", "re");
    char line[CGROUP_PATH];
    bool found = false;

    if (!f)
        return false;
    while (!found && fgets(line, sizeof line, f)) {
        char *names = strchr(line, ':'), *where = names ? strchr(names + 1, ':') : NULL;
        if (!where)
            continue;
        *where++ = '\0';
        where[strcspn(where, "\n")] = '\0';
        if (strcmp(names + 1, controller) == 0) {
            snprintf(path, size, "%s", strcmp(where, "/") == 0 ? "" : where);
            found = true;
        }
    }
    fclose(f);
    return found;
}

/* Makes BASE/OWN/prong-grade-PID, and limits it by writing text to file. */
static void make_one(char *directory, const char *base, const char *controller, const char *file, const char *text)
{
    char own[CGROUP_PATH / 2];

    directory[0] = '\0';
    if (!own_path(controller, own, sizeof own))
        return;
    snprintf(directory, CGROUP_PATH, "%s%s/prong-grade-%ld", base, own, (long)getpid());
    if (mkdir(directory, 0755) == -1 && errno != EEXIST) {
        directory[0] = '\0';
        return;
    }
    if (!put(directory, file, text)) {
        rmdir(directory);
        directory[0] = '\0';
    }
}

static void make_unified(struct cgroup *cgroup, const char *count, const char *size)
{
    make_one(cgroup->pids, "/sys/fs/cgroup", "", "pids.max", count);
    if (cgroup->pids[0] && put(cgroup->pids, "memory.max", size)) {
        put(cgroup->pids, "memory.swap.max", "0");
        snprintf(cgroup->memory, sizeof cgroup->memory, "%s", cgroup->pids);
        cgroup->unified = true;
    }
}

void cgroup_make(struct cgroup *cgroup, int processes, size_t bytes)
{
    char count[32], size[32];

    snprintf(count, sizeof count, "%d", processes);
    snprintf(size, sizeof size, "%zu", bytes);
    *cgroup = (struct cgroup){ .unified = false };
    make_one(cgroup->pids, "/sys/fs/cgroup/pids", "pids", "pids.max", count);
    make_one(cgroup->memory, "/sys/fs/cgroup/memory", "memory", "memory.limit_in_bytes", size);
    if (!cgroup->pids[0] && !cgroup->memory[0])
        make_unified(cgroup, count, size);
    cgroup->limits_processes = cgroup->pids[0];
    cgroup->limits_memory = cgroup->memory[0];
}

/* Puts this process there; its children follow. A group that cannot be entered limits nothing: what stands for it then has to
 * know. */
void cgroup_enter(struct cgroup *cgroup)
{
    bool in_pids = cgroup->pids[0] && put(cgroup->pids, "cgroup.procs", "0");
    bool in_memory = cgroup->unified ? in_pids : cgroup->memory[0] && put(cgroup->memory, "cgroup.procs", "0");

    cgroup->limits_processes = in_pids;
    cgroup->limits_memory = in_memory;
}

int cgroup_refused(const struct cgroup *cgroup)
{
    return cgroup->pids[0] ? get(cgroup->pids, "pids.events", "max") : 0;
}

int cgroup_memory_kills(const struct cgroup *cgroup)
{
    if (!cgroup->memory[0])
        return 0;
    return get(cgroup->memory, cgroup->unified ? "memory.events" : "memory.oom_control", "oom_kill");
}

/* The kernel says EBUSY as long as an ended process has not quite gone. */
static void remove_one(char *directory)
{
    for (int i = 0; i < 200 && directory[0] && rmdir(directory) == -1 && errno == EBUSY; i++)
        nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
    directory[0] = '\0';
}

void cgroup_remove(struct cgroup *cgroup)
{
    if (!cgroup->unified)
        remove_one(cgroup->memory);
    remove_one(cgroup->pids);
    cgroup->memory[0] = '\0';
}
