/* SPDX-License-Identifier: MIT */
/* Combining partials in chunk order by a tree whose shape depends on their number alone: like a binary counter, two
 * neighbours of equal height become one. Needs memory for one partial a level, so any number of chunks can flow
 * through.
 *
 *     chunk   0 1 2 3 4 5 6          0 1 | 2 3    -> [0-1] [2-3] -> [0-3]
 *     levels  [0-3] [4-5] [6]        finish joins from the right: [4-5]+[6], then [0-3]+[4-6]
 */
#ifndef PRONG_POOL_TREE_H
#define PRONG_POOL_TREE_H

#include "pool/job.h"

enum { PRONG_TREE_LEVELS = 40 };

struct prong_tree {
    const struct prong_job_spec *job;
    void *level[PRONG_TREE_LEVELS]; /* owned, and allocated when first needed, unless the user brings them all */
    uint64_t count;                 /* partials pushed; bit i set: level[i] is in use */
    int outcome;                    /* after PRONG_EBODY: what combine or init returned */
    bool in_worker;
};

/* Pushes the next chunk's partial. PRONG_ENOMEM, PRONG_EBODY (combine). */
prong_status prong_tree_push(struct prong_tree *tree, const void *partial, prong_error *err);

/* Combines what is left into *result, which is a partial's worth of bytes. Nothing pushed: the neutral element. */
prong_status prong_tree_finish(struct prong_tree *tree, void *result, prong_error *err);

void prong_tree_free(struct prong_tree *tree);

#endif
