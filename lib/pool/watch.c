/* SPDX-License-Identifier: MIT */
/* ppoll over a pidfd a worker and one eventfd. Where there is no pidfd (another system, an old kernel, a seccomp
 * filter), a pipe a worker that it alone holds open for writing: the kernel closes it when the worker ends, however
 * that happens. */
#include "config.h"

#include "pool/watch.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef HAVE_SYS_EPOLL_H
#include <sys/epoll.h>
#endif
#ifdef HAVE_SYS_EVENTFD_H
#include <sys/eventfd.h>
#endif
#if HAVE_DECL_SYS_PIDFD_OPEN && HAVE_DECL_SYS_PIDFD_SEND_SIGNAL
#include <sys/syscall.h>
#define USE_PIDFD 1
#else
#define USE_PIDFD 0
#endif

enum { NOTIFY, INPUT, FIRST_WORKER };

/* A host may have closed 0, 1 or 2; a descriptor of ours there would take its output. */
static int above_stdio(int fd)
{
    int moved;

    if (fd == -1 || fd > 2)
        return fd;
    moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    close(fd);
    return moved;
}

static int open_pidfd(pid_t pid)
{
#if USE_PIDFD
    return above_stdio(PRONG_SYS("watch-pidfd", -1, (int)syscall(SYS_pidfd_open, pid, 0)));
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

static bool pidfd_works(void)
{
    static _Atomic int known = -1;

    if (atomic_load(&known) == -1) {
        int fd = open_pidfd(getpid());
        atomic_store(&known, fd != -1);
        if (fd != -1)
            close(fd);
    }
    return atomic_load(&known);
}

static int open_pipe(int *read_end, int *write_end)
{
    int ends[2];

    if (PRONG_SYS("watch-pipe", -1, pipe(ends)) == -1)
        return -1;
    *read_end = above_stdio(ends[0]);
    *write_end = above_stdio(ends[1]);
    if (*read_end == -1 || *write_end == -1)
        return -1;
    fcntl(*read_end, F_SETFD, FD_CLOEXEC);
    fcntl(*write_end, F_SETFD, FD_CLOEXEC);
    return 0;
}

static int open_notify(struct prong_watch *watch)
{
#ifdef HAVE_SYS_EVENTFD_H
    watch->notify_read = above_stdio(PRONG_SYS("watch-eventfd", -1, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)));
    watch->notify_write = watch->notify_read;
    return watch->notify_read == -1 ? -1 : 0;
#else
    if (open_pipe(&watch->notify_read, &watch->notify_write) == -1)
        return -1;
    fcntl(watch->notify_read, F_SETFL, O_NONBLOCK);
    fcntl(watch->notify_write, F_SETFL, O_NONBLOCK);
    return 0;
#endif
}

prong_status prong_watch_open(struct prong_watch *watch, int workers, prong_error *err)
{
    *watch = (struct prong_watch){ .notify_read = -1, .notify_write = -1, .epoll = -1, .workers = workers };
    watch->by_pidfd = pidfd_works();
    watch->fds = calloc((size_t)workers + FIRST_WORKER, sizeof *watch->fds);
    if (!watch->fds)
        return prong_fail(err, PRONG_ENOMEM, "%d workers", workers);
    if (open_notify(watch) == -1) {
        prong_status status = prong_fail_sys(err, "eventfd", "%s", "");
        prong_watch_close(watch);
        return status;
    }
    return PRONG_OK;
}

void prong_watch_close(struct prong_watch *watch)
{
    if (watch->notify_read != -1)
        close(watch->notify_read);
    if (watch->notify_write != -1 && watch->notify_write != watch->notify_read)
        close(watch->notify_write);
    if (watch->epoll != -1)
        close(watch->epoll);
    free(watch->fds);
    *watch = (struct prong_watch){ .notify_read = -1, .notify_write = -1, .epoll = -1 };
}

#ifdef HAVE_SYS_EPOLL_H
static int add_to_epoll(struct prong_watch *watch, int fd)
{
    struct epoll_event event = { .events = EPOLLIN };
    return epoll_ctl(watch->epoll, EPOLL_CTL_ADD, fd, &event) == -1 && errno != EEXIST ? errno : 0;
}

/* To close it is not enough: workers that were forked later hold it open as well, and a dead one would be readable for
 * ever. */
static void remove_from_epoll(const struct prong_watch *watch, int fd)
{
    if (watch->epoll != -1)
        epoll_ctl(watch->epoll, EPOLL_CTL_DEL, fd, NULL);
}

int prong_watch_epoll(struct prong_watch *watch, const struct prong_child *children)
{
    int failure;

    if (watch->epoll != -1)
        return watch->epoll;
    watch->epoll = above_stdio(PRONG_SYS("watch-epoll", -1, epoll_create1(EPOLL_CLOEXEC)));
    if (watch->epoll == -1)
        return -1;
    failure = add_to_epoll(watch, watch->notify_read);
    for (int i = 0; i < watch->workers && !failure; i++)
        if (children[i].death_fd != -1)
            failure = add_to_epoll(watch, children[i].death_fd);
    if (failure) {
        close(watch->epoll);
        watch->epoll = -1;
        errno = failure;
    }
    return watch->epoll;
}
#else
static int add_to_epoll(struct prong_watch *watch, int fd)
{
    (void)watch;
    (void)fd;
    return 0;
}

