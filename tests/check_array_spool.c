/* SPDX-License-Identifier: MIT */
/* A spooled pipe is what a file of the same bytes is, wherever its bytes are kept; and what goes wrong is told. */
#include "config.h"

#include "array_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

static char bytes[3 * PRONG_BLOCK + 12345];

static void fill_bytes(void)
{
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * i >> 7 ^ i);
}

static void spooled(struct prong_array *array, uint64_t limit)
{
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_msg(prong_array_spool(array, limit, NULL, 0, &err) == PRONG_OK, "%s", err.detail);
    ck_assert(!array->stream && array->owns_fd);
}

static void not_spooled(struct prong_array *array, uint64_t limit, prong_status expected, const char *words)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_status status = prong_array_spool(array, limit, NULL, 0, &err);
    char text[700];

    prong_error_string(&err, text, sizeof text);
    ck_assert_msg(status == expected, "status %d: %s", (int)status, text);
    ck_assert_msg(strstr(text, words) != NULL, "\"%s\" is not in \"%s\"", words, text);
}

static const uint64_t limits[] = { UINT64_MAX, 0, 1, PRONG_BLOCK, PRONG_BLOCK + 1, 2 * PRONG_BLOCK, sizeof bytes - 1,
                                   sizeof bytes };

START_TEST(raw_pipes_become_mapped_elements)
{
    static const size_t lengths[] = { 0, 8, PRONG_BLOCK, PRONG_BLOCK + 8, 3 * PRONG_BLOCK + 800 };

    fill_bytes();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        pid_t writer = feed(bytes, lengths[i], 65521);
        struct prong_array *array = opened("-", "f64");
        spooled(array, limits[_i]);
        ck_assert(array->access == PRONG_ACCESS_ELEMENTS && array->count_known && array->dtype == PRONG_F64);
        ck_assert_str_eq(array->format, "raw");
        ck_assert_str_eq(array->name, "-");
        ck_assert_uint_eq(array->bytes, lengths[i]);
        ck_assert_uint_eq(array->count, lengths[i] / 8);
        ck_assert_uint_eq(array->shape[0], lengths[i] / 8);
        ck_assert_int_eq(memcmp(array->data, bytes, lengths[i]), 0);
        prong_array_prefault(array, array->data, lengths[i]);
        spooled(array, 0); /* what is mapped stays */
        prong_array_close(array);
        end_feed(writer);
    }
}
END_TEST

