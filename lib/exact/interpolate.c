/* SPDX-License-Identifier: MIT */
/* a + (b - a) num / den = (a (den - num) + b num) / den: the mean of den elements, of which num are b and the others a.
 * So it is a sum that a state holds exactly, divided once. */
#include "config.h"

#include "exact/interpolate.h"

enum { STATE_WORDS = PRONG_EXACT_MAX_SIZE / 8 };

double prong_interpolate_f64(double a, double b, uint64_t num, uint64_t den, prong_format format)
{
    uint64_t memory[STATE_WORDS];
    prong_exact *sum = (prong_exact *)(void *)memory;

    if (num == 0)
        return prong_exact_round(a, format);
    prong_exact_init(sum, PRONG_POWER_SUM);
    prong_exact_add_times(sum, a, den - num);
    prong_exact_add_times(sum, b, num);
    return prong_exact_result(sum, PRONG_Q_MEAN, 0, format, 0);
}

/* An integer of up to 64 bits and a sign, as two doubles. */
static void add_integer(prong_exact *sum, prong_i128 x, uint64_t times)
{
    prong_i128 low = x & UINT32_MAX;

    prong_exact_add_times(sum, (double)low, times);
    prong_exact_add_times(sum, (double)(x - low), times);
}

double prong_interpolate_integers(prong_i128 a, prong_i128 b, uint64_t num, uint64_t den, prong_format format)
{
    uint64_t numerator[STATE_WORDS], denominator[STATE_WORDS];
    prong_exact *sum = (prong_exact *)(void *)numerator, *count = (prong_exact *)(void *)denominator;

    prong_exact_init(sum, PRONG_POWER_SUM);
    prong_exact_init(count, PRONG_POWER_SUM);
    add_integer(sum, a, den - num);
    add_integer(sum, b, num);
    prong_exact_add_times(count, 1.0, den);
    return prong_exact_ratio(sum, count, format);
}
