/* SPDX-License-Identifier: MIT */
/* How a chunk's groups lie in its output area: a head, the lengths of the keys, their hashes, the states or the rows, and the
 * keys, which a worker writes and the parent reads. */
#ifndef PRONG_TABLE_GROUPS_H
#define PRONG_TABLE_GROUPS_H

#include "table/work.h"

struct prong_groups_head {
    uint64_t count; /* groups; or, if rows is not 0, rows */
    uint64_t rows;
};

struct prong_groups_layout {
    uint64_t most_rows;
    uint32_t most_groups; /* a chunk with more is handed over row by row */
    size_t lengths, hashes, body, keys, size; /* offsets, but for size */
};

struct prong_groups_layout prong_groups_layout_of(const struct prong_table_work *work);

static inline uint64_t prong_key_hash(const char *key, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
    return (hash ^ hash >> 32) * UINT64_C(0x9e3779b97f4a7c15) >> 16;
}

#endif
