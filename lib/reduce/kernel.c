/* SPDX-License-Identifier: MIT */
/* Which kernels run: what base/isa.h says. Those for AVX2 serve AVX-512 as well: what they do is bound by memory before wider
 * vectors would help. Places are not. */
#include "config.h"

#include "reduce/kernel.h"

#include "base/isa.h"

const struct prong_reduce_kernel *prong_reduce_kernel_choose(void)
{
#ifdef PRONG_HAVE_AVX2
    if (prong_isa() != PRONG_ISA_PORTABLE)
        return &prong_reduce_avx2;
#endif
    return &prong_reduce_portable;
}

const struct prong_places_kernel *prong_places_kernel_choose(void)
{
    switch (prong_isa()) {
#ifdef PRONG_HAVE_AVX512
    case PRONG_ISA_AVX512:
        return &prong_places_avx512;
#endif
#ifdef PRONG_HAVE_AVX2
    case PRONG_ISA_AVX2:
        return &prong_places_avx2;
#endif
    default:
        return &prong_places_portable;
    }
}
