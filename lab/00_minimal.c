/* SPDX-License-Identifier: MIT */
/* The whole idea: numbers are summed by N forked workers over one IPC_PRIVATE System V segment.
 *     cc -Wall -o 00_minimal 00_minimal.c && seq 1000 | ./00_minimal 4          prints "sum 500500" */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64 };

static long numbers[MAX_NUMBERS]; /* read before the forks: every worker sees them, and nothing is copied */
static long count;

/* Worker k of n, from its first instruction to its last. Slot k is the only one that it writes. */
static void work(int id, int k, int n)
{
    long sum = 0;
    long *slot = shmat(id, NULL, 0);

    if (slot == (void *)-1) { /* not NULL: that is how shmat fails */
        perror("worker: shmat");
        _exit(1);
    }
    for (long i = count * k / n; i < count * (k + 1) / n; i++)
        sum += numbers[i];
    slot[k] = sum;
    _exit(0); /* not exit(): what the parent's stdio has not yet written is not ours to write */
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4, started = 0, failed = 0;
    long sum = 0, *slot;
    pid_t pid[MAX_WORKERS];
    sigset_t deadly, mask;

    if (n < 1 || n > MAX_WORKERS)
        return 2;
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;

    /* A segment outlives its makers: only shmctl removes it. So Ctrl-C has to wait until that is done. */
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigaddset(&deadly, SIGTERM);
    sigaddset(&deadly, SIGHUP);
    sigprocmask(SIG_BLOCK, &deadly, &mask);

    /* IPC_PRIVATE is a new segment that no key leads to: forked children have its id. 0600: for this user alone. */
    int id = shmget(IPC_PRIVATE, n * sizeof *slot, 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    slot = shmat(id, NULL, 0);
    if (slot == (void *)-1) {
        perror("shmat");
        failed = 1;
        goto remove; /* every path from here on comes past the removal */
    }
    for (; started < n; started++) {
        pid[started] = fork();
        if (pid[started] == 0) {
            sigprocmask(SIG_SETMASK, &mask, NULL); /* workers may be interrupted: we see it below */
            work(id, started, n);                  /* does not return, so the child does not go on forking */
        }
        if (pid[started] == -1) {
            perror("fork");
            failed = 1;
            break; /* those that run are reaped all the same */
        }
    }
    for (int k = 0; k < started; k++) { /* reap: by pid, and a slot counts only if its worker ended well */
        int status;
        if (waitpid(pid[k], &status, 0) != pid[k] || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
            failed = 1;
        else
            sum += slot[k]; /* aggregate */
    }
    shmdt(slot);
remove:
    shmctl(id, IPC_RMID, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL); /* a Ctrl-C that had to wait ends us here */
    if (!failed)
        printf("sum %ld\n", sum);
    return failed;
}
