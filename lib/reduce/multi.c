/* SPDX-License-Identifier: MIT */
/* The families that take passes of their own, one after the other, on one pool. */
#include "config.h"

#include "reduce/multi.h"

#include "base/error.h"
#include "reduce/add.h"
#include "reduce/census.h"

#include <unistd.h>

static const uint64_t usual_memory = UINT64_C(1) << 30;

static const struct {
    unsigned need;
    void (*room)(struct prong_pool_room *room); /* NULL: it depends on more than the operations */
    prong_status (*values)(struct prong_multi *multi, prong_error *err);
} families[] = {
    { PRONG_NEED_ORDER, prong_order_room, prong_order_values },
    { PRONG_NEED_HISTOGRAM, prong_histogram_room, prong_histogram_values },
    { PRONG_NEED_DISTINCT, NULL, prong_distinct_values },
    { PRONG_NEED_SCALED, prong_logsumexp_room, prong_logsumexp_values },
};

enum { FAMILIES = sizeof families / sizeof families[0] };

uint64_t prong_multi_memory(const prong_reduce_options *options)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    uint64_t quarter = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 4 : usual_memory;

    if (options->memory_limit)
        return options->memory_limit;
    return quarter < usual_memory ? quarter : usual_memory;
}

uint64_t prong_multi_most_entries(const prong_reduce_options *options)
{
    return prong_multi_memory(options) / sizeof(struct prong_distinct_entry);
}

prong_status prong_multi_check(const struct prong_op_use *uses, size_t count, const prong_reduce_options *options,
                               prong_error *err)
{
    prong_status status = prong_order_check(uses, count, options->method, err);

    return status ? status : prong_histogram_check(uses, count, options, err);
}

static prong_status run_families(struct prong_multi *multi, unsigned needs, const struct prong_pool_room *room, prong_error *err)
{
    prong_status status = prong_passes_open(&multi->passes, room, err);

    for (size_t i = 0; i < FAMILIES && status == PRONG_OK; i++)
        if (families[i].need & needs)
            status = families[i].values(multi, err);
    prong_passes_close(&multi->passes);
    return status;
}

prong_status prong_multi_values(struct prong_multi *multi, unsigned needs, prong_error *err)
{
    struct prong_pool_room room = { .ctx_size = 0 };
    struct prong_rider rider = { .done = false };
    prong_status status = PRONG_OK;

    multi->memory_limit = prong_multi_memory(multi->options);
    for (size_t i = 0; i < FAMILIES; i++)
        if ((families[i].need & needs) && families[i].room)
            families[i].room(&room);
    if (needs & PRONG_NEED_DISTINCT)
        prong_distinct_room(multi, &room);
    if ((needs & PRONG_NEED_ORDER) && (needs & PRONG_NEED_HISTOGRAM))
        status = prong_histogram_mount(multi, &rider, err);
    room.partial_size += rider.partial_size;
    room.ctx_size += rider.params_size;
    if (status == PRONG_OK)
        status = run_families(multi, needs, &room, err);
    prong_histogram_dismount(multi, &rider);
    if (status && status != PRONG_EDATA)
        prong_explain(&multi->passes.sources[0], status, err);
    return status;
}

prong_status prong_multi_from_memory(struct prong_multi *multi, unsigned needs, prong_error *err)
{
    prong_status status = PRONG_OK;

    if (multi->tally) {
        multi->nans = multi->tally->nans;
        multi->head.n = multi->tally->n + multi->tally->nans;
    }
    for (size_t i = 0; i < FAMILIES && status == PRONG_OK; i++)
        if (families[i].need & needs)
            status = families[i].values(multi, err);
    return status;
}

prong_status prong_multi_tally(struct prong_multi *multi, struct prong_tally *tally, prong_error *err)
{
    struct prong_pool_room room = { .ctx_size = 0 };
    struct prong_census census = { .wants_list = true, .remedy = "a state of them takes 16 bytes each: raise the memory limit" };
    prong_status status;

    multi->memory_limit = prong_multi_memory(multi->options);
    census.most = prong_multi_most_entries(multi->options);
    prong_ranks_room(&room);
    prong_census_room(multi, &room);
    status = prong_passes_open(&multi->passes, &room, err);
    if (status == PRONG_OK)
        status = prong_census_take(multi, &census, err);
    prong_passes_close(&multi->passes);
    if (status && status != PRONG_EDATA)
        prong_explain(&multi->passes.sources[0], status, err);
    *tally = census.tally;
    return status;
}
