/* SPDX-License-Identifier: MIT */
/* Extrema and where they are, for doubles and for 64-bit integers of both kinds. Everything is defined by values
 * and indices alone, never by the order in which parts are met: among equals the lowest index wins, and -0 is below
 * +0.
 *
 * A batch is small enough for the first-level cache. It is first reduced to its extrema without looking for places;
 * only a batch that beats (or ties) what is known is searched again. */
#include "config.h"

#include "order/kernel.h"
#include "reduce/state.h"

#include <math.h>

/* Candidates at equal values: the lower index stays. */
struct best {
    union prong_number value;
    uint64_t index;
};

static uint64_t place(const struct prong_array *fortran, uint64_t index)
{
    return fortran ? prong_row_major(fortran, index) : index;
}

static double magnitude_f(double x)
{
    return fabs(x);
}

static uint64_t magnitude_i(int64_t x)
{
    return x < 0 ? -(uint64_t)x : (uint64_t)x;
}

static uint64_t magnitude_u(uint64_t x)
{
    return x;
}

static void extrema_f(const double *x, size_t n, double *min, double *max, double *absmin, double *absmax)
{
    struct prong_reach_f reach;

    prong_order_kernel_choose()->reach_doubles(x, n, &reach);
    *min = reach.min;
    *max = reach.max;
    *absmin = reach.nearest;
    *absmax = fabs(reach.min) > fabs(reach.max) ? fabs(reach.min) : fabs(reach.max);
}

static void extrema_i(const int64_t *x, size_t n, int64_t *min, int64_t *max, uint64_t *absmin, uint64_t *absmax)
{
    prong_reach_i64(x, n, min, max);
    *absmin = prong_order_kernel_choose()->nearest_integer(x, n);
    *absmax = magnitude_i(*min) > magnitude_i(*max) ? magnitude_i(*min) : magnitude_i(*max);
}

static void extrema_u(const uint64_t *x, size_t n, uint64_t *min, uint64_t *max, uint64_t *absmin, uint64_t *absmax)
{
    prong_reach_u64(x, n, min, max);
    *absmin = *min;
    *absmax = *max;
}

/* For each domain: the lowest place of a value, or of a magnitude, in the batch. */
#define DEFINE_DOMAIN(D, T, M)                                                                                         \
    static uint64_t place_of_##D(const struct prong_batch *b, const T *x, T wanted, const struct prong_array *fortran) \
    {                                                                                                                  \
        uint64_t best = UINT64_MAX;                                                                                    \
        for (size_t i = 0; i < b->n; i++) {                                                                            \
            if (x[i] == wanted) {                                                                                      \
                uint64_t at = place(fortran, prong_batch_index(b, i));                                                 \
                best = at < best ? at : best;                                                                          \
                if (!fortran)                                                                                          \
                    break;                                                                                             \
            }                                                                                                          \
        }                                                                                                              \
        return best;                                                                                                   \
    }                                                                                                                  \
    static T place_of_magnitude_##D(const struct prong_batch *b, const T *x, M wanted,                                 \
                                    const struct prong_array *fortran, uint64_t *index)                                \
    {                                                                                                                  \
        T value = 0;                                                                                                   \
        *index = UINT64_MAX;                                                                                           \
        for (size_t i = 0; i < b->n; i++) {                                                                            \
            if (magnitude_##D(x[i]) == wanted) {                                                                       \
                uint64_t at = place(fortran, prong_batch_index(b, i));                                                 \
                if (at < *index) {                                                                                     \
                    *index = at;                                                                                       \
                    value = x[i];                                                                                      \
                }                                                                                                      \
                if (!fortran)                                                                                          \
                    break;                                                                                             \
            }                                                                                                          \
        }                                                                                                              \
        return value;                                                                                                  \
    }

DEFINE_DOMAIN(f, double, double)
DEFINE_DOMAIN(i, int64_t, uint64_t)
DEFINE_DOMAIN(u, uint64_t, uint64_t)

/* min of the two zeros is -0, max is +0, in whatever order they come. */
static void settle_zeros(const struct prong_batch *b, double *min, double *max)
{
    for (size_t i = 0; i < b->n && *min == 0 && !signbit(*min); i++)
        if (b->f[i] == 0 && signbit(b->f[i]))
            *min = -0.0;
    for (size_t i = 0; i < b->n && *max == 0 && signbit(*max); i++)
        if (b->f[i] == 0 && !signbit(b->f[i]))
            *max = 0.0;
}

static int compare_f(double a, double b)
{
    return a < b ? -1 : a > b;
}

static int compare(enum prong_domain domain, union prong_number a, union prong_number b)
{
    switch (domain) {
    case PRONG_DOMAIN_I64:
        return a.i < b.i ? -1 : a.i > b.i;
    case PRONG_DOMAIN_U64:
        return a.u < b.u ? -1 : a.u > b.u;
    default:
        return compare_f(a.f, b.f);
    }
}

