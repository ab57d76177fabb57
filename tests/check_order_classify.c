/* SPDX-License-Identifier: MIT */
/* The pass that counts below bounds and catches what is inside, on every instruction set, against counting one by one. */
#include "config.h"

#include "order_fixture.h"

#include "order/classify.h"

enum { N = 5000 };

static uint64_t x[N + 1], sorted[N], found[N];
static int64_t key[N], caught[N];
static struct prong_classifier classifier;
static struct prong_interval interval[PRONG_INTERVALS];
static uint64_t count[2 * PRONG_INTERVALS];

/* Disjoint intervals whose bounds are elements, neighbours of elements, or the ends of the domain; some touch. */
static size_t draw_intervals(enum prong_order_domain domain, size_t wanted, size_t kept)
{
    static int64_t bound[2 * PRONG_INTERVALS];
    size_t n = 0;

    for (size_t i = 0; i < 2 * wanted; i++) {
        uint64_t how = random_bits();
        bound[i] = kept > 0 ? key[random_bits() % kept] : 0;
        if (how % 16 == 0)
            bound[i] = how % 32 ? prong_key_least(domain) : prong_key_greatest(domain);
        else if (how % 4 == 1 && bound[i] < prong_key_greatest(domain))
            bound[i]++;
        else if (how % 8 == 2 && bound[i] > prong_key_least(domain))
            bound[i]--;
    }
    prong_keys_sort(bound, 2 * wanted);
    for (size_t i = 0; i < wanted; i++) {
        struct prong_interval v = { bound[2 * i], bound[2 * i + 1] };
        if (random_bits() % 4 == 0)
            v.hi = v.lo;
        if (n > 0 && v.lo <= interval[n - 1].hi)
            continue;
        if (n > 0 && random_bits() % 3 == 0)
            v.lo = interval[n - 1].hi + 1;
        interval[n++] = v;
    }
    return n;
}

/* From the elements themselves: sorted holds them in order, so that the number below a key is found by comparing. */
static uint64_t below(enum prong_order_domain domain, size_t kept, int64_t bound, bool or_equal)
{
    uint64_t element = element_of(domain, bound), n = 0;

    for (size_t i = 0; i < kept; i++) {
        int order = compare[domain](sorted + i, &element);
        n += order < 0 || (or_equal && order == 0);
    }
    return n;
}

static bool inside(enum prong_order_domain domain, size_t n, uint64_t element)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t lo = element_of(domain, interval[i].lo), hi = element_of(domain, interval[i].hi);
        if (interval[i].lo < interval[i].hi && compare[domain](&lo, &element) <= 0 &&
            compare[domain](&element, &hi) <= 0)
            return true;
    }
    return false;
}

static void assert_classified(enum prong_order_domain domain, size_t n, size_t intervals)
{
    size_t kept = sort_elements(domain, x, n, sorted), expected = 0;
    struct prong_catch c = { caught, N, 0, false };
    uint64_t nan = 7;

    memset(count, 0, sizeof count);
    prong_classifier_init(&classifier, domain, interval, intervals);
    prong_classify(&classifier, x, n / 3, count, &nan, &c); /* in two parts, to add up */
    prong_classify(&classifier, x + n / 3, n - n / 3, count, &nan, &c);
    if (intervals > 0 || domain == PRONG_ORDER_F64)
        ck_assert_uint_eq(nan, 7 + n - kept);
    for (size_t i = 0; i < intervals; i++) {
        CHECK(count[2 * i] == below(domain, kept, interval[i].lo, false));
        CHECK(count[2 * i + 1] == below(domain, kept, interval[i].hi, true));
    }
    ck_assert(!c.full);
    for (size_t i = 0; i < c.n; i++)
        found[i] = element_of(domain, caught[i]);
    qsort(found, c.n, sizeof *found, compare[domain]);
    for (size_t i = 0; i < kept; i++)
        if (inside(domain, intervals, sorted[i])) {
            CHECK(expected < c.n && found[expected] == sorted[i]);
            expected++;
        }
    ck_assert_uint_eq(c.n, expected);
}

