/* SPDX-License-Identifier: MIT */
/* Values that hardly repeat. They are divided by their order into parts, guessed from a sample so that each fits a worker's area,
 * and a task for each part looks at all elements, keeps the keys of its own, and sorts them:
 *
 *     area    classifier | keys, as they come | entries: what keys were condensed to when their room was full
 *
 * A part that holds too many values all the same is divided into smaller ones, which another round of tasks counts. So memory
 * bounds how often the elements are read, and never whether there is a result. */
#include "config.h"

#include "reduce/census.h"

#include "base/error.h"
#include "order/classify.h"
#include "prong/fold.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEAST_AREA = 1 << 20,
    TASKS = 512,             /* in one job */
    WORTH_DIVIDING = 1 << 17, /* elements that are divided though they would fit one area */
    SPLITS = 3
};

/* So much of the room for keys is planned for: a sample is only a sample. */
static const double planned = 0.7;

struct parts_params {
    enum prong_domain domain;
    size_t keys, entries; /* that an area has room for */
    struct prong_interval part[TASKS];
};

struct part_partial {
    struct prong_pass_head head;
    struct prong_interval part;
    uint64_t keys, entries; /* in the area; in the end keys are sorted, and there are entries only or keys only */
    uint64_t count[2];      /* elements below the part, and up to its end */
    uint64_t nans;
    uint64_t full; /* too many: then it is to be divided at these keys */
    int64_t split[SPLITS];
    struct prong_frequencies frequencies;
};

static size_t front(void)
{
    return (sizeof(struct prong_classifier) + 63) & ~(size_t)63;
}

static int64_t *keys_in(const void *area)
{
    return (int64_t *)((uintptr_t)area + front());
}

static struct prong_distinct_entry *entries_in(const void *area, size_t keys)
{
    return (struct prong_distinct_entry *)(void *)(keys_in(area) + keys);
}

static enum prong_order_domain order_of(enum prong_domain domain)
{
    struct prong_ranked what = { .domain = domain };
    return prong_order_domain_of(&what);
}

/* ---- In a worker ---- */

static void begin_part(void *partial, void *area, uint64_t task, const void *params)
{
    const struct parts_params *parts = params;
    struct part_partial *p = partial;

    p->part = parts->part[task];
    prong_classifier_init(area, order_of(parts->domain), &p->part, 1);
}

/* Different keys among n sorted ones that are not among the entries, and those. */
static size_t united(const int64_t *key, size_t n, const struct prong_distinct_entry *entry, size_t entries)
{
    size_t values = entries, k = 0;

    for (size_t i = 0; i < n; i++) {
        if (i > 0 && key[i] == key[i - 1])
            continue;
        while (k < entries && entry[k].key < key[i])
            k++;
        values += k == entries || entry[k].key != key[i];
    }
    return values;
}

/* Adds n sorted keys to the entries, of which there will be `values`: from the end, so that nothing is overwritten that is still
 * wanted. */
static void unite(const int64_t *key, size_t n, struct prong_distinct_entry *entry, size_t entries, size_t values)
{
    while (n > 0) {
        int64_t last = key[n - 1];
        uint64_t count = 0;
        for (; n > 0 && key[n - 1] == last; n--)
            count++;
        while (entries > 0 && entry[entries - 1].key > last)
            entry[--values] = entry[--entries];
        if (entries > 0 && entry[entries - 1].key == last)
            count += entry[--entries].count;
        entry[--values] = (struct prong_distinct_entry){ last, count };
    }
}

/* Gives the part up: three keys divide it, each above the one before and above the least. At least half as many values as fit the
 * entries are among the keys, or are entries. */
static void give_up(struct part_partial *p, int64_t *key, const struct prong_distinct_entry *entry)
{
    size_t n = 0;

    for (size_t i = 0; i < p->keys; i++)
        if (n == 0 || key[n - 1] != key[i])
            key[n++] = key[i];
    for (size_t i = 0; i < SPLITS; i++)
        p->split[i] = n > p->entries ? key[(i + 1) * n / (SPLITS + 1)] : entry[(i + 1) * p->entries / (SPLITS + 1)].key;
    p->full = p->head.done = 1;
}

/* Sorts the keys and makes entries of them, if these have room. */
static bool condense(struct part_partial *p, void *area, const struct parts_params *parts)
{
    struct prong_distinct_entry *entry = entries_in(area, parts->keys);
    int64_t *key = keys_in(area);
    size_t values;

    prong_keys_sort(key, p->keys);
    values = united(key, p->keys, entry, p->entries);
    if (values > parts->entries)
        return false;
    unite(key, p->keys, entry, p->entries, values);
    p->entries = values;
    p->keys = 0;
    return true;
}

static void take_part(void *partial, void *area, const struct prong_batch *batch, enum prong_domain domain,
                      struct prong_scratch *scratch, const void *params)
{
    const struct parts_params *parts = params;
    struct part_partial *p = partial;
    struct prong_catch caught;

