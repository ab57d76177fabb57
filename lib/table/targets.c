/* SPDX-License-Identifier: MIT */
/* What is asked of which columns: a target for each column, or pair of them, that an operation of the list is of. */
#include "config.h"

#include "table/work.h"

#include "base/error.h"
#include "reduce/add.h"
#include "reduce/multi.h"

#include <stdlib.h>
#include <string.h>

/* A table may have a million columns, so what is known of a column is looked up and not looked for. */
struct resolving {
    struct prong_table_result *result;
    const struct prong_table *table;
    size_t *target_of; /* of each column: the number of the target that is it alone, + 1 */
    size_t *kept_of;   /* of each slot: the number of its kept column, + 1 */
};

static prong_status check_use(const struct prong_table *table, const struct prong_op_use *use, prong_error *err)
{
    bool two = prong_op_takes_two(use->op);

    if (two && !use->columns[1])
        return prong_fail(err, PRONG_EOP, "%s takes two columns: say %s@COLUMN@COLUMN", use->text, use->op->name);
    if (!two && use->columns[1])
        return prong_fail(err, PRONG_EOP, "%s: %s takes one column", use->text, use->op->name);
    if (table->group != PRONG_NO_COLUMN && (use->op->needs & PRONG_NEED_PASSES))
        return prong_fail(err, PRONG_EOP, "%s cannot be had by groups: it must see all elements of one together", use->text);
    return PRONG_OK;
}

/* The number of a target; target_count: it is a new one. Pairs are as many as were written out. */
static size_t find_target(const struct resolving *x, size_t column, size_t other)
{
    const struct prong_table_result *r = x->result;
    size_t t = 0;

    if (other == PRONG_NO_COLUMN)
        return x->target_of[column] ? x->target_of[column] - 1 : r->target_count;
    while (t < r->target_count && (r->targets[t].column != column || r->targets[t].other != other))
        t++;
    return t;
}

static void add_item(struct resolving *x, size_t use, size_t column, size_t other)
{
    struct prong_table_result *r = x->result;
    size_t t = find_target(x, column, other);
    struct prong_target *target = &r->targets[t];

    if (t == r->target_count) {
        *target = (struct prong_target){ .column = column, .other = other };
        r->target_count++;
        if (other == PRONG_NO_COLUMN)
            x->target_of[column] = t + 1;
    }
    r->items[r->item_count++] = (struct prong_item_of){ use, t, target->use_count++ };
}

static prong_status add_use(struct resolving *x, size_t i, prong_error *err)
{
    const struct prong_table *table = x->table;
    const struct prong_op_use *use = &x->result->uses[i];
    size_t column[2] = { PRONG_NO_COLUMN, PRONG_NO_COLUMN };
    prong_status status = check_use(table, use, err);

    for (int k = 0; k < 2 && status == PRONG_OK && use->columns[k]; k++)
        status = prong_table_find(table, use->columns[k], strlen(use->columns[k]), &column[k], err);
    if (status)
        return status;
    if (use->columns[0]) {
        add_item(x, i, column[0], column[1]);
        return PRONG_OK;
    }
    if (table->field_count == 0)
        return prong_fail(err, PRONG_EDATA, "%s: no column has numbers in its first rows: choose some (-f); or is the delimiter "
                          "another one (-t), or the first row a header (-H)?", prong_display_name(table->array));
    for (size_t k = 0; k < table->field_count; k++)
        add_item(x, i, table->fields[k], PRONG_NO_COLUMN);
    return PRONG_OK;
}

/* The uses of each target, and what states they need. */
static prong_status plan_targets(struct prong_table_result *r, prong_error *err)
{
    size_t end = 0;

    for (size_t t = 0; t < r->target_count; t++) {
        struct prong_target *target = &r->targets[t];
        target->uses = calloc(target->use_count + 1, sizeof *target->uses);
        if (!target->uses)
            return prong_fail(err, PRONG_ENOMEM, "%zu operations", target->use_count);
    }
    for (size_t i = 0; i < r->item_count; i++)
        r->targets[r->items[i].target].uses[r->items[i].place] = r->uses[r->items[i].use];
    for (size_t t = 0; t < r->target_count; t++) {
        struct prong_target *target = &r->targets[t];
        target->passes = prong_plan_make(&target->plan, target->uses, target->use_count, &r->options, false);
        target->plan.domain = PRONG_DOMAIN_F64;
        target->plan.relative = true;
        target->offset = end;
        end += target->plan.size;
    }
    return PRONG_OK;
}

