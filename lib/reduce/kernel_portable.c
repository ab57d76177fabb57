/* SPDX-License-Identifier: MIT */
/* The kernels for any machine. */
#include "config.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define LESSER(a, b) ((vd)_mm_min_pd((a), (b)))
#define GREATER(a, b) ((vd)_mm_max_pd((a), (b)))
#endif

#define LANES 2
#define KERNEL prong_reduce_portable
#define PLACES prong_places_portable
#define ISA "portable"

#include "reduce/factors.h"
#include "reduce/places.h"
#include "reduce/rows.h"

const struct prong_reduce_kernel KERNEL = {
    .isa = ISA, .multiply = multiply_groups, .rows_doubles = rows_doubles, .rows_keys = rows_keys
};
