/* SPDX-License-Identifier: MIT */
/* The kernel of histograms, included once for each instruction set: where elements are among evenly spaced edges, by their
 * distance from the first. Adding 2^20 leaves the place in bits 32 to 51 of a double and its fraction in the 32 bits below, so
 * that nothing is converted, and whether an element is so close to an edge that rounding may have put it on the wrong side is a
 * test of some bits. See reduce/binning.c for what that is worth.
 *
 * kernel_*.c may define, where one instruction does that,
 *
 *     FMA(a, b, c)           a * b + c, rounded as it likes
 *     LESSER(a, b)           a < b ? a : b
 *     GREATER(a, b)          a > b ? a : b, so that b wins over a NaN
 *     doubts, DOUBT(d, v, m)   a set of lanes; d and those lanes of v that have none of the bits of m */
#include "reduce/vector.h"

#ifndef FMA
#define FMA(a, b, c) ((a) * (b) + (c))
#endif

#ifndef LESSER
#define LESSER(a, b) ((vd)CHOOSE((vi)((a) < (b)), (vi)(a), (vi)(b)))
#define GREATER(a, b) ((vd)CHOOSE((vi)((a) > (b)), (vi)(a), (vi)(b)))
#endif

#ifndef DOUBT
typedef vi doubts; /* a lane is negative if it is one of them: m has none but the low 32 bits */
#define NO_DOUBTS ((vi){ 0 })
#define DOUBT(d, v, m) ((d) | (((v) & (m)) - 1))
#define ANY_DOUBT(d) ANY_SIGN(d)
#endif

typedef uint64_t vu_anywhere __attribute__((vector_size(8 * LANES), aligned(1), may_alias));

/* For each domain: `blocks` blocks of elements. */
#define DEFINE_PLACES(D, T, VECTOR)                                                                                    \
    static uint64_t places_##D(const struct prong_places *p, const T *x, unsigned blocks, uint64_t *place)             \
    {                                                                                                                  \
        const vd base = p->base - (vd){ 0 }, scale = p->scale - (vd){ 0 }, shift = p->shift - (vd){ 0 };               \
        const vd low = p->low - (vd){ 0 }, high = p->high - (vd){ 0 };                                                 \
        const vi mask = (int64_t)p->mask - (vi){ 0 };                                                                  \
        uint64_t doubtful = 0;                                                                                         \
        for (unsigned block = 0; block < blocks; block++, x += PRONG_PLACES_BLOCK, place += PRONG_PLACES_BLOCK) {      \
            doubts any = NO_DOUBTS;                                                                                    \
            for (unsigned i = 0; i < PRONG_PLACES_BLOCK; i += LANES) {                                                 \
                vd v = __builtin_convertvector(*(const VECTOR *)(const void *)(x + i), vd) - base;                     \
                v = FMA(v, scale, shift);                                                                              \
                v = GREATER(v, low);                                                                                   \
                v = LESSER(v, high);                                                                                   \
                any = DOUBT(any, (vi)v, mask);                                                                         \
                *(vi_anywhere *)(void *)(place + i) = (vi)v;                                                           \
            }                                                                                                          \
            doubtful |= (uint64_t)ANY_DOUBT(any) << block;                                                             \
        }                                                                                                              \
        return doubtful;                                                                                               \
    }

DEFINE_PLACES(f, double, vd_anywhere)
DEFINE_PLACES(i, int64_t, vi_anywhere)
DEFINE_PLACES(u, uint64_t, vu_anywhere)

const struct prong_places_kernel PLACES = { .isa = ISA, .f = places_f, .i = places_i, .u = places_u };
