/* SPDX-License-Identifier: MIT */
/* What the two halves of check_promises share: folds with a known sum. */
#ifndef PRONG_TESTS_CHECK_PROMISES_H
#define PRONG_TESTS_CHECK_PROMISES_H

#include <prong.h>

#include <check.h>

#define COUNT 2000
#define SUM ((uint64_t)COUNT * (COUNT - 1) / 2)

prong_options with_workers(int workers);
int add_range(void *partial, uint64_t first, uint64_t last, void *ctx);
prong_fold_spec summing(int (*accumulate)(void *, uint64_t, uint64_t, void *), void *ctx);
void *shared_memory(void);
void folds_work(int workers, unsigned flags);

Suite *bodies_suite(void);

#endif
