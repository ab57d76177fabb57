/* SPDX-License-Identifier: MIT */
/* Summing a line of doubles: try the window that fitted last; where a block is refused, look for another; where
 * none fits, sum by exponent and stay away from windows for a while. Every path is exact, so none of these choices
 * can change a bit of the sum, only the time it takes. */
#include "config.h"

#include "exact/adder.h"

#include <string.h>

#define SPECIAL (UINT64_C(0x7ff) << 52)

enum {
    MOST_LEVELS = 4,
    CALM_BLOCKS = 256, /* after so many blocks without trouble, try a level less; without NaN, expect none */
    FIRST_SKIP = 2,
    MOST_SKIP = 256
};

bool prong_backoff_skips(struct prong_backoff *b)
{
    if (b->skip == 0)
        return false;
    b->skip--;
    return true;
}

void prong_backoff_raise(struct prong_backoff *b)
{
    b->next = b->next == 0 ? FIRST_SKIP : b->next < MOST_SKIP ? 2 * b->next : MOST_SKIP;
    b->skip = b->next;
}

bool prong_nans_begin(struct prong_nans *nans, uint64_t largest)
{
    if (nans->expected || largest <= SPECIAL)
        return false;
    nans->expected = true;
    nans->since = 0;
    return true;
}

void prong_nans_look(struct prong_nans *nans, const struct prong_window *w)
{
    nans->since = w->nan ? 0 : nans->since + w->blocks;
    if (nans->since >= CALM_BLOCKS)
        nans->expected = false;
}

bool prong_count_special(uint64_t bits, prong_exact_counts *counts)
{
    if ((bits & SPECIAL) != SPECIAL)
        return false;
    if (bits << 12)
        counts->nan++;
    else if (bits >> 63)
        counts->ninf++;
    else
        counts->pinf++;
    return true;
}

void prong_line_init(struct prong_line *line, int least)
{
    line->least = least;
    memset(&line->window, 0, sizeof line->window);
    memset(&line->backoff, 0, sizeof line->backoff);
    memset(&line->nans, 0, sizeof line->nans);
    line->calm = 0;
    line->buckets.ready = line->buckets.used = false;
}

int prong_window_e(uint64_t largest)
{
    int e = (int)(largest >> 52) - 1022;

    return (e + 3) & ~3;
}

size_t prong_block_clean(double *block, const double *x, size_t n, prong_exact_counts *counts)
{
    size_t padded = (n + PRONG_STEP_ELEMENTS - 1) & ~(size_t)(PRONG_STEP_ELEMENTS - 1);

    memmove(block, x, n * sizeof *x);
    memset(block + n, 0, (padded - n) * sizeof *block);
    for (size_t i = 0; i < n; i++)
        if (prong_count_special(prong_bits_at(block, i), counts))
            memset(block + i, 0, sizeof *block);
    return padded;
}

/* Empties the window; after a long time without trouble, tries a smaller one. */
static void empty_window(struct prong_line *line, uint64_t *limb, prong_exact_counts *counts)
{
    struct prong_window *w = &line->window;

    line->calm += w->blocks;
    prong_nans_look(&line->nans, w);
    prong_window_flush(w, 0, w->levels, limb, prong_field_limbs(PRONG_FIELD_SUM), PRONG_UNIT);
    prong_window_done(w, counts);
    if (line->calm >= CALM_BLOCKS && w->levels > line->least) {
        line->calm = 0;
        prong_window_sum(w, w->e, w->levels - 1);
    }
}

void prong_line_finish(struct prong_line *line, uint64_t *limb, prong_exact_counts *counts)
{
    empty_window(line, limb, counts);
    prong_bucket_flush_sum(&line->buckets, limb, prong_field_limbs(PRONG_FIELD_SUM));
}

/* Looks for grids that take a block without NaN and infinities: first anchored at its own largest element, then
 * with more levels. */
static bool refit(struct prong_sum_adder *a, struct prong_line *line, const double *x, size_t n, uint64_t *limb,
                  prong_exact_counts *counts)
{
    struct prong_window *w = &line->window;
    int most = a->force ? (int)a->force : MOST_LEVELS;
    int levels = a->force ? (int)a->force : w->levels > line->least ? w->levels : line->least;
    int e = prong_window_e(a->kernel->largest(x, n));

    prong_window_flush(w, 0, w->levels, limb, prong_field_limbs(PRONG_FIELD_SUM), PRONG_UNIT);
    prong_window_done(w, counts);
    for (; levels <= most; levels++) {
        if (!prong_window_sum(w, e, levels))
            break;
        if (a->kernel->sum(x, n, w) == n) {
            line->calm = 0;
            return true;
        }
    }
    w->levels = 0;
    return false;
}

