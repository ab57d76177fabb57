/* SPDX-License-Identifier: MIT */
/* Streams of products: Σxy of pairs of doubles onto a field. */
#ifndef PRONG_EXACT_PRODUCTS_H
#define PRONG_EXACT_PRODUCTS_H

#include "exact/adder.h"

/* What products are summed with, and onto which field. */
struct prong_product_run {
    struct prong_products *stream;
    uint64_t *limb; /* of the field */
    size_t limbs;
    unsigned unit;                     /* its lowest bit is worth 2^-unit, 2 * PRONG_UNIT at least */
    prong_exact_counts *counts;        /* of NaN, infinities and -0 among the products */
    const struct prong_kernel *kernel; /* one with dot, or NULL: do not try windows */
    double *xs, *ys;                   /* a block each */
    struct prong_adder *adder; /* with tables to fall back on, for a unit of 2 * PRONG_UNIT; else NULL: integers */
};

void prong_products_add(const struct prong_product_run *r, const double *x, const double *y, size_t n);

/* Moves what the stream still holds into the field. Tables are the caller's. */
void prong_products_finish(const struct prong_product_run *r);

/* One pair at a time, straight into the field. */
void prong_products_by_integers(const struct prong_product_run *r, const double *x, const double *y, size_t n);

/* The run of Σxy of a state; and of products with parts of squares onto a field, lifted by so many bits. */
struct prong_product_run prong_dot_run(prong_exact *s, prong_adder *a);
struct prong_product_run prong_part_run(prong_exact *s, prong_adder *a, enum prong_part part, enum prong_field field,
                                        unsigned lift, prong_exact_counts *ignored);

#endif
