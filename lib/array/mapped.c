/* SPDX-License-Identifier: MIT */
/* Regular files: mapped whole, from their first byte, so that workers inherit the mapping over fork and every page is
 * read at most once, by whoever needs it. Nothing is read here but the header. */
#include "config.h"

#include "array/input.h"
#include "base/error.h"
#include "base/fault.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static prong_status map_npy(struct prong_array *array, prong_error *err)
{
    struct prong_npy npy;
    size_t have = array->bytes > SIZE_MAX ? SIZE_MAX : (size_t)array->bytes;
    size_t length = 0, need;
    prong_status status;

    do {
        status = prong_npy_need(array->data, length, &need, err);
        if (status)
            return status;
        if (need > have)
            return prong_fail(err, PRONG_EDATA, "damaged .npy file: its header needs %zu bytes, the file has %zu", need,
                              have);
    } while (length < need && (length = need));
    status = prong_npy_parse(array->data, need, &npy, err);
    if (status)
        return status;
    if (npy.bytes > have - need)
        return prong_fail(err, PRONG_EDATA,
                          "truncated .npy file: its header promises %" PRIu64 " bytes of data, the file has %zu",
                          npy.bytes, have - need);
    prong_array_take_npy(array, &npy);
    array->data += need;
    array->data_start += need;
    return PRONG_OK;
}

static prong_status map_raw(struct prong_array *array, const struct prong_request *request, prong_error *err)
{
    const char *name = prong_dtype_name(request->dtype);
    uint64_t item = prong_dtype_size(request->dtype);
    uint64_t have, count = request->count;

    if (request->offset > array->bytes)
        return prong_fail(err, PRONG_EDATA, "the offset %" PRIu64 " is beyond its end: there are %" PRIu64 " bytes",
                          request->offset, array->bytes);
    have = array->bytes - request->offset;
    if (count == UINT64_MAX && have % item != 0)
        return prong_fail(err, PRONG_EDATA,
                          "%" PRIu64 " bytes are no whole number of %s elements of %" PRIu64 " bytes: %" PRIu64
                          " left over; check --dtype and --offset, or say --count",
                          have, name, item, have % item);
    if (count == UINT64_MAX)
        count = have / item;
    if (count > have / item)
        return prong_fail(err, PRONG_EDATA, "there are %" PRIu64 " %s elements, not %" PRIu64, have / item, name, count);
    prong_array_take_raw(array, request);
    array->data += request->offset;
    array->data_start += request->offset;
    array->count_known = true;
    array->count = array->shape[0] = count;
    array->bytes = count * item;
    return PRONG_OK;
}

static prong_status map_text(struct prong_array *array, const struct prong_request *request, prong_error *err)
{
    size_t front = array->bytes < PRONG_SNIFF ? (size_t)array->bytes : PRONG_SNIFF;

    if (!request->typed && memchr(array->data, '\0', front))
        return prong_refuse_binary(err);
    prong_array_take_text(array);
    return PRONG_OK;
}

static bool is_npy(const struct prong_array *array)
{
    return array->bytes >= PRONG_NPY_MAGIC && prong_npy_magic(array->data, PRONG_NPY_MAGIC);
}

prong_status prong_array_map(struct prong_array *array, int fd, uint64_t size, uint64_t start,
                             const struct prong_request *request, bool *streamed, prong_error *err)
{
    prong_status status;

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
    if (request->typed && request->dtype != PRONG_TEXT)
        return map_raw(array, request, err);
    if (!request->typed && is_npy(array)) {
        status = prong_request_check(request, ".npy files", err);
        return status ? status : map_npy(array, err);
    }
    status = prong_request_check(request, "text", err);
    return status ? status : map_text(array, request, err);
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
    if (madvise((unsigned char *)array->map + (first - (uintptr_t)array->map), last - first, MADV_POPULATE_READ) != 0)
        errno = saved;
#else
    (void)array;
    (void)from;
    (void)bytes;
#endif
}
