/* SPDX-License-Identifier: MIT */
/* Computes what tests/exact_oracle.py asks for. A line of standard input is a case:
 *
 *     QUANTITY DDOF FORMAT FLAGS HOW N BITS…
 *
 * all decimal but the BITS of N doubles (2N of pairs, the second of each after all of the first), which are
 * hexadecimal. Elements may be integers: FLAGS is that of the result, plus 16 times the type of the first ones, plus 64
 * times that of the second ones. Every case is computed on every instruction set and every forced path, whole and in
 * parts that are merged, and part of it added, unmerged and compared; the states must be the same bytes. HOW seeds the
 * cuts. The answer is a line: the result's bits, or "different" with the first path that differs.
 *
 * Beyond the quantities there are RATIO, of the sums of N doubles and of N more; ROUND, of one double; and
 * ROUND_INTEGER, of the upper and lower word of an integer. */
#include "config.h"

#include "exact/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const isas[] = { "portable", "avx2", "avx512" };
static const char *const forces[] = { "", "grid2", "grid3", "grid4", "buckets", "integers" };

enum { ISAS = 3, FORCES = 6, ROOM = 1 << 17 };
enum { RATIO = 200, ROUND, ROUND_INTEGER };

static prong_adder *adder[ISAS][FORCES];
static prong_operand type_x, type_y;
static double x[2 * ROOM];
static unsigned char shifted[8 * 2 * ROOM + 64];

static uint64_t state_a[PRONG_EXACT_MAX_SIZE / 8], state_b[PRONG_EXACT_MAX_SIZE / 8],
    part[PRONG_EXACT_MAX_SIZE / 8];

static void add(prong_exact *s, prong_adder *a, size_t first, size_t n, size_t total)
{
    /* at an odd address, to which the elements were copied */
    const double *from = (const double *)(const void *)(shifted + 3 + 8 * first);

    const double *other = (const double *)(const void *)(shifted + 3 + 8 * (total + first));

    if (prong_exact_powers(s) < PRONG_POWER_DOT && type_x == PRONG_OPERAND_I64)
        prong_exact_add_i64(s, a, (const int64_t *)(const void *)from, n);
    else if (prong_exact_powers(s) < PRONG_POWER_DOT && type_x == PRONG_OPERAND_U64)
        prong_exact_add_u64(s, a, (const uint64_t *)(const void *)from, n);
    else if (prong_exact_powers(s) < PRONG_POWER_DOT)
        prong_exact_add_f64(s, a, from, n);
    else if (type_x != PRONG_OPERAND_F64 || type_y != PRONG_OPERAND_F64)
        prong_exact_add_pairs(s, a, type_x, from, type_y, other, n);
    else if (prong_exact_powers(s) == PRONG_POWER_DOT)
        prong_exact_add_dot_f64(s, a, from, other, n);
    else
        prong_exact_add_pairs_f64(s, a, from, other, n);
}

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 8;
}

/* The state by one path, in parts: some merged, some added, one added twice and taken away. */
static void by_path(prong_exact *s, prong_adder *a, unsigned powers, size_t n, unsigned how)
{
    prong_exact *p = (prong_exact *)part;
    size_t at = 0;

    prong_exact_init(s, powers);
    if (how % 3 == 0) {
        add(s, a, 0, n, n);
        return;
    }
    while (at < n) {
        size_t m = 1 + next(&how) % (n - at);
        unsigned kind = next(&how) % 3;
        if (kind == 0) {
            add(s, a, at, m, n);
        } else {
            prong_exact_init(p, powers);
            add(p, a, at, m, n);
            if (prong_exact_merge(s, p, NULL) != PRONG_OK)
                abort();
            if (kind == 2 &&
                (prong_exact_merge(s, p, NULL) != PRONG_OK || prong_exact_unmerge(s, p, NULL) != PRONG_OK))
                abort();
        }
        at += m;
    }
}

