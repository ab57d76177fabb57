/* SPDX-License-Identifier: MIT */
/* The kernels for any machine: two lanes, which every 64-bit processor has. Fused multiply-add is not taken for
 * granted here (in software it is far slower than the integer path), so there are none for products. */
#include "config.h"

#define LANES 2
#define KERNEL prong_kernel_portable
#define ISA "portable"

#include "exact/table.h"
