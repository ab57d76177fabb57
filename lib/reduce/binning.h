/* SPDX-License-Identifier: MIT */
/* Counting elements by bin: the hot loop of histograms. Which bin an element is in is decided by comparing it with the edges, or
 * by an estimate where that was shown to give the same. */
#ifndef PRONG_REDUCE_BINNING_H
#define PRONG_REDUCE_BINNING_H

#include "reduce/kernel.h"

enum { PRONG_BINS_MOST = 65536 };

/* Bins made ready for counting in a domain: a relocatable block, but good only in processes forked from the one that made it.
 * Place 0 is what is below all bins, and where NaN are put; places
 * 1 … bins are the bins, and the last one is above them. */
struct prong_binning {
    enum prong_domain domain;
    uint32_t skipped; /* bins that are left out because every number of the domain is above them */
    uint32_t bins;    /* the others; at least 1 */
    uint32_t lanes;   /* counters of a place: neighbours in an array go to different ones,
        so that no addition waits for another */
    uint32_t first;   /* 1 if no number of the domain is below the bins, else 0 */
    bool empty;       /* no number of the domain is in a bin: nothing else here means anything */
    bool estimates;   /* an estimate's whole part is the place of an element, or the one above if the block is in doubt */
    const struct prong_places_kernel *kernel;
    struct prong_places places;
    /* x is in place k or above if it exceeds below[k], for k from first + 1; below[bins + 2] is never exceeded. */
    union prong_number below[];
};

/* Bytes of a tally of so many bins, and its counters: lanes for each place. */
size_t prong_binning_size(size_t bins);
size_t prong_binning_counters(const struct prong_binning *tally);
/* The largest number of counters that a tally of so many bins has. */
size_t prong_binning_room(size_t bins);

/* The numbers of a domain from low to high, both of which may be infinite; false: there are none. */
bool prong_bounds(enum prong_domain domain, double low, double high, union prong_number *least, union prong_number *greatest);

/* Makes *tally, of prong_binning_size(bins), ready: bin i holds edge[i] <= x < edge[i + 1], the last one also its
 * upper edge. Edges
 * ascend and are not NaN; of equal ones the bins between hold nothing. least and greatest, where not NULL, stand for the first
 * and the last edge: integers may have no double at the edge. */
void prong_binning_init(struct prong_binning *tally, enum prong_domain domain, const double *edge, size_t bins,
                      const union prong_number *least, const union prong_number *greatest);

/* Counts n elements of the domain: prong_binning_counters(tally) of them at counter. */
void prong_binning_add(const struct prong_binning *tally, const void *x, size_t n, uint64_t *counter);

/* How many elements were counted in bin i of all; in no bin. */
uint64_t prong_binning_count(const struct prong_binning *tally, const uint64_t *counter, size_t i);
uint64_t prong_binning_outside(const struct prong_binning *tally, const uint64_t *counter);

#endif
