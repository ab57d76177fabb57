/* SPDX-License-Identifier: MIT */
/* From a state to a number: every quantity is a quotient of integers, or the root of one, times a power of two,
 * and is rounded once. With S_p = Σx^p in units of 2^(-1074 p), which are integers,
 *
 *     A2 = n S2 - S1²                                   (n² times the second central moment)
 *     A3 = n² S3 - 3 n S1 S2 + 2 S1³                    (n³ times the third)
 *     A4 = n³ S4 - 4 n² S1 S3 + 6 n S1² S2 - 3 S1⁴      (n⁴ times the fourth)
 *     var = A2 / (n (n - ddof)),  skewness = A3 / √A2³,  kurtosis = A4 / A2² - 3
 *
 * and the powers of n and of two cancel in the last two. */
#include "config.h"

#include "exact/result.h"

#include "exact/quotient.h"
#include "exact/round.h"

static double plain_sum(const prong_exact *s, enum prong_field field, prong_format format)
{
    struct prong_big sum;

    prong_big_load(&sum, s, field);
    return prong_round(sum.negative, sum.w, sum.n, 0, -(long)(PRONG_UNIT * prong_field_power(field)), format);
}

static double divided_sum(const prong_exact *s, enum prong_field field, uint64_t by, int root, prong_format format)
{
    struct prong_big p, q;

    prong_big_load(&p, s, field);
    prong_big_set(&q, by);
    return prong_quotient(&p, &q, -(long)(PRONG_UNIT * prong_field_power(field)), root, p.negative, format);
}

/* r = n S2 - S1². */
static void second_moment(struct prong_big *r, const prong_exact *s, uint64_t n)
{
    struct prong_big s1, square;

    prong_big_load(&s1, s, PRONG_FIELD_SUM);
    prong_big_mul(&square, &s1, &s1);
    prong_big_load(r, s, PRONG_FIELD_SQUARES);
    prong_big_mul_word(r, n);
    prong_big_sub(r, r, &square);
}

static double variance(const prong_exact *s, uint64_t n, uint64_t ddof, prong_quantity q, prong_format format)
{
    struct prong_big p, by;

    if (n <= ddof)
        return prong_quiet_nan();
    second_moment(&p, s, n);
    prong_big_set(&by, n);
    prong_big_mul_word(&by, n - ddof);
    if (q == PRONG_Q_SEM)
        prong_big_mul_word(&by, n);
    return prong_quotient(&p, &by, -2 * PRONG_UNIT, q != PRONG_Q_VAR, 0, format);
}

static double skewness(const prong_exact *s, uint64_t n, int sample, prong_format format)
{
    struct prong_big a, b, c, s1;
    int negative;

    if (n < (sample ? 3u : 2u))
        return prong_quiet_nan();
    /* a = A3 = n (n S3 - 3 S1 S2) + 2 S1³ */
    prong_big_load(&s1, s, PRONG_FIELD_SUM);
    prong_big_load(&a, s, PRONG_FIELD_CUBES);
    prong_big_mul_word(&a, n);
    prong_big_load(&b, s, PRONG_FIELD_SQUARES);
    prong_big_mul_word(&b, 3);
    prong_big_mul(&c, &b, &s1);
    prong_big_sub(&a, &a, &c);
    prong_big_mul_word(&a, n);
    prong_big_mul(&b, &s1, &s1);
    prong_big_mul(&c, &b, &s1);
    prong_big_mul_word(&c, 2);
    prong_big_add(&a, &a, &c);
    negative = a.negative;
    /* c = A3², a = A2³ */
    prong_big_mul(&c, &a, &a);
    second_moment(&s1, s, n);
    if (s1.n == 0)
        return prong_quiet_nan();
    prong_big_mul(&b, &s1, &s1);
    prong_big_mul(&a, &b, &s1);
    if (sample) {
        prong_big_mul_word(&c, n);
        prong_big_mul_word(&c, n - 1);
        prong_big_mul_word(&a, n - 2);
        prong_big_mul_word(&a, n - 2);
    }
    return prong_quotient(&c, &a, 0, 1, negative, format);
}

/* r = A4 - 3 A2², square = A2². */
static void fourth_moment(struct prong_big *r, struct prong_big *square, const prong_exact *s, uint64_t n)
{
    struct prong_big s1, t, u;

    /* A4 = n (n (n S4 - 4 S1 S3) + 6 S1² S2) - 3 S1⁴ */
    prong_big_load(&s1, s, PRONG_FIELD_SUM);
    prong_big_load(r, s, PRONG_FIELD_FOURTHS);
    prong_big_mul_word(r, n);
    prong_big_load(&t, s, PRONG_FIELD_CUBES);
    prong_big_mul(&u, &t, &s1);
    prong_big_mul_word(&u, 4);
    prong_big_sub(r, r, &u);
    prong_big_mul_word(r, n);
    prong_big_mul(&t, &s1, &s1);
    prong_big_load(square, s, PRONG_FIELD_SQUARES);
    prong_big_mul(&u, &t, square);
    prong_big_mul_word(&u, 6);
    prong_big_add(r, r, &u);
    prong_big_mul_word(r, n);
    prong_big_mul(&u, &t, &t);
    prong_big_mul_word(&u, 3);
    prong_big_sub(r, r, &u);

    second_moment(&t, s, n);
    prong_big_mul(square, &t, &t);
    u = *square;
    prong_big_mul_word(&u, 3);
    prong_big_sub(r, r, &u);
}