    (void)domain;
    (void)scratch;
    if (parts->keys - p->keys < batch->n && !condense(p, area, parts)) {
        give_up(p, keys_in(area), entries_in(area, parts->keys));
        return;
    }
    caught = (struct prong_catch){ keys_in(area), parts->keys, (size_t)p->keys, false };
    prong_classify(area, batch->f, batch->n, p->count, &p->nans, &caught);
    p->keys = caught.n;
}

static bool same_value(enum prong_domain domain, int64_t low, int64_t high)
{
    return low == high || (domain == PRONG_DOMAIN_F64 && low == PRONG_KEY_MINUS_ZERO && high == 0);
}

static struct prong_frequencies frequencies_of_keys(enum prong_domain domain, const int64_t *key, size_t n)
{
    struct prong_frequencies all = { .values = 0 };

    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && same_value(domain, key[i], key[end]);)
            end++;
        prong_frequencies_note(&all, domain, key[i], end - i);
    }
    return all;
}

static void end_part(void *partial, void *area, const void *params)
{
    const struct parts_params *parts = params;
    struct prong_distinct_entry *entry = entries_in(area, parts->keys);
    struct part_partial *p = partial;

    if (p->full)
        return;
    /* A part of a single value is counted and not caught. */
    if (p->part.lo == p->part.hi && p->count[1] > p->count[0]) {
        entry[0] = (struct prong_distinct_entry){ p->part.lo, p->count[1] - p->count[0] };
        p->entries = 1;
    }
    if (p->entries == 0) {
        prong_keys_sort(keys_in(area), (size_t)p->keys);
        p->frequencies = frequencies_of_keys(parts->domain, keys_in(area), (size_t)p->keys);
    } else if (condense(p, area, parts)) {
        p->frequencies = prong_frequencies_of(parts->domain, entry, (size_t)p->entries);
    } else {
        give_up(p, keys_in(area), entry);
    }
}

/* ---- In the parent ---- */

struct partition {
    struct prong_interval *part;
    size_t count, room;
};

static bool add_part(struct partition *to, int64_t lo, int64_t hi)
{
    if (to->count == to->room) {
        size_t room = to->room ? 2 * to->room : 64;
        struct prong_interval *larger = realloc(to->part, room * sizeof *larger);
        if (!larger)
            return false;
        to->part = larger;
        to->room = room;
    }
    to->part[to->count++] = (struct prong_interval){ lo, hi };
    return true;
}

/* The values lo … hi, divided in front of each of n ascending keys. Never between -0 and +0, which are one value. */
static bool divide(struct partition *to, enum prong_domain domain, int64_t lo, int64_t hi, const int64_t *key, size_t n)
{
    bool enough = true;

    for (size_t i = 0; i < n && enough; i++) {
        int64_t first = domain == PRONG_DOMAIN_F64 && key[i] == 0 ? PRONG_KEY_MINUS_ZERO : key[i];
        if (first <= lo)
            continue;
        enough = add_part(to, lo, first - 1);
        lo = first;
    }
    return enough && add_part(to, lo, hi);
}

struct receiving {
    struct prong_census *census;
    enum prong_domain domain;
    size_t keys; /* that an area has room for */
    struct prong_pass_head head; /* every task counts all elements, unless it gave up */
    bool too_many;
    struct partition next; /* what remains for another round */
};

static bool list_part(struct prong_tally *tally, const struct part_partial *p, const int64_t *key,
                      const struct prong_distinct_entry *entry)
{
    if (!prong_tally_reserve(tally, (size_t)p->frequencies.values + 1))
        return false;
    for (size_t i = 0; i < p->entries; i++)
        prong_tally_append(tally, entry[i].key, entry[i].count);
    for (size_t i = 0, end; i < p->keys; i = end) {
        for (end = i; end < p->keys && key[end] == key[i];)
            end++;
        prong_tally_append(tally, key[i], end - i);
    }
    return true;
}

static int receive_part(const void *partial, const void *area, void *receiver)
{
    const struct part_partial *p = partial;
    struct receiving *r = receiver;
    struct prong_census *census = r->census;

    if (p->full)
        return divide(&r->next, r->domain, p->part.lo, p->part.hi, p->split, SPLITS) ? 0 : -1;
    r->head = p->head;
    census->tally.nans = p->nans;
    prong_frequencies_join(&census->frequencies, &p->frequencies);
    if (!census->wants_list)
        return 0;
    r->too_many = census->frequencies.values > census->most;
    return !r->too_many && list_part(&census->tally, p, keys_in(area), entries_in(area, r->keys)) ? 0 : -1;
}

static int workers_of(const struct prong_multi *multi)
{
    return multi->passes.run->workers > 0 ? multi->passes.run->workers : prong_workers();
}

/* At most so many elements: a number in text takes two bytes. */
static uint64_t elements_at_most(const struct prong_multi *multi)
{
    uint64_t all = 0;

    for (size_t i = 0; i < multi->passes.count; i++) {
        const struct prong_source *source = &multi->passes.sources[i];
        uint64_t units = prong_source_units(source);
        all += prong_array_is_text(source->array) ? units / 2 + 1 : units;
    }
    return all;
}

