/* SPDX-License-Identifier: MIT */
/* The same for what goes on around a fold: threads, forked copies of a handle, a parent that is killed; and for
 * computations that do to their process what they like. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check_promises.h"

/* ---- Threads ---- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *wait_at_gate(void *unused)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return unused;
}

static void *fold_in_thread(void *rounds)
{
    for (int i = 0; i < *(int *)rounds; i++)
        folds_work(2, PRONG_ALLOW_THREADS);
    return NULL;
}

START_TEST(a_host_with_threads_must_opt_in)
{
    prong_fold_spec spec = summing(add_range, NULL);
    prong_options options = with_workers(2);
    uint64_t result = 7;
    pthread_t thread;

    pthread_mutex_lock(&gate);
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_at_gate, NULL), 0);
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_ETHREADS);
    ck_assert_uint_eq(result, 7);
    folds_work(3, PRONG_ALLOW_THREADS);
    pthread_mutex_unlock(&gate);
    pthread_join(thread, NULL);
    /* The kernel may need a moment to forget the thread. */
    for (int i = 0; i < 500 && prong_fold(&spec, &options, &result, NULL) == PRONG_ETHREADS; i++)
        nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
    folds_work(3, 0);
}
END_TEST

START_TEST(threads_fold_at_the_same_time)
{
    int rounds = 10;
    pthread_t threads[3];

    if (_i)
        setenv("PRONG_FAULT", "worker-computed:kill:5;worker-computed:kill:50;worker-start:segv:20", 1);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, fold_in_thread, &rounds), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

/* ---- A parent that is killed ---- */

static int spins_for_good(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    pid_t *pids = ctx;
    volatile uint64_t turns = 0;

    (void)partial, (void)last;
    pids[first / 100] = getpid();
    while (turns + 1 > 0)
        turns++;
    return 0;
}

static void *spin_fold(void *pids)
{
    prong_fold_spec spec = summing(spins_for_good, pids);
    prong_options options = with_workers(2);
    uint64_t result;

    options.flags = PRONG_ALLOW_THREADS;
    spec.count = 200;
    (void)!prong_fold(&spec, &options, &result, NULL);
    return NULL;
}

static bool runs(pid_t pid)
{
    char path[40], text[300] = "", *state;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    f = fopen(path, "re");
    if (!f)
        return kill(pid, 0) == 0 && access("/proc/self/stat", R_OK) != 0;
    state = fgets(text, sizeof text, f) ? strrchr(text, ')') : NULL;
    fclose(f);
    return state && state[1] && state[2] != 'Z' && state[2] != 'X';
}

static bool within(double seconds, bool (*condition)(const pid_t *), const pid_t *pids)
{
    for (int i = 0; i < seconds * 100; i++) {
        if (condition(pids))
            return true;
        nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
    }
    return false;
}

static bool both_are_there(const pid_t *pids)
{
    return ((const volatile pid_t *)pids)[0] && ((const volatile pid_t *)pids)[1];
}

static bool both_are_gone(const pid_t *pids)
{
    return !runs(pids[0]) && !runs(pids[1]);
}

/* _i: forked by the main thread, or by another. */
START_TEST(busy_workers_die_with_a_parent_that_is_killed)
{
    pid_t *pids = shared_memory();
    pid_t host = fork();

    ck_assert_int_ge(host, 0);
    if (host == 0) {
        pthread_t thread;
        if (_i && pthread_create(&thread, NULL, spin_fold, pids) == 0)
            pthread_join(thread, NULL);
        else
            spin_fold(pids);
        _exit(1);
    }
    ck_assert(within(30, both_are_there, pids));
    kill(host, SIGKILL);
    ck_assert_int_eq(waitpid(host, NULL, 0), host);
    ck_assert(within(30, both_are_gone, pids));
}
END_TEST

/* ---- A forked copy of a handle ---- */

