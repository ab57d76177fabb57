/* SPDX-License-Identifier: MIT */
/* The last division of every quantity, and the quotients of whole sums, which follow the rules of IEEE 754 division: a
 * sum is taken for what it is exactly, a number, an infinity, a signed zero or NaN. */
#include "config.h"

#include "exact/quotient.h"

#include "exact/result.h"
#include "exact/round.h"

/* Bits of a quotient. Two more than twice 64, so that its root has the 64 that prong_round asks for. */
enum { QUOTIENT_BITS = 130 };

double prong_quotient(struct prong_big *p, struct prong_big *q, long exponent, int root, int negative,
                      prong_format format)
{
    struct prong_big r;
    long lift;
    int sticky;

    if (p->n == 0)
        return prong_zero(0);
    if (q->n == 0)
        return prong_quiet_nan();
    lift = QUOTIENT_BITS - (long)prong_big_bits(p) + (long)prong_big_bits(q);
    if (root && (exponent - lift) % 2 != 0)
        lift++;
    if (lift > 0)
        prong_big_shift_left(p, (size_t)lift);
    else
        prong_big_shift_left(q, (size_t)-lift);
    exponent -= lift;
    sticky = prong_big_div(&r, p, q);
    if (root) {
        sticky |= prong_big_sqrt(&r);
        exponent /= 2;
    }
    return prong_round(negative, r.w, r.n, sticky, exponent, format);
}

void prong_big_load(struct prong_big *r, const prong_exact *s, enum prong_field field)
{
    prong_big_set_limbs(r, prong_exact_limbs_const(s, field), prong_field_limbs(field));
}

/* A sum as an operand of a division. */
struct operand {
    enum { NUMBER, ZERO, INFINITE, NAN_SUM } class;
    int negative;
    long exponent; /* of the lowest bit of magnitude */
    struct prong_big magnitude;
};

static void take(struct operand *o, const prong_exact *s, int omit_nan)
{
    enum prong_field field = s->powers & PRONG_POWER_SUM ? PRONG_FIELD_SUM : PRONG_FIELD_DOT;

    o->class = NAN_SUM;
    o->negative = 0;
    if (!(s->powers & (PRONG_POWER_SUM | PRONG_POWER_DOT | PRONG_POWER_WEIGHTED)))
        return;
    prong_big_load(&o->magnitude, s, field);
    o->exponent = -(long)(PRONG_UNIT * prong_field_power(field));
    if ((s->count.nan && !omit_nan) || (s->count.pinf && s->count.ninf))
        return;
    if (s->count.pinf || s->count.ninf) {
        o->class = INFINITE;
        o->negative = s->count.ninf != 0;
    } else if (o->magnitude.n == 0) {
        o->class = ZERO;
        o->negative = s->count.n > s->count.nan && s->count.not_minus_zero == s->count.nan;
    } else {
        o->class = NUMBER;
        o->negative = o->magnitude.negative;
    }
}

static double divide(struct operand *a, struct operand *b, prong_format format)
{
    int negative = a->negative != b->negative;

    if (a->class == NAN_SUM || b->class == NAN_SUM || (a->class == b->class && a->class != NUMBER))
        return prong_quiet_nan();
    if (a->class == INFINITE || b->class == ZERO)
        return prong_infinity(negative);
    if (a->class == ZERO || b->class == INFINITE)
        return prong_zero(negative);
    return prong_quotient(&a->magnitude, &b->magnitude, a->exponent - b->exponent, 0, negative, format);
}

double prong_exact_ratio(const prong_exact *numerator, const prong_exact *denominator, prong_format format)
{
    struct operand a, b;

    take(&a, numerator, 0);
    take(&b, denominator, 0);
    return divide(&a, &b, format);
}

double prong_harmonic(const prong_exact *s, uint64_t n, prong_format format)
{
    struct operand count, sum;

    if (n == 0)
        return prong_quiet_nan();
    count.class = NUMBER;
    count.negative = 0;
    count.exponent = 0;
    prong_big_set(&count.magnitude, n);
    take(&sum, s, 1);
    return divide(&count, &sum, format);
}
