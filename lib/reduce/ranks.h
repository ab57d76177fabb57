/* SPDX-License-Identifier: MIT */
/* Elements by rank, out of all elements of some arrays, in a pass or two. */
#ifndef PRONG_REDUCE_RANKS_H
#define PRONG_REDUCE_RANKS_H

#include "order/bracket.h"
#include "reduce/multi.h"

/* What is ranked: the elements, or how far they are from a center, as doubles, rounded once. */
struct prong_ranked {
    enum prong_domain domain; /* of the elements */
    bool deviations;
    double center;
};

static inline enum prong_order_domain prong_order_domain_of(const struct prong_ranked *what)
{
    return what->deviations || what->domain == PRONG_DOMAIN_F64 ? PRONG_ORDER_F64
           : what->domain == PRONG_DOMAIN_U64                   ? PRONG_ORDER_U64
                                                                : PRONG_ORDER_I64;
}

/* Ranks wanted of the elements that are not NaN. */
struct prong_ranks {
    struct prong_ranked what;
    const double *hints; /* about where they are, as fractions */
    size_t hint_count;
    /* Called once the number of elements is known: the ranks that are wanted, at most `most`, in any order, each below n. */
    size_t (*wanted)(uint64_t n, uint64_t *rank, void *ctx);
    size_t most;
    void *ctx;
    /* Results, owned by the caller: prong_ranks_free. */
    uint64_t n, nans; /* elements without NaN; NaN */
    size_t count;
    uint64_t *rank; /* ascending, all different */
    int64_t *key;   /* theirs */
};

void prong_ranks_room(struct prong_pool_room *room);
prong_status prong_ranks_find(struct prong_multi *multi, struct prong_ranks *ranks, prong_error *err);
void prong_ranks_free(struct prong_ranks *ranks);

/* Once n is known: the ranks that are wanted, sorted, each once, and room for their keys. PRONG_ENOMEM. */
prong_status prong_ranks_ask(struct prong_ranks *ranks, prong_error *err);

/* Elements in memory, of which nothing need be counted by passes. */
struct prong_held {
    const void *numbers; /* of the domain, NaN among them */
    size_t n;
    int64_t *key; /* room for n keys */
};

/* prong_ranks_find, from what is held. */
prong_status prong_held_ranks(const struct prong_held *held, struct prong_scratch *scratch, struct prong_ranks *ranks,
                              prong_error *err);

/* The key of a rank that was wanted. */
int64_t prong_ranks_key(const struct prong_ranks *ranks, uint64_t rank);

/* The keys of some elements from everywhere, sorted; *key is the caller's, also after a failure. A pass. */
prong_status prong_ranks_sample(struct prong_multi *multi, const struct prong_ranked *what, int64_t **key, size_t *n,
                                prong_error *err);

/* The batch as it is ranked: its own elements, or their deviations in scratch->others. */
const void *prong_ranked_batch(const struct prong_ranked *what, const struct prong_batch *batch, struct prong_scratch *scratch);

#endif
