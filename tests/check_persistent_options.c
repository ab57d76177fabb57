/* SPDX-License-Identifier: MIT */
/* What a pool's options ask for: functions at a worker's beginning and end, groups, priorities, limits. */
#include "persistent_fixture.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { WORKERS = 3 };

/* Shared by all processes; a mapping of its own, since the arena comes after the options. */
struct shared {
    _Atomic int inits, finis;
    _Atomic int grandchild;
};

static struct shared *share(void)
{
    void *at = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(at, MAP_FAILED);
    return at;
}

static pid_t initialised; /* a worker's own */

static int init(void *ctx)
{
    struct shared *shared = ctx;

    initialised = getpid();
    atomic_fetch_add(&shared->inits, 1);
    return 0;
}

static void fini(void *ctx)
{
    struct shared *shared = ctx;
    atomic_fetch_add(&shared->finis, 1);
}

static int wants_init(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    return initialised == getpid() ? add_squares(partial, first, last, ctx) : 1;
}

static void check_initialised(prong_pool *pool)
{
    prong_fold_spec spec = squares(1000, 10);
    uint64_t result = 0;

    spec.accumulate = wants_init;
    ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(1000));
}

START_TEST(init_and_fini_run_once_in_each_worker)
{
    prong_pool_options options = pool_of(WORKERS);
    struct shared *shared = share();
    pid_t pids[WORKERS];
    prong_pool *pool;

    options.init = init;
    options.fini = fini;
    options.ctx = shared;
    pool = make(&options);
    for (int i = 0; i < 20; i++)
        check_initialised(pool);
    call_roll(pool, WORKERS, pids);
    ck_assert_int_eq(atomic_load(&shared->inits), WORKERS);
    ck_assert_int_eq(atomic_load(&shared->finis), 0);
    kill(pids[0], SIGKILL);
    call_roll(pool, WORKERS, pids);
    check_initialised(pool);
    ck_assert_int_eq(atomic_load(&shared->inits), WORKERS + 1);
    ck_assert_int_eq(atomic_load(&shared->finis), 0);
    ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
    ck_assert_int_eq(atomic_load(&shared->finis), WORKERS);
    check_initialised(pool);
    call_roll(pool, WORKERS, pids);
    ck_assert_int_eq(atomic_load(&shared->inits), 2 * WORKERS + 1);
    end(pool);
    ck_assert_int_eq(atomic_load(&shared->finis), 2 * WORKERS);
}
END_TEST

static int init_fails(void *ctx)
{
    init(ctx);
    return 1;
}

/* Whether create itself or the first job says so, it is said, and no job pretends to have worked. */
START_TEST(an_init_that_fails_is_an_error_of_the_body)
{
    prong_pool_options options = pool_of(2);
    prong_fold_spec spec = squares(1000, 10);
    prong_error err = PRONG_ERROR_INIT;
    prong_pool *pool = NULL;
    uint64_t result = 7;
    prong_status status;

    options.init = init_fails;
    options.ctx = share();
    options.spin = _i ? 30e-6 : 0;
    status = prong_pool_create(&pool, &options, &err);
    for (int i = 0; i < 3 && pool; i++) {
        status = prong_pool_fold(pool, &spec, &result, &err);
        ck_assert_status(status, PRONG_EBODY);
    }
    ck_assert_status(status, PRONG_EBODY);
    ck_assert_ptr_nonnull(strstr(err.detail, "init"));
    ck_assert_uint_eq(result, 7);
    ck_assert_status(prong_pool_destroy(pool), PRONG_OK);
}
END_TEST

static int note_nice(uint64_t index, void *result, void *ctx)
{
    (void)index;
    (void)ctx;
    *(int *)result = getpriority(PRIO_PROCESS, 0);
    return 0;
}

static int expected_nice;

static int compare_nice(uint64_t index, const void *result, void *ctx)
{
    (void)index;
    (void)ctx;
    return *(const int *)result != expected_nice;
}

