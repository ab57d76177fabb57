/* SPDX-License-Identifier: MIT */
/* The definitions of quantile.h in integers of 128 bits: n < 2^63 + 1, a denominator is at most 10^17 < 2^57, and what the
 * methods multiply that by at most 8, so no product reaches 2^127. */
#include "config.h"

#include "order/quantile.h"

#include "base/error.h"
#include "exact/interpolate.h"

#include <string.h>

static const char *const names[PRONG_QUANTILE_METHODS] = {
    [PRONG_INVERTED_CDF] = "inverted_cdf",
    [PRONG_AVERAGED_INVERTED_CDF] = "averaged_inverted_cdf",
    [PRONG_CLOSEST_OBSERVATION] = "closest_observation",
    [PRONG_INTERPOLATED_INVERTED_CDF] = "interpolated_inverted_cdf",
    [PRONG_HAZEN] = "hazen",
    [PRONG_WEIBULL] = "weibull",
    [PRONG_LINEAR] = "linear",
    [PRONG_MEDIAN_UNBIASED] = "median_unbiased",
    [PRONG_NORMAL_UNBIASED] = "normal_unbiased",
    [PRONG_LOWER] = "lower",
    [PRONG_HIGHER] = "higher",
    [PRONG_MIDPOINT] = "midpoint",
    [PRONG_NEAREST] = "nearest",
};

const char *prong_quantile_method_name(enum prong_quantile_method method)
{
    return (unsigned)method < PRONG_QUANTILE_METHODS ? names[method] : NULL;
}

enum prong_quantile_method prong_quantile_method_by_name(const char *name)
{
    unsigned method = 0;

    while (method < PRONG_QUANTILE_METHODS && strcmp(names[method], name) != 0)
        method++;
    return (enum prong_quantile_method)method;
}

/* ---- Decimals ---- */

static const uint64_t most_mantissa = UINT64_C(1000000000000000000);

/* digits * 10^exponent, without zeros at the end. */
struct decimal {
    uint64_t digits;
    long exponent;
    bool too_long;
};

static bool read_digits(const char **at, const char *end, struct decimal *d, long step)
{
    const char *begin = *at;

    for (; *at < end && **at >= '0' && **at <= '9'; ++*at) {
        if (d->digits >= most_mantissa / 10) {
            d->too_long = d->too_long || **at != '0';
            d->exponent += 1 - step; /* a zero that finds no room multiplies by ten, unless it is behind the point */
            continue;
        }
        d->digits = d->digits * 10 + (uint64_t)(**at - '0');
        d->exponent -= step;
    }
    return *at > begin;
}

static bool read_exponent(const char **at, const char *end, struct decimal *d)
{
    bool negative;
    long exponent = 0;

    if (*at == end || (**at | 0x20) != 'e')
        return true;
    ++*at;
    negative = *at < end && **at == '-';
    if (*at < end && (**at == '-' || **at == '+'))
        ++*at;
    if (*at == end)
        return false;
    for (; *at < end && **at >= '0' && **at <= '9'; ++*at)
        exponent = exponent < 100000 ? exponent * 10 + (**at - '0') : exponent;
    d->exponent += negative ? -exponent : exponent;
    return true;
}

static bool read_decimal(const char *at, const char *end, struct decimal *d)
{
    bool whole, part = false;

    *d = (struct decimal){ .digits = 0 };
    at += at < end && *at == '+';
    whole = read_digits(&at, end, d, 0);
    if (at < end && *at == '.') {
        at++;
        part = read_digits(&at, end, d, 1);
    }
    if ((!whole && !part) || !read_exponent(&at, end, d) || at != end)
        return false;
    while (d->digits > 0 && d->digits % 10 == 0) {
        d->digits /= 10;
        d->exponent++;
    }
    return true;
}

