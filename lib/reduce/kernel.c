/* SPDX-License-Identifier: MIT */
/* Which kernels run: lib/exact knows what the machine has and what PRONG_ISA asks for. Those for AVX2 serve AVX-512 as well: what
 * they do is bound by memory before wider vectors would help. Places are not. */
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

const struct prong_places_kernel *prong_places_kernel_choose(void)
{
    static const struct prong_places_kernel *const has[] = {
#ifdef PRONG_HAVE_AVX512
        &prong_places_avx512,
#endif
#ifdef PRONG_HAVE_AVX2
        &prong_places_avx2,
#endif
        &prong_places_portable,
    };
    const char *isa = prong_kernel_choose()->isa;
    size_t i = 0;

    while (i + 1 < sizeof has / sizeof has[0] && strcmp(isa, has[i]->isa) != 0)
        i++;
    return has[i];
}
