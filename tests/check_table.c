/* SPDX-License-Identifier: MIT */
/* prong/table.h as a program meets it: what is opened and refused, columns, results, groups; and files that mean no good. What is
 * answered for all kinds of quotes and cuts is compared with Python's csv in table_oracle.py. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prong/table.h"
#include "table_fixture.h"

/* ---- Opening ---- */

static const struct {
    prong_table_options options;
    const char *says;
} refused[] = {
    { { .delimiter = '1' }, "delimiter" },
    { { .delimiter = '\n' }, "delimiter" },
    { { .delimiter = 'e' }, "delimiter" },
    { { .delimiter = 200 }, "delimiter" },
    { { .delimiter = '"', .quote = '"' }, "different" },
    { { .delimiter = ';', .comment = ';' }, "different" },
    { { .quote = '#', .comment = '#' }, "different" },
    { { .quote = '.' }, "quote" },
    { { .quote = '\t' }, "quote" },
    { { .comment = '\n' }, "comment" },
    { { .ragged = 2 }, "ragged" },
    { { .once = 2 }, "once" },
    { { .fields = "1,,2" }, "missing in the list" },
};

START_TEST(options_that_make_no_sense_are_refused)
{
    prong_table_options options = refused[_i].options;

    options.size = sizeof options;
    write_text("a,b\n1,2\n");
    refuses(&options, PRONG_EINVAL, refused[_i].says);
}
END_TEST

START_TEST(arguments_are_looked_at)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
    prong_table *table = NULL;

    write_text("1,2\n");
    ck_assert_int_eq(prong_table_open(NULL, path, NULL, NULL), PRONG_EINVAL);
    ck_assert_int_eq(prong_table_open(&table, NULL, NULL, NULL), PRONG_EINVAL);
    options.size = 1;
    refuses(&options, PRONG_EINVAL, "options.size");
    prong_table_close(NULL);
    prong_table_result_free(NULL);
}
END_TEST

static const struct {
    const char *text;
    uint64_t skip;
    int comment;
    prong_status status;
    const char *says;
} fronts[] = {
    { "", 0, 0, PRONG_EEMPTY, "no row" },
    { "\n\r\n\n", 0, 0, PRONG_EEMPTY, "no row" },
    { "# one\n# two", 0, '#', PRONG_EEMPTY, "no row" },
    { "a,b\n1,2\n", 2, 0, PRONG_EEMPTY, "no row" },
    { "a,b\n1,2\n", UINT64_MAX, 0, PRONG_EEMPTY, "no row" },
    { "a,\"b\n1,2\n", 0, 0, PRONG_EDATA, ":1:1: a quote is never closed" },
    { "a,b\"c\"\n1,2\n", 0, 0, PRONG_EDATA, ":1:4: a quote in the middle" },
    { "\xef\xbb\xbf", 0, 0, PRONG_EEMPTY, "no row" },
};

START_TEST(a_front_without_a_row_is_said_to_be_that)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;

    options.skip = fronts[_i].skip;
    options.comment = fronts[_i].comment;
    write_text(fronts[_i].text);
    refuses(&options, fronts[_i].status, fronts[_i].says);
}
END_TEST

START_TEST(what_is_no_text_is_no_table)
{
    static const char npy[] = "\x93NUMPY\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"
                              "             \n\0\0\0\0\0\0\0\0";

    write_bytes(npy, sizeof npy - 1);
    refuses(NULL, PRONG_EDATA, "no table");
    remove(path);
    refuses(NULL, PRONG_ESYS, path);
}
END_TEST

START_TEST(comments_in_front_may_be_longer_than_what_is_looked_at)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < 30000; i++)
        fprintf(file, "# %0100d, \"\n%s", i, i % 7 ? "" : "\r\n");
    fprintf(file, "#%02000000d\na;b\n1;2\n3;4\n", 0);
    ck_assert_int_eq(fclose(file), 0);
    options.header = 1;
    options.comment = '#';
    answers(&options, "sum", 0, "a sum 4\nb sum 6\n");
}
END_TEST

