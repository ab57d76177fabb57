/* SPDX-License-Identifier: MIT */
/* The product, as a double-double mantissa and a 64-bit exponent: nothing overflows or underflows on the way, and
 * about 106 bits are kept. It is not exact; it is reproducible, because chunks and tree are fixed. Zeros,
 * infinities and signs are counted apart. NaN are skipped here: what they mean is decided at the end.
 *
 * Multiplication of a double-double by a double or a double-double: Dekker, "A floating-point technique for
 * extending the available precision", 1971. */
#include "config.h"

#include "reduce/state.h"

#include <math.h>
#include <string.h>

void prong_product_init(struct prong_product *x)
{
    *x = (struct prong_product){ .hi = 1.0 };
}

/* a * b = p + *error exactly, for mantissas in [1, 4): by Veltkamp's splitting, since fma may be a slow library
 * call. */
static double two_product(double a, double b, double *error)
{
    const double split = 134217729.0; /* 2^27 + 1 */
    double p = a * b;
    double a1 = a * split, b1 = b * split;
    double ah = a1 - (a1 - a), bh = b1 - (b1 - b);
    double al = a - ah, bl = b - bh;

    *error = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
    return p;
}

static void multiply(struct prong_product *x, double hi, double lo)
{
    double error, p = two_product(x->hi, hi, &error);

    error += x->hi * lo + x->lo * hi;
    x->hi = p + error;
    x->lo = error - (x->hi - p);
    if (x->hi >= 2.0) {
        x->hi *= 0.5;
        x->lo *= 0.5;
        x->exponent++;
    } else if (x->hi < 1.0) {
        x->hi *= 2.0;
        x->lo *= 2.0;
        x->exponent--;
    }
}

static void multiply_by(struct prong_product *x, double value)
{
    int exponent;
    double mantissa;

    if (value != value)
        return;
    x->negatives += signbit(value) != 0;
    if (value == 0) {
        x->zeros++;
    } else if (isinf(value)) {
        x->infinities++;
    } else {
        mantissa = 2.0 * frexp(fabs(value), &exponent);
        x->exponent += exponent - 1;
        multiply(x, mantissa, 0);
    }
}

/* A 64-bit integer is a double-double: its upper and its lower 32 bits. */
static void multiply_by_integer(struct prong_product *x, uint64_t magnitude, bool negative)
{
    double hi = (double)(magnitude & ~UINT64_C(0xffffffff)), lo = (double)(uint32_t)magnitude;
    double sum = hi + lo;
    int exponent;

    x->negatives += negative;
    if (magnitude == 0) {
        x->zeros++;
        return;
    }
    lo -= sum - hi;
    frexp(sum, &exponent);
    x->exponent += exponent - 1;
    multiply(x, ldexp(sum, 1 - exponent), ldexp(lo, 1 - exponent));
}

void prong_product_add(struct prong_product *x, enum prong_domain domain, const struct prong_batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        if (domain == PRONG_DOMAIN_F64)
            multiply_by(x, batch->f[i]);
        else if (domain == PRONG_DOMAIN_U64)
            multiply_by_integer(x, batch->u[i], false);
        else
            multiply_by_integer(x, batch->i[i] < 0 ? -(uint64_t)batch->i[i] : (uint64_t)batch->i[i], batch->i[i] < 0);
    }
}

void prong_product_combine(struct prong_product *into, const struct prong_product *from)
{
    multiply(into, from->hi, from->lo);
    into->exponent += from->exponent;
    into->zeros += from->zeros;
    into->infinities += from->infinities;
    into->negatives += from->negatives;
}

double prong_product_value(const struct prong_product *x)
{
    double sign = x->negatives % 2 ? -1.0 : 1.0;

    if (x->zeros && x->infinities)
        return (double)NAN;
    if (x->zeros)
        return 0.0 * sign;
    if (x->infinities || x->exponent > 1100)
        return HUGE_VAL * sign;
    if (x->exponent < -1200)
        return 0.0 * sign;
    return ldexp(x->hi, (int)x->exponent) * sign;
}
