/* SPDX-License-Identifier: MIT */
/* Persistent pools whose workers are killed or stopped, between jobs and in them. */
#include "persistent_fixture.h"

#include <stdio.h>
#include <sys/time.h>

enum { WORKERS = 3 };

static void spin_or_not(prong_pool_options *options, int spinning)
{
    options->spin = spinning ? 30e-6 : 0;
}

/* ---- Between jobs ---- */

START_TEST(workers_that_are_killed_while_idle_are_replaced)
{
    prong_pool_options options = pool_of(WORKERS);
    prong_pool *pool;
    pid_t pids[WORKERS];

    spin_or_not(&options, _i & 1);
    if (_i & 2)
        options.run.retries = 0;
    pool = make(&options);
    for (int round = 0; round < 12; round++) {
        call_roll(pool, WORKERS, pids);
        for (int k = 0; k < WORKERS; k++)
            if (k == round % WORKERS || round % 4 == 3)
                kill(pids[k], round % 2 ? SIGKILL : SIGSEGV);
        if (round % 3)
            nap(0.01);
        check_squares(pool, 10000, 100, round % 2 ? PRONG_COMMUTATIVE : 0);
        check_as_new(pool, WORKERS);
    }
    end(pool);
}
END_TEST

static bool is_among(pid_t pid, const pid_t *pids)
{
    for (int i = 0; i < WORKERS; i++)
        if (pids[i] == pid)
            return true;
    return false;
}

START_TEST(a_stopped_idle_worker_does_not_hold_up_jobs_that_others_do)
{
    prong_pool *pool = make_plain(WORKERS);
    pid_t pids[WORKERS], later[WORKERS];

    call_roll(pool, WORKERS, pids);
    kill(pids[1], SIGSTOP);
    for (int i = 0; i < 100; i++)
        check_squares(pool, 1000, 10, PRONG_COMMUTATIVE);
    kill(pids[1], SIGCONT);
    /* It is one of those that come when all must. */
    call_roll(pool, WORKERS, later);
    ck_assert(is_among(pids[1], later));
    end(pool);
}
END_TEST

START_TEST(workers_killed_while_others_do_every_job_are_replaced)
{
    prong_pool *pool = make_plain(WORKERS);
    pid_t pids[WORKERS], later[WORKERS];

    call_roll(pool, WORKERS, pids);
    kill(pids[1], SIGSTOP);
    check_squares(pool, 1000, 10, PRONG_COMMUTATIVE);
    kill(pids[1], SIGKILL);
    for (int i = 0; i < 100; i++)
        check_squares(pool, 1000, 10, PRONG_COMMUTATIVE);
    call_roll(pool, WORKERS, later);
    ck_assert(!is_among(pids[1], later));
    end(pool);
}
END_TEST

START_TEST(an_only_worker_that_is_stopped_is_waited_for_until_it_goes_on)
{
    prong_pool *pool = make_plain(1);
    pid_t pids[1], helper;

    call_roll(pool, 1, pids);
    kill(pids[0], SIGSTOP);
    helper = fork();
    if (helper == 0) {
        nap(0.1);
        kill(pids[0], SIGCONT);
        _exit(0);
    }
    check_as_new(pool, 1);
    ck_assert_int_eq(waitpid(helper, NULL, 0), helper);
    end(pool);
}
END_TEST

START_TEST(an_only_worker_that_is_stopped_costs_at_most_the_deadline_of_the_job)
{
    prong_pool_options options = pool_of(1);
    prong_fold_spec spec = squares(1000, 10);
    prong_pool *pool;
    pid_t pids[1];
    uint64_t result = 7;

    options.run.timeout = 0.2;
    pool = make(&options);
    call_roll(pool, 1, pids);
    kill(pids[0], SIGSTOP);
    ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_ETIMEDOUT);
    ck_assert_uint_eq(result, 7);
    check_as_new(pool, 1);
    end(pool);
}
END_TEST

START_TEST(an_only_worker_that_is_stopped_is_ended_by_the_deadline_of_a_chunk)
{
    prong_pool_options options = pool_of(1);
    prong_pool *pool;
    pid_t pids[1], later[1];
    double begin;

    options.run.chunk_timeout = 0.1;
    options.run.retries = 20; /* on a slow machine others may be late, too */
    pool = make(&options);
    call_roll(pool, 1, pids);
    kill(pids[0], SIGSTOP);
    begin = clock_seconds();
    check_as_new(pool, 1);
    ck_assert(clock_seconds() - begin < 5);
    call_roll(pool, 1, later);
    ck_assert_int_ne(later[0], pids[0]);
    end(pool);
}
END_TEST

START_TEST(a_stopped_worker_does_not_keep_the_pool_from_ending)
{
    prong_pool *pool = make_plain(WORKERS);
    pid_t pids[WORKERS];
    double begin = clock_seconds();

    call_roll(pool, WORKERS, pids);
    kill(pids[2], SIGSTOP);
    if (_i)
        ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
    if (_i)
        check_as_new(pool, WORKERS);
    end(pool);
    ck_assert(clock_seconds() - begin < 8);
}
END_TEST