/* The state of runs of equal elements. */
static void by_runs(prong_exact *s, unsigned powers, size_t n)
{
    prong_exact_init(s, powers);
    for (size_t i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && memcmp(x + i, x + i + run, sizeof *x) == 0; run++)
            ;
        prong_exact_add_times(s, x[i], run);
    }
}

static void answer(double result)
{
    uint64_t bits;

    memcpy(&bits, &result, sizeof bits);
    printf("%016" PRIx64 "\n", bits);
}

static void ratio(prong_format format, size_t n)
{
    prong_exact *s = (prong_exact *)state_a, *t = (prong_exact *)state_b;

    prong_exact_init(s, PRONG_POWER_SUM);
    prong_exact_init(t, PRONG_POWER_SUM);
    prong_exact_add_f64(s, adder[0][0], x, n);
    prong_exact_add_f64(t, adder[0][0], x + n, n);
    answer(prong_exact_ratio(s, t, format));
}

static void compute(prong_quantity q, uint64_t ddof, prong_format format, unsigned flags, unsigned how, size_t n)
{
    prong_exact *s = (prong_exact *)state_a, *t = (prong_exact *)state_b;
    unsigned powers = prong_exact_needs(q);

    if (how % 2)
        powers |= powers < PRONG_POWER_DOT ? PRONG_POWER_SUM
                  : powers & PRONG_POWER_PAIRS    ? PRONG_POWER_PAIR_SQUARES
                  : powers & PRONG_POWER_WEIGHTED ? PRONG_POWER_WEIGHTED_SQUARES
                                                  : 0u;
    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k++) {
            prong_exact *into = i || k ? t : s;
            by_path(into, adder[i][k], powers, n, i || k ? how + 7 * i + k : 0);
            if (!prong_exact_equal(s, into)) {
                printf("different %s %s\n", isas[i], forces[k]);
                return;
            }
        }
    if (powers < PRONG_POWER_DOT && type_x == PRONG_OPERAND_F64) {
        by_runs(t, powers, n);
        if (!prong_exact_equal(s, t)) {
            printf("different in runs\n");
            return;
        }
    }
    answer(prong_exact_result(s, q, ddof, format, flags));
}

static uint64_t word_at(size_t i)
{
    uint64_t word;

    memcpy(&word, x + i, sizeof word);
    return word;
}

int main(void)
{
    unsigned q, format, flags, how;
    uint64_t ddof;
    size_t n;

    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k++) {
            setenv("PRONG_ISA", isas[i], 1);
            setenv("PRONG_EXACT_FORCE", forces[k], 1);
            adder[i][k] = prong_adder_create();
            if (!adder[i][k])
                return 99;
        }
    while (scanf("%u %" SCNu64 " %u %u %u %zu", &q, &ddof, &format, &flags, &how, &n) == 6) {
        size_t values = q == RATIO || q == PRONG_Q_DOT || (q >= PRONG_Q_COV && q <= PRONG_Q_WSTD) ? 2 * n : n;
        type_x = (prong_operand)(flags >> 4 & 3);
        type_y = (prong_operand)(flags >> 6 & 3);
        flags &= 15;
        if (values > 2 * ROOM)
            return 99;
        for (size_t i = 0; i < values; i++) {
            uint64_t bits;
            if (scanf("%" SCNx64, &bits) != 1)
                return 99;
            memcpy(x + i, &bits, sizeof bits);
        }
        memcpy(shifted + 3, x, 8 * values);
        if (q == RATIO)
            ratio((prong_format)format, n);
        else if (q == ROUND)
            answer(prong_exact_round(x[0], (prong_format)format));
        else if (q == ROUND_INTEGER)
            answer(prong_exact_round_integer((int64_t)word_at(0), word_at(1), (prong_format)format));
        else
            compute((prong_quantity)q, ddof, (prong_format)format, flags, how, n);
    }
    for (unsigned i = 0; i < ISAS; i++)
        for (unsigned k = 0; k < FORCES; k++)
            prong_adder_destroy(adder[i][k]);
    return 0;
}
