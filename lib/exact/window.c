/* SPDX-License-Identifier: MIT */
/* Windows of grids: their places, for which exact/grid.h gives the reasons, and their flush. */
#include "config.h"

#include "exact/window.h"

#include "exact/wide.h"

#include <string.h>

enum { K_MIN = -1022, K_MAX = 1023 };

/* Grids first … first + count - 1, the first at k. */
static void place(struct prong_window *w, int first, int count, int k, int step)
{
    for (int i = first; i < first + count; i++, k -= step) {
        uint64_t bits;
        if (k < K_MIN)
            k = K_MIN;
        bits = (uint64_t)(k + 1023) << 52 | UINT64_C(1) << 51;
        w->k[i] = k;
        memcpy(&w->anchor[i], &bits, sizeof bits);
    }
}

static void begin(struct prong_window *w, int e, int levels)
{
    memset(w->digits, 0, sizeof w->digits);
    memset(w->anchor, 0, sizeof w->anchor);
    w->levels = levels;
    w->e = e;
    w->blocks = 0;
    w->minus_zero = w->nan = 0;
}

bool prong_window_sum(struct prong_window *w, int e, int levels)
{
    if (e + PRONG_HEADROOM > K_MAX)
        return false;
    begin(w, e, levels);
    place(w, 0, levels, e + PRONG_HEADROOM < K_MIN ? K_MIN : e + PRONG_HEADROOM, PRONG_SUM_STEP);
    return true;
}

/* x² < 2^(2e) must not overflow its grid, and (2^(e-88))², the least step of x², must not be below 2^-1074. */
bool prong_window_squares(struct prong_window *w, int e, int levels)
{
    if (e < -440 || e > 500)
        return false;
    begin(w, e, 2 + levels);
    place(w, 0, 2, e + PRONG_HEADROOM, PRONG_SUM_STEP);
    place(w, 2, levels, 2 * e + PRONG_HEADROOM, PRONG_PRODUCT_STEP);
    return true;
}

/* The last grid, 2^(e + 8 - 43 (levels - 1) - 52), must be coarser than 2^-968, below which a product's error is not
 * exact. */
bool prong_window_product(struct prong_window *w, int e, int levels)
{
    if (e < -780 + PRONG_PRODUCT_STEP * (levels - 4) || e > 1008)
        return false;
    begin(w, e, levels);
    place(w, 0, levels, e + PRONG_HEADROOM, PRONG_PRODUCT_STEP);
    return true;
}

/* 2^61 in each of eight lanes; four of them fit. */
static prong_i128 sum_of_lanes(const int64_t *digits)
{
    typedef int64_t pair __attribute__((vector_size(16), may_alias));
    const pair *p = (const pair *)(const void *)digits;
    pair halves = (p[0] + p[1]) + (p[2] + p[3]);

    return (prong_i128)halves[0] + halves[1];
}
_Static_assert(PRONG_MAX_LANES == 8, "four pairs");

/* Two levels at a time: 64 bits and a sign, 44 or fewer places above one another. */
void prong_window_flush(struct prong_window *w, int first, int count, uint64_t *limb, size_t limbs, int unit)
{
    if (w->blocks == 0 || !limb)
        return;
    for (int level = first; level < first + count; level++) {
        prong_i128 sum = sum_of_lanes(w->digits[level]);
        if (level + 1 < first + count) {
            sum = (prong_i128)((prong_u128)sum << (w->k[level] - w->k[level + 1]));
            sum += sum_of_lanes(w->digits[level + 1]);
            level++;
        }
        if (sum != 0)
            prong_wide_deposit(limb, limbs, (unsigned)(w->k[level] - 52 + unit), sum);
    }
}

void prong_window_done(struct prong_window *w, prong_exact_counts *counts)
{
    counts->not_minus_zero -= w->minus_zero;
    counts->nan += w->nan;
    w->blocks = 0;
    w->minus_zero = w->nan = 0;
}
