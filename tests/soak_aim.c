/* SPDX-License-Identifier: MIT */
/* How the soak finds a worker to kill: at random, among the children of a process that /proc names, through a pidfd. */
#include "config.h"

#include "soak.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t soak_random_state;

uint64_t soak_random_below(uint64_t n)
{
    soak_random_state ^= soak_random_state << 13;
    soak_random_state ^= soak_random_state >> 7;
    soak_random_state ^= soak_random_state << 17;
    return soak_random_state % n;
}

#if defined SYS_pidfd_open && defined SYS_pidfd_send_signal

static size_t read_file(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd == -1 ? -1 : read(fd, text, size - 1);

    if (fd != -1)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
    return length > 0 ? (size_t)length : 0;
}

/* Is it a child of parent that has not ended? */
static bool is_running_child(pid_t pid, pid_t parent)
{
    char path[64], text[512], state = 'X';
    const char *paren;
    int of = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    read_file(path, text, sizeof text);
    paren = strrchr(text, ')');
    return paren && sscanf(paren + 1, " %c %d", &state, &of) == 2 && of == parent && state != 'Z' && state != 'X';
}

/* A child of parent at random, as a pidfd; -1: it has none just now. */
int soak_pick_child(pid_t parent)
{
    char path[64], text[4096], *p = text, *end;
    pid_t pids[64];
    uint64_t n = 0;
    pid_t pid;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    read_file(path, text, sizeof text);
    for (; n < 64 && (pid = (pid_t)strtol(p, &end, 10)) > 0; p = end)
        pids[n++] = pid;
    if (n == 0)
        return -1;
    pid = pids[soak_random_below(n)];
    fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd != -1 && !is_running_child(pid, parent)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool soak_send(int pidfd, int sig)
{
    return syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0) == 0;
}

#endif