START_TEST(a_handle_is_refused_in_a_forked_child_and_goes_on_in_its_owner)
{
    static const double data[] = { 1, 2, 4 };
    prong_fold_spec spec = summing(add_range, NULL);
    prong_pool_options options = PRONG_POOL_OPTIONS_INIT;
    prong_reduction *reduction;
    prong_array *array;
    prong_pool *pool;
    prong_value value;
    uint64_t result = 7;
    int status;
    pid_t child;

    options.run.workers = 2;
    ck_assert_int_eq(prong_array_view(&array, data, 3, PRONG_F64, NULL), PRONG_OK);
    ck_assert_int_eq(prong_reduction_create(&reduction, "sum", NULL, NULL), PRONG_OK);
    ck_assert_int_eq(prong_pool_create(&pool, &options, NULL), PRONG_OK);
    child = fork();
    if (child == 0) {
        prong_error err = PRONG_ERROR_INIT;
        int wrong = prong_reduction_add(reduction, array, &err) != PRONG_EFORKED;
        wrong |= 2 * (prong_pool_fold(pool, &spec, &result, &err) != PRONG_EFORKED);
        wrong |= 4 * (prong_pool_destroy(pool) != PRONG_EFORKED);
        wrong |= 8 * (result != 7 || err.status != PRONG_EFORKED);
        wrong |= 16 * (prong_pool_refork(pool, &err) != PRONG_EFORKED);
        wrong |= 32 * (prong_pool_alloc(pool, 8, 0) != NULL);
        _exit(wrong);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(prong_reduction_add(reduction, array, NULL), PRONG_OK);
    ck_assert_int_eq(prong_reduction_value(reduction, 0, &value, NULL), PRONG_OK);
    ck_assert(value.f64 == 7);
    ck_assert_int_eq(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, SUM);
    ck_assert_int_eq(prong_pool_destroy(pool), PRONG_OK);
    prong_reduction_free(reduction);
    prong_array_close(array);
}
END_TEST

static int seen_by_workers = 1;

static int adds_what_it_sees(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    *(uint64_t *)partial += (last - first) * (uint64_t)seen_by_workers;
    return 0;
}

START_TEST(workers_see_memory_as_of_the_fork)
{
    prong_fold_spec spec = summing(adds_what_it_sees, NULL);
    prong_options one_shot = with_workers(2);
    prong_pool *pool;
    uint64_t result;

    seen_by_workers = 2;
    ck_assert_int_eq(prong_fold(&spec, &one_shot, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, 2 * COUNT);
    ck_assert_int_eq(prong_pool_create(&pool, NULL, NULL), PRONG_OK);
    seen_by_workers = 3;
    ck_assert_int_eq(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, 2 * COUNT);
    ck_assert_int_eq(prong_pool_refork(pool, NULL), PRONG_OK);
    ck_assert_int_eq(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, 3 * COUNT);
    ck_assert_int_eq(prong_pool_destroy(pool), PRONG_OK);
}
END_TEST

/* ---- What a computation may do ---- */

enum deed { EXIT, QUICK_EXIT, ABORT, CLOSE_ALL, OUTLIVED, STACK, WRITE_EVERYWHERE, DEEDS };

struct deeds {
    int *left; /* how often it is still to be done, shared */
    enum deed deed;
};

static int overflow(volatile char *above)
{
    volatile char page[65536];

    page[0] = (char)(*above | 1);
    return page[0] ? overflow(page) + page[0] : 0;
}

static int misbehaves(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    struct deeds *deeds = ctx;
    char start = 0;

    if (__atomic_fetch_sub(deeds->left, 1, __ATOMIC_SEQ_CST) > 0) {
        switch (deeds->deed) {
        case EXIT:
            exit(0);
        case QUICK_EXIT:
            _exit(0);
        case ABORT:
            signal(SIGABRT, SIG_DFL);
            abort();
        case CLOSE_ALL:
            for (int fd = 0; fd < 1024; fd++)
                close(fd);
            break;
        case OUTLIVED: /* by a child that keeps all its descriptors for a moment */
            if (fork() == 0) {
                nanosleep(&(struct timespec){ 1, 0 }, NULL);
                _exit(0);
            }
            raise(SIGKILL);
            break;
        case STACK:
            signal(SIGSEGV, SIG_DFL);
            return overflow(&start);
        case WRITE_EVERYWHERE:
            memset(deeds, 0xff, sizeof *deeds); /* its own copy */
            raise(SIGSEGV);
            break;
        case DEEDS:
            break;
        }
    }
    return add_range(partial, first, last, NULL);
}

/* _i: the deed; the same in a fold of so many chunks that the parent must be told of each; and without pidfds. */
START_TEST(a_computation_that_does_it_once_costs_its_chunk)
{
    struct deeds deeds = { shared_memory(), (enum deed)(_i % DEEDS) };
    prong_fold_spec spec = summing(misbehaves, &deeds);
    prong_options options = with_workers(2);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 0;

    if (_i / DEEDS == 1) {
        spec.count = 20000;
        spec.grain = 1;
    } else if (_i / DEEDS == 2) {
        setenv("PRONG_FAULT", "watch-pidfd:ENOSYS:*", 1);
    }
    *deeds.left = 1;
    ck_assert_msg(prong_fold(&spec, &options, &result, &err) == PRONG_OK, "deed %d: status %d", (int)deeds.deed,
                  (int)err.status);
    ck_assert_uint_eq(result, spec.count * (spec.count - 1) / 2);
    if (deeds.deed == OUTLIVED) /* it holds no segment, but the guard would find it */
        nanosleep(&(struct timespec){ 1, 200000000 }, NULL);
}
END_TEST

START_TEST(a_computation_that_always_ends_its_process_is_lost)
{
    struct deeds deeds = { shared_memory(), (enum deed)_i };
    prong_fold_spec spec = summing(misbehaves, &deeds);
    prong_options options = with_workers(2);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 7;

    *deeds.left = 1000000;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, &err), PRONG_ELOST);
    ck_assert_int_ge(err.chunk, 0);
    ck_assert_uint_eq(err.last - err.first, 100);
    if (_i == ABORT)
        ck_assert(WIFSIGNALED(err.wait_status) && WTERMSIG(err.wait_status) == SIGABRT);
    else
        ck_assert(WIFEXITED(err.wait_status) && WEXITSTATUS(err.wait_status) == 0);
    ck_assert_uint_eq(result, 7);
}
END_TEST

