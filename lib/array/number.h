/* SPDX-License-Identifier: MIT */
/* Inside of the number parser: what the text reader and the number parser share. */
#ifndef PRONG_ARRAY_NUMBER_H
#define PRONG_ARRAY_NUMBER_H

#include "array/array.h"

/* Powers of five from 5^-342 to 5^308: the first 128 bits, the top one set. Exact or cut off, but rounded up from
 * 5^-27 to 5^-1, as the algorithm in number.c wants them. */
enum { PRONG_POWER_MIN = -342, PRONG_POWER_MAX = 308 };

struct prong_power {
    uint64_t high;
    uint64_t low;
};

/* The table, indexed by power - PRONG_POWER_MIN; filled at the first call. */
const struct prong_power *prong_powers(void);

/* The same for a text of so many bytes, or NULL if it is so short that the few numbers that want the table had better be left to
 * prong_text_number. */
const struct prong_power *prong_powers_for(size_t bytes);

/* Reads the decimal number at the front of [at, limit). True: *value is it, correctly rounded, and *end the byte
 * behind it. False: what is there is no such number, or one that needs prong_text_number. powers may be NULL: that is the case
 * more often then. */
bool prong_number_front(const char *at, const char *limit, const struct prong_power *powers, double *value,
                        const char **end);

#endif
