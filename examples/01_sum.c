/* SPDX-License-Identifier: MIT */
/* The smallest parallel fold: the sum of an array by forked workers.
 *
 *     cc 01_sum.c $(pkg-config --cflags --libs prong) -o 01_sum
 *
 * A fold needs a partial result (here a long long), a function that adds elements to a partial, and one that adds a
 * partial to a partial. Which worker computes what is prong's business. */
#include <prong.h>

#include <stdio.h>

enum { N = 1000000 };

static int x[N];

/* Adds the elements first … last-1. Runs in a worker, which sees x as it was when prong_fold forked: nothing is copied.
 * *partial begins as zeroes. */
static int add(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const int *elements = ctx;

    for (uint64_t i = first; i < last; i++)
        *(long long *)partial += elements[i];
    return 0;
}

/* Adds the partial of the elements that follow. Runs in this process. */
static int join(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(long long *)into += *(const long long *)from;
    return 0;
}

int main(void)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
    prong_error err = PRONG_ERROR_INIT;
    long long sum;

    for (int i = 0; i < N; i++)
        x[i] = i + 1;

    spec.count = N;
    spec.partial_size = sizeof sum;
    spec.accumulate = add;
    spec.combine = join;
    spec.ctx = x;
    if (prong_fold(&spec, NULL, &sum, &err) != PRONG_OK) {
        char text[1024];
        prong_error_string(&err, text, sizeof text);
        fprintf(stderr, "01_sum: %s\n", text);
        return 1;
    }
    printf("%lld\n", sum);
    return 0;
}
