/* SPDX-License-Identifier: MIT */
/* Writing .npy files: whole or not at all. The header is numpy's own, byte for byte, with the room that newer versions leave
 * for the first dimension to grow.
 *
 * A file is written beside its place under another name and renamed when it is complete, so a reader, or a mapping of the
 * file that is replaced, never sees half of it. What is no regular file (a device, a FIFO) cannot be replaced, and is
 * written to. */
#include "config.h"

#include "array/dtype.h"
#include "array/file.h"
#include "array/npy.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PREFIX = 10,      /* magic, version 1.0, two bytes of length */
    ALIGN = 64,       /* of the data */
    DIGITS = 20,      /* of a dimension */
    GROWTH = 21,      /* room for the first dimension, as numpy has it */
    TEXT = 80,        /* what is no dimension and no padding is shorter */
    MAX_HEADER = PREFIX + TEXT + PRONG_MAX_DIMS * (DIGITS + 2) + GROWTH + ALIGN,
};
_Static_assert(MAX_HEADER < 65536, "a header of version 1.0 has two bytes for its length");

/* Writes the header into room, of MAX_HEADER bytes; returns its length, a multiple of ALIGN. */
static size_t build(char *room, const char *descr, int ndim, const uint64_t *shape)
{
    char *text = room + PREFIX, *end = text + TEXT + PRONG_MAX_DIMS * (DIGITS + 2), *at = text;
    size_t length, padding;

    memcpy(room, "\x93NUMPY\x01\x00", 8);
    at += snprintf(at, (size_t)(end - at), "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
    for (int d = 0; d < ndim; d++)
        at += snprintf(at, (size_t)(end - at), "%s%llu", d ? ", " : "", (unsigned long long)shape[d]);
    at += snprintf(at, (size_t)(end - at), "%s), }", ndim == 1 ? "," : "");
    if (ndim > 0) {
        int digits = snprintf(NULL, 0, "%llu", (unsigned long long)shape[0]);
        memset(at, ' ', (size_t)(GROWTH - digits));
        at += GROWTH - digits;
    }
    length = (size_t)(at - room) + 1;
    padding = ALIGN - length % ALIGN;
    memset(at, ' ', padding);
    at[padding] = '\n';
    length += padding;
    room[8] = (char)((length - PREFIX) & 0xff);
    room[9] = (char)((length - PREFIX) >> 8);
    return length;
}

/* Writes the header into room as build does, with the bytes of the elements behind it; or refuses them. */
static prong_status describe(prong_dtype dtype, int ndim, const uint64_t *shape, char room[MAX_HEADER], size_t *length,
                             size_t *bytes, prong_error *err)
{
    char descr[PRONG_DESCR];
    bool fits = true;

    if (!prong_dtype_to_numpy(dtype, descr))
        return prong_fail(err, PRONG_EINVAL, "numpy has no type for %s", prong_dtype_name(dtype));
    if (ndim < 0 || ndim > PRONG_MAX_DIMS)
        return prong_fail(err, PRONG_EINVAL, "%d dimensions are not 0 to %d", ndim, PRONG_MAX_DIMS);
    if (ndim > 0 && !shape)
        return prong_fail(err, PRONG_EINVAL, "shape is NULL, ndim is %d", ndim);
    *bytes = prong_dtype_size(dtype);
    for (int d = 0; d < ndim; d++)
        if (shape[d] == 0)
            *bytes = 0;
    for (int d = 0; d < ndim && fits && *bytes > 0; d++)
        fits = shape[d] <= SIZE_MAX && prong_size_mul(*bytes, (size_t)shape[d], bytes);
    if (!fits)
        return prong_fail(err, PRONG_EINVAL, "an array of this shape does not fit in memory");
    *length = build(room, descr, ndim, shape);
    return PRONG_OK;
}

prong_status prong_npy_header(prong_dtype dtype, int ndim, const uint64_t *shape, void *room, size_t size, size_t *length,
                              prong_error *err)
{
    char header[MAX_HEADER];
    size_t bytes, needed;
    prong_status status = describe(dtype, ndim, shape, header, &needed, &bytes, err);

    if (status)
        return status;
    if (room && size >= needed)
        memcpy(room, header, needed);
    *length = needed;
    return PRONG_OK;
}

/* ---- Files ---- */

struct place {
    const char *title; /* in messages */
    char *target;      /* what is to be replaced: path, or where it links to */
    char *beside;      /* what is written meanwhile; NULL: the target itself */
    int fd;
    bool owned;
};

/* A new file beside the target, with the permissions of the one that it replaces. */
static prong_status create_beside(struct place *place, const struct stat *old, prong_error *err)
{
    const char *slash = strrchr(place->target, '/');
    int folder = slash ? (int)(slash + 1 - place->target) : 0;

    for (unsigned k = 0; k < 100; k++) {
        free(place->beside);
        if (asprintf(&place->beside, "%.*s.prong-%ld-%u.tmp", folder, place->target, (long)getpid(), k) < 0) {
            place->beside = NULL;
            return prong_fail(err, PRONG_ENOMEM, "no memory for the name of a temporary file");
        }
        place->fd = prong_file_raise(
            PRONG_SYS("array-save", -1, open(place->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666)));
        place->owned = place->fd >= 0;
        if (place->fd < 0 && errno == EEXIST)
            continue;
        if (place->fd < 0)
            break;
        if (old)
            (void)!fchmod(place->fd, old->st_mode & 0777); /* where that is forbidden it keeps those of a new file */
        return PRONG_OK;
    }
    (void)prong_fail_sys(err, "open", "the temporary file %s", place->beside);
    if (errno != EEXIST)
        unlink(place->beside); /* it was made and got no descriptor */
    free(place->beside);
    place->beside = NULL;
    return PRONG_ESYS;
}

static prong_status open_place(struct place *place, const char *path, prong_error *err)
{
    struct stat st;
    bool exists;

    if (strcmp(path, "-") == 0) {
        place->fd = STDOUT_FILENO;
        return PRONG_OK;
    }
    exists = stat(path, &st) == 0;
    if (exists && !S_ISREG(st.st_mode)) {
        place->fd = prong_file_raise(PRONG_SYS("array-save", -1, open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)));
        place->owned = place->fd >= 0;
        return place->owned ? PRONG_OK : prong_fail_sys(err, "open", "%s", "");
    }
    place->target = exists ? realpath(path, NULL) : strdup(path);
    if (!place->target)
        return exists ? prong_fail_sys(err, "realpath", "%s", "") : prong_fail(err, PRONG_ENOMEM, "no memory for its name");
    return create_beside(place, exists ? &st : NULL, err);
}

