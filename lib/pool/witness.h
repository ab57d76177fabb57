/* SPDX-License-Identifier: MIT */
/* Does a worker see what its parent sees? For PRONG_CHECK_CTX. */
#ifndef PRONG_POOL_WITNESS_H
#define PRONG_POOL_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sum that tells bytes from other bytes, but not from those of somebody who means to deceive. */
uint64_t prong_witness_sum(const void *at, size_t size);

/* Are these bytes there in this process, and do they have this sum? */
bool prong_witness_agrees(const void *at, size_t size, uint64_t sum);

#endif
