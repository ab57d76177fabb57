/* SPDX-License-Identifier: MIT */
/* States of reductions: the bytes do not depend on how parts were joined, and what is no state is refused whatever it is. */
#include "config.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "prong/reduce.h"
#include "share.h"

enum { N = 96, PARTS = 6 };

static const char operations[] = "sum,kurtosis,norm:inf,geomean,harmmean,logsumexp,min,argmax,absmin,median,trimmean:0.1,mad,"
                                 "topk:3,bottomk:2,mode,unique,any,checksum,first,last";

struct bytes {
    void *at;
    size_t size;
};

static double x[N];

static void fill(void)
{
    for (size_t i = 0; i < N; i++)
        x[i] = (double)((i * 37 + 11) % 23) / 4 - 2;
    x[5] = -0.0;
    x[40] = (double)NAN;
}

static prong_reduction *create(const char *list, prong_nan_policy nan)
{
    static prong_options run = PRONG_OPTIONS_INIT;
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;
    prong_reduction *r;

    run.workers = 1;
    options.run = &run;
    options.nan = nan;
    ck_assert_int_eq(prong_reduction_create(&r, list, &options, NULL), PRONG_OK);
    return r;
}

static void add(prong_reduction *r, const void *from, size_t n, prong_dtype dtype)
{
    prong_array *array;

    ck_assert_int_eq(prong_array_view(&array, from, n, dtype, NULL), PRONG_OK);
    ck_assert_int_eq(prong_reduction_add(r, array, NULL), PRONG_OK);
    prong_array_close(array);
}

static struct bytes save(const prong_reduction *r)
{
    struct bytes bytes;

    ck_assert_int_eq(prong_reduction_save(r, &bytes.at, &bytes.size, NULL), PRONG_OK);
    return bytes;
}

static prong_reduction *load(struct bytes bytes)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_reduction *r;

    ck_assert_msg(prong_reduction_load(&r, bytes.at, bytes.size, &err) == PRONG_OK, "%s", err.detail);
    return r;
}

static prong_reduction *part(const char *list, uint64_t number, uint64_t parts, size_t first, size_t n)
{
    prong_reduction *r = create(list, PRONG_NAN_OMIT);

    ck_assert_int_eq(prong_reduction_keep(r, number, parts, NULL), PRONG_OK);
    add(r, x + first, n, PRONG_F64);
    return r;
}

static struct bytes part_bytes(const char *list, uint64_t number, uint64_t parts, size_t first, size_t n)
{
    prong_reduction *r = part(list, number, parts, first, n);
    struct bytes bytes = save(r);

    prong_reduction_free(r);
    return bytes;
}

static void merge(prong_reduction *into, struct bytes bytes)
{
    prong_reduction *from = load(bytes);

    ck_assert_int_eq(prong_reduction_merge(into, from, NULL), PRONG_OK);
    prong_reduction_free(from);
}

static void text_of(const prong_reduction *r, size_t i, char text[1024])
{
    prong_value value;

    ck_assert_int_eq(prong_reduction_value(r, i, &value, NULL), PRONG_OK);
    ck_assert_uint_lt(prong_value_string(&value, text, 1024), 1024);
    prong_value_free(&value);
}

static void same_values(const prong_reduction *a, const prong_reduction *b)
{
    char first[1024], second[1024];

    for (size_t i = 0; i < prong_reduction_count(a); i++) {
        text_of(a, i, first);
        text_of(b, i, second);
        ck_assert_msg(strcmp(first, second) == 0, "%s: %s and %s", prong_reduction_text(a, i), first, second);
    }
}

START_TEST(bytes_and_values_do_not_depend_on_how_parts_are_joined)
{
    static const size_t orders[][PARTS] = { { 0, 1, 2, 3, 4, 5 }, { 5, 4, 3, 2, 1, 0 }, { 3, 0, 5, 1, 4, 2 } };
    prong_reduction *whole = create(operations, PRONG_NAN_OMIT);
    struct bytes parts[PARTS], merged[3];

    fill();
    add(whole, x, N, PRONG_F64);
    for (size_t i = 0; i < PARTS; i++)
        parts[i] = part_bytes(operations, i + 1, PARTS, i * N / PARTS, N / PARTS);
    for (size_t k = 0; k < 3; k++) {
        prong_reduction *left = load(parts[orders[k][0]]), *right = load(parts[orders[k][3]]);
        for (size_t i = 1; i < 3; i++) {
            merge(left, parts[orders[k][i]]);
            merge(right, parts[orders[k][i + 3]]);
        }
        ck_assert_int_eq(prong_reduction_merge(left, right, NULL), PRONG_OK);
        same_values(whole, left);
        merged[k] = save(left);
        prong_reduction_free(left);
        prong_reduction_free(right);
    }
    for (size_t k = 1; k < 3; k++) {
        ck_assert_uint_eq(merged[k].size, merged[0].size);
        ck_assert_mem_eq(merged[k].at, merged[0].at, merged[0].size);
    }
    for (size_t k = 0; k < 3; k++)
        free(merged[k].at);
    for (size_t i = 0; i < PARTS; i++)
        free(parts[i].at);
    prong_reduction_free(whole);
}
END_TEST

