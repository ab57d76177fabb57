/* SPDX-License-Identifier: MIT */
/* Which kernels run: lib/exact knows what the machine has and what PRONG_ISA asks for. Those for AVX2 serve AVX-512 as well: what
 * they do is bound by memory before wider vectors would help. */
#include "config.h"

#include "reduce/kernel.h"

#include "exact/kernel.h"

#include <string.h>

const struct prong_reduce_kernel *prong_reduce_kernel_choose(void)
{
#ifdef PRONG_HAVE_AVX2
    if (strcmp(prong_kernel_choose()->isa, "portable") != 0)
        return &prong_reduce_avx2;
#endif
    return &prong_reduce_portable;
}
