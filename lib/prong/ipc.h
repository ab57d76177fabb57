/* SPDX-License-Identifier: MIT */
/* The System V shared memory segments of this machine, as far as one may see them, and what the kernel allows. Linux; elsewhere
 * these functions say PRONG_ESYS with ENOSYS. Any process and any thread may call them. */
#ifndef PRONG_IPC_H
#define PRONG_IPC_H

#include <prong/status.h>

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct prong_segment_info {
    int id;                /* what ipcs and ipcrm call shmid */
    int key;               /* 0: IPC_PRIVATE */
    unsigned mode;         /* permission bits, as 0600 */
    unsigned uid;          /* of the owner */
    uint64_t bytes;
    uint64_t attached;     /* how often, by any process */
    long creator, last;    /* pids: who made it, who attached or detached last; 0: nobody here */
    int64_t created;       /* seconds since the epoch: made, or its permissions changed */
    int creator_alive;     /* a process of that pid exists; it may be another one by now */
    int marked;            /* IPC_RMID was said: gone with its last attachment */
    int mine;              /* its owner is this process's effective user */
    int prongs;            /* a pool of prong is in it; only looked at where it is mine */
} prong_segment_info;

/* All segments that this process may see, by id. *list is malloc'ed, and the caller frees it; NULL if *count is 0. On failure
 * both are 0. PRONG_ESYS (shmctl; ENOSYS), PRONG_ENOMEM. To tell what is in a segment of its own it attaches it for reading,
 * which shows as the last pid. */
PRONG_API PRONG_NODISCARD prong_status prong_segment_list(prong_segment_info **list, size_t *count, prong_error *err);

/* Removes a segment that prong_segment_list told of, if it still is that one, prong's, mine, attached by nobody, and its creator
 * is dead; so that nobody can miss it. PRONG_EBUSY: it is not all of that (err tells what); PRONG_ESYS (shmctl). */
PRONG_API PRONG_NODISCARD prong_status prong_segment_remove(const prong_segment_info *segment, prong_error *err);

typedef struct prong_ipc_limits {
    size_t size;            /* set by the caller: sizeof */
    uint64_t segment_bytes; /* SHMMAX: the most that one segment may have */
    uint64_t all_bytes;     /* SHMALL, in bytes: the most that all may have together; UINT64_MAX: more than can be counted */
    uint64_t segments;      /* SHMMNI: so many at a time */
    uint64_t used_segments, used_bytes, resident_bytes; /* at present, by everybody; resident: in memory */
} prong_ipc_limits;

/* PRONG_EINVAL (limits->size), PRONG_ESYS (shmctl; ENOSYS). */
PRONG_API PRONG_NODISCARD prong_status prong_ipc_limits_get(prong_ipc_limits *limits, prong_error *err);

#ifdef __cplusplus
}
#endif

#endif
