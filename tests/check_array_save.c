/* SPDX-License-Identifier: MIT */
/* Written .npy files: what is read back is what was written; a file is there whole or not at all; failures are told. */
#include "config.h"

#include "array_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const double numbers[6] = { 1.5, -2, 3, 4, 5, 6 };
static const uint64_t shape[2] = { 2, 3 };

static void saved(const char *path)
{
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_msg(prong_array_save(path, PRONG_F64, 2, shape, numbers, &err) == PRONG_OK, "%s", err.detail);
}

static void not_saved(const char *path, prong_status expected, const char *words)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_status status = prong_array_save(path, PRONG_F64, 2, shape, numbers, &err);
    char text[700];

    prong_error_string(&err, text, sizeof text);
    ck_assert_msg(status == expected, "status %d: %s", (int)status, text);
    ck_assert_msg(strstr(text, words) != NULL, "\"%s\" is not in \"%s\"", words, text);
}

static void holds_the_numbers(const char *path)
{
    struct prong_array *array = opened(path, NULL);

    ck_assert_str_eq(array->format, "npy");
    ck_assert(array->dtype == PRONG_F64 && !array->swapped && !array->fortran && array->ndim == 2);
    ck_assert_int_eq(memcmp(array->shape, shape, sizeof shape), 0);
    ck_assert_int_eq(memcmp(array->data, numbers, sizeof numbers), 0);
    prong_array_close(array);
}

/* How many files are beside input_path, itself included. */
static int files_beside(void)
{
    char folder[sizeof input_path];
    struct dirent *entry;
    int n = 0;
    DIR *dir;

    snprintf(folder, sizeof folder, "%s", input_path);
    *strrchr(folder, '/') = '\0';
    dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}

START_TEST(every_type_and_shape_is_read_back)
{
    static const prong_dtype dtypes[] = { PRONG_BOOL, PRONG_I8,  PRONG_I16, PRONG_I32, PRONG_I64, PRONG_U8,
                                          PRONG_U16,  PRONG_U32, PRONG_U64, PRONG_F16, PRONG_F32, PRONG_F64 };
    static const struct {
        int ndim;
        uint64_t dims[4], count;
    } shapes[] = { { 0, { 0 }, 1 },    { 1, { 0 }, 0 },          { 1, { 5 }, 5 },          { 2, { 3, 1 }, 3 },
                   { 3, { 2, 3, 4 }, 24 }, { 4, { 1, 2, 0, 7 }, 0 }, { 3, { 0, INT64_MAX, UINT64_MAX }, 0 } };
    unsigned char data[24 * 8];

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 37);
    for (size_t k = 0; k < sizeof dtypes / sizeof dtypes[0]; k++) {
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
            struct prong_array *array;
            ck_assert_int_eq((int)prong_array_save(input_path, dtypes[k], shapes[s].ndim, shapes[s].dims, data, NULL),
                             PRONG_OK);
            array = opened(input_path, NULL);
            ck_assert(array->dtype == dtypes[k] && !array->swapped && array->ndim == shapes[s].ndim);
            ck_assert_int_eq(memcmp(array->shape, shapes[s].dims, (size_t)shapes[s].ndim * sizeof(uint64_t)), 0);
            ck_assert_uint_eq(array->count, shapes[s].count);
            ck_assert_uint_eq(array->data_start % 64, 0);
            ck_assert_int_eq(memcmp(array->data, data, shapes[s].count * prong_dtype_size(dtypes[k])), 0);
            prong_array_close(array);
        }
    }
}
END_TEST