/* ---- In the middle of a job ---- */

static const char *const points[] = { "worker-start",   "worker-attached", "worker-entered", "worker-taken",     "worker-claimed",
                                      "worker-computed", "worker-writing", "worker-written", "worker-published", "worker-idle" };
static const char *const ends[] = { "kill", "segv", "exit", "term", "stop", "hang" };
enum { POINTS = sizeof points / sizeof points[0], ENDS = sizeof ends / sizeof ends[0] };

START_TEST(a_worker_that_ends_at_any_point_costs_nothing_but_time)
{
    const char *point = points[_i / ENDS], *action = ends[_i % ENDS];
    prong_pool_options options = pool_of(2);
    char fault[80];
    prong_pool *pool;

    options.run.chunk_timeout = 0.1;
    options.run.retries = 20; /* on a slow machine others may be late, too */
    spin_or_not(&options, _i & 1);
    snprintf(fault, sizeof fault, "%s:%s:1;%s:%s:5;%s:%s:9", point, action, point, action, point, action);
    setenv("PRONG_FAULT", fault, 1);
    pool = make(&options);
    for (int i = 0; i < 4; i++)
        check_squares(pool, 1000, 100, i % 2 ? PRONG_COMMUTATIVE : 0);
    /* One that stopped before it came to a job still is there, and nobody has missed it. */
    if (strcmp(action, "stop") != 0 && strcmp(action, "hang") != 0)
        check_as_new(pool, 2);
    end(pool);
}
END_TEST

/* ---- While the parent spins ---- */

static prong_pool *spinner; /* for the signal handler */

static void cancel_spinner(int sig)
{
    (void)sig;
    prong_pool_cancel(spinner);
}

static const double long_spin = 20;

START_TEST(a_death_is_noticed_however_long_the_parent_would_spin)
{
    prong_pool_options options = pool_of(2);
    double begin = clock_seconds();

    options.spin = long_spin;
    setenv("PRONG_FAULT", "worker-claimed:kill:3;worker-idle:kill:4", 1);
    spinner = make(&options);
    for (int i = 0; i < 6; i++)
        check_squares(spinner, 1000, 100, i % 2 ? PRONG_COMMUTATIVE : 0);
    ck_assert(clock_seconds() - begin < long_spin / 4);
    end(spinner);
}
END_TEST

START_TEST(deadlines_and_cancels_are_kept_however_long_the_parent_would_spin)
{
    prong_pool_options options = pool_of(2);
    prong_fold_spec spec;
    double begin = clock_seconds();
    uint64_t result = 5;

    options.spin = long_spin;
    options.run.chunk_timeout = _i == 0 ? 0.1 : 0;
    options.run.timeout = _i == 1 ? 0.1 : 0;
    options.run.retries = 0;
    spinner = make(&options);
    spec = hanging(spinner, 1);
    if (_i == 2) {
        signal(SIGALRM, cancel_spinner);
        setitimer(ITIMER_REAL, &(struct itimerval){ { 0, 0 }, { 0, 100000 } }, NULL);
    }
    ck_assert_status(prong_pool_fold(spinner, &spec, &result, NULL), _i == 2 ? PRONG_ECANCELED : PRONG_ETIMEDOUT);
    ck_assert_uint_eq(result, 5);
    ck_assert(clock_seconds() - begin < long_spin / 4);
    check_as_new(spinner, 2);
    end(spinner);
}
END_TEST

START_TEST(a_worker_that_ends_while_it_leaves_is_no_error)
{
    prong_pool *pool;

    setenv("PRONG_FAULT", _i ? "worker-exit:stop:*" : "worker-exit:kill:*", 1);
    pool = make_plain(2);
    check_as_new(pool, 2);
    ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("persistent: faults");
    TCase *tc = tcase_create("faults");

    tcase_set_timeout(tc, 40);
    tcase_add_loop_test(tc, workers_that_are_killed_while_idle_are_replaced, 0, 4);
    tcase_add_test(tc, a_stopped_idle_worker_does_not_hold_up_jobs_that_others_do);
    tcase_add_test(tc, workers_killed_while_others_do_every_job_are_replaced);
    tcase_add_test(tc, an_only_worker_that_is_stopped_is_waited_for_until_it_goes_on);
    tcase_add_test(tc, an_only_worker_that_is_stopped_costs_at_most_the_deadline_of_the_job);
    tcase_add_test(tc, an_only_worker_that_is_stopped_is_ended_by_the_deadline_of_a_chunk);
    tcase_add_loop_test(tc, a_stopped_worker_does_not_keep_the_pool_from_ending, 0, 2);
    tcase_add_loop_test(tc, a_worker_that_ends_at_any_point_costs_nothing_but_time, 0, POINTS * ENDS);
    tcase_add_test(tc, a_death_is_noticed_however_long_the_parent_would_spin);
    tcase_add_loop_test(tc, deadlines_and_cancels_are_kept_however_long_the_parent_would_spin, 0, 3);
    tcase_add_loop_test(tc, a_worker_that_ends_while_it_leaves_is_no_error, 0, 2);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
