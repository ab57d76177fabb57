/* SPDX-License-Identifier: MIT */
/* What the ways to add columns share: a rectangle of elements with the states of its columns. exact/columns.c chooses
 * among the ways. */
#ifndef PRONG_EXACT_RECTANGLE_H
#define PRONG_EXACT_RECTANGLE_H

#include "exact/kernel.h"
#include "exact/state.h"

#include <stdbool.h>

/* How elements are stored, and the plain way to add some that are neighbours. */
struct prong_column_type {
    unsigned bytes;
    enum prong_element kind; /* if not is_integer */
    bool is_integer, is_signed;
    void (*add)(prong_exact *s, prong_adder *a, const void *x, size_t n);
};

struct prong_rectangle {
    const struct prong_column_type *type;
    const char *x;
    size_t rows, cols;
    ptrdiff_t row_stride;
    char *states;
    size_t stride, first, distinct; /* column c has the state number (first + c) % distinct */
};

static inline prong_exact *prong_state_of(const struct prong_rectangle *t, size_t column)
{
    return (prong_exact *)(void *)(t->states + (t->first + column) % t->distinct * t->stride);
}

static inline const char *prong_element_at(const struct prong_rectangle *t, size_t row, size_t column)
{
    return t->x + (ptrdiff_t)row * t->row_stride + (ptrdiff_t)(column * t->type->bytes);
}

/* Rows [r, r + rows) of columns [c, c + cols). */
static inline struct prong_rectangle prong_part(const struct prong_rectangle *t, size_t r, size_t rows, size_t c,
                                                size_t cols)
{
    struct prong_rectangle part = *t;

    part.x = prong_element_at(t, r, c);
    part.rows = rows;
    part.cols = cols;
    part.first = t->first + c;
    return part;
}

/* Any powers, any rows: column after column, turned round in small tiles. */
void prong_add_by_tiles(const struct prong_rectangle *t, prong_adder *a);

/* Sums alone: rows as they lie. Where panels are kept, what they came to is in the states only when they are closed. */
void prong_add_by_panels(const struct prong_rectangle *t, prong_adder *a);
void prong_add_integers_by_panels(const struct prong_rectangle *t, prong_adder *a);
void prong_panel_close(prong_adder *a);

#endif
