/* SPDX-License-Identifier: MIT */
/* What the suites of order statistics share: elements of every character, and the order they have to be in, found by
 * comparing doubles and integers as such, with qsort. */
#ifndef TESTS_ORDER_FIXTURE_H
#define TESTS_ORDER_FIXTURE_H

#include "order/keys.h"
#include "splitmix.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where there are thousands of elements to check: ck_assert is a system call each time. */
#define CHECK(condition) ((condition) ? (void)0 : ck_abort_msg("%s", #condition))

Suite *order_classify_suite(void);
Suite *order_select_suite(void);
Suite *order_tables_suite(void);

static const char *const isas[] = { "portable", "avx2", "avx512" };
enum { ISAS = 3, DOMAINS = 3 };

static uint64_t seed;

static inline uint64_t random_bits(void)
{
    return splitmix64(&seed);
}

enum kind {
    UNIFORM,
    NORMAL, /* both signs, and the range of all exponents between them */
    CONSTANT,
    ASCENDING,
    DESCENDING,
    DENORMAL,
    NANS, /* of both signs */
    ONLY_NANS,
    ZEROS, /* -0 and +0 */
    INFINITE,
    FEW_VALUES,
    ONE_HEAVY, /* half are the same, the others all different */
    ANY_BITS,
    KINDS
};

static inline double some_double(enum kind kind, size_t i, size_t n)
{
    double u = (double)(random_bits() >> 11) * 0x1p-53, any;
    uint64_t bits = random_bits();
    bool odd = bits >> 13 & 1;

    memcpy(&any, &bits, sizeof any);
    switch (kind) {
    case UNIFORM:
        return u;
    case NORMAL:
        return sqrt(-2 * log(1 - u)) * cos(6.283185307179586 * (double)(bits >> 11) * 0x1p-53);
    case CONSTANT:
        return -2.5;
    case ASCENDING:
        return (double)i - (double)n / 3;
    case DESCENDING:
        return (double)n / 3 - (double)i;
    case DENORMAL:
        return ldexp(u - 0.5, -1050);
    case NANS:
        return bits % 3 ? u - 0.5 : odd ? __builtin_nan("") : -__builtin_nan("1");
    case ONLY_NANS:
        return odd ? __builtin_nan("") : -__builtin_nan("");
    case ZEROS:
        return bits % 5 ? (odd ? -0.0 : 0.0) : u - 0.5;
    case INFINITE:
        return bits % 3 ? (odd ? __builtin_inf() : -__builtin_inf()) : u - 0.5;
    case FEW_VALUES:
        return (double)(bits % 7) - 3;
    case ONE_HEAVY:
        return odd ? 0.5 : u;
    default:
        return any;
    }
}

/* Integers that are as different: the values of some_double where these are integers, its bits otherwise. */
static inline void fill(enum prong_order_domain domain, enum kind kind, uint64_t *x, size_t n)
{
    seed = kind + 1;
    for (size_t i = 0; i < n; i++) {
        double value = some_double(kind, i, n);
        if (domain == PRONG_ORDER_F64 || kind == ANY_BITS || !(fabs(value) < 1e15) || value != floor(value))
            memcpy(x + i, &value, sizeof value);
        else
            x[i] = (uint64_t)(int64_t)value;
    }
}

static inline int compare_f64(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    if (x == y)
        return (signbit(y) != 0) - (signbit(x) != 0);
    return x < y ? -1 : 1;
}

static inline int compare_i64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static inline int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static int (*const compare[DOMAINS])(const void *, const void *) = { compare_f64, compare_i64, compare_u64 };

static inline bool is_nan(enum prong_order_domain domain, uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return domain == PRONG_ORDER_F64 && isnan(x);
}

/* x without NaN, in order, to sorted. Returns how many. */
static inline size_t sort_elements(enum prong_order_domain domain, const uint64_t *x, size_t n, uint64_t *sorted)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!is_nan(domain, x[i]))
            sorted[kept++] = x[i];
    qsort(sorted, kept, sizeof *sorted, compare[domain]);
    return kept;
}

/* The element, as bits, of a key. */
static inline uint64_t element_of(enum prong_order_domain domain, int64_t key)
{
    return prong_value_of_key(domain, key).u;
}

#endif
