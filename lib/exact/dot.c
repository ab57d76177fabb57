/* SPDX-License-Identifier: MIT */
/* Σxy: like a line, with pairs. NaN and infinities are classed as the products would be by IEEE 754. */
#include "config.h"

#include "exact/adder.h"

#include <string.h>

#define SPECIAL (UINT64_C(0x7ff) << 52)
#define SIGN (UINT64_C(1) << 63)

static uint64_t significand_of(uint64_t bits)
{
    return bits >> 52 & 0x7ff ? (bits << 12 >> 12) | UINT64_C(1) << 52 : bits << 12 >> 12;
}

/* Counts a pair with a NaN or an infinity in it. */
static void count_special(prong_exact_counts *c, uint64_t x, uint64_t y)
{
    if ((x & ~SIGN) > SPECIAL || (y & ~SIGN) > SPECIAL || x << 1 == 0 || y << 1 == 0)
        c->nan++;
    else if ((x ^ y) >> 63)
        c->ninf++;
    else
        c->pinf++;
}

static bool is_special(uint64_t bits)
{
    return (bits & SPECIAL) == SPECIAL;
}

/* One pair at a time, straight into the state. */
static void dot_by_integers(prong_exact *s, const double *x, const double *y, size_t n)
{
    uint64_t *limb = prong_exact_limbs(s, PRONG_FIELD_DOT);

    for (size_t i = 0; i < n; i++) {
        uint64_t a = prong_bits_at(x, i), b = prong_bits_at(y, i);
        if (is_special(a) || is_special(b)) {
            count_special(&s->count, a, b);
        } else if (a << 1 == 0 || b << 1 == 0) {
            s->count.not_minus_zero -= (a ^ b) >> 63;
        } else {
            prong_i128 product = (prong_i128)significand_of(a) * significand_of(b);
            prong_wide_deposit(limb, 67, prong_place(a >> 52 & 0x7ff) + prong_place(b >> 52 & 0x7ff),
                               (a ^ b) >> 63 ? -product : product);
        }
    }
}

static void flush_dot(prong_exact *s, struct prong_window *w)
{
    prong_window_flush(w, 0, w->levels, prong_exact_limbs(s, PRONG_FIELD_DOT), prong_field_limbs(PRONG_FIELD_DOT),
                       2 * PRONG_UNIT);
    s->count.not_minus_zero -= prong_window_done(w);
}

/* A block into memory of the adder, padded, pairs with NaN and infinities counted and taken out. */
static size_t clean(double *xs, double *ys, const double *x, const double *y, size_t n, prong_exact_counts *counts)
{
    size_t padded = (n + PRONG_STEP_ELEMENTS - 1) & ~(size_t)(PRONG_STEP_ELEMENTS - 1);

    memset(xs, 0, padded * sizeof *xs);
    memset(ys, 0, padded * sizeof *ys);
    for (size_t i = 0; i < n; i++) {
        uint64_t a = prong_bits_at(x, i), b = prong_bits_at(y, i);
        if (is_special(a) || is_special(b)) {
            count_special(counts, a, b);
        } else {
            memcpy(xs + i, &a, sizeof a);
            memcpy(ys + i, &b, sizeof b);
        }
    }
    return padded;
}

static void dot_by_exponent(prong_exact *s, struct prong_adder *a, const double *x, const double *y, size_t n)
{
    struct prong_sum_adder *b = &a->base;

    for (size_t i = 0; i < n; i++)
        if (x[i] == 0 || y[i] == 0)
            s->count.not_minus_zero -= (prong_bits_at(x, i) ^ prong_bits_at(y, i)) >> 63;
    for (size_t i = 0; i < n; i += PRONG_CHUNK) {
        size_t chunk = n - i < PRONG_CHUNK ? n - i : PRONG_CHUNK;
        b->kernel->split(x + i, chunk, b->significand[0], b->bucket[0]);
        b->kernel->split(y + i, chunk, b->significand[1], b->bucket[1]);
        prong_bucket_dot(&a->dot_buckets, b->significand[0], b->bucket[0], b->significand[1], b->bucket[1], chunk);
    }
}

