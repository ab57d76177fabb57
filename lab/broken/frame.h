/* SPDX-License-Identifier: MIT */
/* What is right in all the broken programs, so that each file shows its mistake and little else: the input, the share of
 * a worker, the signals that have to wait until a segment is removed, and the reaping. */
#ifndef FRAME_H
#define FRAME_H

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64 };

static long numbers[MAX_NUMBERS];
static long count;
static int n;               /* workers */
static sigset_t usual_mask; /* as it was before we held signals back */

static inline void begin(int argc, char **argv)
{
    sigset_t deadly;

    n = argc > 1 ? atoi(argv[1]) : 4;
    if (n < 1 || n > MAX_WORKERS) {
        fprintf(stderr, "usage: %s N <NUMBERS    (N from 1 to %d)\n", argv[0], MAX_WORKERS);
        exit(2);
    }
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigaddset(&deadly, SIGTERM);
    sigprocmask(SIG_BLOCK, &deadly, &usual_mask);
}

/* For workers at their start, and for the parent when all is removed. */
static inline void let_signals_in(void)
{
    sigprocmask(SIG_SETMASK, &usual_mask, NULL);
}

/* The sum of worker k's share. */
static inline long share(int k)
{
    long sum = 0;

    for (long i = count * k / n; i < count * (k + 1) / n; i++)
        sum += numbers[i];
    return sum;
}

/* Reaps the first `started` of pids; true if all of them ended well and there are n. */
static inline int reap(const pid_t *pids, int started)
{
    int ok = started == n;

    for (int k = 0; k < started; k++) {
        int status;
        while (waitpid(pids[k], &status, 0) == -1)
            if (errno != EINTR) {
                perror("waitpid");
                return 0;
            }
        if (WIFSIGNALED(status))
            fprintf(stderr, "worker %d was killed by signal %d (%s)\n", k, WTERMSIG(status), strsignal(WTERMSIG(status)));
        ok &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    return ok;
}

/* The end of main: the answer, or none. */
static inline int answer(int ok, long sum)
{
    let_signals_in();
    if (ok)
        printf("sum %ld\n", sum);
    return !ok;
}

#endif
