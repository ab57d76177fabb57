/* SPDX-License-Identifier: MIT */
/* The doorbell by futex on Linux; elsewhere, and with --disable-linux-extras, by a process-shared POSIX
 * semaphore for each worker. */
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

void prong_bell_sit(uint32_t seat)
{
    (void)seat;
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

static uint32_t own_seat;

void prong_bell_sit(uint32_t seat)
{
    own_seat = seat < PRONG_BELL_SEATS ? seat : PRONG_BELL_SEATS - 1;
}

int prong_bell_init(struct prong_bell *bell)
{
    atomic_init(&bell->count, 0);
    atomic_init(&bell->seats, 0);
    for (int i = 0; i < PRONG_BELL_SEATS; i++)
        if (sem_init(&bell->tokens[i], 1, 0) == -1)
            return errno;
    return 0;
}

/* The seat is taken before count is looked at for the last time, and the parent changes count before it looks at seats: so it
 * either posts here, or is seen to have rung. */
void prong_bell_wait(struct prong_bell *bell, uint32_t seen)
{
    uint32_t seats = atomic_load(&bell->seats);

    while (seats <= own_seat && !atomic_compare_exchange_weak(&bell->seats, &seats, own_seat + 1))
        ;
    while (atomic_load(&bell->count) == seen)
        if (sem_wait(&bell->tokens[own_seat]) == 0 || errno != EINTR)
            return;
}

void prong_bell_ring(struct prong_bell *bell, int wakings)
{
    uint32_t seats;

    (void)wakings;
    atomic_fetch_add(&bell->count, 1);
    seats = atomic_load(&bell->seats);
    for (uint32_t i = 0; i < seats; i++) {
        int tokens;
        /* A token that is there already will do: whoever takes it looks at count afterwards. */
        if (sem_getvalue(&bell->tokens[i], &tokens) == -1 || tokens < 1)
            sem_post(&bell->tokens[i]);
    }
}

#endif

uint32_t prong_bell_listen(const struct prong_bell *bell)
{
    return atomic_load(&bell->count);
}
