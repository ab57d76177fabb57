/* SPDX-License-Identifier: MIT */
/* Opening, describing and closing an array: decides between a mapping and a stream, and owns what is released at
 * the end. An error leaves here with the input's name in front, whichever layer found it. */
#include "config.h"

#include "array/file.h"
#include "array/input.h"
#include "array/unpack.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

prong_status prong_array_blame(const struct prong_array *array, prong_status status, prong_error *err)
{
    const char *title = strcmp(array->name, "-") == 0 ? "standard input" : array->name;

    if (err && *title)
        prong_error_prefix(err, err->detail[0] ? "%s: " : "%s", title);
    return status;
}

prong_status prong_refuse_binary(prong_error *err)
{
    return prong_fail(err, PRONG_EDATA, "looks like binary data, not text; say --dtype (for example --dtype f64)");
}

prong_status prong_request_check(const struct prong_request *request, const char *format, prong_error *err)
{
    if (request->offset != 0)
        return prong_fail(err, PRONG_EINVAL, "an offset is for raw elements only, not for %s", format);
    if (request->count != UINT64_MAX)
        return prong_fail(err, PRONG_EINVAL, "a count is for raw elements only, not for %s", format);
    if (request->shape.ndim >= 0)
        return prong_fail(err, PRONG_EINVAL, "a shape is for raw elements only, not for %s", format);
    if (request->fortran)
        return prong_fail(err, PRONG_EINVAL, "an order is for raw elements only, not for %s", format);
    return PRONG_OK;
}

void prong_array_take_npy(struct prong_array *array, const struct prong_npy *npy)
{
    array->format = "npy";
    array->dtype = npy->dtype;
    array->swapped = npy->swapped;
    array->fortran = npy->fortran;
    array->ndim = npy->ndim;
    memcpy(array->shape, npy->shape, sizeof array->shape);
    array->count_known = true;
    array->count = npy->count;
    array->bytes = npy->bytes;
}

void prong_array_take_raw(struct prong_array *array, const struct prong_request *request)
{
    array->format = "raw";
    array->dtype = request->dtype;
    array->swapped = request->swapped;
    array->ndim = 1; /* until the number of elements is known */
}

void prong_array_take_text(struct prong_array *array)
{
    array->access = PRONG_ACCESS_TEXT;
    array->format = "text";
    array->dtype = PRONG_TEXT;
    array->ndim = 1;
}

/* A caller built against an older header has a shorter struct: the rest keeps its defaults. */
static prong_array_options complete(const prong_array_options *given)
{
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;

    if (given)
        memcpy(&opt, given, given->size < sizeof opt ? given->size : sizeof opt);
    return opt;
}

static prong_status understand(const prong_array_options *given, struct prong_request *request, prong_error *err)
{
    const prong_array_options opt = *given;
    int swapped = 0;

    *request = (struct prong_request){ .offset = opt.offset,
                                       .count = opt.count,
                                       .shape.ndim = -1,
                                       .fortran = opt.fortran != 0,
                                       .patience.cancel = opt.cancel };
    if (opt.timeout > 0)
        request->patience.deadline = prong_now() + (int64_t)(opt.timeout * 1e9);
    if (prong_notation_take(&request->notation, opt.thousands, opt.decimal, err))
        return PRONG_EINVAL;
    if (opt.shape && prong_shape_parse(opt.shape, &request->shape, err))
        return PRONG_EINVAL;
    if (!opt.dtype)
        return PRONG_OK;
    request->typed = true;
    if (prong_dtype_parse(opt.dtype, &request->dtype, &swapped))
        return prong_fail(err, PRONG_EINVAL,
                          "unknown dtype '%s'; known are text, bool, i8 to i64, u8 to u64, f16, bf16, "
                          "f32, f64 (with le or be behind them) and numpy's names like <f8",
                          opt.dtype);
    request->swapped = swapped != 0;
    return request->dtype == PRONG_TEXT ? prong_request_check(request, "text", err) : PRONG_OK;
}

static struct prong_array *new_array(const char *name)
{
    struct prong_array *array = calloc(1, sizeof *array);

    if (!array)
        return NULL;
    array->fd = -1;
    array->name = strdup(name);
    if (!array->name) {
        free(array);
        return NULL;
    }
    return array;
}

/* The descriptor, at 3 or above unless it is standard input: the host may have closed its 0, 1 or 2. */
static prong_status open_fd(struct prong_array *array, volatile const sig_atomic_t *cancel, prong_error *err)
{
    if (strcmp(array->name, "-") == 0) {
        array->fd = STDIN_FILENO;
        return PRONG_OK;
    }
    do {
        array->fd = PRONG_SYS("array-open", -1, open(array->name, O_RDONLY | O_CLOEXEC | O_NOCTTY));
    } while (array->fd < 0 && errno == EINTR && !(cancel && *cancel));
    if (array->fd < 0 && errno == EINTR)
        return prong_fail(err, PRONG_ECANCELED, "%s", "");
    if (array->fd < 0)
        return prong_fail_sys(err, "open", "%s", "");
    array->fd = prong_file_raise(array->fd);
    if (array->fd < 0)
        return prong_fail_sys(err, "fcntl", "%s", "");
    array->owns_fd = true;
    return PRONG_OK;
}

