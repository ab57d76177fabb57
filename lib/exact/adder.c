/* SPDX-License-Identifier: MIT */
/* The public ways to add doubles: the floating-point environment around them, which sums a state wants, and the
 * counts. */
#include "config.h"

#include "exact/adder.h"

#include "exact/round.h"

#include <stdlib.h>
#include <string.h>

#define SPECIAL (UINT64_C(0x7ff) << 52)

enum { FEW = 16 }; /* so few elements are not worth a window */

#if defined(__x86_64__) || defined(__SSE2__)
enum { MXCSR_DEFAULT = 0x1f80 };

unsigned prong_fp_enter(void)
{
    unsigned saved = __builtin_ia32_stmxcsr();

    if ((saved & ~0x3fu) != MXCSR_DEFAULT)
        __builtin_ia32_ldmxcsr(MXCSR_DEFAULT);
    return saved;
}

void prong_fp_exit(unsigned saved)
{
    if ((saved & ~0x3fu) != MXCSR_DEFAULT)
        __builtin_ia32_ldmxcsr(saved);
}
#elif defined(__aarch64__)
unsigned prong_fp_enter(void)
{
    uint64_t saved, plain = 0;

    __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
    if (saved)
        __asm__ volatile("msr fpcr, %0" : : "r"(plain) : "memory");
    return (unsigned)saved;
}

void prong_fp_exit(unsigned saved)
{
    uint64_t value = saved;

    if (saved)
        __asm__ volatile("msr fpcr, %0" : : "r"(value) : "memory");
}
#else
unsigned prong_fp_enter(void)
{
    return 0;
}

void prong_fp_exit(unsigned saved)
{
    (void)saved;
}
#endif

static enum prong_force force_from_environment(void)
{
    static const struct {
        const char *name;
        enum prong_force force;
    } names[] = { { "grid2", PRONG_FORCE_GRID2 },
                  { "grid3", PRONG_FORCE_GRID3 },
                  { "grid4", PRONG_FORCE_GRID4 },
                  { "buckets", PRONG_FORCE_BUCKETS },
                  { "integers", PRONG_FORCE_INTEGERS } };
    const char *value = getenv("PRONG_EXACT_FORCE");

    for (size_t i = 0; value && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(value, names[i].name) == 0)
            return names[i].force;
    return PRONG_FORCE_NONE;
}

void prong_sum_adder_init(struct prong_sum_adder *a)
{
    a->kernel = prong_kernel_choose();
    a->force = force_from_environment();
    prong_line_init(&a->line, a->force ? (int)a->force : 2);
}

size_t prong_adder_size(void)
{
    return sizeof(prong_adder);
}

void prong_adder_init(prong_adder *a)
{
    prong_sum_adder_init(&a->base);
    prong_line_init(&a->absolute, a->base.line.least);
    memset(&a->squares, 0, sizeof a->squares);
    memset(&a->squares_backoff, 0, sizeof a->squares_backoff);
    memset(&a->dot, 0, sizeof a->dot);
    memset(&a->dot_backoff, 0, sizeof a->dot_backoff);
    a->square_buckets.ready = a->square_buckets.used = false;
    a->higher_buckets.ready = a->higher_buckets.used = false;
    a->dot_buckets.ready = a->dot_buckets.used = false;
}

prong_adder *prong_adder_create(void)
{
    prong_adder *a = aligned_alloc(64, (sizeof *a + 63) & ~(size_t)63);

    if (a)
        prong_adder_init(a);
    return a;
}

void prong_adder_destroy(prong_adder *a)
{
    free(a);
}

const char *prong_adder_isa(const prong_adder *a)
{
    return a->base.kernel->isa;
}

static uint64_t *limbs_or_null(prong_exact *s, enum prong_field field)
{
    return s->powers >> field & 1 ? prong_exact_limbs(s, field) : NULL;
}

/* ---- Σx² ---- */

static void flush_squares(prong_exact *s, struct prong_adder *a)
{
    prong_window_flush(&a->squares, 0, 2, limbs_or_null(s, PRONG_FIELD_SUM), prong_field_limbs(PRONG_FIELD_SUM),
                       PRONG_UNIT);
    prong_window_flush(&a->squares, 2, a->squares.levels > 2 ? a->squares.levels - 2 : 0,
                       limbs_or_null(s, PRONG_FIELD_SQUARES), prong_field_limbs(PRONG_FIELD_SQUARES),
                       2 * PRONG_UNIT);
    s->count.not_minus_zero -= prong_window_done(&a->squares);
}

