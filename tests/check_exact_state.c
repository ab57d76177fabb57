/* SPDX-License-Identifier: MIT */
/* States as an abelian group, and as bytes. */
#include "config.h"

#include "exact_fixture.h"

START_TEST(parts_merge_to_the_whole_and_can_be_taken_away)
{
    prong_adder *a = adder_for("", "");
    prong_error err = PRONG_ERROR_INIT;

    fill((unsigned)_i);
    for (size_t cut = 0; cut <= MOST; cut += 333) {
        prong_exact *whole = state(0, ALL), *left = state(1, ALL), *right = state(2, ALL), *copy = state(3, ALL);
        prong_exact_add_f64(whole, a, x, MOST);
        prong_exact_add_f64(left, a, x, cut);
        prong_exact_add_f64(right, a, x + cut, MOST - cut);
        memcpy(copy, left, prong_exact_size(ALL));
        ck_assert_int_eq(prong_exact_merge(left, right, &err), PRONG_OK);
        ck_assert(prong_exact_equal(left, whole));
        ck_assert_int_eq(prong_exact_unmerge(left, right, &err), PRONG_OK);
        ck_assert(prong_exact_equal(left, copy));
        ck_assert_int_eq(prong_exact_merge(right, copy, &err), PRONG_OK);
        ck_assert(prong_exact_equal(right, whole));
    }
    const unsigned pairs = PRONG_POWER_PAIRS | PRONG_POWER_PAIR_SQUARES;
    for (size_t cut = 0; cut <= MOST; cut += 777) {
        prong_exact *whole = state(0, pairs), *left = state(1, pairs), *right = state(2, pairs), *copy = state(3, pairs);
        prong_exact_add_pairs_f64(whole, a, x, y, MOST);
        prong_exact_add_pairs_f64(left, a, x, y, cut);
        prong_exact_add_pairs_f64(right, a, x + cut, y + cut, MOST - cut);
        memcpy(copy, left, prong_exact_size(pairs));
        ck_assert_int_eq(prong_exact_merge(left, right, &err), PRONG_OK);
        ck_assert(prong_exact_equal(left, whole));
        ck_assert_int_eq(prong_exact_unmerge(left, right, &err), PRONG_OK);
        ck_assert(prong_exact_equal(left, copy));
    }
    ck_assert_int_eq(prong_exact_merge(state(0, 1), state(1, 3), &err), PRONG_EINVAL);
    ck_assert(err.status == PRONG_EINVAL && err.detail[0]);
    prong_adder_destroy(a);
}
END_TEST

START_TEST(a_nan_can_be_merged_and_unmerged)
{
    prong_exact *s = state(0, PRONG_POWER_SUM), *t = state(1, PRONG_POWER_SUM);

    prong_exact_add_one(s, 1.5);
    prong_exact_add_one(t, NOT_A_NUMBER);
    prong_exact_add_one(t, -INF);
    ck_assert(prong_exact_merge(s, t, NULL) == PRONG_OK && isnan(sum_of(s)));
    ck_assert(prong_exact_unmerge(s, t, NULL) == PRONG_OK && sum_of(s) == 1.5);
}
END_TEST

START_TEST(minus_zero_survives_only_alone)
{
    prong_adder *a = adder_for("", "");

    for (size_t n = 1; n < 3000; n = 2 * n + 1) {
        prong_exact *s = state(0, PRONG_POWER_SUM), *t = state(1, PRONG_POWER_SUM);
        for (size_t i = 0; i < n; i++)
            x[i] = -0.0;
        prong_exact_add_f64(s, a, x, n);
        ck_assert(bits(sum_of(s)) == bits(-0.0));
        ck_assert(bits(prong_sum_f64(x, n)) == bits(-0.0));
        prong_exact_add_one(t, 0.0);
        ck_assert(prong_exact_merge(s, t, NULL) == PRONG_OK && bits(sum_of(s)) == 0);
        ck_assert(prong_exact_unmerge(s, t, NULL) == PRONG_OK && bits(sum_of(s)) == bits(-0.0));
    }
    ck_assert(bits(prong_sum_f64((double[]){ 1, -1 }, 2)) == 0);
    prong_adder_destroy(a);
}
END_TEST

