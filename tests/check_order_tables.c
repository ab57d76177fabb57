/* SPDX-License-Identifier: MIT */
/* Distinct values and the greatest ones, against sorting everything. */
#include "config.h"

#include "order_fixture.h"

#include "order/distinct.h"
#include "order/top.h"

enum { N = 3000, CAPACITY = 16384 };

static uint64_t x[N], sorted[N];
static struct prong_distinct_entry list[CAPACITY], expected[N];

static struct prong_distinct *table(uint64_t capacity, uint32_t part, uint32_t parts)
{
    struct prong_distinct *t = malloc(prong_distinct_size(capacity));

    ck_assert_ptr_nonnull(t);
    prong_distinct_init(t, capacity, part, parts);
    return t;
}

/* Runs of what is sorted, with the zeros as one value. */
static size_t count_runs(enum prong_order_domain domain, const uint64_t *from, size_t n)
{
    size_t kept = sort_elements(domain, from, n, sorted), runs = 0;
    const uint64_t minus_zero = UINT64_C(1) << 63;

    for (size_t i = 0; i < kept; i++) {
        uint64_t value = domain == PRONG_ORDER_F64 && sorted[i] == minus_zero ? 0 : sorted[i];
        if (runs == 0 || element_of(domain, expected[runs - 1].key) != value) {
            prong_keys(domain, &value, 1, &expected[runs].key);
            expected[runs++].count = 0;
        }
        expected[runs - 1].count++;
    }
    return runs;
}

static void assert_list(const struct prong_distinct_entry *got, size_t n, size_t runs)
{
    ck_assert_uint_eq(n, runs);
    for (size_t i = 0; i < n; i++)
        CHECK(got[i].key == expected[i].key && got[i].count == expected[i].count);
}

static void counted_of_kind(enum prong_order_domain domain, enum kind kind)
{
    struct prong_distinct *t = table(CAPACITY, 0, 1);
    size_t runs, nan = 0;

    fill(domain, kind, x, N);
    for (size_t i = 0; i < N; i++)
        nan += is_nan(domain, x[i]);
    runs = count_runs(domain, x, N);
    ck_assert_uint_eq(prong_distinct_add(t, domain, x, N / 3), N / 3);
    ck_assert_uint_eq(prong_distinct_add(t, domain, x + N / 3, N - N / 3), N - N / 3);
    ck_assert_uint_eq(t->used, runs);
    ck_assert_uint_eq(t->nan, nan);
    assert_list(list, prong_distinct_extract(t, list), runs);
    ck_assert_uint_eq(prong_distinct_pack(t), runs);
    prong_distinct_sort(t->at, runs);
    assert_list(t->at, runs, runs);
    free(t);
}

