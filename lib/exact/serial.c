/* SPDX-License-Identifier: MIT */
/* States as bytes for files and other machines. Layout, everything little-endian: magic (8 bytes), version (4),
 * powers (4), the five counts and the limbs (8 each), a 64-bit FNV-1a hash of all that. The length follows from
 * the powers, so a cut or glued file is told apart from a damaged one. */
#include "config.h"

#include "exact/state.h"

#include "base/error.h"

#include <string.h>

static const unsigned char magic[8] = { 'P', 'R', 'O', 'N', 'G', 'S', 'U', 'M' };

enum { LAYOUT_VERSION = 1, COUNTS = 5, HEAD = 16 };

static void put(unsigned char *to, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> 8 * i);
}

static uint64_t get(const unsigned char *from, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)from[i] << 8 * i;
    return value;
}

/* Fowler, Noll and Vo: it finds accidents, not forgeries. */
static uint64_t hash(const unsigned char *data, size_t bytes)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < bytes; i++)
        h = (h ^ data[i]) * UINT64_C(0x100000001b3);
    return h;
}

static size_t words_of(unsigned powers)
{
    return (prong_exact_size(powers) - sizeof(uint64_t)) / 8; /* all but the powers themselves */
}

size_t prong_exact_serial_size(unsigned powers)
{
    return prong_exact_size(powers) ? HEAD + 8 * words_of(powers) + 8 : 0;
}

void prong_exact_serialize(const prong_exact *s, void *out)
{
    unsigned char *to = out;
    size_t limbs = words_of((unsigned)s->powers) - COUNTS;
    const uint64_t counts[COUNTS] = { s->count.n, s->count.nan, s->count.pinf, s->count.ninf,
                                      s->count.not_minus_zero };

    memcpy(to, magic, sizeof magic);
    put(to + 8, LAYOUT_VERSION, 4);
    put(to + 12, s->powers, 4);
    to += HEAD;
    for (size_t i = 0; i < COUNTS; i++, to += 8)
        put(to, counts[i], 8);
    for (size_t i = 0; i < limbs; i++, to += 8)
        put(to, s->limb[i], 8);
    put(to, hash(out, (size_t)(to - (unsigned char *)out)), 8);
}

prong_status prong_exact_deserialize(prong_exact *s, size_t size, const void *data, size_t bytes, prong_error *err)
{
    const unsigned char *from = data;
    uint64_t counts[COUNTS];
    unsigned powers;
    size_t want, limbs;

    if (bytes < HEAD || memcmp(from, magic, sizeof magic) != 0)
        return prong_fail(err, PRONG_EDATA, "not the state of an exact sum: it does not begin with PRONGSUM");
    if (get(from + 8, 4) != LAYOUT_VERSION)
        return prong_fail(err, PRONG_EDATA, "a state of version %u; this program reads version %u",
                          (unsigned)get(from + 8, 4), (unsigned)LAYOUT_VERSION);
    powers = (unsigned)get(from + 12, 4);
    want = prong_exact_serial_size(powers);
    if (want == 0)
        return prong_fail(err, PRONG_EDATA, "damaged state: unknown powers 0x%x", powers);
    if (bytes != want)
        return prong_fail(err, PRONG_EDATA, "damaged state: %zu bytes where powers 0x%x take %zu", bytes, powers,
                          want);
    if (get(from + want - 8, 8) != hash(from, want - 8))
        return prong_fail(err, PRONG_EDATA, "damaged state: its checksum does not match");
    if (size < prong_exact_size(powers))
        return prong_fail(err, PRONG_EINVAL, "the state takes %zu bytes, there is room for %zu",
                          prong_exact_size(powers), size);
    limbs = words_of(powers) - COUNTS;
    from += HEAD;
    for (size_t i = 0; i < COUNTS; i++, from += 8)
        counts[i] = get(from, 8);
    s->powers = powers;
    s->count = (prong_exact_counts){ counts[0], counts[1], counts[2], counts[3], counts[4] };
    for (size_t i = 0; i < limbs; i++, from += 8)
        s->limb[i] = get(from, 8);
    return PRONG_OK;
}
