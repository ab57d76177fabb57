/* SPDX-License-Identifier: MIT */
/* How much memory a run has, where no cgroup bounds it. */
#ifndef LAB_MEMORY_H
#define LAB_MEMORY_H

#include "cage.h"

#include <stddef.h>

/* Bytes that this process's descendants have for themselves, and what the program's segments have now and had not before. */
size_t memory_used(const struct cage *cage, size_t segments_before);

/* Bytes of all segments of the program's user; in a namespace, of all. */
size_t memory_of_segments(const struct cage *cage);

#endif
