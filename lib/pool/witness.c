/* SPDX-License-Identifier: MIT */
/* Nothing tells a pointer into memory that is as it was at the fork from any other: so the parent says what it sees there,
 * and each worker says whether it sees the same. */
#include "config.h"

#include "pool/witness.h"

#include <sys/mman.h>
#include <unistd.h>

/* FNV-1a. */
uint64_t prong_witness_sum(const void *at, size_t size)
{
    const unsigned char *bytes = at;
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++)
        sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
    return sum;
}

bool prong_witness_agrees(const void *at, size_t size, uint64_t sum)
{
    size_t into_page = (uintptr_t)at % (uintptr_t)sysconf(_SC_PAGESIZE);

    /* With MS_ASYNC it does nothing but look: ENOMEM if part of it is not mapped. */
    if (msync((void *)((uintptr_t)at - into_page), into_page + size, MS_ASYNC) == -1)
        return false;
    return prong_witness_sum(at, size) == sum;
}
