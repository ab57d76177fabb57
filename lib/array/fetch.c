/* SPDX-License-Identifier: MIT */
/* How workers get at the bytes of a regular file: by pread into a window of their own, which stays in the second-level
 * cache, or where they are mapped. Which is faster depends on the machine: reading copies every byte; a fresh mapping costs a
 * page-table entry for every 4 KiB and, under hypervisors that shadow page tables, an exit to the host for each as well. 2 GiB
 * in the page cache, two processes, windows of 256 KiB: 0.10 s by reading and 0.71 s by mapping on such a machine, 0.13 s and
 * 0.10 s on one with nested paging. So each process tries both in turn on its first pieces, and keeps to what was faster.
 *
 * The mapping is what always works. The host may have closed the descriptor, or opened another file under its number; the file
 * may have become shorter, or its disk may fail: then the mapping is used, and tells by SIGBUS what there is to tell. */
#include "config.h"

#include "array/input.h"
#include "base/clock.h"
#include "base/fault.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum way { BY_READING, BY_MAPPING, WAYS };

/* Pieces that a process tries each way, and how many bytes tell something. */
enum { LOOKS = 4, WORTH_A_LOOK = 1 << 17 };

/* What this thread has found so far: the least time that a piece took from its fetching to that of the next, by bytes. */
static _Thread_local struct {
    int looks;
    int64_t least[WAYS]; /* 2^-20 ns a byte; 0: none yet */
    int64_t since;       /* when the last piece was fetched, if it counts; 0: it does not */
    size_t bytes;        /* of it */
    enum way way;
} habit;

static void look(int64_t now)
{
    int64_t cost = habit.since ? ((now - habit.since) << 20) / (int64_t)habit.bytes + 1 : 0;

    if (cost && (habit.least[habit.way] == 0 || cost < habit.least[habit.way]))
        habit.least[habit.way] = cost;
    if (cost)
        habit.looks++;
}

/* How to fetch so many bytes. Others come in between the pieces, or a worker waits: the least time is not theirs. */
static enum way choose(size_t bytes)
{
    int64_t now;

    if (habit.looks >= WAYS * LOOKS)
        return habit.least[BY_READING] <= habit.least[BY_MAPPING] ? BY_READING : BY_MAPPING;
    if (bytes < WORTH_A_LOOK)
        return BY_READING;
    now = prong_now();
    look(now);
    habit.since = now;
    habit.bytes = bytes;
    habit.way = (enum way)(habit.looks % WAYS);
    return habit.way;
}

void prong_array_note_file(struct prong_array *array, int fd)
{
    struct stat st;

    array->identified = fstat(fd, &st) == 0;
    array->device = array->identified ? st.st_dev : 0;
    array->inode = array->identified ? st.st_ino : 0;
}

static bool is_the_same_file(const struct prong_array *array)
{
    struct stat st;

    return array->identified && fstat(array->fd, &st) == 0 && st.st_dev == array->device && st.st_ino == array->inode;
}

static bool read_all(int fd, off_t offset, size_t bytes, unsigned char *room)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t n = PRONG_SYS("array-fetch", -1, pread(fd, room + done, bytes - done, offset + (off_t)done));
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        if (n > 0)
            done += (size_t)n;
    }
    return true;
}

/* Where a place of the mapping is in the file. */
static off_t offset_of(const struct prong_array *array, const void *from)
{
    return (const unsigned char *)from - (const unsigned char *)array->map;
}

static bool shall_read(const struct prong_array *array, size_t bytes)
{
    return array->map && array->fd != -1 && bytes > 0 && choose(bytes) == BY_READING && is_the_same_file(array);
}

const void *prong_array_fetch(const struct prong_array *array, const void *from, size_t bytes, void *room)
{
    int saved = errno;
    bool there = shall_read(array, bytes) && read_all(array->fd, offset_of(array, from), bytes, room);

    errno = saved;
    if (there)
        return room;
    prong_array_prefault(array, from, bytes);
    return from;
}

const void *prong_array_fetch_rows(const struct prong_array *array, const void *from, size_t bytes, ptrdiff_t *stride,
                                   size_t rows, void *room, size_t apart)
{
    int saved = errno;
    bool there = shall_read(array, bytes * rows);

    for (size_t k = 0; there && k < rows; k++)
        there = read_all(array->fd, offset_of(array, from) + (off_t)k * *stride, bytes, (unsigned char *)room + k * apart);
    errno = saved;
    if (there) {
        *stride = (ptrdiff_t)apart;
        return room;
    }
    for (size_t k = 0; k < rows; k++)
        prong_array_prefault(array, (const unsigned char *)from + (ptrdiff_t)k * *stride, bytes);
    return from;
}

void prong_array_prefault(const struct prong_array *array, const void *from, size_t bytes)
{
#if defined(HAVE_DECL_MADV_POPULATE_READ) && HAVE_DECL_MADV_POPULATE_READ
    uintptr_t page, first, last;
    int saved = errno;

    if (!array->map || bytes == 0)
        return;
    page = (uintptr_t)sysconf(_SC_PAGESIZE);
    first = (uintptr_t)from & ~(page - 1);
    last = ((uintptr_t)from + bytes + page - 1) & ~(page - 1);
    if (madvise((unsigned char *)array->map + (first - (uintptr_t)array->map), last - first, MADV_POPULATE_READ) !=
        0)
        errno = saved;
#else
    (void)array;
    (void)from;
    (void)bytes;
#endif
}
