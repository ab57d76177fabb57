/* SPDX-License-Identifier: MIT */
/* The base room: sizes that do not wrap, errors that say what helps, processors that are really ours. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cpus.h"
#include "base/error.h"
#include "base/size.h"
#include "prong/fold.h"

/* ---- Sizes ---- */

START_TEST(sizes_that_do_not_fit_are_refused_and_leave_the_result_alone)
{
    size_t out = 5;

    ck_assert(prong_size_add(SIZE_MAX - 1, 1, &out));
    ck_assert(out == SIZE_MAX);
    out = 5;
    ck_assert(!prong_size_add(SIZE_MAX, 1, &out));
    ck_assert(!prong_size_add(1, SIZE_MAX, &out));
    ck_assert(!prong_size_mul(SIZE_MAX / 2 + 1, 2, &out));
    ck_assert(!prong_size_align(SIZE_MAX, 2, &out));
    ck_assert(!prong_size_align(SIZE_MAX - 126, 128, &out));
    ck_assert_uint_eq(out, 5);
    ck_assert(prong_size_mul(SIZE_MAX / 2, 2, &out));
    ck_assert(out == SIZE_MAX - 1);
    ck_assert(prong_size_mul(0, SIZE_MAX, &out));
    ck_assert_uint_eq(out, 0);
    ck_assert(prong_size_align(SIZE_MAX - 127, 128, &out));
    ck_assert(out == SIZE_MAX - 127);
    ck_assert(prong_size_align(0, 4096, &out));
    ck_assert_uint_eq(out, 0);
    ck_assert(prong_size_align(129, 128, &out));
    ck_assert_uint_eq(out, 256);
}
END_TEST

START_TEST(a_quotient_is_rounded_up_without_wrapping)
{
    ck_assert_uint_eq(prong_ceil_div(0, 7), 0);
    ck_assert_uint_eq(prong_ceil_div(7, 7), 1);
    ck_assert_uint_eq(prong_ceil_div(8, 7), 2);
    ck_assert(prong_ceil_div(UINT64_MAX, 1) == UINT64_MAX);
    ck_assert(prong_ceil_div(UINT64_MAX, 2) == UINT64_MAX / 2 + 1);
    ck_assert(prong_ceil_div(UINT64_MAX, UINT64_MAX) == 1);
}
END_TEST

/* ---- Errors ---- */

static const struct {
    const char *call;
    int sys_errno;
    const char *words;
} remedies[] = {
    { "shmget", ENOSPC, "the disk is not full" },
    { "shmget", ENOSPC, "SHMMNI" },
    { "shmget", ENOSPC, "SHMALL" },
    { "shmget", EINVAL, "SHMMAX" },
    { "shmget", ENOMEM, "memory" },
    { "shmat", EACCES, "0600" },
    { "shmat", EIDRM, "removed" },
    { "shmat", EINVAL, "gone" },
    { "shmat", ENOMEM, "ulimit -v" },
    { "shmctl", EPERM, "owner" },
    { "fork", EAGAIN, "ulimit -u" },
    { "fork", ENOMEM, "memory" },
    { "open", EMFILE, "ulimit -n" },
    { "mmap", ENOMEM, "ulimit -v" },
    { "eventfd", EMFILE, "ulimit -n" },
    { "pidfd_open", EMFILE, "ulimit -n" },
    { "pipe", EMFILE, "ulimit -n" },
};

static const char *text_of(const prong_error *err)
{
    static char text[2048];

    ck_assert_uint_lt(prong_error_string(err, text, sizeof text), sizeof text);
    return text;
}

static void says(const prong_error *err, const char *words)
{
    ck_assert_msg(strstr(text_of(err), words) != NULL, "'%s' does not say '%s'", text_of(err), words);
}

