/* SPDX-License-Identifier: MIT */
/* Quantiles as exact numbers: from the decimal that somebody wrote to two ranks and a weight, and from the two keys
 * there to a value that is rounded once.
 *
 * Methods: the nine of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician
 * 50 (1996), 361-365, by their definitions, and four more that numpy has, under numpy's names. With n elements x_0 … ,
 * v the position among them (clipped to 0 … n-1), the value is x_floor(v) + (v - floor(v)) (x_(floor(v)+1) - x_floor(v)):
 *
 *     inverted_cdf               1  v = ceil(n q) - 1
 *     averaged_inverted_cdf      2  the same; halfway to the next where n q is an integer
 *     closest_observation        3  v + 1 = n q rounded to an integer, half to even
 *     interpolated_inverted_cdf  4  v = n q - 1
 *     hazen                      5  v = n q - 1/2
 *     weibull                    6  v = (n + 1) q - 1
 *     linear                     7  v = (n - 1) q
 *     median_unbiased            8  v = (n + 1/3) q - 2/3
 *     normal_unbiased            9  v = (n + 1/4) q - 5/8
 *     lower, higher, midpoint, nearest  (n - 1) q: rounded down; up; halfway between these; to nearest, half to even
 *
 * Where numpy differs, it computes n q in doubles: a q that is no double (0.1) times n may miss the integer that it is.
 * Besides, numpy 1.24 takes the wrong neighbour in closest_observation on ties and x_1 for inverted_cdf in places, and
 * interpolation in doubles is off in the last digits. */
#ifndef PRONG_ORDER_QUANTILE_H
#define PRONG_ORDER_QUANTILE_H

#include "order/keys.h"
#include "prong/exact.h"

enum prong_quantile_method {
    PRONG_INVERTED_CDF,
    PRONG_AVERAGED_INVERTED_CDF,
    PRONG_CLOSEST_OBSERVATION,
    PRONG_INTERPOLATED_INVERTED_CDF,
    PRONG_HAZEN,
    PRONG_WEIBULL,
    PRONG_LINEAR,
    PRONG_MEDIAN_UNBIASED,
    PRONG_NORMAL_UNBIASED,
    PRONG_LOWER,
    PRONG_HIGHER,
    PRONG_MIDPOINT,
    PRONG_NEAREST,
    PRONG_QUANTILE_METHODS
};

/* numpy's name of a method; a static string. _by_name returns PRONG_QUANTILE_METHODS if there is none of that name. */
const char *prong_quantile_method_name(enum prong_quantile_method method);
enum prong_quantile_method prong_quantile_method_by_name(const char *name);

enum { PRONG_QUANTILE_PLACES = 17 };

/* num / den in lowest terms, 0 <= num <= den <= 10^PRONG_QUANTILE_PLACES. */
struct prong_fraction {
    uint64_t num, den;
};

/* Reads the decimal number in the length characters at text: digits, a point with digits, an exponent ("0.25", ".5",
 * "1e-3", "25"), and takes it as a fraction of 1, or of 100 if percent. PRONG_EOP: it is no such number, not between 0
 * and 1 (100), or needs more than PRONG_QUANTILE_PLACES places behind the point as a fraction of 1; detail says so, *q
 * is untouched. */
prong_status prong_quantile_parse(const char *text, size_t length, bool percent, struct prong_fraction *q,
                                  prong_error *err);

/* About q, as prong_bracket wants it. */
static inline double prong_fraction_hint(struct prong_fraction q)
{
    return (double)q.num / (double)q.den;
}

/* Where a quantile is: x_lower + (x_upper - x_lower) * num / den. 0 <= num / den < 1 in lowest terms; upper is lower + 1
 * if num > 0 and lower if num is 0. */
struct prong_quantile_rank {
    uint64_t lower, upper;
    uint64_t num, den;
};

/* For n elements, 1 <= n <= 2^63. Exact. */
struct prong_quantile_rank prong_quantile_rank(enum prong_quantile_method method, struct prong_fraction q, uint64_t n);

/* The quantile from the keys of lower and upper. Returns what *value is: the domain where it is an element itself (num
 * is 0, or both keys are the same; integers stay integers), and PRONG_ORDER_F64 where it lies between: then the exact
 * value, rounded once. Doubles are rounded to format in either case. Infinities: see prong_interpolate_f64. */
enum prong_order_domain prong_quantile_value(enum prong_order_domain domain, int64_t lower, int64_t upper,
                                             const struct prong_quantile_rank *rank, prong_format format,
                                             union prong_order_value *value);

#endif
