/* SPDX-License-Identifier: MIT */
/* The last steps of the child that becomes the program: limits, user, environment, exec.
 *
 * Limits of a process come on top of the cgroup's and stand for it where there is none: no core, no large file, bounded
 * processor time and, without a cgroup, bounded memory and a bounded number of processes of this user. */
#include "config.h"

#include "cage.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { FILE_BYTES = 1 << 20, DESCRIPTORS = 256, NICENESS = 5 };

static void limit(int which, rlim_t value)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)which, &limit) == -1)
        return;
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < value)
        value = limit.rlim_max;
    limit.rlim_cur = limit.rlim_max = value;
    setrlimit((__rlimit_resource_t)which, &limit);
}

static void limit_all(const struct cage *cage)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, FILE_BYTES);
    limit(RLIMIT_NOFILE, DESCRIPTORS);
    limit(RLIMIT_CPU, (rlim_t)cage->limit + 2);
    if (!cage->cgroup.limits_memory)
        limit(RLIMIT_AS, CAGE_MEMORY);
    limit(RLIMIT_NPROC, CAGE_PROCESSES + cage->others);
}

static bool change_user(const struct cage *cage)
{
    if (!cage->root)
        return true;
    return setgroups(0, NULL) == 0 && setresgid(cage->gid, cage->gid, cage->gid) == 0 &&
           setresuid(cage->uid, cage->uid, cage->uid) == 0;
}

/* Where memory runs out, it is the program that goes, and not who watches it. */
static void offer_to_oom(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd != -1) {
        (void)!write(fd, "1000", 4);
        close(fd);
    }
}

static void usual_signals(void)
{
    sigset_t none;

    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int cage_become(const struct cage *cage, const char *home, int workers)
{
    char number[16], preload[CAGE_HOME + 64], log[CAGE_HOME + 64], home_variable[CAGE_HOME + 16];
    char program[] = "./program", path[] = "PATH=/usr/local/bin:/usr/bin:/bin", lang[] = "LC_ALL=C";
    char asan[] = "ASAN_OPTIONS=verify_asan_link_order=0"; /* it would refuse to come second */
    char *argv[] = { program, number, NULL };
    char *environment[] = { path, lang, home_variable, asan, preload, log, NULL };

    snprintf(number, sizeof number, "%d", workers);
    snprintf(home_variable, sizeof home_variable, "HOME=%s", home);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s/.watch.so", home);
    snprintf(log, sizeof log, LOG_VARIABLE "=%s/.log", home);
    if (cage->watch == -1)
        environment[4] = NULL;
    umask(022);
    offer_to_oom();
    limit_all(cage);
    errno = 0;
    (void)!nice(NICENESS);
    usual_signals();
    if (chdir(home) == -1 || !change_user(cage))
        return errno;
#ifdef PR_SET_NO_NEW_PRIVS
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#endif
    execve(program, argv, environment);
    return errno;
}