START_TEST(a_header_fits_the_room_or_tells_its_length)
{
    char room[192];
    uint64_t longest[PRONG_MAX_DIMS];
    size_t length = 0;

    memset(room, 'x', sizeof room);
    ck_assert_int_eq((int)prong_npy_header(PRONG_F32, 2, shape, NULL, 0, &length, NULL), PRONG_OK);
    ck_assert_uint_eq(length, 128);
    ck_assert_int_eq((int)prong_npy_header(PRONG_F32, 2, shape, room, length - 1, &length, NULL), PRONG_OK);
    ck_assert_int_eq(room[0], 'x');
    ck_assert_int_eq((int)prong_npy_header(PRONG_F32, 2, shape, room, length, &length, NULL), PRONG_OK);
    ck_assert_int_eq(memcmp(room, "\x93NUMPY\x01\x00\x76\x00{'descr': '", 21), 0);
    ck_assert(room[127] == '\n' && room[128] == 'x');
    for (int d = 0; d < PRONG_MAX_DIMS; d++)
        longest[d] = UINT64_MAX;
    longest[9] = 0;
    ck_assert_int_eq((int)prong_npy_header(PRONG_F32, PRONG_MAX_DIMS, longest, NULL, 0, &length, NULL), PRONG_OK);
    ck_assert(length % 64 == 0 && length > 63 * 22 && length < 1700);
}
END_TEST

START_TEST(what_numpy_has_not_is_refused)
{
    static const uint64_t vast[3] = { UINT64_C(1) << 31, UINT64_C(1) << 31, 8 };
    prong_error err = PRONG_ERROR_INIT;
    size_t length;

    ck_assert_int_eq((int)prong_array_save(input_path, PRONG_BF16, 2, shape, numbers, &err), PRONG_EINVAL);
    ck_assert_str_eq(err.detail, "numpy has no type for bf16");
    ck_assert_int_eq((int)prong_array_save(input_path, PRONG_TEXT, 2, shape, numbers, &err), PRONG_EINVAL);
    ck_assert_int_eq((int)prong_npy_header(PRONG_F64, 3, vast, NULL, 0, &length, &err), PRONG_EINVAL);
    ck_assert_int_eq((int)prong_npy_header(PRONG_F64, PRONG_MAX_DIMS + 1, vast, NULL, 0, &length, &err), PRONG_EINVAL);
    ck_assert_int_eq((int)prong_npy_header(PRONG_F64, -1, vast, NULL, 0, &length, &err), PRONG_EINVAL);
    ck_assert_int_eq((int)prong_npy_header(PRONG_F64, 1, NULL, NULL, 0, &length, &err), PRONG_EINVAL);
    ck_assert_int_eq((int)prong_array_save(input_path, PRONG_F64, 2, shape, NULL, &err), PRONG_EINVAL);
    ck_assert_int_eq((int)prong_array_save(NULL, PRONG_F64, 2, shape, numbers, &err), PRONG_EINVAL);
}
END_TEST

START_TEST(a_replaced_file_keeps_its_permissions_and_a_mapping_its_bytes)
{
    struct prong_array *before = opened(file_with("old bytes", 9), "u8");
    struct stat st;

    ck_assert_int_eq(chmod(input_path, 0640), 0);
    saved(input_path);
    holds_the_numbers(input_path);
    ck_assert_int_eq(stat(input_path, &st), 0);
    ck_assert_int_eq((int)(st.st_mode & 07777), 0640);
    ck_assert_int_eq(memcmp(before->data, "old bytes", 9), 0);
    prong_array_close(before);
    ck_assert_int_eq(unlink(input_path), 0);
    umask(027);
    saved(input_path);
    ck_assert_int_eq(stat(input_path, &st), 0);
    ck_assert_int_eq((int)(st.st_mode & 07777), 0640);
    ck_assert_int_eq(files_beside(), 1);
}
END_TEST

