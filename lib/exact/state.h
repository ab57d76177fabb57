/* SPDX-License-Identifier: MIT */
/* The layout of a state. Counts first, then the limbs of each power in the mask, in the order of enum prong_field;
 * every byte is defined, so that equality is memcmp. */
#ifndef PRONG_EXACT_STATE_H
#define PRONG_EXACT_STATE_H

#include "prong/exact.h"

struct prong_exact {
    uint64_t powers;
    prong_exact_counts count;
    uint64_t limb[];
};

/* Which sum a run of limbs is: of those of x, the bit number of its power. */
enum prong_field {
    PRONG_FIELD_SUM,
    PRONG_FIELD_SQUARES,
    PRONG_FIELD_CUBES,
    PRONG_FIELD_FOURTHS,
    PRONG_FIELD_ABS,
    PRONG_FIELD_DOT,
    PRONG_FIELD_SUM_Y,
    PRONG_FIELD_SQUARES_Y,
    PRONG_FIELD_WEIGHTED_SQUARES,
    PRONG_FIELD_INFINITE_WEIGHTS, /* no sum but a count: the class of a pair does not tell */
    PRONG_FIELDS
};

enum {
    PRONG_POWERS_OF_ONE = PRONG_POWER_DOT - 1, /* all masks of states that are not of pairs */
    PRONG_POWERS_OF_PAIRS = PRONG_POWER_DOT | PRONG_POWER_PAIRS | PRONG_POWER_WEIGHTED
};

enum {
    /* Every product of p finite doubles is a multiple of 2^(-1074 p) below 2^(1024 p); 64 bits more for 2^64 of
     * them, one for the sign. */
    PRONG_UNIT = 1074,
    PRONG_MAX_LIMBS = 133
};

size_t prong_field_limbs(enum prong_field field);
unsigned prong_field_power(enum prong_field field); /* the lowest bit is worth 2^(-1074 * this) */

/* A bit for each field that a state with these powers has. */
unsigned prong_fields_of(uint64_t powers);

/* The limbs of a field, which the mask must hold. */
uint64_t *prong_exact_limbs(prong_exact *s, enum prong_field field);
const uint64_t *prong_exact_limbs_const(const prong_exact *s, enum prong_field field);

static inline int prong_exact_field(const prong_exact *s, enum prong_field field)
{
    return (int)(prong_fields_of(s->powers) >> field & 1);
}

static inline uint64_t *prong_limbs_or_null(prong_exact *s, enum prong_field field)
{
    return prong_exact_field(s, field) ? prong_exact_limbs(s, field) : NULL;
}

static inline int prong_exact_has(const prong_exact *s, unsigned powers)
{
    return (s->powers & powers) == powers;
}

#endif
