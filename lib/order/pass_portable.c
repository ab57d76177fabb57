/* SPDX-License-Identifier: MIT */
/* The kernels for any machine. */
#include "config.h"

#define LANES 2
#define KERNEL prong_order_portable
#if defined(__x86_64__) || defined(__i386__)
#define EDGES_MOST 4 /* SSE2 cannot compare integers of 64 bits */
#else
#define EDGES_MOST PRONG_PASS_EDGES
#endif
#define ISA "portable"

#include "order/pass.h"