/* Closes the file and puts it in its place; after a failure removes it instead. */
static prong_status close_place(struct place *place, prong_status status, prong_error *err)
{
    if (place->owned && close(place->fd) != 0 && status == PRONG_OK) /* a full disk of another machine shows here */
        status = prong_fail_sys(err, "close", "%s", "");
    if (place->beside && status == PRONG_OK &&
        PRONG_SYS("array-rename", -1, rename(place->beside, place->target)) != 0)
        status = prong_fail_sys(err, "rename", "from %s", place->beside);
    if (place->beside && status)
        unlink(place->beside);
    free(place->beside);
    free(place->target);
    return status;
}

prong_status prong_array_save(const char *path, prong_dtype dtype, int ndim, const uint64_t *shape, const void *data,
                              prong_error *err)
{
    struct place place = { .fd = -1 };
    char header[MAX_HEADER];
    size_t bytes, length;
    prong_status status;

    if (!path)
        return prong_fail(err, PRONG_EINVAL, "prong_array_save: path is NULL");
    status = describe(dtype, ndim, shape, header, &length, &bytes, err);
    if (status == PRONG_OK && !data && bytes > 0)
        status = prong_fail(err, PRONG_EINVAL, "prong_array_save: data is NULL");
    if (status)
        return status;
    status = open_place(&place, path, err);
    if (status == PRONG_OK && !(prong_file_write(place.fd, header, length) && prong_file_write(place.fd, data, bytes)))
        status = prong_fail_sys(err, "write", "%s", "");
    status = close_place(&place, status, err);
    if (status)
        prong_error_prefix(err, err && err->detail[0] ? "%s: " : "%s", strcmp(path, "-") ? path : "standard output");
    return status;
}