static int hangs_once(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    if (__atomic_fetch_sub((int *)ctx, 1, __ATOMIC_SEQ_CST) > 0)
        for (;;)
            pause();
    return add_range(partial, first, last, NULL);
}

START_TEST(a_chunk_deadline_holds_in_a_host_that_blocks_and_ignores_signals)
{
    int *left = shared_memory();
    prong_fold_spec spec = summing(hangs_once, left);
    prong_options options = with_workers(2);
    sigset_t all;
    uint64_t result = 0;

    signal(SIGTERM, SIG_IGN);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    options.chunk_timeout = 0.2;
    options.retries = 20;
    *left = 1;
    ck_assert_int_eq(prong_fold(&spec, &options, &result, NULL), PRONG_OK);
    ck_assert_uint_eq(result, SUM);
}
END_TEST

Suite *bodies_suite(void)
{
    Suite *suite = suite_create("promises: bodies");
    TCase *tc = tcase_create("bodies");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_host_with_threads_must_opt_in);
    tcase_add_loop_test(tc, threads_fold_at_the_same_time, 0, 2);
    tcase_add_loop_test(tc, busy_workers_die_with_a_parent_that_is_killed, 0, 2);
    tcase_add_test(tc, a_handle_is_refused_in_a_forked_child_and_goes_on_in_its_owner);
    tcase_add_test(tc, workers_see_memory_as_of_the_fork);
    tcase_add_loop_test(tc, a_computation_that_does_it_once_costs_its_chunk, 0, 3 * DEEDS);
    tcase_add_loop_test(tc, a_computation_that_always_ends_its_process_is_lost, EXIT, ABORT + 1);
    tcase_add_test(tc, a_chunk_deadline_holds_in_a_host_that_blocks_and_ignores_signals);
    suite_add_tcase(suite, tc);
    return suite;
}
