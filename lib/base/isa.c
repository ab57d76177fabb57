/* SPDX-License-Identifier: MIT */
/* Which instruction sets kernels may use: what processor and build both have, unless PRONG_ISA asks for less. */
#include "config.h"

#include "base/isa.h"

#include <stdlib.h>
#include <string.h>

static enum prong_isa best(void)
{
#if defined(PRONG_HAVE_AVX2) || defined(PRONG_HAVE_AVX512)
    __builtin_cpu_init();
#endif
#ifdef PRONG_HAVE_AVX512
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return PRONG_ISA_AVX512;
#endif
#ifdef PRONG_HAVE_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return PRONG_ISA_AVX2;
#endif
    return PRONG_ISA_PORTABLE;
}

enum prong_isa prong_isa(void)
{
    static const char *const names[] = { "portable", "avx2", "avx512" };
    const char *wanted = getenv("PRONG_ISA");
    enum prong_isa isa = best();

    for (int i = 0; wanted && i <= (int)isa; i++)
        if (strcmp(wanted, names[i]) == 0)
            return (enum prong_isa)i;
    return isa;
}
