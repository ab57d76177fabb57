/* SPDX-License-Identifier: MIT */
/* Σx and Σx² of a line of doubles in one pass. */
#ifndef PRONG_EXACT_SQUARES_H
#define PRONG_EXACT_SQUARES_H

#include "exact/adder.h"

/* What squares are summed with, and onto which fields. */
struct prong_square_run {
    struct prong_sum_adder *base;
    struct prong_square_line *squares;
    struct prong_line *line;  /* takes Σx where the window of both does not */
    double *room;             /* a block, for those that must be made whole */
    uint64_t *sum;            /* the limbs of a field of Σx, or NULL */
    uint64_t *square;         /* the limbs of a field of Σx² */
    prong_exact_counts *counts; /* of NaN, infinities and -0 */
};

void prong_squares_add(const struct prong_square_run *r, const double *x, size_t n);

/* Moves what is held into the fields, but for what is on the line. */
void prong_squares_finish(const struct prong_square_run *r);

#endif