START_TEST(parts_without_numbers_give_the_bytes_of_one_that_has_all)
{
    static const char list[] = "mean,max,norm:inf,median,countunique,topk:4,xor";
    int64_t numbers[N];
    prong_reduction *all = create(list, PRONG_NAN_PROPAGATE), *some = create(list, PRONG_NAN_PROPAGATE);
    struct bytes once, twice;

    for (size_t i = 0; i < N; i++)
        numbers[i] = (int64_t)((i * 37 + 11) % 23) - 11;
    numbers[7] = INT64_MIN;
    ck_assert_int_eq(prong_reduction_keep(all, 0, 0, NULL), PRONG_OK);
    ck_assert_int_eq(prong_reduction_keep(some, 0, 0, NULL), PRONG_OK);
    add(all, numbers, N, PRONG_I64);
    add(some, numbers + 50, N - 50, PRONG_I64);
    add(some, numbers, 50, PRONG_I64);
    once = save(all);
    twice = save(some);
    ck_assert_uint_eq(once.size, twice.size);
    ck_assert_mem_eq(once.at, twice.at, once.size);
    free(once.at);
    free(twice.at);
    prong_reduction_free(all);
    prong_reduction_free(some);
}
END_TEST

/* ---- What is refused ---- */

static void refused(const void *at, size_t size)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_reduction *r = (prong_reduction *)(uintptr_t)1;

    ck_assert_int_eq(prong_reduction_load(&r, at, size, &err), PRONG_EDATA);
    ck_assert_ptr_null(r);
    ck_assert_uint_gt(strlen(err.detail), 0);
}

START_TEST(every_changed_byte_and_every_cut_is_refused)
{
    struct bytes bytes;
    unsigned char *copy;

    fill();
    bytes = part_bytes(operations, 2, 3, 0, N);
    copy = malloc(bytes.size);
    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; i < bytes.size; i++) {
        memcpy(copy, bytes.at, bytes.size);
        copy[i] ^= (unsigned char)(1 + i % 255);
        refused(copy, bytes.size);
        /* In a block of its own size, where reading further would show. */
        unsigned char *cut = malloc(i + 1);
        ck_assert_ptr_nonnull(cut);
        memcpy(cut, bytes.at, i);
        refused(cut, i);
        free(cut);
    }
    free(copy);
    free(bytes.at);
}
END_TEST

static void forge(unsigned char *at, size_t size)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size - 8; i++)
        h = (h ^ at[i]) * UINT64_C(0x100000001b3);
    for (unsigned i = 0; i < 8; i++)
        at[size - 8 + i] = (unsigned char)(h >> 8 * i);
}

/* With a right checksum, and anything else: either refused, or a state like others, from which values and bytes come. */
START_TEST(a_forged_state_is_refused_or_harmless)
{
    static const unsigned char patterns[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
    const size_t step = 1000 / (size_t)test_share_of(1000);
    struct bytes bytes;
    unsigned char *copy;
    size_t loaded = 0;

    fill();
    bytes = part_bytes(operations, 1, 1, 0, N);
    copy = malloc(bytes.size);
    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; i < bytes.size - 8; i += step) {
        for (size_t k = 0; k < sizeof patterns; k++) {
            prong_reduction *r;
            memcpy(copy, bytes.at, bytes.size);
            copy[i] = patterns[k];
            forge(copy, bytes.size);
            if (prong_reduction_load(&r, copy, bytes.size, NULL))
                continue;
            loaded++;
            for (size_t o = 0; o < prong_reduction_count(r); o++) {
                prong_value value;
                if (prong_reduction_value(r, o, &value, NULL) == PRONG_OK)
                    prong_value_free(&value);
            }
            free(save(r).at);
            prong_reduction_free(r);
        }
    }
    ck_assert_uint_gt(loaded, 0);
    free(copy);
    free(bytes.at);
}
END_TEST

