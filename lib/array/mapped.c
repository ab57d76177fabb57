/* SPDX-License-Identifier: MIT */
/* Regular files: mapped whole, from their first byte, so that workers inherit the mapping over fork, and the descriptor kept,
 * by which they prefer to read (fetch.c). This process reads the front of the file, never the mapping. */
#include "config.h"

#include "array/input.h"
#include "base/error.h"
#include "base/fault.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The first length bytes of the input. They are read and not looked at in the mapping: a file that shrinks
 * meanwhile would kill this process, which is the host's, with SIGBUS. */
static prong_status read_front(const struct prong_array *array, int fd, unsigned char *to, size_t length,
                               prong_error *err)
{
    for (size_t done = 0; done < length;) {
        ssize_t n =
            PRONG_SYS("array-pread", -1, pread(fd, to + done, length - done, (off_t)(array->data_start + done)));
        if (n == 0)
            return prong_fail(err, PRONG_EIO, "shrank while it was being opened");
        if (n < 0 && errno != EINTR)
            return prong_fail_sys(err, "pread", "%s", "");
        if (n > 0)
            done += (size_t)n;
    }
    return PRONG_OK;
}

/* Reads the header into *header, which the caller frees. */
static prong_status read_header(const struct prong_array *array, int fd, unsigned char **header, size_t *length,
                                prong_error *err)
{
    size_t need = 0;

    for (*length = 0;; *length = need) {
        unsigned char *larger;
        prong_status status = prong_npy_need(*header, *length, &need, err);
        if (status || need <= *length)
            return status;
        if (need > array->bytes)
            return prong_fail(err, PRONG_EDATA,
                              "damaged .npy file: its header needs %zu bytes, the file has %" PRIu64, need,
                              array->bytes);
        larger = realloc(*header, need);
        if (!larger)
            return prong_fail(err, PRONG_ENOMEM, "no memory for its header");
        *header = larger;
        status = read_front(array, fd, *header, need, err);
        if (status)
            return status;
    }
}

static prong_status map_npy(struct prong_array *array, int fd, prong_error *err)
{
    unsigned char *header = NULL;
    struct prong_npy npy;
    uint64_t have = array->bytes;
    size_t length;
    prong_status status = read_header(array, fd, &header, &length, err);

    if (!status)
        status = prong_npy_parse(header, length, &npy, err);
    free(header);
    if (status)
        return status;
    have -= length;
    if (npy.bytes > have)
        return prong_fail(err, PRONG_EDATA,
                          "truncated .npy file: its header promises %" PRIu64
                          " bytes of data, the file has %" PRIu64,
                          npy.bytes, have);
    prong_array_take_npy(array, &npy);
    array->data += length;
    array->data_start += length;
    return PRONG_OK;
}

static prong_status map_raw(struct prong_array *array, const struct prong_request *request, prong_error *err)
{
    const char *name = prong_dtype_name(request->dtype);
    uint64_t item = prong_dtype_size(request->dtype);
    uint64_t have, count = request->count;
    prong_status status;

    if (request->offset > array->bytes)
        return prong_fail(err, PRONG_EDATA,
                          "the offset %" PRIu64 " is beyond its end: there are %" PRIu64 " bytes", request->offset,
                          array->bytes);
    have = array->bytes - request->offset;
    if (count == UINT64_MAX && have % item != 0)
        return prong_fail(err, PRONG_EDATA,
                          "%" PRIu64 " bytes are no whole number of %s elements of %" PRIu64 " bytes: %" PRIu64
                          " left over; check --dtype and --offset, or say --count",
                          have, name, item, have % item);
    if (count == UINT64_MAX)
        count = have / item;
    if (count > have / item)
        return prong_fail(err, PRONG_EDATA, "there are %" PRIu64 " %s elements, not %" PRIu64, have / item, name,
                          count);
    prong_array_take_raw(array, request);
    status = prong_shape_take(array, &request->shape, request->fortran, count, err);
    if (status)
        return status;
    array->data += request->offset;
    array->data_start += request->offset;
    array->bytes = count * item;
    return PRONG_OK;
}

/* No dtype was named: .npy by its magic, else text. */
static prong_status map_by_content(struct prong_array *array, int fd, const struct prong_request *request,
                                   prong_error *err)
{
    unsigned char front[PRONG_SNIFF];
    size_t length = array->bytes < PRONG_SNIFF ? (size_t)array->bytes : PRONG_SNIFF;
    prong_status status = read_front(array, fd, front, length, err);
    bool npy = !status && length >= PRONG_NPY_MAGIC && prong_npy_magic(front, PRONG_NPY_MAGIC);

    if (!status)
        status = prong_request_check(request, npy ? ".npy files" : "text", err);
    if (status)
        return status;
    if (npy)
        return map_npy(array, fd, err);
    if (memchr(front, '\0', length))
        return prong_refuse_binary(err);
    prong_array_take_text(array);
    return PRONG_OK;
}

prong_status prong_array_map(struct prong_array *array, int fd, uint64_t size, uint64_t start,
                             const struct prong_request *request, bool *streamed, prong_error *err)
{
    *streamed = false;
    array->data = (const unsigned char *)"";
    array->data_start = start;
    array->bytes = start < size ? size - start : 0;
    if (size > SIZE_MAX)
        return prong_fail(err, PRONG_ENOMEM, "the file is larger than this machine's address space");
    if (array->bytes > 0) {
        void *map = PRONG_SYS("array-mmap", MAP_FAILED, mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0));
        if (map == MAP_FAILED && errno == ENODEV) {
            *streamed = true;
            return PRONG_OK;
        }
        if (map == MAP_FAILED)
            return prong_fail_sys(err, "mmap", "%s", "");
        array->map = map;
        array->map_size = (size_t)size;
        array->data = (const unsigned char *)map + start;
    }
    if (!request->typed)
        return map_by_content(array, fd, request, err);
    if (request->dtype != PRONG_TEXT)
        return map_raw(array, request, err);
    prong_array_take_text(array);
    return PRONG_OK;
}
