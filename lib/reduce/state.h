/* SPDX-License-Identifier: MIT */
/* The partial result of a reduction: a head and, behind it, the families of state that the operations need. A
 * relocatable block of bytes, since it travels through slots. */
#ifndef PRONG_REDUCE_STATE_H
#define PRONG_REDUCE_STATE_H

#include "prong/array.h"
#include "reduce/ops.h"

/* In what arithmetic elements are compared and kept: integers of 64 bits stay exact. */
enum prong_domain { PRONG_DOMAIN_NONE, PRONG_DOMAIN_F64, PRONG_DOMAIN_I64, PRONG_DOMAIN_U64 };

union prong_number {
    double f;
    int64_t i;
    uint64_t u;
};

/* What a state is made of. The same in every process of a run. */
struct prong_plan {
    unsigned needs;  /* enum prong_need */
    unsigned powers; /* of the exact sums */
    unsigned pair_powers; /* of those of pairs */
    enum prong_domain domain;
    prong_nan_policy nan;
    bool relative; /* indices count from the start of the chunk: where it is in the whole is known only at the combine */
    uint32_t top, bottom; /* how many of the largest and of the smallest elements are kept */
    size_t extrema, ends, product, bits, logs, inverses, exact, dot, pairs, tops; /* offsets of the families */
    size_t size;
};

enum prong_stop { PRONG_STOP_NONE, PRONG_STOP_BAD_NUMBER, PRONG_STOP_NAN, PRONG_STOP_WEIGHT };

struct prong_state {
    uint64_t count;     /* elements, NaN included */
    uint64_t nans;      /* counted if any family but EXACT is there; see prong_state_nans */
    uint64_t first_nan; /* index, if nans > 0 */
    uint64_t nonzero;   /* NaN included; with weights, those of them that are not 0, where there is no NaN */
    uint64_t newlines;  /* text: in the chunks so far */
    uint64_t tail;      /* text: bytes after the last newline */
    uint64_t bytes;     /* of input */
    /* Where reading stopped, if it did: nothing behind it counts. */
    uint32_t stop; /* enum prong_stop */
    uint32_t reserved;
    uint64_t stop_line, stop_column, stop_index;
    const char *stop_why; /* a static string, the same in every process; NULL: not a number */
    char stop_token[48];
};

struct prong_extrema {
    union prong_number min, max; /* of the elements that are not NaN; -0 is below +0 */
    uint64_t argmin, argmax;     /* lowest index among equals, where -0 equals +0 */
    union prong_number absmin, absmax; /* the elements themselves, the lowest index among equal magnitudes */
    uint64_t absmin_index, absmax_index;
    uint64_t n; /* elements that are not NaN */
};

struct prong_ends {
    union prong_number first, last;
    uint64_t first_index, last_index;
    uint64_t n; /* elements that count */
};

enum { PRONG_PRODUCT_LANES = 16 };

/* A product as that of all (hi + lo) times 2^exponent, with what has no mantissa counted apart. */
struct prong_product {
    double hi[PRONG_PRODUCT_LANES], lo[PRONG_PRODUCT_LANES]; /* lane by lane; hi in [1, 2^65) */
    uint64_t seen; /* elements since the lanes were scaled: the next one's lane is this modulo their number */
    int64_t exponent;
    uint64_t zeros, infinities, negatives;
};

/* Bits and hashes of elements; all three operations and the hash commute. */
struct prong_bits {
    uint64_t all, any, odd; /* and, or, xor */
    uint64_t hash;          /* the sum of the elements' hashes */
    uint64_t fractions;     /* not 0: there are elements that are no integers of 64 bits, so the first three mean nothing */
};

/* Elements of one domain, aligned, in ascending order of their index (or place, in a column-major array). */
struct prong_batch {
    size_t n;
    uint64_t index; /* of the first, if they follow each other */
    const uint64_t *indices; /* of each, if a mask has left out some; else NULL */
    union {
        const double *f;
        const int64_t *i;
        const uint64_t *u;
    };
    union {
        const double *f;
        const int64_t *i;
        const uint64_t *u;
    } other; /* the second array's, or NULL */
    size_t nans; /* among the first's */
};

static inline double prong_batch_double(enum prong_domain domain, const struct prong_batch *batch, size_t i)
{
    if (domain == PRONG_DOMAIN_F64)
        return batch->f[i];
    return domain == PRONG_DOMAIN_I64 ? (double)batch->i[i] : (double)batch->u[i];
}

static inline uint64_t prong_batch_index(const struct prong_batch *batch, size_t i)
{
    return batch->indices ? batch->indices[i] : batch->index + i;
}

/* What a list of operations needs of a state, with weights or without; the domain is left open. Returns the needs that take
 * passes of their own. */
unsigned prong_plan_make(struct prong_plan *plan, const struct prong_op_use *uses, size_t count,
                         const prong_reduce_options *options, bool weighted);
