/* SPDX-License-Identifier: MIT */
/* How elements lie: by a shape and an order they have no gaps; by a shape and strides they may have any, and then this
 * file tells which of the two kinds it is. A dimension of length 1 has a stride that nobody uses, so it hinders no order;
 * an empty array has no element that could lie anywhere, and its strides are 0, which cannot overflow. */
#include "config.h"

#include "array/input.h"
#include "array/shape.h"
#include "base/error.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *at)
{
    while (prong_text_is_blank((unsigned char)*at))
        at++;
    return at;
}

/* One entry; NULL: it is none. */
static const char *read_entry(const char *at, uint64_t *value, bool *open)
{
    at = skip_blanks(at);
    *open = at[0] == '-' && at[1] == '1' && !(at[2] >= '0' && at[2] <= '9');
    if (*open)
        return skip_blanks(at + 2);
    if (*at < '0' || *at > '9')
        return NULL;
    for (*value = 0; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(*value, (uint64_t)10, value) ||
            __builtin_add_overflow(*value, (uint64_t)(*at - '0'), value) || *value > INT64_MAX)
            return NULL;
    return skip_blanks(at);
}

prong_status prong_shape_parse(const char *text, struct prong_shape *shape, prong_error *err)
{
    const char *at = skip_blanks(text);
    char close = '\0';

    *shape = (struct prong_shape){ .open = -1 };
    if (*at == '(' || *at == '[')
        close = *at++ == '(' ? ')' : ']';
    at = skip_blanks(at);
    while (*at != close || (shape->ndim == 0 && close == '\0')) {
        uint64_t value = 0;
        bool open;
        at = read_entry(at, &value, &open);
        if (!at || (*at != ',' && *at != close))
            return prong_fail(err, PRONG_EINVAL, "shape '%s': it is a list of whole numbers like 100,200,3; one may be -1",
                              text);
        if (shape->ndim == PRONG_MAX_DIMS)
            return prong_fail(err, PRONG_EINVAL, "shape '%s': more than %d dimensions", text, PRONG_MAX_DIMS);
        if (open && shape->open >= 0)
            return prong_fail(err, PRONG_EINVAL, "shape '%s': only one dimension can be -1", text);
        if (open)
            shape->open = shape->ndim;
        shape->dims[shape->ndim++] = value;
        at = skip_blanks(at + (*at == ','));
    }
    if (close && *skip_blanks(at + 1))
        return prong_fail(err, PRONG_EINVAL, "shape '%s': something follows the '%c'", text, close);
    return PRONG_OK;
}

bool prong_shape_product(const struct prong_shape *shape, uint64_t *product)
{
    *product = 1;
    for (int d = 0; d < shape->ndim; d++)
        if (d != shape->open && shape->dims[d] == 0)
            *product = 0;
    for (int d = 0; d < shape->ndim && *product > 0; d++)
        if (d != shape->open && __builtin_mul_overflow(*product, shape->dims[d], product))
            return false;
    return *product <= INT64_MAX;
}

prong_status prong_shape_take(struct prong_array *array, const struct prong_shape *shape, bool fortran,
                              uint64_t elements, prong_error *err)
{
    uint64_t product;

    if (shape->ndim >= 0) {
        if (!prong_shape_product(shape, &product))
            return prong_fail(err, PRONG_EDATA, "the shape has more elements than any file; there are %" PRIu64,
                              elements);
        if (shape->open < 0 && product != elements)
            return prong_fail(err, PRONG_EDATA, "the shape has %" PRIu64 " elements, there are %" PRIu64, product,
                              elements);
        if (shape->open >= 0 && (product == 0 || elements % product != 0))
            return prong_fail(err, PRONG_EDATA,
                              "the shape needs a multiple of %" PRIu64 " elements, there are %" PRIu64, product,
                              elements);
    }
    array->count_known = true;
    array->count = elements;
    array->ndim = shape->ndim < 0 ? 1 : shape->ndim;
    array->fortran = fortran && array->ndim > 1;
    memcpy(array->shape, shape->dims, sizeof array->shape);
    if (shape->ndim < 0)
        array->shape[0] = elements;
    else if (shape->open >= 0)
        array->shape[shape->open] = elements / product;
    return PRONG_OK;
}

void prong_array_lay_out(struct prong_array *array)
{
    ptrdiff_t stride = array->count > 0 ? (ptrdiff_t)prong_dtype_size(array->dtype) : 0;

    array->strided = false;
    for (int k = 0; k < array->ndim; k++) {
        int d = array->fortran ? k : array->ndim - 1 - k;
        array->strides[d] = stride;
        stride *= (ptrdiff_t)(array->count > 0 ? array->shape[d] : 0);
    }
}

/* Are there no gaps if the dimensions are taken in this order, the fastest first? */
static bool lies_in_order(const struct prong_array *array, bool fortran)
{
    ptrdiff_t expected = (ptrdiff_t)prong_dtype_size(array->dtype);

    for (int k = 0; k < array->ndim; k++) {
        int d = fortran ? k : array->ndim - 1 - k;
        if (array->shape[d] != 1 && array->strides[d] != expected)
            return false;
        expected *= (ptrdiff_t)array->shape[d];
    }
    return true;
}

void prong_array_recognise(struct prong_array *array)
{
    if (array->count == 0)
        memset(array->strides, 0, sizeof array->strides);
    array->strided = false;
    if (array->count == 0 || lies_in_order(array, false)) {
        array->fortran = false;
    } else if (lies_in_order(array, true)) {
        array->fortran = true;
    } else {
        array->strided = true;
        array->fortran = array->fortran && array->ndim > 1;
    }
}

prong_status prong_array_reshape(prong_array *array, const char *shape, int fortran, prong_error *err)
{
    struct prong_shape wanted;
    prong_status status;

    if (!shape)
        return prong_fail(err, PRONG_EINVAL, "prong_array_reshape: shape is NULL");
    status = prong_shape_parse(shape, &wanted, err);
    if (status)
        return status;
    if (array->access != PRONG_ACCESS_ELEMENTS)
        status = prong_fail(err, PRONG_EDATA, "%s has no shape",
                            array->dtype == PRONG_TEXT ? "text" : "a pipe that is read once");
    else if (array->strided)
        status = prong_fail(err, PRONG_EDATA, "a slice with gaps cannot take another shape");
    else
        status = prong_shape_take(array, &wanted, fortran != 0, array->count, err);
    if (status)
        return prong_array_blame(array, status, err);
    prong_array_lay_out(array);
    return PRONG_OK;
}

bool prong_array_same_shape(const struct prong_array *a, const struct prong_array *b)
{
    return a->count_known && b->count_known && a->ndim == b->ndim &&
           memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof a->shape[0]) == 0;
}

bool prong_array_is_dense(const struct prong_array *array)
{
    return array->access == PRONG_ACCESS_ELEMENTS && !array->strided;
}
