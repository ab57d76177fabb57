/* SPDX-License-Identifier: MIT */
/* The kernels of columns: rows are read as they lie in memory, and every lane of a vector belongs to a column of its own,
 * which has grids of its own and one chain on them, kept in memory from one strip of rows to the next.
 *
 * The proof of exact/grid.h holds column by column: a chain takes at most PRONG_PANEL_ROWS = 128 digits before it is
 * tested and begun anew, g and f are one for each lane, and whether a column is accepted depends on nothing but its own
 * elements. As g only ever has a say through its upper twelve bits, and f but for its sign, one word holds both: a column
 * is refused iff flags << 1 != 0, and may have met a -0 iff flags >> 63. Its digits gain 2^51 at most in a block. */
#ifndef PRONG_EXACT_PANEL_H
#define PRONG_EXACT_PANEL_H

#include "exact/grid.h"

enum { STRIP = 8 }; /* rows that a chain stays in registers for; as many streams are read at once */

typedef double vd_of_group __attribute__((vector_size(8 * LANES), may_alias));
typedef uint64_t vu_of_group __attribute__((vector_size(8 * LANES), may_alias));

INLINE vd_of_group *lanes(double *at, unsigned v)
{
    return (vd_of_group *)(void *)at + v;
}

INLINE vu_of_group *words(void *at, unsigned v)
{
    return (vu_of_group *)at + v;
}

INLINE vi larger(vi a, vi b)
{
    vi first = a > b;

    return (a & first) | (b & ~first);
}

/* The anchor a level further down, but no lower than that of the subnormals. */
INLINE vu next_anchor(vu anchor)
{
    return (vu)larger((vi)(anchor - ((uint64_t)PRONG_SUM_STEP << 52)), (vi)((vu){ 0 } + PRONG_LEAST_ANCHOR));
}

INLINE void add_strip(struct prong_group *to, unsigned v, const char *x, ptrdiff_t stride, unsigned rows, int levels,
                      enum prong_element kind)
{
    struct chain c = { *lanes(to->chain[0], v), { 0 }, { 0 }, { 0 } };
    const vu m1 = *words(to->anchor, v);
    vu g = { 0 }, f = { 0 };

    if (levels > 1)
        c.a2 = *lanes(to->chain[1], v);
    if (levels > 2)
        c.a3 = *lanes(to->chain[2], v);
    if (levels > 3)
        c.a4 = *lanes(to->chain[3], v);
    for (unsigned row = 0; row < rows; row++, x += stride)
        sum_step(&c, load_kind(x, kind), m1, &g, &f, levels);
    *lanes(to->chain[0], v) = c.a1;
    if (levels > 1)
        *lanes(to->chain[1], v) = c.a2;
    if (levels > 2)
        *lanes(to->chain[2], v) = c.a3;
    if (levels > 3)
        *lanes(to->chain[3], v) = c.a4;
    *words(to->flags, v) |= g >> 52 | f;
}

/* Begins the chains of count groups. */
INLINE void begin_chains(struct prong_group *group, size_t count, int levels)
{
    for (size_t i = 0; i < count; i++)
        for (unsigned v = 0; v < PRONG_GROUP / LANES; v++) {
            vu anchor = *words(group[i].anchor, v);
            *words(group[i].flags, v) = (vu){ 0 };
            for (int level = 0; level < levels; level++, anchor = next_anchor(anchor))
                *words(group[i].chain[level], v) = anchor;
        }
}

/* Moves what accepted live columns gained to their digits, and lists the groups of which a live column was refused or may
 * have met a -0. */
INLINE size_t end_chains(struct prong_group *group, size_t count, int levels, uint16_t *marked)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        vu all = { 0 };
        for (unsigned v = 0; v < PRONG_GROUP / LANES; v++) {
            vu live = *words(group[i].live, v), flags = *words(group[i].flags, v) & live;
            vu accepted = (vu)(flags << 1 == 0) & live;
            vu anchor = *words(group[i].anchor, v);
            *words(group[i].flags, v) = flags;
            for (int level = 0; level < levels; level++, anchor = next_anchor(anchor))
                *words(group[i].digits[level], v) += (*words(group[i].chain[level], v) - anchor) & accepted;
            all |= flags;
        }
        marked[found] = (uint16_t)i;
        found += any(all) != 0;
    }
    return found;
}

INLINE size_t add_block(const char *x, size_t rows, ptrdiff_t stride, struct prong_group *group, size_t count, int levels,
                        enum prong_element kind, uint16_t *marked)
{
    const unsigned bytes = bytes_of(kind);

