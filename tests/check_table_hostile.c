/* SPDX-License-Identifier: MIT */
/* Tables that mean no good: quotes that lie about where rows begin, rows and numbers of rows without measure, bytes that are no
 * text; and workers that die, files that shrink. */
#include "table_fixture.h"

#include <signal.h>

static prong_table_options of_header(void)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;

    options.header = 1;
    return options;
}

/* A field in quotes that is itself a table, longer than what a worker looks at: a chunk that begins in it looks as if it began
 * outside. The guess must be found wrong, the answer right, and nothing left in the caller's error (reduce() looks). */
START_TEST(a_table_inside_a_quoted_field_is_text)
{
    prong_table_options options = of_header();
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs("text,n\n", file);
    for (int row = 0; row < 5; row++) {
        fputc('"', file);
        for (int i = 0; i < 4000; i++)
            fprintf(file, "x,%d\n", i);
        fprintf(file, "\",%d\n", row);
    }
    ck_assert_int_eq(fclose(file), 0);
    answers(&options, "count@2,sum@2,max@2", 0, "n count 5\nn sum 10\nn max 4\n");
    answers(&options, "count@2,sum@2,max@2", 1000, "n count 5\nn sum 10\nn max 4\n");
    answers(&options, "median@2,argmax@2", 5000, "n median 2\nn argmax 4\n");
    options.group = "n";
    answers(&options, "count@n", 5000,
            "[0] n count 1\n[1] n count 1\n[2] n count 1\n[3] n count 1\n[4] n count 1\n");
}
END_TEST

START_TEST(an_error_behind_a_wrong_guess_is_the_first_of_the_text)
{
    prong_table_options options = of_header();
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs("text,n\n\"", file);
    for (int i = 0; i < 4000; i++)
        fputs("x,bad\n", file);
    fputs("\",1\ny,worse\n", file);
    ck_assert_int_eq(fclose(file), 0);
    for (uint64_t grain = 500; grain < 50000; grain *= 3)
        fails(&options, "sum@2", grain, PRONG_EDATA, ":4003:3: not a number in column 'n': 'worse'");
}
END_TEST

static const struct {
    const char *text, *says;
} strays[] = {
    { "a,b\n\"1\"\r,2\n", ":2:5: a quote in the middle of a field, or text behind" },
    { "a,b\n1,\"2\"\r\r\n", ":2:7: a quote" },
    { "a,b\n1,\"2\"\rx\n", ":2:7: a quote" },
    { "a,b\n1,\"2\"x\n", ":2:6: a quote" },
    { "a,b\n1,2\"\"\n", ":2:4: a quote" },
    { "a,b\n1,\"2\n3,4\n", ":2:3: a quote is never closed" },
    { "a,b\n1,2\n3,\"", ":3:3: a quote is never closed" },
    { "a,b\n1,\"2\"\"\n", ":2:3: a quote is never closed" },
};

START_TEST(a_quote_out_of_place_is_an_error_wherever_the_text_is_cut)
{
    prong_table_options options = of_header();

    options.fields = "1,2";
    write_text(strays[_i].text);
    for (uint64_t grain = 1; grain < 20; grain++)
        fails(&options, "sum", grain, PRONG_EDATA, strays[_i].says);
}
END_TEST

START_TEST(a_return_at_the_end_of_a_row_is_no_text_behind_a_quote)
{
    prong_table_options options = of_header();

    write_text("a,b\r\n\"1\",\"2\"\r\n3,\"4\"\r\n\"5\",\"6\"\r");
    for (uint64_t grain = 1; grain < 40; grain++)
        answers(&options, "sum", grain, "a sum 9\nb sum 12\n");
}
END_TEST

START_TEST(keys_are_the_same_however_they_are_quoted)
{
    prong_table_options options = of_header();

    options.group = "k";
    write_text("k,v\nred,1\n\"red\",2\n\"r\"\"ed\",4\n\"\",8\n,16\n\"x\ny\",32\n\" red\",64\n");
    for (uint64_t grain = 1; grain < 50; grain += 3)
        answers(&options, "sum", grain, "[] v sum 24\n[ red] v sum 64\n[r\"ed] v sum 4\n[red] v sum 3\n[x\ny] v sum 32\n");
}
END_TEST

