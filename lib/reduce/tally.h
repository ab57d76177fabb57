/* SPDX-License-Identifier: MIT */
/* How often each value occurs, as a sorted list in memory: what distinct values and order statistics can be told from without
 * another look at the elements, and what joins by merging. */
#ifndef PRONG_REDUCE_TALLY_H
#define PRONG_REDUCE_TALLY_H

#include "order/distinct.h"
#include "reduce/ranks.h"

struct prong_tally {
    uint64_t n, nans;                   /* elements that are not NaN, the sum of all counts; NaN */
    struct prong_distinct_entry *entry; /* by ascending key, -0 and +0 apart; owned: prong_tally_free */
    size_t count, room;
};

/* The most frequent and the least frequent value, of equals the smallest, and how many there are. -0 and +0 are one value, +0. */
struct prong_frequencies {
    uint64_t values;
    struct prong_distinct_entry most, least; /* nothing if values is 0 */
};

void prong_tally_free(struct prong_tally *tally);

/* Room for more entries, at least that many. False: there is no memory. */
bool prong_tally_reserve(struct prong_tally *tally, size_t more);

/* Adds count > 0 elements of a key. False: there is no memory. Keys need not ascend, but then prong_tally_sort must follow. */
bool prong_tally_append(struct prong_tally *tally, int64_t key, uint64_t count);
void prong_tally_sort(struct prong_tally *tally);

/* into gains what from has. PRONG_ENOMEM, and into is as before: both together have more than `most` values, or there is no
 * memory. */
prong_status prong_tally_merge(struct prong_tally *into, const struct prong_tally *from, uint64_t most, prong_error *err);

/* One more value, which was not among the others. */
static inline void prong_frequencies_note(struct prong_frequencies *f, enum prong_domain domain, int64_t key, uint64_t count)
{
    struct prong_distinct_entry one = { domain == PRONG_DOMAIN_F64 && key == PRONG_KEY_MINUS_ZERO ? 0 : key, count };

    if (f->values == 0 || count > f->most.count || (count == f->most.count && one.key < f->most.key))
        f->most = one;
    if (f->values == 0 || count < f->least.count || (count == f->least.count && one.key < f->least.key))
        f->least = one;
    f->values++;
}

/* The frequencies of n entries by ascending key; and those of two groups of entries, of which no value is in both. */
struct prong_frequencies prong_frequencies_of(enum prong_domain domain, const struct prong_distinct_entry *entry, size_t n);
void prong_frequencies_join(struct prong_frequencies *into, const struct prong_frequencies *from);

/* prong_ranks_find, from a tally. */
prong_status prong_tally_ranks(const struct prong_tally *tally, struct prong_scratch *scratch, struct prong_ranks *ranks,
                               prong_error *err);

#endif
