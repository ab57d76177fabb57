/* SPDX-License-Identifier: MIT */
/* Which cage there is, and entering it.
 *
 * The best one is made of namespaces. In a pid namespace the first process's end is the end of all others, whatever they
 * did to escape: no daemon and no fork bomb outlives it. In an IPC namespace every segment is the program's, and goes
 * with it. In a mount namespace the machine's files are read-only, and what is written goes into a memory file system
 * that nobody else sees. Root makes these directly, anybody else through a user namespace, where the kernel lets him. */
#include "config.h"

#include "cage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UNUSED_FIRST = 64000, UNUSED_LAST = 64999 };

#ifdef CLONE_NEWPID
enum { SPACES = CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS, USER_SPACE = CLONE_NEWUSER };
#else
enum { SPACES = 0, USER_SPACE = 0 };
#endif

static bool put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok;

    if (fd == -1)
        return false;
    ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    return close(fd) == 0 && ok;
}

/* In a user namespace we are who we were: the program sees the user id that it would see outside. */
static bool map_ids(uid_t uid, gid_t gid)
{
    char text[64];

    snprintf(text, sizeof text, "%lu %lu 1", (unsigned long)uid, (unsigned long)uid);
    if (!put("/proc/self/uid_map", text))
        return false;
    put("/proc/self/setgroups", "deny");
    snprintf(text, sizeof text, "%lu %lu 1", (unsigned long)gid, (unsigned long)gid);
    return put("/proc/self/gid_map", text);
}

bool cage_unshare(const struct cage *cage)
{
#ifdef CLONE_NEWPID
    uid_t uid = geteuid();
    gid_t gid = getegid();

    if (cage->spaces == 0)
        return true;
    if (unshare(cage->spaces) == -1)
        return false;
    return !(cage->spaces & USER_SPACE) || map_ids(uid, gid);
#else
    return cage->spaces == 0;
#endif
}

/* Does this set of namespaces work here, with a first process in it? */
static bool works(struct cage *cage, int spaces)
{
    int status;
    pid_t pid;

    cage->spaces = spaces;
    pid = fork();
    if (pid == 0) {
        pid_t inner;
        if (!cage_unshare(cage) || (inner = fork()) == -1)
            _exit(1);
        if (inner == 0)
            _exit(getpid() != 1);
        _exit(waitpid(inner, &status, 0) != inner || status != 0);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void choose_user(struct cage *cage)
{
    cage->root = geteuid() == 0;
    cage->uid = getuid();
    cage->gid = getgid();
    if (!cage->root)
        return;
    /* Two graders at once should not take the same one; they are apart by their pids at least. */
    cage->uid = UNUSED_FIRST + (uid_t)getpid() % (UNUSED_LAST - UNUSED_FIRST + 1);
    while (getpwuid(cage->uid) || getgrgid(cage->uid))
        cage->uid++;
    cage->gid = cage->uid;
}

/* How many processes our user has already: where the program runs as the same one, they count, too; in older kernels (before
 * Linux 5.14) even where it is in a user namespace. */
static unsigned long processes_of_ours(void)
{
    DIR *proc = opendir("/proc");
    unsigned long count = 0;
    struct dirent *entry;

    while (proc && (entry = readdir(proc))) {
        char path[64];
        struct stat info;
        snprintf(path, sizeof path, "/proc/%.32s", entry->d_name);
        if (strtol(entry->d_name, NULL, 10) > 0 && stat(path, &info) == 0 && info.st_uid == getuid())
            count++;
    }
    if (proc)
        closedir(proc);
    return count;
}

bool cage_choose(struct cage *cage, bool plain)
{
    choose_user(cage);
    cage->others = cage->root ? 0 : processes_of_ours();
    if (plain || SPACES == 0)
        cage->spaces = 0;
    else if (!works(cage, cage->root ? SPACES : SPACES | USER_SPACE))
        cage->spaces = 0;
    return true;
}

void cage_describe(const struct cage *cage, char *text, size_t size)
{
    const char *spaces = cage->spaces == 0 ? "none" : cage->spaces & USER_SPACE ? "user pid ipc mount" : "pid ipc mount";
    const char *groups = cage->cgroup.limits_processes && cage->cgroup.limits_memory ? "pids memory"
                         : cage->cgroup.limits_processes                             ? "pids"
                         : cage->cgroup.limits_memory                                ? "memory"
                                                                                     : "none";

    snprintf(text, size, "uid %lu; namespaces: %s; cgroups: %s", (unsigned long)cage->uid, spaces, groups);
}
