/* SPDX-License-Identifier: MIT */
/* What the library promises to its host: nothing of the host's is touched, taken, flushed twice or left behind, and
 * whatever the host does to its children, a fold ends with the right result or with an error. */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check_promises.h"

prong_options with_workers(int workers)
{
    prong_options options = PRONG_OPTIONS_INIT;

    options.workers = workers;
    /* So that what would hang fails instead; no test needs as much. */
    options.timeout = 40;
    return options;
}

int add_range(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    for (uint64_t i = first; i < last; i++)
        *(uint64_t *)partial += i;
    return 0;
}

static int add_partials(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into += *(const uint64_t *)from;
    return 0;
}

prong_fold_spec summing(int (*accumulate)(void *, uint64_t, uint64_t, void *), void *ctx)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;

    spec.count = COUNT;
    spec.grain = 100;
    spec.partial_size = sizeof(uint64_t);
    spec.accumulate = accumulate;
    spec.combine = add_partials;
    spec.ctx = ctx;
    return spec;
}

void *shared_memory(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(memory, MAP_FAILED);
    return memory;
}

/* Ordered and commutative folds both give the sum. */
void folds_work(int workers, unsigned flags)
{
    prong_fold_spec spec = summing(add_range, NULL);

    for (int i = 0; i < 2; i++) {
        prong_options options = with_workers(workers);
        prong_error err = PRONG_ERROR_INIT;
        uint64_t result = 0;
        spec.flags = i ? PRONG_COMMUTATIVE : 0;
        options.flags = flags;
        ck_assert_msg(prong_fold(&spec, &options, &result, &err) == PRONG_OK, "status %d: %s", (int)err.status,
                      err.detail);
        ck_assert_uint_eq(result, SUM);
    }
}

static void fold_is_lost(void)
{
    prong_fold_spec spec = summing(add_range, NULL);
    prong_options options = with_workers(2);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 7;

    ck_assert_int_eq(prong_fold(&spec, &options, &result, &err), PRONG_ELOST);
    ck_assert_int_eq(err.status, PRONG_ELOST);
    ck_assert_uint_gt(err.last, err.first);
    ck_assert_uint_eq(result, 7);
}

/* ---- The host's children ---- */

static void reap_all(int sig)
{
    int saved = errno;

    (void)sig;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    errno = saved;
}

/* _i: 0 SIGCHLD is ignored, 1 a handler takes every child's status, 2 SA_NOCLDWAIT. */
static void take_the_children_away(int how)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = how == 0 ? SIG_IGN : how == 1 ? reap_all : SIG_DFL;
    action.sa_flags = how == 2 ? SA_NOCLDWAIT : SA_RESTART;
    sigaction(SIGCHLD, &action, NULL);
}

START_TEST(folds_work_where_nobody_can_wait_for_children)
{
    take_the_children_away(_i);
    folds_work(1, 0);
    folds_work(5, 0);
}
END_TEST

START_TEST(a_dead_worker_is_noticed_where_nobody_can_wait_for_children)
{
    take_the_children_away(_i % 3);
    setenv("PRONG_FAULT", _i < 3 ? "worker-computed:kill:1-2" : "worker-start:kill;worker-exit:segv", 1);
    folds_work(2, 0);
}
END_TEST

START_TEST(workers_that_always_die_end_the_fold_where_nobody_can_wait_for_children)
{
    take_the_children_away(_i % 3);
    setenv("PRONG_FAULT", _i < 3 ? "worker-computed:exit:*" : "worker-start:kill:*", 1);
    fold_is_lost();
}
END_TEST

