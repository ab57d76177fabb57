/* SPDX-License-Identifier: MIT */
/* Columns that are looked at more than once: parsed by workers, kept by the parent as doubles one behind the other, in memory (a
 * memfd, which is not copied at a fork) or beyond the limit in a file without a name, and then an array like others. */
#include "config.h"

#include "table/work.h"

#include "array/file.h"
#include "array/input.h"
#include "base/error.h"
#include "base/fault.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *folder_of(void)
{
    const char *folder = secure_getenv("TMPDIR");

    return folder && *folder ? folder : "/tmp";
}

static prong_status open_file(struct prong_kept *kept, prong_error *err)
{
    kept->memory = false;
    kept->fd = prong_file_raise(PRONG_SYS("array-spool", -1, prong_file_nameless(folder_of())));
    if (kept->fd < 0)
        return prong_fail_sys(err, "open", "a column is kept in a temporary file in %s (TMPDIR names another place)",
                              folder_of());
    return PRONG_OK;
}

prong_status prong_kept_open(struct prong_kept *kept, prong_error *err)
{
    *kept = (struct prong_kept){ .fd = -1 };
#if defined(HAVE_MEMFD_CREATE)
    kept->fd = prong_file_raise(PRONG_SYS("array-memfd", -1, memfd_create("prong-column", MFD_CLOEXEC)));
#endif
    kept->memory = kept->fd >= 0;
    return kept->memory ? PRONG_OK : open_file(kept, err);
}

static prong_status put(const struct prong_kept *kept, const double *values, size_t n, prong_error *err)
{
    if (prong_file_write(kept->fd, values, n * sizeof *values))
        return PRONG_OK;
    return prong_fail_sys(err, "write", "a column is kept in a temporary file in %s (TMPDIR names another place)", folder_of());
}

/* What was kept in memory so far goes on in a file. */
static prong_status leave_memory(struct prong_kept *kept, prong_error *err)
{
    int memory = kept->fd;
    double room[4096];
    prong_status status = open_file(kept, err);

    for (uint64_t done = 0; status == PRONG_OK && done < kept->count;) {
        size_t n = kept->count - done < 4096 ? (size_t)(kept->count - done) : 4096;
        ssize_t got = pread(memory, room, n * sizeof *room, (off_t)(done * sizeof *room));
        if (got != (ssize_t)(n * sizeof *room))
            status = prong_fail_sys(err, "pread", "%s", "a column");
        else
            status = put(kept, room, n, err);
        done += n;
    }
    close(memory);
    return status;
}

prong_status prong_kept_append(struct prong_kept *kept, const double *values, uint64_t n, uint64_t *in_memory, uint64_t limit,
                               prong_error *err)
{
    uint64_t bytes = n * sizeof *values;
    prong_status status = PRONG_OK;

    if (kept->memory && *in_memory + bytes > limit) {
        *in_memory -= kept->count * sizeof *values;
        status = leave_memory(kept, err);
    }
    if (status == PRONG_OK)
        status = put(kept, values, (size_t)n, err);
    if (status == PRONG_OK) {
        kept->count += n;
        *in_memory += kept->memory ? bytes : 0;
    }
    return status;
}

prong_status prong_kept_array(struct prong_kept *kept, prong_array **array, prong_error *err)
{
    size_t size = (size_t)kept->count * sizeof(double);
    void *map = size ? PRONG_SYS("array-mmap", MAP_FAILED, mmap(NULL, size, PROT_READ, MAP_SHARED, kept->fd, 0)) : NULL;
    prong_status status;

    *array = NULL;
    if (map == MAP_FAILED)
        return prong_fail_sys(err, "mmap", "%s", "a column");
    status = prong_array_view(array, map, (size_t)kept->count, PRONG_F64, err);
    if (status) {
        if (map)
            munmap(map, size);
        return status;
    }
    (*array)->map = map;
    (*array)->map_size = size;
    (*array)->fd = kept->fd;
    (*array)->owns_fd = true;
    prong_array_note_file(*array, kept->fd);
    kept->fd = -1;
    return PRONG_OK;
}

void prong_kept_close(struct prong_kept *kept)
{
    if (kept->fd >= 0)
        close(kept->fd);
    kept->fd = -1;
}
