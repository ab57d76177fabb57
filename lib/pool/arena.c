/* SPDX-License-Identifier: MIT */
/* First fit over a list of blocks in address order; neighbours that are free are one block. Arenas hold a few large things
 * (inputs, contexts, outputs), so the list is short and the waste of anything cleverer would not pay. */
#include "config.h"

#include "pool/arena.h"

#include "base/size.h"

#include <stdlib.h>

enum { DEFAULT_ALIGN = 128, MAX_ALIGN = 4096 };

struct block {
    struct block *next;
    char *at;
    size_t size;
    bool used;
};

struct prong_arena {
    char *base;
    size_t size;
    struct block *blocks; /* covers the whole arena, in address order */
};

static struct block *new_block(char *at, size_t size, struct block *next)
{
    struct block *block = malloc(sizeof *block);

    if (block)
        *block = (struct block){ next, at, size, false };
    return block;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

struct prong_arena *prong_arena_create(void *base, size_t size)
{
    struct prong_arena *arena = malloc(sizeof *arena);

    if (!arena)
        return NULL;
    *arena = (struct prong_arena){ base, size, new_block(base, size, NULL) };
    if (!arena->blocks) {
        free(arena);
        return NULL;
    }
    return arena;
}

void prong_arena_free_all(struct prong_arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->blocks);
    free(arena);
}

/* Cuts a block in two at size. */
static bool cut(struct block *block, size_t size)
{
    struct block *rest;

    if (size == block->size)
        return true;
    rest = new_block(block->at + size, block->size - size, block->next);
    if (!rest)
        return false;
    block->size = size;
    block->next = rest;
    return true;
}

void *prong_arena_alloc(struct prong_arena *arena, size_t size, size_t align)
{
    size_t rounded;

    if (align == 0)
        align = DEFAULT_ALIGN;
    if ((align & (align - 1)) != 0 || align > MAX_ALIGN || !prong_size_align(size ? size : 1, 16, &rounded))
        return NULL;
    for (struct block *block = arena->blocks; block; block = block->next) {
        size_t skip = (size_t)(-(uintptr_t)block->at & (align - 1));
        if (block->used || block->size < rounded || block->size - rounded < skip)
            continue;
        if (skip) {
            if (!cut(block, skip))
                return NULL;
            block = block->next;
        }
        if (!cut(block, rounded))
            return NULL;
        block->used = true;
        return block->at;
    }
    return NULL;
}

static void merge_next(struct block *block)
{
    struct block *next = block->next;

    if (!next || block->used || next->used)
        return;
    block->size += next->size;
    block->next = next->next;
    free(next);
}

bool prong_arena_free(struct prong_arena *arena, void *at)
{
    struct block *before = NULL;

    for (struct block *block = arena->blocks; block; before = block, block = block->next) {
        if (block->at != at || !block->used)
            continue;
        block->used = false;
        merge_next(block);
        if (before)
            merge_next(before);
        return true;
    }
    return false;
}

void prong_arena_reset(struct prong_arena *arena)
{
    struct block *first = arena->blocks;

    free_blocks(first->next);
    *first = (struct block){ NULL, arena->base, arena->size, false };
}

bool prong_arena_owns(const struct prong_arena *arena, const void *at)
{
    const char *p = at;
    return p >= arena->base && p < arena->base + arena->size;
}
