/* SPDX-License-Identifier: MIT */
/* What a command has come to, as the forms of output see it: values by group and number, and what each is called. So no command
 * knows a form, and no form a command. */
#ifndef PRONG_BIN_ANSWER_H
#define PRONG_BIN_ANSWER_H

#include "cli.h"

/* What a value is. */
struct use {
    const char *text, *name, *params; /* "quantile:0.5", "quantile", "0.5" */
    const char *column, *other;       /* of a table; other: the second of a pair, or NULL */
    bool named;                       /* it was asked for with its columns */
};

struct answer {
    const char *file;  /* as it was given, or "total" */
    const char *dtype; /* of an array; NULL: it is of a table */
    uint64_t count;    /* elements, or rows */
    size_t uses;       /* values of a group: of a table without named columns by operation, and in each by column */
    size_t operations;
    bool bare;         /* the one value needs no name */
    const char *group; /* the column that makes groups, or NULL: there is one */
    size_t groups;
    const void *of; /* for these: */
    struct use (*use)(const void *of, size_t i);
    const char *(*key)(const void *of, size_t g);
    prong_status (*value)(const void *of, size_t g, size_t i, prong_value *value, prong_error *err);
};

static inline struct use answer_use(const struct answer *a, size_t i)
{
    return a->use(a->of, i);
}

/* "dot@price@qty"; for an array the operation alone. The caller frees it; NULL: there is no memory. */
char *answer_name(const struct use *use);
/* Is a column named with any of the operations, or is one of them a histogram? */
bool answer_has_named(const struct answer *a);
bool answer_has_histogram(const struct answer *a);
/* Value i of group g, which the caller frees; of nothing PRONG_EEMPTY, of which err tells. */
prong_status answer_value(const struct answer *a, size_t g, size_t i, prong_value *value, prong_error *err);

/* plain.c, rows.c, json.c: an answer in a form. */
prong_status plain_answer(struct output *output, const struct answer *a, prong_error *err);
prong_status rows_answer(struct output *output, const struct answer *a, prong_error *err);
prong_status json_answer(struct output *output, const struct answer *a, prong_error *err);

/* output.c: in the form that is asked for, and as a picture if that is. */
prong_status output_answer(struct output *output, const struct answer *a, prong_error *err);
/* Of several files, every one must have the columns of the first, whose names are the header. */
prong_status output_same_columns(struct output *output, const struct answer *a, prong_error *err);

#endif
