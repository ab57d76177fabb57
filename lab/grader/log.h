/* SPDX-License-Identifier: MIT */
/* What the watching library (watch.c) and the grader share: a file that both map.
 *
 * The grader writes orders before the program starts; every process of the program appends events. Nobody locks: a place
 * is taken by an atomic addition, and its kind is stored last, so a process that dies in between leaves a hole and no
 * more. The program could write here, too: the log is evidence about honest programs, not about clever ones. */
#ifndef LAB_LOG_H
#define LAB_LOG_H

#include <stdint.h>
#include <sys/types.h>

#define LOG_VARIABLE "PRONG_GRADE_LOG"

enum { LOG_EVENTS = 8192 };

/* Calls that can be made to fail. */
enum log_call { CALL_NONE, CALL_SHMGET, CALL_SHMAT, CALL_FORK, LOG_CALLS };

enum log_kind {
    EVENT_NONE,
    EVENT_SHMGET,  /* a: id, b: size, c: key, d: flags */
    EVENT_SHMAT,   /* a: id, b: address */
    EVENT_SHMDT,   /* a: id, b: address */
    EVENT_RMID,    /* a: id */
    EVENT_FORK,    /* a: the child */
    EVENT_WAIT,    /* a: the child, b: its status */
    EVENT_WAITING, /* is about to wait */
    EVENT_CLOCK,   /* clock() was called */
    EVENT_FLUSH,   /* a: bytes of the parent's stdout that a child leaves to its exit() */
    EVENT_SLACK,   /* a: id, b: offset of a byte written behind the size asked for, c: that size */
    EVENT_POINTER, /* a: id, b: offset, c: the value, an address at which the segment is attached in process d */
    EVENT_FAULT    /* a: the call that failed by order */
};

struct log_event {
    int kind; /* stored last */
    pid_t pid;
    int error; /* errno, or 0 */
    int unused;
    int64_t a, b, c, d;
};

struct log {
    /* Orders, written by the grader before the start. */
    int fail_call, fail_nth, fail_error; /* the nth call of that kind, counted over all processes, fails so */
    int kill_child;                      /* the nth child kills itself at its start; 0: none */
    int hold;                            /* children wait at their start until `released` */
    int serial;                          /* fork returns in the parent when the child has ended, if that is soon */
    int interrupt;                       /* the first wait after a handler without SA_RESTART is interrupted */

    /* Written by the program's processes, except for released. */
    pid_t leader; /* 0: the library was not loaded */
    int released; /* by the grader, when the signal that children were held for has been sent */
    int interrupted;
    int calls[LOG_CALLS];
    int count; /* may exceed LOG_EVENTS: what was too much is counted */
    struct log_event events[LOG_EVENTS];
};

#endif
