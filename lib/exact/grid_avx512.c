/* SPDX-License-Identifier: MIT */
/* The kernels for AVX-512: compiled with its flags, entered only where the processor has it. */
#include "config.h"

#include <immintrin.h>

#define LANES 8
#define KERNEL prong_kernel_avx512
#define ISA "avx512"
#define FMSUB(a, b, c) ((vd)_mm512_fmsub_pd((a), (b), (c)))

#include "exact/grid.h"
