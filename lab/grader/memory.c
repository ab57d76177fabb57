/* SPDX-License-Identifier: MIT */
/* Memory by looking: /proc is walked from this process down. It stands for a memory cgroup where none may be made, and is
 * worse: between two looks anything may happen, so each process has a limit of its own besides (become.c). Pages that a
 * fork shares are counted twice, which is why the bound is generous. */
#include "config.h"

#include "memory.h"
#include "sweep.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LISTED = 4096, DEEPEST = 64 };

static size_t read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length;

    text[0] = '\0';
    if (fd == -1)
        return 0;
    length = read(fd, text, size - 1);
    close(fd);
    text[length > 0 ? length : 0] = '\0';
    return length > 0 ? (size_t)length : 0;
}

/* Resident pages that are not a file's or a segment's. */
static size_t of_process(pid_t pid)
{
    char path[64], text[128];
    unsigned long resident = 0, shared = 0;

    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    read_text(path, text, sizeof text);
    if (sscanf(text, "%*u %lu %lu", &resident, &shared) != 2 || shared > resident)
        return 0;
    return (resident - shared) * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t of_children(pid_t parent, int depth)
{
    char path[64], text[4096], *end;
    size_t sum = 0;

    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)parent, (long)parent);
    read_text(path, text, sizeof text);
    for (char *p = text;; p = end) {
        long pid = strtol(p, &end, 10);
        if (end == p)
            return sum;
        sum += of_process((pid_t)pid);
        if (depth < DEEPEST)
            sum += of_children((pid_t)pid, depth + 1);
    }
}

size_t memory_of_segments(const struct cage *cage)
{
    static struct segment list[LISTED];
    int count = sweep_list(list, LISTED);
    size_t sum = 0;

    for (int i = 0; i < count; i++)
        if (cage->spaces != 0 || list[i].uid == cage->uid)
            sum += list[i].size;
    return sum;
}

size_t memory_used(const struct cage *cage, size_t segments_before)
{
    size_t segments = memory_of_segments(cage);

    return of_children(getpid(), 0) + (segments > segments_before ? segments - segments_before : 0);
}
