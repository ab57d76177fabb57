/* SPDX-License-Identifier: MIT */
/* Which runs a program is put through, and their outcomes. */
#ifndef LAB_PLAN_H
#define LAB_PLAN_H

#include "cage.h"
#include "run.h"

enum run_kind { RUN_PLAIN, RUN_SERIAL, RUN_FAULT, RUN_CHILD_KILLED, RUN_EINTR, RUN_KEY, RUN_SIGINT, RUN_SIGKILL };

struct run {
    enum run_kind kind;
    char name[64];
    struct job job;
    struct outcome *outcome; /* NULL: it was not run */
    const char *why_not;     /* then */
};

enum { RUNS_MAX = 20 };

struct plan {
    struct run runs[RUNS_MAX];
    int count;
    bool watched;     /* the library was loaded */
    bool interrupted; /* somebody ended the grader */
    int error;        /* the program could not be started: errno, or 0 */
};

/* Runs everything. Stops after a run that reached the limit of time or of memory: the next would, too. */
void plan_run(struct plan *plan, struct cage *cage);
void plan_free(struct plan *plan);

#endif
