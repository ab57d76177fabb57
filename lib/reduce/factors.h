/* SPDX-License-Identifier: MIT */
/* The kernel of products, included once for each instruction set: mantissas into lanes, a double-double each, while exponents and
 * signs are only added up. In a lane every multiplication waits for the one before, some 16 cycles; so there are 16 lanes, and an
 * element's lane is said by its number, so that nothing depends on how wide a vector is.
 *
 * Mantissas are in [1, 2), so a lane does not overflow in the PRONG_PRODUCT_ROUND multiplications after which prong_product_add
 * brings it back, and its error terms stay far from the subnormal numbers: scaling is exact, and so is either way to the error of
 * a product, by FMA or by Veltkamp's splitting. */
#include "reduce/vector.h"

#define FRACTION ((INT64_C(1) << 52) - 1)
#define ONE (INT64_C(1023) << 52)

enum { PRODUCT_VECTORS = PRONG_PRODUCT_LANES / LANES };

#ifndef FMSUB
#define SPLIT(a) ((a) * 134217729.0) /* 2^27 + 1 */

INLINE vd product_error(vd a, vd b, vd p)
{
    vd a1 = SPLIT(a), b1 = SPLIT(b);
    vd ah = a1 - (a1 - a), bh = b1 - (b1 - b);
    vd al = a - ah, bl = b - bh;

    return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
}
#define FMSUB(a, b, p) product_error(a, b, p)
#endif

/* Is every element of the group a normal number? Adding to the exponent carries into the sign where it is all ones, taking from
 * it borrows from there where it is 0. */
INLINE bool all_normal(const double *x)
{
    vi found = { 0 };

    UNROLL
    for (unsigned k = 0; k < PRODUCT_VECTORS; k++) {
        vu magnitude = (vu)(*(const vi_anywhere *)(const void *)(x + LANES * k) & INT64_MAX);
        found |= (vi)((magnitude + (uint64_t)(FRACTION + 1)) | (magnitude - (uint64_t)(FRACTION + 1)));
    }
    return !ANY_SIGN(found);
}

static size_t multiply_groups(struct prong_product *product, const double *x, size_t groups)
{
    vd hi[PRODUCT_VECTORS], lo[PRODUCT_VECTORS];
    vu fields = { 0 }, signs = { 0 };
    uint64_t all_fields = 0, all_signs = 0;
    size_t done = 0;

    UNROLL
    for (unsigned k = 0; k < PRODUCT_VECTORS; k++) {
        hi[k] = *(const vd_anywhere *)(product->hi + LANES * k);
        lo[k] = *(const vd_anywhere *)(product->lo + LANES * k);
    }
    for (; done < groups && all_normal(x); done++, x += PRONG_PRODUCT_LANES) {
        UNROLL
        for (unsigned k = 0; k < PRODUCT_VECTORS; k++) {
            vi bits = *(const vi_anywhere *)(const void *)(x + LANES * k);
            vd factor = (vd)((bits & FRACTION) | ONE);
            vd p = hi[k] * factor, error = FMSUB(hi[k], factor, p);
            error += lo[k] * factor;
            hi[k] = p + error;
            lo[k] = error - (hi[k] - p);
            fields += (vu)bits >> 52;
            signs += (vu)bits >> 63;
        }
    }
    UNROLL
    for (unsigned k = 0; k < PRODUCT_VECTORS; k++) {
        *(vd_anywhere *)(product->hi + LANES * k) = hi[k];
        *(vd_anywhere *)(product->lo + LANES * k) = lo[k];
    }
    for (unsigned i = 0; i < LANES; i++) {
        all_fields += fields[i];
        all_signs += signs[i];
    }
    product->negatives += all_signs;
    product->exponent += (int64_t)(all_fields - 2048 * all_signs) - 1023 * (int64_t)(done * PRONG_PRODUCT_LANES);
    return done;
}
