/* SPDX-License-Identifier: MIT */
/* A reduction along axes as rows under a header: the indices of the dimensions that stay, axis0, axis2 …, and then the values. */
#include "writer.h"

/* Marks the dimensions that stay; axes may count from the end. */
static void find_kept(bool kept[PRONG_MAX_DIMS], int ndim, const int *axes, int count)
{
    for (int d = 0; d < ndim; d++)
        kept[d] = true;
    for (int i = 0; i < count; i++)
        kept[axes[i] < 0 ? axes[i] + ndim : axes[i]] = false;
}

void axes_rows(struct writer *w, const prong_grid *grid, const prong_reduction *names, const int *axes, int count)
{
    uint64_t shape[PRONG_MAX_DIMS], index[PRONG_MAX_DIMS] = { 0 };
    int ndim = prong_grid_shape(grid, 1, shape);
    bool kept[PRONG_MAX_DIMS];

    find_kept(kept, ndim, axes, count);
    for (int d = 0; d < ndim; d++) {
        char name[24];
        snprintf(name, sizeof name, "axis%d", d);
        if (kept[d])
            writer_text(w, name);
    }
    for (size_t i = 0; i < prong_reduction_count(names); i++)
        writer_text(w, prong_reduction_text(names, i));
    writer_end(w);
    for (uint64_t o = 0; o < prong_grid_outputs(grid); o++) {
        for (int d = 0; d < ndim; d++)
            if (kept[d])
                writer_count(w, index[d]);
        for (size_t i = 0; i < prong_reduction_count(names); i++) {
            prong_value value = prong_grid_value(grid, i, o);
            writer_value(w, &value);
        }
        writer_end(w);
        for (int d = ndim - 1; d >= 0; d--) {
            if (kept[d] && ++index[d] < shape[d])
                break;
            index[d] = 0;
        }
    }
}