static void merge_refused(prong_reduction *into, prong_reduction *from, const char *why)
{
    struct bytes before = save(into), after;
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_int_eq(prong_reduction_merge(into, from, &err), PRONG_EDATA);
    ck_assert_msg(strstr(err.detail, why) != NULL, "'%s' in '%s'", why, err.detail);
    after = save(into);
    ck_assert_uint_eq(before.size, after.size);
    ck_assert_mem_eq(before.at, after.at, before.size);
    free(before.at);
    free(after.at);
    prong_reduction_free(from);
}

START_TEST(states_that_do_not_belong_together_are_not_joined)
{
    prong_reduction *r, *other;

    fill();
    r = part("sum", 1, 3, 0, 8);
    merge_refused(r, part("mean", 2, 3, 8, 8), "operations");
    merge_refused(r, part("sum", 1, 3, 8, 8), "part 1 of 3");
    merge_refused(r, part("sum", 2, 4, 8, 8), "wholes of 3 and of 4");
    merge_refused(r, part("sum", 0, 0, 8, 8), "wholes");
    other = create("sum", PRONG_NAN_PROPAGATE);
    ck_assert_int_eq(prong_reduction_keep(other, 2, 3, NULL), PRONG_OK);
    merge_refused(r, other, "NaN");
    other = create("sum", PRONG_NAN_OMIT);
    ck_assert_int_eq(prong_reduction_keep(other, 2, 3, NULL), PRONG_OK);
    add(other, (const uint64_t[]){ 1 }, 1, PRONG_U64);
    merge_refused(r, other, "f64 and u64");
    prong_reduction_free(r);
}
END_TEST

START_TEST(a_part_of_nothing_goes_with_all)
{
    prong_reduction *r, *empty = create("sum,argmin", PRONG_NAN_OMIT);
    char text[1024];

    fill();
    ck_assert_int_eq(prong_reduction_keep(empty, 1, 2, NULL), PRONG_OK);
    r = part("sum,argmin", 2, 2, 0, 4);
    ck_assert_int_eq(prong_reduction_merge(empty, r, NULL), PRONG_OK);
    text_of(empty, 0, text);
    prong_reduction_free(r);
    r = create("sum", PRONG_NAN_OMIT);
    add(r, x, 4, PRONG_F64);
    ck_assert_int_eq(prong_reduction_dtype(empty), PRONG_F64);
    same_values(r, empty);
    prong_reduction_free(empty);
    prong_reduction_free(r);
}
END_TEST

START_TEST(places_are_known_when_all_parts_before_are_there)
{
    prong_reduction *r, *first;
    prong_value value;
    prong_error err = PRONG_ERROR_INIT;
    char text[1024];

    fill();
    x[20] = 1000;
    r = part("argmax", 2, 3, 16, 16);
    ck_assert_int_eq(prong_reduction_value(r, 0, &value, &err), PRONG_EDATA);
    ck_assert_ptr_nonnull(strstr(err.detail, "part 1 of 3 is missing"));
    first = part("argmax", 1, 3, 0, 16);
    ck_assert_int_eq(prong_reduction_merge(r, first, NULL), PRONG_OK);
    text_of(r, 0, text);
    ck_assert_str_eq(text, "20");
    prong_reduction_free(first);
    prong_reduction_free(r);
}
END_TEST

static void not_kept(const char *list, uint64_t number, uint64_t parts, prong_status wanted, const char *why)
{
    prong_reduction *r = create(list, PRONG_NAN_OMIT);
    prong_error err = PRONG_ERROR_INIT;
    struct bytes bytes;

    ck_assert_int_eq(prong_reduction_keep(r, number, parts, &err), wanted);
    ck_assert_msg(strstr(err.detail, why) != NULL, "'%s' in '%s'", why, err.detail);
    ck_assert_int_eq(prong_reduction_save(r, &bytes.at, &bytes.size, NULL), PRONG_EINVAL);
    prong_reduction_free(r);
}

