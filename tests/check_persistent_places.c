/* SPDX-License-Identifier: MIT */
/* PRONG_PIN: which processors the workers of a pool are on, here and on machines that are made up for hwloc. */
#include "persistent_fixture.h"
#include "pool/place.h"

enum { WORKERS = 3 };

#ifdef HAVE_SCHED_GETAFFINITY

static int note_processors(uint64_t first, uint64_t last, void *ctx)
{
    cpu_set_t *out = ctx;

    (void)last;
    return sched_getaffinity(0, sizeof *out, out + first);
}

/* Every processor that a pinned worker of this pool says it may run on: each says one. */
static cpu_set_t pinned_to(prong_pool *pool, int workers)
{
    prong_for_spec spec = PRONG_FOR_SPEC_INIT;
    cpu_set_t used, *sets = prong_pool_alloc(pool, 200 * sizeof *sets, 0);

    ck_assert_ptr_nonnull(sets);
    call_roll(pool, workers, NULL);
    spec.count = 200;
    spec.grain = 1;
    spec.body = note_processors;
    spec.ctx = sets;
    ck_assert_status(prong_pool_for(pool, &spec, NULL), PRONG_OK);
    CPU_ZERO(&used);
    for (int i = 0; i < 200; i++) {
        ck_assert_int_eq(CPU_COUNT(&sets[i]), 1);
        CPU_OR(&used, &used, &sets[i]);
    }
    prong_pool_free(pool, sets);
    return used;
}

/* The first or the last of them, alone. */
static cpu_set_t one_of(const cpu_set_t *all, bool last)
{
    int cpu = last ? CPU_SETSIZE - 1 : 0;
    cpu_set_t set;

    while (!CPU_ISSET(cpu, all))
        cpu += last ? -1 : 1;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return set;
}

START_TEST(a_pinned_worker_has_one_processor_and_they_are_spread)
{
    prong_pool_options options = pool_of(WORKERS);
    cpu_set_t all, used;
    prong_pool *pool;
    int count;

    ck_assert_int_eq(sched_getaffinity(0, sizeof all, &all), 0);
    options.flags = PRONG_PIN;
    pool = make(&options);
    used = pinned_to(pool, WORKERS);
    CPU_AND(&all, &all, &used);
    ck_assert(CPU_EQUAL(&all, &used)); /* none but the allowed */
    count = CPU_COUNT(&used);
    ck_assert(count >= 1 && count <= WORKERS);
    end(pool);
}
END_TEST

/* That is the first one alone, then the last one; or the other way round. */
START_TEST(pinned_workers_keep_to_the_processors_that_their_parent_may_use)
{
    prong_pool_options options = pool_of(WORKERS);
    cpu_set_t all, used, one;
    prong_pool *pool;

    ck_assert_int_eq(sched_getaffinity(0, sizeof all, &all), 0);
    one = one_of(&all, _i);
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    options.flags = PRONG_PIN;
    pool = make(&options);
    used = pinned_to(pool, WORKERS);
    ck_assert(CPU_EQUAL(&used, &one));
    one = one_of(&all, !_i);
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
    used = pinned_to(pool, WORKERS);
    ck_assert(CPU_EQUAL(&used, &one));
    end(pool);
    ck_assert_int_eq(sched_setaffinity(0, sizeof all, &all), 0);
}
END_TEST

struct flag {
    _Atomic int up;
};

static int kill_worker_of_item_0(uint64_t index, void *result, void *ctx)
{
    struct flag *killed = ctx;

    (void)result;
    if (index == 0 && !atomic_exchange(&killed->up, 1))
        raise(SIGKILL);
    return 0;
}

static int ignore(uint64_t index, const void *result, void *ctx)
{
    (void)index;
    (void)result;
    (void)ctx;
    return 0;
}

