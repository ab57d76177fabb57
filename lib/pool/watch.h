/* SPDX-License-Identifier: MIT */
/* How the parent sleeps until something happens: a worker's death, a published chunk, input, a signal, a deadline.
 * Never by SIGCHLD, which is the host's, and never by polling the clock. */
#ifndef PRONG_POOL_WATCH_H
#define PRONG_POOL_WATCH_H

#include "pool/reap.h"
#include "prong/fold.h"

#include <poll.h>
#include <stdbool.h>

/* One forked worker as the parent knows it. */
struct prong_child {
    pid_t pid;      /* 0: none */
    pid_t ended;    /* the last one here that was reaped; 0: none */
    struct prong_end end; /* how it ended */
    int death_fd;   /* readable when it is dead: a pidfd, or a pipe that only it holds open; -1: none */
    int spare_fd;   /* the other end of that pipe while it is being forked; -1: none */
    int deaths;     /* in a row, without a chunk published in between */
    uint64_t published_at_fork;
    int64_t term_at; /* when SIGTERM was sent for its deadline; 0: not */
    int64_t quiet_at; /* since when it has been busy without a chunk, as far as the parent has seen; 0: it has not */
    uint64_t quiet_published;
    bool late;       /* it was ended for its chunk's deadline */
};

struct prong_watch {
    int notify_read;
    int notify_write;
    bool by_pidfd;
    bool own_group; /* workers lead process groups: signals go to all of them */
    int epoll;      /* the caller's event loop polls this; -1: none was asked for */
    struct pollfd *fds; /* notify, feed, then the workers' */
    int workers;
};

enum prong_watch_event { PRONG_EVENT_NOTHING = 0, PRONG_EVENT_NOTIFIED = 1, PRONG_EVENT_INPUT = 2, PRONG_EVENT_CANCEL = 4 };

prong_status prong_watch_open(struct prong_watch *watch, int workers, prong_error *err);
void prong_watch_close(struct prong_watch *watch);

/* Before and after the fork of a child. before: 0 or an errno. after (in the parent): 0 or an errno, and then the
 * child must be killed. With pid -1 it only cleans up. */
int prong_watch_before_fork(struct prong_watch *watch, struct prong_child *child);
int prong_watch_after_fork(struct prong_watch *watch, struct prong_child *child, pid_t pid);

/* Sends a signal to that very process: never to another that got its pid. */
void prong_watch_signal(const struct prong_watch *watch, const struct prong_child *child, int sig);

/* A descriptor that is readable when one of ours is; -1 with errno where there is no epoll. */
int prong_watch_epoll(struct prong_watch *watch, const struct prong_child *children);

/* Before a worker is reaped: ends what is left of its process group, while its number cannot be anybody else's. */
void prong_watch_end_group(const struct prong_watch *watch, const struct prong_child *child);

/* Wakes a parent that sleeps on this notify_write, from any of its workers or itself. Async-signal-safe. False: the descriptor
 * is closed. */
bool prong_watch_ring(int notify_write);

/* Sleeps until an event or until the clock says `until` (0: no limit). input_fd may be -1. *events gets bits of
 * prong_watch_event. Which children died is asked with prong_watch_is_dead afterwards. PRONG_ESYS. */
prong_status prong_watch_sleep(struct prong_watch *watch, const struct prong_child *children, int input_fd,
                               int64_t until, volatile const sig_atomic_t *cancel, unsigned *events, prong_error *err);

/* After a sleep: did worker i end? */
bool prong_watch_is_dead(const struct prong_watch *watch, int i);

/* Forgets a reaped child. */
void prong_watch_forget(const struct prong_watch *watch, struct prong_child *child);

#endif
