/* SPDX-License-Identifier: MIT */
/* A reduction as the files know it that make it, add to it, and keep its state. */
#ifndef PRONG_REDUCE_REDUCTION_H
#define PRONG_REDUCE_REDUCTION_H

#include "reduce/parts.h"
#include "reduce/tally.h"

#include <sys/types.h>

struct prong_reduction {
    pid_t owner;
    prong_reduce_options options;
    struct prong_op_use *uses;
    size_t count;
    unsigned passes; /* PRONG_NEED_PASSES of the uses */
    struct prong_plan plan;
    void *state; /* of all that was added; plan.size bytes */
    prong_value *values; /* what the passes have found, by use */
    bool complete;       /* they have: nothing can be added any more */
    struct prong_scratch *scratch;
    int dtype; /* of the elements, the largest of several; -1: none yet */
    /* Only where the state is kept, to be saved and merged: prong_reduction_keep. */
    bool keeps;
    bool merged;              /* it was loaded or merged: nothing can be added */
    struct prong_parts parts; /* without what was added to this one, unless merged */
    uint64_t part;            /* the number of what is added */
    struct prong_tally tally; /* all elements, if there are passes: they find nothing else */
};

/* prong_reduction_create, with weights or without whatever the options' weights are: a state that was saved has none any more. */
prong_status prong_reduction_make(prong_reduction **out, const char *operations, const prong_reduce_options *options,
                                  bool weighted, prong_error *err);

/* What prong_reduction_keep does of a reduction that is read from a file, with the histograms that it has. */
prong_status prong_reduction_keep_loaded(prong_reduction *r, uint64_t part, uint64_t parts, prong_error *err);

/* The parts of a reduction, this one's own among them. *own has room for one. */
struct prong_parts prong_reduction_parts(const struct prong_reduction *r, struct prong_part *own);

/* The value of a use whose state is kept; as prong_reduction_value. */
prong_status prong_kept_value(const struct prong_reduction *r, const struct prong_op_use *use, prong_value *value,
                              prong_error *err);

#endif