START_TEST(the_hosts_own_children_are_left_to_it)
{
    int block[2], status;
    pid_t ended, living;

    ck_assert_int_eq(pipe(block), 0);
    ended = fork();
    if (ended == 0)
        _exit(42);
    living = fork();
    if (living == 0) {
        char byte;
        close(block[1]);
        _exit(read(block[0], &byte, 1) == 0 ? 43 : 1);
    }
    close(block[0]);
    setenv("PRONG_FAULT", "worker-computed:kill", 1);
    folds_work(3, 0);
    ck_assert_int_eq(waitpid(ended, &status, 0), ended);
    ck_assert_int_eq(WEXITSTATUS(status), 42);
    ck_assert_int_eq(waitpid(living, &status, WNOHANG), 0);
    close(block[1]);
    ck_assert_int_eq(waitpid(living, &status, 0), living);
    ck_assert_int_eq(WEXITSTATUS(status), 43);
    ck_assert_int_eq(waitpid(-1, &status, WNOHANG), -1); /* and no child of prong's is left */
    ck_assert_int_eq(errno, ECHILD);
}
END_TEST

/* ---- The host's process ---- */

START_TEST(buffered_output_is_written_once)
{
    int ends[2];
    char text[100] = "";
    FILE *out;

    ck_assert_int_eq(pipe(ends), 0);
    out = fdopen(ends[1], "w");
    fputs("once ", out);
    setenv("PRONG_FAULT", "worker-computed:kill", 1);
    folds_work(4, 0);
    fclose(out);
    ck_assert_int_eq(read(ends[0], text, sizeof text - 1), 5);
    ck_assert_str_eq(text, "once ");
}
END_TEST

static int *exits;

static void count_exit(void)
{
    __atomic_fetch_add(exits, 1, __ATOMIC_SEQ_CST);
}

START_TEST(exit_handlers_do_not_run_in_workers)
{
    exits = shared_memory();
    atexit(count_exit);
    folds_work(4, 0);
    ck_assert_int_eq(*exits, 0);
}
END_TEST

/* Every descriptor with its flags and what it is; the one that reads the list is left out. */
static void list_descriptors(char *text, size_t size)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t used = 0;

    text[0] = '\0';
    if (!dir)
        return;
    for (int fd = 0; fd < 1024; fd++) {
        char path[40], target[200];
        int flags = fcntl(fd, F_GETFD);
        ssize_t length;
        if (flags == -1 || fd == dirfd(dir))
            continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        length = readlink(path, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = '\0';
        used += (size_t)snprintf(text + used, size - used, "%d %d %s\n", fd, flags, target);
        ck_assert_uint_lt(used, size);
    }
    closedir(dir);
}

static void on_signal(int sig)
{
    (void)sig;
}

START_TEST(handlers_mask_directory_umask_and_descriptors_are_as_they_were)
{
    static struct sigaction before[65], after[65];
    static char fds_before[16384], fds_after[16384];
    char cwd_before[1000], cwd_after[1000];
    sigset_t mask, mask_before, mask_after;

    signal(SIGUSR1, on_signal);
    signal(SIGBUS, on_signal);
    signal(SIGTERM, SIG_IGN);
    signal(SIGCHLD, on_signal);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_BLOCK, &mask, &mask_after);
    sigprocmask(SIG_BLOCK, NULL, &mask_before);
    umask(027);
    ck_assert_ptr_nonnull(getcwd(cwd_before, sizeof cwd_before));
    list_descriptors(fds_before, sizeof fds_before);
    for (int sig = 1; sig <= 64; sig++)
        sigaction(sig, NULL, &before[sig]);

    setenv("PRONG_FAULT", "worker-computed:segv:1-3", 1);
    folds_work(3, 0);

    for (int sig = 1; sig <= 64; sig++) {
        sigaction(sig, NULL, &after[sig]);
        ck_assert_msg(before[sig].sa_handler == after[sig].sa_handler && before[sig].sa_flags == after[sig].sa_flags,
                      "signal %d", sig);
    }
    sigprocmask(SIG_BLOCK, NULL, &mask_after);
    for (int sig = 1; sig <= 64; sig++)
        ck_assert_int_eq(sigismember(&mask_before, sig), sigismember(&mask_after, sig));
    ck_assert_ptr_nonnull(getcwd(cwd_after, sizeof cwd_after));
    ck_assert_str_eq(cwd_before, cwd_after);
    ck_assert_int_eq(umask(0), 027);
    list_descriptors(fds_after, sizeof fds_after);
    ck_assert_str_eq(fds_before, fds_after);
}
END_TEST