/* The kernel of whole blocks. */
static size_t sum(const struct prong_sum_adder *a, struct prong_line *line, const double *x, size_t n)
{
    n &= ~(size_t)(PRONG_STEP_ELEMENTS - 1);
    return line->nans.expected ? a->kernel->sum_but_nan(x, n, &line->window) : a->kernel->sum(x, n, &line->window);
}

/* One block that the window refused, or that is no whole one. Returns how much of it is done: not all, where it is worth
 * another try. */
static size_t odd_block(struct prong_sum_adder *a, struct prong_line *line, const double *x, size_t n,
                        uint64_t *limb, prong_exact_counts *counts)
{
    uint64_t largest = a->kernel->largest(x, n);
    size_t all = n;

    if (prong_nans_begin(&line->nans, largest) && line->window.levels && n >= PRONG_STEP_ELEMENTS)
        return 0;
    if (largest >= SPECIAL || n % PRONG_STEP_ELEMENTS) {
        n = prong_block_clean(a->block, x, n, counts);
        x = a->block;
        if (line->window.levels && a->kernel->sum(x, n, &line->window) == n)
            return all;
    }
    if (refit(a, line, x, n, limb, counts)) {
        line->backoff.next = 0;
        return all;
    }
    prong_backoff_raise(&line->backoff);
    prong_bucket_sum(&line->buckets, a->kernel, x, n, counts);
    return all;
}

void prong_line_add(struct prong_sum_adder *a, struct prong_line *line, const double *x, size_t n, uint64_t *limb,
                    prong_exact_counts *counts)
{
    struct prong_window *w = &line->window;

    while (n > 0) {
        size_t block = n < PRONG_BLOCK_ELEMENTS ? n : PRONG_BLOCK_ELEMENTS;
        size_t done = 0;

        if (a->force == PRONG_FORCE_BUCKETS || prong_backoff_skips(&line->backoff)) {
            prong_bucket_sum(&line->buckets, a->kernel, x, block, counts);
            done = block;
        } else {
            if (w->blocks >= PRONG_FLUSH_BLOCKS)
                empty_window(line, limb, counts);
            if (w->levels)
                done = sum(a, line, x, n);
            if (done == 0 && w->blocks < PRONG_FLUSH_BLOCKS)
                done = odd_block(a, line, x, block, limb, counts);
        }
        x = prong_after(x, done);
        n -= done;
    }
}

static size_t sum_narrow(const struct prong_sum_adder *a, struct prong_line *line, enum prong_element kind, const void *x,
                         size_t n)
{
    return line->nans.expected ? a->kernel->sum_of_but_nan[kind](x, n, &line->window)
                               : a->kernel->sum_of[kind](x, n, &line->window);
}

/* Narrow elements mostly fit one level, which full doubles never do. */
void prong_line_add_narrow(struct prong_sum_adder *a, struct prong_line *line, const void *x,
                           enum prong_element kind, double *buffer, size_t n, uint64_t *limb,
                           prong_exact_counts *counts)
{
    struct prong_window *w = &line->window;
    const char *from = x;
    int least = line->least;
    size_t bytes = kind == PRONG_ELEMENT_F32 ? 4 : 2;

    if (!a->force)
        line->least = 1;
    while (n > 0) {
        size_t done = 0;

        if (w->blocks >= PRONG_FLUSH_BLOCKS)
            empty_window(line, limb, counts);
        if (w->levels && line->backoff.skip == 0)
            done = sum_narrow(a, line, kind, from, n & ~(size_t)(PRONG_STEP_ELEMENTS - 1));
        if (done == 0) {
            done = n < PRONG_BLOCK_ELEMENTS ? n : PRONG_BLOCK_ELEMENTS;
            a->kernel->widen[kind](from, done, buffer);
            prong_line_add(a, line, buffer, done, limb, counts);
        }
        from += bytes * done;
        n -= done;
    }
    line->least = least;
}
