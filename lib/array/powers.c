/* SPDX-License-Identifier: MIT */
/* The powers of five for number.c, computed at the first use with plain long arithmetic: 10 KiB in some 20
 * microseconds, against a table of 651 lines that nobody could check. */
#include "config.h"

#include "array/number.h"

#include <pthread.h>
#include <stdatomic.h>

/* Long numbers of 32-bit limbs, the lowest first. 992 bits hold 5^342 (795 bits), and 2^991 divided by it keeps
 * 196. */
enum { LIMBS = 31 };

static struct prong_power table[PRONG_POWER_MAX - PRONG_POWER_MIN + 1];
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_bool filled;

/* So much text is read in about the time that the table takes. */
enum { WORTH_IT = 4096 };

/* The first 128 bits below and including the highest that is set. */
static struct prong_power front(const uint32_t *limbs)
{
    uint64_t part[3] = { 0 }; /* 64 bits each, from the highest limb that is not 0 down */
    int top = LIMBS - 1, zeros;

    while (!limbs[top])
        top--;
    zeros = __builtin_clz(limbs[top]);
    for (int i = 0; i < 6 && i <= top; i++)
        part[i / 2] |= (uint64_t)limbs[top - i] << (i % 2 ? 0 : 32);
    if (zeros == 0)
        return (struct prong_power){ part[0], part[1] };
    return (struct prong_power){ part[0] << zeros | part[1] >> (64 - zeros), part[1] << zeros | part[2] >> (64 - zeros) };
}

static void fill(void)
{
    uint32_t limbs[LIMBS] = { 1 };

    for (int power = 0; power <= PRONG_POWER_MAX; power++) {
        uint64_t carry = 0;
        table[power - PRONG_POWER_MIN] = front(limbs);
        for (int i = 0; i < LIMBS; i++) {
            carry += (uint64_t)limbs[i] * 5;
            limbs[i] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    /* floor(floor(x / 5) / 5) is floor(x / 25): dividing step by step loses nothing. */
    for (int i = 0; i < LIMBS; i++)
        limbs[i] = 0;
    limbs[LIMBS - 1] = UINT32_C(1) << 31;
    for (int power = -1; power >= PRONG_POWER_MIN; power--) {
        struct prong_power *entry = &table[power - PRONG_POWER_MIN];
        uint64_t rest = 0;
        for (int i = LIMBS - 1; i >= 0; i--) {
            rest = rest << 32 | limbs[i];
            limbs[i] = (uint32_t)(rest / 5);
            rest %= 5;
        }
        *entry = front(limbs);
        if (power >= -27 && ++entry->low == 0)
            entry->high++;
    }
    atomic_store_explicit(&filled, true, memory_order_release);
}

const struct prong_power *prong_powers(void)
{
    pthread_once(&once, fill);
    return table;
}

const struct prong_power *prong_powers_for(size_t bytes)
{
    return bytes >= WORTH_IT || atomic_load_explicit(&filled, memory_order_acquire) ? prong_powers() : NULL;
}
