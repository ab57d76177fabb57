/* SPDX-License-Identifier: MIT */
/* Selection among keys in memory, refinement of places that hold too many, and the whole way of a quantile. */
#include "config.h"

#include "order_fixture.h"

#include "order/classify.h"
#include "order/refine.h"
#include "order/select.h"

enum { N = 20000, RANKS = 40 };

static uint64_t x[N], sorted[N];
static int64_t key[N], caught[N];

/* With many duplicates among few keys, and patterns that defeat a pivot from fixed places. */
static void selected_of_kind(enum prong_order_domain domain, enum kind kind)
{
    static const size_t sizes[] = { 1, 2, 255, 256, 257, 4000, N };

    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (size_t ranks = 0; ranks <= RANKS; ranks += ranks < 3 ? 1 : 37) {
            uint64_t rank[RANKS];
            size_t kept;
            fill(domain, kind, x, sizes[s]);
            kept = sort_elements(domain, x, sizes[s], sorted);
            prong_keys(domain, x, sizes[s], key);
            if (kept == 0)
                continue;
            for (size_t i = 0; i < ranks; i++)
                rank[i] = i == 1 ? kept - 1 : random_bits() % 3 ? random_bits() % kept : kept / 2;
            qsort(rank, ranks, sizeof rank[0], compare_u64);
            prong_select(key, kept, rank, ranks);
            for (size_t i = 0; i < ranks; i++)
                CHECK(element_of(domain, key[rank[i]]) == sorted[rank[i]]);
            for (size_t i = 0; i < kept; i++)
                x[i] = element_of(domain, key[i]);
            qsort(x, kept, sizeof *x, compare[domain]); /* nothing is lost */
            ck_assert(memcmp(x, sorted, kept * sizeof *x) == 0);
        }
}

