/* SPDX-License-Identifier: MIT */
/* Which kernels run: what base/isa.h says. */
#include "config.h"

#include "order/kernel.h"

#include "base/isa.h"

const struct prong_order_kernel *prong_order_kernel_choose(void)
{
    switch (prong_isa()) {
#ifdef PRONG_HAVE_AVX512
    case PRONG_ISA_AVX512:
        return &prong_order_avx512;
#endif
#ifdef PRONG_HAVE_AVX2
    case PRONG_ISA_AVX2:
        return &prong_order_avx2;
#endif
    default:
        return &prong_order_portable;
    }
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
