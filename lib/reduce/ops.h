/* SPDX-License-Identifier: MIT */
/* The table of operations, and lists of operations as people write them. */
#ifndef PRONG_REDUCE_OPS_H
#define PRONG_REDUCE_OPS_H

#include "prong/reduce.h"

#include <stdbool.h>

/* The families of state that an operation is made from. */
enum prong_need {
    PRONG_NEED_EXACT = 1,   /* sums: lib/exact, with the powers that the quantity needs */
    PRONG_NEED_EXTREMA = 2, /* extrema.c */
    PRONG_NEED_ENDS = 4,    /* ends.c */
    PRONG_NEED_PRODUCT = 8, /* product.c */
    PRONG_NEED_NONZERO = 16,
    PRONG_NEED_NANS = 32,
    PRONG_NEED_DOT = 64, /* Σxy of two arrays: lib/exact */
};

enum prong_op_id {
    PRONG_OP_COUNT,
    PRONG_OP_NANCOUNT,
    PRONG_OP_SUM,
    PRONG_OP_QUANTITY, /* a floating quantity of the exact sums: row.quantity */
    PRONG_OP_DOT, /* takes two arrays */
    PRONG_OP_PROD,
    PRONG_OP_MIN,
    PRONG_OP_MAX,
    PRONG_OP_RANGE,
    PRONG_OP_ARGMIN,
    PRONG_OP_ARGMAX,
    PRONG_OP_ABSMIN,
    PRONG_OP_ABSMAX,
    PRONG_OP_NORM_INF,
    PRONG_OP_ANY,
    PRONG_OP_ALL,
    PRONG_OP_COUNT_NONZERO,
    PRONG_OP_FIRST,
    PRONG_OP_LAST,
};

struct prong_op {
    const char *name;
    const char *aliases; /* separated by blanks */
    const char *variant; /* the one parameter that picks this row ("2" of norm:2); NULL: none */
    bool is_default;     /* this row also stands for the name without a parameter */
    enum prong_op_id id;
    prong_quantity quantity;
    int ddof; /* fixed ddof of an alias such as svar; -1: the caller's */
    unsigned needs;
    bool mergeable; /* commutative: parts may be joined in any order */
    bool needs_elements; /* no value for no elements */
    const char *help;
};

/* One operation of a list. */
struct prong_op_use {
    const struct prong_op *op;
    char *text;   /* as written; owned */
    char *params; /* as written, without the colon; owned */
};

/* Parses a list into *uses, of *count entries, both owned by the caller: prong_op_uses_free. */
prong_status prong_ops_parse(const char *list, struct prong_op_use **uses, size_t *count, prong_error *err);
void prong_op_uses_free(struct prong_op_use *uses, size_t count);

/* The row for a name (length bytes) and its parameters ("" for none). PRONG_EOP explains what is wrong. */
prong_status prong_op_find(const char *name, size_t length, const char *params, const struct prong_op **op,
                           prong_error *err);

#endif