/* Row r of n is of group r * 7919 % groups, and has the value r % 10. */
static void write_groups(unsigned n, unsigned groups)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs("k,v\n", file);
    for (unsigned r = 0; r < n; r++)
        fprintf(file, "\"k%06u\",%u\n", (unsigned)((uint64_t)r * 7919 % groups), r % 10);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(more_groups_than_a_chunk_keeps_are_as_good_as_few)
{
    enum { ROWS = 90000, GROUPS = 30000 };
    static double sums[GROUPS];
    prong_table_options options = of_header();
    prong_table *table;
    prong_table_result *result;

    memset(sums, 0, sizeof sums);
    for (unsigned r = 0; r < ROWS; r++)
        sums[(uint64_t)r * 7919 % GROUPS] += r % 10;
    write_groups(ROWS, GROUPS);
    options.group = "k";
    table = open_table(&options);
    result = reduce(table, "sum,argmin", _i ? 100000 : 0);
    ck_assert_uint_eq(prong_table_result_groups(result), GROUPS);
    for (size_t g = 0; g < GROUPS; g++) {
        char key[16];
        snprintf(key, sizeof key, "k%06zu", g);
        ck_assert_str_eq(prong_table_result_key(result, g), key);
        ck_assert(number_of(result, g, 0) == sums[g]);
    }
    prong_table_result_free(result);
    prong_table_close(table);
}
END_TEST

START_TEST(groups_beyond_the_memory_limit_are_an_error)
{
    prong_table_options options = of_header();
    prong_reduce_options limited = PRONG_REDUCE_OPTIONS_INIT;
    prong_error err = PRONG_ERROR_INIT;
    prong_table *table;
    prong_table_result *result;

    write_groups(20000, 20000);
    options.group = "k";
    table = open_table(&options);
    limited.memory_limit = 1 << 20;
    ck_assert_int_eq(prong_table_reduce(table, "sum", &limited, &result, &err), PRONG_ENOMEM);
    ck_assert_ptr_null(result);
    ck_assert_msg(strstr(err.detail, "--mem-limit") != NULL, "%s", err.detail);
    prong_table_close(table);
}
END_TEST

START_TEST(a_row_of_more_than_a_mib_is_told_and_one_of_a_mib_is_read)
{
    enum { MIB = 1 << 20 };
    prong_table_options options = of_header();
    size_t text = (size_t)MIB - 2 + (size_t)_i; /* with ",3": a MiB, or a byte more */
    char *rows = malloc(2 * (size_t)MIB);
    int size = snprintf(rows, 2 * (size_t)MIB, "t,n\nx,2\n%0*d,3\ny,4\n", (int)text, 0);

    write_bytes(rows, (size_t)size);
    free(rows);
    for (uint64_t grain = 4000; grain < 4000000; grain *= 30) {
        if (_i)
            fails(&options, "sum@n", grain, PRONG_EDATA, ":3:1: a row of more than 1048576 bytes");
        else
            answers(&options, "sum@n", grain, "n sum 9\n");
    }
}
END_TEST

/* In its first bytes it makes a file one of binary data. */
START_TEST(a_nul_is_a_byte_like_others)
{
    static const char keys[] = "a\0b,1\na\0c,2\na,4\n", number[] = "a,1\0\n";
    prong_table_options options = of_header();
    char text[9000] = "k,v\n";
    size_t front = 4;

    while (front < 8000)
        front += (size_t)snprintf(text + front, sizeof text - front, "z,0\n");
    options.fields = "v";
    memcpy(text + front, number, sizeof number - 1);
    write_bytes(text, front + sizeof number - 1);
    fails(&options, "sum", 0, PRONG_EDATA, ":2001:3: not a number in column 'v': '1?'");
    options.group = "k";
    memcpy(text + front, keys, sizeof keys - 1);
    write_bytes(text, front + sizeof keys - 1);
    for (uint64_t grain = 1; grain < 200; grain += 11) /* three keys, of which C shows the front */
        answers(&options, "sum", grain, "[a] v sum 4\n[a] v sum 1\n[a] v sum 2\n[z] v sum 0\n");
    write_bytes(number, sizeof number - 1);
    refuses(NULL, PRONG_EDATA, "binary");
}
END_TEST

