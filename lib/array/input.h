/* SPDX-License-Identifier: MIT */
/* Between the files of the array room: what the caller of open asked for, and the two kinds of opened input.
 * Details of errors that come from here do not name the file: open.c does, in one place. */
#ifndef PRONG_ARRAY_INPUT_H
#define PRONG_ARRAY_INPUT_H

#include "array/array.h"
#include "array/npy.h"
#include "array/shape.h"

enum { PRONG_SNIFF = 4096 }; /* text has no NUL in that many first bytes */

/* How long to wait for a pipe. */
struct prong_patience {
    volatile const sig_atomic_t *cancel; /* raised by a signal handler of the waiting thread: PRONG_ECANCELED; or NULL */
    int64_t deadline;                    /* on prong_now's clock: PRONG_ETIMEDOUT; 0: none */
};

struct prong_request {
    bool typed; /* a dtype was named: do not look at the bytes */
    prong_dtype dtype;
    bool swapped;
    uint64_t offset;
    uint64_t count; /* UINT64_MAX: all */
    struct prong_shape shape;
    bool fortran;
    struct prong_notation notation;
    struct prong_patience patience; /* with the first bytes of a stream */
};

/* Maps the regular file fd of size bytes, of which the input begins at start. *streamed says that this kind of
 * file cannot be mapped and nothing was done. */
prong_status prong_array_map(struct prong_array *array, int fd, uint64_t size, uint64_t start,
                             const struct prong_request *request, bool *streamed, prong_error *err);

/* fd is the file that is mapped: workers may read from array->fd as long as it is the same one. */
void prong_array_note_file(struct prong_array *array, int fd);

/* Makes array a stream from array->fd. Reads the front where the format is not known: this may block. */
prong_status prong_stream_open(struct prong_array *array, const struct prong_request *request, prong_error *err);
void prong_stream_close(struct prong_array *array);

/* Waits until prong_stream_step has something to read towards block, where it needs to. */
prong_status prong_stream_wait(struct prong_array *array, struct prong_block *block,
                               const struct prong_patience *patience, prong_error *err);

/* Takes format and dtype over; the shape too, but of raw elements, whose number is told to prong_shape_take. */
void prong_array_take_npy(struct prong_array *array, const struct prong_npy *npy);
void prong_array_take_raw(struct prong_array *array, const struct prong_request *request);
void prong_array_take_text(struct prong_array *array);

/* offset, count, shape and order are for raw elements only. */
prong_status prong_request_check(const struct prong_request *request, const char *format, prong_error *err);

/* "looks like binary data", PRONG_EDATA. */
prong_status prong_refuse_binary(prong_error *err);

/* Puts the array's name in front of err's detail; returns status. */
prong_status prong_array_blame(const struct prong_array *array, prong_status status, prong_error *err);

#endif
