/* SPDX-License-Identifier: MIT */
/* The pool that one writes first: forked workers, a pipe to each for its orders, one pipe back. */
#ifndef PRONG_BENCH_PIPES_H
#define PRONG_BENCH_PIPES_H

#include <sys/types.h>

enum { PIPES_MOST = 16 };

struct pipes {
    int workers;
    int orders[PIPES_MOST];
    int answers;
    pid_t pids[PIPES_MOST];
};

int pipes_create(struct pipes *pool, int workers);
/* Dispatch and join of an empty job. */
int pipes_run(const struct pipes *pool);
void pipes_destroy(struct pipes *pool);

#endif
