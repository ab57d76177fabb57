/* SPDX-License-Identifier: MIT */
/* Selection by partition, for several ranks at once: the pivot is taken from a sorted sample, close to the rank wanted
 * and on its far side, as in R. W. Floyd and R. L. Rivest, Expected time bounds for selection, CACM 18 (1975), so that
 * two partitions leave little. Where a partition takes off too little, the next pivot halves the range of the keys
 * instead, which ends after 64 of these whatever the data. */
#include "config.h"

#include "order/select.h"

enum {
    FEW = 256,         /* so few are sorted */
    SAMPLE = 1024,     /* the largest sample, */
    SAMPLE_SHARE = 16, /* which is at most this share of the keys */
    POOR_SHARE = 8     /* a partition that takes off less than this share is a poor one */
};

/* Keys below pivot to the front. Returns how many. Without branches: where a key goes is as good as random. */
static size_t partition(int64_t *key, size_t n, int64_t pivot)
{
    size_t below = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t k = key[i];
        key[i] = key[below];
        key[below] = k;
        below += k < pivot;
    }
    return below;
}

static int64_t near_rank(const int64_t *key, size_t n, uint64_t rank)
{
    int64_t sample[SAMPLE];
    size_t m = n / SAMPLE_SHARE < SAMPLE ? n / SAMPLE_SHARE : SAMPLE, at, slack;
    uint64_t random = n;

    for (size_t i = 0; i < m; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407); /* Knuth's MMIX */
        sample[i] = key[(size_t)((double)(random >> 11) * 0x1p-53 * (double)n)];
    }
    prong_keys_sort(sample, m);
    at = (size_t)((double)rank / (double)n * (double)m);
    for (slack = 1; slack * slack < 2 * m; slack++) /* about 3 standard deviations of a median, where slack is largest */
        ;
    if (rank < n / 2)
        at = at + slack < m ? at + slack : m - 1;
    else
        at = at > slack ? at - slack : 0;
    return sample[at];
}

/* Above the least and at most the greatest, so that neither side will be empty; or the only key that there is. */
static int64_t middle(const int64_t *key, size_t n)
{
    int64_t least = key[0], greatest = key[0];
    uint64_t range;

    for (size_t i = 1; i < n; i++) {
        least = key[i] < least ? key[i] : least;
        greatest = key[i] > greatest ? key[i] : greatest;
    }
    range = (uint64_t)greatest - (uint64_t)least;
    return (int64_t)((uint64_t)least + range / 2 + range % 2);
}

/* How many ranks, of ascending ones, are below bound. */
static size_t ranks_below(const uint64_t *rank, size_t ranks, uint64_t bound)
{
    size_t n = 0;

    while (n < ranks && rank[n] < bound)
        n++;
    return n;
}

/* key[0 … n-1] have the ranks from first on. */
static void select_from(int64_t *key, size_t n, uint64_t first, const uint64_t *rank, size_t ranks)
{
    bool poor = false;

    while (ranks > 0 && n > FEW) {
        int64_t pivot = poor ? middle(key, n) : near_rank(key, n, rank[ranks / 2] - first);
        size_t below = partition(key, n, pivot), front;
        if (below == 0 && pivot < INT64_MAX) {
            /* the pivot is the least key: its equals are at their places */
            below = partition(key, n, pivot + 1);
            front = ranks_below(rank, ranks, first + below);
            rank += front;
            ranks -= front;
            key += below;
            first += below;
            n -= below;
            continue;
        }
        if (below == 0)
            return; /* all keys are the greatest that there is */
        front = ranks_below(rank, ranks, first + below);
        poor = !poor && (below < n - below ? below : n - below) < n / POOR_SHARE;
        if (below < n - below) { /* the smaller side by recursion: its depth is at most 64 */
            select_from(key, below, first, rank, front);
            rank += front;
            ranks -= front;
            key += below;
            first += below;
            n -= below;
        } else {
            select_from(key + below, n - below, first + below, rank + front, ranks - front);
            ranks = front;
            n = below;
        }
    }
    if (ranks > 0)
        prong_keys_sort(key, n);
}

void prong_select(int64_t *key, size_t m, const uint64_t *rank, size_t ranks)
{
    select_from(key, m, 0, rank, ranks);
}
