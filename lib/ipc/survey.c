/* SPDX-License-Identifier: MIT */
/* What segments there are, whose, and what the kernel allows. Linux tells by index, up to the highest in use: SHM_STAT_ANY of
 * all segments, as /proc/sysvipc/shm does, where the kernel has it; else SHM_STAT of those that one may read. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* SHM_INFO and its companions */
#endif
#include "config.h"

#include "prong/ipc.h"

#include "base/error.h"
#include "ipc/layout.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#if defined(SHM_INFO) && defined(SHM_STAT)

static bool is_alive(pid_t pid)
{
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

/* Attached for reading, for a moment: nobody else's, and nothing that is too small. */
static bool holds_a_pool(int id, size_t bytes)
{
    const struct prong_header *header;
    bool prongs;

    if (bytes < sizeof *header)
        return false;
    header = shmat(id, NULL, SHM_RDONLY);
    if (header == (void *)-1)
        return false;
    prongs = header->magic == PRONG_SEGMENT_MAGIC;
    shmdt(header);
    return prongs;
}

static prong_segment_info tell(int id, const struct shmid_ds *ds)
{
    prong_segment_info info = { .id = id,
                                .key = (int)ds->shm_perm.__key,
                                .mode = ds->shm_perm.mode & 0777,
                                .uid = ds->shm_perm.uid,
                                .bytes = ds->shm_segsz,
                                .attached = ds->shm_nattch,
                                .creator = ds->shm_cpid,
                                .last = ds->shm_lpid,
                                .created = ds->shm_ctime,
                                .creator_alive = is_alive(ds->shm_cpid),
                                .marked = (ds->shm_perm.mode & SHM_DEST) != 0,
                                .mine = ds->shm_perm.uid == geteuid() };

    info.prongs = info.mine && info.key == 0 && holds_a_pool(id, ds->shm_segsz);
    return info;
}

/* Returns the id, or -1. */
static int stat_by_index(int index, struct shmid_ds *ds)
{
#ifdef SHM_STAT_ANY
    int id = shmctl(index, SHM_STAT_ANY, ds);
    if (id != -1)
        return id;
#endif
    return shmctl(index, SHM_STAT, ds);
}

static int by_id(const void *a, const void *b)
{
    int x = ((const prong_segment_info *)a)->id, y = ((const prong_segment_info *)b)->id;
    return x < y ? -1 : x > y;
}

prong_status prong_segment_list(prong_segment_info **list, size_t *count, prong_error *err)
{
    struct shm_info all;
    int highest = shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&all);
    prong_segment_info *found;

    *list = NULL;
    *count = 0;
    if (highest == -1)
        return prong_fail_sys(err, "shmctl", "shmctl(SHM_INFO)");
    found = calloc((size_t)highest + 1, sizeof *found);
    if (!found)
        return prong_fail(err, PRONG_ENOMEM, "%d segments", highest + 1);
    for (int index = 0; index <= highest; index++) {
        struct shmid_ds ds;
        int id = stat_by_index(index, &ds); /* most indices are not in use, or not for us to see */
        if (id != -1)
            found[(*count)++] = tell(id, &ds);
    }
    if (*count == 0) {
        free(found);
        return PRONG_OK;
    }
    qsort(found, *count, sizeof *found, by_id);
    *list = found;
    return PRONG_OK;
}

prong_status prong_segment_remove(const prong_segment_info *segment, prong_error *err)
{
    prong_segment_info now;
    struct shmid_ds ds;

    if (shmctl(segment->id, IPC_STAT, &ds) == -1)
        return prong_fail_sys(err, "shmctl", "shmctl(%d, IPC_STAT)", segment->id);
    now = tell(segment->id, &ds);
    if (now.creator != segment->creator || now.bytes != segment->bytes || now.created != segment->created)
        return prong_fail(err, PRONG_EBUSY, "segment %d is another one by now", segment->id);
    if (!now.mine || !now.prongs)
        return prong_fail(err, PRONG_EBUSY, "segment %d is not one of prong's that is yours", segment->id);
    if (now.attached > 0)
        return prong_fail(err, PRONG_EBUSY, "segment %d is in use: it is attached %llu times", segment->id,
                          (unsigned long long)now.attached);
    if (now.creator_alive)
        return prong_fail(err, PRONG_EBUSY, "segment %d is in use: process %ld, which made it, is alive", segment->id,
                          now.creator);
    if (shmctl(segment->id, IPC_RMID, NULL) == -1)
        return prong_fail_sys(err, "shmctl", "shmctl(%d, IPC_RMID)", segment->id);
    return PRONG_OK;
}

prong_status prong_ipc_limits_get(prong_ipc_limits *limits, prong_error *err)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    struct shm_info used;
    struct shminfo most;

    if (limits->size != sizeof *limits)
        return prong_fail(err, PRONG_EINVAL, "limits.size is %zu: set it to sizeof", limits->size);
    if (shmctl(0, IPC_INFO, (struct shmid_ds *)(void *)&most) == -1)
        return prong_fail_sys(err, "shmctl", "shmctl(IPC_INFO)");
    if (shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&used) == -1)
        return prong_fail_sys(err, "shmctl", "shmctl(SHM_INFO)");
    *limits = (prong_ipc_limits){ .size = sizeof *limits,
                                  .segment_bytes = most.shmmax,
                                  .all_bytes = most.shmall > UINT64_MAX / page ? UINT64_MAX : most.shmall * page,
                                  .segments = most.shmmni,
                                  .used_segments = (uint64_t)used.used_ids,
                                  .used_bytes = used.shm_tot * page,
                                  .resident_bytes = used.shm_rss * page };
    return PRONG_OK;
}

#else

static prong_status not_here(prong_error *err)
{
    errno = ENOSYS;
    return prong_fail_sys(err, "shmctl", "this system does not tell about all segments; see ipcs(1)");
}

prong_status prong_segment_list(prong_segment_info **list, size_t *count, prong_error *err)
{
    *list = NULL;
    *count = 0;
    return not_here(err);
}

prong_status prong_segment_remove(const prong_segment_info *segment, prong_error *err)
{
    (void)segment;
    return not_here(err);
}

prong_status prong_ipc_limits_get(prong_ipc_limits *limits, prong_error *err)
{
    (void)limits;
    return not_here(err);
}

#endif