static int stdio_is_closed(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
            return 1 + fd;
    return add_range(partial, first, last, ctx);
}

/* _i: whether pidfds are there. */
START_TEST(descriptors_of_a_host_without_stdio_stay_clear_of_0_to_2)
{
    prong_fold_spec spec = summing(stdio_is_closed, NULL);
    prong_options options = with_workers(3);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 0;
    prong_status status;
    int kept[3];

    if (_i)
        setenv("PRONG_FAULT", "watch-pidfd:ENOSYS:*", 1);
    for (int fd = 0; fd < 3; fd++) {
        kept[fd] = fcntl(fd, F_DUPFD, 100);
        close(fd);
    }
    status = prong_fold(&spec, &options, &result, &err);
    for (int fd = 0; fd < 3; fd++)
        if (kept[fd] != -1)
            dup2(kept[fd], fd);
    ck_assert_msg(status == PRONG_OK, "status %d, body %d", (int)status, err.body_status);
    ck_assert_uint_eq(result, SUM);
}
END_TEST

static int fails(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)partial, (void)last, (void)ctx;
    return first >= COUNT / 2 ? 5 : 0;
}

START_TEST(a_hundred_folds_leave_no_descriptor)
{
    static char before[16384], after[16384];
    prong_fold_spec failing = summing(fails, NULL);

    if (_i)
        setenv("PRONG_FAULT", "watch-pidfd:ENOSYS:*;worker-computed:kill:7", 1);
    folds_work(2, 0);
    list_descriptors(before, sizeof before);
    for (int k = 0; k < 50; k++) {
        prong_options options = with_workers(2);
        uint64_t result;
        folds_work(2, 0);
        ck_assert_int_eq(prong_fold(&failing, &options, &result, NULL), PRONG_EBODY);
    }
    list_descriptors(after, sizeof after);
    ck_assert_str_eq(before, after);
}
END_TEST

START_TEST(a_host_without_a_free_descriptor_gets_an_error)
{
    prong_fold_spec spec = summing(add_range, NULL);
    prong_options options = with_workers(2);
    prong_error err = PRONG_ERROR_INIT;
    uint64_t result = 7;
    struct rlimit limit;
    int next = dup(0);

    close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = (rlim_t)next;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_eq(prong_fold(&spec, &options, &result, &err), PRONG_ESYS);
    ck_assert_int_eq(err.sys_errno, EMFILE);
    ck_assert_uint_eq(result, 7);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    folds_work(2, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("promises");
    TCase *tc = tcase_create("host");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, folds_work_where_nobody_can_wait_for_children, 0, 3);
    tcase_add_loop_test(tc, a_dead_worker_is_noticed_where_nobody_can_wait_for_children, 0, 6);
    tcase_add_loop_test(tc, workers_that_always_die_end_the_fold_where_nobody_can_wait_for_children, 0, 6);
    tcase_add_test(tc, the_hosts_own_children_are_left_to_it);
    tcase_add_test(tc, buffered_output_is_written_once);
    tcase_add_test(tc, exit_handlers_do_not_run_in_workers);
    tcase_add_test(tc, handlers_mask_directory_umask_and_descriptors_are_as_they_were);
    tcase_add_loop_test(tc, descriptors_of_a_host_without_stdio_stay_clear_of_0_to_2, 0, 2);
    tcase_add_loop_test(tc, a_hundred_folds_leave_no_descriptor, 0, 2);
    tcase_add_test(tc, a_host_without_a_free_descriptor_gets_an_error);
    suite_add_tcase(suite, tc);
    srunner_add_suite(runner, bodies_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
