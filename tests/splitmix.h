/* SPDX-License-Identifier: MIT */
/* The random numbers of tests, the same everywhere: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
 * generators", 2014. */
#ifndef PRONG_TESTS_SPLITMIX_H
#define PRONG_TESTS_SPLITMIX_H

#include <stdint.h>

static inline uint64_t splitmix64(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

#endif