START_TEST(selected_keys_are_where_sorting_puts_them)
{
    for (int kind = 0; kind < KINDS; kind++)
        selected_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

/* Ever new scales: wherever a pivot comes from, most of the range of keys is on one side. */
START_TEST(keys_of_all_scales_are_selected_too)
{
    uint64_t rank[64];

    seed = 1;
    for (size_t i = 0; i < N; i++)
        key[i] = (int64_t)(random_bits() >> (i % 64));
    key[0] = INT64_MIN;
    key[1] = INT64_MAX;
    for (size_t i = 0; i < 64; i++)
        rank[i] = i * N / 64;
    memcpy(caught, key, sizeof key);
    qsort(caught, N, sizeof *caught, compare_i64);
    prong_select(key, N, rank, 64);
    for (size_t i = 0; i < 64; i++)
        ck_assert(key[rank[i]] == caught[rank[i]]);
}
END_TEST

/* Round after round, until the place is one key: never more rounds than promised. */
static void assert_refined(enum prong_order_domain domain, size_t n, size_t kept, uint64_t rank)
{
    struct prong_place p = { .keys = { prong_key_least(domain), prong_key_greatest(domain) }, .count = kept };
    unsigned rounds = 0;

    while (p.keys.lo < p.keys.hi) {
        static uint64_t histogram[PRONG_REFINE_BYTES / 8];
        struct prong_refiner r;
        ck_assert_uint_lt(rounds++, PRONG_REFINE_ROUNDS);
        prong_refiner_init(&r, domain, &p.keys, 1);
        memset(histogram, 0, sizeof histogram);
        prong_refine(&r, x, n / 3, histogram);
        prong_refine(&r, x + n / 3, n - n / 3, histogram);
        p = prong_refine_pick(&r, 0, histogram, p.below, rank);
        ck_assert(p.below <= rank && rank < p.below + p.count);
    }
    ck_assert(element_of(domain, p.keys.lo) == sorted[rank]);
    ck_assert(p.below == 0 || compare[domain](sorted + p.below - 1, sorted + p.below) < 0);
    ck_assert(p.below + p.count == kept || compare[domain](sorted + rank, sorted + p.below + p.count) < 0);
}

static void refined_of_kind(enum prong_order_domain domain, enum kind kind)
{
    size_t n = 3000, kept;

    fill(domain, kind, x, n);
    kept = sort_elements(domain, x, n, sorted);
    for (size_t i = 0; i < 20 && kept > 0; i++)
        assert_refined(domain, n, kept, i == 0 ? 0 : i == 1 ? kept - 1 : random_bits() % kept);
}

START_TEST(refining_ends_with_the_key_of_the_rank)
{
    for (int kind = 0; kind < KINDS; kind++)
        refined_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

START_TEST(many_intervals_are_refined_at_once_within_the_memory_promised)
{
    static uint64_t histogram[PRONG_REFINE_BYTES / 8];
    static struct prong_interval v[PRONG_REFINE_MOST];
    struct prong_refiner r;

    fill(PRONG_ORDER_I64, UNIFORM, x, N);
    for (size_t i = 0; i < N; i++)
        x[i] = random_bits() % (1 << 20);
    for (size_t n = 1; n <= PRONG_REFINE_MOST; n += n < 20 ? 1 : 36) {
        for (size_t i = 0; i < n; i++) {
            int64_t lo = (int64_t)((i << 20) / n);
            v[i] = (struct prong_interval){ lo, lo + (int64_t)(random_bits() % ((1 << 20) / n - 1)) };
        }
        prong_refiner_init(&r, PRONG_ORDER_I64, v, n);
        ck_assert_uint_le(8 * prong_refiner_counters(&r), PRONG_REFINE_BYTES);
        ck_assert(n > PRONG_REFINE_FEW || 64 / r.bits + (64 % r.bits > 0) <= PRONG_REFINE_ROUNDS);
        memset(histogram, 0, sizeof histogram);
        prong_refine(&r, x, N, histogram);
        for (size_t i = 0; i < n; i++) {
            uint64_t all = 0, inside = 0;
            for (size_t k = 0; k < (size_t)1 << r.bits; k++)
                all += histogram[(i << r.bits) + k];
            for (size_t k = 0; k < N; k++)
                inside += (int64_t)x[k] >= v[i].lo && (int64_t)x[k] <= v[i].hi;
            ck_assert_uint_eq(all, inside);
        }
    }
}
END_TEST

/* As a driver goes it: a sample, one pass, selection among what was caught; or further passes. */
static void quantile_found_of_kind(enum prong_order_domain domain, enum kind kind)
{
    static struct prong_classifier c;
    static const double q[] = { 0, 0.1, 0.5, 0.999, 1 };
    enum { Q = sizeof q / sizeof q[0], SAMPLE = 500 };
    struct prong_interval v[16];
    uint64_t count[32] = { 0 }, nan = 0, among[Q];
    struct prong_catch caught_keys = { caught, N, 0, false };
    size_t kept, sample, n, intervals;
    struct prong_place place[Q];

    fill(domain, kind, x, N);
    kept = sort_elements(domain, x, N, sorted);
    if (kept == 0)
        return;
    for (size_t i = 0; i < SAMPLE; i++)
        key[i] = (int64_t)x[i * (N / SAMPLE)];
    sample = prong_keys(domain, key, SAMPLE, key);
    prong_keys_sort(key, sample);
    intervals = prong_bracket(domain, key, sample, q, Q, v, 16);
    prong_classifier_init(&c, domain, v, intervals);
    prong_classify(&c, x, N, count, &nan, &caught_keys);
    ck_assert_uint_eq(nan, N - kept);
    n = 0;
    for (size_t i = 0; i < Q; i++) {
        place[i] = prong_place_of(domain, v, count, intervals, kept, (uint64_t)(q[i] * (double)(kept - 1)));
        ck_assert(place[i].interval != SIZE_MAX); /* the data are in no treacherous order */
        if (place[i].keys.lo < place[i].keys.hi)
            among[n++] = place[i].caught_below + (uint64_t)(q[i] * (double)(kept - 1)) - place[i].below;
    }
    prong_select(caught, caught_keys.n, among, n);
    n = 0;
    for (size_t i = 0; i < Q; i++) {
        int64_t found = place[i].keys.lo < place[i].keys.hi ? caught[among[n++]] : place[i].keys.lo;
        ck_assert(element_of(domain, found) == sorted[(uint64_t)(q[i] * (double)(kept - 1))]);
    }
}

START_TEST(a_quantile_is_found_from_sample_pass_and_selection)
{
    for (int kind = 0; kind < KINDS; kind++)
        quantile_found_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

static size_t inside(const struct prong_interval *v, size_t n, int64_t k)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].lo <= k && k <= v[i].hi)
            return 1;
    return 0;
}