START_TEST(a_pipe_is_kept_unless_it_is_reduced_once)
{
    for (int once = 0; once < 2; once++) {
        prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
        prong_reduce_options by = PRONG_REDUCE_OPTIONS_INIT;
        prong_table_result *result = NULL;
        prong_table *table = NULL;
        prong_error err = PRONG_ERROR_INIT;
        int ends[2];
        char name[32];

        ck_assert_int_eq(pipe(ends), 0);
        ck_assert_int_eq(write(ends[1], "a,b\n1,\"2\"\n3,4", 13), 13);
        close(ends[1]);
        snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
        options.header = 1;
        options.once = once;
        by.grain = 3;
        ck_assert_int_eq(prong_table_open(&table, name, &options, &err), PRONG_OK);
        close(ends[0]);
        ck_assert_int_eq(prong_table_reduce(table, "sum,argmax", &by, &result, &err), PRONG_OK);
        ck_assert_str_eq(text_of(result), "a sum 4\nb sum 6\na argmax 1\nb argmax 1\n");
        prong_table_result_free(result);
        ck_assert_int_eq(prong_table_reduce(table, "sum", &by, &result, &err), once ? PRONG_EINVAL : PRONG_OK);
        ck_assert(!once || strstr(err.detail, "is gone"));
        prong_table_result_free(result);
        prong_table_close(table);
    }
}
END_TEST

/* ---- Columns ---- */

START_TEST(columns_have_the_headers_names_or_numbers)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
    prong_table *table;

    write_text("\xef\xbb\xbf\"a \"\"b\"\", c\",x,,x\n1,2,3,4\n");
    table = open_table(NULL);
    ck_assert_uint_eq(prong_table_columns(table), 4);
    ck_assert_str_eq(prong_table_column(table, 3), "4");
    ck_assert_str_eq(prong_table_column(table, 4), "");
    prong_table_close(table);
    options.header = 1;
    table = open_table(&options);
    ck_assert_str_eq(prong_table_column(table, 0), "a \"b\", c");
    ck_assert_str_eq(prong_table_column(table, 2), "");
    prong_table_close(table);
    options.fields = "x";
    refuses(&options, PRONG_EDATA, "2 columns are called 'x'");
    options.fields = "4,2-3,-2,4";
    answers(&options, "sum", 0, "x sum 4\nx sum 2\n sum 3\na \"b\", c sum 1\n");
    options.fields = "0";
    refuses(&options, PRONG_EDATA, "no column '0'");
    options.fields = "99999999999999999999999";
    refuses(&options, PRONG_EDATA, "no column");
    options.fields = "3-2";
    refuses(&options, PRONG_EDATA, "no column '3-2'");
    options.fields = NULL;
    options.group = "y";
    refuses(&options, PRONG_EDATA, "no column 'y'");
}
END_TEST

START_TEST(the_caller_may_forget_its_strings)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
    char *fields = strdup("v"), *group = strdup("k"), *missing = strdup("NA");
    prong_table *table;
    prong_table_result *result;
    char *text;

    write_text("k,v\na,1\na,NA\n");
    options.header = 1;
    options.fields = fields;
    options.group = group;
    options.missing = missing;
    table = open_table(&options);
    memset(fields, '!', 1), memset(group, '!', 1), memset(missing, '!', 2);
    free(fields), free(group), free(missing);
    result = reduce(table, "count,nancount", 0);
    prong_table_close(table); /* and results do without their table */
    text = text_of(result);
    ck_assert_str_eq(text, "[a] v count 2\n[a] v nancount 1\n");
    ck_assert_str_eq(prong_table_result_group(result), "k");
    prong_table_result_free(result);
    free(text);
}
END_TEST

START_TEST(ten_thousand_columns_are_columns_like_others)
{
    enum { COLUMNS = 10000 };
    FILE *file = fopen(path, "w");
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
    prong_table *table;
    prong_table_result *result;

    ck_assert_ptr_nonnull(file);
    for (int row = 0; row < 30; row++)
        for (int c = 0; c < COLUMNS; c++)
            fprintf(file, "%d%c", row * c, c + 1 < COLUMNS ? ',' : '\n');
    ck_assert_int_eq(fclose(file), 0);
    options.fields = "1-";
    table = open_table(&options);
    result = reduce(table, "sum,max", 0);
    ck_assert_uint_eq(prong_table_result_count(result), 2 * COLUMNS);
    for (size_t c = 0; c < COLUMNS; c += 997) {
        ck_assert(number_of(result, 0, c) == 435.0 * (double)c);
        ck_assert(number_of(result, 0, COLUMNS + c) == 29.0 * (double)c);
    }
    prong_table_result_free(result);
    prong_table_close(table);
}
END_TEST

/* ---- Results ---- */

