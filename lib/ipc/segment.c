/* SPDX-License-Identifier: MIT */
/* A segment must not outlive its run, whoever is killed, however.
 *
 * On Linux a segment that is marked for removal (IPC_RMID) while it is attached lives on until its last detach, and
 * can still be attached by id meanwhile (shmctl(2)). So by default the mark is set at birth and the kernel does the
 * cleaning: SIGKILL for the parent, a worker or the whole group leaves nothing.
 *
 *     shmget ---- shmat ---- IPC_RMID ---- fork ... workers shmat ... shmdt
 *            ^^^^^^^^^^^^^^^^
 *            the one window in which SIGKILL leaks a segment: it holds one system call
 *
 * Elsewhere a marked segment cannot be attached. Whether it can is asked once a process, of the first real segment;
 * if it cannot, that segment is given up and another is made, to be removed at the end. */
#include "config.h"

#include "ipc/segment.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/size.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#define NOT_ATTACHED ((void *)-1)

/* 1 or 0 once a segment of this process has been asked; -1 before. */
static _Atomic int marked_attach_works = -1;

static bool marks_early(void)
{
    int known = atomic_load(&marked_attach_works);
    return known == -1 ? PRONG_MARKED_ATTACH_DEFAULT : known;
}

/* Keeps errno. */
static void tell(const struct prong_segment *segment, enum prong_segment_step step, const void *address, bool well)
{
    int failure = errno;

    if (segment->witness)
        segment->witness->saw(step, segment->id, segment->size, address, well ? 0 : failure, segment->witness->ctx);
    errno = failure;
}

/* The attachment that the probe makes is the proof that workers can make theirs. */
static bool marked_can_be_attached(const struct prong_segment *segment)
{
    int known = atomic_load(&marked_attach_works);
    void *again;

    if (known != -1)
        return known;
    again = PRONG_SYS("segment-probe", NOT_ATTACHED, shmat(segment->id, NULL, 0));
    tell(segment, PRONG_SEGMENT_ATTACH, again, again != NOT_ATTACHED);
    if (again != NOT_ATTACHED)
        tell(segment, PRONG_SEGMENT_DETACH, again, shmdt(again) == 0);
    atomic_store(&marked_attach_works, again != NOT_ATTACHED);
    return again != NOT_ATTACHED;
}

/* Fails where none are reserved (vm.nr_hugepages), or for want of the right; ordinary pages then do as well. */
static void get_huge(struct prong_segment *segment)
{
#ifdef SHM_HUGETLB
    const size_t huge = (size_t)2 << 20;
    size_t size;

    if (!prong_size_align(segment->size, huge, &size))
        return;
    segment->id = PRONG_SYS("segment-huge", -1, shmget(IPC_PRIVATE, size, IPC_CREAT | SHM_HUGETLB | 0600));
    segment->huge = segment->id != -1;
#else
    (void)segment;
#endif
}

static bool mark(struct prong_segment *segment)
{
    segment->marked = PRONG_SYS("segment-mark", -1, shmctl(segment->id, IPC_RMID, NULL)) == 0;
    tell(segment, PRONG_SEGMENT_MARK, NULL, segment->marked);
    return segment->marked;
}

prong_status prong_segment_create(struct prong_segment *segment, size_t size, unsigned how, prong_error *err)
{
    return prong_segment_create_before(NULL, segment, size, how, err);
}

prong_status prong_segment_create_before(const struct prong_segment_witness *witness, struct prong_segment *segment, size_t size,
                                         unsigned how, prong_error *err)
{
    prong_status status;

    *segment = PRONG_SEGMENT_NONE;
    segment->witness = witness;
    segment->size = size;
    if (how & PRONG_SEGMENT_HUGE)
        get_huge(segment);
    if (segment->id == -1)
        segment->id = PRONG_SYS("segment-shmget", -1, shmget(IPC_PRIVATE, size, IPC_CREAT | 0600));
    tell(segment, PRONG_SEGMENT_GET, NULL, segment->id != -1);
    if (segment->id == -1)
        return prong_fail_sys(err, "shmget", "shmget(IPC_PRIVATE, %zu, 0600)", size);
    PRONG_FAULT("segment-window");
    segment->base = PRONG_SYS("segment-shmat", NOT_ATTACHED, shmat(segment->id, NULL, 0));
    tell(segment, PRONG_SEGMENT_ATTACH, segment->base, segment->base != NOT_ATTACHED);
    if (segment->base == NOT_ATTACHED) {
        status = prong_fail_sys(err, "shmat", "shmat(%d) of %zu bytes", segment->id, size);
        goto fail;
    }
    segment->attached = true;
    if ((how & PRONG_SEGMENT_EARLY) && marks_early()) {
        if (!mark(segment)) {
            status = prong_fail_sys(err, "shmctl", "shmctl(%d, IPC_RMID)", segment->id);
            goto fail;
        }
        if (!marked_can_be_attached(segment)) {
            prong_segment_close(segment);
            return prong_segment_create_before(witness, segment, size, how & ~(unsigned)PRONG_SEGMENT_EARLY, err);
        }
    }
    PRONG_FAULT("segment-marked");
#if HAVE_DECL_MADV_DONTFORK
    /* A worker attaches for itself, at this very address: it must find the place empty. */
    segment->inherited = madvise(segment->base, size, MADV_DONTFORK) == -1;
#else
    segment->inherited = true;
#endif
    return PRONG_OK;

fail:
    prong_segment_close(segment);
    return status;
}

int prong_segment_attach(const struct prong_segment *segment)
{
    void *at;

    if (segment->inherited)
        shmdt(segment->base);
    at = PRONG_SYS("worker-shmat", NOT_ATTACHED, shmat(segment->id, segment->base, 0));
    if (at == NOT_ATTACHED)
        return errno;
    return 0;
}

struct prong_segment_state prong_segment_ask(int id)
{
    struct prong_segment_state state = { .known = false };
    struct shmid_ds ds;

    if (id == -1 || PRONG_SYS("segment-stat", -1, shmctl(id, IPC_STAT, &ds)) == -1)
        return state;
    state.known = true;
    state.attached = ds.shm_nattch;
    state.creator = ds.shm_cpid;
    state.last = ds.shm_lpid;
#ifdef SHM_DEST
    state.marked = (ds.shm_perm.mode & SHM_DEST) != 0;
#endif
    return state;
}

void prong_segment_close(struct prong_segment *segment)
{
    if (segment->attached) {
        tell(segment, PRONG_SEGMENT_DETACH, segment->base, shmdt(segment->base) == 0);
        segment->attached = false;
        PRONG_FAULT("segment-detached");
    }
    /* Said even where the mark was set at birth: EINVAL or EIDRM then mean that the kernel has done it. */
    if (segment->id != -1)
        tell(segment, PRONG_SEGMENT_MARK, NULL, shmctl(segment->id, IPC_RMID, NULL) == 0);
    *segment = PRONG_SEGMENT_NONE;
}
