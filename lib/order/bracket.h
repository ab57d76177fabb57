/* SPDX-License-Identifier: MIT */
/* Where wanted ranks lie: intervals of keys, guessed from a sample so narrow that what is inside can be collected, and
 * what a count over all elements then says about each rank. A wrong guess costs another pass and never a wrong result:
 * prong_place_of says in which gap the rank is instead.
 *
 * The way of a quantile:
 *
 *     prong_bracket           intervals from a sample
 *     prong_bracket_narrow    narrower ones, from what a count over a larger sample found in them
 *     prong_classify          pass: counts for every bound; keys inside are caught                  (order/classify.h)
 *     prong_place_of          each rank: in an interval, or between two
 *     prong_select            its key, if the interval's keys were all caught                       (order/select.h)
 *     prong_refine …          passes for a place that holds too many keys                           (order/refine.h) */
#ifndef PRONG_ORDER_BRACKET_H
#define PRONG_ORDER_BRACKET_H

#include "order/keys.h"

/* The keys lo … hi, both included; lo <= hi. */
struct prong_interval {
    int64_t lo, hi;
};

enum { PRONG_INTERVALS = 1024 }; /* at most as many are counted in a pass */

/* Intervals that hold the wanted quantiles with very high probability, if the sample is as good as one drawn at random:
 * 5 standard deviations of its order statistics, and a few places, to either side. Intervals that overlap are one. A
 * key that is a good part of an interval's sample becomes an interval of its own with lo == hi, which need not be
 * caught.
 *
 * sample: keys of n elements, sorted; 0 elements are allowed (the interval is the whole domain). q: fractions, 0 … 1,
 * in any order; only hints. out has room for room intervals, wanted <= room <= PRONG_INTERVALS; wanted > 0. Returns how
 * many there are, in ascending order and disjoint. */
size_t prong_bracket(enum prong_order_domain domain, const int64_t *sample, size_t n, const double *q, size_t wanted,
                     struct prong_interval *out, size_t room);

/* The share of the sample that lies in intervals with lo < hi: about as much of the whole would be caught. */
double prong_bracket_share(const int64_t *sample, size_t n, const struct prong_interval *v, size_t intervals);

/* For so many quantiles that their intervals would hold too much (65536 samples give each of them up to 2 %): at most
 * room intervals with lo == hi, evenly spread over the sample. A pass that counts them catches nothing, and says for
 * each rank between which two it is: these gaps are the intervals of the next pass. */
size_t prong_bracket_grid(const int64_t *sample, size_t n, struct prong_interval *out, size_t room);

/* Sorts n intervals and unites those that overlap. Returns how many are left. */
size_t prong_intervals_unite(struct prong_interval *v, size_t n);

/* A count over the intervals v of a sample of n elements, without NaN, and the keys that it caught, sorted: all of them. */
struct prong_survey {
    const struct prong_interval *v;
    size_t intervals;
    const uint64_t *count;  /* 2 * intervals, as prong_classify gives them */
    const double *variance; /* of each count, as far as the sample's elements show how much they depend on each other */
    uint64_t n;
    const int64_t *caught;
    size_t caught_n;
};

/* Narrower intervals, within those of the survey, for the same quantiles. Returns how many; 0 if one of the quantiles is in none
 * of them, or there is no room: they are no good then, or cannot be improved. *share: as prong_bracket_share, in the survey. */
size_t prong_bracket_narrow(enum prong_order_domain domain, const struct prong_survey *survey, const double *q, size_t wanted,
                            struct prong_interval *out, size_t room, double *share);

/* What is known of a rank. */
struct prong_place {
    struct prong_interval keys; /* the element of that rank is among these */
    uint64_t below;             /* elements with a smaller key, */
    uint64_t count;             /* and with one of these keys; below <= rank < below + count */
    uint64_t caught_below;      /* of what prong_classify has caught, how many have a smaller key */
    size_t interval;            /* the index of that interval, or SIZE_MAX: it lies between two, none of it is caught */
};

/* Where rank (0 is the smallest) is, after v was counted over n elements, NaN not among them, rank < n. count: as
 * prong_classify gives them, 2 * intervals. If keys.lo == keys.hi, that is the rank's key; if interval is not SIZE_MAX
 * and nothing was lost, it is key number caught_below + rank - below of all that was caught, in order. */
struct prong_place prong_place_of(enum prong_order_domain domain, const struct prong_interval *v,
                                  const uint64_t *count, size_t intervals, uint64_t n, uint64_t rank);

#endif
