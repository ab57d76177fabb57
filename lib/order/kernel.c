/* SPDX-License-Identifier: MIT */
/* Which kernels run: lib/exact knows what the machine has and what PRONG_ISA asks for. */
#include "config.h"

#include "order/kernel.h"

#include "exact/kernel.h"

#include <string.h>

const struct prong_order_kernel *prong_order_kernel_choose(void)
{
    static const struct prong_order_kernel *const has[] = {
#ifdef PRONG_HAVE_AVX512
        &prong_order_avx512,
#endif
#ifdef PRONG_HAVE_AVX2
        &prong_order_avx2,
#endif
        &prong_order_portable,
    };
    const char *isa = prong_kernel_choose()->isa;
    size_t i = 0;

    while (i + 1 < sizeof has / sizeof has[0] && strcmp(isa, has[i]->isa) != 0)
        i++;
    return has[i];
}

void prong_reach_i64(const int64_t *x, size_t n, int64_t *min, int64_t *max)
{
    prong_order_kernel_choose()->reach_keys((const uint64_t *)x, n, 0, min, max);
}

void prong_reach_u64(const uint64_t *x, size_t n, uint64_t *min, uint64_t *max)
{
    const uint64_t sign = UINT64_C(1) << 63;
    int64_t least, most;

    prong_order_kernel_choose()->reach_keys(x, n, sign, &least, &most);
    *min = (uint64_t)least ^ sign;
    *max = (uint64_t)most ^ sign;
}
