/* SPDX-License-Identifier: MIT */
/* What exact sums promise, statement by statement. The oracle (exact_oracle.py) checks values by the thousand; here
 * stand the properties that need C: states as bytes, alignment, the environment, damaged data. */
#include "config.h"

#include "exact/state.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t bits(double x)
{
    uint64_t b;

    memcpy(&b, &x, sizeof b);
    return b;
}

START_TEST(sum_is_rounded_once)
{
    double x[] = { 1e308, 1.0, 1e-300, -1e308 };

    ck_assert(bits(prong_sum_f64(x, 4)) == bits(1.0));
    ck_assert(bits(prong_dot_f64(x, (double[]){ 1, 2, 0, 1 }, 4)) == bits(2.0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exact");
    TCase *t = tcase_create("exact");
    SRunner *runner;
    int failed;

    tcase_add_test(t, sum_is_rounded_once);
    suite_add_tcase(suite, t);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
