/* SPDX-License-Identifier: MIT */
/* A worker's limits. All are the kernel's: a body that runs wild meets them without prong's help, and what becomes
 * of it (a failed allocation, SIGXCPU) is seen by the parent like any other end. */
#include "config.h"

#include "pool/limit.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Bytes of address space in use, or 0 where /proc does not tell. Without stdio: its locks and buffers are the host's, as they
 * happened to be at the fork. */
static rlim_t address_space(void)
{
    char text[64];
    rlim_t pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t length;

    if (fd == -1)
        return 0;
    length = read(fd, text, sizeof text);
    close(fd);
    for (ssize_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++)
        pages = pages * 10 + (rlim_t)(text[i] - '0');
    return pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void limit(int resource, rlim_t most)
{
    struct rlimit now;

    if (getrlimit(resource, &now) == -1)
        return;
    if (now.rlim_max != RLIM_INFINITY && most > now.rlim_max)
        most = now.rlim_max;
    now.rlim_cur = most;
    setrlimit(resource, &now);
}

void prong_worker_limit(const prong_pool_options *setup)
{
    if (setup->flags & PRONG_OWN_GROUP)
        setpgid(0, 0);
    if (setup->nice) {
        int before = getpriority(PRIO_PROCESS, 0);
        setpriority(PRIO_PROCESS, 0, before + setup->nice);
    }
    if (setup->memory_limit)
        limit(RLIMIT_AS, address_space() + (rlim_t)setup->memory_limit);
    if (setup->cpu_limit)
        limit(RLIMIT_CPU, (rlim_t)setup->cpu_limit);
}
