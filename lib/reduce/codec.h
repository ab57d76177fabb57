/* SPDX-License-Identifier: MIT */
/* Fields as bytes that mean the same on every machine, little-endian, one after the other. The same function writes and reads a
 * thing, field by field, so that both agree; reading never goes past the bytes that are there. */
#ifndef PRONG_REDUCE_CODEC_H
#define PRONG_REDUCE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prong_codec {
    bool reading;
    bool bad;        /* reading: there were fewer bytes, or what was there could not be; writing: no memory. Nothing is done any
                        more */
    const unsigned char *from; /* reading: what is left */
    size_t left;
    unsigned char *to; /* writing: malloc'ed; the caller's */
    size_t size, room;
};

/* Reads or writes the lowest `bytes` bytes of a value; where it is read, the others become 0. */
void prong_code(struct prong_codec *c, uint64_t *value, unsigned bytes);
static inline void prong_code_u64(struct prong_codec *c, uint64_t *value)
{
    prong_code(c, value, 8);
}

/* The next bytes: where they are to be written to, or read from; NULL, and bad, if that cannot be. */
unsigned char *prong_code_place(struct prong_codec *c, size_t bytes);
const unsigned char *prong_code_take(struct prong_codec *c, size_t bytes);

/* Fowler, Noll and Vo's hash of 64 bits,
    FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): a single changed byte always changes
 * it. It finds accidents, not forgeries. */
uint64_t prong_code_hash(const unsigned char *data, size_t bytes);

#endif
