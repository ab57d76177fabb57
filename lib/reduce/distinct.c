/* SPDX-License-Identifier: MIT */
/* Operations on distinct values: all of them, how many they are, the most and the least frequent. Numbers are the same if they
 * compare equal, so -0 and +0 are one, +0. NaN that are not omitted are together one value behind all others, as numpy has it,
 * and make a NaN of the most and the least frequent. */
#include "config.h"

#include "reduce/census.h"

#include "base/error.h"

#include <math.h>
#include <unistd.h>

/* As many entries as a result may have: a list of them and the result itself must fit three quarters of the memory. */
static uint64_t most_values(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    uint64_t each = sizeof(struct prong_distinct_entry) + 2 * sizeof(struct prong_item);

    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 4 * 3 / each : UINT64_MAX;
}

static prong_value value_of_key(const struct prong_multi *multi, int64_t key)
{
    struct prong_ranked what = { .domain = multi->domain };
    union prong_number number = { .u = prong_value_of_key(prong_order_domain_of(&what), key).u };

    return prong_element_value(multi->domain, number, multi->options);
}

static prong_value nan_value(const struct prong_multi *multi)
{
    return prong_value_number((double)NAN, multi->options->format);
}

/* All values, and a NaN if there are any that count. */
static prong_status list_values(const struct prong_multi *multi, const struct prong_tally *tally, uint64_t values, bool nan,
                                prong_value *value, prong_error *err)
{
    prong_status status =
        prong_value_list(value, PRONG_KIND_ARRAY, (size_t)values + nan, multi->options->format, err);
    size_t at = 0;

    for (size_t i = 0; status == PRONG_OK && i < tally->count; i++) {
        bool zero = multi->domain == PRONG_DOMAIN_F64 && tally->entry[i].key == PRONG_KEY_MINUS_ZERO;
        prong_value one = value_of_key(multi, zero ? 0 : tally->entry[i].key);
        prong_value_set_item(value, at++, &one);
        if (zero && i + 1 < tally->count && tally->entry[i + 1].key == 0)
            i++;
    }
    if (status == PRONG_OK && nan) {
        prong_value one = nan_value(multi);
        prong_value_set_item(value, at, &one);
    }
    return status;
}

static prong_status value_of(const struct prong_multi *multi, const struct prong_census *census, const struct prong_tally *tally,
                             const struct prong_op_use *use, prong_value *value, prong_error *err)
{
    const struct prong_frequencies *f = &census->frequencies;
    bool nan = tally->nans > 0 && multi->options->nan != PRONG_NAN_OMIT;

    if (use->op->id == PRONG_OP_UNIQUE)
        return list_values(multi, tally, f->values, nan, value, err);
    if (use->op->id == PRONG_OP_COUNTUNIQUE)
        *value = prong_value_integer(0, f->values + nan);
    else if (nan)
        *value = nan_value(multi);
    else if (f->values > 0)
        *value = value_of_key(multi, use->op->id == PRONG_OP_MODE ? f->most.key : f->least.key);
    return PRONG_OK;
}

void prong_distinct_room(const struct prong_multi *multi, struct prong_pool_room *room)
{
    prong_ranks_room(room);
    prong_census_room(multi, room);
}

prong_status prong_distinct_values(struct prong_multi *multi, prong_error *err)
{
    struct prong_census census = { .most = most_values(),
                                   .remedy = "their list does not fit the memory; countunique needs none" };
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < multi->count; i++)
        census.wants_list = census.wants_list || multi->uses[i].op->id == PRONG_OP_UNIQUE;
    if (multi->tally)
        census.frequencies = prong_frequencies_of(multi->domain, multi->tally->entry, multi->tally->count);
    else
        status = prong_census_take(multi, &census, err);
    for (size_t i = 0; i < multi->count && status == PRONG_OK; i++)
        if (prong_use_needs(&multi->uses[i], PRONG_NEED_DISTINCT))
            status = value_of(multi, &census, multi->tally ? multi->tally : &census.tally, &multi->uses[i],
                              &multi->values[i], err);
    prong_tally_free(&census.tally);
    return status;
}