static uint64_t areas(const struct prong_multi *multi)
{
    return (uint64_t)workers_of(multi) + 1;
}

/* A key takes 16 bytes of an area: its own 8, and 8 for half an entry. */
static size_t area_size(const struct prong_multi *multi)
{
    uint64_t limit = multi->memory_limit / 2 / areas(multi), all = elements_at_most(multi);

    if (all < limit / 16 && front() + 16 * (all + 2 * PRONG_BATCH) < limit)
        limit = front() + 16 * (all + 2 * PRONG_BATCH);
    return (size_t)(limit < LEAST_AREA ? LEAST_AREA : limit) & ~(size_t)63;
}

void prong_census_parts_room(const struct prong_multi *multi, struct prong_pool_room *room)
{
    size_t area = area_size(multi), least = 4 * (size_t)workers_of(multi) * room->area_size;
    size_t all = area * (size_t)areas(multi);

    if (room->partial_size < sizeof(struct part_partial))
        room->partial_size = sizeof(struct part_partial);
    if (room->ctx_size < sizeof(struct parts_params))
        room->ctx_size = sizeof(struct parts_params);
    if (room->area_size < area)
        room->area_size = area;
    if (all < least)
        all = least;
    room->areas = all / room->area_size + (all % room->area_size != 0);
}

/* The first guess. The sample becomes the different values in it. Some tasks more than workers even out what they take, and less
 * memory is touched. */
static bool guess(struct partition *parts, const struct prong_multi *multi, size_t keys, int64_t *sample, size_t n)
{
    enum prong_order_domain order = order_of(multi->domain);
    uint64_t all = elements_at_most(multi), workers = (uint64_t)workers_of(multi), wanted;
    double values = (double)all;
    size_t different = 0;

    for (size_t i = 0; i < n; i++)
        if (different == 0 || sample[different - 1] != sample[i])
            sample[different++] = sample[i];
    if (n > 0)
        values *= (double)different / (double)n;
    wanted = (uint64_t)(values / (planned * (double)keys)) + 1;
    if (all >= WORTH_DIVIDING)
        wanted = (wanted < 4 * workers ? 4 * workers : (wanted + workers - 1) / workers * workers);
    if (wanted > different)
        wanted = different + 1;
    for (uint64_t i = 1; i < wanted; i++)
        sample[i - 1] = sample[(uint64_t)((double)i / (double)wanted * (double)different)];
    return divide(parts, multi->domain, prong_key_least(order), prong_key_greatest(order), sample, (size_t)wanted - 1);
}

static prong_status count_parts(struct prong_multi *multi, const struct partition *parts,
                                struct parts_params *params, size_t area,
                                struct receiving *r, prong_error *err)
{
    struct prong_pass pass = { .partial_size = sizeof(struct part_partial),
                               .output_size = area,
                               .window = areas(multi),
                               .begin = begin_part,
                               .take = take_part,
                               .end = end_part,
                               .deliver = receive_part,
                               .receiver = r,
                               .params = params,
                               .params_size = sizeof *params };
    prong_status status = PRONG_OK;

    for (size_t at = 0; at < parts->count && status == PRONG_OK; at += pass.tasks) {
        struct prong_pass_head head;
        pass.tasks = parts->count - at < TASKS ? parts->count - at : TASKS;
        memcpy(params->part, parts->part + at, pass.tasks * sizeof *params->part);
        status = prong_pass_run(&multi->passes, &pass, &head, err);
    }
    return status;
}

static bool is_sorted(const struct prong_tally *tally)
{
    for (size_t i = 1; i < tally->count; i++)
        if (tally->entry[i].key < tally->entry[i - 1].key)
            return false;
    return true;
}

prong_status prong_census_parts(struct prong_multi *multi, struct prong_census *census, int64_t *sample, size_t sampled,
                                prong_error *err)
{
    size_t area = area_size(multi), keys = (area - front()) / 16;
    struct receiving r = { .census = census, .domain = multi->domain, .keys = keys };
    struct parts_params *params = calloc(1, sizeof *params);
    struct partition parts = { .count = 0 };
    prong_status status = PRONG_OK;

    census->frequencies = (struct prong_frequencies){ .values = 0 };
    if (!params || !guess(&parts, multi, keys, sample, sampled))
        status = prong_fail(err, PRONG_ENOMEM, "%zu bytes for parts of the values", sizeof *params);
    else
        *params = (struct parts_params){ .domain = multi->domain, .keys = keys, .entries = keys / 2 };
    while (status == PRONG_OK && parts.count > 0) {
        status = count_parts(multi, &parts, params, area, &r, err);
        free(parts.part);
        parts = r.next;
        r.next = (struct partition){ .count = 0 };
    }
    if (r.too_many)
        status = prong_census_too_many(census, err);
    free(parts.part);
    free(params);
    if (status)
        return status;
    if (!is_sorted(&census->tally))
        prong_tally_sort(&census->tally);
    multi->head = r.head;
    multi->nans = census->tally.nans;
    census->tally.n = multi->head.n - multi->nans;
    return PRONG_OK;
}
