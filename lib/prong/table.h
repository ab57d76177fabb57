/* SPDX-License-Identifier: MIT */
/* prong/table.h: columns of tables in text: CSV, TSV and the like, with header, quotes, comments and missing values.
 *
 *     prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
 *     options.header = 1;
 *     status = prong_table_open(&table, "weather.csv", &options, NULL);
 *     status = prong_table_reduce(table, "mean@wind,max@temp_max,corr@wind@temp_max", NULL, &result, NULL);
 *     prong_table_result_value(result, 0, 0, &value, NULL);
 *
 * A row ends with a newline, before which a carriage return is left out; the last one may end with the file. Empty rows are
 * skipped. A field may be quoted as in RFC 4180: then delimiters and newlines in it are text, and a doubled quote is one. Fields
 * become doubles, correctly rounded. Results do not depend on the number of workers or on where the text is cut.
 *
 * Handles belong to the process that made them and to one thread at a time. */
#ifndef PRONG_TABLE_H
#define PRONG_TABLE_H

#include <prong/reduce.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct prong_table_options {
    size_t size;          /* set by PRONG_TABLE_OPTIONS_INIT */
    int delimiter;        /* ',', '\t', '|' or another character that is no part of numbers; ' ': fields are separated by runs of
                             blanks and tabs. 0: the first of tab, comma, semicolon and bar that is in the first row, else ' ' */
    int quote;            /* '"', or another character that is no part of numbers, nor a blank; 0: there are none */
    int header;           /* 1: the first row names the columns */
    int comment;          /* rows that begin with this character are left out; 0: none are */
    uint64_t skip;        /* lines at the front that are left out, before the header */
    int ragged;           /* rows with more or fewer fields than the first one. 0: PRONG_EDATA; 1: they are left out */
    const char *missing;  /* words, separated by commas, that stand for NaN: ",NA" are the empty field and NA. NULL: none */
    const char *fields;   /* the columns, by name or by number from 1, and ranges of numbers, as in "price,2-5,9-". NULL: those
                             with numbers, by the look of the first rows */
    const char *group;    /* name or number of a column: a result for each of its values. NULL: one for all rows */
    uint64_t memory_limit; /* bytes of a pipe to be kept in memory; beyond, it is a nameless file in $TMPDIR or /tmp. 0: as in
                             prong_reduce_options */
    volatile const sig_atomic_t *cancel; /* as in prong_array_options */
    double timeout;
    int thousands; /* numbers with groups of digits, 1,234,567, as in prong_array_options */
    int decimal;   /* the decimal mark, as there. A number with the delimiter in it must be quoted. A comma is never guessed to be
                      the delimiter if it is the decimal mark, and if it may separate groups only where there are quotes */
    int once;      /* 1: a pipe, or what is packed, is reduced as it comes and not kept: whatever its length, a few MiB of it are
                      in memory at a time. Then it can be reduced once only */
} prong_table_options;

#define PRONG_TABLE_OPTIONS_INIT                                                                                       \
    {                                                                                                                  \
        sizeof(prong_table_options), 0, '"', 0, 0, 0, 0, NULL, NULL, NULL, 0, NULL, 0, 0, 0, 0                                  \
    }

typedef struct prong_table prong_table;

/* Opens the file path, or standard input if it is "-", and reads its front: header, number of columns, which have numbers. A
 * pipe is read to its end first and kept, or its front alone under options.once. options may be NULL; its strings are copied.
 * *table is the caller's, prong_table_close; NULL on failure. PRONG_EINVAL (options), PRONG_EDATA (no text; no such column, or
 * several of that name; a header, a first row or a quote that does not end), PRONG_EEMPTY (no row, so no columns), and as
 * prong_array_open: PRONG_ESYS, PRONG_EIO, PRONG_ENOMEM, PRONG_ECANCELED, PRONG_ETIMEDOUT. */
PRONG_API PRONG_NODISCARD prong_status prong_table_open(prong_table **table, const char *path,
                                                        const prong_table_options *options, prong_error *err);

/* Frees it; NULL is allowed. */
PRONG_API void prong_table_close(prong_table *table);

/* How many columns the table has, and the name of column i < that, counted from 0: from the header, or its number from 1. It
 * lives as long as the table. Cannot fail. */
PRONG_API size_t prong_table_columns(const prong_table *table);
PRONG_API const char *prong_table_column(const prong_table *table, size_t i);

