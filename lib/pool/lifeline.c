/* SPDX-License-Identifier: MIT */
/* How a worker dies with its parent. Linux sends PR_SET_PDEATHSIG when the *thread* that forked ends, so it serves
 * only forks by the main thread (whose end is the process's end for our purpose); any other worker looks at
 * getppid() ten times a second by a POSIX timer, so that a busy body is ended too. */
#include "config.h"

#include "pool/lifeline.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif
#ifdef HAVE_SYS_SINGLE_THREADED_H
#include <sys/single_threaded.h>
#endif
#if HAVE_DECL_SYS_GETTID
#include <sys/syscall.h>
#endif

static pid_t expected_parent;

static void look_at_parent(int sig)
{
    (void)sig;
    if (getppid() != expected_parent)
        _exit(1);
}

static void look_regularly(void)
{
    struct sigaction action;
    struct sigevent event;
    timer_t timer;
    int sig = SIGRTMAX - 1;

    memset(&action, 0, sizeof action);
    action.sa_handler = look_at_parent;
    action.sa_flags = SA_RESTART;
    sigaction(sig, &action, NULL);
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = sig;
    /* Without a timer the worker still ends when it next finds its parent gone: at the end of its work. */
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
        timer_settime(timer, 0, &(struct itimerspec){ { 0, 100000000 }, { 0, 100000000 } }, NULL);
}

void prong_die_with_parent(pid_t parent, bool parent_thread_is_main)
{
    expected_parent = parent;
#ifdef HAVE_SYS_PRCTL_H
    if (parent_thread_is_main && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0) {
        /* The parent may have died before the prctl. */
        if (getppid() != parent)
            _exit(1);
        return;
    }
#else
    (void)parent_thread_is_main;
#endif
    look_regularly();
    if (getppid() != parent)
        _exit(1);
}

bool prong_is_main_thread(void)
{
#if HAVE_DECL_SYS_GETTID
    return syscall(SYS_gettid) == getpid();
#else
    return false;
#endif
}

int prong_thread_count(void)
{
    struct stat st;

#ifdef HAVE_SYS_SINGLE_THREADED_H
    if (__libc_single_threaded) /* saves a look into /proc, which is slow */
        return 1;
#endif
    /* A directory's links are itself, its name above, and one for each directory in it: here, one a thread. */
    if (stat("/proc/self/task", &st) == 0 && st.st_nlink > 2)
        return (int)st.st_nlink - 2;
    return 1;
}
