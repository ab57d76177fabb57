/* SPDX-License-Identifier: MIT */
/* The kernels of columns: rows are read as they lie in memory, and every lane of a vector belongs to a column of its own,
 * which has grids of its own and one chain on them. Some vectors side by side go down all rows of a block with their chains
 * in registers, while the rows ahead are fetched: what is kept of a column is touched once a block.
 *
 * The proof of exact/grid.h holds column by column: a chain takes at most PRONG_PANEL_ROWS = 128 digits before it is
 * tested and begun anew, g and f are one for each lane, and whether a column is accepted depends on nothing but its own
 * elements. As g only ever has a say through its upper twelve bits, and f but for its sign, one word holds both: a column
 * is refused iff flags << 1 != 0, and may have met a -0 iff flags >> 63. Its digits gain 2^51 at most in a block. */
#ifndef PRONG_EXACT_PANEL_H
#define PRONG_EXACT_PANEL_H

#include "exact/grid.h"

enum {
    STRIP = 8,                  /* rows that the sums of integers stay in registers for; as many streams are read at once */
    ABREAST = LANES > 4 ? 4 : 2, /* vectors whose chains fit the registers together, and hide each other's latency */
    ROWS_AHEAD = 8,             /* rows that are fetched ahead */
    VECTORS = PRONG_GROUP / LANES /* of a group */
};

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

typedef uint64_t vu_of_group __attribute__((vector_size(8 * LANES), may_alias));

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

/* What a vector's columns gain in a block, in registers. */
struct descent {
    struct chain c;
    vu m1, g, f, numbers;
};

INLINE void begin_descent(struct descent *d, struct prong_group *group, size_t q)
{
    vu m1 = *words(group[q / VECTORS].anchor, (unsigned)(q % VECTORS)), m2 = next_anchor(m1), m3 = next_anchor(m2);

    *d = (struct descent){ .c = { (vd)m1, (vd)m2, (vd)m3, (vd)next_anchor(m3) }, .m1 = m1 };
}

/* Moves what accepted live columns gained to their digits. */
INLINE void end_descent(const struct descent *d, struct prong_group *to, unsigned v, size_t rows, int levels, enum nans nans)
{
    const vd chain[PRONG_PANEL_LEVELS] = { d->c.a1, d->c.a2, d->c.a3, d->c.a4 };
    vu live = *words(to->live, v), flags = (d->g >> 52 | d->f) & live, accepted = (vu)(flags << 1 == 0) & live;
    vu anchor = d->m1;

    *words(to->flags, v) = flags;
    UNROLL
    for (int level = 0; level < levels; level++, anchor = next_anchor(anchor))
        *words(to->digits[level], v) += ((vu)chain[level] - anchor) & accepted;
    if (nans == OMIT_NAN)
        *words(to->nan, v) += (rows - d->numbers) & accepted;
}

/* Vectors q … q + abreast - 1 of the panel, the first element of the first at x; what they need next stands behind them. */
INLINE void descend(struct prong_group *group, size_t q, unsigned abreast, const char *x, size_t rows, ptrdiff_t stride,
                    int levels, enum prong_element kind, enum nans nans)
{
    const unsigned bytes = bytes_of(kind) * LANES;
    struct descent d[ABREAST];

    UNROLL
    for (unsigned i = 0; i < abreast; i++)
        begin_descent(&d[i], group, q + i);
    for (size_t row = 0; row < rows; row++, x += stride) {
        const char *next = row + ROWS_AHEAD < rows ? x + ROWS_AHEAD * stride
                                                   : x + (ROWS_AHEAD - (ptrdiff_t)rows) * stride + abreast * bytes;
        for (unsigned line = 0; line < abreast * bytes; line += 64)
            __builtin_prefetch(next + line);
    UNROLL
        for (unsigned i = 0; i < abreast; i++)
            sum_step(&d[i].c, wanted(load_kind(x + i * bytes, kind), &d[i].numbers, nans), d[i].m1, &d[i].g, &d[i].f, levels);
    }
    UNROLL
    for (unsigned i = 0; i < abreast; i++)
        end_descent(&d[i], group + (q + i) / VECTORS, (unsigned)((q + i) % VECTORS), rows, levels, nans);
}

/* Lists the groups of which a live column was refused or may have met a -0. */
INLINE size_t list_marked(const struct prong_group *group, size_t count, uint16_t *marked)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t all = 0;
        for (unsigned lane = 0; lane < PRONG_GROUP; lane++)
            all |= group[i].flags[lane];
        marked[found] = (uint16_t)i;
        found += all != 0;
    }
    return found;
}

INLINE size_t add_block(const char *x, size_t rows, ptrdiff_t stride, struct prong_group *group, size_t count, int levels,
                        enum prong_element kind, enum nans nans, uint16_t *marked)
{
    const unsigned bytes = bytes_of(kind) * LANES;
    const size_t vectors = count * VECTORS;
    size_t q = 0;

    for (; q + ABREAST <= vectors; q += ABREAST)
        descend(group, q, ABREAST, x + bytes * q, rows, stride, levels, kind, nans);
    for (; q < vectors; q++)
        descend(group, q, 1, x + bytes * q, rows, stride, levels, kind, nans);
    return list_marked(group, count, marked);
}

INLINE size_t panel_of(const void *x, size_t rows, ptrdiff_t stride, struct prong_group *group, size_t count, int levels,
                       enum prong_element kind, enum nans nans, uint16_t *marked)
{
    if (levels == 1 && kind != PRONG_ELEMENT_F64) /* full doubles never fit */
        return add_block(x, rows, stride, group, count, 1, kind, nans, marked);
    if (levels <= 2)
        return add_block(x, rows, stride, group, count, 2, kind, nans, marked);
    if (levels == 3)
        return add_block(x, rows, stride, group, count, 3, kind, nans, marked);
    return add_block(x, rows, stride, group, count, 4, kind, nans, marked);
}

#define PANEL(name, kind)                                                                                          \
    static size_t name(const void *x, size_t rows, ptrdiff_t stride, struct prong_group *group, size_t count,      \
                       int levels, uint16_t *marked)                                                               \
    {                                                                                                              \
        return panel_of(x, rows, stride, group, count, levels, kind, REFUSE_NAN, marked);                          \
    }                                                                                                              \
    static size_t name##_but_nan(const void *x, size_t rows, ptrdiff_t stride, struct prong_group *group,          \
                                 size_t count, int levels, uint16_t *marked)                                       \
    {                                                                                                              \
        return panel_of(x, rows, stride, group, count, levels, kind, OMIT_NAN, marked);                            \
    }

PANEL(panel_f64, PRONG_ELEMENT_F64)
PANEL(panel_f32, PRONG_ELEMENT_F32)

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
