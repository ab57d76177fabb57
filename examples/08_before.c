/* SPDX-License-Identifier: MIT */
/* A serial program that uses a library which is not thread-safe. For its parallel form see 08_unsafe_library.c. */
#include "08_library.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned n = 11;

/* The solutions whose queens in the first two rows stand in these columns. */
static unsigned long solve(unsigned first, unsigned second)
{
    queens_begin(n);
    if (!queens_put(first) || !queens_put(second))
        return 0;
    return queens_count();
}

int main(int argc, char **argv)
{
    unsigned long total = 0;

    if (argc > 1)
        n = (unsigned)strtoul(argv[1], NULL, 10);
    for (unsigned i = 0; i < n * n; i++) {
        unsigned long found = solve(i / n, i % n);
        total += found;
        if (i < 4)
            printf("queens at %u, %u: %lu\n", i / n, i % n, found);
    }
    printf("%u queens: %lu\n", n, total);
    return 0;
}
