/* SPDX-License-Identifier: MIT */
/* The fixed tree of an ordered fold: the same shape for every number of workers, so that a combine that rounds, or
 * that does not commute, gives the same bits. */
#include "config.h"

#include "pool/tree.h"

#include "base/error.h"
#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

static prong_status combine(struct prong_tree *tree, void *into, const void *from, prong_error *err)
{
    if (tree->in_worker)
        PRONG_FAULT("worker-combining");
    else
        PRONG_FAULT("parent-combine");
    tree->outcome = tree->job->combine(into, from, tree->job->ctx);
    return tree->outcome ? prong_job_function_failed("combine", tree->outcome, err) : PRONG_OK;
}

prong_status prong_tree_push(struct prong_tree *tree, const void *partial, prong_error *err)
{
    int top = 0;

    /* The new partial goes where the lowest 0 bit of count is; the 1 bits below it are merged on the way there. */
    while (tree->count >> top & 1)
        top++;
    if (top == PRONG_TREE_LEVELS)
        return prong_fail(err, PRONG_EINVAL, "too many chunks");
    for (int i = 0; i <= top; i++) {
        if (!tree->level[i])
            tree->level[i] = malloc(tree->job->partial_size);
        if (!tree->level[i])
            return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a partial", tree->job->partial_size);
    }
    for (int i = 0; i < top; i++) {
        prong_status status = combine(tree, tree->level[i], i == 0 ? partial : tree->level[top], err);
        if (status)
            return status;
        /* level[i] is merged and free: its buffer becomes the one that travels up. */
        void *swap = tree->level[top];
        tree->level[top] = tree->level[i];
        tree->level[i] = swap;
    }
    if (top == 0)
        memcpy(tree->level[0], partial, tree->job->partial_size);
    tree->count++;
    return PRONG_OK;
}

prong_status prong_tree_finish(struct prong_tree *tree, void *result, prong_error *err)
{
    void *right = NULL;

    for (int i = 0; i < PRONG_TREE_LEVELS; i++) {
        if (!(tree->count >> i & 1))
            continue;
        if (right) {
            prong_status status = combine(tree, tree->level[i], right, err);
            if (status)
                return status;
        }
        right = tree->level[i];
    }
    if (right) {
        memcpy(result, right, tree->job->partial_size);
        return PRONG_OK;
    }
    tree->outcome = prong_job_init_partial(tree->job, result);
    return tree->outcome ? prong_job_function_failed("init", tree->outcome, err) : PRONG_OK;
}

void prong_tree_free(struct prong_tree *tree)
{
    /* There is none above one that was never needed. */
    for (int i = 0; i < PRONG_TREE_LEVELS && tree->level[i]; i++) {
        free(tree->level[i]);
        tree->level[i] = NULL;
    }
}
