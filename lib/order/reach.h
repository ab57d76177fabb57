/* SPDX-License-Identifier: MIT */
/* The kernels of extrema, included by order/pass.h once for each instruction set: one pass over n elements, two vectors side by
 * side so that comparisons overlap. NaN lose every comparison; which zero wins is for the caller to settle. The farthest from 0
 * is one of the two ends, so that only the nearest is looked for on the way.
 *
 * Where one instruction does that, pass_*.c also defines
 *
 *     LESSER(a, b)         a < b ? a : b, so that b wins over a NaN
 *     GREATER(a, b)        a > b ? a : b */

typedef double vd __attribute__((vector_size(8 * LANES)));
typedef uint64_t vu_reach __attribute__((vector_size(8 * LANES)));
typedef double vd_anywhere __attribute__((vector_size(8 * LANES), aligned(1), may_alias));

enum { REACH_VECTORS = 2, REACH_STEP = REACH_VECTORS * LANES };

INLINE vd choose_d(vi first, vd a, vd b)
{
    return (vd)((first & (vi)a) | (~first & (vi)b));
}

INLINE vi choose_i(vi first, vi a, vi b)
{
    return (first & a) | (~first & b);
}

#ifndef LESSER
#define LESSER(a, b) choose_d((vi)((a) < (b)), a, b)
#define GREATER(a, b) choose_d((vi)((a) > (b)), a, b)
#endif

static void reach_doubles(const double *x, size_t n, struct prong_reach_f *out)
{
    const vd most = (vd){ 0 } + (double)INFINITY;
    vd lo[REACH_VECTORS] = { most, most }, hi[REACH_VECTORS] = { -most, -most }, near[REACH_VECTORS] = { most, most };
    vi nans[REACH_VECTORS] = { { 0 } };
    size_t done = 0;

    *out = (struct prong_reach_f){ .min = (double)INFINITY, .max = -(double)INFINITY, .nearest = (double)INFINITY };
    for (; done + REACH_STEP <= n; done += REACH_STEP) {
    UNROLL
        for (unsigned k = 0; k < REACH_VECTORS; k++) {
            vd v = *(const vd_anywhere *)(x + done + LANES * k), m = (vd)((vi)v & INT64_MAX);
            lo[k] = LESSER(v, lo[k]);
            hi[k] = GREATER(v, hi[k]);
            near[k] = LESSER(m, near[k]);
            nans[k] -= (vi)(v != v);
        }
    }
    for (unsigned k = 0; k < REACH_STEP; k++) {
        double l = lo[k / LANES][k % LANES], h = hi[k / LANES][k % LANES], m = near[k / LANES][k % LANES];
        out->min = l < out->min ? l : out->min;
        out->max = h > out->max ? h : out->max;
        out->nearest = m < out->nearest ? m : out->nearest;
        out->nans += (size_t)nans[k / LANES][k % LANES];
    }
    for (; done < n; done++) {
        double m = x[done] < 0 ? -x[done] : x[done];
        out->min = x[done] < out->min ? x[done] : out->min;
        out->max = x[done] > out->max ? x[done] : out->max;
        out->nearest = m < out->nearest ? m : out->nearest;
        out->nans += x[done] != x[done];
    }
}

/* Of keys: signed integers, or unsigned ones less 2^63. flip makes keys of them. */
static void reach_keys(const uint64_t *x, size_t n, uint64_t flip, int64_t *min, int64_t *max)
{
    const vi f = splat((int64_t)flip);
    vi lo[REACH_VECTORS] = { splat(INT64_MAX), splat(INT64_MAX) }, hi[REACH_VECTORS] = { splat(INT64_MIN), splat(INT64_MIN) };
    size_t done = 0;

    *min = INT64_MAX;
    *max = INT64_MIN;
    for (; done + REACH_STEP <= n; done += REACH_STEP) {
    UNROLL
        for (unsigned k = 0; k < REACH_VECTORS; k++) {
            vi v = *(const vi_anywhere *)(const void *)(x + done + LANES * k) ^ f;
            lo[k] = choose_i((vi)(v < lo[k]), v, lo[k]);
            hi[k] = choose_i((vi)(v > hi[k]), v, hi[k]);
        }
    }
    for (unsigned k = 0; k < REACH_STEP; k++) {
        *min = lo[k / LANES][k % LANES] < *min ? lo[k / LANES][k % LANES] : *min;
        *max = hi[k / LANES][k % LANES] > *max ? hi[k / LANES][k % LANES] : *max;
    }
    for (; done < n; done++) {
        int64_t key = (int64_t)(x[done] ^ flip);
        *min = key < *min ? key : *min;
        *max = key > *max ? key : *max;
    }
}

/* The least absolute value of signed integers. */
static uint64_t nearest_integer(const int64_t *x, size_t n)
{
    const vi sign = splat(INT64_MIN);
    vi near[REACH_VECTORS] = { splat(INT64_MAX), splat(INT64_MAX) }; /* unsigned, less 2^63 */
    uint64_t nearest = UINT64_MAX;
    size_t done = 0;

    for (; done + REACH_STEP <= n; done += REACH_STEP) {
    UNROLL
        for (unsigned k = 0; k < REACH_VECTORS; k++) {
            vi v = *(const vi_anywhere *)(const void *)(x + done + LANES * k), negative = (vi)(v < 0);
            vi m = (vi)((vu_reach)(v ^ negative) - (vu_reach)negative) ^ sign;
            near[k] = choose_i((vi)(m < near[k]), m, near[k]);
        }
    }
    for (unsigned k = 0; k < REACH_STEP; k++) {
        uint64_t m = (uint64_t)near[k / LANES][k % LANES] ^ (uint64_t)INT64_MIN;
        nearest = m < nearest ? m : nearest;
    }
    for (; done < n; done++) {
        uint64_t m = x[done] < 0 ? -(uint64_t)x[done] : (uint64_t)x[done];
        nearest = m < nearest ? m : nearest;
    }
    return nearest;
}

static size_t count_nans(const double *x, size_t n)
{
    vi nans[REACH_VECTORS] = { { 0 } };
    size_t done = 0, all = 0;

    for (; done + REACH_STEP <= n; done += REACH_STEP) {
    UNROLL
        for (unsigned k = 0; k < REACH_VECTORS; k++) {
            vd v = *(const vd_anywhere *)(x + done + LANES * k);
            nans[k] -= (vi)(v != v);
        }
    }
    for (unsigned k = 0; k < REACH_STEP; k++)
        all += (size_t)nans[k / LANES][k % LANES];
    for (; done < n; done++)
        all += x[done] != x[done];
    return all;
}
