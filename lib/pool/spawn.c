/* SPDX-License-Identifier: MIT */
/* The one place that forks.
 *
 * A zygote is a child that was forked while the host was small and had one thread, and that forks again when told to. With
 * CLONE_PARENT its children are the host's, not its own: the host waits for them and they die with it as if it had forked
 * them.
 *
 *     host                           zygote
 *     send worker number ----------> clone(CLONE_PARENT) ----> worker (a child of the host)
 *     receive pid or -errno <------- send
 * / */
#include "config.h"

#include "pool/spawn.h"

#include "base/fault.h"
#include "pool/lifeline.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
/* The order of clone's arguments is known for these. */
#if defined(CLONE_PARENT) && HAVE_DECL_SYS_GETTID && (defined(__x86_64__) || defined(__aarch64__))
#include <sys/syscall.h>
#define HAVE_ZYGOTE 1
#else
#define HAVE_ZYGOTE 0
#endif

static pid_t ask_zygote(const struct prong_worker_start *start, uint32_t worker)
{
    int32_t answer;
    ssize_t n;

    if (send(start->zygote_fd, &worker, sizeof worker, MSG_NOSIGNAL) != (ssize_t)sizeof worker)
        return -1;
    do
        n = recv(start->zygote_fd, &answer, sizeof answer, 0);
    while (n == -1 && errno == EINTR);
    if (n != (ssize_t)sizeof answer)
        answer = -ECHILD; /* the zygote is gone */
    if (answer > 0)
        return answer;
    errno = -answer;
    return -1;
}

pid_t prong_spawn(const struct prong_worker_start *start, uint32_t worker)
{
    sigset_t all, before;
    pid_t pid;
    int failure;

    /* A signal between fork and the worker's reset would run the host's handler in the worker. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (start->zygote_fd != -1)
        pid = PRONG_SYS("parent-fork", -1, ask_zygote(start, worker));
    else
        pid = PRONG_SYS("parent-fork", -1, fork());
    failure = errno;
    if (pid == 0)
        prong_worker_main(start, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = failure;
    if (pid > 0)
        PRONG_FAULT("parent-forked");
    return pid;
}

#if HAVE_ZYGOTE

_Noreturn static void zygote_main(const struct prong_worker_start *start, int fd)
{
    uint32_t worker;

    prong_die_with_parent(start->parent, start->parent_thread_is_main);
    while (recv(fd, &worker, sizeof worker, 0) == (ssize_t)sizeof worker) {
        int32_t answer = (int32_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
        if (answer == 0) {
            close(fd);
            prong_worker_main(start, worker);
        }
        if (answer == -1)
            answer = -errno;
        if (send(fd, &answer, sizeof answer, MSG_NOSIGNAL) == -1)
            break;
    }
    _exit(0);
}

pid_t prong_spawn_zygote(struct prong_worker_start *start)
{
    int ends[2], failure;
    sigset_t all, before;
    pid_t pid;

    start->zygote_fd = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
        return -1;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid = PRONG_SYS("zygote-fork", -1, fork());
    failure = errno;
    if (pid == 0) {
        close(ends[0]);
        zygote_main(start, ends[1]);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (pid == -1)
        close(ends[0]);
    else
        start->zygote_fd = ends[0];
    errno = failure;
    return pid;
}

#else

pid_t prong_spawn_zygote(struct prong_worker_start *start)
{
    start->zygote_fd = -1;
    errno = ENOSYS;
    return -1;
}

#endif
