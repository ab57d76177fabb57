/* SPDX-License-Identifier: MIT */
/* The one place that forks. */
#include "config.h"

#include "pool/spawn.h"

#include "base/fault.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

pid_t prong_spawn(const struct prong_worker_start *start, uint32_t worker)
{
    sigset_t all, before;
    pid_t pid;
    int failure;

    /* A signal between fork and the worker's reset would run the host's handler in the worker. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
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
