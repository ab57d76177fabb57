/* SPDX-License-Identifier: MIT */
/* Σx and Σx²: like a line, with a window for both. */
#include "config.h"

#include "exact/squares.h"

#define SPECIAL (UINT64_C(0x7ff) << 52)

static void flush(const struct prong_square_run *r)
{
    struct prong_window *w = &r->squares->window;

    prong_nans_look(&r->squares->nans, w);
    prong_window_flush(w, 0, 2, r->sum, prong_field_limbs(PRONG_FIELD_SUM), PRONG_UNIT);
    prong_window_flush(w, 2, w->levels > 2 ? w->levels - 2 : 0, r->square, prong_field_limbs(PRONG_FIELD_SQUARES),
                       2 * PRONG_UNIT);
    prong_window_done(w, r->counts);
}

/* Splits a block and hands the integers to the table; NaN and infinities count as 0 here. */
static void by_exponent(const struct prong_square_run *r, const double *x, size_t n)
{
    struct prong_sum_adder *b = r->base;

    prong_line_add(b, r->line, x, n, r->sum, r->counts);
    for (size_t i = 0; i < n; i += PRONG_CHUNK) {
        size_t chunk = n - i < PRONG_CHUNK ? n - i : PRONG_CHUNK;
        b->kernel->split(prong_after(x, i), chunk, b->significand[0], b->bucket[0]);
        prong_bucket_squares(&r->squares->buckets, b->significand[0], b->bucket[0], chunk);
    }
}

/* The kernel of whole blocks. */
static size_t squares(const struct prong_square_run *r, const double *x, size_t n)
{
    struct prong_square_line *line = r->squares;

    n &= ~(size_t)(PRONG_STEP_ELEMENTS - 1);
    return line->nans.expected ? r->base->kernel->squares_but_nan(x, n, &line->window)
                               : r->base->kernel->squares(x, n, &line->window);
}

/* One block that the window refused, or that is no whole one. Returns how much of it is done: not all, where it is worth
 * another try. */
static size_t odd_block(const struct prong_square_run *r, const double *x, size_t n)
{
    const struct prong_kernel *kernel = r->base->kernel;
    struct prong_window *w = &r->squares->window;
    uint64_t largest = kernel->largest(x, n);
    size_t all = n;
    int levels;

    if (prong_nans_begin(&r->squares->nans, largest) && w->levels && n >= PRONG_STEP_ELEMENTS)
        return 0;
    if (largest >= SPECIAL || n % PRONG_STEP_ELEMENTS) {
        n = prong_block_clean(r->room, x, n, r->counts);
        x = r->room;
        largest = kernel->largest(x, n);
        if (w->levels && kernel->squares(x, n, w) == n)
            return all;
    }
    levels = w->levels > 5 ? 4 : 3;
    flush(r);
    for (; levels <= 4 && prong_window_squares(w, prong_window_e(largest), levels); levels++)
        if (kernel->squares(x, n, w) == n) {
            r->squares->backoff.next = 0;
            return all;
        }
    w->levels = 0;
    prong_backoff_raise(&r->squares->backoff);
    by_exponent(r, x, n);
    return all;
}

void prong_squares_add(const struct prong_square_run *r, const double *x, size_t n)
{
    const struct prong_kernel *kernel = r->base->kernel;
    struct prong_window *w = &r->squares->window;

    while (n > 0) {
        size_t block = n < PRONG_BLOCK_ELEMENTS ? n : PRONG_BLOCK_ELEMENTS;
        size_t done = 0;

        if (!kernel->squares || r->base->force == PRONG_FORCE_BUCKETS || prong_backoff_skips(&r->squares->backoff)) {
            by_exponent(r, x, block);
            done = block;
        } else {
            if (w->blocks >= PRONG_FLUSH_BLOCKS)
                flush(r);
            if (w->levels)
                done = squares(r, x, n);
            if (done == 0 && w->blocks < PRONG_FLUSH_BLOCKS)
                done = odd_block(r, x, block);
        }
        x = prong_after(x, done);
        n -= done;
    }
}

void prong_squares_finish(const struct prong_square_run *r)
{
    flush(r);
    prong_bucket_flush_squares(&r->squares->buckets, r->square, prong_field_limbs(PRONG_FIELD_SQUARES));
}
