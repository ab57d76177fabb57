/* SPDX-License-Identifier: MIT */
/* A doorbell in the segment: workers sleep on it, the parent rings. No lock, so nobody can die holding it.
 *
 * A waiter first reads the count (prong_bell_listen), then looks whether there is work, and only then sleeps while
 * the count is still the one read: a ring between the look and the sleep changes the count, so it cannot be missed.
 *
 *     worker                               parent
 *     seen = listen(bell)
 *     no work
 *                                          make work visible
 *                                          ring: count++, wake
 *     wait(bell, seen): count != seen, returns at once
 *
 * Wakings may be spurious; callers loop. */
#ifndef PRONG_IPC_BELL_H
#define PRONG_IPC_BELL_H

#include "config.h"

#include <stdatomic.h>
#include <stdint.h>
#ifndef HAVE_LINUX_FUTEX_H
#include <semaphore.h>
#endif

enum { PRONG_BELL_SEATS = 1024 };

struct prong_bell {
    _Atomic uint32_t count; /* written by the parent, read by workers */
#ifndef HAVE_LINUX_FUTEX_H
    _Atomic uint32_t seats; /* raised by workers: seats below it may have somebody asleep */
    /* One a seat, posted by the parent, taken by the worker whose seat it is: were they shared, one that is quick could take
     * the token that was meant to wake another. A surplus token only wakes its worker in vain. */
    sem_t tokens[PRONG_BELL_SEATS];
#endif
};

/* Worker, before its first wait: no other process that waits on the same bell has this seat. */
void prong_bell_sit(uint32_t seat);

/* Parent, before the first fork. Returns 0 or an errno. */
int prong_bell_init(struct prong_bell *bell);

uint32_t prong_bell_listen(const struct prong_bell *bell);
void prong_bell_wait(struct prong_bell *bell, uint32_t seen);

/* Wakes up to `wakings` sleepers; maybe more. */
void prong_bell_ring(struct prong_bell *bell, int wakings);

#endif
