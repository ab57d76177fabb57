/* SPDX-License-Identifier: MIT */
/* Quantities of pairs, as quotients of integers like those of exact/result.c. With Sx = Σx and so on, and W = Σy where y
 * are weights,
 *
 *     C = n Sxy - Sx Sy,  A = n Sxx - Sx²,  B = n Syy - Sy²
 *     cov = C / (n (n - ddof)),  corr = C / √(A B)
 *     wmean = Sxy / W,  wvar = (W Sxxy - Sxy²) / (W (W - ddof))
 *
 * C² <= A B by Cauchy and Schwarz, for the exact values, so corr cannot leave [-1, 1]. */
#include "config.h"

#include "exact/result.h"

#include "exact/quotient.h"
#include "exact/round.h"

/* r = n Σab - Σa Σb, of the fields given. */
static void moment(struct prong_big *r, const prong_exact *s, uint64_t n, enum prong_field ab, enum prong_field a,
                   enum prong_field b)
{
    struct prong_big sum_a, sum_b, product;

    prong_big_load(&sum_a, s, a);
    prong_big_load(&sum_b, s, b);
    prong_big_mul(&product, &sum_a, &sum_b);
    prong_big_load(r, s, ab);
    prong_big_mul_word(r, n);
    prong_big_sub(r, r, &product);
}

static double covariance(const prong_exact *s, uint64_t n, uint64_t ddof, prong_format format)
{
    struct prong_big p, by;

    if (n <= ddof)
        return prong_quiet_nan();
    moment(&p, s, n, PRONG_FIELD_DOT, PRONG_FIELD_SUM, PRONG_FIELD_SUM_Y);
    prong_big_set(&by, n);
    prong_big_mul_word(&by, n - ddof);
    return prong_quotient(&p, &by, -2 * PRONG_UNIT, 0, p.negative, format);
}

static double correlation(const prong_exact *s, uint64_t n, prong_format format)
{
    struct prong_big a, b, c, square;

    moment(&a, s, n, PRONG_FIELD_SQUARES, PRONG_FIELD_SUM, PRONG_FIELD_SUM);
    moment(&b, s, n, PRONG_FIELD_SQUARES_Y, PRONG_FIELD_SUM_Y, PRONG_FIELD_SUM_Y);
    if (a.n == 0 || b.n == 0)
        return prong_quiet_nan();
    moment(&c, s, n, PRONG_FIELD_DOT, PRONG_FIELD_SUM, PRONG_FIELD_SUM_Y);
    prong_big_mul(&square, &c, &c);
    int negative = c.negative;
    prong_big_mul(&c, &a, &b);
    return prong_quotient(&square, &c, 0, 1, negative, format);
}

static double weighted_mean(const prong_exact *s, uint64_t n, prong_format format)
{
    int all_minus_zero = n > 0 && s->count.not_minus_zero == s->count.nan;
    struct prong_big p, total;

    prong_big_load(&p, s, PRONG_FIELD_DOT);
    prong_big_load(&total, s, PRONG_FIELD_SUM_Y);
    if (total.n == 0)
        return prong_quiet_nan();
    if (s->count.pinf || s->count.ninf)
        return *prong_exact_limbs_const(s, PRONG_FIELD_INFINITE_WEIGHTS) || (s->count.pinf && s->count.ninf)
                   ? prong_quiet_nan()
                   : prong_infinity((s->count.ninf != 0) != total.negative);
    if (p.n == 0)
        return prong_zero(all_minus_zero && !total.negative);
    return prong_quotient(&p, &total, -(long)PRONG_UNIT, 0, p.negative != total.negative, format);
}

static double weighted_variance(const prong_exact *s, uint64_t ddof, int root, prong_format format)
{
    struct prong_big p, q, total, t;

    prong_big_load(&total, s, PRONG_FIELD_SUM_Y);
    prong_big_load(&t, s, PRONG_FIELD_WEIGHTED_SQUARES);
    prong_big_mul(&p, &total, &t);
    prong_big_load(&q, s, PRONG_FIELD_DOT);
    prong_big_mul(&t, &q, &q);
    prong_big_sub(&p, &p, &t);
    /* t = W - ddof, in the units of W */
    prong_big_set(&q, ddof);
    prong_big_shift_left(&q, PRONG_UNIT);
    prong_big_sub(&t, &total, &q);
    prong_big_mul(&q, &total, &t);
    if (q.n == 0 || q.negative || p.negative)
        return prong_quiet_nan();
    return prong_quotient(&p, &q, -2 * PRONG_UNIT, root, 0, format);
}

static double weighted_sum(const prong_exact *s, uint64_t n, prong_format format)
{
    struct prong_big p;

    if (s->count.pinf && s->count.ninf)
        return prong_quiet_nan();
    if (s->count.pinf || s->count.ninf)
        return prong_infinity(s->count.ninf != 0);
    if (n > 0 && s->count.not_minus_zero == s->count.nan)
        return prong_zero(1);
    prong_big_load(&p, s, PRONG_FIELD_DOT);
    return prong_round(p.negative, p.w, p.n, 0, -2 * PRONG_UNIT, format);
}

double prong_pair_result(const prong_exact *s, prong_quantity q, uint64_t n, uint64_t ddof, prong_format format)
{
    int infinite = s->count.pinf || s->count.ninf;

    switch (q) {
    case PRONG_Q_WSUM:
        return weighted_sum(s, n, format);
    case PRONG_Q_WMEAN:
        return weighted_mean(s, n, format);
    case PRONG_Q_COV:
        return infinite ? prong_quiet_nan() : covariance(s, n, ddof, format);
    case PRONG_Q_CORR:
        return infinite ? prong_quiet_nan() : correlation(s, n, format);
    case PRONG_Q_WVAR:
    case PRONG_Q_WSTD:
        return infinite ? prong_quiet_nan() : weighted_variance(s, ddof, q == PRONG_Q_WSTD, format);
    default:
        return prong_quiet_nan();
    }
}
