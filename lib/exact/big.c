/* SPDX-License-Identifier: MIT */
/* The arithmetic of big.h. Division is algorithm D of Knuth, The Art of Computer Programming, volume 2, 4.3.1,
 * with 64-bit digits; the root is found bit by bit. */
#include "config.h"

#include "exact/big.h"

#include "exact/wide.h"

#include <string.h>

static void trim(struct prong_big *r)
{
    while (r->n > 0 && r->w[r->n - 1] == 0)
        r->n--;
    if (r->n == 0)
        r->negative = 0;
}

void prong_big_set(struct prong_big *r, uint64_t value)
{
    r->negative = 0;
    r->n = value != 0;
    r->w[0] = value;
}

void prong_big_set_limbs(struct prong_big *r, const uint64_t *limb, size_t limbs)
{
    uint64_t flip, carry;

    r->negative = (int)(limb[limbs - 1] >> 63);
    r->n = limbs;
    flip = r->negative ? UINT64_MAX : 0;
    carry = flip & 1;
    for (size_t i = 0; i < limbs; i++) {
        r->w[i] = (limb[i] ^ flip) + carry;
        carry = carry && r->w[i] == 0;
    }
    trim(r);
}

size_t prong_big_bits(const struct prong_big *a)
{
    return a->n ? 64 * a->n - (size_t)__builtin_clzll(a->w[a->n - 1]) : 0;
}

static int compare(const struct prong_big *a, const struct prong_big *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (size_t i = a->n; i-- > 0;)
        if (a->w[i] != b->w[i])
            return a->w[i] < b->w[i] ? -1 : 1;
    return 0;
}

static uint64_t limb_or_0(const struct prong_big *a, size_t i)
{
    return i < a->n ? a->w[i] : 0;
}

