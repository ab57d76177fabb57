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
    PRONG_NEED_DOT = 64,        /* pairs.c: Σxy of two arrays */
    PRONG_NEED_BITS = 128,      /* bits.c; integers only */
    PRONG_NEED_HASH = 256,      /* bits.c */
    PRONG_NEED_LOGS = 512,      /* transforms.c: Σ log x */
    PRONG_NEED_INVERSES = 1024, /* transforms.c: Σ 1/x */
    PRONG_NEED_TOP = 2048,      /* top.c */
    PRONG_NEED_PAIRS = 4096,    /* pairs.c: Σx, Σy, Σxy … of two arrays, with the powers that the quantity needs */
    PRONG_NEED_WEIGHTED = 8192, /* pairs.c: the same of elements and their weights. Of no operation: of a plan with weights */
    PRONG_NEED_TWO = PRONG_NEED_DOT | PRONG_NEED_PAIRS, /* operations on two arrays */
    /* These take passes of their own over the elements, and keep nothing in the state. */
    PRONG_NEED_ORDER = 1 << 16,    /* order.c: elements by rank */
    PRONG_NEED_DISTINCT = 1 << 17, /* distinct.c: distinct values and how often each occurs */
    PRONG_NEED_HISTOGRAM = 1 << 18, /* histogram.c */
    PRONG_NEED_SCALED = 1 << 19,   /* logsumexp.c: Σ exp(x - max) */
    PRONG_NEED_TALLY = PRONG_NEED_ORDER | PRONG_NEED_DISTINCT | PRONG_NEED_SCALED, /* states of these are tallies */
    PRONG_NEED_PASSES = PRONG_NEED_TALLY | PRONG_NEED_HISTOGRAM
};

enum prong_op_id {
    PRONG_OP_COUNT,
    PRONG_OP_NANCOUNT,
    PRONG_OP_INFCOUNT,
    PRONG_OP_SUM,
    PRONG_OP_QUANTITY, /* a floating quantity of the exact sums: row.quantity */
    PRONG_OP_DOT,
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
    PRONG_OP_BIT_AND,
    PRONG_OP_BIT_OR,
    PRONG_OP_BIT_XOR,
    PRONG_OP_CHECKSUM,
    PRONG_OP_GEOMEAN,
    PRONG_OP_HARMMEAN,
    PRONG_OP_LOGSUMEXP,
    PRONG_OP_MEDIAN,
    PRONG_OP_Q1,
    PRONG_OP_Q3,
    PRONG_OP_IQR,
    PRONG_OP_QUANTILE,
    PRONG_OP_PERCENTILE,
    PRONG_OP_TRIMMEAN,
    PRONG_OP_MAD,
    PRONG_OP_MADRAW,
    PRONG_OP_TOPK,
    PRONG_OP_BOTTOMK,
    PRONG_OP_MODE,
    PRONG_OP_ANTIMODE,
    PRONG_OP_UNIQUE,
    PRONG_OP_COUNTUNIQUE,
    PRONG_OP_HISTOGRAM,
};

/* What an operation takes behind its colon. */
enum prong_param {
    PRONG_PARAM_NONE,
    PRONG_PARAM_VARIANT, /* a word that picks the row */
    PRONG_PARAM_FRACTIONS, /* decimals from 0 to 1, at least one */
    PRONG_PARAM_PERCENTS,  /* decimals from 0 to 100 */
    PRONG_PARAM_HALF,    /* one decimal from 0 to 0.5 */
    PRONG_PARAM_WHOLE,   /* one whole number from 1 */
    PRONG_PARAM_BINS     /* a whole number from 1, or the name of a rule */
};

struct prong_op {
    const char *name;
    const char *aliases; /* separated by blanks */
    const char *variant; /* PRONG_PARAM_VARIANT: the parameter that picks this row ("2" of norm:2) */
    enum prong_op_id id;
    prong_quantity quantity;
    prong_quantity weighted; /* the quantity if elements have weights; 0: there is none */
    bool sample, population; /* ddof is 1, or 0, whatever the caller says */
    unsigned needs;
    bool unmergeable; /* its parts cannot be joined from files */
    bool in_order; /* the same, because they can be joined in their order only */
    bool needs_elements; /* no value for no elements */
    const char *help;
    enum prong_param param;
    const char *usual; /* the parameters where none are written; NULL: they must be */
};

/* One operation of a list. */
struct prong_op_use {
    const struct prong_op *op;
    char *text;   /* as written; owned */
    char *params; /* as written, without the colon; owned */
    char *columns[2]; /* behind each @, or NULL; owned */
};

/* Parses a list into *uses, of *count entries, both owned by the caller: prong_op_uses_free. */
prong_status prong_ops_parse(const char *list, struct prong_op_use **uses, size_t *count, prong_error *err);
/* The same where columns may be named; prong_ops_parse refuses them. */
prong_status prong_ops_parse_columns(const char *list, struct prong_op_use **uses, size_t *count, prong_error *err);
void prong_op_uses_free(struct prong_op_use *uses, size_t count);

/* keep.c: can parts of it be computed apart and joined, in any order, and be kept in files? */
bool prong_op_has_state(const struct prong_op *op);

/* Takes it the elements of two arrays, pair by pair? */
static inline bool prong_op_takes_two(const struct prong_op *op)
{
    return op->needs & PRONG_NEED_TWO;
}

/* Row k of the table, or NULL past the last. */
const struct prong_op *prong_op_row(size_t k);

/* How the parameters of an operation are written, for lists ("Q[,Q]..."); "" for none. */
const char *prong_op_syntax(const struct prong_op *op);

/* PRONG_EOP if params, as they are written, are not what the operation takes. */
prong_status prong_op_check_params(const struct prong_op *op, const char *params, prong_error *err);

/* What a use takes: what is written, or else what is usual. */
const char *prong_use_params(const struct prong_op_use *use);

/* The names of rules for the number of a histogram's bins, up to a NULL. */
extern const char *const prong_bin_rules[];

enum { PRONG_MOST_PARAMS = 256 };
bool prong_op_takes_list(const struct prong_op *op);

/* The row for a name (length bytes) and its parameters ("" for none). PRONG_EOP explains what is wrong. */
prong_status prong_op_find(const char *name, size_t length, const char *params, const struct prong_op **op,
                           prong_error *err);

#endif