START_TEST(nice_is_added_in_workers_only)
{
    prong_pool_options options = pool_of(2);
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;
    int before = getpriority(PRIO_PROCESS, 0);
    prong_pool *pool;

    options.nice = 3;
    pool = make(&options);
    expected_nice = before + 3 > 19 ? 19 : before + 3;
    spec.count = 20;
    spec.result_size = sizeof(int);
    spec.item = note_nice;
    spec.deliver = compare_nice;
    ck_assert_status(prong_pool_map(pool, &spec, NULL), PRONG_OK);
    ck_assert_int_eq(getpriority(PRIO_PROCESS, 0), before);
    end(pool);
}
END_TEST

/* ---- Groups ---- */

static int fork_a_grandchild(uint64_t first, uint64_t last, void *ctx)
{
    struct shared *shared = ctx;
    pid_t child;

    (void)first;
    (void)last;
    if (atomic_load(&shared->grandchild))
        return 0;
    child = fork();
    if (child == 0)
        for (;;)
            pause();
    atomic_store(&shared->grandchild, child);
    if (getpgrp() != getpid())
        return 1;
    return 0;
}

static bool is_gone(pid_t pid)
{
    double late = clock_seconds() + 5;

    /* Somebody else reaps it: the guard or init. Until then it may be there, but dead. */
    while (clock_seconds() < late) {
        char name[64], line[256] = "", *state;
        FILE *f;
        if (kill(pid, 0) == -1 && errno == ESRCH)
            return true;
        snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
        f = fopen(name, "re");
        if (f && !fgets(line, sizeof line, f))
            line[0] = '\0';
        if (f)
            fclose(f);
        state = strrchr(line, ')');
        if (state && state[1] && state[2] == 'Z')
            return true;
        nap(0.01);
    }
    return false;
}

/* The worker is killed (0), or the pool is reforked, or ends. Where a worker's death shows by a pipe that it holds, its child
 * holds that too, and the first cannot work. */
START_TEST(with_a_group_of_its_own_a_workers_children_die_with_it)
{
    prong_pool_options options = pool_of(1);
    prong_for_spec spec = PRONG_FOR_SPEC_INIT;
    struct shared *shared = share();
    prong_pool *pool;
    pid_t worker;

    options.flags = PRONG_OWN_GROUP;
    pool = make(&options);
    spec.count = 1;
    spec.body = fork_a_grandchild;
    spec.ctx = shared;
    ck_assert_status(prong_pool_for(pool, &spec, NULL), PRONG_OK);
    ck_assert_int_gt(atomic_load(&shared->grandchild), 0);
    call_roll(pool, 1, &worker);
    if (_i == 0) {
        kill(worker, SIGKILL);
        check_as_new(pool, 1);
    } else if (_i == 1) {
        ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
    } else {
        end(pool);
    }
    ck_assert(is_gone(atomic_load(&shared->grandchild)));
    if (_i != 2)
        end(pool);
}
END_TEST

/* ---- Limits ---- */

static int take_64_mib(uint64_t index, void *result, void *ctx)
{
    size_t size = (size_t)64 << 20;
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)index;
    (void)ctx;
    *(int *)result = at != MAP_FAILED;
    if (at != MAP_FAILED)
        munmap(at, size);
    return 0;
}

static int taken;

static int note_taken(uint64_t index, const void *result, void *ctx)
{
    (void)index;
    (void)ctx;
    taken += *(const int *)result;
    return 0;
}

START_TEST(a_memory_limit_makes_large_allocations_in_workers_fail)
{
    static const uint64_t limits[] = { 0, (uint64_t)32 << 20, (uint64_t)256 << 20 };
    prong_pool_options options = pool_of(2);
    prong_map_spec spec = PRONG_MAP_SPEC_INIT;
    prong_pool *pool;

    options.memory_limit = limits[_i];
    pool = make(&options);
    spec.count = 10;
    spec.result_size = sizeof(int);
    spec.item = take_64_mib;
    spec.deliver = note_taken;
    taken = 0;
    ck_assert_status(prong_pool_map(pool, &spec, NULL), PRONG_OK);
    ck_assert_int_eq(taken, _i == 1 ? 0 : 10);
    check_as_new(pool, 2);
    end(pool);
    ck_assert_int_eq(take_64_mib(0, &taken, NULL), 0);
    ck_assert_int_eq(taken, 1); /* the parent has no limit */
}
END_TEST

