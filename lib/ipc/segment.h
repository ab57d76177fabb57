/* SPDX-License-Identifier: MIT */
/* One System V segment from birth to removal. The only room that calls shmget, shmat, shmdt and shmctl. */
#ifndef PRONG_IPC_SEGMENT_H
#define PRONG_IPC_SEGMENT_H

#include "prong/status.h"

#include <stdbool.h>

struct prong_segment {
    int id;          /* -1: none */
    void *base;      /* the same address in every process */
    size_t size;
    bool attached;   /* in this process */
    bool marked;     /* for removal, or removed */
    bool huge;       /* in huge pages */
    bool inherited;  /* a forked child still has the parent's mapping (no MADV_DONTFORK here) */
};

#define PRONG_SEGMENT_NONE                                                                                             \
    (struct prong_segment)                                                                                             \
    {                                                                                                                  \
        -1, NULL, 0, false, false, false, false                                                                               \
    }

/* Parent: shmget(IPC_PRIVATE, size, 0600), shmat, and the removal mark if that is asked and the kernel allows it.
 * All bytes are 0. On failure nothing remains and *segment is PRONG_SEGMENT_NONE. PRONG_ESYS. */
prong_status prong_segment_create(struct prong_segment *segment, size_t size, unsigned how, prong_error *err);

enum {
    PRONG_SEGMENT_EARLY = 1, /* mark for removal at birth */
    PRONG_SEGMENT_HUGE = 2,  /* in huge pages, if the system has some free and lets us; else in ordinary ones */
};

/* Worker: attach at the parent's own address. Returns 0 or an errno (there is nobody to format an error for yet). */
int prong_segment_attach(const struct prong_segment *segment);

/* Parent: detach, then remove unless that has happened. Idempotent; gone already (EINVAL, EIDRM) is success. */
void prong_segment_close(struct prong_segment *segment);

#endif