/* |r| = |a| + |b|, and |r| = |a| - |b| for |a| >= |b|; the sign is the caller's. */
static void add_magnitudes(struct prong_big *r, const struct prong_big *a, const struct prong_big *b)
{
    size_t n = a->n > b->n ? a->n : b->n;
    uint64_t carry = 0;

    for (size_t i = 0; i < n; i++) {
        prong_u128 sum = (prong_u128)limb_or_0(a, i) + limb_or_0(b, i) + carry;
        r->w[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    if (carry)
        r->w[n++] = carry;
    r->n = n;
}

static void subtract_magnitudes(struct prong_big *r, const struct prong_big *a, const struct prong_big *b)
{
    size_t n = a->n;
    uint64_t borrow = 0;

    for (size_t i = 0; i < n; i++) {
        prong_u128 difference = (prong_u128)a->w[i] - limb_or_0(b, i) - borrow;
        r->w[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    r->n = n;
}

static void add_signed(struct prong_big *r, const struct prong_big *a, const struct prong_big *b, int b_negative)
{
    int a_negative = a->negative;

    if (a_negative == b_negative) {
        add_magnitudes(r, a, b);
        r->negative = a_negative;
    } else if (compare(a, b) >= 0) {
        subtract_magnitudes(r, a, b);
        r->negative = a_negative;
    } else {
        subtract_magnitudes(r, b, a);
        r->negative = b_negative;
    }
    trim(r);
}

void prong_big_add(struct prong_big *r, const struct prong_big *a, const struct prong_big *b)
{
    add_signed(r, a, b, b->negative);
}

void prong_big_sub(struct prong_big *r, const struct prong_big *a, const struct prong_big *b)
{
    add_signed(r, a, b, b->n ? !b->negative : 0);
}

void prong_big_mul(struct prong_big *r, const struct prong_big *a, const struct prong_big *b)
{
    memset(r->w, 0, 8 * (a->n + b->n));
    for (size_t i = 0; i < a->n; i++) {
        uint64_t carry = 0;
        for (size_t k = 0; k < b->n; k++) {
            prong_u128 t = (prong_u128)a->w[i] * b->w[k] + r->w[i + k] + carry;
            r->w[i + k] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        r->w[i + b->n] = carry;
    }
    r->n = a->n + b->n;
    r->negative = a->negative != b->negative;
    trim(r);
}

void prong_big_mul_word(struct prong_big *r, uint64_t factor)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < r->n; i++) {
        prong_u128 t = (prong_u128)r->w[i] * factor + carry;
        r->w[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    if (carry)
        r->w[r->n++] = carry;
    trim(r);
}

void prong_big_shift_left(struct prong_big *r, size_t bits)
{
    size_t limbs = bits / 64;
    unsigned shift = bits % 64;

    if (r->n == 0)
        return;
    r->w[r->n] = 0;
    for (size_t i = r->n + 1; i-- > 0;)
        r->w[i + limbs] = shift ? r->w[i] << shift | (i ? r->w[i - 1] >> (64 - shift) : 0) : r->w[i];
    memset(r->w, 0, 8 * limbs);
    r->n += limbs + 1;
    trim(r);
}

/* Divides two limbs by one that is larger than high. */
static uint64_t divide_2_by_1(uint64_t high, uint64_t low, uint64_t by, uint64_t *remainder)
{
    prong_u128 a = (prong_u128)high << 64 | low;

    *remainder = (uint64_t)(a % by);
    return (uint64_t)(a / by);
}

/* Step D3 and D4: one digit of the quotient; a[0 … n] -= digit * b[0 … n-1]. */
static uint64_t one_digit(uint64_t *a, const uint64_t *b, size_t n)
{
    uint64_t digit, rest, borrow = 0, carry = 0;
    int rest_fits = 1;

    if (a[n] >= b[n - 1]) {
        digit = UINT64_MAX;
        rest = a[n - 1] + b[n - 1];
        rest_fits = rest >= b[n - 1];
    } else {
        digit = divide_2_by_1(a[n], a[n - 1], b[n - 1], &rest);
    }
    while (n > 1 && rest_fits && (prong_u128)digit * b[n - 2] > ((prong_u128)rest << 64 | a[n - 2])) {
        digit--;
        rest += b[n - 1];
        rest_fits = rest >= b[n - 1];
    }
    for (size_t i = 0; i <= n; i++) {
        prong_u128 t = (prong_u128)digit * (i < n ? b[i] : 0) + carry;
        prong_u128 difference = (prong_u128)a[i] - (uint64_t)t - borrow;
        carry = (uint64_t)(t >> 64);
        a[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    if (borrow) {
        digit--;
        carry = 0;
        for (size_t i = 0; i <= n; i++) {
            prong_u128 sum = (prong_u128)a[i] + (i < n ? b[i] : 0) + carry;
            a[i] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
    }
    return digit;
}

int prong_big_div(struct prong_big *q, struct prong_big *a, struct prong_big *b)
{
    size_t shift = (size_t)__builtin_clzll(b->w[b->n - 1]);
    uint64_t left = 0;

    prong_big_set(q, 0);
    if (a->n < b->n)
        return a->n > 0;
    prong_big_shift_left(a, shift);
    prong_big_shift_left(b, shift);
    if (a->n < b->n)
        return 1;
    a->w[a->n] = 0;
    q->n = a->n - b->n + 1;
    for (size_t i = q->n; i-- > 0;)
        q->w[i] = one_digit(a->w + i, b->w, b->n);
    trim(q);
    for (size_t i = 0; i < b->n; i++)
        left |= a->w[i];
    return left != 0;
}

/* root² <= a, for a root of at most 95 bits */
static int square_fits(prong_u128 root, const struct prong_big *a)
{
    uint64_t low = (uint64_t)root, high = (uint64_t)(root >> 64);
    prong_u128 square = (prong_u128)low * low, cross = 2 * ((prong_u128)low * high);
    prong_u128 middle = (square >> 64) + (uint64_t)cross;
    uint64_t s[3] = { (uint64_t)square, (uint64_t)middle,
                      high * high + (uint64_t)(cross >> 64) + (uint64_t)(middle >> 64) };

    for (size_t i = 3; i-- > 0;)
        if (s[i] != limb_or_0(a, i))
            return s[i] < limb_or_0(a, i) ? 1 : 0;
    return 2; /* equal */
}

int prong_big_sqrt(struct prong_big *a)
{
    prong_u128 root = 0;
    int remained;

    for (size_t bit = (prong_big_bits(a) + 1) / 2; bit-- > 0;)
        if (square_fits(root | (prong_u128)1 << bit, a))
            root |= (prong_u128)1 << bit;
    remained = square_fits(root, a) != 2;
    a->negative = 0;
    a->n = 2;
    a->w[0] = (uint64_t)root;
    a->w[1] = (uint64_t)(root >> 64);
    trim(a);
    return remained;
}
