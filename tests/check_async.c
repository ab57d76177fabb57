/* SPDX-License-Identifier: MIT */
/* Started jobs: waited for, pumped, watched by poll and epoll, canceled, hit by deaths. */
#include "persistent_fixture.h"

#include <poll.h>
#ifdef HAVE_SYS_EPOLL_H
#include <sys/epoll.h>
#endif

enum { ROUNDS = 10000 };

static prong_job *start(prong_pool *pool, const prong_fold_spec *spec, uint64_t *result)
{
    prong_job *job = NULL;

    ck_assert_status(prong_pool_start(pool, spec, result, &job, NULL), PRONG_OK);
    ck_assert_ptr_nonnull(job);
    return job;
}

/* Where there is no descriptor, the loop looks now and then. */
static int wait_readable(int fd, int ms)
{
    struct pollfd p = { fd, POLLIN, 0 };

    if (fd == -1) {
        nap(0.0002);
        return 1;
    }
    return poll(&p, 1, ms);
}

static void pump_until_done(prong_pool *pool, int fd)
{
    int done = 0;

    while (!done) {
        ck_assert_msg(wait_readable(fd, 10000) == 1, "the descriptor stayed silent for 10 s: a wake-up was missed");
        ck_assert_status(prong_pool_pump(pool, &done, NULL), PRONG_OK);
    }
}

START_TEST(a_started_job_is_waited_for)
{
    prong_pool_options options = pool_of(2);
    prong_fold_spec spec = squares(5000, 11);
    prong_pool *pool;

    options.spin = _i ? 20e-6 : 0;
    pool = make(&options);
    for (int i = 0; i < 500; i++) {
        uint64_t result = 0;
        spec.flags = i % 2 ? PRONG_COMMUTATIVE : 0;
        ck_assert_status(prong_job_wait(start(pool, &spec, &result), -1, NULL), PRONG_OK);
        ck_assert_uint_eq(result, expected_squares(5000));
    }
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

START_TEST(no_wake_up_is_missed_in_10000_rounds_of_poll)
{
    prong_pool *pool = make_plain(2);
    int fd = prong_pool_fd(pool);
    prong_fold_spec spec = squares(40, 10);

    for (int i = 0; i < ROUNDS; i++) {
        uint64_t result = 0;
        prong_job *job;
        spec.flags = i % 2 ? PRONG_COMMUTATIVE : 0;
        job = start(pool, &spec, &result);
        pump_until_done(pool, fd);
        ck_assert_status(prong_job_wait(job, 0, NULL), PRONG_OK);
        ck_assert_uint_eq(result, expected_squares(40));
    }
    end(pool);
}
END_TEST

#ifdef HAVE_SYS_EPOLL_H
START_TEST(the_descriptor_may_be_part_of_another_epoll)
{
    prong_pool *pools[2] = { make_plain(1), make_plain(2) };
    prong_job *jobs[2];
    uint64_t results[2] = { 0, 0 };
    prong_fold_spec spec = squares(3000, 10);
    int loop = epoll_create1(EPOLL_CLOEXEC);

    for (int i = 0; i < 2; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t)i };
        int fd = prong_pool_fd(pools[i]);
        ck_assert_int_ge(fd, 3);
        ck_assert_int_eq(prong_pool_fd(pools[i]), fd);
        ck_assert_int_eq(epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event), 0);
    }
    for (int round = 0; round < 500; round++) {
        int left = 2;
        for (int i = 0; i < 2; i++)
            jobs[i] = start(pools[i], &spec, &results[i]);
        while (left > 0) {
            struct epoll_event event;
            int done;
            ck_assert_int_eq(epoll_wait(loop, &event, 1, 10000), 1);
            if (!jobs[event.data.u32])
                continue;
            ck_assert_status(prong_pool_pump(pools[event.data.u32], &done, NULL), PRONG_OK);
            if (!done)
                continue;
            ck_assert_status(prong_job_wait(jobs[event.data.u32], -1, NULL), PRONG_OK);
            jobs[event.data.u32] = NULL;
            ck_assert_uint_eq(results[event.data.u32], expected_squares(3000));
            left--;
        }
    }
    close(loop);
    end(pools[0]);
    end(pools[1]);
}
END_TEST

static int silent(int fd)
{
    struct pollfd p = { fd, POLLIN, 0 };
    return poll(&p, 1, 0) == 0;
}

