/* SPDX-License-Identifier: MIT */
/* What the suites of exact sums share: states and elements to work on, adders for every path, and the state that
 * the simplest path gives. */
#ifndef TESTS_EXACT_FIXTURE_H
#define TESTS_EXACT_FIXTURE_H

#include "exact/state.h"
#include "splitmix.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *exact_paths_suite(void);
Suite *exact_state_suite(void);
Suite *exact_input_suite(void);
Suite *exact_columns_suite(void);
Suite *exact_round_suite(void);
Suite *exact_pairs_suite(void);

#define INF __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")

static const char *const isas[] = { "portable", "avx2", "avx512" };
static const char *const forces[] = { "", "grid2", "grid3", "grid4", "buckets", "integers" };

enum {
    ISAS = 3,
    FORCES = 6,
    MOST = 5000,
    LANES_TRIED = 40,
    ALL = PRONG_POWER_SUM | PRONG_POWER_SQUARES | PRONG_POWER_CUBES | PRONG_POWER_FOURTHS | PRONG_POWER_ABS
};

static uint64_t room[4][PRONG_EXACT_MAX_SIZE / 8];
static double x[MOST], y[MOST];

static inline prong_exact *state(unsigned which, unsigned powers)
{
    prong_exact *s = (prong_exact *)room[which];

    prong_exact_init(s, powers);
    return s;
}

static inline prong_adder *adder_for(const char *isa, const char *force)
{
    setenv("PRONG_ISA", isa, 1);
    setenv("PRONG_EXACT_FORCE", force, 1);
    prong_adder *a = prong_adder_create();
    ck_assert_ptr_nonnull(a);
    unsetenv("PRONG_ISA");
    unsetenv("PRONG_EXACT_FORCE");
    return a;
}

static inline uint64_t bits(double value)
{
    uint64_t b;

    memcpy(&b, &value, sizeof b);
    return b;
}

static inline double sum_of(const prong_exact *s)
{
    return prong_exact_result(s, PRONG_Q_SUM, 0, PRONG_FORMAT_F64, 0);
}

static uint64_t seed;

static inline uint64_t random_bits(void)
{
    return splitmix64(&seed);
}

/* Elements of several characters: kind 0 … 7. */
enum { KINDS = 8 };
static inline double draw(unsigned kind)
{
    double u = (double)(random_bits() >> 11) * 0x1p-53 - 0.5, value;
    uint64_t b;

    switch (kind) {
    case 0:
        return u;
    case 1:
        return ldexp(u, (int)(random_bits() % 40));
    case 2:
        return ldexp(u, -(int)(random_bits() % 150));
    case 3:
        return random_bits() % 100 ? u : ldexp(u, -300);
    case 4:
        return random_bits() % 3 ? -0.0 : u;
    case 5:
        return ldexp(u, -1060);
    case 6:
        return random_bits() % 50 ? u : (const double[]){ NOT_A_NUMBER, INF, -INF, DBL_MAX }[random_bits() % 4];
    default:
        b = random_bits();
        memcpy(&value, &b, sizeof value);
        return value;
    }
}

static inline void fill(unsigned kind)
{
    seed = kind + 1;
    for (size_t i = 0; i < MOST; i++) {
        x[i] = draw(kind);
        y[i] = draw(kind ^ 1);
    }
}

/* The state that the simplest path gives: every element by itself. */
static inline void one_by_one(prong_exact *s, const double *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        prong_exact_add_one(s, from[i]);
}

#endif
