/* SPDX-License-Identifier: MIT */
/* Operations that take passes of their own: what they share, and a function for each family, which computes the values of all
 * its operations in a list. */
#ifndef PRONG_REDUCE_MULTI_H
#define PRONG_REDUCE_MULTI_H

#include "reduce/passes.h"
#include "reduce/value.h"

struct prong_tally;
struct prong_held;

/* What a family looks for on the first pass over all elements that another makes. */
struct prong_rider {
    size_t use;          /* whose value it makes */
    size_t partial_size; /* zeroes at first */
    void (*take)(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                 struct prong_scratch *scratch, const void *params); /* area is NULL */
    void (*combine)(void *into, const void *from, const void *params);
    const void *params;
    size_t params_size;
    void *result; /* partial_size bytes: the combination of all partials */
    bool done;    /* it is there */
};

struct prong_multi {
    struct prong_passes passes;      /* open, unless there is */
    const struct prong_tally *tally; /* all elements; NULL: passes look at them, unless they are held */
    const struct prong_held *held;   /* all elements, for operations of ORDER but trimmed means; or NULL */
    struct prong_rider *rider;       /* or NULL */
    enum prong_domain domain;   /* of all arrays */
    const prong_reduce_options *options;
    uint64_t memory_limit; /* bytes */
    const struct prong_op_use *uses;
    size_t count;
    prong_value *values; /* by use; a family sets those of its own */
    const struct prong_extrema *extrema; /* of all elements, if they are known already; NULL: they are not */
    /* Known after the first pass over everything. */
    struct prong_pass_head head;
    uint64_t nans;
};

/* How many bytes may be kept at a time. */
uint64_t prong_multi_memory(const prong_reduce_options *options);

/* … as entries of a tally. */
uint64_t prong_multi_most_entries(const prong_reduce_options *options);

/* Are the uses' parameters right? PRONG_EOP. */
prong_status prong_multi_check(const struct prong_op_use *uses, size_t count, const prong_reduce_options *options,
                               prong_error *err);

/* Opens the passes, runs those of all families in needs, and closes them: the values of the uses, which the caller frees also
 * after a failure; head, nans. PRONG_EDATA: as prong_pass_run. */
prong_status prong_multi_values(struct prong_multi *multi, unsigned needs, prong_error *err);

/* The tally of all elements, by passes that are opened and closed. tally, empty, is the caller's to free, also after a failure.
 * PRONG_ENOMEM: it would not fit multi's memory limit. */
prong_status prong_multi_tally(struct prong_multi *multi, struct prong_tally *tally, prong_error *err);

/* The values of the uses, whose families are in needs, from multi's tally or what it holds: then head and nans are set. */
prong_status prong_multi_from_memory(struct prong_multi *multi, unsigned needs, prong_error *err);

/* Each family: what room its passes want of the pool, beside what room has already; whether the parameters of its uses are
 * right (PRONG_EOP); and the values of its uses, which need not be set where there are no elements. */

/* distinct.c: distinct values, the most and the least frequent. Their room depends on the sources and the memory limit. */
void prong_distinct_room(const struct prong_multi *multi, struct prong_pool_room *room);
prong_status prong_distinct_values(struct prong_multi *multi, prong_error *err);

/* order.c: medians, quantiles and what is made of them. */
void prong_order_room(struct prong_pool_room *room);
prong_status prong_order_check(const struct prong_op_use *uses, size_t count, prong_method method, prong_error *err);
prong_status prong_order_values(struct prong_multi *multi, prong_error *err);

/* histogram.c; PRONG_EINVAL for range and edges */
void prong_histogram_room(struct prong_pool_room *room);
prong_status prong_histogram_check(const struct prong_op_use *uses, size_t count, const prong_reduce_options *options,
                                   prong_error *err);
prong_status prong_histogram_values(struct prong_multi *multi, prong_error *err);

/* Makes the first histogram of the list multi's rider, if its edges are known already; _dismount frees what that took, also
 * after a failure. PRONG_EDATA: elements have no range. */
prong_status prong_histogram_mount(struct prong_multi *multi, struct prong_rider *rider, prong_error *err);
void prong_histogram_dismount(struct prong_multi *multi, struct prong_rider *rider);

/* logsumexp.c */
void prong_logsumexp_room(struct prong_pool_room *room);
prong_status prong_logsumexp_values(struct prong_multi *multi, prong_error *err);

static inline bool prong_use_needs(const struct prong_op_use *use, unsigned family)
{
    return use->op->needs & family;
}

#endif