START_TEST(serialised_states_come_back)
{
    static unsigned char bytes[4096];
    prong_adder *a = adder_for("", "");
    unsigned tried = 0;

    fill(6);
    for (unsigned powers = 1; powers < 1024; powers++) {
        prong_exact *s = (prong_exact *)room[0], *t = (prong_exact *)room[1];
        size_t size = prong_exact_serial_size(powers);
        if (size == 0)
            continue;
        tried++;
        prong_exact_init(s, powers);
        ck_assert(size <= sizeof bytes && prong_exact_size(powers) % 8 == 0);
        if (powers <= ALL)
            one_by_one(s, x, 500);
        else
            prong_exact_add_pairs_f64(s, a, x, y, 500);
        prong_exact_serialize(s, bytes);
        ck_assert_int_eq(prong_exact_deserialize(t, sizeof room[1], bytes, size, NULL), PRONG_OK);
        ck_assert(prong_exact_equal(s, t) && prong_exact_powers(t) == powers);
    }
    ck_assert(tried == 31 + 5);
    prong_adder_destroy(a);
}
END_TEST

START_TEST(damaged_states_are_refused)
{
    static unsigned char bytes[4096];
    prong_error err = PRONG_ERROR_INIT;
    prong_exact *s = state(0, PRONG_POWER_SUM), *t = state(1, PRONG_POWER_SQUARES),
                *u = state(2, PRONG_POWER_SQUARES);
    size_t size = prong_exact_serial_size(PRONG_POWER_SUM);

    prong_exact_add_one(s, 1);
    prong_exact_serialize(s, bytes);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        ck_assert_int_eq(prong_exact_deserialize(t, sizeof room[1], bytes, size, &err), PRONG_EDATA);
        ck_assert(err.detail[0]);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++)
        ck_assert_int_eq(prong_exact_deserialize(t, sizeof room[1], bytes, cut, NULL), PRONG_EDATA);
    ck_assert_int_eq(prong_exact_deserialize(t, sizeof room[1], bytes, size + 1, NULL), PRONG_EDATA);
    ck_assert_int_eq(prong_exact_deserialize(t, prong_exact_size(1) - 1, bytes, size, &err), PRONG_EINVAL);
    ck_assert(prong_exact_equal(t, u));
}
END_TEST

START_TEST(impossible_masks_have_no_size)
{
    static const unsigned valid[] = { PRONG_POWER_DOT, PRONG_POWER_PAIRS, PRONG_POWER_PAIRS | PRONG_POWER_PAIR_SQUARES,
                                      PRONG_POWER_WEIGHTED, PRONG_POWER_WEIGHTED | PRONG_POWER_WEIGHTED_SQUARES };

    for (unsigned powers = 0; powers < 1 << 17; powers++) {
        int is_valid = powers > 0 && powers <= ALL;
        for (unsigned i = 0; i < sizeof valid / sizeof valid[0]; i++)
            is_valid |= powers == valid[i];
        ck_assert((prong_exact_size(powers) > 0) == is_valid && prong_exact_size(powers) <= PRONG_EXACT_MAX_SIZE);
        ck_assert((prong_exact_serial_size(powers) > 0) == is_valid);
    }
}
END_TEST

Suite *exact_state_suite(void)
{
    Suite *suite = suite_create("exact state");
    TCase *t = tcase_create("state");

    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, parts_merge_to_the_whole_and_can_be_taken_away, 0, KINDS);
    tcase_add_test(t, a_nan_can_be_merged_and_unmerged);
    tcase_add_test(t, minus_zero_survives_only_alone);
    tcase_add_test(t, serialised_states_come_back);
    tcase_add_test(t, damaged_states_are_refused);
    tcase_add_test(t, impossible_masks_have_no_size);
    suite_add_tcase(suite, t);
    return suite;
}