    begin_chains(group, count, levels);
    for (; rows >= STRIP; rows -= STRIP, x += STRIP * stride)
        for (size_t i = 0; i < count; i++)
            for (unsigned v = 0; v < PRONG_GROUP / LANES; v++)
                add_strip(group + i, v, x + bytes * (PRONG_GROUP * i + LANES * v), stride, STRIP, levels, kind);
    for (; rows > 0; rows--, x += stride)
        for (size_t i = 0; i < count; i++)
            for (unsigned v = 0; v < PRONG_GROUP / LANES; v++)
                add_strip(group + i, v, x + bytes * (PRONG_GROUP * i + LANES * v), stride, 1, levels, kind);
    return end_chains(group, count, levels, marked);
}

static size_t panel_f64(const void *x, size_t rows, ptrdiff_t stride, struct prong_group *group, size_t count, int levels,
                        uint16_t *marked)
{
    switch (levels) {
    case 1:
    case 2:
        return add_block(x, rows, stride, group, count, 2, PRONG_ELEMENT_F64, marked);
    case 3:
        return add_block(x, rows, stride, group, count, 3, PRONG_ELEMENT_F64, marked);
    default:
        return add_block(x, rows, stride, group, count, 4, PRONG_ELEMENT_F64, marked);
    }
}

static size_t panel_f32(const void *x, size_t rows, ptrdiff_t stride, struct prong_group *group, size_t count, int levels,
                        uint16_t *marked)
{
    switch (levels) {
    case 1:
        return add_block(x, rows, stride, group, count, 1, PRONG_ELEMENT_F32, marked);
    case 2:
        return add_block(x, rows, stride, group, count, 2, PRONG_ELEMENT_F32, marked);
    case 3:
        return add_block(x, rows, stride, group, count, 3, PRONG_ELEMENT_F32, marked);
    default:
        return add_block(x, rows, stride, group, count, 4, PRONG_ELEMENT_F32, marked);
    }
}

/* A group's elements by themselves: as doubles, NaN and infinities replaced by +0, and what there is to say of them. */
INLINE void look_at(const char *x, size_t rows, ptrdiff_t stride, enum prong_element kind, double *block,
                    struct prong_group_look *look)
{
    for (unsigned v = 0; v < PRONG_GROUP / LANES; v++) {
        vu nan = { 0 }, pinf = { 0 }, ninf = { 0 }, minus_zero = { 0 };
        vi largest = { 0 };
        const char *from = x + bytes_of(kind) * LANES * v;
        for (size_t row = 0; row < rows; row++, from += stride) {
            vu bits = (vu)load_kind(from, kind), size = bits & ~SIGN;
            vu special = (vu)((vi)size >= (vi)((vu){ 0 } + SPECIAL)), infinite = (vu)(size == SPECIAL);
            vu negative = (vu)((vi)bits < 0);
            nan -= special & ~infinite;
            pinf -= infinite & ~negative;
            ninf -= infinite & negative;
            minus_zero -= (vu)(bits == SIGN);
            largest = larger(largest, (vi)(size & ~special));
            *words(block + PRONG_GROUP * row, v) = bits & ~special;
        }
        *words(look->nan, v) = nan;
        *words(look->pinf, v) = pinf;
        *words(look->ninf, v) = ninf;
        *words(look->minus_zero, v) = minus_zero;
        *words(look->largest, v) = (vu)largest;
    }
}

static void look_f64(const void *x, size_t rows, ptrdiff_t stride, double *block, struct prong_group_look *look)
{
    look_at(x, rows, stride, PRONG_ELEMENT_F64, block, look);
}

static void look_f32(const void *x, size_t rows, ptrdiff_t stride, double *block, struct prong_group_look *look)
{
    look_at(x, rows, stride, PRONG_ELEMENT_F32, block, look);
}

/* Integers by halves (exact/halves.h): the first two rows of a group's digits hold Σp and Σ(p >> 32). */
INLINE void add_integer_strip(struct prong_group *to, unsigned v, const char *x, ptrdiff_t stride, unsigned rows,
                              uint64_t flip)
{
    vu whole = *words(to->digits[0], v), high = *words(to->digits[1], v);

    for (unsigned row = 0; row < rows; row++, x += stride) {
        vu p = *(const vu_anywhere *)x ^ flip;
        whole += p;
        high += p >> 32;
    }
    *words(to->digits[0], v) = whole;
    *words(to->digits[1], v) = high;
}

static void panel_integers(const void *from, size_t rows, ptrdiff_t stride, uint64_t flip, struct prong_group *group,
                           size_t count)
{
    const char *x = from;

    for (; rows >= STRIP; rows -= STRIP, x += STRIP * stride)
        for (size_t i = 0; i < count; i++)
            for (unsigned v = 0; v < PRONG_GROUP / LANES; v++)
                add_integer_strip(group + i, v, x + 8 * (PRONG_GROUP * i + LANES * v), stride, STRIP, flip);
    for (; rows > 0; rows--, x += stride)
        for (size_t i = 0; i < count; i++)
            for (unsigned v = 0; v < PRONG_GROUP / LANES; v++)
                add_integer_strip(group + i, v, x + 8 * (PRONG_GROUP * i + LANES * v), stride, 1, flip);
}

#endif
