/* SPDX-License-Identifier: MIT */
/* Which kernels run: the best that processor and build both have, unless PRONG_ISA asks for less. */
#include "config.h"

#include "exact/kernel.h"

#include <stdlib.h>
#include <string.h>

const struct prong_kernel *prong_kernel_choose(void)
{
    const struct prong_kernel *has[3];
    size_t n = 0;
    const char *wanted = getenv("PRONG_ISA");

#if defined(PRONG_HAVE_AVX2) || defined(PRONG_HAVE_AVX512)
    __builtin_cpu_init();
#endif
#ifdef PRONG_HAVE_AVX512
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        has[n++] = &prong_kernel_avx512;
#endif
#ifdef PRONG_HAVE_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        has[n++] = &prong_kernel_avx2;
#endif
    has[n++] = &prong_kernel_portable;
    for (size_t i = 0; wanted && i < n; i++)
        if (strcmp(wanted, has[i]->isa) == 0)
            return has[i];
    return has[0];
}
