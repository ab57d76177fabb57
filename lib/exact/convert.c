/* SPDX-License-Identifier: MIT */
/* Elements that are no doubles in a row: narrower formats, every one a double exactly, and strided ones. Unless a
 * kernel takes them as they are, they pass through a buffer of the adder, a few thousand at a time. */
#include "config.h"

#include "exact/adder.h"

#include <string.h>

enum { BUFFER = 2 * PRONG_BLOCK_ELEMENTS };

bool prong_integers_as_doubles(const void *x, size_t n, bool is_signed, double *room)
{
    const uint64_t most = UINT64_C(1) << 53, bias = is_signed ? most : 0;
    uint64_t beyond = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t v;
        memcpy(&v, (const char *)x + 8 * i, 8);
        beyond |= (uint64_t)v + bias > most + bias;
        room[i] = (double)v;
    }
    return !beyond;
}

static void add_strided(prong_exact *s, prong_adder *a, const char *x, ptrdiff_t stride, size_t n)
{
    unsigned saved = prong_fp_enter();

    for (size_t i = 0; i < n; i += BUFFER) {
        size_t part = n - i < BUFFER ? n - i : BUFFER;
        if (i % PRONG_BUCKET_MOST == 0)
            prong_add_finish(s, a);
        for (size_t k = 0; k < part; k++)
            memcpy(a->converted + k, x + (ptrdiff_t)(i + k) * stride, sizeof(double));
        prong_add_doubles(s, a, a->converted, part);
    }
    prong_add_finish(s, a);
    prong_fp_exit(saved);
}

/* Sums alone need no buffer, where the elements fit a window. */
static void add_narrow(prong_exact *s, prong_adder *a, const void *x, enum prong_element kind, size_t n)
{
    struct prong_sum_adder *b = &a->base;
    bool sum_only = s->powers == PRONG_POWER_SUM && b->force != PRONG_FORCE_INTEGERS;
    size_t bytes = kind == PRONG_ELEMENT_F32 ? 4 : 2;
    size_t most = sum_only ? PRONG_BUCKET_MOST : BUFFER;
    unsigned saved = prong_fp_enter();

    for (size_t i = 0; i < n; i += most) {
        const char *from = (const char *)x + bytes * i;
        size_t part = n - i < most ? n - i : most;
        if (i % PRONG_BUCKET_MOST == 0)
            prong_add_finish(s, a);
        if (sum_only) {
            s->count.n += part;
            s->count.not_minus_zero += part;
            prong_line_add_narrow(b, &b->line, from, kind, a->converted, part,
                                  prong_exact_limbs(s, PRONG_FIELD_SUM), &s->count);
        } else {
            b->kernel->widen[kind](from, part, a->converted);
            prong_add_doubles(s, a, a->converted, part);
        }
    }
    prong_add_finish(s, a);
    prong_fp_exit(saved);
}

void prong_exact_add_f64_strided(prong_exact *s, prong_adder *a, const void *x, ptrdiff_t stride, size_t n)
{
    if (stride == sizeof(double))
        prong_exact_add_f64(s, a, x, n);
    else
        add_strided(s, a, x, stride, n);
}

void prong_exact_add_f32(prong_exact *s, prong_adder *a, const float *x, size_t n)
{
    add_narrow(s, a, x, PRONG_ELEMENT_F32, n);
}

void prong_exact_add_f16(prong_exact *s, prong_adder *a, const uint16_t *x, size_t n)
{
    add_narrow(s, a, x, PRONG_ELEMENT_F16, n);
}

void prong_exact_add_bf16(prong_exact *s, prong_adder *a, const uint16_t *x, size_t n)
{
    add_narrow(s, a, x, PRONG_ELEMENT_BF16, n);
}