void prong_plan_layout(struct prong_plan *plan);
void prong_state_init(const struct prong_plan *plan, void *state);
/* shift is added to the indices of from. */
int prong_state_combine(const struct prong_plan *plan, void *into, const void *from, uint64_t shift);
uint64_t prong_state_nans(const struct prong_plan *plan, const void *state);

static inline struct prong_extrema *prong_state_extrema(const struct prong_plan *plan, const void *state)
{
    return (struct prong_extrema *)((uintptr_t)state + plan->extrema);
}

static inline struct prong_ends *prong_state_ends(const struct prong_plan *plan, const void *state)
{
    return (struct prong_ends *)((uintptr_t)state + plan->ends);
}

static inline struct prong_product *prong_state_product(const struct prong_plan *plan, const void *state)
{
    return (struct prong_product *)((uintptr_t)state + plan->product);
}

static inline struct prong_bits *prong_state_bits(const struct prong_plan *plan, const void *state)
{
    return (struct prong_bits *)((uintptr_t)state + plan->bits);
}

static inline prong_exact *prong_state_logs(const struct prong_plan *plan, const void *state)
{
    return (prong_exact *)((uintptr_t)state + plan->logs);
}

static inline prong_exact *prong_state_inverses(const struct prong_plan *plan, const void *state)
{
    return (prong_exact *)((uintptr_t)state + plan->inverses);
}

static inline prong_exact *prong_state_exact(const struct prong_plan *plan, const void *state)
{
    return (prong_exact *)((uintptr_t)state + plan->exact);
}

static inline prong_exact *prong_state_dot(const struct prong_plan *plan, const void *state)
{
    return (prong_exact *)((uintptr_t)state + plan->dot);
}

/* Of pairs, or of elements and weights. */
static inline prong_exact *prong_state_pairs(const struct prong_plan *plan, const void *state)
{
    return (prong_exact *)((uintptr_t)state + plan->pairs);
}

/* The families: each adds a batch, and combines what another has. */
void prong_extrema_init(struct prong_extrema *x, enum prong_domain domain);
void prong_extrema_add(struct prong_extrema *x, enum prong_domain domain, const struct prong_batch *batch,
                       const struct prong_array *fortran);
void prong_extrema_combine(struct prong_extrema *into, const struct prong_extrema *from, enum prong_domain domain,
                           uint64_t shift);

void prong_ends_add(struct prong_ends *x, enum prong_domain domain, const struct prong_batch *batch, bool omit_nan,
                    const struct prong_array *fortran);
void prong_ends_combine(struct prong_ends *into, const struct prong_ends *from, uint64_t shift);

void prong_product_init(struct prong_product *x);
void prong_product_add(struct prong_product *x, enum prong_domain domain, const struct prong_batch *batch);
void prong_product_combine(struct prong_product *into, const struct prong_product *from);
double prong_product_value(const struct prong_product *x);

void prong_bits_init(struct prong_bits *x);
void prong_bits_add(struct prong_bits *x, enum prong_domain domain, const struct prong_batch *batch);
void prong_bits_combine(struct prong_bits *into, const struct prong_bits *from);

/* The largest elements and the smallest: two blocks of lib/order/top.h, each only where it is wanted. */
struct prong_top;
size_t prong_tops_size(const struct prong_plan *plan);
struct prong_top *prong_state_top(const struct prong_plan *plan, const void *state);
struct prong_top *prong_state_bottom(const struct prong_plan *plan, const void *state);
void prong_tops_init(const struct prong_plan *plan, void *state);
void prong_tops_add(const struct prong_plan *plan, void *state, const struct prong_batch *batch);
void prong_tops_combine(const struct prong_plan *plan, void *into, const void *from, uint64_t shift);
/* Makes the plan keep what a use wants. */
void prong_tops_plan(struct prong_plan *plan, const struct prong_op_use *use);
/* The value of a use, if the state has elements that count. PRONG_ENOMEM. */
prong_status prong_tops_value(const struct prong_plan *plan, const void *state, const struct prong_op_use *use,
                              const prong_reduce_options *options, prong_value *value, prong_error *err);

/* Sums of log x and of 1/x, each rounded to a double, and those summed exactly. NaN among the elements are left out: they are
 * counted elsewhere. An element below 0 makes a NaN of the logarithms. */
void prong_logs_add(prong_exact *logs, prong_adder *adder, enum prong_domain domain, const struct prong_batch *batch);
void prong_inverses_add(prong_exact *inverses, prong_adder *adder, enum prong_domain domain, const struct prong_batch *batch);

/* The index in row-major order of the element at place `index` of a column-major array: indices mean the same to a
 * user however the file is laid out. */
uint64_t prong_row_major(const struct prong_array *array, uint64_t index);

/* The caller's options over the defaults, checked. PRONG_EINVAL. */
prong_status prong_reduce_options_resolve(prong_reduce_options *out, const prong_reduce_options *options, prong_error *err);

/* The value of an operation; see prong_reduction_value. */
prong_status prong_finish(const struct prong_plan *plan, const void *state, const struct prong_op *op,
                          const prong_reduce_options *options, prong_value *value, prong_error *err);

#endif
