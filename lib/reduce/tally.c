/* SPDX-License-Identifier: MIT */
/* Lists of values and how often each occurs: growing, joining, and answering for ranks. */
#include "config.h"

#include "reduce/tally.h"

#include "base/error.h"
#include "base/size.h"

#include <stdlib.h>
#include <string.h>

void prong_tally_free(struct prong_tally *tally)
{
    free(tally->entry);
    *tally = (struct prong_tally){ .n = 0 };
}

bool prong_tally_reserve(struct prong_tally *tally, size_t more)
{
    struct prong_distinct_entry *larger;
    size_t wanted, bytes, room = tally->room;

    if (more <= tally->room - tally->count)
        return true;
    if (!prong_size_add(tally->count, more, &wanted))
        return false;
    room += room / 2;
    if (room < wanted)
        room = wanted;
    if (!prong_size_mul(room, sizeof *larger, &bytes))
        return false;
    larger = realloc(tally->entry, bytes);
    if (!larger)
        return false;
    tally->entry = larger;
    tally->room = room;
    return true;
}

bool prong_tally_append(struct prong_tally *tally, int64_t key, uint64_t count)
{
    if (tally->count == tally->room && !prong_tally_reserve(tally, tally->room < 64 ? 64 : 1))
        return false;
    tally->entry[tally->count++] = (struct prong_distinct_entry){ key, count };
    tally->n += count;
    return true;
}

void prong_tally_sort(struct prong_tally *tally)
{
    size_t n = 0;

    prong_distinct_sort(tally->entry, tally->count);
    for (size_t i = 0; i < tally->count; i++) {
        if (n > 0 && tally->entry[n - 1].key == tally->entry[i].key)
            tally->entry[n - 1].count += tally->entry[i].count;
        else
            tally->entry[n++] = tally->entry[i];
    }
    tally->count = n;
}

/* Both lists in one, which has room for both. */
static size_t merge_entries(struct prong_distinct_entry *to, const struct prong_tally *a, const struct prong_tally *b)
{
    size_t n = 0, i = 0, k = 0;

    while (i < a->count || k < b->count) {
        if (k == b->count || (i < a->count && a->entry[i].key < b->entry[k].key)) {
            to[n++] = a->entry[i++];
        } else if (i == a->count || b->entry[k].key < a->entry[i].key) {
            to[n++] = b->entry[k++];
        } else {
            to[n] = a->entry[i++];
            to[n++].count += b->entry[k++].count;
        }
    }
    return n;
}

prong_status prong_tally_merge(struct prong_tally *into, const struct prong_tally *from, uint64_t most, prong_error *err)
{
    struct prong_tally both = { .n = into->n + from->n, .nans = into->nans + from->nans };

    if (from->count > 0) {
        if (!prong_tally_reserve(&both, into->count) || !prong_tally_reserve(&both, into->count + from->count)) {
            free(both.entry);
            return prong_fail(err, PRONG_ENOMEM, "%zu distinct values", into->count + from->count);
        }
        both.count = merge_entries(both.entry, into, from);
        if (both.count > most) {
            free(both.entry);
            return prong_fail(err, PRONG_ENOMEM, "%zu distinct values, 16 bytes each: raise the memory limit", both.count);
        }
        free(into->entry);
        *into = both;
    }
    into->n = both.n;
    into->nans = both.nans;
    return PRONG_OK;
}

/* ---- Frequencies ---- */

struct prong_frequencies prong_frequencies_of(enum prong_domain domain, const struct prong_distinct_entry *entry, size_t n)
{
    struct prong_frequencies f = { .values = 0 };

    for (size_t i = 0; i < n; i++) {
        int64_t key = entry[i].key;
        uint64_t count = entry[i].count;
        if (domain == PRONG_DOMAIN_F64 && key == PRONG_KEY_MINUS_ZERO && i + 1 < n && entry[i + 1].key == 0)
            count += entry[++i].count;
        prong_frequencies_note(&f, domain, key, count);
    }
    return f;
}

void prong_frequencies_join(struct prong_frequencies *into, const struct prong_frequencies *from)
{
    uint64_t values = into->values + from->values;

    if (from->values == 0)
        return;
    if (into->values == 0) {
        *into = *from;
        return;
    }
    prong_frequencies_note(into, PRONG_DOMAIN_NONE, from->most.key, from->most.count);
    prong_frequencies_note(into, PRONG_DOMAIN_NONE, from->least.key, from->least.count);
    into->values = values;
}

/* ---- Ranks ---- */

/* How far each value is from the center, as often as it occurs. */
static prong_status deviations(const struct prong_tally *of, struct prong_scratch *scratch, const struct prong_ranked *what,
                               struct prong_tally *out, prong_error *err)
{
    if (!prong_tally_reserve(out, of->count))
        return prong_fail(err, PRONG_ENOMEM, "%zu distinct values", of->count);
    out->nans = of->nans;
    for (size_t first = 0; first < of->count; first += PRONG_BATCH) {
        size_t n = of->count - first < PRONG_BATCH ? of->count - first : PRONG_BATCH;
        struct prong_batch batch = { .n = n, .f = scratch->numbers.f };
        struct prong_ranked plain = { .domain = what->domain };
        const double *distance;

        for (size_t i = 0; i < n; i++)
            scratch->numbers.u[i] = prong_value_of_key(prong_order_domain_of(&plain), of->entry[first + i].key).u;
        distance = prong_ranked_batch(what, &batch, scratch);
        for (size_t i = 0; i < n; i++) {
            uint64_t count = of->entry[first + i].count;
            if (distance[i] != distance[i])
                out->nans += count;
            else if (!prong_tally_append(out, prong_key_of_f64(distance[i]), count))
                return prong_fail(err, PRONG_ENOMEM, "%zu distinct values", of->count);
        }
    }
    prong_tally_sort(out);
    return PRONG_OK;
}

static prong_status answer(const struct prong_tally *tally, struct prong_ranks *ranks, prong_error *err)
{
    uint64_t below = 0;
    size_t at = 0;
    prong_status status;

    ranks->n = tally->n;
    ranks->nans = tally->nans;
    status = prong_ranks_ask(ranks, err);
    for (size_t i = 0; i < ranks->count && status == PRONG_OK; i++) {
        while (at + 1 < tally->count && ranks->rank[i] - below >= tally->entry[at].count)
            below += tally->entry[at++].count;
        ranks->key[i] = tally->entry[at].key;
    }
    return status;
}

prong_status prong_tally_ranks(const struct prong_tally *tally, struct prong_scratch *scratch, struct prong_ranks *ranks,
                               prong_error *err)
{
    struct prong_tally distances = { .n = 0 };
    prong_status status = PRONG_OK;

    if (ranks->what.deviations)
        status = deviations(tally, scratch, &ranks->what, &distances, err);
    if (status == PRONG_OK)
        status = answer(ranks->what.deviations ? &distances : tally, ranks, err);
    prong_tally_free(&distances);
    return status;
}
