/* SPDX-License-Identifier: MIT */
/* Sums of functions of the elements. Each function's value is a double, as near as the C library makes it; their sum is exact.
 * So the results are the same for any number of workers on one machine, and as good as the library's log. */
#include "config.h"

#include "reduce/state.h"

#include <math.h>

enum { AT_ONCE = 256 };

static double inverse(double x)
{
    return 1.0 / x;
}

static void add_function(prong_exact *sum, prong_adder *adder, enum prong_domain domain, const struct prong_batch *batch,
                         double (*function)(double))
{
    double values[AT_ONCE];
    size_t n = 0;

    for (size_t i = 0; i < batch->n; i++) {
        double x = prong_batch_double(domain, batch, i);
        if (x == x)
            values[n++] = function(x);
        if (n == AT_ONCE || (n > 0 && i + 1 == batch->n)) {
            prong_exact_add_f64(sum, adder, values, n);
            n = 0;
        }
    }
}

void prong_logs_add(prong_exact *logs, prong_adder *adder, enum prong_domain domain, const struct prong_batch *batch)
{
    add_function(logs, adder, domain, batch, log);
}

void prong_inverses_add(prong_exact *inverses, prong_adder *adder, enum prong_domain domain, const struct prong_batch *batch)
{
    add_function(inverses, adder, domain, batch, inverse);
}
