/* SPDX-License-Identifier: MIT */
/* A file for each test of tables, and readings of it: see table_fixture.h. */
#include "table_fixture.h"

static char own_path[64];
const char *path = own_path;

void make_path(void)
{
    int fd;

    snprintf(own_path, sizeof own_path, "table-%ld-XXXXXX", (long)getpid());
    path = own_path;
    fd = mkstemp(own_path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(close(fd), 0);
}

void remove_path(void)
{
    remove(own_path);
}

void write_bytes(const void *bytes, size_t size)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

void write_text(const char *text)
{
    write_bytes(text, strlen(text));
}

prong_table *open_table(const prong_table_options *options)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_table *table = NULL;
    prong_status status = prong_table_open(&table, path, options, &err);

    ck_assert_msg(status == PRONG_OK, "%d %s", (int)status, err.detail);
    return table;
}

static prong_status try_reduce(const prong_table *table, const char *operations, uint64_t grain, prong_table_result **result,
                               prong_error *err)
{
    prong_options run = PRONG_OPTIONS_INIT;
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;

    run.workers = 3;
    options.run = &run;
    options.grain = grain;
    return prong_table_reduce(table, operations, &options, result, err);
}

prong_table_result *reduce(const prong_table *table, const char *operations, uint64_t grain)
{
    prong_error err = PRONG_ERROR_INIT, untouched = PRONG_ERROR_INIT;
    prong_table_result *result = NULL;
    prong_status status = try_reduce(table, operations, grain, &result, &err);

    ck_assert_msg(status == PRONG_OK, "%d %s", (int)status, err.detail);
    ck_assert_msg(memcmp(&err, &untouched, sizeof err) == 0, "a success left %d '%s'", (int)err.status, err.detail);
    return result;
}

double number_of(const prong_table_result *result, size_t g, size_t i)
{
    prong_value value;

    ck_assert_int_eq(prong_table_result_value(result, g, i, &value, NULL), PRONG_OK);
    return value.f64;
}

char *text_of(const prong_table_result *result)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (size_t g = 0; g < prong_table_result_groups(result); g++) {
        for (size_t i = 0; i < prong_table_result_count(result); i++) {
            prong_table_value_info info = { .size = sizeof info };
            prong_value value;
            char digits[64] = "(nothing)";
            if (prong_table_result_value(result, g, i, &value, NULL) == PRONG_OK) {
                prong_value_string(&value, digits, sizeof digits);
                prong_value_free(&value);
            }
            prong_table_result_info(result, i, &info);
            if (prong_table_result_group(result))
                fprintf(out, "[%s] ", prong_table_result_key(result, g));
            fprintf(out, "%s %s %s\n", info.column, info.text, digits);
        }
    }
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

void refuses(const prong_table_options *options, prong_status status, const char *says)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_table *table = (prong_table *)&err;
    prong_status got = prong_table_open(&table, path, options, &err);
    char text[1024];

    ck_assert_int_eq(got, status);
    ck_assert_int_eq(err.status, status);
    ck_assert_ptr_null(table);
    prong_error_string(&err, text, sizeof text);
    ck_assert_msg(strstr(text, says) != NULL, "'%s' without '%s'", text, says);
}

void fails(const prong_table_options *options, const char *operations, uint64_t grain, prong_status status, const char *says)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_table *table = open_table(options);
    prong_table_result *result = (prong_table_result *)&err;
    prong_status got = try_reduce(table, operations, grain, &result, &err);

    ck_assert_msg(got == status, "%d, not %d: %s", (int)got, (int)status, err.detail);
    ck_assert_ptr_null(result);
    ck_assert_msg(strstr(err.detail, says) != NULL, "'%s' without '%s'", err.detail, says);
    prong_table_close(table);
}

void answers(const prong_table_options *options, const char *operations, uint64_t grain, const char *text)
{
    prong_table *table = open_table(options);
    prong_table_result *result = reduce(table, operations, grain);
    char *got = text_of(result);

    ck_assert_str_eq(got, text);
    free(got);
    prong_table_result_free(result);
    prong_table_close(table);
}
