/* SPDX-License-Identifier: MIT */
/* Which kernels run: the best that processor and build both have, unless PRONG_ISA asks for less. */
#include "config.h"

#include "exact/kernel.h"

#include "base/isa.h"

const struct prong_kernel *prong_kernel_choose(void)
{
    switch (prong_isa()) {
#ifdef PRONG_HAVE_AVX512
    case PRONG_ISA_AVX512:
        return &prong_kernel_avx512;
#endif
#ifdef PRONG_HAVE_AVX2
    case PRONG_ISA_AVX2:
        return &prong_kernel_avx2;
#endif
    default:
        return &prong_kernel_portable;
    }
}
