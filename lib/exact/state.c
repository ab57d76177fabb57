/* SPDX-License-Identifier: MIT */
/* States as an abelian group: the empty state, merge, unmerge and equality. Each field is a fixed number of limbs
 * in two's complement, the one representation of its value, so integer addition is all there is to it. */
#include "config.h"

#include "exact/state.h"

#include "base/error.h"
#include "exact/wide.h"

#include <string.h>

static const unsigned char limbs_of[PRONG_FIELDS] = { 34, 67, 100, 133, 34, 67, 34, 67, 100, 1 };
static const unsigned char power_of[PRONG_FIELDS] = { 1, 2, 3, 4, 1, 2, 1, 2, 3, 0 };

size_t prong_field_limbs(enum prong_field field)
{
    return limbs_of[field];
}

unsigned prong_field_power(enum prong_field field)
{
    return power_of[field];
}

unsigned prong_fields_of(uint64_t powers)
{
    static const struct {
        unsigned power, fields;
    } of_pairs[] = {
        { PRONG_POWER_PAIRS, 1 << PRONG_FIELD_SUM | 1 << PRONG_FIELD_SUM_Y | 1 << PRONG_FIELD_DOT },
        { PRONG_POWER_PAIR_SQUARES, 1 << PRONG_FIELD_SQUARES | 1 << PRONG_FIELD_SQUARES_Y },
        { PRONG_POWER_WEIGHTED,
          1 << PRONG_FIELD_DOT | 1 << PRONG_FIELD_SUM_Y | 1 << PRONG_FIELD_INFINITE_WEIGHTS },
        { PRONG_POWER_WEIGHTED_SQUARES, 1 << PRONG_FIELD_WEIGHTED_SQUARES },
    };
    unsigned fields = (unsigned)powers & (PRONG_POWERS_OF_ONE | PRONG_POWER_DOT);

    for (size_t i = 0; powers >= PRONG_POWER_PAIRS && i < sizeof of_pairs / sizeof of_pairs[0]; i++)
        if (powers & of_pairs[i].power)
            fields |= of_pairs[i].fields;
    return fields;
}

/* Limbs before field: all of them for PRONG_FIELDS. */
static size_t limbs_before(uint64_t powers, enum prong_field field)
{
    unsigned fields = prong_fields_of(powers);
    size_t limbs = 0;

    for (unsigned i = 0; i < (unsigned)field; i++)
        if (fields >> i & 1)
            limbs += limbs_of[i];
    return limbs;
}

size_t prong_exact_size(unsigned powers)
{
    int valid = (powers > 0 && powers <= PRONG_POWERS_OF_ONE) || powers == PRONG_POWER_DOT ||
                (powers & ~(unsigned)PRONG_POWER_PAIR_SQUARES) == PRONG_POWER_PAIRS ||
                (powers & ~(unsigned)PRONG_POWER_WEIGHTED_SQUARES) == PRONG_POWER_WEIGHTED;

    return valid ? sizeof(prong_exact) + 8 * limbs_before(powers, PRONG_FIELDS) : 0;
}

_Static_assert(sizeof(prong_exact) + 8 * (34 + 67 + 100 + 133 + 34) <= PRONG_EXACT_MAX_SIZE,
               "the public bound on a state's size");
_Static_assert(34 + 67 + 67 + 34 + 67 <= 34 + 67 + 100 + 133 + 34, "of pairs too");

void prong_exact_init(prong_exact *s, unsigned powers)
{
    memset(s, 0, prong_exact_size(powers));
    s->powers = powers;
}

unsigned prong_exact_powers(const prong_exact *s)
{
    return (unsigned)s->powers;
}

void prong_exact_count(const prong_exact *s, prong_exact_counts *counts)
{
    *counts = s->count;
}

uint64_t *prong_exact_limbs(prong_exact *s, enum prong_field field)
{
    return s->limb + limbs_before(s->powers, field);
}

const uint64_t *prong_exact_limbs_const(const prong_exact *s, enum prong_field field)
{
    return s->limb + limbs_before(s->powers, field);
}

