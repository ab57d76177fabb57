/* SPDX-License-Identifier: MIT */
/* The kernels of extrema along columns, included once for each instruction set: rows as they lie in memory, some of them at a
 * time, so that the extrema of a column are loaded and stored once for all of these. */
#include "reduce/vector.h"

INLINE const char *row_at(const void *rows, size_t k, ptrdiff_t stride)
{
    return (const char *)rows + (ptrdiff_t)k * stride;
}

/* LANES columns of m rows. Equal numbers have equal bits but for zeros, where the sign decides: or for the smaller, and for the
 * larger. */
INLINE void doubles_of_columns(const char *at, size_t m, ptrdiff_t stride, double *min, double *max, uint64_t *nans)
{
    vi lo = *(const vi_anywhere *)(const void *)min, hi = *(const vi_anywhere *)(const void *)max;
    vi none = *(const vi_anywhere *)(const void *)nans;

    for (size_t k = 0; k < m; k++, at += stride) {
        vi bits = *(const vi_anywhere *)(const void *)at;
        vd v = (vd)bits;
        vi same_lo = (vi)(v == (vd)lo), same_hi = (vi)(v == (vd)hi);
        lo = CHOOSE((vi)(v < (vd)lo), bits, lo) | (bits & same_lo);
        hi = CHOOSE((vi)(v > (vd)hi), bits, hi) & (bits | ~same_hi);
        none -= (vi)(v != v);
    }
    *(vi_anywhere *)(void *)min = lo;
    *(vi_anywhere *)(void *)max = hi;
    *(vi_anywhere *)(void *)nans = none;
}

/* One column, by the same rules. */
static void doubles_of_column(const char *at, size_t m, ptrdiff_t stride, double *min, double *max, uint64_t *nans)
{
    for (size_t k = 0; k < m; k++, at += stride) {
        double v;
        __builtin_memcpy(&v, at, sizeof v);
        *nans += v != v;
        if (v < *min || (v == *min && signbit(v)))
            *min = v;
        if (v > *max || (v == *max && !signbit(v)))
            *max = v;
    }
}

static void rows_doubles(const void *rows, size_t m, ptrdiff_t stride, size_t n, double *min, double *max, uint64_t *nans)
{
    for (size_t k = 0; k < m; k += PRONG_ROWS_STEP) {
        size_t some = m - k < PRONG_ROWS_STEP ? m - k : PRONG_ROWS_STEP, c = 0;
        for (; c + LANES <= n; c += LANES)
            doubles_of_columns(row_at(rows, k, stride) + c * sizeof(double), some, stride, min + c, max + c, nans + c);
        for (; c < n; c++)
            doubles_of_column(row_at(rows, k, stride) + c * sizeof(double), some, stride, min + c, max + c, nans + c);
    }
}

INLINE void keys_of_columns(const char *at, size_t m, ptrdiff_t stride, vi flip, int64_t *min, int64_t *max)
{
    vi lo = *(const vi_anywhere *)(const void *)min, hi = *(const vi_anywhere *)(const void *)max;

    for (size_t k = 0; k < m; k++, at += stride) {
        vi v = *(const vi_anywhere *)(const void *)at ^ flip;
        lo = CHOOSE((vi)(v < lo), v, lo);
        hi = CHOOSE((vi)(v > hi), v, hi);
    }
    *(vi_anywhere *)(void *)min = lo;
    *(vi_anywhere *)(void *)max = hi;
}

static void rows_keys(const void *rows, size_t m, ptrdiff_t stride, size_t n, uint64_t flip, int64_t *min, int64_t *max)
{
    for (size_t k = 0; k < m; k += PRONG_ROWS_STEP) {
        size_t some = m - k < PRONG_ROWS_STEP ? m - k : PRONG_ROWS_STEP, c = 0;
        for (; c + LANES <= n; c += LANES)
            keys_of_columns(row_at(rows, k, stride) + c * sizeof(int64_t), some, stride, (int64_t)flip - (vi){ 0 }, min + c,
                            max + c);
        for (; c < n; c++) {
            for (size_t row = k; row < k + some; row++) {
                int64_t v;
                __builtin_memcpy(&v, row_at(rows, row, stride) + c * sizeof v, sizeof v);
                v ^= (int64_t)flip;
                min[c] = v < min[c] ? v : min[c];
                max[c] = v > max[c] ? v : max[c];
            }
        }
    }
}
