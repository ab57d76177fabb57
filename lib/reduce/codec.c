/* SPDX-License-Identifier: MIT */
/* Fields as bytes. */
#include "config.h"

#include "reduce/codec.h"

#include "base/size.h"

#include <stdlib.h>

unsigned char *prong_code_place(struct prong_codec *c, size_t bytes)
{
    unsigned char *larger;
    size_t wanted, room;

    if (c->bad || !prong_size_add(c->size, bytes, &wanted)) {
        c->bad = true;
        return NULL;
    }
    if (wanted > c->room) {
        room = c->room + c->room / 2 < wanted ? wanted : c->room + c->room / 2;
        larger = realloc(c->to, room);
        if (!larger) {
            c->bad = true;
            return NULL;
        }
        c->to = larger;
        c->room = room;
    }
    c->size = wanted;
    return c->to + wanted - bytes;
}

const unsigned char *prong_code_take(struct prong_codec *c, size_t bytes)
{
    const unsigned char *at = c->from;

    if (c->bad || bytes > c->left) {
        c->bad = true;
        return NULL;
    }
    c->from += bytes;
    c->left -= bytes;
    return at;
}

void prong_code(struct prong_codec *c, uint64_t *value, unsigned bytes)
{
    if (c->reading) {
        const unsigned char *at = prong_code_take(c, bytes);
        *value = 0;
        for (unsigned i = 0; at && i < bytes; i++)
            *value |= (uint64_t)at[i] << 8 * i;
    } else {
        unsigned char *at = prong_code_place(c, bytes);
        for (unsigned i = 0; at && i < bytes; i++)
            at[i] = (unsigned char)(*value >> 8 * i);
    }
}

uint64_t prong_code_hash(const unsigned char *data, size_t bytes)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < bytes; i++)
        h = (h ^ data[i]) * UINT64_C(0x100000001b3);
    return h;
}
