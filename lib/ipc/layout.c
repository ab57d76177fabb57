/* SPDX-License-Identifier: MIT */
/* Where things stand in the segment. All sizes go through checked arithmetic: they come from the caller. */
#include "config.h"

#include "ipc/layout.h"

#include "base/size.h"

#include <unistd.h>

/* Reserves count * each bytes at the next multiple of align. */
static bool place(size_t *end, size_t align, size_t count, size_t each, size_t *at)
{
    size_t bytes;

    if (!prong_size_align(*end, align, end) || !prong_size_mul(count, each, &bytes))
        return false;
    *at = *end;
    return prong_size_add(*end, bytes, end);
}

bool prong_layout_plan(struct prong_layout *layout, uint32_t workers, uint64_t window, bool commutative,
                       size_t partial_size, size_t block_size)
{
    size_t end = sizeof(struct prong_header);
    size_t slots = commutative ? (size_t)workers * 2 : (size_t)window;

    *layout = (struct prong_layout){ .workers = workers,
                                     .window = window,
                                     .commutative = commutative,
                                     .partial_size = partial_size };
    if (!prong_size_align(partial_size, PRONG_FALSE_SHARING_SIZE, &layout->stride) ||
        !prong_size_align(block_size, PRONG_FALSE_SHARING_SIZE, &layout->block_size))
        return false;
    return place(&end, PRONG_FALSE_SHARING_SIZE, workers, sizeof(struct prong_record), &layout->records) &&
           place(&end, PRONG_FALSE_SHARING_SIZE, (size_t)window, sizeof(struct prong_claim), &layout->claims) &&
           place(&end, PRONG_FALSE_SHARING_SIZE, slots, layout->stride, &layout->slots) &&
           place(&end, PRONG_FALSE_SHARING_SIZE, (size_t)window, layout->block_size, &layout->blocks) &&
           prong_size_align(end, PRONG_FALSE_SHARING_SIZE, &layout->size);
}

int prong_layout_format(const struct prong_layout *layout, void *base, bool announce)
{
    struct prong_header *header = prong_header_at(base);

    header->magic = PRONG_SEGMENT_MAGIC;
    header->version = PRONG_SEGMENT_VERSION;
    header->workers = layout->workers;
    header->window = layout->window;
    header->creator = (uint64_t)getpid();
    header->size = layout->size;
    header->announce = announce;
    header->generation = 1;
    atomic_init(&header->stop, UINT64_MAX);
    return prong_bell_init(&header->bell);
}