static int by_number(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return (x > y) - (x < y);
}

/* The number of a column among the slots, which are in order. */
static size_t slot_of(const struct prong_table_result *r, size_t column)
{
    const size_t *found = bsearch(&column, r->slots, r->slot_count, sizeof *r->slots, by_number);

    return found ? (size_t)(found - r->slots) : 0;
}

/* The columns of all targets, each once, in order. */
static void list_slots(struct prong_table_result *r)
{
    size_t n = 0;

    for (size_t t = 0; t < r->target_count; t++) {
        r->slots[n++] = r->targets[t].column;
        if (r->targets[t].other != PRONG_NO_COLUMN)
            r->slots[n++] = r->targets[t].other;
    }
    qsort(r->slots, n, sizeof *r->slots, by_number);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || r->slots[i] != r->slots[i - 1])
            r->slots[r->slot_count++] = r->slots[i];
}

/* Which columns are read, and which are kept. */
static prong_status take_slots(struct resolving *x, prong_error *err)
{
    struct prong_table_result *r = x->result;

    r->slots = calloc(2 * r->target_count + 1, sizeof *r->slots);
    r->kept_slots = calloc(r->target_count + 1, sizeof *r->kept_slots);
    x->kept_of = calloc(2 * r->target_count + 1, sizeof *x->kept_of);
    if (!r->slots || !r->kept_slots || !x->kept_of)
        return prong_fail(err, PRONG_ENOMEM, "%zu columns", r->target_count);
    list_slots(r);
    for (size_t t = 0; t < r->target_count; t++) {
        struct prong_target *target = &r->targets[t];
        target->slot = slot_of(r, target->column);
        if (target->other != PRONG_NO_COLUMN)
            target->other_slot = slot_of(r, target->other);
        if (!target->passes)
            continue;
        if (x->kept_of[target->slot] == 0) {
            r->kept_slots[r->kept_count] = target->slot;
            x->kept_of[target->slot] = ++r->kept_count;
        }
        target->kept = x->kept_of[target->slot] - 1;
    }
    return PRONG_OK;
}

static prong_status copy_names(struct prong_table_result *r, const struct prong_table *table, prong_error *err)
{
    r->columns = table->columns;
    r->names = calloc(table->columns + 1, sizeof *r->names);
    r->heads = calloc(r->use_count + 1, sizeof *r->heads);
    for (size_t i = 0; r->names && i < table->columns; i++)
        if (!(r->names[i] = strdup(table->names[i])))
            return prong_fail(err, PRONG_ENOMEM, "%zu columns", table->columns);
    for (size_t i = 0; r->heads && i < r->use_count; i++)
        if (!(r->heads[i] = strndup(r->uses[i].text, strcspn(r->uses[i].text, "@"))))
            return prong_fail(err, PRONG_ENOMEM, "%zu operations", r->use_count);
    return r->names && r->heads ? PRONG_OK : prong_fail(err, PRONG_ENOMEM, "%zu columns", table->columns);
}

static prong_status resolve(struct resolving *x, prong_error *err)
{
    struct prong_table_result *r = x->result;
    size_t most = r->use_count * (x->table->field_count + 1);
    prong_status status = PRONG_OK;

    r->items = calloc(most + 1, sizeof *r->items);
    r->targets = calloc(most + 1, sizeof *r->targets);
    x->target_of = calloc(x->table->columns + 1, sizeof *x->target_of);
    if (!r->items || !r->targets || !x->target_of)
        return prong_fail(err, PRONG_ENOMEM, "%zu operations", most);
    for (size_t i = 0; i < r->use_count && status == PRONG_OK; i++)
        status = add_use(x, i, err);
    if (status == PRONG_OK)
        status = plan_targets(r, err);
    if (status == PRONG_OK)
        status = take_slots(x, err);
    return status ? status : copy_names(r, x->table, err);
}

prong_status prong_targets_resolve(struct prong_table_result *r, const struct prong_table *table, const char *operations,
                                   prong_error *err)
{
    struct resolving x = { .result = r, .table = table };
    prong_status status = prong_ops_parse_columns(operations, &r->uses, &r->use_count, err);

    if (status == PRONG_OK)
        status = prong_multi_check(r->uses, r->use_count, &r->options, err);
    if (status == PRONG_OK)
        status = resolve(&x, err);
    free(x.target_of);
    free(x.kept_of);
    return status;
}