/* Splits a block and hands the integers to one of the tables. The block must hold neither NaN nor infinities,
 * which count as 0 here. */
static void squares_by_exponent(struct prong_adder *a, const double *x, size_t n)
{
    struct prong_sum_adder *b = &a->base;

    for (size_t i = 0; i < n; i += PRONG_CHUNK) {
        size_t chunk = n - i < PRONG_CHUNK ? n - i : PRONG_CHUNK;
        b->kernel->split(prong_after(x, i), chunk, b->significand[0], b->bucket[0]);
        prong_bucket_squares(&a->square_buckets, b->significand[0], b->bucket[0], chunk);
    }
}

static void higher_by_exponent(struct prong_adder *a, const double *x, size_t n, bool fourths)
{
    struct prong_sum_adder *b = &a->base;

    for (size_t i = 0; i < n; i += PRONG_CHUNK) {
        size_t chunk = n - i < PRONG_CHUNK ? n - i : PRONG_CHUNK;
        b->kernel->split(prong_after(x, i), chunk, b->significand[0], b->bucket[0]);
        prong_bucket_higher(&a->higher_buckets, b->significand[0], b->bucket[0], chunk, fourths);
    }
}

/* One block of Σx and Σx² that the window refused, or that is no whole one. */
static void odd_block_of_squares(prong_exact *s, struct prong_adder *a, const double *x, size_t n)
{
    const struct prong_kernel *kernel = a->base.kernel;
    uint64_t largest = kernel->largest(x, n);
    int levels;

    if (largest >= SPECIAL || n % PRONG_STEP_ELEMENTS) {
        n = prong_block_clean(a->second, x, n, &s->count);
        x = a->second;
        largest = kernel->largest(x, n);
        if (a->squares.levels && kernel->squares(x, n, &a->squares) == n)
            return;
    }
    levels = a->squares.levels > 5 ? 4 : 3;
    flush_squares(s, a);
    for (; levels <= 4 && prong_window_squares(&a->squares, prong_window_e(largest), levels); levels++)
        if (kernel->squares(x, n, &a->squares) == n) {
            a->squares_backoff.next = 0;
            return;
        }
    a->squares.levels = 0;
    prong_backoff_raise(&a->squares_backoff);
    prong_line_add(&a->base, &a->base.line, x, n, limbs_or_null(s, PRONG_FIELD_SUM), &s->count);
    squares_by_exponent(a, x, n);
}

static void add_squares(prong_exact *s, struct prong_adder *a, const double *x, size_t n)
{
    const struct prong_kernel *kernel = a->base.kernel;

    while (n > 0) {
        size_t block = n < PRONG_BLOCK_ELEMENTS ? n : PRONG_BLOCK_ELEMENTS;
        size_t done = 0;

        if (!kernel->squares || a->base.force == PRONG_FORCE_BUCKETS || prong_backoff_skips(&a->squares_backoff)) {
            prong_line_add(&a->base, &a->base.line, x, block, limbs_or_null(s, PRONG_FIELD_SUM), &s->count);
            squares_by_exponent(a, x, block);
            done = block;
        } else {
            if (a->squares.blocks >= PRONG_FLUSH_BLOCKS)
                flush_squares(s, a);
            if (a->squares.levels)
                done = kernel->squares(x, n & ~(size_t)(PRONG_STEP_ELEMENTS - 1), &a->squares);
            if (done == 0 && a->squares.blocks < PRONG_FLUSH_BLOCKS) {
                odd_block_of_squares(s, a, x, block);
                done = block;
            }
        }
        x = prong_after(x, done);
        n -= done;
    }
}

/* ---- All sums of a state ---- */

static void add_absolute(prong_exact *s, struct prong_adder *a, const double *x, size_t n)
{
    prong_exact_counts ignored = { 0 };

    for (size_t i = 0; i < n; i += PRONG_BLOCK_ELEMENTS) {
        size_t block = n - i < PRONG_BLOCK_ELEMENTS ? n - i : PRONG_BLOCK_ELEMENTS;
        a->base.kernel->absolute(prong_after(x, i), block, a->second);
        prong_line_add(&a->base, &a->absolute, a->second, block, prong_exact_limbs(s, PRONG_FIELD_ABS), &ignored);
    }
}

