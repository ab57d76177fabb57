/* SPDX-License-Identifier: MIT */
/* One run of the graded program: what it is given, and what was seen. */
#ifndef LAB_RUN_H
#define LAB_RUN_H

#include "log.h"

#include <stdbool.h>
#include <stddef.h>

enum { RUN_SEGMENTS = 32, RUN_OUTPUT = 65536 };

struct segment {
    int id, mode;
    key_t key;
    size_t size;
    pid_t creator;
    uid_t uid;
    int attached;
};

/* What became of a segment that the grader put at a key of the program's before the run. */
enum occupied { OCCUPIED_NOT, OCCUPIED_INTACT, OCCUPIED_CHANGED, OCCUPIED_GONE };

/* What is asked for. */
struct job {
    const char *name; /* for people, as in "N=4" */
    int workers;
    int numbers; /* a file with the input, open for reading */
    long long sum;
    int signal;     /* sent while the workers work, or 0 */
    bool to_leader; /* … to the program alone, not to its whole group */
    key_t key;      /* occupied before the run, or 0 */
};

/* What was seen. In memory that the grader shares with the process that watches over the run. */
struct outcome {
    bool started;      /* the program was executed; otherwise why says what was missing */
    int why;           /* errno */
    bool ended;        /* status is valid */
    bool late;         /* it was still there at the time limit */
    bool broken;       /* who watched over it was ended, so nothing else was seen */
    bool log_cut;      /* the program cut the log off */
    char home[128];    /* its directory */
    int status;        /* as waitpid gives it */
    bool signalled;    /* job->signal was sent in time */
    int unreaped;      /* children that had ended and that the program did not wait for */
    int left;          /* processes that were alive after its end */
    int segment_count; /* left behind */
    struct segment segments[RUN_SEGMENTS];
    enum occupied occupied;
    int refused; /* forks that the process limit refused; 0 where no cgroup counts them */
    bool too_much;     /* it had more memory than it may */
    size_t output_size;
    char output[RUN_OUTPUT];
    struct log log;
};

#endif