/* An event loop would turn without rest otherwise. */
START_TEST(the_descriptor_is_silent_while_there_is_nothing_to_do)
{
    prong_pool *pool = make_plain(2);
    int fd = prong_pool_fd(pool);
    prong_fold_spec spec = hanging(pool, -1);
    pid_t pids[2];
    uint64_t result;
    prong_job *job;
    int done, kept_awake = 0;

    ck_assert(silent(fd));
    call_roll(pool, 2, pids);
    kill(pids[_i], SIGKILL);
    nap(0.05);
    call_roll(pool, 2, NULL); /* replaced */
    job = start(pool, &spec, &result);
    for (int i = 0; i < 20; i++) {
        nap(0.005);
        kept_awake += !silent(fd);
        ck_assert_status(prong_pool_pump(pool, &done, NULL), PRONG_OK);
        ck_assert_int_eq(done, 0);
    }
    ck_assert_msg(kept_awake <= 4, "readable %d times of 20 with nothing to do, after worker %d died", kept_awake, _i);
    prong_pool_cancel(pool);
    ck_assert_status(prong_job_wait(job, 10, NULL), PRONG_ECANCELED);
    end(pool);
}
END_TEST

START_TEST(a_pump_between_jobs_replaces_a_worker_that_died_and_the_descriptor_is_silent)
{
    prong_pool *pool = make_plain(2);
    int fd = prong_pool_fd(pool), done = 1;
    pid_t before[2], after[2];
    prong_pool_figures figures = { .size = sizeof figures };

    call_roll(pool, 2, before);
    kill(before[_i], SIGKILL);
    /* A late ringing of the roll may come first. */
    for (int tries = 0; tries < 1000 && figures.respawns == 0; tries++) {
        for (int waits = 0; waits < 100 && silent(fd); waits++)
            nap(0.001);
        ck_assert_status(prong_pool_pump(pool, &done, NULL), PRONG_EINVAL);
        ck_assert_int_eq(done, 0);
        ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    }
    ck_assert(silent(fd));
    ck_assert_int_eq(figures.workers, 2);
    ck_assert_uint_eq(figures.respawns, 1);
    call_roll(pool, 2, after);
    ck_assert_int_ne(after[0], before[_i]);
    ck_assert_int_ne(after[1], before[_i]);
    end(pool);
}
END_TEST

/* One that dies at its start would be replaced by every pump for ever. */
START_TEST(a_worker_that_always_dies_is_not_replaced_for_ever_between_jobs)
{
    prong_pool_options options = pool_of(1);
    prong_pool *pool;
    prong_pool_figures figures = { .size = sizeof figures };
    int fd, done;

    options.run.retries = 2;
    setenv("PRONG_FAULT", "worker-attached:kill:*", 1);
    pool = make(&options);
    fd = prong_pool_fd(pool);
    for (int i = 0; i < 40; i++) {
        for (int tries = 0; tries < 20 && silent(fd); tries++)
            nap(0.002);
        ck_assert_status(prong_pool_pump(pool, &done, NULL), PRONG_EINVAL);
    }
    ck_assert(silent(fd));
    ck_assert_status(prong_pool_stats(pool, &figures), PRONG_OK);
    ck_assert_int_eq(figures.workers, 0);
    ck_assert_uint_eq(figures.respawns, 3);
    end(pool);
}
END_TEST

/* A worker may ring late: a pump at most ends that. */
START_TEST(the_descriptor_is_silent_after_a_job_was_waited_for)
{
    prong_pool *pool = make_plain(2);
    int fd = prong_pool_fd(pool);
    prong_fold_spec spec = squares(400, 10);
    int loud = 0, done;

    for (int i = 0; i < 1000; i++) {
        uint64_t result = 0;
        ck_assert_status(prong_job_wait(start(pool, &spec, &result), -1, NULL), PRONG_OK);
        if (i % 100 == 0) {
            prong_pool_cancel(pool); /* rings as well, and is not forgotten */
            nap(0.001);
        }
        ck_assert_status(prong_pool_pump(pool, &done, NULL), PRONG_EINVAL);
        loud += !silent(fd);
        if (i % 100 == 0)
            ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_ECANCELED);
    }
    ck_assert_msg(loud <= 10, "readable after %d of 1000 jobs, and pump could not end that", loud);
    end(pool);
}
END_TEST
#endif