static const char *const deaths[] = { "worker-computed:kill", "worker-claimed:segv", "worker-writing:kill:2",
                                      "worker-written:kill:3", "worker-published:kill" };

START_TEST(a_worker_that_dies_changes_nothing)
{
    prong_table_options options = of_header();

    write_groups(3000, 3);
    ck_assert_int_eq(setenv("PRONG_FAULT", deaths[_i], 1), 0);
    answers(&options, "sum@v,median@v,argmax@v", 700, "v sum 13500\nv median 4.5\nv argmax 9\n");
    options.group = "k";
    answers(&options, "count", 700, "[k000000] v count 1000\n[k000001] v count 1000\n[k000002] v count 1000\n");
}
END_TEST

START_TEST(a_worker_that_always_dies_is_an_error)
{
    prong_table_options options = of_header();

    write_groups(3000, 3);
    ck_assert_int_eq(setenv("PRONG_FAULT", "worker-computed:kill:*", 1), 0);
    fails(&options, "sum@v", 700, PRONG_ELOST, "");
}
END_TEST

START_TEST(a_file_that_shrinks_is_an_error)
{
    prong_table_options options = of_header();
    prong_error err = PRONG_ERROR_INIT;
    prong_table *table;
    prong_table_result *result;

    write_groups(100000, 3);
    table = open_table(&options);
    ck_assert_int_eq(truncate(path, 5000), 0);
    ck_assert_int_ne(prong_table_reduce(table, "sum@v", NULL, &result, &err), PRONG_OK);
    ck_assert_ptr_null(result);
    ck_assert_msg(err.detail[0] != '\0', "no words");
    prong_table_close(table);
}
END_TEST

START_TEST(a_cancelled_reduction_is_an_error_and_the_table_still_good)
{
    static volatile sig_atomic_t cancel = 1;
    prong_table_options options = of_header();
    prong_options run = PRONG_OPTIONS_INIT;
    prong_reduce_options reduction = PRONG_REDUCE_OPTIONS_INIT;
    prong_table *table;
    prong_table_result *result;

    write_groups(1000, 3);
    table = open_table(&options);
    run.cancel = &cancel;
    reduction.run = &run;
    ck_assert_int_eq(prong_table_reduce(table, "sum@v", &reduction, &result, NULL), PRONG_ECANCELED);
    result = reduce(table, "sum@v", 0);
    ck_assert(number_of(result, 0, 0) == 4500);
    prong_table_result_free(result);
    prong_table_close(table);
}
END_TEST

Suite *hostile_suite(void)
{
    Suite *suite = suite_create("hostile tables");
    TCase *tc = tcase_create("hostile");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, make_path, remove_path);
    tcase_add_test(tc, a_table_inside_a_quoted_field_is_text);
    tcase_add_test(tc, an_error_behind_a_wrong_guess_is_the_first_of_the_text);
    tcase_add_loop_test(tc, a_quote_out_of_place_is_an_error_wherever_the_text_is_cut, 0, sizeof strays / sizeof strays[0]);
    tcase_add_test(tc, a_return_at_the_end_of_a_row_is_no_text_behind_a_quote);
    tcase_add_test(tc, keys_are_the_same_however_they_are_quoted);
    tcase_add_loop_test(tc, more_groups_than_a_chunk_keeps_are_as_good_as_few, 0, 2);
    tcase_add_test(tc, groups_beyond_the_memory_limit_are_an_error);
    tcase_add_loop_test(tc, a_row_of_more_than_a_mib_is_told_and_one_of_a_mib_is_read, 0, 2);
    tcase_add_test(tc, a_nul_is_a_byte_like_others);
    tcase_add_loop_test(tc, a_worker_that_dies_changes_nothing, 0, sizeof deaths / sizeof deaths[0]);
    tcase_add_test(tc, a_worker_that_always_dies_is_an_error);
    tcase_add_test(tc, a_file_that_shrinks_is_an_error);
    tcase_add_test(tc, a_cancelled_reduction_is_an_error_and_the_table_still_good);
    suite_add_tcase(suite, tc);
    return suite;
}
