/* SPDX-License-Identifier: MIT */
/* Which kernels run: what base/isa.h says. Those for AVX-512 want more of it than the other rooms do (VBMI2 and CD, which
 * processors have had since Ice Lake and Zen 4); those for AVX2 serve where that is missing. */
#include "config.h"

#include "array/strip.h"

#include "base/isa.h"

const struct prong_strip_kernel *prong_strip_choose(void)
{
    enum prong_isa isa = prong_isa();

#ifdef PRONG_HAVE_AVX512
    if (isa == PRONG_ISA_AVX512 && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("bmi2"))
        return &prong_strip_avx512;
#endif
#ifdef PRONG_HAVE_AVX2
    if (isa >= PRONG_ISA_AVX2 && __builtin_cpu_supports("bmi2"))
        return &prong_strip_avx2;
#endif
    (void)isa;
    return NULL;
}