START_TEST(a_failed_call_is_told_with_its_remedy)
{
    prong_error err = PRONG_ERROR_INIT;

    errno = remedies[_i].sys_errno;
    ck_assert_int_eq(prong_fail_sys(&err, remedies[_i].call, "it was wanted for %d", 42), PRONG_ESYS);
    ck_assert_int_eq(err.status, PRONG_ESYS);
    ck_assert_int_eq(err.sys_errno, remedies[_i].sys_errno);
    ck_assert_str_eq(err.call, remedies[_i].call);
    says(&err, "it was wanted for 42");
    says(&err, remedies[_i].call);
    says(&err, strerror(remedies[_i].sys_errno));
    says(&err, remedies[_i].words);
}
END_TEST

START_TEST(a_call_without_a_remedy_has_none)
{
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_ptr_null(prong_hint("shmget", EIO));
    ck_assert_ptr_null(prong_hint("nothing", ENOSPC));
    errno = EIO;
    ck_assert_int_eq(prong_fail_sys(&err, "read", "%s", "x"), PRONG_ESYS);
    ck_assert_str_eq(text_of(&err), "x: read: Input/output error");
}
END_TEST

START_TEST(every_status_has_words_of_its_own)
{
    for (int a = PRONG_OK; a <= PRONG_EBUSY; a++) {
        ck_assert_ptr_nonnull(prong_status_string((prong_status)a));
        ck_assert_str_ne(prong_status_string((prong_status)a), "");
        for (int b = PRONG_OK; b < a; b++)
            ck_assert_str_ne(prong_status_string((prong_status)a), prong_status_string((prong_status)b));
    }
    ck_assert_str_eq(prong_status_string((prong_status)9999), "unknown status");
}
END_TEST

START_TEST(a_lost_worker_is_told_with_signal_attempt_chunk_and_elements)
{
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_int_eq(prong_fail(&err, PRONG_ELOST, "%s", "somewhere"), PRONG_ELOST);
    err.worker = 3;
    err.pid = 4711;
    err.wait_status = SIGSEGV;
    err.attempt = 4;
    err.chunk = 12;
    err.first = 1200;
    err.last = 1300;
    says(&err, "worker 3 (pid 4711) was killed by signal 11 (");
    says(&err, "at attempt 4 of chunk 12, elements 1200 to 1299");
    says(&err, "somewhere");
    err.wait_status = 7 << 8;
    says(&err, "exited with status 7");
    err.wait_status = -1;
    says(&err, "taken by someone else");
    err.chunk = -1;
    says(&err, "before it had claimed a chunk");
    err.chunk = 1;
    err.first = err.last = 0;
    ck_assert_ptr_null(strstr(text_of(&err), "elements"));
}
END_TEST

START_TEST(a_text_that_does_not_fit_is_cut_and_its_length_is_told)
{
    prong_error err = PRONG_ERROR_INIT;
    char small[8], whole[1024];
    size_t length;

    errno = ENOSPC;
    ck_assert_int_eq(prong_fail_sys(&err, "shmget", "%s", ""), PRONG_ESYS);
    length = prong_error_string(&err, whole, sizeof whole);
    ck_assert_uint_eq(length, strlen(whole));
    memset(small, 'x', sizeof small);
    ck_assert_uint_eq(prong_error_string(&err, small, 5), length);
    ck_assert(memcmp(small, whole, 4) == 0 && small[4] == '\0');
    ck_assert(small[5] == 'x' && small[7] == 'x');
    ck_assert_uint_eq(prong_error_string(&err, NULL, 0), length);
    ck_assert_uint_eq(prong_error_string(&err, small, 1), length);
    ck_assert_str_eq(small, "");
}
END_TEST

START_TEST(a_detail_that_does_not_fit_is_cut)
{
    static char text[4000];
    prong_error err = PRONG_ERROR_INIT;

    memset(text, 'a', sizeof text - 1);
    ck_assert_int_eq(prong_fail(&err, PRONG_EDATA, "%s", text), PRONG_EDATA);
    ck_assert_uint_eq(strlen(err.detail), sizeof err.detail - 1);
    prong_error_prefix(&err, "%s: ", "file");
    ck_assert_int_eq(strncmp(err.detail, "file: aaa", 9), 0);
    ck_assert_uint_eq(strlen(err.detail), sizeof err.detail - 1);
    prong_error_prefix(&err, "%s", text);
    ck_assert_uint_eq(strlen(err.detail), sizeof err.detail - 1);
}
END_TEST