static prong_status check_same(const prong_exact *a, const prong_exact *b, prong_error *err)
{
    if (a->powers != b->powers)
        return prong_fail(err, PRONG_EINVAL, "the states hold different powers (0x%x and 0x%x)",
                          (unsigned)a->powers, (unsigned)b->powers);
    return PRONG_OK;
}

prong_status prong_exact_merge(prong_exact *into, const prong_exact *from, prong_error *err)
{
    if (check_same(into, from, err) != PRONG_OK)
        return PRONG_EINVAL;
    into->count.n += from->count.n;
    into->count.nan += from->count.nan;
    into->count.pinf += from->count.pinf;
    into->count.ninf += from->count.ninf;
    into->count.not_minus_zero += from->count.not_minus_zero;
    for (unsigned i = 0; i < PRONG_FIELDS; i++)
        if (prong_fields_of(into->powers) >> i & 1)
            prong_wide_add(prong_exact_limbs(into, i), prong_exact_limbs_const(from, i), limbs_of[i]);
    return PRONG_OK;
}

prong_status prong_exact_unmerge(prong_exact *into, const prong_exact *from, prong_error *err)
{
    if (check_same(into, from, err) != PRONG_OK)
        return PRONG_EINVAL;
    into->count.n -= from->count.n;
    into->count.nan -= from->count.nan;
    into->count.pinf -= from->count.pinf;
    into->count.ninf -= from->count.ninf;
    into->count.not_minus_zero -= from->count.not_minus_zero;
    for (unsigned i = 0; i < PRONG_FIELDS; i++)
        if (prong_fields_of(into->powers) >> i & 1)
            prong_wide_subtract(prong_exact_limbs(into, i), prong_exact_limbs_const(from, i), limbs_of[i]);
    return PRONG_OK;
}

int prong_exact_equal(const prong_exact *a, const prong_exact *b)
{
    return a->powers == b->powers && memcmp(a, b, prong_exact_size((unsigned)a->powers)) == 0;
}

/* Moves the integer part of a field into out; 0 if there is a fractional part or it needs more than words limbs
 * (of two's complement if is_signed). */
static int integer_part(const prong_exact *s, enum prong_field field, uint64_t *out, size_t words, int is_signed)
{
    const uint64_t *limb = prong_exact_limbs_const(s, field);
    size_t limbs = limbs_of[field];
    unsigned bit = PRONG_UNIT * power_of[field];
    size_t first = bit / 64;
    unsigned shift = bit % 64;
    uint64_t fraction = limb[first] & ((UINT64_C(1) << shift) - 1);
    uint64_t sign;

    for (size_t i = 0; i < first; i++)
        fraction |= limb[i];
    if (fraction)
        return 0;
    for (size_t i = 0; i < words; i++)
        out[i] = limb[first + i] >> shift | (shift ? limb[first + i + 1] << (64 - shift) : 0);
    sign = is_signed && out[words - 1] >> 63 ? UINT64_MAX : 0;
    for (size_t i = first + words + 1; i < limbs; i++)
        if (limb[i] != sign)
            return 0;
    return limb[first + words] >> shift == sign >> shift;
}

int prong_exact_integer(const prong_exact *s, int64_t *hi, uint64_t *lo)
{
    enum prong_field field = s->powers & PRONG_POWER_SUM ? PRONG_FIELD_SUM : PRONG_FIELD_DOT;
    uint64_t out[2];

    if (!(s->powers & (PRONG_POWER_SUM | PRONG_POWER_DOT | PRONG_POWER_WEIGHTED)) || s->count.nan ||
        s->count.pinf || s->count.ninf || !integer_part(s, field, out, 2, 1))
        return 0;
    *hi = (int64_t)out[1];
    *lo = out[0];
    return 1;
}

int prong_exact_integer_squares(const prong_exact *s, uint64_t w[3])
{
    uint64_t out[3];

    if (!prong_exact_has(s, PRONG_POWER_SQUARES) || s->count.nan || s->count.pinf || s->count.ninf ||
        !integer_part(s, PRONG_FIELD_SQUARES, out, 3, 0))
        return 0;
    memcpy(w, out, sizeof out);
    return 1;
}
