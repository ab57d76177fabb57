/* SPDX-License-Identifier: MIT */
/* A finite number as a sign, an integer and a place: what the paths without windows and tables work with. */
#ifndef PRONG_EXACT_PIECE_H
#define PRONG_EXACT_PIECE_H

#include "exact/adder.h"

/* ±m * 2^(place - 1074) */
struct prong_piece {
    uint64_t m;
    unsigned place;
    bool negative;
};

static inline struct prong_piece prong_piece_f64(uint64_t bits)
{
    uint64_t exponent = bits >> 52 & 0x7ff, fraction = bits << 12 >> 12;

    return (struct prong_piece){ exponent ? fraction | UINT64_C(1) << 52 : fraction, prong_place(exponent),
                                 bits >> 63 != 0 };
}

static inline struct prong_piece prong_piece_integer(uint64_t word, bool is_signed)
{
    bool negative = is_signed && word >> 63;

    return (struct prong_piece){ negative ? -word : word, PRONG_UNIT, negative };
}

#endif