static double kurtosis(const prong_exact *s, uint64_t n, int sample, prong_format format)
{
    struct prong_big p, square, t;

    if (n < (sample ? 4u : 2u))
        return prong_quiet_nan();
    fourth_moment(&p, &square, s, n);
    if (square.n == 0)
        return prong_quiet_nan();
    if (sample) {
        t = square;
        prong_big_mul_word(&t, 6);
        prong_big_mul_word(&p, n + 1);
        prong_big_add(&p, &p, &t);
        prong_big_mul_word(&p, n - 1);
        prong_big_mul_word(&square, n - 2);
        prong_big_mul_word(&square, n - 3);
    }
    return prong_quotient(&p, &square, 0, 0, p.negative, format);
}

unsigned prong_exact_needs(prong_quantity q)
{
    switch (q) {
    case PRONG_Q_SUM:
    case PRONG_Q_MEAN:
    case PRONG_Q_HARMONIC:
        return PRONG_POWER_SUM;
    case PRONG_Q_VAR:
    case PRONG_Q_STD:
    case PRONG_Q_SEM:
        return PRONG_POWER_SUM | PRONG_POWER_SQUARES;
    case PRONG_Q_MS:
    case PRONG_Q_RMS:
    case PRONG_Q_NORM2:
        return PRONG_POWER_SQUARES;
    case PRONG_Q_NORM1:
        return PRONG_POWER_ABS;
    case PRONG_Q_DOT:
        return PRONG_POWER_DOT;
    case PRONG_Q_SKEW_POPULATION:
    case PRONG_Q_SKEW_SAMPLE:
        return PRONG_POWER_SUM | PRONG_POWER_SQUARES | PRONG_POWER_CUBES;
    case PRONG_Q_KURT_POPULATION:
    case PRONG_Q_KURT_SAMPLE:
        return PRONG_POWER_SUM | PRONG_POWER_SQUARES | PRONG_POWER_CUBES | PRONG_POWER_FOURTHS;
    case PRONG_Q_COV:
        return PRONG_POWER_PAIRS;
    case PRONG_Q_CORR:
        return PRONG_POWER_PAIRS | PRONG_POWER_PAIR_SQUARES;
    case PRONG_Q_WSUM:
    case PRONG_Q_WMEAN:
        return PRONG_POWER_WEIGHTED;
    case PRONG_Q_WVAR:
    case PRONG_Q_WSTD:
        return PRONG_POWER_WEIGHTED | PRONG_POWER_WEIGHTED_SQUARES;
    }
    return 0;
}

/* The result where there is an infinity and no NaN that counts. */
static double with_infinities(const prong_exact *s, prong_quantity q)
{
    switch (q) {
    case PRONG_Q_SUM:
    case PRONG_Q_MEAN:
    case PRONG_Q_DOT:
        return s->count.pinf && s->count.ninf ? prong_quiet_nan() : prong_infinity(s->count.ninf != 0);
    case PRONG_Q_MS:
    case PRONG_Q_RMS:
    case PRONG_Q_NORM1:
    case PRONG_Q_NORM2:
        return prong_infinity(0);
    default:
        return prong_quiet_nan();
    }
}

double prong_exact_result(const prong_exact *s, prong_quantity q, uint64_t ddof, prong_format format,
                          unsigned flags)
{
    unsigned needs = prong_exact_needs(q);
    uint64_t n = s->count.n - s->count.nan;
    int all_minus_zero = n > 0 && s->count.not_minus_zero == s->count.nan;
    int mean_like = q == PRONG_Q_MEAN || q == PRONG_Q_MS || q == PRONG_Q_RMS;

    if (needs == 0 || !prong_exact_has(s, needs))
        return prong_quiet_nan();
    if ((s->count.nan && !(flags & PRONG_EXACT_OMIT_NAN)) || (mean_like && n == 0))
        return prong_quiet_nan();
    if (q == PRONG_Q_HARMONIC)
        return prong_harmonic(s, n, format);
    if (s->powers >= PRONG_POWER_PAIRS)
        return prong_pair_result(s, q, n, ddof, format);
    if (s->count.pinf || s->count.ninf)
        return with_infinities(s, q);
    switch (q) {
    case PRONG_Q_SUM:
    case PRONG_Q_DOT:
        return all_minus_zero ? prong_zero(1)
                              : plain_sum(s, q == PRONG_Q_SUM ? PRONG_FIELD_SUM : PRONG_FIELD_DOT, format);
    case PRONG_Q_MEAN:
        return all_minus_zero ? prong_zero(1) : divided_sum(s, PRONG_FIELD_SUM, n, 0, format);
    case PRONG_Q_VAR:
    case PRONG_Q_STD:
    case PRONG_Q_SEM:
        return variance(s, n, ddof, q, format);
    case PRONG_Q_MS:
        return divided_sum(s, PRONG_FIELD_SQUARES, n, 0, format);
    case PRONG_Q_RMS:
        return divided_sum(s, PRONG_FIELD_SQUARES, n, 1, format);
    case PRONG_Q_NORM1:
        return plain_sum(s, PRONG_FIELD_ABS, format);
    case PRONG_Q_NORM2:
        return divided_sum(s, PRONG_FIELD_SQUARES, 1, 1, format);
    case PRONG_Q_SKEW_POPULATION:
    case PRONG_Q_SKEW_SAMPLE:
        return skewness(s, n, q == PRONG_Q_SKEW_SAMPLE, format);
    case PRONG_Q_KURT_POPULATION:
    case PRONG_Q_KURT_SAMPLE:
        return kurtosis(s, n, q == PRONG_Q_KURT_SAMPLE, format);
    default:
        return prong_quiet_nan();
    }
}
