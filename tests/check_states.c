/* SPDX-License-Identifier: MIT */
/* The strongest statement about exact sums: the very bytes of the state are the same, whoever computed which part of it, in
 * what chunks, with which instructions and by which path. */
#include "config.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "prong/exact.h"
#include "prong/fold.h"

enum { N = 20011, POWERS = PRONG_POWER_SUM | PRONG_POWER_SQUARES };

struct input {
    double x[N];
    prong_adder *adder;
};

static int init(void *partial, void *ctx)
{
    (void)ctx;
    prong_exact_init(partial, POWERS);
    return 0;
}

static int accumulate(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const struct input *input = ctx;
    prong_exact_add_f64(partial, input->adder, input->x + first, (size_t)(last - first));
    return 0;
}

static int combine(void *into, const void *from, void *ctx)
{
    (void)ctx;
    return (int)prong_exact_merge(into, from, NULL);
}

static uint64_t random64(void)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Everything that may be difficult, in one array: every kind of finite number, and at the end what is not finite. */
static struct input *make_input(void)
{
    struct input *input = malloc(sizeof *input);

    ck_assert_ptr_nonnull(input);
    for (size_t i = 0; i < N; i++) {
        uint64_t bits = random64();
        switch (i / 2500) {
        case 0: /* uniform */
            input->x[i] = (double)(bits >> 11) * 0x1p-53;
            break;
        case 1: /* cents, both signs */
            input->x[i] = (double)((int64_t)(bits % 2000000) - 1000000) / 100;
            break;
        case 2: /* wide spread */
            input->x[i] = ldexp((double)(int64_t)bits, (int)(bits % 300) - 150);
            break;
        case 3: /* subnormal */
            bits &= UINT64_C(0x800fffffffffffff);
            memcpy(&input->x[i], &bits, sizeof bits);
            break;
        default: /* any finite bit pattern */
            if ((bits >> 52 & 0x7ff) == 0x7ff)
                bits ^= UINT64_C(1) << 62;
            memcpy(&input->x[i], &bits, sizeof bits);
            break;
        }
    }
    input->x[N - 3] = (double)INFINITY;
    input->x[N - 2] = -0.0;
    input->x[N - 1] = (double)NAN;
    return input;
}

static void fold_state(struct input *input, int workers, uint64_t grain, unsigned flags, void *state)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
    prong_options options = PRONG_OPTIONS_INIT;

    spec.count = N;
    spec.grain = grain;
    spec.partial_size = prong_exact_size(POWERS);
    spec.init = init;
    spec.accumulate = accumulate;
    spec.combine = combine;
    spec.ctx = input;
    spec.flags = flags;
    options.workers = workers;
    ck_assert_int_eq(prong_fold(&spec, &options, state, NULL), PRONG_OK);
}

static const char *const isas[] = { "portable", "avx2", "avx512" };
static const char *const paths[] = { "", "grid2", "grid3", "grid4", "buckets", "integers" };

START_TEST(state_bytes_do_not_depend_on_workers_grain_instructions_or_path)
{
    struct input *input = make_input();
    size_t size = prong_exact_size(POWERS);
    uint64_t *expected = malloc(size), *state = malloc(size);
    static const int workers[] = { 1, 2, 3, 5, 16 };
    static const uint64_t grains[] = { 127, 4096, 9999 };

    /* One element after the other, by the simplest code there is. */
    prong_exact_init((prong_exact *)(void *)expected, POWERS);
    for (size_t i = 0; i < N; i++)
        prong_exact_add_one((prong_exact *)(void *)expected, input->x[i]);

    setenv("PRONG_ISA", isas[_i / 6], 1);
    setenv("PRONG_EXACT_FORCE", paths[_i % 6], 1);
    input->adder = prong_adder_create();
    ck_assert_ptr_nonnull(input->adder);
    for (size_t w = 0; w < sizeof workers / sizeof workers[0]; w++) {
        for (size_t g = 0; g < sizeof grains / sizeof grains[0]; g++) {
            fold_state(input, workers[w], grains[g], w % 2 ? PRONG_COMMUTATIVE : 0, state);
            ck_assert_mem_eq(state, expected, size);
        }
    }
    prong_adder_destroy(input->adder);
    free(state);
    free(expected);
    free(input);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("states");
    TCase *tc = tcase_create("bytes");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, state_bytes_do_not_depend_on_workers_grain_instructions_or_path, 0, 18);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
