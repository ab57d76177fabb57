/* SPDX-License-Identifier: MIT */
/* One System V segment from birth to removal. The only room that calls shmget, shmat, shmdt and shmctl. */
#ifndef PRONG_IPC_SEGMENT_H
#define PRONG_IPC_SEGMENT_H

#include "prong/status.h"

#include <stdbool.h>
#include <stdint.h>

/* Steps of a segment's life in its parent. */
enum prong_segment_step { PRONG_SEGMENT_GET, PRONG_SEGMENT_ATTACH, PRONG_SEGMENT_MARK, PRONG_SEGMENT_DETACH };

/* Who wants to hear of them: told right after each, and errno of one that failed is `failure`, otherwise 0. address is what was
 * attached or detached. */
struct prong_segment_witness {
    void (*saw)(enum prong_segment_step step, int id, size_t size, const void *address, int failure, void *ctx);
    void *ctx;
};

struct prong_segment {
    int id;          /* -1: none */
    void *base;      /* the same address in every process */
    size_t size;
    bool attached;   /* in this process */
    bool marked;     /* for removal, or removed */
    bool huge;       /* in huge pages */
    bool inherited;  /* a forked child still has the parent's mapping (no MADV_DONTFORK here) */
    const struct prong_segment_witness *witness; /* NULL: nobody */
};

#define PRONG_SEGMENT_NONE                                                                                             \
    (struct prong_segment)                                                                                             \
    {                                                                                                                  \
        -1, NULL, 0, false, false, false, false, NULL                                                                  \
    }

/* Parent: shmget(IPC_PRIVATE, size, 0600), shmat, and the removal mark if that is asked and the kernel allows it.
 * All bytes are 0. On failure nothing remains and *segment is PRONG_SEGMENT_NONE. PRONG_ESYS. The witness, which may be NULL,
 * hears of all that happens to it. */
prong_status prong_segment_create_before(const struct prong_segment_witness *witness, struct prong_segment *segment, size_t size,
                                         unsigned how, prong_error *err);
prong_status prong_segment_create(struct prong_segment *segment, size_t size, unsigned how, prong_error *err);

enum {
    PRONG_SEGMENT_EARLY = 1, /* mark for removal at birth */
    PRONG_SEGMENT_HUGE = 2,  /* in huge pages, if the system has some free and lets us; else in ordinary ones */
};

/* Worker: attach at the parent's own address. Returns 0 or an errno (there is nobody to format an error for yet). */
int prong_segment_attach(const struct prong_segment *segment);

/* What ipcs would say of a segment. */
struct prong_segment_state {
    bool known; /* false: there is none such, or it may not be asked */
    bool marked;
    uint64_t attached;
    long creator, last;
};

/* Any process. */
struct prong_segment_state prong_segment_ask(int id);

/* Parent: detach, then remove unless that has happened. Idempotent; gone already (EINVAL, EIDRM) is success. */
void prong_segment_close(struct prong_segment *segment);

#endif