/* Every fourth element is looked at in intervals that come from fewer: those that are narrower still hold the quantiles. */
static void surveyed_of_kind(enum prong_order_domain domain, enum kind kind)
{
    static struct prong_classifier c;
    static const double q[] = { 0.5, 0, 0.2, 1 };
    enum { Q = sizeof q / sizeof q[0], SAMPLE = 500, SURVEY = N / 4, ROOM = 64 };
    static int64_t all[N];
    static uint64_t some[SURVEY];
    struct prong_interval wide[ROOM], narrow[ROOM];
    uint64_t count[2 * ROOM] = { 0 }, nan = 0;
    double variance[2 * ROOM] = { 0 }, share = -1;
    struct prong_catch caught_keys = { caught, N, 0, false };
    size_t kept, sample, before = 0, after = 0, n;
    struct prong_survey survey = { wide, 0, count, variance, 0, caught, 0 };

    fill(domain, kind, x, N);
    kept = prong_keys(domain, x, N, all);
    if (kept == 0)
        return;
    prong_keys_sort(all, kept);
    for (size_t i = 0; i < SURVEY; i++)
        some[i] = x[4 * i + 3];
    for (size_t i = 0; i < SAMPLE; i++)
        key[i] = (int64_t)x[i * (N / SAMPLE)];
    sample = prong_keys(domain, key, SAMPLE, key);
    prong_keys_sort(key, sample);
    survey.intervals = prong_bracket(domain, key, sample, q, Q, wide, ROOM / 2);
    prong_classifier_init(&c, domain, wide, survey.intervals);
    prong_classify(&c, some, SURVEY, count, &nan, &caught_keys);
    survey.n = SURVEY - nan;
    survey.caught_n = caught_keys.n;
    prong_keys_sort(caught, caught_keys.n);
    n = prong_bracket_narrow(domain, &survey, q, Q, narrow, ROOM, &share);
    ck_assert_uint_gt(n, 0);
    ck_assert(share >= 0 && share <= 1);
    for (size_t i = 0; i < n; i++) {
        ck_assert(narrow[i].lo <= narrow[i].hi && (i == 0 || narrow[i - 1].hi < narrow[i].lo));
        ck_assert(inside(wide, survey.intervals, narrow[i].lo) && inside(wide, survey.intervals, narrow[i].hi));
    }
    for (size_t i = 0; i < Q; i++)
        ck_assert(inside(narrow, n, all[(size_t)(q[i] * (double)(kept - 1))]));
    for (size_t i = 0; i < kept; i++) {
        before += inside(wide, survey.intervals, all[i]);
        after += inside(narrow, n, all[i]);
    }
    ck_assert(after <= before && (kind != UNIFORM || after < before / 2));
    for (size_t i = 0; i < 2 * ROOM; i++) /* elements that depend on each other: nothing is known better than before */
        variance[i] = 1e12;
    n = prong_bracket_narrow(domain, &survey, q, 1, narrow, ROOM, &share);
    for (size_t i = 0; i < kept; i++)
        ck_assert(inside(narrow, n, all[i]) == inside(wide, survey.intervals, all[i]));
}

START_TEST(a_survey_narrows_intervals_and_they_still_hold_the_quantiles)
{
    for (int kind = 0; kind < KINDS; kind++)
        surveyed_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

START_TEST(a_survey_that_finds_a_quantile_outside_narrows_nothing)
{
    struct prong_interval v = { 10, 20 }, out[4];
    uint64_t count[] = { 30, 40 };
    double variance[] = { 0, 0 }, q = 0.5, share;
    int64_t found[10] = { 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };
    struct prong_survey survey = { &v, 1, count, variance, 1000, found, 10 };

    ck_assert_uint_eq(prong_bracket_narrow(PRONG_ORDER_I64, &survey, &q, 1, out, 4, &share), 0);
    q = 0.035;
    ck_assert_uint_eq(prong_bracket_narrow(PRONG_ORDER_I64, &survey, &q, 1, out, 4, &share), 1);
    ck_assert(out[0].lo == 10 && out[0].hi == 20 && share == 0.01);
    ck_assert_uint_eq(prong_bracket_narrow(PRONG_ORDER_I64, &survey, &q, 1, out, 1, &share), 0); /* no room */
    survey.n = 0;
    ck_assert_uint_eq(prong_bracket_narrow(PRONG_ORDER_I64, &survey, &q, 1, out, 4, &share), 0);
}
END_TEST

Suite *order_select_suite(void)
{
    Suite *s = suite_create("order: select");
    TCase *t = tcase_create("select");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, selected_keys_are_where_sorting_puts_them, 0, DOMAINS);
    tcase_add_test(t, keys_of_all_scales_are_selected_too);
    tcase_add_loop_test(t, refining_ends_with_the_key_of_the_rank, 0, DOMAINS);
    tcase_add_test(t, many_intervals_are_refined_at_once_within_the_memory_promised);
    tcase_add_loop_test(t, a_quantile_is_found_from_sample_pass_and_selection, 0, DOMAINS);
    tcase_add_loop_test(t, a_survey_narrows_intervals_and_they_still_hold_the_quantiles, 0, DOMAINS);
    tcase_add_test(t, a_survey_that_finds_a_quantile_outside_narrows_nothing);
    suite_add_tcase(s, t);
    return s;
}