START_TEST(results_say_what_they_are_of)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
    prong_table_value_info info = { .size = sizeof info };
    prong_table *table;
    prong_table_result *result;
    prong_value value;

    write_text("x,y\n1,2\n3,4\n");
    options.header = 1;
    table = open_table(&options);
    result = reduce(table, "norm:2@y,count,dot@x@y", 0);
    ck_assert_uint_eq(prong_table_result_count(result), 4);
    prong_table_result_info(result, 0, &info);
    ck_assert(info.operation == 0 && info.named == 1 && !info.other);
    ck_assert_str_eq(info.text, "norm:2");
    ck_assert_str_eq(info.name, "norm");
    ck_assert_str_eq(info.params, "2");
    prong_table_result_info(result, 2, &info);
    ck_assert(info.operation == 1 && info.named == 0);
    prong_table_result_info(result, 3, &info);
    ck_assert_str_eq(info.column, "x");
    ck_assert_str_eq(info.other, "y");
    ck_assert_uint_eq(prong_table_result_rows(result), 2);
    ck_assert_uint_eq(prong_table_result_bytes(result), 8);
    ck_assert_uint_eq(prong_table_result_groups(result), 1);
    ck_assert_ptr_null(prong_table_result_group(result));
    ck_assert_str_eq(prong_table_result_key(result, 0), "");
    ck_assert_int_eq(prong_table_result_value(result, 0, 4, &value, NULL), PRONG_EINVAL);
    ck_assert_int_eq(prong_table_result_value(result, 1, 0, &value, NULL), PRONG_EINVAL);
    prong_table_result_free(result);
    prong_table_close(table);
}
END_TEST

START_TEST(a_header_alone_has_no_rows_and_counts_none)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;

    write_text("x,y\r\n");
    options.header = 1;
    fails(&options, "sum", 0, PRONG_EDATA, "no column has numbers");
    options.fields = "y";
    answers(&options, "count,sum", 0, "y count 0\ny sum 0\n");
    answers(&options, "median", 0, "y median (nothing)\n");
    options.group = "x";
    answers(&options, "count,sum", 0, "");
}
END_TEST

START_TEST(what_cannot_be_reduced_is_refused)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;

    write_text("x,y\n1,2\n");
    options.header = 1;
    fails(&options, "summ", 0, PRONG_EOP, "summ");
    fails(&options, "cov", 0, PRONG_EOP, "two columns");
    fails(&options, "sum@x@y", 0, PRONG_EOP, "one column");
    fails(&options, "sum@z", 0, PRONG_EDATA, "no column 'z'");
    options.group = "x";
    fails(&options, "median", 0, PRONG_EOP, "by groups");
}
END_TEST

START_TEST(a_table_belongs_to_the_process_that_opened_it)
{
    prong_table *table;
    int status;
    pid_t pid;

    write_text("1,2\n");
    table = open_table(NULL);
    pid = fork();
    if (pid == 0) {
        prong_table_result *result;
        _exit(prong_table_reduce(table, "sum", NULL, &result, NULL) == PRONG_EFORKED ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    prong_table_close(table);
}
END_TEST

START_TEST(a_pipe_is_read_to_its_end)
{
    int ends[2];
    char text[] = "x y\n1 2\n3 4";
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(close(ends[0]) + close(ends[1]), 0);
    options.header = 1;
    path = "-";
    answers(&options, "sum,median", 0, "x sum 4\ny sum 6\nx median 2\ny median 3\n");
}
END_TEST

Suite *table_suite(void);
Suite *table_suite(void)
{
    Suite *suite = suite_create("table");
    TCase *tc = tcase_create("table");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, make_path, remove_path);
    tcase_add_loop_test(tc, options_that_make_no_sense_are_refused, 0, sizeof refused / sizeof refused[0]);
    tcase_add_test(tc, arguments_are_looked_at);
    tcase_add_loop_test(tc, a_front_without_a_row_is_said_to_be_that, 0, sizeof fronts / sizeof fronts[0]);
    tcase_add_test(tc, what_is_no_text_is_no_table);
    tcase_add_test(tc, comments_in_front_may_be_longer_than_what_is_looked_at);
    tcase_add_test(tc, a_pipe_is_kept_unless_it_is_reduced_once);
    tcase_add_test(tc, columns_have_the_headers_names_or_numbers);
    tcase_add_test(tc, the_caller_may_forget_its_strings);
    tcase_add_test(tc, ten_thousand_columns_are_columns_like_others);
    tcase_add_test(tc, results_say_what_they_are_of);
    tcase_add_test(tc, a_header_alone_has_no_rows_and_counts_none);
    tcase_add_test(tc, what_cannot_be_reduced_is_refused);
    tcase_add_test(tc, a_table_belongs_to_the_process_that_opened_it);
    tcase_add_test(tc, a_pipe_is_read_to_its_end);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(table_suite());
    int failed;

    srunner_add_suite(runner, hostile_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