START_TEST(an_error_is_reset_as_far_as_its_caller_knows_it)
{
    union {
        prong_error err;
        unsigned char bytes[sizeof(prong_error)];
    } old;
    enum { KNOWN = sizeof(prong_error) - 64 }; /* the last bytes are those of a later version */

    memset(&old, 0xaa, sizeof old);
    old.err.size = KNOWN;
    ck_assert_int_eq(prong_fail(&old.err, PRONG_EDATA, "%s", "short"), PRONG_EDATA);
    ck_assert_uint_eq(old.err.size, KNOWN);
    ck_assert_int_eq(old.err.chunk, -1);
    ck_assert_int_eq(old.err.worker, -1);
    ck_assert_ptr_null(old.err.call);
    ck_assert_str_eq(old.err.detail, "short");
    for (size_t i = KNOWN; i < sizeof old; i++)
        ck_assert_uint_eq(old.bytes[i], 0xaa);
    prong_error_prefix(NULL, "%s", "");
    ck_assert_int_eq(prong_fail(NULL, PRONG_EDATA, "%s", ""), PRONG_EDATA);
}
END_TEST

/* ---- Processors ---- */

static char root[64];

static void write_file(const char *name, const char *text)
{
    char path[300];
    FILE *f;

    /* Its folders first. */
    snprintf(path, sizeof path, "%s/%s", root, name);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(path, 0700);
    }
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static int quota(const char *membership)
{
    char path[300];

    write_file("membership", membership);
    snprintf(path, sizeof path, "%s/membership", root);
    return prong_cgroup_cpus(root, path);
}

