/* SPDX-License-Identifier: MIT */
/* The bytes of a pipe, or of packed input, as they come. */
#include "config.h"

#include "array/bytes.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

prong_status prong_bytes_read(struct prong_array *array, unsigned char *to, size_t size, size_t *n, prong_error *err)
{
    ssize_t got;

    if (array->stream->unpacker)
        return prong_unpack_read(array->stream->unpacker, array->fd, to, size, n, &array->stream->eof, err);
    got = PRONG_SYS("array-read", -1, read(array->fd, to, size));
    *n = 0;
    if (got > 0)
        *n = (size_t)got;
    else if (got == 0)
        array->stream->eof = true;
    else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
        return prong_fail_sys(err, "read", "%s", "");
    return PRONG_OK;
}

/* Waits until there is something to read. Signals wait while the flag is looked at and are let in by ppoll alone, so one
 * that raises it cannot come in between. */
static prong_status wait_for_input(int fd, const struct prong_patience *patience, prong_error *err)
{
    volatile const sig_atomic_t *cancel = patience->cancel;
    struct pollfd ready = { fd, POLLIN, 0 };
    sigset_t all, before;
    bool canceled = false;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (ready.revents == 0) {
        int64_t left = patience->deadline - prong_now();
        struct timespec limit = { left > 0 ? left / 1000000000 : 0, left > 0 ? left % 1000000000 : 0 };
        canceled = cancel && *cancel;
        if (canceled)
            break;
        if (ppoll(&ready, 1, patience->deadline ? &limit : NULL, &before) == 0 && left <= 0)
            break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (canceled || (cancel && *cancel))
        return prong_fail(err, PRONG_ECANCELED, "%s", "");
    return ready.revents == 0 ? prong_fail(err, PRONG_ETIMEDOUT, "%s", "") : PRONG_OK;
}

prong_status prong_bytes_wait(const struct prong_array *array, const struct prong_patience *patience, prong_error *err)
{
    if (!prong_stream_pending(array))
        return wait_for_input(array->fd, patience, err);
    /* What is unpacked may be without end. */
    if (patience->cancel && *patience->cancel)
        return prong_fail(err, PRONG_ECANCELED, "%s", "");
    return patience->deadline && prong_now() >= patience->deadline ? prong_fail(err, PRONG_ETIMEDOUT, "%s", "") : PRONG_OK;
}

bool prong_stream_pending(const struct prong_array *array)
{
    return prong_unpack_pending(array->stream->unpacker);
}

prong_status prong_stream_take(struct prong_array *array, void *to, size_t size, size_t *n, bool *end, prong_error *err)
{
    struct prong_stream *s = array->stream;
    prong_status status = PRONG_OK;

    if (s->ahead_length > 0) {
        *n = s->ahead_length < size ? s->ahead_length : size;
        memcpy(to, s->ahead, *n);
        memmove(s->ahead, s->ahead + *n, s->ahead_length - *n);
        s->ahead_length -= *n;
    } else {
        status = prong_bytes_read(array, to, size, n, err);
    }
    if (status == PRONG_OK && s->sniff && s->given < PRONG_SNIFF &&
        memchr(to, '\0', *n < PRONG_SNIFF - s->given ? *n : PRONG_SNIFF - (size_t)s->given))
        status = prong_refuse_binary(err);
    s->given += *n;
    *end = s->eof && s->ahead_length == 0;
    return status ? prong_array_blame(array, status, err) : PRONG_OK;
}

prong_status prong_stream_fill(struct prong_array *array, void *to, size_t size, volatile const sig_atomic_t *cancel,
                               double timeout, size_t *got, bool *end, prong_error *err)
{
    struct prong_patience patience = { cancel, timeout > 0 ? prong_now() + (int64_t)(timeout * 1e9) : 0 };
    prong_status status = PRONG_OK;

    *end = false;
    for (*got = 0; status == PRONG_OK && *got < size && !*end;) {
        size_t n = 0;
        if (array->stream->ahead_length == 0 && (status = prong_bytes_wait(array, &patience, err)))
            return prong_array_blame(array, status, err);
        status = prong_stream_take(array, (char *)to + *got, size - *got, &n, end, err);
        *got += n;
    }
    return status;
}
