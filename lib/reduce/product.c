/* SPDX-License-Identifier: MIT */
/* The product, as double-double mantissas and a 64-bit exponent: nothing overflows or underflows on the way, and about 106 bits
 * are kept. It is not exact; it is reproducible, because chunks and tree are fixed: element i of a chunk goes to lane i modulo
 * PRONG_PRODUCT_LANES, lanes are scaled after a fixed number of elements, and joined by a fixed tree. Zeros, infinities and signs
 * are counted apart. NaN are skipped here: what they mean is decided at the end.
 *
 * Multiplication of a double-double by a double or a double-double: Dekker, "A floating-point technique for
 * extending the available precision", 1971. */
#include "config.h"

#include "reduce/kernel.h"

#include <math.h>
#include <string.h>

enum { LANES = PRONG_PRODUCT_LANES, ROUND = 64 * LANES };

/* Up to here integers are doubles. */
static const uint64_t whole_doubles = UINT64_C(1) << 53;

void prong_product_init(struct prong_product *x)
{
    *x = (struct prong_product){ .seen = 0 };
    for (size_t k = 0; k < LANES; k++)
        x->hi[k] = 1.0;
}

/* a * b = p + *error exactly, for numbers in [1, 2^66): by Veltkamp's splitting, since fma may be a slow library call. */
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

/* A lane by a mantissa: what the kernels do where lo is 0. */
static void multiply(struct prong_product *x, size_t lane, double hi, double lo)
{
    double error, p = two_product(x->hi[lane], hi, &error);

    error += x->lo[lane] * hi;
    if (lo != 0)
        error += x->hi[lane] * lo;
    x->hi[lane] = p + error;
    x->lo[lane] = error - (x->hi[lane] - p);
}

/* Brings a lane back to [1, 2). */
static void scale(struct prong_product *x, size_t lane)
{
    int exponent;

    frexp(x->hi[lane], &exponent);
    x->hi[lane] = ldexp(x->hi[lane], 1 - exponent);
    x->lo[lane] = ldexp(x->lo[lane], 1 - exponent);
    x->exponent += exponent - 1;
}

/* All lanes in the first one; by halves, so that the errors of none add up. */
static void fold(struct prong_product *x)
{
    for (size_t k = 0; k < LANES; k++)
        scale(x, k);
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            multiply(x, k, x->hi[k + half], x->lo[k + half]);
            scale(x, k);
            x->hi[k + half] = 1.0;
            x->lo[k + half] = 0;
        }
    }
    x->seen = 0;
}

/* ---- Adding ---- */

static void multiply_by(struct prong_product *x, double value)
{
    size_t lane = x->seen++ % LANES;
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
        multiply(x, lane, mantissa, 0);
    }
}

/* A 64-bit integer is a double-double: its upper and its lower 32 bits. */
static void multiply_by_integer(struct prong_product *x, uint64_t magnitude, bool negative)
{
    double hi = (double)(magnitude & ~UINT64_C(0xffffffff)), lo = (double)(uint32_t)magnitude;
    double sum = hi + lo;
    size_t lane = x->seen++ % LANES;
    int exponent;

    x->negatives += negative;
    if (magnitude == 0) {
        x->zeros++;
        return;
    }
    lo -= sum - hi;
    frexp(sum, &exponent);
    x->exponent += exponent - 1;
    multiply(x, lane, ldexp(sum, 1 - exponent), ldexp(lo, 1 - exponent));
}

static void end_round(struct prong_product *x)
{
    for (size_t k = 0; x->seen == ROUND && k < LANES; k++)
        scale(x, k);
    x->seen %= ROUND;
}

/* One by one up to the next group, or for all of a group that the kernel does not take. */
static size_t add_some(struct prong_product *x, const double *f, size_t n)
{
    size_t some = LANES - (size_t)(x->seen % LANES);

    some = some < n ? some : n;
    for (size_t i = 0; i < some; i++)
        multiply_by(x, f[i]);
    return some;
}

static void add_doubles(struct prong_product *x, const struct prong_reduce_kernel *kernel, const double *f, size_t n)
{
    while (n > 0) {
        size_t room = ROUND - (size_t)x->seen, some = n < room ? n : room, done = 0;
        if (x->seen % LANES == 0)
            done = LANES * kernel->multiply(x, f, some / LANES);
        x->seen += done;
        if (done < some)
            done += add_some(x, f + done, some - done);
        end_round(x);
        f += done;
        n -= done;
    }
}

/* Integers that are no doubles come alone, the others up to the end of a group. */
static void add_integers(struct prong_product *x, const struct prong_reduce_kernel *kernel, const uint64_t *u, size_t n,
                         bool is_signed)
{
    double f[LANES];
    size_t held = 0;

    for (size_t i = 0; i < n; i++) {
        bool negative = is_signed && u[i] >> 63;
        uint64_t magnitude = negative ? -u[i] : u[i];
        if (magnitude <= whole_doubles) {
            f[held++] = negative ? -(double)magnitude : (double)magnitude;
            if (held < LANES - x->seen % LANES && i + 1 < n)
                continue;
        }
        add_doubles(x, kernel, f, held);
        held = 0;
        if (magnitude > whole_doubles) {
            multiply_by_integer(x, magnitude, negative);
            end_round(x);
        }
    }
}

void prong_product_add(struct prong_product *x, enum prong_domain domain, const struct prong_batch *batch)
{
    const struct prong_reduce_kernel *kernel = prong_reduce_kernel_choose();

    if (domain == PRONG_DOMAIN_F64)
        add_doubles(x, kernel, batch->f, batch->n);
    else
        add_integers(x, kernel, batch->u, batch->n, domain == PRONG_DOMAIN_I64);
}

void prong_product_combine(struct prong_product *into, const struct prong_product *from)
{
    struct prong_product other = *from;

    fold(into);
    fold(&other);
    multiply(into, 0, other.hi[0], other.lo[0]);
    into->exponent += other.exponent;
    scale(into, 0);
    into->zeros += other.zeros;
    into->infinities += other.infinities;
    into->negatives += other.negatives;
}

double prong_product_value(const struct prong_product *x)
{
    double sign = x->negatives % 2 ? -1.0 : 1.0;
    struct prong_product all = *x;

    if (x->zeros && x->infinities)
        return (double)NAN;
    if (x->zeros)
        return 0.0 * sign;
    fold(&all);
    if (x->infinities || all.exponent > 1100)
        return HUGE_VAL * sign;
    if (all.exponent < -1200)
        return 0.0 * sign;
    return ldexp(all.hi[0], (int)all.exponent) * sign;
}