static prong_job *start_hanging(prong_pool *pool, int times, uint64_t *result)
{
    prong_fold_spec spec = hanging(pool, times);

    return start(pool, &spec, result);
}

START_TEST(a_wait_that_runs_out_says_busy_and_the_job_goes_on)
{
    prong_pool_options options = pool_of(2);
    prong_pool *pool;
    uint64_t result = 7;
    prong_job *job;
    double begin, waited;

    options.run.chunk_timeout = 0.3;
    pool = make(&options);
    job = start_hanging(pool, 1, &result);
    begin = clock_seconds();
    ck_assert_status(prong_job_wait(job, 0.05, NULL), PRONG_EBUSY);
    waited = clock_seconds() - begin;
    ck_assert(waited >= 0.045 && waited < 5);
    ck_assert_status(prong_job_wait(job, 0, NULL), PRONG_EBUSY);
    ck_assert_uint_eq(result, 7);
    ck_assert_status(prong_job_wait(job, 60, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(100));
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

START_TEST(while_a_job_is_started_everything_else_is_busy)
{
    prong_pool *pool = make_plain(2);
    prong_fold_spec spec = squares(100, 10);
    prong_job *job, *second = (prong_job *)pool;
    uint64_t result = 7, other = 7;
    int done = 0;

    ck_assert_status(prong_pool_pump(pool, &done, NULL), PRONG_EINVAL);
    job = start(pool, &spec, &result);
    ck_assert_status(prong_pool_start(pool, &spec, &other, &second, NULL), PRONG_EBUSY);
    ck_assert_ptr_null(second);
    ck_assert_status(prong_pool_fold(pool, &spec, &other, NULL), PRONG_EBUSY);
    ck_assert_status(prong_pool_refork(pool, NULL), PRONG_EBUSY);
    while (!done)
        ck_assert_status(prong_pool_pump(pool, &done, NULL), PRONG_OK);
    /* Done is not over: that is for the wait. */
    ck_assert_status(prong_pool_fold(pool, &spec, &other, NULL), PRONG_EBUSY);
    ck_assert_status(prong_job_wait(job, -1, NULL), PRONG_OK);
    ck_assert_uint_eq(result, expected_squares(100));
    ck_assert_uint_eq(other, 7);
    ck_assert_status(prong_pool_start(pool, NULL, &other, &second, NULL), PRONG_EINVAL);
    ck_assert_status(prong_pool_start(pool, &spec, NULL, &second, NULL), PRONG_EINVAL);
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

START_TEST(a_started_job_can_be_canceled)
{
    prong_pool *pool = make_plain(2);
    int fd = prong_pool_fd(pool);

    for (int i = 0; i < 4; i++) {
        uint64_t result = 7;
        prong_job *job = start_hanging(pool, -1, &result);
        nap(i % 2 ? 0 : 0.01);
        prong_pool_cancel(pool);
        if (i >= 2)
            pump_until_done(pool, fd);
        ck_assert_status(prong_job_wait(job, 10, NULL), PRONG_ECANCELED);
        ck_assert_uint_eq(result, 7);
        check_as_new(pool, 2);
    }
    end(pool);
}
END_TEST

START_TEST(a_worker_that_is_killed_during_a_started_job_is_replaced)
{
    prong_pool *pool = make_plain(2);
    int fd = prong_pool_fd(pool);

    for (int i = 0; i < 10; i++) {
        prong_fold_spec spec = squares(20000000, 100000);
        uint64_t result = 0;
        pid_t pids[2];
        prong_job *job;
        call_roll(pool, 2, pids);
        job = start(pool, &spec, &result);
        kill(pids[i % 2], SIGKILL);
        pump_until_done(pool, fd);
        ck_assert_status(prong_job_wait(job, -1, NULL), PRONG_OK);
        ck_assert_uint_eq(result, expected_squares(20000000));
        check_as_new(pool, 2);
    }
    end(pool);
}
END_TEST

static int fails(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)partial;
    (void)ctx;
    return first <= 55 && 55 < last ? 9 : 0;
}

START_TEST(a_started_job_that_fails_says_how_when_it_is_waited_for)
{
    prong_pool *pool = make_plain(2);
    prong_fold_spec spec = squares(100, 10);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 7;
    prong_job *job;

    spec.accumulate = fails;
    job = start(pool, &spec, &result);
    pump_until_done(pool, prong_pool_fd(pool));
    ck_assert_status(prong_job_wait(job, -1, &err), PRONG_EBODY);
    ck_assert_int_eq(err.body_status, 9);
    ck_assert_int_eq(err.chunk, 5);
    ck_assert_uint_eq(result, 7);
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

START_TEST(an_empty_started_job_is_done_at_once)
{
    prong_pool *pool = make_plain(2);
    prong_fold_spec spec = squares(0, 0);

    for (int i = 0; i < 200; i++) {
        uint64_t result = 7;
        prong_job *job = start(pool, &spec, &result);
        pump_until_done(pool, prong_pool_fd(pool));
        ck_assert_status(prong_job_wait(job, 0, NULL), PRONG_OK);
        ck_assert_uint_eq(result, 0);
        check_squares(pool, 100, 7, 0);
    }
    end(pool);
}
END_TEST

START_TEST(a_pool_is_destroyed_with_a_job_that_was_started)
{
    for (int i = 0; i < 3; i++) {
        prong_pool *pool = make_plain(2);
        uint64_t result = 7;
        double begin = clock_seconds();
        if (i < 2)
            start_hanging(pool, -1, &result);
        else {
            prong_fold_spec spec = squares(10, 1);
            start(pool, &spec, &result);
        }
        nap(i ? 0.02 : 0);
        end(pool);
        ck_assert_uint_eq(result, 7);
        ck_assert(clock_seconds() - begin < 5);
    }
}
END_TEST

START_TEST(a_forked_child_is_refused)
{
    prong_pool *pool = make_plain(2);
    uint64_t result = 0;
    prong_job *job = start_hanging(pool, -1, &result);
    pid_t child = fork();
    int status;

    if (child == 0) {
        prong_fold_spec spec = squares(10, 1);
        prong_job *other;
        int done, wrong = 0;
        wrong |= prong_pool_start(pool, &spec, &result, &other, NULL) != PRONG_EFORKED;
        wrong |= (prong_job_wait(job, 1, NULL) != PRONG_EFORKED) << 1;
        wrong |= (prong_pool_pump(pool, &done, NULL) != PRONG_EFORKED) << 2;
        wrong |= (prong_pool_fd(pool) != -1) << 3;
        prong_pool_cancel(pool);
        wrong |= (prong_pool_destroy(pool) != PRONG_EFORKED) << 4;
        _exit(wrong);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(status == 0, "status 0x%x", status);
    ck_assert_status(prong_job_wait(job, 0.05, NULL), PRONG_EBUSY);
    prong_pool_cancel(pool);
    ck_assert_status(prong_job_wait(job, 10, NULL), PRONG_ECANCELED);
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("async");
    TCase *tc = tcase_create("started jobs");

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, a_started_job_is_waited_for, 0, 2);
    tcase_add_test(tc, no_wake_up_is_missed_in_10000_rounds_of_poll);
#ifdef HAVE_SYS_EPOLL_H
    tcase_add_test(tc, the_descriptor_may_be_part_of_another_epoll);
    tcase_add_loop_test(tc, the_descriptor_is_silent_while_there_is_nothing_to_do, 0, 2);
    tcase_add_test(tc, the_descriptor_is_silent_after_a_job_was_waited_for);
    tcase_add_loop_test(tc, a_pump_between_jobs_replaces_a_worker_that_died_and_the_descriptor_is_silent, 0, 2);
    tcase_add_test(tc, a_worker_that_always_dies_is_not_replaced_for_ever_between_jobs);
#endif
    tcase_add_test(tc, a_wait_that_runs_out_says_busy_and_the_job_goes_on);
    tcase_add_test(tc, while_a_job_is_started_everything_else_is_busy);
    tcase_add_test(tc, a_started_job_can_be_canceled);
    tcase_add_test(tc, a_worker_that_is_killed_during_a_started_job_is_replaced);
    tcase_add_test(tc, a_started_job_that_fails_says_how_when_it_is_waited_for);
    tcase_add_test(tc, an_empty_started_job_is_done_at_once);
    tcase_add_test(tc, a_pool_is_destroyed_with_a_job_that_was_started);
    tcase_add_test(tc, a_forked_child_is_refused);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
