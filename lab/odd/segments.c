/* SPDX-License-Identifier: MIT */
/* Odd, and correct: a segment for each worker, with a pointer in it; workers write through what they inherit; the results
 * of all of them are printed, too.
 *
 * A pointer is right here: a forked child has the attachment at its parent's address, and keeps it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX = 64 };

struct cell {
    long *where;
    long sum;
};

static long numbers[1 << 20], count;

static int make(int *id, struct cell **cell)
{
    *id = shmget(IPC_PRIVATE, sizeof **cell, 0600);
    if (*id == -1)
        return 0;
    *cell = shmat(*id, NULL, 0);
    if (*cell == (void *)-1) {
        *cell = NULL;
        return 0;
    }
    (*cell)->where = &(*cell)->sum;
    return 1;
}

static pid_t start(struct cell *cell, int k, int n, const sigset_t *mask)
{
    pid_t pid = fork();

    if (pid == 0) {
        long sum = 0;
        sigprocmask(SIG_SETMASK, mask, NULL);
        for (long i = count * k / n; i < count * (k + 1) / n; i++)
            sum += numbers[i];
        *cell->where = sum;
        _exit(0);
    }
    return pid;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4, ids[MAX], made = 0, started = 0, ok = 1;
    struct cell *cells[MAX] = { NULL };
    sigset_t deadly, mask;
    long sum = 0;

    if (n < 1 || n > MAX)
        return 2;
    while (count < 1 << 20 && scanf("%ld", &numbers[count]) == 1)
        count++;
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigprocmask(SIG_BLOCK, &deadly, &mask);
    for (; made < n && ok; made++)
        ok = make(&ids[made], &cells[made]);
    for (; started < n && ok; started += ok)
        ok = start(cells[started], started, n, &mask) != -1;
    for (int status, k = 0; k < started; k++) {
        siginfo_t info = { 0 };
        ok &= waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0 && waitpid(info.si_pid, &status, 0) > 0 && status == 0;
    }
    for (int k = 0; k < made; k++) {
        if (cells[k]) {
            if (ok)
                printf("worker %d: %ld\n", k, cells[k]->sum);
            sum += cells[k]->sum;
            shmdt(cells[k]);
        }
        if (ids[k] != -1)
            shmctl(ids[k], IPC_RMID, NULL);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (ok)
        printf("sum %ld\n", sum);
    return !ok;
}