START_TEST(what_has_no_state_says_why)
{
    prong_reduction *r = create("sum", PRONG_NAN_OMIT);

    fill();
    not_kept("sum,prod", 1, 1, PRONG_EOP, "in their order only");
    not_kept("argmin", 0, 0, PRONG_EOP, "--part");
    not_kept("absmax", 0, 0, PRONG_EOP, "--part");
    not_kept("sum", 4, 3, PRONG_EINVAL, "part 4 of 3");
    not_kept("sum", 0, 3, PRONG_EINVAL, "part 0 of 3");
    add(r, x, 4, PRONG_F64);
    ck_assert_int_eq(prong_reduction_keep(r, 0, 0, NULL), PRONG_EINVAL);
    prong_reduction_free(r);
}
END_TEST

START_TEST(options_of_values_may_be_changed_and_others_not)
{
    prong_reduction *r = part("var", 0, 0, 0, 8), *plain = create("svar", PRONG_NAN_OMIT);
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;

    add(plain, x, 8, PRONG_F64);
    prong_reduction_options(r, &options);
    ck_assert_int_eq(options.nan, PRONG_NAN_OMIT);
    options.ddof = 1;
    ck_assert_int_eq(prong_reduction_set_options(r, &options, NULL), PRONG_OK);
    same_values(plain, r);
    options.nan = PRONG_NAN_PROPAGATE;
    ck_assert_int_eq(prong_reduction_set_options(r, &options, NULL), PRONG_EINVAL);
    ck_assert_int_eq(prong_reduction_set_options(plain, &options, NULL), PRONG_EINVAL);
    prong_reduction_free(r);
    prong_reduction_free(plain);
}
END_TEST

START_TEST(nothing_is_added_to_what_was_loaded)
{
    struct bytes bytes = part_bytes("sum", 0, 0, 0, 8);
    prong_reduction *r = load(bytes);
    prong_array *array;

    ck_assert_int_eq(prong_array_view(&array, x, 1, PRONG_F64, NULL), PRONG_OK);
    ck_assert_int_eq(prong_reduction_add(r, array, NULL), PRONG_EINVAL);
    prong_array_close(array);
    prong_reduction_free(r);
    free(bytes.at);
}
END_TEST

START_TEST(a_tally_beyond_the_memory_limit_is_refused)
{
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;
    prong_error err = PRONG_ERROR_INIT;
    double many[5000];
    prong_reduction *r;
    prong_array *array;

    for (size_t i = 0; i < 5000; i++)
        many[i] = (double)i;
    options.memory_limit = 4096 * 16;
    ck_assert_int_eq(prong_reduction_create(&r, "median", &options, NULL), PRONG_OK);
    ck_assert_int_eq(prong_reduction_keep(r, 0, 0, NULL), PRONG_OK);
    ck_assert_int_eq(prong_array_view(&array, many, 5000, PRONG_F64, NULL), PRONG_OK);
    ck_assert_int_eq(prong_reduction_add(r, array, &err), PRONG_ENOMEM);
    ck_assert_ptr_nonnull(strstr(err.detail, "memory limit"));
    prong_array_close(array);
    ck_assert_int_eq(prong_array_view(&array, many, 4000, PRONG_F64, NULL), PRONG_OK);
    ck_assert_int_eq(prong_reduction_add(r, array, NULL), PRONG_OK);
    prong_array_close(array);
    prong_reduction_free(r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keep");
    TCase *states = tcase_create("states"), *refusals = tcase_create("refusals");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(states, bytes_and_values_do_not_depend_on_how_parts_are_joined);
    tcase_add_test(states, parts_without_numbers_give_the_bytes_of_one_that_has_all);
    tcase_add_test(states, a_part_of_nothing_goes_with_all);
    tcase_add_test(states, places_are_known_when_all_parts_before_are_there);
    tcase_add_test(states, options_of_values_may_be_changed_and_others_not);
    tcase_set_timeout(states, 60);
    suite_add_tcase(suite, states);
    tcase_add_test(refusals, every_changed_byte_and_every_cut_is_refused);
    tcase_add_test(refusals, a_forged_state_is_refused_or_harmless);
    tcase_add_test(refusals, states_that_do_not_belong_together_are_not_joined);
    tcase_add_test(refusals, what_has_no_state_says_why);
    tcase_add_test(refusals, nothing_is_added_to_what_was_loaded);
    tcase_add_test(refusals, a_tally_beyond_the_memory_limit_is_refused);
    tcase_set_timeout(refusals, 120);
    suite_add_tcase(suite, refusals);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
