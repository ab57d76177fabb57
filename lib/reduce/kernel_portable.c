/* SPDX-License-Identifier: MIT */
/* The kernels for any machine. */
#include "config.h"

#define LANES 2
#define KERNEL prong_reduce_portable
#define ISA "portable"

#include "reduce/factors.h"
#include "reduce/rows.h"

const struct prong_reduce_kernel KERNEL = {
    .isa = ISA, .multiply = multiply_groups, .rows_doubles = rows_doubles, .rows_keys = rows_keys
};
