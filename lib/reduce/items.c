/* SPDX-License-Identifier: MIT */
/* Values that are lists: quantiles, distinct values, histograms. An item takes 16 bytes, since there may be as many as there
 * are elements. */
#include "config.h"

#include "reduce/value.h"

#include "base/error.h"
#include "base/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

prong_status prong_value_list(prong_value *value, prong_kind kind, size_t count, prong_format format, prong_error *err)
{
    size_t items = count < SIZE_MAX / 64 ? sizeof(struct prong_items) + count * sizeof(struct prong_item) : 0;
    size_t edges = kind == PRONG_KIND_HISTOGRAM ? (count + 1) * sizeof(double) : 0;
    struct prong_items *list = items ? calloc(1, items + edges) : NULL;

    if (!list)
        return prong_fail(err, PRONG_ENOMEM, "%zu items of a result", count);
    list->edges = edges ? (double *)(void *)((char *)list + items) : NULL;
    *value = (prong_value){ .kind = kind, .format = format, .count = count, .items = list };
    return PRONG_OK;
}

prong_status prong_value_copy(prong_value *to, const prong_value *from, prong_error *err)
{
    prong_value copy = *from;
    prong_status status;

    if (from->items) {
        status = prong_value_list(&copy, from->kind, from->count, from->format, err);
        if (status)
            return status;
        memcpy(copy.items->item, from->items->item, from->count * sizeof(struct prong_item));
        if (from->items->edges)
            memcpy(copy.items->edges, from->items->edges, (from->count + 1) * sizeof(double));
    }
    *to = copy;
    return PRONG_OK;
}

void prong_value_set_item(prong_value *value, size_t i, const prong_value *item)
{
    struct prong_item *to = &value->items->item[i];

    if (item->kind == PRONG_KIND_F64)
        *to = (struct prong_item){ PRONG_DOMAIN_F64, { .f = item->f64 } };
    else
        *to = (struct prong_item){ item->high < 0 ? PRONG_DOMAIN_I64 : PRONG_DOMAIN_U64, { .u = item->low } };
}

prong_value prong_value_item(const prong_value *value, size_t i)
{
    const struct prong_item *item;

    if (!value->items)
        return *value;
    item = &value->items->item[i];
    if (item->domain == PRONG_DOMAIN_F64)
        return prong_value_number(item->x.f, value->format);
    return prong_value_integer(item->domain == PRONG_DOMAIN_I64 && item->x.i < 0 ? -1 : 0, item->x.u);
}

double prong_value_edge(const prong_value *value, size_t i)
{
    return value->items && value->items->edges && i <= value->count ? value->items->edges[i] : (double)NAN;
}

void prong_value_free(prong_value *value)
{
    if (!value || !value->items)
        return;
    free(value->items);
    value->items = NULL;
    value->count = 0;
    value->kind = PRONG_KIND_ARRAY;
}
