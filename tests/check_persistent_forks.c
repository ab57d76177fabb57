/* SPDX-License-Identifier: MIT */
/* Persistent pools that cannot fork, and pools among other processes, other threads and other pools. */
#include "persistent_fixture.h"

#include <pthread.h>

enum { WORKERS = 3 };

static void spin_or_not(prong_pool_options *options, int spinning)
{
    options->spin = spinning ? 30e-6 : 0;
}

/* ---- Forks that fail ---- */

START_TEST(a_pool_that_can_fork_nobody_is_not_made)
{
    prong_pool *pool = (prong_pool *)&pool;
    prong_error err = PRONG_ERROR_INIT;
    int before = count_descriptors();

    setenv("PRONG_FAULT", "parent-fork:EAGAIN:*", 1);
    ck_assert_status(prong_pool_create(&pool, NULL, &err), PRONG_ESYS);
    ck_assert_str_eq(err.call, "fork");
    ck_assert_int_eq(err.sys_errno, EAGAIN);
    ck_assert_ptr_null(pool);
    ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

START_TEST(a_pool_with_fewer_workers_than_asked_for_works_and_gets_the_others_later)
{
    prong_pool_options options = pool_of(4);
    prong_pool_figures figures = { .size = sizeof figures };
    prong_pool *pool;

    setenv("PRONG_FAULT", "parent-fork:EAGAIN:2-6", 1);
    pool = make(&options);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_int_eq(figures.workers, 1);
    check_squares(pool, 10000, 100, 0);
    for (int i = 0; i < 4; i++)
        check_squares(pool, 10000, 100, PRONG_COMMUTATIVE);
    check_as_new(pool, 4);
    end(pool);
}
END_TEST

START_TEST(a_respawn_that_fails_leaves_the_work_to_the_others)
{
    prong_pool_options options = pool_of(WORKERS);
    prong_pool *pool;
    pid_t pids[WORKERS];

    setenv("PRONG_FAULT", "parent-fork:EAGAIN:4-5", 1);
    spin_or_not(&options, _i);
    pool = make(&options);
    call_roll(pool, WORKERS, pids);
    kill(pids[0], SIGKILL);
    /* The others may do a job or two before anybody sees that it is dead. */
    for (int i = 0; i < 20; i++, nap(0.002))
        check_squares(pool, 10000, 100, i % 2 ? PRONG_COMMUTATIVE : 0);
    check_as_new(pool, WORKERS);
    end(pool);
}
END_TEST

START_TEST(when_all_are_dead_and_none_can_be_forked_the_call_says_so)
{
    prong_pool_options options = pool_of(2);
    prong_fold_spec spec = squares(1000, 10);
    prong_error err = PRONG_ERROR_INIT;
    prong_pool *pool;
    pid_t pids[2];
    uint64_t result = 7;

    setenv("PRONG_FAULT", "parent-fork:EAGAIN:3-12", 1);
    spin_or_not(&options, _i);
    pool = make(&options);
    call_roll(pool, 2, pids);
    kill(pids[0], SIGKILL);
    kill(pids[1], SIGKILL);
    ck_assert_status(prong_pool_fold(pool, &spec, &result, &err), PRONG_ESYS);
    ck_assert_str_eq(err.call, "fork");
    ck_assert_uint_eq(result, 7);
    for (int i = 0; i < 10 && prong_pool_fold(pool, &spec, &result, NULL) != PRONG_OK; i++)
        ;
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

/* ---- Other processes, other threads ---- */

START_TEST(a_forked_child_is_refused_and_harms_nothing)
{
    prong_pool *pool = make_plain(2);
    int *ours = prong_pool_alloc(pool, sizeof *ours, 0);
    pid_t child = fork();
    int status;

    if (child == 0) {
        prong_fold_spec fold = squares(10, 1);
        prong_for_spec loop = PRONG_FOR_SPEC_INIT;
        prong_pool_figures figures = { .size = sizeof figures };
        uint64_t result = 7;
        int wrong = 0;
        wrong |= prong_pool_fold(pool, &fold, &result, NULL) != PRONG_EFORKED || result != 7;
        loop.count = 1;
        loop.body = (int (*)(uint64_t, uint64_t, void *))(void (*)(void))abort;
        wrong |= (prong_pool_for(pool, &loop, NULL) != PRONG_EFORKED) << 1;
        wrong |= (prong_pool_refork(pool, NULL) != PRONG_EFORKED) << 2;
        wrong |= (prong_pool_stats(pool, &figures) != PRONG_EFORKED) << 3;
        wrong |= (prong_pool_alloc(pool, 1, 0) != NULL) << 4;
        wrong |= !prong_pool_owns(pool, ours) << 5;
        prong_pool_free(pool, ours);
        prong_pool_reset(pool);
        prong_pool_cancel(pool);
        wrong |= (prong_pool_destroy(pool) != PRONG_EFORKED) << 6;
        _exit(wrong);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(status == 0, "status 0x%x", status);
    check_as_new(pool, 2);
    ck_assert_ptr_ne(prong_pool_alloc(pool, sizeof *ours, 0), ours);
    end(pool);
}
END_TEST

/* The read end sees the end of file when every process that inherited the write end is gone. */
START_TEST(workers_die_with_their_parent)
{
    int ends_of_pipe[2];
    pid_t owner;
    char byte;

    ck_assert_int_eq(pipe(ends_of_pipe), 0);
    owner = fork();
    if (owner == 0) {
        prong_pool *pool = make_plain(3);
        prong_fold_spec spec = hanging(pool, _i == 1 ? -1 : 0);
        prong_job *job;
        uint64_t result = 0;
        if (prong_pool_start(pool, &spec, &result, &job, NULL) != PRONG_OK)
            _exit(1);
        nap(0.05);
        if (_i == 2)
            _exit(0);
        raise(SIGKILL);
    }
    close(ends_of_pipe[1]);
    ck_assert_int_eq(read(ends_of_pipe[0], &byte, 1), 0);
    ck_assert_int_eq(waitpid(owner, NULL, 0), owner);
    close(ends_of_pipe[0]);
}
END_TEST

static void *make_and_use(void *unused)
{
    prong_pool_options options = pool_of(2);
    prong_pool *pool;

    options.run.flags = PRONG_ALLOW_THREADS;
    pool = make(&options);
    for (int i = 0; i < 20; i++)
        check_as_new(pool, 2);
    nap(0.3); /* workers look for their parent meanwhile */
    check_as_new(pool, 2);
    return unused ? NULL : pool;
}

START_TEST(a_pool_may_be_made_in_one_thread_and_used_in_another)
{
    pthread_t thread;
    void *pool;

    ck_assert_int_eq(pthread_create(&thread, NULL, make_and_use, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, &pool), 0);
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

static void *use(void *pool)
{
    check_as_new(pool, 2);
    return NULL;
}

START_TEST(a_worker_that_was_replaced_by_a_job_of_another_thread_outlives_that_thread)
{
    prong_pool_options options = pool_of(2);
    pid_t first[2], before[2], after[2];
    prong_pool_figures figures = { .size = sizeof figures };
    pthread_t thread;
    prong_pool *pool;
    uint64_t respawns;

    options.run.flags = PRONG_ALLOW_THREADS;
    pool = make(&options);
    call_roll(pool, 2, first);
    kill(first[0], SIGKILL);
    kill(first[1], SIGKILL);
    ck_assert_int_eq(pthread_create(&thread, NULL, use, pool), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    respawns = figures.respawns;
    ck_assert_uint_eq(respawns, 2);
    nap(0.1);
    call_roll(pool, 2, before);
    call_roll(pool, 2, after);
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_msg(figures.respawns == respawns, "%d workers died with the thread", (int)(figures.respawns - respawns));
    end(pool);
}
END_TEST

START_TEST(threads_without_leave_are_refused)
{
    pthread_t thread;
    prong_pool *pool = NULL, *kept = make_plain(2);

    ck_assert_int_eq(pthread_create(&thread, NULL, (void *(*)(void *))(void (*)(void))pause, NULL), 0);
    ck_assert_status(prong_pool_create(&pool, NULL, NULL), PRONG_ETHREADS);
    ck_assert_ptr_null(pool);
    ck_assert_status(prong_pool_refork(kept, NULL), PRONG_ETHREADS);
    check_as_new(kept, 2);
    end(kept);
}
END_TEST

START_TEST(two_pools_at_once_do_not_disturb_each_other)
{
    prong_pool *a = make_plain(2), *b = make_plain(3);
    prong_fold_spec hangs = hanging(a, -1);
    uint64_t result = 7;
    prong_job *job;
    pid_t pids[3];

    check_as_new(a, 2);
    ck_assert_status(prong_pool_start(a, &hangs, &result, &job, NULL), PRONG_OK);
    for (int i = 0; i < 20; i++) {
        check_as_new(b, 3);
        call_roll(b, 3, pids);
        kill(pids[i % 3], SIGKILL);
    }
    prong_pool_cancel(b);
    ck_assert_status(prong_job_wait(job, 0.02, NULL), PRONG_EBUSY);
    prong_pool_cancel(a);
    ck_assert_status(prong_job_wait(job, 10, NULL), PRONG_ECANCELED);
    check_as_new(a, 2);
    end(b);
    check_as_new(a, 2);
    end(a);
}
END_TEST

START_TEST(a_host_that_ignores_its_children_may_have_a_pool)
{
    prong_pool *pool;
    pid_t pids[2];

    signal(SIGCHLD, SIG_IGN);
    pool = make_plain(2);
    for (int i = 0; i < 5; i++) {
        call_roll(pool, 2, pids);
        kill(pids[i % 2], SIGKILL);
        check_as_new(pool, 2);
    }
    end(pool);
}
END_TEST

START_TEST(two_hundred_pools_leave_no_descriptor_and_no_child)
{
    prong_pool_options options = pool_of(2);
    int before = 0;

    options.arena_size = (size_t)1 << 20;
    for (int i = 0; i < 200; i++) {
        prong_pool *pool = make(&options);
        if (i % 4 == 1)
            check_squares(pool, 1000, 10, PRONG_COMMUTATIVE);
        if (i % 4 == 2)
            prong_pool_fd(pool);
        if (i % 20 == 3)
            ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
        end(pool);
        if (i == 0)
            before = count_descriptors();
    }
    ck_assert_int_eq(count_descriptors(), before);
    ck_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("persistent: forks");
    TCase *tc = tcase_create("forks");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_pool_that_can_fork_nobody_is_not_made);
    tcase_add_test(tc, a_pool_with_fewer_workers_than_asked_for_works_and_gets_the_others_later);
    tcase_add_loop_test(tc, a_respawn_that_fails_leaves_the_work_to_the_others, 0, 2);
    tcase_add_loop_test(tc, when_all_are_dead_and_none_can_be_forked_the_call_says_so, 0, 2);
    tcase_add_test(tc, a_forked_child_is_refused_and_harms_nothing);
    tcase_add_loop_test(tc, workers_die_with_their_parent, 0, 3);
    tcase_add_test(tc, a_pool_may_be_made_in_one_thread_and_used_in_another);
    tcase_add_test(tc, a_worker_that_was_replaced_by_a_job_of_another_thread_outlives_that_thread);
    tcase_add_test(tc, threads_without_leave_are_refused);
    tcase_add_test(tc, two_pools_at_once_do_not_disturb_each_other);
    tcase_add_test(tc, a_host_that_ignores_its_children_may_have_a_pool);
    tcase_add_test(tc, two_hundred_pools_leave_no_descriptor_and_no_child);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