/* e of the largest product, rounded up. */
static int product_e(const double *x, const double *y, size_t n)
{
    int most = -2044;

    for (size_t i = 0; i < n; i++) {
        int e = (int)(prong_bits_at(x, i) >> 52 & 0x7ff) + (int)(prong_bits_at(y, i) >> 52 & 0x7ff) - 2044;
        most = e > most ? e : most;
    }
    return (most + 3) & ~3;
}

/* What a call works with. Without an adder (prong_dot_f64) there are no tables, and integers are the fallback. */
struct run {
    prong_exact *s;
    const struct prong_kernel *kernel; /* one with dot, or NULL: do not try windows */
    struct prong_window *window;
    struct prong_backoff *backoff;
    double *xs, *ys; /* a block each */
    struct prong_adder *adder;
};

/* A block that the window refused, or that is no whole one, or that is not to be tried. */
static void odd_block(const struct run *r, const double *x, const double *y, size_t n, bool try)
{
    n = clean(r->xs, r->ys, x, y, n, &r->s->count);
    if (try) {
        if (r->window->levels && r->kernel->dot(r->xs, r->ys, n, r->window) == n)
            return;
        int e = product_e(r->xs, r->ys, n), levels = r->window->levels > 3 ? 4 : 3;
        flush_dot(r->s, r->window);
        for (; levels <= 4 && prong_window_product(r->window, e, levels); levels++)
            if (r->kernel->dot(r->xs, r->ys, n, r->window) == n) {
                r->backoff->next = 0;
                return;
            }
        r->window->levels = 0;
        prong_backoff_raise(r->backoff);
    }
    if (r->adder)
        dot_by_exponent(r->s, r->adder, r->xs, r->ys, n);
    else
        dot_by_integers(r->s, r->xs, r->ys, n);
}

static void add_products(const struct run *r, const double *x, const double *y, size_t n)
{
    r->s->count.n += n;
    r->s->count.not_minus_zero += n;
    while (n > 0) {
        size_t block = n < PRONG_BLOCK_ELEMENTS ? n : PRONG_BLOCK_ELEMENTS;
        size_t done = 0;
        bool try = r->kernel && !prong_backoff_skips(r->backoff);

        if (r->window->blocks >= PRONG_FLUSH_BLOCKS)
            flush_dot(r->s, r->window);
        if (try && r->window->levels)
            done = r->kernel->dot(x, y, n & ~(size_t)(PRONG_STEP_ELEMENTS - 1), r->window);
        if (done == 0) {
            odd_block(r, x, y, block, try);
            done = block;
        }
        x = prong_after(x, done);
        y = prong_after(y, done);
        n -= done;
    }
    flush_dot(r->s, r->window);
}

void prong_exact_add_dot_f64(prong_exact *s, prong_adder *a, const double *x, const double *y, size_t n)
{
    const struct prong_kernel *kernel = a->base.force == PRONG_FORCE_BUCKETS || !a->base.kernel->dot
                                            ? NULL
                                            : a->base.kernel;
    const struct run r = { s, kernel, &a->dot, &a->dot_backoff, a->base.block, a->second, a };
    unsigned saved = prong_fp_enter();

    if (n < PRONG_STEP_ELEMENTS || a->base.force == PRONG_FORCE_INTEGERS) {
        s->count.n += n;
        s->count.not_minus_zero += n;
        dot_by_integers(s, x, y, n);
    } else {
        add_products(&r, x, y, n);
        prong_bucket_flush_dot(&a->dot_buckets, prong_exact_limbs(s, PRONG_FIELD_DOT), 67);
    }
    prong_fp_exit(saved);
}

double prong_dot_f64(const double *x, const double *y, size_t n)
{
    _Alignas(64) unsigned char memory[sizeof(prong_exact) + 8 * 67];
    prong_exact *s = (prong_exact *)(void *)memory;
    struct prong_window window = { .levels = 0 };
    struct prong_backoff backoff = { 0 };
    double xs[PRONG_BLOCK_ELEMENTS], ys[PRONG_BLOCK_ELEMENTS];
    const struct prong_kernel *kernel = prong_kernel_choose();
    const struct run r = { s, kernel->dot ? kernel : NULL, &window, &backoff, xs, ys, NULL };
    unsigned saved = prong_fp_enter();

    prong_exact_init(s, PRONG_POWER_DOT);
    add_products(&r, x, y, n);
    prong_fp_exit(saved);
    return prong_exact_result(s, PRONG_Q_DOT, 0, PRONG_FORMAT_F64, 0);
}