static void integers_only(prong_exact *s, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double one;
        memcpy(&one, (const char *)x + 8 * i, 8);
        prong_deposit_one(s, one);
    }
}

void prong_add_doubles(prong_exact *s, struct prong_adder *a, const double *x, size_t n)
{
    enum { PASS = 2 * PRONG_BLOCK_ELEMENTS }; /* stays in the first cache for the passes that follow the first */
    bool one_pass = !(s->powers & (PRONG_POWER_ABS | PRONG_POWER_CUBES | PRONG_POWER_FOURTHS));
    size_t pass = one_pass ? n : PASS;

    s->count.n += n;
    if (a->base.force == PRONG_FORCE_INTEGERS) {
        integers_only(s, x, n);
        return;
    }
    s->count.not_minus_zero += n;
    for (size_t i = 0; i < n; i += pass) {
        size_t m = n - i < pass ? n - i : pass;
        const double *from = prong_after(x, i);
        if (s->powers & PRONG_POWER_SQUARES)
            add_squares(s, a, from, m);
        else
            prong_line_add(&a->base, &a->base.line, from, m, limbs_or_null(s, PRONG_FIELD_SUM), &s->count);
        if (s->powers & PRONG_POWER_ABS)
            add_absolute(s, a, from, m);
        if (s->powers & (PRONG_POWER_CUBES | PRONG_POWER_FOURTHS))
            higher_by_exponent(a, from, m, (s->powers & PRONG_POWER_FOURTHS) != 0);
    }
}

void prong_add_finish(prong_exact *s, struct prong_adder *a)
{
    prong_exact_counts ignored = { 0 };

    prong_line_finish(&a->base.line, limbs_or_null(s, PRONG_FIELD_SUM), &s->count);
    if (s->powers & PRONG_POWER_SQUARES) {
        flush_squares(s, a);
        prong_bucket_flush_squares(&a->square_buckets, limbs_or_null(s, PRONG_FIELD_SQUARES),
                                   prong_field_limbs(PRONG_FIELD_SQUARES));
    }
    if (s->powers & PRONG_POWER_ABS)
        prong_line_finish(&a->absolute, limbs_or_null(s, PRONG_FIELD_ABS), &ignored);
    if (s->powers & (PRONG_POWER_CUBES | PRONG_POWER_FOURTHS))
        prong_bucket_flush_higher(&a->higher_buckets, limbs_or_null(s, PRONG_FIELD_CUBES),
                                  prong_field_limbs(PRONG_FIELD_CUBES), limbs_or_null(s, PRONG_FIELD_FOURTHS),
                                  prong_field_limbs(PRONG_FIELD_FOURTHS));
}

void prong_exact_add_f64(prong_exact *s, prong_adder *a, const double *x, size_t n)
{
    unsigned saved = prong_fp_enter();

    if (n < FEW) {
        s->count.n += n;
        integers_only(s, x, n);
    } else {
        for (size_t i = 0; i < n; i += PRONG_BUCKET_MOST) {
            prong_add_doubles(s, a, prong_after(x, i), n - i < PRONG_BUCKET_MOST ? n - i : PRONG_BUCKET_MOST);
            prong_add_finish(s, a);
        }
    }
    prong_fp_exit(saved);
}

double prong_sum_f64(const double *x, size_t n)
{
    _Alignas(64) unsigned char memory[sizeof(prong_exact) + 8 * 34];
    prong_exact *s = (prong_exact *)(void *)memory;
    _Alignas(64) struct prong_sum_adder a;
    unsigned saved;

    prong_exact_init(s, PRONG_POWER_SUM);
    saved = prong_fp_enter();
    s->count.n = n;
    if (n < FEW) {
        integers_only(s, x, n);
    } else {
        uint64_t *limb = prong_exact_limbs(s, PRONG_FIELD_SUM);
        prong_sum_adder_init(&a);
        s->count.not_minus_zero = n;
        if (a.force == PRONG_FORCE_INTEGERS)
            a.force = PRONG_FORCE_BUCKETS;
        prong_line_add(&a, &a.line, x, n, limb, &s->count);
        prong_line_finish(&a.line, limb, &s->count);
    }
    prong_fp_exit(saved);
    return prong_exact_result(s, PRONG_Q_SUM, 0, PRONG_FORMAT_F64, 0);
}
