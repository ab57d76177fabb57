/* SPDX-License-Identifier: MIT */
/* The header of numpy's .npy format, from bytes in memory: knows neither files nor pipes. Details of errors do not
 * name the file: the caller does. */
#ifndef PRONG_ARRAY_NPY_H
#define PRONG_ARRAY_NPY_H

#include "prong/array.h"

#include <stdbool.h>

enum {
    PRONG_NPY_MAGIC = 6, /* bytes of the magic */
    PRONG_NPY_MAX_HEADER =
        1 << 20, /* bytes of the text of a header: numpy's own limit for safe reading is 10000 */
};

struct prong_npy {
    prong_dtype dtype;
    bool swapped;
    bool fortran;
    int ndim;
    uint64_t shape[PRONG_MAX_DIMS];
    uint64_t count; /* elements: the product of shape */
    uint64_t bytes; /* of data; fits in int64_t */
};

/* Could these first length bytes of a file be the front of the magic (the whole magic, if length >=
 * PRONG_NPY_MAGIC)? */
bool prong_npy_magic(const unsigned char *bytes, size_t length);

/* How many bytes from the magic on must be at hand for the next step: call it again with that many until *need <=
 * length. Then the data starts at *need. Errors: PRONG_EDATA. */
prong_status prong_npy_need(const unsigned char *bytes, size_t length, size_t *need, prong_error *err);

/* Reads the whole header, length being the *need above. Errors: PRONG_EDATA. */
prong_status prong_npy_parse(const unsigned char *bytes, size_t length, struct prong_npy *npy, prong_error *err);

#endif
