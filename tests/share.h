/* SPDX-License-Identifier: MIT */
/* What a test does of its many cases: all of n, or n / PRONG_TEST_SHARE. A build whose like was tested whole needs to show only
 * that nothing depends on the compiler or on an option of configure. */
#ifndef TESTS_SHARE_H
#define TESTS_SHARE_H

#include <stdlib.h>

static inline int test_share_of(int n)
{
    const char *share = getenv("PRONG_TEST_SHARE");
    int by = share ? atoi(share) : 1;

    return by > 1 ? (n + by - 1) / by : n;
}

/* Of a table of n cases, each of which has a process of its own: under valgrind, where a fork takes a second, the share. */
static inline int test_cases_of(int n)
{
    return getenv("PRONG_VALGRIND") ? test_share_of(n) : n;
}

#endif
