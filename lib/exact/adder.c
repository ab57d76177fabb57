/* SPDX-License-Identifier: MIT */
/* The public ways to add doubles: the floating-point environment around them, which sums a state wants, and the
 * counts. */
#include "config.h"

#include "exact/adder.h"

#include "exact/higher.h"
#include "exact/squares.h"

#include <stdlib.h>
#include <string.h>

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

static void begin(struct prong_sum_adder *a)
{
    a->kernel = prong_kernel_choose();
    a->force = force_from_environment();
}

static int least_levels(const struct prong_sum_adder *a)
{
    return a->force ? (int)a->force : 2;
}

void prong_sum_adder_init(struct prong_sum_adder *a)
{
    begin(a);
    prong_line_init(&a->line, least_levels(a));
}

size_t prong_adder_size(void)
{
    return sizeof(prong_adder);
}

static void square_line_init(struct prong_square_line *line)
{
    memset(&line->window, 0, sizeof line->window);
    memset(&line->nans, 0, sizeof line->nans);
    memset(&line->backoff, 0, sizeof line->backoff);
    line->buckets.ready = line->buckets.used = false;
}

void prong_adder_init(prong_adder *a)
{
    prong_sum_adder_init(&a->base);
    prong_line_init(&a->other, a->base.line.least);
    square_line_init(&a->squares);
    square_line_init(&a->other_squares);
    memset(a->part, 0, sizeof a->part);
    memset(&a->parts_backoff, 0, sizeof a->parts_backoff);
    memset(&a->dot, 0, sizeof a->dot);
    a->panel.run.open = a->panel.kept = false;
    a->higher_buckets.ready = a->higher_buckets.used = false;
    a->dot_buckets.ready = a->dot_buckets.used = false;
}

/* Pages that are fresh hold zeroes, and those that no sum needs are not touched: most of half a megabyte. Before the adder
 * stands where the memory begins. */
prong_adder *prong_adder_create(void)
{
    enum { LINE = 64 };
    char *memory = calloc(1, sizeof(prong_adder) + sizeof memory + LINE);
    prong_adder *a;

    if (!memory)
        return NULL;
    a = (void *)(memory + sizeof memory + (-(uintptr_t)(memory + sizeof memory) & (LINE - 1)));
    memcpy((char *)a - sizeof memory, &memory, sizeof memory);
    begin(&a->base);
    a->base.line.least = a->other.least = least_levels(&a->base);
    return a;
}

void prong_adder_destroy(prong_adder *a)
{
    void *memory;

    if (!a)
        return;
    memcpy(&memory, (char *)a - sizeof memory, sizeof memory);
    free(memory);
}

const char *prong_adder_isa(const prong_adder *a)
{
    return a->base.kernel->isa;
}

static struct prong_square_run square_run(prong_exact *s, prong_adder *a)
{
    return (struct prong_square_run){ .base = &a->base,
                                      .squares = &a->squares,
                                      .line = &a->base.line,
                                      .room = a->second,
                                      .sum = prong_limbs_or_null(s, PRONG_FIELD_SUM),
                                      .square = prong_limbs_or_null(s, PRONG_FIELD_SQUARES),
                                      .counts = &s->count };
}

static void add_absolute(prong_exact *s, struct prong_adder *a, const double *x, size_t n)
{
    prong_exact_counts ignored = { 0 };

    for (size_t i = 0; i < n; i += PRONG_BLOCK_ELEMENTS) {
        size_t block = n - i < PRONG_BLOCK_ELEMENTS ? n - i : PRONG_BLOCK_ELEMENTS;
        a->base.kernel->absolute(prong_after(x, i), block, a->second);
        prong_line_add(&a->base, &a->other, a->second, block, prong_exact_limbs(s, PRONG_FIELD_ABS), &ignored);
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
    const struct prong_square_run squares = square_run(s, a);
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
            prong_squares_add(&squares, from, m);
        else
            prong_line_add(&a->base, &a->base.line, from, m, prong_limbs_or_null(s, PRONG_FIELD_SUM), &s->count);
        if (s->powers & PRONG_POWER_ABS)
            add_absolute(s, a, from, m);
        if (s->powers & (PRONG_POWER_CUBES | PRONG_POWER_FOURTHS))
            prong_higher_add(s, a, from, m);
    }
}

void prong_add_finish(prong_exact *s, struct prong_adder *a)
{
    prong_exact_counts ignored = { 0 };
    const struct prong_square_run squares = square_run(s, a);

    prong_line_finish(&a->base.line, prong_limbs_or_null(s, PRONG_FIELD_SUM), &s->count);
    if (s->powers & PRONG_POWER_SQUARES)
        prong_squares_finish(&squares);
    if (s->powers & PRONG_POWER_ABS)
        prong_line_finish(&a->other, prong_exact_limbs(s, PRONG_FIELD_ABS), &ignored);
    if (s->powers & (PRONG_POWER_CUBES | PRONG_POWER_FOURTHS))
        prong_higher_finish(s, a);
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
