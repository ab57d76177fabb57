/* SPDX-License-Identifier: MIT */
/* Slices as numpy writes them: "0:100, :, ::2", "-1", "..., 3". A slice makes no copy: it moves the first element, and
 * changes shape and strides.
 *
 * Two passes: the grammar first, so that a mistake in it is one whatever the array is (PRONG_EINVAL); then what the
 * items mean for these dimensions (PRONG_EDATA where they do not fit). Numbers too large for 64 bits are as good as the
 * largest one, because every bound is cut to the dimension anyway. */
#include "config.h"

#include "array/input.h"
#include "array/shape.h"
#include "base/error.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

struct item {
    enum { INDEX, RANGE, ELLIPSIS } kind;
    bool has_start, has_stop;
    int64_t start; /* of a range, or the index */
    int64_t stop;
    int64_t step;
};

struct items {
    int count;
    int dims;     /* that they name: all but the ellipsis */
    int ellipsis; /* its place, or -1 */
    struct item item[PRONG_MAX_DIMS + 1];
};

static const char *skip_blanks(const char *at)
{
    while (prong_text_is_blank((unsigned char)*at))
        at++;
    return at;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A whole number with blanks around it, if there is one; returns what follows. */
static const char *read_number(const char *at, bool *has, int64_t *value)
{
    const char *digits;
    bool negative;

    at = skip_blanks(at);
    negative = *at == '-';
    digits = at + (*at == '-' || *at == '+');
    *has = is_digit(*digits);
    if (!*has)
        return at;
    for (*value = 0; is_digit(*digits); digits++)
        if (__builtin_mul_overflow(*value, (int64_t)10, value) ||
            __builtin_add_overflow(*value, (int64_t)(*digits - '0'), value))
            *value = INT64_MAX;
    if (negative)
        *value = -*value;
    return skip_blanks(digits);
}

/* One item; NULL with *why set: it is none. */
static const char *read_item(const char *at, struct item *item, const char **why)
{
    bool has_step = false;

    *item = (struct item){ .kind = INDEX, .step = 1 };
    at = skip_blanks(at);
    if (strncmp(at, "...", 3) == 0) {
        item->kind = ELLIPSIS;
        return skip_blanks(at + 3);
    }
    at = read_number(at, &item->has_start, &item->start);
    if (*at == ':') {
        item->kind = RANGE;
        at = read_number(at + 1, &item->has_stop, &item->stop);
        if (*at == ':')
            at = read_number(at + 1, &has_step, &item->step);
    } else if (!item->has_start) {
        *why = "an index, a range FIRST:END:STEP or '...' was expected";
        return NULL;
    }
    if (has_step && item->step == 0) {
        *why = "a step of 0 goes nowhere";
        return NULL;
    }
    return at;
}

static prong_status malformed(const char *slice, const char *at, const char *why, prong_error *err)
{
    return prong_fail(err, PRONG_EINVAL, "slice '%s': %s at '%.20s'", slice, why, at);
}

static prong_status parse(const char *slice, struct items *items, prong_error *err)
{
    const char *at = skip_blanks(slice), *why = NULL, *next;
    char close = *at == '[' ? ']' : '\0';

    *items = (struct items){ .ellipsis = -1 };
    at = skip_blanks(at + (close == ']'));
    do {
        struct item item;
        next = read_item(at, &item, &why);
        if (!next)
            return malformed(slice, at, why, err);
        if (*next != ',' && *next != close)
            return malformed(slice, next, "a ',' was expected", err);
        if (item.kind == ELLIPSIS && items->ellipsis >= 0)
            return malformed(slice, at, "there is a second '...'", err);
        if (items->count > PRONG_MAX_DIMS || (item.kind != ELLIPSIS && items->dims == PRONG_MAX_DIMS))
            return malformed(slice, at, "more dimensions than an array can have", err);
        if (item.kind == ELLIPSIS)
            items->ellipsis = items->count;
        else
            items->dims++;
        items->item[items->count++] = item;
        at = skip_blanks(next + (*next == ','));
    } while (*at != close);
    if (close && *skip_blanks(at + 1))
        return malformed(slice, at + 1, "something follows the ']'", err);
    return PRONG_OK;
}

/* The k-th element of a range, and how many there are, as Python's slice.indices has it. */
static void clip(const struct item *item, int64_t length, int64_t *first, uint64_t *count)
{
    bool forward = item->step > 0;
    int64_t least = forward ? 0 : -1, most = forward ? length : length - 1;
    int64_t start = item->has_start ? item->start : forward ? least : most;
    int64_t stop = item->has_stop ? item->stop : forward ? most : least;
    uint64_t step = forward ? (uint64_t)item->step : -(uint64_t)item->step;
    uint64_t between;

    if (item->has_start && start < 0)
        start += length;
    if (item->has_stop && stop < 0)
        stop += length;
    start = start < least ? least : start > most ? most : start;
    stop = stop < least ? least : stop > most ? most : stop;
    between = forward == (start < stop) && start != stop ? (uint64_t)(forward ? stop - start : start - stop) : 0;
    *first = start;
    *count = between ? (between - 1) / step + 1 : 0;
}

/* The view that grows dimension by dimension. */
struct view {
    int ndim;
    uint64_t shape[PRONG_MAX_DIMS];
    ptrdiff_t strides[PRONG_MAX_DIMS];
    ptrdiff_t offset;
    uint64_t count;
};

static void add_dimension(struct view *view, uint64_t length, ptrdiff_t stride)
{
    view->shape[view->ndim] = length;
    view->strides[view->ndim] = stride;
    view->ndim++;
}

static prong_status apply(const struct prong_array *array, int d, const struct item *item, struct view *view,
                          prong_error *err)
{
    uint64_t length = array->shape[d], count;
    ptrdiff_t stride = array->strides[d];
    int64_t first = item->start;

    if (length > INT64_MAX)
        return prong_fail(err, PRONG_EDATA, "dimension %d is too long to be sliced", d);
    if (item->kind == INDEX) {
        if (first < 0)
            first += (int64_t)length;
        if (first < 0 || first >= (int64_t)length)
            return prong_fail(err, PRONG_EDATA, "index %" PRId64 " is outside dimension %d, whose length is %" PRIu64,
                              item->start, d, length);
        view->offset += first * stride;
        return PRONG_OK;
    }
    clip(item, (int64_t)length, &first, &count);
    if (count > 0)
        view->offset += first * stride;
    /* A step that is never taken must not overflow either. */
    add_dimension(view, count, count > 1 ? (ptrdiff_t)item->step * stride : stride);
    return PRONG_OK;
}

static prong_status build(const struct prong_array *array, const struct items *items, struct view *view,
                          prong_error *err)
{
    int rest = array->ndim - items->dims; /* dimensions that are kept whole, where the ellipsis is or at the end */
    int d = 0;

    if (rest < 0)
        return prong_fail(err, PRONG_EDATA, "the slice names %d dimensions, the array has %d", items->dims, array->ndim);
    *view = (struct view){ .count = 1 };
    for (int i = 0; i <= items->count; i++) {
        prong_status status;
        if (i == (items->ellipsis >= 0 ? items->ellipsis : items->count)) {
            for (int last = d + rest; d < last; d++)
                add_dimension(view, array->shape[d], array->strides[d]);
            continue;
        }
        if (i == items->count)
            break;
        status = apply(array, d++, &items->item[i], view, err);
        if (status)
            return status;
    }
    for (d = 0; d < view->ndim; d++)
        view->count = view->shape[d] == 0 ? 0 : view->count * (array->count > 0 ? view->shape[d] : 0);
    return PRONG_OK;
}

prong_status prong_array_slice(prong_array *array, const char *slice, prong_error *err)
{
    struct items items;
    struct view view;
    prong_status status;

    if (!slice)
        return prong_fail(err, PRONG_EINVAL, "prong_array_slice: slice is NULL");
    status = parse(slice, &items, err);
    if (status)
        return status;
    if (array->access != PRONG_ACCESS_ELEMENTS)
        status = prong_fail(err, PRONG_EDATA, "%s",
                            array->dtype == PRONG_TEXT ? "text has no dimensions to slice"
                                                       : "a pipe is read once and in order: only files can be sliced");
    else
        status = build(array, &items, &view, err);
    if (status)
        return prong_array_blame(array, status, err);
    if (view.count == 0) /* no first element */
        view.offset = 0;
    array->ndim = view.ndim;
    memcpy(array->shape, view.shape, sizeof array->shape);
    memcpy(array->strides, view.strides, sizeof array->strides);
    array->count = view.count;
    array->bytes = view.count * prong_dtype_size(array->dtype);
    array->data += view.offset;
    array->data_start += (uint64_t)view.offset;
    prong_array_recognise(array);
    return PRONG_OK;
}

/* Is text a '[' and a slice's bytes up to the ']' at its end? */
static bool looks_like_slice(const char *text)
{
    size_t length = strspn(text + 1, "0123456789:,.+- \t");

    return text[1 + length] == ']' && text[1 + length + 1] == '\0';
}

size_t prong_array_split(const char *word, const char **slice)
{
    const char *bracket = strrchr(word, '[');
    struct stat st;
    int saved = errno;
    bool split = bracket && bracket != word && looks_like_slice(bracket) && lstat(word, &st) != 0 &&
                 (errno == ENOENT || errno == ENOTDIR);

    errno = saved;
    *slice = split ? bracket : NULL;
    return split ? (size_t)(bracket - word) : strlen(word);
}