/* Few intervals are compared with each element, more in groups, and many are searched. */
static void classified_exactly_of_kind(enum prong_order_domain domain, enum kind kind)
{
    static const size_t numbers[] = { 0, 1, 2, 3, 4, 5, 6, 9, 10, 15, 40, 60 };
    size_t n = 700, kept;

    fill(domain, kind, x, n);
    kept = prong_keys(domain, x, n, key);
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
        for (int again = 0; again < 3; again++)
            assert_classified(domain, n, draw_intervals(domain, numbers[k], kept));
}

START_TEST(counts_and_catches_are_exact_for_any_number_of_intervals)
{
    setenv("PRONG_ISA", isas[_i / DOMAINS], 1);
    for (int kind = 0; kind < KINDS; kind++)
        classified_exactly_of_kind((enum prong_order_domain)(_i % DOMAINS), (enum kind)kind);
}
END_TEST

START_TEST(as_many_intervals_as_allowed_are_counted)
{
    enum prong_order_domain domain = (enum prong_order_domain)_i;
    size_t n;

    fill(domain, ANY_BITS, x, N);
    n = draw_intervals(domain, PRONG_INTERVALS, prong_keys(domain, x, N, key));
    ck_assert_uint_gt(n, PRONG_INTERVALS / 2);
    assert_classified(domain, N, n);
    for (size_t i = 0; i < PRONG_INTERVALS; i++) /* and where all of them share a place of the table */
        interval[i] = (struct prong_interval){ (int64_t)(3 * i), (int64_t)(3 * i + 1) };
    interval[PRONG_INTERVALS - 1].hi = prong_key_greatest(domain);
    for (size_t i = 0; i < N; i++)
        x[i] = element_of(domain, (int64_t)(random_bits() % (4 * PRONG_INTERVALS)) - PRONG_INTERVALS / 2);
    assert_classified(domain, N, PRONG_INTERVALS);
}
END_TEST

START_TEST(any_number_of_elements_at_any_offset_is_counted)
{
    setenv("PRONG_ISA", isas[_i], 1);
    fill(PRONG_ORDER_F64, NANS, x, N);
    interval[0] = (struct prong_interval){ prong_key_of_f64(-0.1), prong_key_of_f64(0.2) };
    for (size_t n = 0; n < 300; n++)
        assert_classified(PRONG_ORDER_F64, n, 1);
}
END_TEST

START_TEST(the_whole_domain_is_an_interval)
{
    enum prong_order_domain domain = (enum prong_order_domain)(_i % DOMAINS);

    setenv("PRONG_ISA", isas[_i / DOMAINS], 1);
    interval[0] = (struct prong_interval){ prong_key_least(domain), prong_key_greatest(domain) };
    for (int kind = 0; kind < KINDS; kind++) {
        fill(domain, (enum kind)kind, x, 500);
        x[0] = element_of(domain, interval[0].lo);
        x[1] = element_of(domain, interval[0].hi);
        assert_classified(domain, 500, 1);
    }
}
END_TEST

/* Whatever the capacity: what is caught is right, nothing behind it is written to, and counting goes on. */
START_TEST(when_there_is_no_room_it_says_full_and_counts_on)
{
    const uint64_t canary = UINT64_C(0x5ca1ab1e0ddba115);
    size_t many = _i / ISAS ? 50 : 1, n = 1000;

    setenv("PRONG_ISA", isas[_i % ISAS], 1);
    fill(PRONG_ORDER_F64, UNIFORM, x, n);
    for (size_t i = 0; i < many; i++) {
        double lo = 0.25 + (double)i / (double)many / 2;
        interval[i] = (struct prong_interval){ prong_key_of_f64(lo), prong_key_of_f64(lo + 0.5 / (double)many) - 1 };
    }
    prong_classifier_init(&classifier, PRONG_ORDER_F64, interval, many);
    for (size_t room = 0; room < 600; room++) {
        struct prong_catch c = { caught, room, 0, false };
        uint64_t nan = 0, all = 0;
        memset(count, 0, sizeof count);
        memcpy(caught + room, &canary, sizeof canary);
        prong_classify(&classifier, x, n / 2, count, &nan, &c);
        prong_classify(&classifier, x + n / 2, n / 2, count, &nan, &c);
        for (size_t i = 0; i < many; i++)
            all += count[2 * i + 1] - count[2 * i];
        ck_assert(all > 400 && all < 600);
        ck_assert(c.full == (room < all));
        ck_assert_uint_eq(c.n, room < all ? room : all);
        ck_assert(memcmp(caught + room, &canary, sizeof canary) == 0);
        for (size_t i = 0; i < c.n; i++) {
            double value = prong_f64_of_key(caught[i]);
            CHECK(value >= 0.25 && value < 0.75);
        }
    }
}
END_TEST

