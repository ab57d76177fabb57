/* SPDX-License-Identifier: MIT */
/* The public ways to sum products alone. */
#include "config.h"

#include "exact/products.h"

void prong_exact_add_dot_f64(prong_exact *s, prong_adder *a, const double *x, const double *y, size_t n)
{
    const struct prong_product_run r = prong_dot_run(s, a);
    unsigned saved = prong_fp_enter();

    s->count.n += n;
    s->count.not_minus_zero += n;
    if (n < PRONG_STEP_ELEMENTS || a->base.force == PRONG_FORCE_INTEGERS) {
        prong_products_by_integers(&r, x, y, n);
    } else {
        prong_products_add(&r, x, y, n);
        prong_products_finish(&r);
        prong_bucket_flush_dot(&a->dot_buckets, r.limb, r.limbs);
    }
    prong_fp_exit(saved);
}

double prong_dot_f64(const double *x, const double *y, size_t n)
{
    _Alignas(64) unsigned char memory[sizeof(prong_exact) + 8 * 67];
    prong_exact *s = (prong_exact *)(void *)memory;
    struct prong_products stream = { .window = { .levels = 0 } };
    double xs[PRONG_BLOCK_ELEMENTS], ys[PRONG_BLOCK_ELEMENTS];
    const struct prong_kernel *kernel = prong_kernel_choose();
    struct prong_product_run r = { .stream = &stream,
                                   .limbs = prong_field_limbs(PRONG_FIELD_DOT),
                                   .unit = 2 * PRONG_UNIT,
                                   .counts = &s->count,
                                   .kernel = kernel->dot ? kernel : NULL,
                                   .xs = xs,
                                   .ys = ys };
    unsigned saved = prong_fp_enter();

    prong_exact_init(s, PRONG_POWER_DOT);
    s->count.n = s->count.not_minus_zero = n;
    r.limb = prong_exact_limbs(s, PRONG_FIELD_DOT);
    prong_products_add(&r, x, y, n);
    prong_products_finish(&r);
    prong_fp_exit(saved);
    return prong_exact_result(s, PRONG_Q_DOT, 0, PRONG_FORMAT_F64, 0);
}
