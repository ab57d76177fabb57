/* SPDX-License-Identifier: MIT */
/* Bitwise operations on integers, and a hash of what an array holds, whatever the order of its elements.
 *
 * The hash is the sum, modulo 2^64, of every element's value mixed by the finalizer of splitmix64 (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", 2014; constants by Stafford), so that exchanging two elements keeps it
 * and changing one does not. Values that compare equal hash alike: +0 and -0, all NaN, and an integer whatever its width. */
#include "config.h"

#include "reduce/state.h"

#include <math.h>
#include <string.h>

void prong_bits_init(struct prong_bits *x)
{
    *x = (struct prong_bits){ .all = UINT64_MAX };
}

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t canonical(double x)
{
    uint64_t bits;

    if (x != x)
        x = fabs((double)NAN);
    else if (x == 0)
        x = 0.0;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static void add_word(struct prong_bits *x, uint64_t word)
{
    x->all &= word;
    x->any |= word;
    x->odd ^= word;
}

/* Text comes as doubles: those that are whole numbers have bits as well. */
static bool add_doubles(struct prong_bits *x, const struct prong_batch *batch)
{
    const double most = 9223372036854775808.0; /* 2^63 */
    bool whole = true;

    for (size_t i = 0; i < batch->n; i++) {
        double value = batch->f[i];
        if (value != value)
            continue;
        whole = whole && value >= -most && value < most && value == floor(value);
        if (whole)
            add_word(x, (uint64_t)(int64_t)value);
    }
    return whole;
}

void prong_bits_add(struct prong_bits *x, enum prong_domain domain, const struct prong_batch *batch)
{
    for (size_t i = 0; i < batch->n; i++)
        x->hash += mix(domain == PRONG_DOMAIN_F64 ? canonical(batch->f[i]) : batch->u[i]);
    if (domain == PRONG_DOMAIN_F64) {
        x->fractions |= !add_doubles(x, batch);
        return;
    }
    for (size_t i = 0; i < batch->n; i++)
        add_word(x, batch->u[i]);
}

void prong_bits_combine(struct prong_bits *into, const struct prong_bits *from)
{
    into->all &= from->all;
    into->any |= from->any;
    into->odd ^= from->odd;
    into->hash += from->hash;
    into->fractions |= from->fractions;
}