static void remove_from_epoll(const struct prong_watch *watch, int fd)
{
    (void)watch;
    (void)fd;
}

int prong_watch_epoll(struct prong_watch *watch, const struct prong_child *children)
{
    (void)watch;
    (void)children;
    errno = ENOSYS;
    return -1;
}
#endif

int prong_watch_before_fork(struct prong_watch *watch, struct prong_child *child)
{
    child->death_fd = child->spare_fd = -1;
    if (!watch->by_pidfd && open_pipe(&child->death_fd, &child->spare_fd) == -1)
        return errno;
    return 0;
}

/* A descriptor that says "ended" for a worker that is not there any more: it was quick, and the host's SIGCHLD handler, or the
 * kernel where SIGCHLD is ignored, has reaped it before it could be named. */
static int open_ended(void)
{
    int read_end, write_end;

    if (open_pipe(&read_end, &write_end) == -1)
        return -1;
    close(write_end);
    return read_end;
}

int prong_watch_after_fork(struct prong_watch *watch, struct prong_child *child, pid_t pid)
{
    if (child->spare_fd != -1)
        close(child->spare_fd);
    child->spare_fd = -1;
    if (pid == -1) {
        prong_watch_forget(watch, child);
        return 0;
    }
    child->pid = pid;
    if (watch->by_pidfd) {
        child->death_fd = open_pidfd(pid);
        if (child->death_fd == -1 && errno == ESRCH)
            child->death_fd = open_ended();
        if (child->death_fd == -1)
            return errno;
    }
    if (watch->own_group)
        setpgid(pid, pid); /* the worker does it too: whoever comes first */
    return watch->epoll == -1 ? 0 : add_to_epoll(watch, child->death_fd);
}

void prong_watch_forget(const struct prong_watch *watch, struct prong_child *child)
{
    if (child->death_fd != -1) {
        remove_from_epoll(watch, child->death_fd);
        close(child->death_fd);
    }
    child->death_fd = -1;
    child->pid = 0;
}

void prong_watch_signal(const struct prong_watch *watch, const struct prong_child *child, int sig)
{
    if (child->pid <= 0)
        return;
    if (watch->own_group)
        kill(-child->pid, sig);
#if USE_PIDFD
    if (watch->by_pidfd && child->death_fd != -1) {
        syscall(SYS_pidfd_send_signal, child->death_fd, sig, NULL, 0);
        return;
    }
#else
    (void)watch;
#endif
    kill(child->pid, sig);
}

void prong_watch_end_group(const struct prong_watch *watch, const struct prong_child *child)
{
    if (watch->own_group && child->pid > 0)
        kill(-child->pid, SIGKILL);
}

bool prong_watch_ring(int notify_write)
{
    /* 8 bytes, as an eventfd wants them; a pipe takes them as well. EAGAIN: there are wakings enough. */
    static const uint64_t one = 1;
    return write(notify_write, &one, sizeof one) != -1 || errno != EBADF;
}

static void drain(int fd)
{
    char bytes[512];

    while (read(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes)
        ;
}

static int sleep_until(struct prong_watch *watch, int64_t until, const sigset_t *mask)
{
    struct timespec wait, *limit = NULL;

    if (until > 0) {
        int64_t left = until - prong_now();
        left = left < 0 ? 0 : left;
        wait = (struct timespec){ left / 1000000000, left % 1000000000 };
        limit = &wait;
    }
    return PRONG_SYS("parent-poll", -1, ppoll(watch->fds, (nfds_t)watch->workers + FIRST_WORKER, limit, mask));
}

prong_status prong_watch_sleep(struct prong_watch *watch, const struct prong_child *children, int input_fd,
                               int64_t until, volatile const sig_atomic_t *cancel, unsigned *events, prong_error *err)
{
    sigset_t all, before;
    int n, failure;

    *events = PRONG_EVENT_NOTHING;
    watch->fds[NOTIFY] = (struct pollfd){ watch->notify_read, POLLIN, 0 };
    watch->fds[INPUT] = (struct pollfd){ input_fd, POLLIN, 0 };
    for (int i = 0; i < watch->workers; i++)
        watch->fds[FIRST_WORKER + i] = (struct pollfd){ children[i].death_fd, POLLIN, 0 };

    /* Signals wait while the flag is looked at and are let in by ppoll alone: one that raises the flag after the
     * look ends the sleep. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    n = cancel && *cancel ? 0 : sleep_until(watch, until, &before);
    failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);

    if (cancel && *cancel)
        *events |= PRONG_EVENT_CANCEL;
    errno = failure;
    if (n == -1 && failure != EINTR && failure != EAGAIN)
        return prong_fail_sys(err, "ppoll", "%s", "");
    if (n <= 0) {
        for (int i = 0; i < watch->workers + FIRST_WORKER; i++)
            watch->fds[i].revents = 0;
        return PRONG_OK;
    }
    if (watch->fds[NOTIFY].revents) {
        drain(watch->notify_read);
        *events |= PRONG_EVENT_NOTIFIED;
    }
    if (watch->fds[INPUT].revents)
        *events |= PRONG_EVENT_INPUT;
    return PRONG_OK;
}

bool prong_watch_is_dead(const struct prong_watch *watch, int i)
{
    return watch->fds[FIRST_WORKER + i].fd != -1 && watch->fds[FIRST_WORKER + i].revents != 0;
}
