/* SPDX-License-Identifier: MIT */
/* Wide two's complement integers in an array of 64-bit limbs, the lowest first: the sums inside a state. Every
 * operation is modulo 2^(64 * limbs); the fields of a state are wide enough that nothing wraps before 2^64
 * elements, so there is exactly one array of limbs for each value, and equal values are equal bytes. */
#ifndef PRONG_EXACT_WIDE_H
#define PRONG_EXACT_WIDE_H

#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 prong_i128;
__extension__ typedef unsigned __int128 prong_u128;

/* Carries (+1) or borrows (-1) from limb at upwards. */
static inline void prong_wide_ripple(uint64_t *limb, size_t limbs, size_t at, int carry)
{
    if (carry > 0) {
        while (at < limbs && ++limb[at] == 0)
            at++;
    } else if (carry < 0) {
        while (at < limbs && limb[at]-- == 0)
            at++;
    }
}

/* Adds value * 2^bit. Bits that would lie beyond the top limb must be copies of the sign. */
static inline void prong_wide_deposit(uint64_t *limb, size_t limbs, unsigned bit, prong_i128 value)
{
    size_t at = bit / 64;
    unsigned shift = bit % 64;
    prong_u128 low = (prong_u128)value << shift;
    /* what the shift pushes out of 128 bits, with the sign above it */
    uint64_t high = shift ? (uint64_t)(value >> (128 - shift)) : (uint64_t)(value >> 127);
    uint64_t part[3] = { (uint64_t)low, (uint64_t)(low >> 64), high };
    unsigned carry = 0;

    for (size_t i = 0; i < 3 && at < limbs; i++, at++) {
        prong_u128 sum = (prong_u128)limb[at] + part[i] + carry;
        limb[at] = (uint64_t)sum;
        carry = (unsigned)(sum >> 64);
    }
    prong_wide_ripple(limb, limbs, at, (int)carry - (value < 0));
}

/* Adds (sign > 0) or subtracts count unsigned limbs, shifted left by bit. */
static inline void prong_wide_deposit_limbs(uint64_t *limb, size_t limbs, unsigned bit, const uint64_t *part,
                                            size_t count, int sign)
{
    size_t at = bit / 64;
    unsigned shift = bit % 64;
    uint64_t below = 0;
    unsigned carry = 0;

    for (size_t i = 0; i <= count && at < limbs; i++, at++) {
        uint64_t here = i < count ? part[i] : 0;
        uint64_t word = shift ? here << shift | below >> (64 - shift) : here;
        prong_u128 sum = sign > 0 ? (prong_u128)limb[at] + word + carry : (prong_u128)limb[at] - word - carry;
        limb[at] = (uint64_t)sum;
        carry = (unsigned)(sum >> 64) & 1;
        below = here;
    }
    prong_wide_ripple(limb, limbs, at, sign > 0 ? (int)carry : -(int)carry);
}

static inline void prong_wide_add(uint64_t *into, const uint64_t *from, size_t limbs)
{
    unsigned carry = 0;

    for (size_t i = 0; i < limbs; i++) {
        prong_u128 sum = (prong_u128)into[i] + from[i] + carry;
        into[i] = (uint64_t)sum;
        carry = (unsigned)(sum >> 64);
    }
}

static inline void prong_wide_subtract(uint64_t *into, const uint64_t *from, size_t limbs)
{
    unsigned borrow = 0;

    for (size_t i = 0; i < limbs; i++) {
        prong_u128 difference = (prong_u128)into[i] - from[i] - borrow;
        into[i] = (uint64_t)difference;
        borrow = (unsigned)(difference >> 64) & 1;
    }
}

#endif
