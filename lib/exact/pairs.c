/* SPDX-License-Identifier: MIT */
/* Pairs of any types onto states of pairs. A block whose elements are all doubles, or integers that are, goes the ways
 * of doubles; integers beyond 2^53 are taken by themselves. A pair with a NaN or an infinity in it is classed and taken
 * out as a whole, so that what is summed of x and what is summed of y are always of the same pairs. */
#include "config.h"

#include "exact/higher.h"
#include "exact/products.h"
#include "exact/squares.h"

#include <string.h>

#define SPECIAL (UINT64_C(0x7ff) << 52)
#define SIGN (UINT64_C(1) << 63)

struct operand {
    prong_operand type;
    const char *at;
};

static uint64_t word_at(struct operand o, size_t i)
{
    uint64_t word;

    memcpy(&word, o.at + 8 * i, 8);
    return word;
}

static bool is_special(struct operand o, uint64_t word)
{
    return o.type == PRONG_OPERAND_F64 && (word & SPECIAL) == SPECIAL;
}

static struct prong_piece piece_of(struct operand o, uint64_t word)
{
    return o.type == PRONG_OPERAND_F64 ? prong_piece_f64(word)
                                       : prong_piece_integer(word, o.type == PRONG_OPERAND_I64);
}

static bool is_nan(struct operand o, uint64_t word)
{
    return o.type == PRONG_OPERAND_F64 && (word & ~SIGN) > SPECIAL;
}

/* A pair with a NaN or an infinity in it: prong/exact.h has the classes. */
static void count_special(prong_exact *s, struct operand ox, uint64_t x, struct operand oy, uint64_t y)
{
    struct prong_piece u = piece_of(ox, x), v = piece_of(oy, y); /* an infinity has a significand too */
    uint64_t weight[2] = { v.m };
    bool zero = u.m == 0 || v.m == 0, negative = u.negative != v.negative;
    prong_exact_counts *c = &s->count;

    if (is_nan(ox, x) || is_nan(oy, y) || (s->powers & PRONG_POWER_DOT && zero)) {
        c->nan++;
        return;
    }
    /* The sign of all weights together decides that of an infinite mean. */
    if (s->powers & PRONG_POWER_WEIGHTED && is_special(oy, y))
        ++*prong_exact_limbs(s, PRONG_FIELD_INFINITE_WEIGHTS);
    else if (s->powers & PRONG_POWER_WEIGHTED)
        prong_put(s, PRONG_FIELD_SUM_Y, v.place, weight, 1, v.negative, 1);
    if (s->powers & PRONG_POWER_PAIRS) {
        c->pinf++;
    } else {
        c->pinf += zero || !negative;
        c->ninf += zero || negative;
    }
}

/* A pair of finite numbers. */
static void put_pair(prong_exact *s, struct prong_piece x, struct prong_piece y)
{
    prong_u128 xy = (prong_u128)x.m * y.m, xx = (prong_u128)x.m * x.m, yy = (prong_u128)y.m * y.m;
    uint64_t one[2] = { x.m }, other[2] = { y.m }, product[3] = { (uint64_t)xy, (uint64_t)(xy >> 64) },
             square[3] = { (uint64_t)xx, (uint64_t)(xx >> 64) }, other_square[3] = { (uint64_t)yy, (uint64_t)(yy >> 64) };

    if (xy == 0 && x.negative != y.negative && !(s->powers & PRONG_POWER_PAIRS))
        s->count.not_minus_zero--;
    prong_put(s, PRONG_FIELD_DOT, x.place + y.place, product, 2, x.negative != y.negative, 1);
    if (s->powers & PRONG_POWER_DOT)
        return;
    prong_put(s, PRONG_FIELD_SUM, x.place, one, 1, x.negative, 1);
    prong_put(s, PRONG_FIELD_SUM_Y, y.place, other, 1, y.negative, 1);
    prong_put(s, PRONG_FIELD_SQUARES, 2 * x.place, square, 2, false, 1);
    prong_put(s, PRONG_FIELD_SQUARES_Y, 2 * y.place, other_square, 2, false, 1);
    if (s->powers & PRONG_POWER_WEIGHTED_SQUARES)
        prong_weighted_square_put(s, x, y);
}

static void by_integers(prong_exact *s, struct operand x, struct operand y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t a = word_at(x, i), b = word_at(y, i);
        if (is_special(x, a) || is_special(y, b))
            count_special(s, x, a, y, b);
        else
            put_pair(s, piece_of(x, a), piece_of(y, b));
    }
}

/* A block as doubles, in room if it was none before; NULL if an integer of it is no double. */
static const double *as_doubles(struct operand o, size_t n, double *room)
{
    if (o.type == PRONG_OPERAND_F64)
        return (const double *)(const void *)o.at;
    return prong_integers_as_doubles(o.at, n, o.type == PRONG_OPERAND_I64, room) ? room : NULL;
}

/* Copies a block into rooms, with 0 for each pair that has a NaN or an infinity, which is counted. */
static void take_out_special(prong_exact *s, struct operand x, struct operand y, size_t n, double *xs, double *ys)
{
    memmove(xs, x.at, 8 * n);
    memmove(ys, y.at, 8 * n);
    for (size_t i = 0; i < n; i++) {
        uint64_t a = prong_bits_at(xs, i), b = prong_bits_at(ys, i);
        if (is_special(x, a) || is_special(y, b)) {
            count_special(s, x, a, y, b);
            xs[i] = ys[i] = 0;
        }
    }
}

