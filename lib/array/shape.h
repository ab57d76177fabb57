/* SPDX-License-Identifier: MIT */
/* Shapes: what a caller writes for raw elements ("100,-1,3"), and how the elements of an array lie. */
#ifndef PRONG_ARRAY_SHAPE_H
#define PRONG_ARRAY_SHAPE_H

#include "array/array.h"

struct prong_shape {
    int ndim;  /* -1: none was given */
    int open;  /* the dimension that takes whatever fits; -1: none */
    uint64_t dims[PRONG_MAX_DIMS];
};

/* Reads "100,200,3", with or without the brackets of a tuple or a list; one entry may be -1. PRONG_EINVAL. */
prong_status prong_shape_parse(const char *text, struct prong_shape *shape, prong_error *err);

/* The product of all dimensions but the open one. False: more elements than a file can have. */
bool prong_shape_product(const struct prong_shape *shape, uint64_t *product);

/* Gives array this shape of that many elements, the open dimension what fits; one dimension where none was given.
 * Touches count, ndim, shape and fortran. PRONG_EDATA: they do not fit. */
prong_status prong_shape_take(struct prong_array *array, const struct prong_shape *shape, bool fortran,
                              uint64_t elements, prong_error *err);

/* Sets the strides of elements that lie without gaps, in the order that array->fortran tells. To be called wherever an
 * array becomes PRONG_ACCESS_ELEMENTS. */
void prong_array_lay_out(struct prong_array *array);

/* Finds out from shape and strides whether the elements lie without gaps after all, and in which order: sets strided and
 * fortran. */
void prong_array_recognise(struct prong_array *array);

#endif
