/* SPDX-License-Identifier: MIT */
/* The kernels of one instruction set: included once for each, with LANES, KERNEL (the name of the table), ISA and
 * EDGES_MOST defined. Where an instruction set has masks apart from vectors, it also defines
 *
 *     mask                 the type: a bit or a lane for each element
 *     MASK(word)           all ones or zeros, from -1 or 0
 *     LESS(key, edge)      which keys are below
 *     COUNT(acc, m)        adds 1 to the lanes of acc that m has
 *     TURN(in, m, turn)    in ^ (m & turn)
 *     NOT(m), ANY(m)       the complement; is anything set?
 *     COMPRESS(to, key, m) writes the keys that m has to `to` (up to LANES may be written), and returns how many
 *
 * Every element passes all edges. Key by key, the edges above it are counted, and whether it is inside is the parity of
 * those of them that turn between inside and outside: no branch but for blocks in which something is inside. */
#include "order/kernel.h"

#include <math.h>
#include <string.h>

/* Loops over edges must be unrolled even at -O2, for what they count in to be registers. */
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define INLINE static inline __attribute__((always_inline))

typedef int64_t vi __attribute__((vector_size(8 * LANES)));
typedef int64_t vi_anywhere __attribute__((vector_size(8 * LANES), aligned(1), may_alias));

enum { BLOCK_VECTORS = 4, BLOCK = BLOCK_VECTORS * LANES, AHEAD_BYTES = 2048 };

INLINE vi splat(int64_t x)
{
    return x - (vi){ 0 };
}

#ifndef LESS
typedef vi mask;
#define MASK(word) splat(word)
#define LESS(key, edge) ((vi)((key) < (edge)))
#define COUNT(acc, m) ((acc) - (m))
#define TURN(in, m, turn) ((in) ^ ((m) & (turn)))
#define NOT(m) (~(m))

#ifndef ANY
INLINE int any_lane(vi m)
{
    int64_t bits = 0;

    for (unsigned i = 0; i < LANES; i++)
        bits |= m[i];
    return bits != 0;
}
#define ANY(m) any_lane(m)
#endif

INLINE size_t compress(int64_t *to, vi key, vi m)
{
    size_t n = 0;

    for (unsigned i = 0; i < LANES; i++) {
        to[n] = key[i];
        n += (size_t)-m[i];
    }
    return n;
}
#define COMPRESS(to, key, m) compress(to, key, m)
#endif

INLINE vi keys_at(const char *x, int doubles, vi flip)
{
    vi bits = *(const vi_anywhere *)x;

    if (!doubles)
        return bits ^ flip;
    return bits ^ (vi)((vi)(bits < 0) & INT64_MAX);
}

/* A block in which something is inside. Where there might not be room for it, key by key. */
static void catch_block(struct prong_catch *caught, const vi *key, const mask *in)
{
    if (caught->full)
        return;
    if (caught->capacity - caught->n >= BLOCK) {
        for (unsigned i = 0; i < BLOCK_VECTORS; i++)
            caught->n += COMPRESS(caught->key + caught->n, key[i], in[i]);
        return;
    }
    for (unsigned i = 0; i < BLOCK_VECTORS; i++) {
        int64_t some[LANES];
        size_t n = COMPRESS(some, key[i], in[i]);
        for (size_t k = 0; k < n; k++) {
            caught->full |= caught->n == caught->capacity;
            if (!caught->full)
                caught->key[caught->n++] = some[k];
        }
    }
}

INLINE void pass(const struct prong_edges *p, const void *x, size_t n, uint64_t *less, struct prong_catch *caught,
                 unsigned edges, int doubles)
{
    const char *at = x;
    vi edge[PRONG_PASS_EDGES], count[PRONG_PASS_EDGES], flip = splat((int64_t)p->flip);
    mask turn[PRONG_PASS_EDGES], above = MASK(p->caught);

    UNROLL
    for (unsigned e = 0; e < edges; e++) {
        edge[e] = splat(p->edge[e]);
        turn[e] = MASK(p->turn[e]);
        count[e] = splat(0);
    }
    for (const char *end = at + 8 * n; at < end; at += 8 * BLOCK) {
        mask in[BLOCK_VECTORS], any = MASK(0);
        vi key[BLOCK_VECTORS];

        for (unsigned line = 0; line < 8 * BLOCK; line += 64)
            __builtin_prefetch(at + AHEAD_BYTES + line);
    UNROLL
        for (unsigned i = 0; i < BLOCK_VECTORS; i++) {
            key[i] = keys_at(at + 8 * LANES * i, doubles, flip);
            in[i] = above;
    UNROLL
            for (unsigned e = 0; e < edges; e++) {
                mask m = LESS(key[i], edge[e]);
                count[e] = COUNT(count[e], m);
                in[i] = TURN(in[i], m, turn[e]);
            }
            any |= in[i];
        }
        if (ANY(any))
            catch_block(caught, key, in);
    }
    UNROLL
    for (unsigned e = 0; e < edges; e++)
        for (unsigned i = 0; i < LANES; i++)
            less[e] += (uint64_t)count[e][i];
}

INLINE size_t below(const void *x, size_t n, int doubles, uint64_t flip, int64_t threshold)
{
    const char *at = x;
    vi t = splat(threshold), f = splat((int64_t)flip);
    size_t done = 0;

    for (; done + PRONG_PASS_STEP <= n; done += PRONG_PASS_STEP, at += 8 * PRONG_PASS_STEP) {
        mask rest = MASK(0);
        for (unsigned i = 0; i < PRONG_PASS_STEP / LANES; i++)
            rest |= NOT(LESS(doubles ? keys_at(at + 8 * LANES * i, 1, f) ^ f : keys_at(at + 8 * LANES * i, 0, f), t));
        if (ANY(rest))
            break;
    }
    return done;
}

#define PASS(name, edges, doubles)                                                                                     \
    static void name##_##edges(const struct prong_edges *p, const void *x, size_t n, uint64_t *less,                    \
                               struct prong_catch *caught)                                                             \
    {                                                                                                                  \
        pass(p, x, n, less, caught, edges, doubles);                                                                   \
    }
#define PASSES(name, doubles)                                                                                          \
    PASS(name, 2, doubles)                                                                                             \
    PASS(name, 4, doubles)                                                                                             \
    PASS(name, 6, doubles)                                                                                             \
    PASS(name, 8, doubles)                                                                                             \
    PASS(name, 10, doubles)                                                                                            \
    static size_t name##_below(const void *x, size_t n, uint64_t flip, int64_t threshold)                              \
    {                                                                                                                  \
        return below(x, n, doubles, flip, threshold);                                                                  \
    }

PASSES(doubles, 1)
PASSES(integers, 0)

#include "order/reach.h"

const struct prong_order_kernel KERNEL = {
    .isa = ISA,
    .edges_most = EDGES_MOST,
    .doubles = { doubles_2, doubles_4, doubles_6, doubles_8, doubles_10 },
    .integers = { integers_2, integers_4, integers_6, integers_8, integers_10 },
    .doubles_below = doubles_below,
    .integers_below = integers_below,
    .reach_doubles = reach_doubles,
    .reach_keys = reach_keys,
    .nearest_integer = nearest_integer,
    .count_nans = count_nans,
};