static int compare_magnitude(enum prong_domain domain, union prong_number a, union prong_number b)
{
    uint64_t ma, mb;

    if (domain == PRONG_DOMAIN_F64)
        return compare_f(fabs(a.f), fabs(b.f));
    ma = domain == PRONG_DOMAIN_I64 ? magnitude_i(a.i) : a.u;
    mb = domain == PRONG_DOMAIN_I64 ? magnitude_i(b.i) : b.u;
    return ma < mb ? -1 : ma > mb;
}

static void take(union prong_number *value, uint64_t *index, const struct best *new, int order)
{
    if (order < 0 || (order == 0 && new->index < *index)) {
        *value = new->value;
        *index = new->index;
    }
}

/* One part's extrema into another's: both the batch's into the state's, and a chunk's into the whole's. */
static void absorb(struct prong_extrema *into, const struct prong_extrema *from, enum prong_domain domain,
                   uint64_t shift)
{
    struct best min = { from->min, from->argmin + shift }, max = { from->max, from->argmax + shift };
    struct best near = { from->absmin, from->absmin_index + shift }, far = { from->absmax, from->absmax_index + shift };
    bool negative_zero, positive_zero;

    if (from->n == 0)
        return;
    if (into->n == 0) {
        *into = *from;
        into->argmin += shift;
        into->argmax += shift;
        into->absmin_index += shift;
        into->absmax_index += shift;
        return;
    }
    negative_zero = domain == PRONG_DOMAIN_F64 && ((into->min.f == 0 && signbit(into->min.f)) ||
                                                   (from->min.f == 0 && signbit(from->min.f)));
    positive_zero = domain == PRONG_DOMAIN_F64 && ((into->max.f == 0 && !signbit(into->max.f)) ||
                                                   (from->max.f == 0 && !signbit(from->max.f)));
    take(&into->min, &into->argmin, &min, compare(domain, from->min, into->min));
    take(&into->max, &into->argmax, &max, compare(domain, into->max, from->max));
    take(&into->absmin, &into->absmin_index, &near, compare_magnitude(domain, from->absmin, into->absmin));
    take(&into->absmax, &into->absmax_index, &far, compare_magnitude(domain, into->absmax, from->absmax));
    if (negative_zero && into->min.f == 0)
        into->min.f = -0.0;
    if (positive_zero && into->max.f == 0)
        into->max.f = 0.0;
    into->n += from->n;
}

void prong_extrema_init(struct prong_extrema *x, enum prong_domain domain)
{
    (void)domain;
    *x = (struct prong_extrema){ .n = 0 };
}

#define ADD_DOMAIN(D, T, M)                                                                                            \
    do {                                                                                                               \
        M near, far;                                                                                                   \
        extrema_##D(batch->D, batch->n, &b.min.D, &b.max.D, &near, &far);                                              \
        if (x->n == 0 || fortran || b.min.D < x->min.D)                                                                \
            b.argmin = place_of_##D(batch, batch->D, b.min.D, fortran);                                                \
        if (x->n == 0 || fortran || b.max.D > x->max.D)                                                                \
            b.argmax = place_of_##D(batch, batch->D, b.max.D, fortran);                                                \
        b.absmin = x->absmin;                                                                                          \
        b.absmax = x->absmax;                                                                                          \
        b.absmin_index = b.absmax_index = UINT64_MAX;                                                                  \
        if (x->n == 0 || fortran || near < magnitude_##D(x->absmin.D))                                                 \
            b.absmin.D = place_of_magnitude_##D(batch, batch->D, near, fortran, &b.absmin_index);                      \
        if (x->n == 0 || fortran || far > magnitude_##D(x->absmax.D))                                                  \
            b.absmax.D = place_of_magnitude_##D(batch, batch->D, far, fortran, &b.absmax_index);                       \
    } while (0)

void prong_extrema_add(struct prong_extrema *x, enum prong_domain domain, const struct prong_batch *batch,
                       const struct prong_array *fortran)
{
    /* Within a chunk batches come in order, so a tie with what is known keeps the lower index that is known
     * already: the place is not searched, and UINT64_MAX loses. */
    struct prong_extrema b = { .argmin = UINT64_MAX, .argmax = UINT64_MAX, .n = batch->n - batch->nans };

    if (b.n == 0)
        return;
    if (domain == PRONG_DOMAIN_F64) {
        ADD_DOMAIN(f, double, double);
        settle_zeros(batch, &b.min.f, &b.max.f);
    } else if (domain == PRONG_DOMAIN_I64) {
        ADD_DOMAIN(i, int64_t, uint64_t);
    } else {
        ADD_DOMAIN(u, uint64_t, uint64_t);
    }
    absorb(x, &b, domain, 0);
}

void prong_extrema_combine(struct prong_extrema *into, const struct prong_extrema *from, enum prong_domain domain,
                           uint64_t shift)
{
    absorb(into, from, domain, shift);
}
