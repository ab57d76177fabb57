/* SPDX-License-Identifier: MIT */
/* The allocator of a pool's arena: memory that parent and workers share at one address. Its books are the parent's private
 * memory, so that no worker can damage them; only the parent allocates and frees. */
#ifndef PRONG_POOL_ARENA_H
#define PRONG_POOL_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct prong_arena;

/* NULL: no memory. base is aligned to a page. */
struct prong_arena *prong_arena_create(void *base, size_t size);
void prong_arena_free_all(struct prong_arena *arena);

/* align: a power of two up to a page, 0 for a cache line pair. NULL: no room, or no memory for the books. */
void *prong_arena_alloc(struct prong_arena *arena, size_t size, size_t align);

/* False if at was not allocated here. */
bool prong_arena_free(struct prong_arena *arena, void *at);
void prong_arena_reset(struct prong_arena *arena);
bool prong_arena_owns(const struct prong_arena *arena, const void *at);

#endif