START_TEST(counting_alone_needs_no_buffer)
{
    struct prong_catch none = { NULL, 0, 0, false };
    uint64_t nan = 0;

    setenv("PRONG_ISA", isas[_i], 1);
    fill(PRONG_ORDER_F64, FEW_VALUES, x, N);
    interval[0] = (struct prong_interval){ 0, 0 };
    prong_classifier_init(&classifier, PRONG_ORDER_F64, interval, 1);
    memset(count, 0, sizeof count);
    prong_classify(&classifier, x, N, count, &nan, &none);
    ck_assert(count[1] > count[0] && !none.full && none.n == 0);
}
END_TEST

START_TEST(the_instruction_set_asked_for_is_used_or_another_that_there_is)
{
    setenv("PRONG_ISA", "portable", 1);
    prong_classifier_init(&classifier, PRONG_ORDER_I64, interval, 0);
    ck_assert_str_eq(prong_classifier_isa(&classifier), "portable");
    setenv("PRONG_ISA", "abacus", 1);
    prong_classifier_init(&classifier, PRONG_ORDER_I64, interval, 0);
    ck_assert_str_ne(prong_classifier_isa(&classifier), "abacus");
}
END_TEST

static void places_of_kind(enum prong_order_domain domain, enum kind kind)
{
    size_t n = 600, kept, intervals;

    fill(domain, kind, x, n);
    kept = prong_keys(domain, x, n, key);
    for (size_t wanted = 0; wanted < 9; wanted++) {
        struct prong_catch c = { caught, N, 0, false };
        uint64_t nan = 0;
        intervals = draw_intervals(domain, wanted, kept);
        memset(count, 0, sizeof count);
        prong_classifier_init(&classifier, domain, interval, intervals);
        prong_classify(&classifier, x, n, count, &nan, &c);
        prong_keys_sort(caught, c.n);
        prong_keys_sort(key, kept);
        for (size_t rank = 0; rank < kept; rank++) {
            struct prong_place p = prong_place_of(domain, interval, count, intervals, kept, rank);
            CHECK(p.keys.lo <= key[rank] && key[rank] <= p.keys.hi);
            CHECK(p.below <= rank && rank < p.below + p.count);
            CHECK(p.below == 0 || key[p.below - 1] < p.keys.lo);
            CHECK(p.below + p.count == kept || key[p.below + p.count] > p.keys.hi);
            if (p.interval != SIZE_MAX && p.keys.lo < p.keys.hi)
                CHECK(caught[p.caught_below + rank - p.below] == key[rank]);
        }
    }
}

START_TEST(every_rank_has_its_place)
{
    for (int kind = 0; kind < KINDS; kind++)
        places_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

Suite *order_classify_suite(void)
{
    Suite *s = suite_create("order: classify");
    TCase *t = tcase_create("classify");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, counts_and_catches_are_exact_for_any_number_of_intervals, 0, ISAS * DOMAINS);
    tcase_add_loop_test(t, as_many_intervals_as_allowed_are_counted, 0, DOMAINS);
    tcase_add_loop_test(t, any_number_of_elements_at_any_offset_is_counted, 0, ISAS);
    tcase_add_loop_test(t, the_whole_domain_is_an_interval, 0, ISAS * DOMAINS);
    tcase_add_loop_test(t, when_there_is_no_room_it_says_full_and_counts_on, 0, 2 * ISAS);
    tcase_add_loop_test(t, counting_alone_needs_no_buffer, 0, ISAS);
    tcase_add_test(t, the_instruction_set_asked_for_is_used_or_another_that_there_is);
    tcase_add_loop_test(t, every_rank_has_its_place, 0, DOMAINS);
    suite_add_tcase(s, t);
    return s;
}
