/* SPDX-License-Identifier: MIT */
/* The last step of selection: the keys at given ranks among keys that fit in memory. */
#ifndef PRONG_ORDER_SELECT_H
#define PRONG_ORDER_SELECT_H

#include "order/keys.h"

/* Moves keys so that key[rank[i]] is what it would be if all m were sorted, for each of the ranks, which ascend (equal
 * ones are allowed) and are below m. Expected time O(m log ranks); never more than some 128 passes over the keys. */
void prong_select(int64_t *key, size_t m, const uint64_t *rank, size_t ranks);

#endif