/* What the operations of a list came to. */
typedef struct prong_table_result prong_table_result;

/* Reduces columns by forked workers (see prong_fold for what that asks and promises). operations is a list as for
 * prong_reduction_create: those with @COLUMN, or @COLUMN@COLUMN if they take two, are of these columns, the others of every
 * column of options.fields. Order statistics, distinct values and histograms keep a column as doubles: in memory up to the
 * memory limit, beyond it in a nameless file. Indices are those of rows, from 0, without header, empty rows, comments and rows
 * that were left out. options may be NULL; grain counts bytes of text (0: a MiB; 4 MiB at most), and there are no masks and
 * weights. Of a group the keys are the texts of its column, in the order of their bytes; the groups' states must fit the memory
 * limit.
 *
 * *result is the caller's, prong_table_result_free; NULL on failure. What prong_fold returns, PRONG_EFORKED, PRONG_EOP (an
 * operation; one without columns where two are wanted; one that cannot be had by groups), PRONG_EINVAL (options; a table
 * without columns of numbers; a pipe opened with options.once that was reduced already), PRONG_EDATA (a field that is no number,
 * a ragged row, a quote out of place, a row of more than a MiB: the detail has FILE:LINE:COLUMN and what would do), PRONG_ENAN,
 * PRONG_ENOMEM, PRONG_ESYS. */
PRONG_API PRONG_NODISCARD prong_status prong_table_reduce(const prong_table *table, const char *operations,
                                                          const prong_reduce_options *options, prong_table_result **result,
                                                          prong_error *err);

/* The same for several tables, whose rows follow one another as those of one: indices go on counting. They must all have the
 * columns of the first, in the same order, and a header if it has one; its fields and its group count. PRONG_EDATA: one does not
 * go with the first, as the detail says; PRONG_EINVAL: there is none, one is NULL, or two are of one
 * pipe under options.once. */
PRONG_API PRONG_NODISCARD prong_status prong_table_reduce_all(const prong_table *const *tables, size_t count,
                                                              const char *operations, const prong_reduce_options *options,
                                                              prong_table_result **result, prong_error *err);
PRONG_API void prong_table_result_free(prong_table_result *result); /* NULL is allowed */

/* Rows that were reduced, and those that were left out because they are ragged; bytes of text. */
PRONG_API uint64_t prong_table_result_rows(const prong_table_result *result);
PRONG_API uint64_t prong_table_result_skipped(const prong_table_result *result);
PRONG_API uint64_t prong_table_result_bytes(const prong_table_result *result);

/* Values of each group: every operation of the list, in its order, and for those without columns of their own every column. */
PRONG_API size_t prong_table_result_count(const prong_table_result *result);

/* What value i < count is of. Its strings live as long as the result. Cannot fail. */
typedef struct prong_table_value_info {
    size_t size;        /* set by the caller: sizeof(prong_table_value_info) */
    size_t operation;   /* its number in the list */
    const char *text;   /* as it is written, without columns: "norm:2" */
    const char *name;   /* its name in the table of operations */
    const char *params; /* its parameters, separated by commas, or "" */
    const char *column; /* the name of its column */
    const char *other;  /* … of the second, or NULL */
    int named;          /* the list named its columns */
} prong_table_value_info;
PRONG_API void prong_table_result_info(const prong_table_result *result, size_t i, prong_table_value_info *info);

/* How many groups there are, in ascending order of their keys, and the key of group g < that; without options.group there is
 * one, with the key "". Keys that differ behind a NUL byte are different groups, of which the caller sees the front. Cannot
 * fail. */
PRONG_API size_t prong_table_result_groups(const prong_table_result *result);
PRONG_API const char *prong_table_result_key(const prong_table_result *result, size_t g);
/* The name of the column that makes the groups, or NULL. Cannot fail. */
PRONG_API const char *prong_table_result_group(const prong_table_result *result);

/* Value i of group g, which the caller frees (prong_value_free) if it is a list. PRONG_EEMPTY: it has none for no rows;
 * PRONG_EDATA: not an integer among the elements of a bitwise operation; PRONG_EINVAL: there is no such value; PRONG_ENOMEM. */
PRONG_API PRONG_NODISCARD prong_status prong_table_result_value(const prong_table_result *result, size_t g, size_t i,
                                                                prong_value *value, prong_error *err);

#ifdef __cplusplus
}
#endif

#endif