START_TEST(a_worker_that_is_replaced_after_its_parent_was_moved_goes_where_that_may_run)
{
    prong_pool_options options = pool_of(1);
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;
    cpu_set_t all, used, one;
    struct flag *killed;
    prong_pool *pool;

    ck_assert_int_eq(sched_getaffinity(0, sizeof all, &all), 0);
    one = one_of(&all, false);
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    options.flags = PRONG_PIN;
    pool = make(&options);
    killed = prong_pool_alloc(pool, sizeof *killed, 0);
    ck_assert_ptr_nonnull(killed);
    one = one_of(&all, true);
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    spec.count = 2;
    spec.result_size = sizeof(int);
    spec.item = kill_worker_of_item_0;
    spec.deliver = ignore;
    spec.ctx = killed;
    ck_assert_status(prong_pool_map(pool, &spec, NULL), PRONG_OK);
    ck_assert_int_eq(atomic_load(&killed->up), 1);
    used = pinned_to(pool, 1);
    ck_assert(CPU_EQUAL(&used, &one));
    end(pool);
    ck_assert_int_eq(sched_setaffinity(0, sizeof all, &all), 0);
}
END_TEST

#ifdef HAVE_HWLOC
/* What there is of cores is made up: two packages of four cores of two threads, 0 and 1 the first. */
static int order_of(const char *allowed, int workers, int *processors)
{
    cpu_set_t set;
    int n;

    CPU_ZERO(&set);
    for (int cpu = 0; allowed[cpu]; cpu++)
        if (allowed[cpu] != '.')
            CPU_SET(cpu, &set);
    ck_assert_int_eq(setenv("HWLOC_SYNTHETIC", "pack:2 core:4 pu:2", 1), 0);
    n = prong_places_order(&set, workers, processors);
    ck_assert_int_eq(unsetenv("HWLOC_SYNTHETIC"), 0);
    for (int i = 0; i < n; i++) {
        ck_assert(CPU_ISSET(processors[i], &set));
        CPU_CLR(processors[i], &set); /* no one twice */
    }
    return n;
}

/* Among the first n places, those that have a core of their own. */
static int distinct_cores(const int *processors, int n)
{
    unsigned seen = 0;

    for (int i = 0; i < n; i++)
        seen |= 1u << processors[i] / 2;
    return __builtin_popcount(seen);
}

START_TEST(pinned_workers_get_cores_before_threads_and_packages_before_cores)
{
    int p[20];

    for (int workers = 1; workers <= 20; workers++) {
        int n = order_of("****************", workers, p);
        ck_assert_int_eq(n, workers < 16 ? workers : 16);
        ck_assert_int_eq(distinct_cores(p, n), workers < 8 ? workers : 8);
        ck_assert_int_eq(distinct_cores(p, n < 8 ? n : 8), workers < 8 ? workers : 8);
        ck_assert(workers != 2 || p[0] / 8 != p[1] / 8);
    }
}
END_TEST

START_TEST(pinned_workers_get_what_is_allowed_of_the_cores)
{
    int p[20];

    for (int workers = 1; workers <= 6; workers++) {
        int n = order_of("**.*....*.......", workers, p);
        ck_assert_int_eq(n, workers < 4 ? workers : 4);
        ck_assert_int_eq(distinct_cores(p, n < 3 ? n : 3), n < 3 ? n : 3);
        ck_assert(n < 4 || p[3] == 1);
        n = order_of("*********.......", workers, p);
        ck_assert_int_eq(n, workers);
        ck_assert_int_eq(distinct_cores(p, n), workers < 5 ? workers : 5);
    }
    ck_assert_int_eq(order_of("................*", 2, p), 0); /* not known to hwloc */
    ck_assert_int_eq(order_of("...............**", 2, p), 1);
}
END_TEST
#endif

#endif

int main(void)
{
    Suite *suite = suite_create("persistent: places");
    TCase *tc = tcase_create("places");

    tcase_set_timeout(tc, 30);
#ifdef HAVE_SCHED_GETAFFINITY
    tcase_add_test(tc, a_pinned_worker_has_one_processor_and_they_are_spread);
    tcase_add_loop_test(tc, pinned_workers_keep_to_the_processors_that_their_parent_may_use, 0, 2);
    tcase_add_test(tc, a_worker_that_is_replaced_after_its_parent_was_moved_goes_where_that_may_run);
#endif
#ifdef HAVE_HWLOC
    tcase_add_test(tc, pinned_workers_get_cores_before_threads_and_packages_before_cores);
    tcase_add_test(tc, pinned_workers_get_what_is_allowed_of_the_cores);
#endif
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
