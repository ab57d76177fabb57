/* SPDX-License-Identifier: MIT */
/* Windows: where the grids of a run of blocks stand, and how the digits summed on them get into a state. */
#ifndef PRONG_EXACT_WINDOW_H
#define PRONG_EXACT_WINDOW_H

#include "exact/kernel.h"
#include "prong/exact.h"

#include <stdbool.h>

/* Puts the grids for elements |x| < 2^e, and forgets the digits (flush first). False, and nothing done, if e is
 * out of range for them. e is best a multiple of 4, so that blocks of similar size share a window. */
bool prong_window_sum(struct prong_window *w, int e, int levels);
bool prong_window_squares(struct prong_window *w, int e,
                          int levels); /* 3 or 4 for the squares, and 2 for the sum */
bool prong_window_product(struct prong_window *w, int e, int levels); /* 3 to 5; e is that of the products */

/* Adds the digits of count levels from first to the limbs of a field whose lowest bit is worth 2^-unit (limb may
 * be NULL). prong_window_done must follow the last flush: it zeroes blocks, and moves -0 and NaN to the counts. */
void prong_window_flush(struct prong_window *w, int first, int count, uint64_t *limb, size_t limbs, int unit);
void prong_window_done(struct prong_window *w, prong_exact_counts *counts);

#endif