/* Is it a packed file, that is not taken for raw elements? */
static bool is_packed(int fd, off_t start, const struct prong_request *request)
{
    unsigned char front[PRONG_PACKED_MAGIC];
    ssize_t n = request->typed && request->dtype != PRONG_TEXT ? 0 : pread(fd, front, sizeof front, start);
    bool more;

    return n > 0 && prong_codec_of(front, (size_t)n, &more) != NULL;
}

/* Files in /proc say that they are empty and are not. */
static bool holds_nothing(int fd, off_t start)
{
    char byte;

    return pread(fd, &byte, 1, start) <= 0;
}

static prong_status open_input(struct prong_array *array, const struct prong_request *request, prong_error *err)
{
    struct stat st;
    off_t start;
    bool streamed;
    prong_status status = open_fd(array, request->patience.cancel, err);

    if (status)
        return status;
    if (PRONG_SYS("array-fstat", -1, fstat(array->fd, &st)) != 0)
        return prong_fail_sys(err, "fstat", "%s", "");
    if (S_ISDIR(st.st_mode))
        return prong_fail(err, PRONG_EDATA, "is a directory");
    if (!S_ISREG(st.st_mode))
        return prong_stream_open(array, request, err);
    start = lseek(array->fd, 0, SEEK_CUR);
    if (start < 0)
        return prong_fail_sys(err, "lseek", "%s", "");
    if ((st.st_size == 0 && !holds_nothing(array->fd, start)) || is_packed(array->fd, start, request))
        return prong_stream_open(array, request, err);
    status = prong_array_map(array, array->fd, (uint64_t)st.st_size, (uint64_t)start, request, &streamed, err);
    if (status)
        return status;
    if (streamed)
        return prong_stream_open(array, request, err);
    if (array->access == PRONG_ACCESS_ELEMENTS)
        prong_array_lay_out(array);
    prong_array_note_file(array, array->fd);
    return PRONG_OK;
}

prong_status prong_array_open(prong_array **out, const char *path, const prong_array_options *opt,
                              prong_error *err)
{
    const prong_array_options options = complete(opt);
    struct prong_request request;
    struct prong_array *array;
    prong_status status;

    if (!out)
        return prong_fail(err, PRONG_EINVAL, "prong_array_open: out is NULL");
    *out = NULL;
    if (!path)
        return prong_fail(err, PRONG_EINVAL, "prong_array_open: path is NULL");
    status = understand(&options, &request, err);
    if (status)
        return status;
    array = new_array(path);
    if (!array)
        return prong_fail(err, PRONG_ENOMEM, "no memory to open %s", path);
    array->notation = request.notation;
    status = open_input(array, &request, err);
    if (status)
        prong_array_blame(array, status, err);
    else if (options.slice)
        status = prong_array_slice(array, options.slice, err);
    if (status) {
        prong_array_close(array);
        return status;
    }
    *out = array;
    return PRONG_OK;
}

prong_status prong_array_view(prong_array **out, const void *data, size_t count, prong_dtype dtype,
                              prong_error *err)
{
    size_t item = prong_dtype_size(dtype);
    struct prong_array *array;

    if (!out)
        return prong_fail(err, PRONG_EINVAL, "prong_array_view: out is NULL");
    *out = NULL;
    if (item == 0)
        return prong_fail(err, PRONG_EINVAL, "prong_array_view: dtype %s has no elements in memory",
                          prong_dtype_name(dtype));
    if (!data && count > 0)
        return prong_fail(err, PRONG_EINVAL, "prong_array_view: data is NULL, count is %zu", count);
    if (count > SIZE_MAX / item)
        return prong_fail(err, PRONG_EINVAL, "prong_array_view: %zu elements do not fit in memory", count);
    array = new_array("");
    if (!array)
        return prong_fail(err, PRONG_ENOMEM, "no memory for a view of an array");
    array->format = "memory";
    array->dtype = dtype;
    array->ndim = 1;
    array->count_known = true;
    array->count = array->shape[0] = count;
    array->bytes = count * item;
    array->data = data ? data : (const void *)"";
    prong_array_lay_out(array);
    *out = array;
    return PRONG_OK;
}

void prong_array_close(prong_array *array)
{
    int saved = errno;

    if (!array)
        return;
    prong_stream_close(array);
    if (array->map)
        munmap(array->map, array->map_size);
    if (array->owns_fd)
        close(array->fd);
    free(array->name);
    free(array);
    errno = saved;
}

void prong_array_describe(const prong_array *array, prong_array_info *info)
{
    prong_array_info full = {
        .size = info->size,
        .name = array->name,
        .format = array->format,
        .dtype = array->dtype,
        .swapped = array->swapped,
        .stream = array->access >= PRONG_ACCESS_STREAM_ELEMENTS,
        .fortran = array->fortran,
        .count_known = array->count_known,
        .count = array->count,
        .bytes = array->bytes,
        .data_start = array->data_start,
        .ndim = array->ndim,
    };

    memcpy(full.shape, array->shape, sizeof full.shape);
    memcpy(info, &full, info->size < sizeof full ? info->size : sizeof full);
}