START_TEST(a_link_stays_and_leads_to_the_new_file)
{
    char link[sizeof input_path + 8];
    struct stat st;

    snprintf(link, sizeof link, "%s.link", input_path);
    ck_assert_ptr_nonnull(file_with("old", 3));
    ck_assert_int_eq(symlink("input", link), 0);
    saved(link);
    ck_assert(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    holds_the_numbers(input_path);
    ck_assert_int_eq(unlink(link), 0);
    ck_assert_int_eq(files_beside(), 1);
}
END_TEST

START_TEST(a_device_is_written_to_and_stays_one)
{
    struct stat st;

    saved("/dev/null");
    ck_assert(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
    if (access("/dev/full", W_OK) == 0)
        not_saved("/dev/full", PRONG_ESYS, "/dev/full: write: No space left on device");
}
END_TEST

static const struct {
    const char *fault;
    const char *words;
} failures[] = {
    { "array-save:EACCES", ".tmp: open: Permission denied" },
    { "array-write:ENOSPC", "input: write: No space left on device" },
    { "array-write:EIO:2", "input: write: Input/output error" },
    { "array-rename:EACCES", ".tmp: rename: Permission denied" },
};

START_TEST(after_a_failure_the_old_file_is_there_and_nothing_else)
{
    struct prong_array *array;

    ck_assert_int_eq(setenv("PRONG_FAULT", failures[_i].fault, 1), 0);
    not_saved((file_with("old", 3), input_path), PRONG_ESYS, failures[_i].words);
    array = opened(input_path, "u8");
    ck_assert(array->count == 3 && memcmp(array->data, "old", 3) == 0);
    prong_array_close(array);
    ck_assert_int_eq(files_beside(), 1);
    ck_assert_int_eq(unlink(input_path), 0);
    saved(input_path);
    ck_assert_int_eq(files_beside(), 1);
}
END_TEST

START_TEST(interrupted_writes_lose_nothing)
{
    ck_assert_int_eq(setenv("PRONG_FAULT", "array-write:EINTR:1-3;array-write:EAGAIN:5", 1), 0);
    saved((unlink(input_path), input_path));
    holds_the_numbers(input_path);
}
END_TEST

START_TEST(places_that_cannot_be_written_are_named)
{
    struct rlimit limit = { 100, RLIM_INFINITY }, none = { RLIM_INFINITY, RLIM_INFINITY };
    prong_error err = PRONG_ERROR_INIT;
    prong_status status;

    not_saved("/nonexistent/x.npy", PRONG_ESYS, "/nonexistent/x.npy: the temporary file /nonexistent/.prong-");
    not_saved("/tmp", PRONG_ESYS, "/tmp: open: Is a directory");
    unlink(input_path);
    setrlimit(RLIMIT_FSIZE, &limit); /* for the call alone: Check writes files too */
    status = prong_array_save(input_path, PRONG_F64, 2, shape, numbers, &err);
    setrlimit(RLIMIT_FSIZE, &none);
    ck_assert(status == PRONG_ESYS && err.sys_errno == EFBIG);
    ck_assert_int_eq(files_beside(), 0);
}
END_TEST

/* Standard output gets the same bytes; a reader that has gone is an error, and no signal. */
START_TEST(standard_output_gets_the_file)
{
    char expected[256], got[256];
    size_t length;
    int ends[2], out = dup(STDOUT_FILENO);
    FILE *f;

    saved(input_path);
    f = fopen(input_path, "rb");
    ck_assert_ptr_nonnull(f);
    length = fread(expected, 1, sizeof expected, f);
    fclose(f);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    close(ends[1]);
    saved("-");
    ck_assert_int_eq((int)read(ends[0], got, sizeof got), (int)length);
    ck_assert_int_eq(memcmp(got, expected, length), 0);
    close(ends[0]);
    not_saved("-", PRONG_ESYS, "standard output: write: Broken pipe");
    ck_assert_int_eq(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
    close(out);
}
END_TEST

Suite *save_suite(void)
{
    Suite *suite = suite_create("save");
    TCase *tc = tcase_create("save");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_type_and_shape_is_read_back);
    tcase_add_test(tc, a_header_fits_the_room_or_tells_its_length);
    tcase_add_test(tc, what_numpy_has_not_is_refused);
    tcase_add_test(tc, a_replaced_file_keeps_its_permissions_and_a_mapping_its_bytes);
    tcase_add_test(tc, a_link_stays_and_leads_to_the_new_file);
    tcase_add_test(tc, a_device_is_written_to_and_stays_one);
    tcase_add_loop_test(tc, after_a_failure_the_old_file_is_there_and_nothing_else, 0,
                        test_cases_of(sizeof failures / sizeof failures[0]));
    tcase_add_test(tc, interrupted_writes_lose_nothing);
    tcase_add_test(tc, places_that_cannot_be_written_are_named);
    tcase_add_test(tc, standard_output_gets_the_file);
    suite_add_tcase(suite, tc);
    return suite;
}
