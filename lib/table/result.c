/* SPDX-License-Identifier: MIT */
/* What a reduction of a table came to: its values, by group. */
#include "config.h"

#include "table/work.h"

#include "base/error.h"
#include "reduce/multi.h"

#include <stdlib.h>
#include <string.h>

void prong_table_result_free(prong_table_result *r)
{
    if (!r)
        return;
    for (size_t t = 0; t < r->target_count; t++) {
        free(r->targets[t].uses);
        if (r->reductions)
            prong_reduction_free(r->reductions[t]);
    }
    for (size_t i = 0; r->names && i < r->columns; i++)
        free(r->names[i]);
    for (size_t i = 0; r->heads && i < r->use_count; i++)
        free(r->heads[i]);
    prong_op_uses_free(r->uses, r->use_count);
    prong_groups_free(r->groups);
    free(r->reductions);
    free(r->states);
    free(r->slots);
    free(r->kept_slots);
    free(r->names);
    free(r->heads);
    free(r->items);
    free(r->targets);
    free(r);
}

uint64_t prong_table_result_rows(const prong_table_result *r)
{
    return r->rows;
}

uint64_t prong_table_result_skipped(const prong_table_result *r)
{
    return r->skipped;
}

uint64_t prong_table_result_bytes(const prong_table_result *r)
{
    return r->bytes;
}

size_t prong_table_result_count(const prong_table_result *r)
{
    return r->item_count;
}

void prong_table_result_info(const prong_table_result *r, size_t i, prong_table_value_info *info)
{
    size_t size = info->size < sizeof *info ? info->size : sizeof *info;
    prong_table_value_info all = { .size = size };

    if (i < r->item_count) {
        const struct prong_op_use *use = &r->uses[r->items[i].use];
        const struct prong_target *target = &r->targets[r->items[i].target];
        all.operation = r->items[i].use;
        all.text = r->heads[r->items[i].use];
        all.name = use->op->name;
        all.params = use->params;
        all.column = r->names[target->column];
        all.other = target->other != PRONG_NO_COLUMN ? r->names[target->other] : NULL;
        all.named = use->columns[0] != NULL;
    }
    memcpy(info, &all, size);
}

size_t prong_table_result_groups(const prong_table_result *r)
{
    return r->grouped ? prong_groups_count(r->groups) : 1;
}

const char *prong_table_result_key(const prong_table_result *r, size_t g)
{
    return r->grouped && g < prong_groups_count(r->groups) ? prong_groups_key(r->groups, g) : "";
}

const char *prong_table_result_group(const prong_table_result *r)
{
    return r->grouped ? r->names[r->group] : NULL;
}

/* Says of which column, and of which group, a value cannot be had. */
static prong_status blame(const prong_table_result *r, size_t g, size_t i, prong_status status, prong_error *err)
{
    const char *column = r->names[r->targets[r->items[i].target].column];

    if (r->grouped)
        prong_error_prefix(err, "column '%.60s', group '%.60s': ", column, prong_table_result_key(r, g));
    else
        prong_error_prefix(err, "column '%.60s': ", column);
    return status;
}

static prong_status value_of(const prong_table_result *r, size_t g, size_t i, prong_value *value, prong_error *err)
{
    const struct prong_item_of *item = &r->items[i];
    const struct prong_target *target = &r->targets[item->target];
    const struct prong_op_use *use = &target->uses[item->place];
    const unsigned char *states = r->grouped ? prong_groups_states(r->groups, g) : r->states;
    prong_value found;
    prong_status status;

    if (r->reductions[item->target])
        return prong_reduction_value(r->reductions[item->target], item->place, value, err);
    status = prong_finish(&target->plan, states + target->offset, use->op, &r->options, &found, err);
    if (status)
        return status;
    if (use->op->needs & PRONG_NEED_TOP)
        return prong_tops_value(&target->plan, states + target->offset, use, &r->options, value, err);
    *value = found;
    return PRONG_OK;
}

prong_status prong_table_result_value(const prong_table_result *r, size_t g, size_t i, prong_value *value, prong_error *err)
{
    prong_status status;

    if (i >= r->item_count || g >= prong_table_result_groups(r))
        return prong_fail(err, PRONG_EINVAL, "there are %zu groups of %zu values, no value %zu of group %zu",
                          prong_table_result_groups(r), r->item_count, i, g);
    status = value_of(r, g, i, value, err);
    return status ? blame(r, g, i, status, err) : PRONG_OK;
}
