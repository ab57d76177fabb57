/* SPDX-License-Identifier: MIT */
/* The doorbell by futex on Linux; elsewhere, and with --disable-linux-extras, by a process-shared POSIX semaphore. */
#include "ipc/bell.h"

#include <errno.h>

#ifdef HAVE_LINUX_FUTEX_H

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

int prong_bell_init(struct prong_bell *bell)
{
    atomic_init(&bell->count, 0);
    return 0;
}

void prong_bell_wait(struct prong_bell *bell, uint32_t seen)
{
    /* Returns at once if count != seen; EINTR and spurious wakings are the caller's loop's business. */
    syscall(SYS_futex, &bell->count, FUTEX_WAIT, seen, NULL, NULL, 0);
}

void prong_bell_ring(struct prong_bell *bell, int wakings)
{
    atomic_fetch_add(&bell->count, 1);
    syscall(SYS_futex, &bell->count, FUTEX_WAKE, wakings, NULL, NULL, 0);
}

#else

#include <time.h>

enum { LONGEST_SLEEP = 20 * 1000 * 1000 }; /* nanoseconds */

int prong_bell_init(struct prong_bell *bell)
{
    atomic_init(&bell->count, 0);
    return sem_init(&bell->tokens, 1, 0) == -1 ? errno : 0;
}

/* A semaphore does not know for whom a token is: a waiter that is woken and soon sleeps again may take what was meant for
 * another that is still asleep. So nobody sleeps for long without another look at the count. */
void prong_bell_wait(struct prong_bell *bell, uint32_t seen)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LONGEST_SLEEP;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    while (atomic_load(&bell->count) == seen && sem_timedwait(&bell->tokens, &until) == -1 && errno == EINTR)
        ;
}

void prong_bell_ring(struct prong_bell *bell, int wakings)
{
    atomic_fetch_add(&bell->count, 1);
    for (int i = 0; i < wakings; i++)
        if (sem_post(&bell->tokens) == -1)
            return; /* EOVERFLOW: there are tokens enough */
}

#endif

uint32_t prong_bell_listen(const struct prong_bell *bell)
{
    return atomic_load(&bell->count);
}
