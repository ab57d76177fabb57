/* SPDX-License-Identifier: MIT */
/* A stream's reading state, and its bytes as they come: read or unpacked, and waited for. stream.c makes blocks of numbers of
 * them; the table room, whose blocks are of rows, takes them as they are. */
#ifndef PRONG_ARRAY_BYTES_H
#define PRONG_ARRAY_BYTES_H

#include "array/input.h"
#include "array/unpack.h"

struct prong_stream {
    unsigned char *ahead; /* bytes read that belong to the next block */
    size_t ahead_length;
    bool number_ends; /* ahead reaches the blank behind the number at the block's end, or the longest number */
    bool begun;       /* the block being filled is initialised */
    bool continues;   /* for the block after it */
    bool eof;
    bool ended;     /* the last block was handed out */
    bool sniff;     /* text that must not look binary */
    uint64_t skip;  /* bytes to throw away first */
    uint64_t left;  /* data bytes in blocks not yet handed out; UINT64_MAX: unknown */
    uint64_t given; /* data bytes in the blocks handed out */
    size_t room;    /* data bytes of the block being filled, when it is full */
    struct prong_patience patience; /* of whoever opens the stream */
    struct prong_shape shape; /* to be taken when the number of elements is known */
    struct prong_unpacker *unpacker; /* of packed input; else NULL */
};

/* One read. *n is 0 if nothing was read for now; the stream's eof if nothing will be. */
prong_status prong_bytes_read(struct prong_array *array, unsigned char *to, size_t size, size_t *n, prong_error *err);

/* Waits until a read would give something. */
prong_status prong_bytes_wait(const struct prong_array *array, const struct prong_patience *patience, prong_error *err);

#endif