static void make_root(void)
{
    strcpy(root, "cgroup.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf '%s'", root);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(the_tightest_quota_of_version_2_counts_and_is_rounded_up)
{
    write_file("cpu.max", "max 100000\n");
    ck_assert_int_eq(quota("0::/\n"), 0);
    write_file("cpu.max", "200000 100000\n");
    ck_assert_int_eq(quota("0::/\n"), 2);
    write_file("a/b/cpu.max", "max 100000\n");
    write_file("a/cpu.max", "150000 100000\n");
    ck_assert_int_eq(quota("0::/a/b\n"), 2);
    write_file("a/b/cpu.max", "10000 100000\n");
    ck_assert_int_eq(quota("0::/a/b\n"), 1);
    write_file("a/b/cpu.max", "900000 100000\n");
    write_file("cpu.max", "max 100000\n");
    write_file("a/cpu.max", "350000 100000\n");
    ck_assert_int_eq(quota("0::/a/b\n"), 4);
}
END_TEST

START_TEST(version_1_and_mixed_hierarchies_are_understood)
{
    write_file("cpu/cpu.cfs_quota_us", "-1\n");
    write_file("cpu/cpu.cfs_period_us", "100000\n");
    ck_assert_int_eq(quota("3:cpu,cpuacct:/\n2:memory:/x\n"), 0);
    write_file("cpu/docker/cpu.cfs_quota_us", "250000\n");
    write_file("cpu/docker/cpu.cfs_period_us", "100000\n");
    ck_assert_int_eq(quota("3:cpu,cpuacct:/docker\n2:memory:/x\n"), 3);
    ck_assert_int_eq(quota("3:cpuacct,cpu:/docker\n"), 3);
    ck_assert_int_eq(quota("3:cpuset,cpuacct:/docker\n"), 0);
    ck_assert_int_eq(quota("3:cpu:/docker/below\n"), 3);
    write_file("unified/u/cpu.max", "100000 100000\n");
    ck_assert_int_eq(quota("3:cpu:/docker\n0::/u\n"), 1);
}
END_TEST

START_TEST(a_group_that_is_not_below_the_mount_takes_the_mounts_own_quota)
{
    write_file("cpu.max", "300000 100000\n");
    ck_assert_int_eq(quota("0::/not/here/at/all\n"), 3);
}
END_TEST

START_TEST(damaged_and_missing_files_mean_no_quota)
{
    ck_assert_int_eq(quota(""), 0);
    ck_assert_int_eq(quota("nonsense\n"), 0);
    ck_assert_int_eq(quota("0::/\n"), 0);
    ck_assert_int_eq(prong_cgroup_cpus(root, "no such file"), 0);
    write_file("cpu.max", "");
    ck_assert_int_eq(quota("0::/\n"), 0);
    write_file("cpu.max", "100000\n");
    ck_assert_int_eq(quota("0::/\n"), 0);
    write_file("cpu.max", "100000 0\n");
    ck_assert_int_eq(quota("0::/\n"), 0);
    write_file("cpu.max", "-5 100000\n");
    ck_assert_int_eq(quota("0::/\n"), 0);
    write_file("cpu.max", "99999999999999999999 1\n");
    ck_assert_int_ge(quota("0::/\n"), 0);
}
END_TEST

START_TEST(workers_are_as_many_as_processors_and_quota_allow_unless_told)
{
    char path[300];
    int affinity;

    unsetenv("PRONG_WORKERS");
    affinity = prong_affinity_cpus();
    ck_assert_int_ge(affinity, 1);
    write_file("cpu.max", "100000 100000\n");
    write_file("membership", "0::/\n");
    snprintf(path, sizeof path, "%s/membership", root);
    setenv("PRONG_CGROUP_ROOT", root, 1);
    setenv("PRONG_CGROUP_SELF", path, 1);
    ck_assert_int_eq(prong_default_workers(), 1);
    write_file("cpu.max", "max 100000\n");
    ck_assert_int_eq(prong_default_workers(), affinity);
    setenv("PRONG_WORKERS", "17", 1);
    ck_assert_int_eq(prong_default_workers(), 17);
    ck_assert_int_eq(prong_workers(), 17);
    setenv("PRONG_WORKERS", "4096", 1);
    ck_assert_int_eq(prong_workers(), 1024);
    for (const char *const *bad = (const char *const[]){ "0", "-1", "4097", "x", "3x", "", NULL }; *bad; bad++) {
        setenv("PRONG_WORKERS", *bad, 1);
        ck_assert_int_eq(prong_default_workers(), affinity);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base");
    TCase *sizes = tcase_create("sizes"), *errors = tcase_create("errors"), *cpus = tcase_create("processors");
    SRunner *runner;
    int failed;

    tcase_add_test(sizes, sizes_that_do_not_fit_are_refused_and_leave_the_result_alone);
    tcase_add_test(sizes, a_quotient_is_rounded_up_without_wrapping);
    suite_add_tcase(suite, sizes);
    tcase_add_loop_test(errors, a_failed_call_is_told_with_its_remedy, 0, sizeof remedies / sizeof remedies[0]);
    tcase_add_test(errors, a_call_without_a_remedy_has_none);
    tcase_add_test(errors, every_status_has_words_of_its_own);
    tcase_add_test(errors, a_lost_worker_is_told_with_signal_attempt_chunk_and_elements);
    tcase_add_test(errors, a_text_that_does_not_fit_is_cut_and_its_length_is_told);
    tcase_add_test(errors, a_detail_that_does_not_fit_is_cut);
    tcase_add_test(errors, an_error_is_reset_as_far_as_its_caller_knows_it);
    suite_add_tcase(suite, errors);
    tcase_add_checked_fixture(cpus, make_root, remove_root);
    tcase_add_test(cpus, the_tightest_quota_of_version_2_counts_and_is_rounded_up);
    tcase_add_test(cpus, version_1_and_mixed_hierarchies_are_understood);
    tcase_add_test(cpus, a_group_that_is_not_below_the_mount_takes_the_mounts_own_quota);
    tcase_add_test(cpus, damaged_and_missing_files_mean_no_quota);
    tcase_add_test(cpus, workers_are_as_many_as_processors_and_quota_allow_unless_told);
    suite_add_tcase(suite, cpus);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
