/* SPDX-License-Identifier: MIT */
/* The passes of a selection (ranks.c): a sample of the elements, a count below bounds that catches what is between them, and a
 * histogram of a place that holds too much. */
#ifndef PRONG_REDUCE_RANKS_PASSES_H
#define PRONG_REDUCE_RANKS_PASSES_H

#include "order/refine.h"
#include "reduce/ranks.h"

/* A sample is kept whatever the memory limit is; a sample of fewer than the second is one of all elements. */
enum { PRONG_LEAST_KEPT = 1 << 17, PRONG_SMALL_SAMPLE = 1 << 14 };

/* Keys that are kept, at most `most`. */
struct prong_kept_keys {
    int64_t *key; /* owned */
    size_t n, room;
    uint64_t most;
    bool lost; /* some found no room */
};

/* What a count has found: how many elements are below each of 2 n bounds of n intervals. */
struct prong_rank_count {
    struct prong_pass_head head;
    uint64_t nans, caught, full;
    uint64_t count[2 * PRONG_INTERVALS];
};

/* Keys of elements from everywhere, sorted. */
prong_status prong_rank_sample(struct prong_multi *multi, const struct prong_ranked *what, struct prong_kept_keys *keys,
                               prong_error *err);

/* What a count over a larger sample has found, for at most PRONG_SURVEY_INTERVALS intervals: n elements without NaN, counts, how
 * much these vary, and what was caught, sorted. */
enum { PRONG_SURVEY_INTERVALS = 64 };

struct prong_rank_survey {
    uint64_t n;
    uint64_t count[2 * PRONG_SURVEY_INTERVALS];
    double variance[2 * PRONG_SURVEY_INTERVALS];
    struct prong_kept_keys keys; /* keys.most is the caller's, and so are the keys, also after a failure */
};

/* Is a survey worth its while for so many intervals? */
bool prong_rank_survey_pays(const struct prong_multi *multi, size_t intervals);
prong_status prong_rank_take_survey(struct prong_multi *multi, const struct prong_ranked *what, const struct prong_interval *v,
                                    size_t n, struct prong_rank_survey *survey, prong_error *err);

/* Counts below the bounds of n intervals, and catches the keys inside. multi's rider, if it has one that has not been taken,
 * is. */
prong_status prong_rank_count(struct prong_multi *multi, const struct prong_ranked *what, const struct prong_interval *v,
                              size_t n, struct prong_rank_count *sum, struct prong_kept_keys *keys, prong_error *err);

/* The refiner's histogram of n intervals: *histogram is the caller's to free, also after a failure. */
prong_status prong_rank_histogram(struct prong_multi *multi, const struct prong_ranked *what, const struct prong_interval *v,
                                  size_t n, struct prong_refiner *refiner, uint64_t **histogram, prong_error *err);

#endif