/* What the sums of x and those of y are made with. */
struct run {
    struct prong_product_run dot;
    struct prong_square_run x, y;
};

static struct run run_of(prong_exact *s, prong_adder *a, prong_exact_counts *ignored)
{
    struct run r = { .dot = prong_dot_run(s, a) };

    if (s->powers & PRONG_POWER_PAIRS)
        r.dot.counts = ignored; /* of -0 */
    r.x = (struct prong_square_run){ .base = &a->base,
                                     .squares = &a->squares,
                                     .line = &a->base.line,
                                     .room = a->second,
                                     .sum = prong_limbs_or_null(s, PRONG_FIELD_SUM),
                                     .square = prong_limbs_or_null(s, PRONG_FIELD_SQUARES),
                                     .counts = ignored };
    r.y = r.x;
    r.y.squares = &a->other_squares;
    r.y.line = &a->other;
    r.y.sum = prong_limbs_or_null(s, PRONG_FIELD_SUM_Y);
    r.y.square = prong_limbs_or_null(s, PRONG_FIELD_SQUARES_Y);
    return r;
}

static void add_line(const struct prong_square_run *r, const double *x, size_t n)
{
    if (r->square)
        prong_squares_add(r, x, n);
    else if (r->sum)
        prong_line_add(r->base, r->line, x, n, r->sum, r->counts);
}

static void finish_line(const struct prong_square_run *r)
{
    if (r->square)
        prong_squares_finish(r);
    if (r->sum)
        prong_line_finish(r->line, r->sum, r->counts);
}

/* A block of finite doubles. */
static void add_block(prong_exact *s, prong_adder *a, const struct run *r, const double *x, const double *y, size_t n)
{
    add_line(&r->x, x, n);
    add_line(&r->y, y, n);
    prong_products_add(&r->dot, x, y, n);
    if (s->powers & PRONG_POWER_WEIGHTED_SQUARES)
        prong_weighted_squares_add(s, a, x, y, n);
}

static void finish(prong_exact *s, prong_adder *a, const struct run *r)
{
    finish_line(&r->x);
    finish_line(&r->y);
    prong_products_finish(&r->dot);
    prong_bucket_flush_dot(&a->dot_buckets, r->dot.limb, r->dot.limbs);
    if (s->powers & PRONG_POWER_WEIGHTED_SQUARES)
        prong_weighted_squares_finish(s, a);
}

static void add_blocks(prong_exact *s, prong_adder *a, struct operand x, struct operand y, size_t n)
{
    const struct prong_kernel *kernel = a->base.kernel;
    double *xs = a->converted, *ys = a->converted + PRONG_BLOCK_ELEMENTS;
    prong_exact_counts ignored = { 0 };
    const struct run r = run_of(s, a, &ignored);

    for (size_t i = 0, block; i < n; i += block, x.at += 8 * block, y.at += 8 * block) {
        block = n - i < PRONG_BLOCK_ELEMENTS ? n - i : PRONG_BLOCK_ELEMENTS;
        if (i % PRONG_BUCKET_MOST == 0)
            finish(s, a, &r);
        struct operand u = { PRONG_OPERAND_F64, NULL }, v = u;
        u.at = (const char *)as_doubles(x, block, xs);
        v.at = u.at ? (const char *)as_doubles(y, block, ys) : NULL;
        if (!v.at) {
            by_integers(s, x, y, block);
            continue;
        }
        const double *ux = (const double *)(const void *)u.at, *vy = (const double *)(const void *)v.at;
        if (kernel->largest(ux, block) >= SPECIAL || kernel->largest(vy, block) >= SPECIAL) {
            take_out_special(s, u, v, block, xs, ys);
            ux = xs;
            vy = ys;
        }
        add_block(s, a, &r, ux, vy, block);
    }
    finish(s, a, &r);
}

void prong_exact_add_pairs(prong_exact *s, prong_adder *a, prong_operand x_type, const void *x, prong_operand y_type,
                           const void *y, size_t n)
{
    const struct operand u = { x_type, x }, v = { y_type, y };
    unsigned saved;

    if (s->powers == PRONG_POWER_DOT && x_type == PRONG_OPERAND_F64 && y_type == PRONG_OPERAND_F64) {
        prong_exact_add_dot_f64(s, a, x, y, n);
        return;
    }
    saved = prong_fp_enter();
    s->count.n += n;
    s->count.not_minus_zero += n;
    if (n < PRONG_STEP_ELEMENTS || a->base.force == PRONG_FORCE_INTEGERS)
        by_integers(s, u, v, n);
    else
        add_blocks(s, a, u, v, n);
    prong_fp_exit(saved);
}

void prong_exact_add_pairs_f64(prong_exact *s, prong_adder *a, const double *x, const double *y, size_t n)
{
    prong_exact_add_pairs(s, a, PRONG_OPERAND_F64, x, PRONG_OPERAND_F64, y, n);
}
