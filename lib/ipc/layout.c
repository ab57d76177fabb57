/* SPDX-License-Identifier: MIT */
/* Where things stand in the segment. All sizes go through checked arithmetic: they come from the caller. */
#include "config.h"

#include "ipc/layout.h"

#include "base/size.h"

#include <unistd.h>

/* Reserves bytes at the next multiple of align. */
static bool place(size_t *end, size_t align, size_t bytes, size_t *at)
{
    if (!prong_size_align(*end, align, end))
        return false;
    *at = *end;
    return prong_size_add(*end, bytes, end);
}

static size_t line_of(const struct prong_layout *layout)
{
    return layout->line ? layout->line : PRONG_FALSE_SHARING_SIZE;
}

bool prong_layout_bytes(const struct prong_layout *layout, uint64_t count, size_t each, size_t *bytes)
{
    size_t stride;

    return prong_size_align(each, line_of(layout), &stride) && prong_size_mul((size_t)count, stride, bytes);
}

bool prong_layout_plan(struct prong_layout *layout)
{
    const size_t line = PRONG_FALSE_SHARING_SIZE, page = 4096;
    size_t end = offsetof(struct prong_header, cursor) + sizeof(struct prong_claim);
    size_t records, places, claims;

    return prong_size_mul(layout->workers, sizeof(struct prong_record), &records) &&
           prong_size_add((size_t)layout->places, 1, &places) &&
           prong_size_mul(places, sizeof(struct prong_claim), &claims) &&
           place(&end, alignof(struct prong_claim), claims, &layout->claims) &&
           place(&end, line, layout->job_size, &layout->job) && place(&end, line, records, &layout->records) &&
           place(&end, line_of(layout), layout->slots_size, &layout->slots) &&
           place(&end, line, layout->areas_size, &layout->areas) &&
           place(&end, layout->arena_size ? page : line, layout->arena_size, &layout->arena) &&
           place(&end, line, layout->notes_size, &layout->notes) &&
           prong_size_align(end, line, &layout->size);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

bool prong_layout_fit(const struct prong_layout *layout, const struct prong_needs *needs, struct prong_task *task)
{
    uint64_t slots, others = needs->commutative ? (uint64_t)layout->workers * 2 : 0;

    if (needs->gathers)
        others += (uint64_t)needs->levels * 2 + 1; /* see pool/gather.h */
    *task = (struct prong_task){ .window = least(needs->chunks, layout->places),
                                 .partial_size = needs->partial_size,
                                 .commutative = needs->commutative,
                                 .gathers = needs->gathers,
                                 .levels = needs->levels };
    if (!prong_size_align(needs->partial_size, line_of(layout), &task->stride) ||
        !prong_size_align(needs->area_size, PRONG_FALSE_SHARING_SIZE, &task->area_stride) || task->stride == 0)
        return false;
    slots = layout->slots_size / task->stride;
    if (slots < others)
        return false;
    if (!needs->commutative)
        task->window = least(task->window, slots - others);
    if (task->area_stride)
        task->window = least(task->window, layout->areas_size / task->area_stride);
    if (needs->window)
        task->window = least(task->window, needs->window);
    task->announce = task->window < needs->chunks || needs->gathers ? PRONG_ANNOUNCE_SHORTAGE : PRONG_ANNOUNCE_NOTHING;
    return task->window > 0;
}

int prong_layout_format(const struct prong_layout *layout, void *base)
{
    struct prong_header *header = prong_header_at(base);
    int failure;

    header->magic = PRONG_SEGMENT_MAGIC;
    header->version = PRONG_SEGMENT_VERSION;
    header->workers = layout->workers;
    header->creator = (uint64_t)getpid();
    header->size = layout->size;
    failure = prong_bell_init(&header->bell);
    return failure ? failure : prong_bell_init(&header->jobs);
}
