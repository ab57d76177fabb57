/* SPDX-License-Identifier: MIT */
/* Several passes over a pipe: its bytes are kept, in memory up to a limit and beyond it in a temporary file without a
 * name, and the array becomes one that is mapped.
 *
 * The bytes go through prong_stream_step, as they do for a single pass: so the same inputs are refused in the same words,
 * and the data bytes of the blocks one after the other are the input. Memory is a memfd: like a file it is not copied at
 * a fork, page tables included, and one mapping serves both kinds. Where there is no memfd all goes to the file. */
#include "config.h"

#include "array/file.h"
#include "array/input.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct spool {
    int fd;         /* what is kept, or -1 */
    bool memory;    /* fd is a memfd */
    uint64_t bytes; /* kept */
    uint64_t limit; /* as long as it is in memory */
    const char *folder;
};

static bool open_memory(struct spool *spool)
{
#if defined(HAVE_MEMFD_CREATE)
    spool->fd = prong_file_raise(PRONG_SYS("array-memfd", -1, memfd_create("prong-spool", MFD_CLOEXEC)));
    spool->memory = spool->fd >= 0;
#endif
    return spool->memory;
}

static prong_status open_file(struct spool *spool, prong_error *err)
{
    int fd = prong_file_raise(PRONG_SYS("array-spool", -1, prong_file_nameless(spool->folder)));

    if (fd < 0)
        return prong_fail_sys(err, "open", "it is kept in a temporary file in %s (TMPDIR names another place)",
                              spool->folder);
    spool->fd = fd;
    spool->memory = false;
    return PRONG_OK;
}

static prong_status write_failed(const struct spool *spool, prong_error *err)
{
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return prong_fail_sys(err, "write",
                              "its first %llu bytes fill the temporary file in %s; set TMPDIR to a place with more "
                              "room, or allow more memory",
                              (unsigned long long)spool->bytes, spool->folder);
    return prong_fail_sys(err, "write", "a temporary file in %s", spool->folder);
}

/* What was kept in memory so far goes on in a file. */
static prong_status leave_memory(struct spool *spool, prong_error *err)
{
    int memory = spool->fd;
    void *map = NULL;
    prong_status status = PRONG_OK;

    if (spool->bytes > 0) {
        map = mmap(NULL, (size_t)spool->bytes, PROT_READ, MAP_SHARED, memory, 0);
        if (map == MAP_FAILED)
            return prong_fail_sys(err, "mmap", "%s", "");
    }
    status = open_file(spool, err);
    if (status == PRONG_OK)
        close(memory);
    if (status == PRONG_OK && map && !prong_file_write(spool->fd, map, (size_t)spool->bytes))
        status = write_failed(spool, err);
    if (map)
        munmap(map, (size_t)spool->bytes);
    return status;
}

static prong_status keep(struct spool *spool, const struct prong_block *block, prong_error *err)
{
    bool kept = false;

    if (spool->memory && spool->bytes + block->length <= spool->limit)
        kept = prong_file_write(spool->fd, block->data, block->length); /* if not: no memory left for it */
    if (!kept && spool->memory) {
        prong_status status = leave_memory(spool, err);
        if (status)
            return status;
    }
    if (!kept && !prong_file_write(spool->fd, block->data, block->length))
        return write_failed(spool, err);
    spool->bytes += block->length;
    return PRONG_OK;
}

static prong_status read_all(struct spool *spool, struct prong_array *stream, const struct prong_patience *patience,
                             prong_error *err)
{
    struct prong_block *block = malloc(sizeof *block);
    bool full, end = false;
    prong_status status = PRONG_OK;

    if (!block)
        return prong_array_blame(stream, prong_fail(err, PRONG_ENOMEM, "no memory for a block of it"), err);
    while (status == PRONG_OK && !end) {
        status = prong_stream_wait(stream, block, patience, err);
        if (status == PRONG_OK)
            status = prong_stream_step(stream, block, &full, &end, err);
        if (status == PRONG_OK && full && block->length > 0) {
            status = keep(spool, block, err);
            if (status)
                prong_array_blame(stream, status, err);
        }
    }
    free(block);
    return status;
}

/* Turns the stream into what a file of these bytes would have become. */
static prong_status adopt(struct prong_array *array, const struct spool *spool, prong_error *err)
{
    size_t item = prong_dtype_size(array->dtype);
    void *map = NULL;

    if (spool->bytes > SIZE_MAX)
        return prong_fail(err, PRONG_ENOMEM, "it is larger than this machine's address space");
    if (spool->bytes > 0) {
        map = PRONG_SYS("array-mmap", MAP_FAILED,
                        mmap(NULL, (size_t)spool->bytes, PROT_READ, MAP_SHARED, spool->fd, 0));
        if (map == MAP_FAILED)
            return prong_fail_sys(err, "mmap", "%s", "");
    }
    prong_stream_close(array);
    if (array->owns_fd)
        close(array->fd);
    array->fd = spool->fd;
    array->owns_fd = true;
    prong_array_note_file(array, array->fd);
    array->map = map;
    array->map_size = (size_t)spool->bytes;
    array->data = map ? map : (const void *)"";
    array->bytes = spool->bytes;
    array->access = item ? PRONG_ACCESS_ELEMENTS : PRONG_ACCESS_TEXT;
    if (item && !array->count_known) {
        array->count_known = true;
        array->count = array->shape[0] = spool->bytes / item;
    }
    if (item)
        prong_array_lay_out(array);
    return PRONG_OK;
}

prong_status prong_array_spool(struct prong_array *stream, uint64_t memory_limit,
                               volatile const sig_atomic_t *cancel, double timeout, prong_error *err)
{
    const char *folder = secure_getenv("TMPDIR");
    struct spool spool = { .fd = -1, .limit = memory_limit, .folder = folder && *folder ? folder : "/tmp" };
    struct prong_patience patience = { cancel, timeout > 0 ? prong_now() + (int64_t)(timeout * 1e9) : 0 };
    prong_status status = PRONG_OK;

    if (!stream->stream)
        return PRONG_OK;
    if (stream->bytes > memory_limit || !open_memory(&spool))
        status = open_file(&spool, err);
    if (status)
        return prong_array_blame(stream, status, err);
    status = read_all(&spool, stream, &patience, err);
    if (status == PRONG_OK) {
        status = adopt(stream, &spool, err);
        if (status == PRONG_OK)
            return PRONG_OK; /* the descriptor is the array's now */
        prong_array_blame(stream, status, err);
    }
    close(spool.fd);
    return status;
}
