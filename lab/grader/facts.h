/* SPDX-License-Identifier: MIT */
/* What can be said of one run without judging it. */
#ifndef LAB_FACTS_H
#define LAB_FACTS_H

#include "plan.h"

struct facts {
    bool crashed;        /* the program died of a signal that tells of a bug in memory, or of abort */
    bool worker_crashed; /* one of its children did, and it was told so by wait */
    bool right;          /* exactly one answer, and the right one */
    bool short_sum;      /* exactly one answer, and a smaller one */
    int answers;
    long long value;   /* of the last answer */
    bool exited_zero;  /* exit status 0 */
    char repeated[80]; /* a line that was printed more than once, or "" */
    int forks, forks_by_children;
    int made, removals; /* segments made; IPC_RMID, successful or not */
    bool interrupted;   /* a wait returned with EINTR */
    const struct log_event *shmat_failed, *shmget_failed, *flush, *slack, *pointer, *removed_by_child;
    const struct log_event *wide, *no_mode; /* shmget's with modes that are too wide, or with none */
    bool clocked;                           /* clock() before the first fork and after the last wait */
};

void facts_find(struct facts *facts, const struct run *run);

/* How the run ended, in words. */
void facts_describe(const struct run *run, char *text, size_t size);

#endif