static uint64_t common(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

prong_status prong_quantile_parse(const char *text, size_t length, bool percent, struct prong_fraction *q, prong_error *err)
{
    struct decimal d;
    uint64_t den = 1, divisor;
    int shown = length < 40 ? (int)length : 40;

    if (!read_decimal(text, text + length, &d))
        return prong_fail(err, PRONG_EOP, "'%.*s' is no decimal number", shown, text);
    if (d.digits == 0)
        d.exponent = 0;
    else if (percent)
        d.exponent -= 2;
    if (d.too_long || d.exponent < -PRONG_QUANTILE_PLACES)
        return prong_fail(err, PRONG_EOP, "'%.*s' has more digits than the %d behind the point that quantiles take", shown, text,
                          percent ? PRONG_QUANTILE_PLACES - 2 : PRONG_QUANTILE_PLACES);
    for (long e = d.exponent; e < 0; e++)
        den *= 10;
    if (d.digits > den || (d.digits > 0 && d.exponent > 0))
        return prong_fail(err, PRONG_EOP, "'%.*s' is not between 0 and %s", shown, text, percent ? "100" : "1");
    divisor = common(d.digits, den);
    *q = (struct prong_fraction){ d.digits / divisor, den / divisor };
    return PRONG_OK;
}

/* ---- Ranks ---- */

static prong_i128 floor_div(prong_i128 a, prong_i128 b)
{
    prong_i128 whole = a / b;
    return whole - (a % b < 0);
}

/* a / b rounded to an integer, half to even. */
static prong_i128 nearest_div(prong_i128 a, prong_i128 b)
{
    prong_i128 whole = floor_div(a, b), twice = 2 * (a - whole * b);
    return whole + (twice > b || (twice == b && whole % 2 != 0));
}

static prong_i128 ceil_div(prong_i128 a, prong_i128 b)
{
    return -floor_div(-a, b);
}

/* The position of the quantile as *top / the returned denominator. */
static prong_i128 position(enum prong_quantile_method method, struct prong_fraction q, uint64_t elements, prong_i128 *top)
{
    prong_i128 n = elements, num = q.num, den = q.den;

    switch (method) {
    case PRONG_INVERTED_CDF:
        *top = ceil_div(n * num, den) - 1;
        return 1;
    case PRONG_AVERAGED_INVERTED_CDF:
        *top = 2 * (ceil_div(n * num, den) - 1) + (n * num % den == 0);
        return 2;
    case PRONG_CLOSEST_OBSERVATION:
        *top = nearest_div(n * num, den) - 1;
        return 1;
    case PRONG_INTERPOLATED_INVERTED_CDF:
        *top = n * num - den;
        return den;
    case PRONG_HAZEN:
        *top = 2 * n * num - den;
        return 2 * den;
    case PRONG_WEIBULL:
        *top = (n + 1) * num - den;
        return den;
    case PRONG_MEDIAN_UNBIASED:
        *top = (3 * n + 1) * num - 2 * den;
        return 3 * den;
    case PRONG_NORMAL_UNBIASED:
        *top = 2 * (4 * n + 1) * num - 5 * den;
        return 8 * den;
    case PRONG_LOWER:
        *top = floor_div((n - 1) * num, den);
        return 1;
    case PRONG_HIGHER:
        *top = ceil_div((n - 1) * num, den);
        return 1;
    case PRONG_MIDPOINT:
        *top = floor_div((n - 1) * num, den) + ceil_div((n - 1) * num, den);
        return 2;
    case PRONG_NEAREST:
        *top = nearest_div((n - 1) * num, den);
        return 1;
    default: /* PRONG_LINEAR */
        *top = (n - 1) * num;
        return den;
    }
}

struct prong_quantile_rank prong_quantile_rank(enum prong_quantile_method method, struct prong_fraction q, uint64_t n)
{
    prong_i128 top, bottom = position(method, q, n, &top), last = n - 1, whole;
    struct prong_quantile_rank rank = { .den = 1 };
    uint64_t rest, divisor;

    if (top < 0)
        top = 0;
    if (top > last * bottom)
        top = last * bottom;
    whole = top / bottom;
    rest = (uint64_t)(top % bottom);
    divisor = common((uint64_t)bottom, rest);
    rank.lower = (uint64_t)whole;
    rank.upper = rank.lower + (rest > 0);
    rank.num = rest / divisor;
    rank.den = (uint64_t)bottom / divisor;
    return rank;
}

/* ---- Values ---- */

static prong_i128 integer_of(enum prong_order_domain domain, int64_t key)
{
    return domain == PRONG_ORDER_I64 ? (prong_i128)key : (prong_i128)prong_u64_of_key(key);
}

enum prong_order_domain prong_quantile_value(enum prong_order_domain domain, int64_t lower, int64_t upper,
                                             const struct prong_quantile_rank *rank, prong_format format,
                                             union prong_order_value *value)
{
    if (domain == PRONG_ORDER_F64) {
        value->f = prong_interpolate_f64(prong_f64_of_key(lower), prong_f64_of_key(upper), rank->num, rank->den, format);
        return domain;
    }
    if (rank->num == 0 || lower == upper) {
        *value = prong_value_of_key(domain, lower);
        return domain;
    }
    value->f = prong_interpolate_integers(integer_of(domain, lower), integer_of(domain, upper), rank->num, rank->den, format);
    return PRONG_ORDER_F64;
}
