/* SPDX-License-Identifier: MIT */
/* The first and the last element. Told by index, so that parts may be combined in any order. */
#include "config.h"

#include "reduce/state.h"

static union prong_number at(enum prong_domain domain, const struct prong_batch *batch, size_t i)
{
    union prong_number x;

    if (domain == PRONG_DOMAIN_F64)
        x.f = batch->f[i];
    else
        x.u = batch->u[i];
    return x;
}

static bool is_nan(enum prong_domain domain, const struct prong_batch *batch, size_t i)
{
    return domain == PRONG_DOMAIN_F64 && batch->f[i] != batch->f[i];
}

/* Column-major elements do not come in the order of their indices. Without NaN their ends are those of the memory. */
static void add_scattered(struct prong_ends *x, enum prong_domain domain, const struct prong_batch *batch,
                          const struct prong_array *fortran)
{
    for (size_t i = 0; i < batch->n; i++) {
        uint64_t index;
        if (is_nan(domain, batch, i))
            continue;
        index = prong_row_major(fortran, prong_batch_index(batch, i));
        if (x->n == 0 || index < x->first_index) {
            x->first = at(domain, batch, i);
            x->first_index = index;
        }
        if (x->n == 0 || index > x->last_index) {
            x->last = at(domain, batch, i);
            x->last_index = index;
        }
        x->n++;
    }
}

void prong_ends_add(struct prong_ends *x, enum prong_domain domain, const struct prong_batch *batch, bool omit_nan,
                    const struct prong_array *fortran)
{
    size_t first = 0, last = batch->n;

    if (omit_nan && fortran && domain == PRONG_DOMAIN_F64) {
        add_scattered(x, domain, batch, fortran);
        return;
    }
    if (omit_nan) {
        while (first < batch->n && is_nan(domain, batch, first))
            first++;
        while (last > first && is_nan(domain, batch, last - 1))
            last--;
    }
    if (first == last)
        return;
    if (x->n == 0) {
        x->first = at(domain, batch, first);
        x->first_index = prong_batch_index(batch, first);
    }
    x->last = at(domain, batch, last - 1);
    x->last_index = prong_batch_index(batch, last - 1);
    x->n += omit_nan ? batch->n - batch->nans : batch->n;
}

void prong_ends_combine(struct prong_ends *into, const struct prong_ends *from, uint64_t shift)
{
    if (from->n == 0)
        return;
    if (into->n == 0 || from->first_index + shift < into->first_index) {
        into->first = from->first;
        into->first_index = from->first_index + shift;
    }
    if (into->n == 0 || from->last_index + shift > into->last_index) {
        into->last = from->last;
        into->last_index = from->last_index + shift;
    }
    into->n += from->n;
}