START_TEST(every_value_is_counted)
{
    for (int kind = 0; kind < KINDS; kind++)
        counted_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

START_TEST(a_full_table_holds_exactly_what_it_took)
{
    struct prong_distinct *t = table(64, 0, 1);
    double v[200];
    size_t taken;

    for (size_t i = 0; i < 200; i++)
        v[i] = (double)(i / 2); /* the 49th value comes at element 96 */
    v[10] = (double)NAN;
    v[11] = -0.0;
    taken = prong_distinct_add(t, PRONG_ORDER_F64, v, 200);
    ck_assert_uint_eq(taken, 98);
    ck_assert_uint_eq(t->used, 48);
    ck_assert_uint_eq(t->nan, 1);
    memcpy(x, v, taken * sizeof *v);
    assert_list(list, prong_distinct_extract(t, list), count_runs(PRONG_ORDER_F64, x, taken));
    ck_assert_uint_eq(prong_distinct_add(t, PRONG_ORDER_F64, v, taken), taken); /* what is there has room still */
    ck_assert_uint_eq(prong_distinct_add(t, PRONG_ORDER_F64, v + taken, 1), 0);
    free(t);
}
END_TEST

static void parts_of_kind(enum prong_order_domain domain, enum kind kind)
{
    enum { PARTS = 5 };
    size_t all = 0, nan = 0, runs;

    fill(domain, kind, x, N);
    runs = count_runs(domain, x, N);
    for (uint32_t p = 0; p < PARTS; p++) {
        struct prong_distinct *t = table(CAPACITY, p, PARTS);
        ck_assert_uint_eq(prong_distinct_add(t, domain, x, N), N);
        if (runs > N / 2) {
            ck_assert_uint_gt(t->used, runs / PARTS * 3 / 4);
            ck_assert_uint_lt(t->used, runs / PARTS * 5 / 4);
        }
        all += prong_distinct_extract(t, list + all);
        nan += t->nan;
        free(t);
    }
    prong_distinct_sort(list, all);
    assert_list(list, all, runs);
    for (size_t i = 0; i < N; i++)
        nan -= is_nan(domain, x[i]);
    ck_assert_uint_eq(nan, 0);
}

START_TEST(parts_are_disjoint_and_together_everything)
{
    for (int kind = 0; kind < KINDS; kind++)
        parts_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

static void merged_of_kind(enum prong_order_domain domain, enum kind kind)
{
    struct prong_distinct *into = table(CAPACITY, 0, 1), *tiny = table(16, 0, 1);
    size_t runs;

    fill(domain, kind, x, N);
    for (size_t first = 0; first < N; first += N / 4) {
        struct prong_distinct *t = table(CAPACITY, 0, 1);
        size_t n;
        ck_assert_uint_eq(prong_distinct_add(t, domain, x + first, N / 4), N / 4);
        n = prong_distinct_extract(t, list);
        ck_assert_uint_eq(prong_distinct_merge(into, list, n), n);
        free(t);
    }
    runs = count_runs(domain, x, N);
    assert_list(list, prong_distinct_extract(into, list), runs);
    ck_assert_uint_eq(prong_distinct_merge(tiny, list, runs), runs < 12 ? runs : 12);
    free(into);
    free(tiny);
}

START_TEST(merged_tables_are_the_table_of_all)
{
    for (int kind = 0; kind < KINDS; kind++)
        merged_of_kind((enum prong_order_domain)_i, (enum kind)kind);
}
END_TEST

START_TEST(sizes_of_tables_cannot_wrap)
{
    ck_assert_uint_eq(prong_distinct_size(0), 0);
    ck_assert_uint_eq(prong_distinct_size(8), 0);
    ck_assert_uint_eq(prong_distinct_size(48), 0);
    ck_assert_uint_eq(prong_distinct_size(UINT64_C(1) << 60), 0);
    ck_assert_uint_eq(prong_distinct_size(UINT64_C(1) << 63), 0);
    ck_assert_uint_eq(prong_distinct_size(16), sizeof(struct prong_distinct) + 16 * 16);
    ck_assert_uint_eq(prong_distinct_capacity(prong_distinct_size(16) - 1), 0);
    ck_assert_uint_eq(prong_distinct_capacity(prong_distinct_size(16)), 16);
    ck_assert_uint_eq(prong_distinct_capacity(prong_distinct_size(1024) - 1), 512);
    ck_assert_uint_eq(prong_distinct_capacity(prong_distinct_size(1024)), 1024);
}
END_TEST

/* ---- The greatest ---- */

struct element {
    uint64_t bits;
    size_t index;
};

static enum prong_order_domain sorting;
static bool least_first;

static int by_rank(const void *a, const void *b)
{
    const struct element *s = a, *t = b;
    int order = compare[sorting](&s->bits, &t->bits);

    if (order == 0)
        return s->index < t->index ? -1 : 1;
    return least_first ? order : -order;
}

static struct prong_top *top(uint32_t k)
{
    struct prong_top *t = malloc(prong_top_size(k));

    ck_assert_ptr_nonnull(t);
    prong_top_init(t, k);
    return t;
}

static void assert_top(const struct prong_top *t, enum prong_order_domain domain, bool least, size_t n, uint64_t first)
{
    static struct element element[N];
    static struct prong_top_entry got[N];
    size_t kept = 0, m = prong_top_extract(t, least, got);

    for (size_t i = 0; i < n; i++)
        if (!is_nan(domain, x[i]))
            element[kept++] = (struct element){ x[i], i };
    sorting = domain;
    least_first = least;
    qsort(element, kept, sizeof element[0], by_rank);
    ck_assert_uint_eq(m, kept < t->k ? kept : t->k);
    for (size_t i = 0; i < m; i++) {
        CHECK(element_of(domain, got[i].key) == element[i].bits);
        CHECK(got[i].index == first + element[i].index);
    }
}

static void greatest_of_kind(enum prong_order_domain domain, bool least, enum kind kind)
{
    static const uint32_t wanted[] = { 1, 2, 10, 333, N };

    fill(domain, kind, x, N);
    for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++) {
        struct prong_top *whole = top(wanted[w]), *merged = top(wanted[w]);
        const size_t cut[] = { 0, 1, 700, 777, 2500, N };
        prong_top_add(whole, domain, least, x, N, 1000);
        assert_top(whole, domain, least, N, 1000);
        for (size_t i = 5; i-- > 0;) { /* from the last part to the first */
            struct prong_top *part = top(wanted[w]);
            prong_top_add(part, domain, least, x + cut[i], cut[i + 1] - cut[i], 0);
            prong_top_merge(merged, part, cut[i]);
            free(part);
        }
        assert_top(merged, domain, least, N, 0);
        free(whole);
        free(merged);
    }
}

START_TEST(the_greatest_are_kept_in_whatever_parts_they_come)
{
    setenv("PRONG_ISA", isas[_i / DOMAINS / 2], 1);
    for (int kind = 0; kind < KINDS; kind++)
        greatest_of_kind((enum prong_order_domain)(_i % DOMAINS), _i / DOMAINS % 2, (enum kind)kind);
}
END_TEST

Suite *order_tables_suite(void)
{
    Suite *s = suite_create("order: tables");
    TCase *distinct = tcase_create("distinct"), *greatest = tcase_create("top");

    tcase_set_timeout(distinct, 60);
    tcase_set_timeout(greatest, 60);
    tcase_add_loop_test(distinct, every_value_is_counted, 0, DOMAINS);
    tcase_add_test(distinct, a_full_table_holds_exactly_what_it_took);
    tcase_add_loop_test(distinct, parts_are_disjoint_and_together_everything, 0, DOMAINS);
    tcase_add_loop_test(distinct, merged_tables_are_the_table_of_all, 0, DOMAINS);
    tcase_add_test(distinct, sizes_of_tables_cannot_wrap);
    tcase_add_loop_test(greatest, the_greatest_are_kept_in_whatever_parts_they_come, 0, DOMAINS * 2 * ISAS);
    suite_add_tcase(s, distinct);
    suite_add_tcase(s, greatest);
    return s;
}