START_TEST(offset_and_count_hold_for_a_spooled_pipe)
{
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;
    struct prong_array *array;
    pid_t writer;

    fill_bytes();
    opt.dtype = "u16";
    opt.offset = PRONG_BLOCK + 5;
    opt.count = PRONG_BLOCK;
    writer = feed(bytes, sizeof bytes, 65536);
    ck_assert_int_eq((int)prong_array_open(&array, "-", &opt, NULL), PRONG_OK);
    spooled(array, limits[_i]);
    ck_assert_uint_eq(array->count, PRONG_BLOCK);
    ck_assert_uint_eq(array->bytes, 2 * PRONG_BLOCK);
    ck_assert_int_eq(memcmp(array->data, bytes + PRONG_BLOCK + 5, 2 * PRONG_BLOCK), 0);
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(a_spooled_npy_keeps_its_shape)
{
    static const char front[] = "\x93NUMPY\x01\0\x76\0{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }";
    static char file[128 + 2 * 3 * 4];
    struct prong_array *array;
    pid_t writer;

    memset(file, ' ', 128);
    memcpy(file, front, sizeof front - 1);
    for (int i = 0; i < 24; i++)
        file[128 + i] = (char)i;
    writer = feed(file, sizeof file, 7);
    array = opened("-", NULL);
    spooled(array, limits[_i]);
    ck_assert_str_eq(array->format, "npy");
    ck_assert(array->access == PRONG_ACCESS_ELEMENTS && array->fortran && array->dtype == PRONG_I32);
    ck_assert(array->ndim == 2 && array->shape[0] == 2 && array->shape[1] == 3 && array->count == 6);
    ck_assert_int_eq(memcmp(array->data, file + 128, 24), 0);
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(a_spooled_text_is_cut_as_a_file_is)
{
    size_t length = 0;
    struct reading expected, got;
    struct prong_array *array;
    pid_t writer;

    for (unsigned i = 0; length < 2 * PRONG_BLOCK + 12345; i++)
        length += (size_t)sprintf(bytes + length, "%.*g%s", (int)(i % 17) + 1, (double)i * 1.1, i % 10 ? " " : "\n");
    expected = read_cut(bytes, length, PRONG_BLOCK, 1000);
    writer = feed(bytes, length, 65521);
    array = opened("-", NULL);
    spooled(array, limits[_i]);
    ck_assert(array->access == PRONG_ACCESS_TEXT && array->dtype == PRONG_TEXT && !array->count_known);
    ck_assert_str_eq(array->format, "text");
    ck_assert_uint_eq(array->bytes, length);
    got = read_cut((const char *)array->data, array->bytes, PRONG_BLOCK, 777);
    same_reading(&expected, &got);
    free(expected.values);
    free(got.values);
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(damaged_pipes_are_refused_as_streams_are)
{
    struct prong_array *array;
    pid_t writer = feed("0123456789", 10, 3);

    array = opened("-", "f64");
    not_spooled(array, 100, PRONG_EDATA, "standard input: 10 bytes are no whole number of f64 elements");
    prong_array_close(array);
    end_feed(writer);
    writer = feed("1 2\0", 4, 4);
    array = opened("-", NULL);
    not_spooled(array, 100, PRONG_EDATA, "looks like binary data");
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(a_spool_leaves_no_descriptor_and_no_file)
{
    char folder[] = "/tmp/prong-spool-test-XXXXXX";
    int before = dup(STDIN_FILENO), after;
    struct prong_array *array;
    pid_t writer;

    close(before);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(setenv("TMPDIR", folder, 1), 0);
    fill_bytes();
    writer = feed(bytes, sizeof bytes, 65536);
    array = opened("-", "u8");
    spooled(array, limits[_i]);
    ck_assert_int_eq(rmdir(folder), 0); /* it is empty, though the bytes are there */
    ck_assert_int_eq(memcmp(array->data, bytes, sizeof bytes), 0);
    prong_array_close(array);
    after = dup(STDIN_FILENO);
    ck_assert_int_eq(after, before);
    close(after);
    end_feed(writer);
}
END_TEST

START_TEST(standard_descriptors_that_the_host_closed_stay_closed)
{
    struct prong_array *array;
    pid_t writer;

    fill_bytes();
    writer = feed(bytes, sizeof bytes, 65536);
    ck_assert_int_eq(setenv("PRONG_FAULT", "array-write:EINTR:2;array-write:EAGAIN:4", 1), 0);
    array = opened("-", "u8");
    close(STDERR_FILENO);
    spooled(array, limits[_i]);
    ck_assert_int_eq(fcntl(STDERR_FILENO, F_GETFD), -1);
    ck_assert_int_eq(memcmp(array->data, bytes, sizeof bytes), 0);
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

/* FAULT, the limit, and the words of the error; no words: the other place takes over. */
static const struct {
    const char *fault;
    uint64_t limit;
    const char *words;
} failures[] = {
    { "array-memfd:EMFILE", UINT64_MAX, NULL },
    { "array-memfd:ENOMEM;array-spool:EACCES", UINT64_MAX,
      "standard input: it is kept in a temporary file in /tmp (TMPDIR names another place): open: Permission denied" },
#if defined(HAVE_MEMFD_CREATE)
    { "array-write:ENOSPC:1", UINT64_MAX, NULL },
    { "array-write:ENOSPC:3", UINT64_MAX, NULL },
#endif
    { "array-write:ENOSPC:3", 0,
      "standard input: its first 2097152 bytes fill the temporary file in /tmp; set TMPDIR to a place with more room, "
      "or allow more memory: write: No space left on device" },
    { "array-write:ENOSPC:2", PRONG_BLOCK, "its first 1048576 bytes fill the temporary file in /tmp" },
    { "array-write:EIO:2", 0, "standard input: a temporary file in /tmp: write: Input/output error" },
    { "array-mmap:ENOMEM", UINT64_MAX, "standard input: mmap: Cannot allocate memory" },
    { "array-read:EIO:5", UINT64_MAX, "standard input: read: Input/output error" },
};

START_TEST(what_cannot_be_kept_is_told_with_the_place)
{
    struct prong_array *array;
    pid_t writer;

    unsetenv("TMPDIR");
    fill_bytes();
    writer = feed(bytes, sizeof bytes, 65536);
    ck_assert_int_eq(setenv("PRONG_FAULT", failures[_i].fault, 1), 0);
    array = opened("-", "u8");
    if (failures[_i].words) {
        not_spooled(array, failures[_i].limit, PRONG_ESYS, failures[_i].words);
    } else {
        spooled(array, failures[_i].limit);
        ck_assert_uint_eq(array->bytes, sizeof bytes);
        ck_assert_int_eq(memcmp(array->data, bytes, sizeof bytes), 0);
    }
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(a_file_size_limit_is_an_error_and_no_signal)
{
    struct rlimit limit = { PRONG_BLOCK + 5, RLIM_INFINITY };
    struct prong_array *array;
    pid_t writer;

    fill_bytes();
    writer = feed(bytes, sizeof bytes, 65536);
    array = opened("-", "u8");
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    not_spooled(array, UINT64_MAX, PRONG_ESYS, "write: File too large");
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

START_TEST(a_temporary_folder_that_is_missing_is_named)
{
    struct prong_array *array;
    pid_t writer = feed("1 2 3\n", 6, 6);

    ck_assert_int_eq(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
    array = opened("-", "text");
    not_spooled(array, 0, PRONG_ESYS, "a temporary file in /nonexistent/folder (TMPDIR names another place): open: No such");
    prong_array_close(array);
    end_feed(writer);
}
END_TEST

static volatile sig_atomic_t raised;

static void raise_flag(int number)
{
    raised = number;
}

/* A pipe of which a part has come and that stays open without a word. */
static struct prong_array *silent_pipe(void)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq((int)write(ends[1], "1 2 3", 5), 5);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    return opened("-", NULL);
}

START_TEST(a_deadline_ends_the_wait)
{
    prong_error err = PRONG_ERROR_INIT;
    struct prong_array *array = silent_pipe();
    struct timespec before, after;
    double seconds;

    clock_gettime(CLOCK_MONOTONIC, &before);
    ck_assert_int_eq((int)prong_array_spool(array, 100, NULL, 0.2, &err), PRONG_ETIMEDOUT);
    clock_gettime(CLOCK_MONOTONIC, &after);
    seconds = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) * 1e-9;
    ck_assert(seconds >= 0.2 && seconds < 20);
    ck_assert_str_eq(err.detail, "standard input");
    prong_array_close(array);
}
END_TEST

/* Also where a signal that is none of ours comes first: the wait goes on. */
START_TEST(a_raised_flag_ends_the_wait)
{
    struct sigaction action = { .sa_handler = raise_flag, .sa_flags = SA_RESTART };
    struct sigaction other = { .sa_handler = SIG_DFL };
    prong_error err = PRONG_ERROR_INIT;
    struct prong_array *array;
    struct timespec pause = { 0, 50000000 };
    pid_t parent = getpid(), child;

    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGCHLD, &other, NULL);
    child = fork();
    if (child == 0) {
        nanosleep(&pause, NULL);
        kill(parent, SIGCHLD);
        nanosleep(&pause, NULL);
        kill(parent, SIGUSR1);
        _exit(0);
    }
    array = silent_pipe();
    ck_assert_int_eq((int)prong_array_spool(array, 100, &raised, 30, &err), PRONG_ECANCELED);
    ck_assert_int_eq((int)raised, SIGUSR1);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    prong_array_close(array);
}
END_TEST

Suite *spool_suite(void)
{
    Suite *suite = suite_create("spool");
    TCase *tc = tcase_create("spool");
    int places = sizeof limits / sizeof limits[0];

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, raw_pipes_become_mapped_elements, 0, test_cases_of(places));
    tcase_add_loop_test(tc, offset_and_count_hold_for_a_spooled_pipe, 0, test_cases_of(places));
    tcase_add_loop_test(tc, a_spooled_npy_keeps_its_shape, 0, test_cases_of(places));
    tcase_add_loop_test(tc, a_spooled_text_is_cut_as_a_file_is, 0, test_cases_of(places));
    tcase_add_test(tc, damaged_pipes_are_refused_as_streams_are);
    tcase_add_loop_test(tc, a_spool_leaves_no_descriptor_and_no_file, 0, test_cases_of(places));
    tcase_add_loop_test(tc, standard_descriptors_that_the_host_closed_stay_closed, 0, test_cases_of(places));
    tcase_add_loop_test(tc, what_cannot_be_kept_is_told_with_the_place, 0, test_cases_of(sizeof failures / sizeof failures[0]));
    tcase_add_test(tc, a_file_size_limit_is_an_error_and_no_signal);
    tcase_add_test(tc, a_temporary_folder_that_is_missing_is_named);
    tcase_add_test(tc, a_deadline_ends_the_wait);
    tcase_add_test(tc, a_raised_flag_ends_the_wait);
    suite_add_tcase(suite, tc);
    return suite;
}