/* Burns processor time for ever, so many times. */
static int burn(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    struct hangs *hangs = ctx;
    volatile uint64_t turns = 0;

    if (first == 0 && (atomic_load(&hangs->left) < 0 || atomic_fetch_sub(&hangs->left, 1) > 0))
        for (;;)
            turns = turns + 1;
    return add_squares(partial, first, last, NULL);
}

START_TEST(a_worker_that_reaches_its_processor_limit_is_killed_and_replaced)
{
    prong_pool_options options = pool_of(2);
    prong_error err = PRONG_ERROR_INIT;
    prong_fold_spec spec;
    prong_pool *pool;
    uint64_t result = 7;

    options.cpu_limit = 1;
    options.run.retries = 1;
    pool = make(&options);
    spec = hanging(pool, _i ? -1 : 1);
    spec.accumulate = burn;
    ck_assert_status(prong_pool_fold(pool, &spec, &result, &err), _i ? PRONG_ELOST : PRONG_OK);
    ck_assert_uint_eq(result, _i ? 7 : expected_squares(100));
    if (_i) {
        ck_assert(WIFSIGNALED(err.wait_status));
        ck_assert(WTERMSIG(err.wait_status) == SIGXCPU || WTERMSIG(err.wait_status) == SIGKILL);
        ck_assert_int_eq(err.chunk, 0);
    }
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

/* ---- The segment ---- */

START_TEST(pools_with_other_pages_and_orders_of_removal_work_alike)
{
    static const unsigned flags[] = { PRONG_PREFAULT, PRONG_HUGE_PAGES, PRONG_NUMA_SLOTS, PRONG_NUMA_SLOTS | PRONG_PIN,
                                      PRONG_HUGE_PAGES | PRONG_PREFAULT, 0 };
    prong_pool_options options = pool_of(WORKERS);
    struct shared *shared = share();
    prong_pool *pool;

    options.flags = flags[_i];
    options.arena_size = (size_t)3 << 20;
    options.run.remove = _i % 2 ? PRONG_REMOVE_END : PRONG_REMOVE_EARLY;
    options.init = init;
    options.ctx = shared;
    pool = make(&options);
    check_as_new(pool, WORKERS);
    ck_assert_ptr_nonnull(prong_pool_alloc(pool, (size_t)2 << 20, 4096));
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

static int as_of_the_zygote = 1;

static int add_global(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    *(uint64_t *)partial += (uint64_t)as_of_the_zygote * (last - first);
    return 0;
}

START_TEST(workers_that_a_zygote_forks_see_the_memory_of_its_moment_until_a_refork)
{
    prong_pool_options options = pool_of(2);
    prong_fold_spec spec = squares(10, 1);
    prong_pool_figures figures = { .size = sizeof figures };
    prong_pool *pool;
    pid_t pids[2];
    uint64_t result = 0;

    spec.accumulate = add_global;
    options.flags = PRONG_ZYGOTE;
    pool = make(&options);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    if (figures.zygote) {
        as_of_the_zygote = 2;
        for (int i = 0; i < 10; i++) {
            call_roll(pool, 2, pids);
            kill(pids[0], SIGKILL);
            kill(pids[1], SIGKILL);
            ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
            ck_assert_uint_eq(result, 10);
        }
        ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
        ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
        ck_assert_uint_eq(result, 20);
    }
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("persistent: options");
    TCase *tc = tcase_create("options");

    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, init_and_fini_run_once_in_each_worker);
    tcase_add_loop_test(tc, an_init_that_fails_is_an_error_of_the_body, 0, 2);
    tcase_add_test(tc, nice_is_added_in_workers_only);
    tcase_add_loop_test(tc, with_a_group_of_its_own_a_workers_children_die_with_it, !HAVE_DECL_SYS_PIDFD_OPEN, 3);
    tcase_add_loop_test(tc, a_memory_limit_makes_large_allocations_in_workers_fail, 0, 3);
    tcase_add_loop_test(tc, a_worker_that_reaches_its_processor_limit_is_killed_and_replaced, 0, 2);
    tcase_add_loop_test(tc, pools_with_other_pages_and_orders_of_removal_work_alike, 0, 6);
    tcase_add_test(tc, workers_that_a_zygote_forks_see_the_memory_of_its_moment_until_a_refork);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
