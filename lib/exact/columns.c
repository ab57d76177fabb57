/* SPDX-License-Identifier: MIT */
/* Which way columns are added: side by side where nothing but sums is wanted, otherwise one after the other. */
#include "config.h"

#include "exact/columns.h"

#include "exact/adder.h"

enum {
    FEW_ROWS = 8,    /* not worth a look at every column first */
    WIDE_ENOUGH = 64 /* columns; narrower rows are taken several at a time if they follow one another without a gap */
};

static void add_f64(prong_exact *s, prong_adder *a, const void *x, size_t n)
{
    prong_exact_add_f64(s, a, x, n);
}

static void add_f32(prong_exact *s, prong_adder *a, const void *x, size_t n)
{
    prong_exact_add_f32(s, a, x, n);
}

static void add_i64(prong_exact *s, prong_adder *a, const void *x, size_t n)
{
    prong_exact_add_i64(s, a, x, n);
}

static void add_u64(prong_exact *s, prong_adder *a, const void *x, size_t n)
{
    prong_exact_add_u64(s, a, x, n);
}

static const struct prong_column_type f64 = { .bytes = 8, .kind = PRONG_ELEMENT_F64, .add = add_f64 };
static const struct prong_column_type f32 = { .bytes = 4, .kind = PRONG_ELEMENT_F32, .add = add_f32 };
static const struct prong_column_type i64 = { .bytes = 8, .is_integer = true, .is_signed = true, .add = add_i64 };
static const struct prong_column_type u64 = { .bytes = 8, .is_integer = true, .add = add_u64 };

/* Rows that follow one another without a gap are as well fewer and longer ones, of which every column has the state of
 * one of the columns proper. How many to join, so that they are wide and whole groups. */
static size_t rows_to_join(const struct prong_rectangle *t)
{
    size_t join = PRONG_GROUP;

    if (t->cols >= WIDE_ENOUGH || t->row_stride != (ptrdiff_t)(t->cols * t->type->bytes))
        return 1;
    while (join * t->cols < WIDE_ENOUGH)
        join *= 2;
    return t->rows / join >= FEW_ROWS ? join : 1;
}

static void add_sums(struct prong_rectangle t, prong_adder *a)
{
    size_t join = rows_to_join(&t);
    struct prong_rectangle rest = prong_part(&t, t.rows - t.rows % join, t.rows % join, 0, t.cols);

    t.rows /= join;
    t.cols *= join;
    t.row_stride *= (ptrdiff_t)join;
    if (t.type->is_integer)
        prong_add_integers_by_panels(&t, a);
    else
        prong_add_by_panels(&t, a);
    prong_add_by_tiles(&rest, a);
}

static void add_columns(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                        ptrdiff_t row_stride, size_t cols, const struct prong_column_type *type)
{
    const struct prong_rectangle t = { .type = type,
                                       .x = x,
                                       .rows = rows,
                                       .cols = cols,
                                       .row_stride = row_stride,
                                       .states = (char *)states,
                                       .stride = stride,
                                       .distinct = cols };
    enum prong_force force = a->base.force;

    if (rows == 0 || cols == 0)
        return;
    if (states->powers != PRONG_POWER_SUM || rows < FEW_ROWS || force == PRONG_FORCE_BUCKETS ||
        force == PRONG_FORCE_INTEGERS)
        prong_add_by_tiles(&t, a);
    else
        add_sums(t, a);
}

void prong_exact_add_columns_f64(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                                 ptrdiff_t row_stride, size_t cols)
{
    add_columns(states, stride, a, x, rows, row_stride, cols, &f64);
}

void prong_exact_add_columns_f32(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                                 ptrdiff_t row_stride, size_t cols)
{
    add_columns(states, stride, a, x, rows, row_stride, cols, &f32);
}

void prong_exact_add_columns_i64(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                                 ptrdiff_t row_stride, size_t cols)
{
    add_columns(states, stride, a, x, rows, row_stride, cols, &i64);
}

void prong_exact_add_columns_u64(prong_exact *states, size_t stride, prong_adder *a, const void *x, size_t rows,
                                 ptrdiff_t row_stride, size_t cols)
{
    add_columns(states, stride, a, x, rows, row_stride, cols, &u64);
}

void prong_exact_columns_begin(prong_adder *a)
{
    a->panel.kept = true;
}

void prong_exact_columns_end(prong_adder *a)
{
    prong_panel_close(a);
    a->panel.kept = false;
}
