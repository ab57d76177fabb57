/* SPDX-License-Identifier: MIT */
/* Exercise 3: N children, a slot for each; what each found is printed by the parent, in order. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64 };

/* Two slots in one cache line would be right, but every write would take the line from the other processor. */
struct slot {
    _Alignas(128) long sum;
};

static long numbers[MAX_NUMBERS];
static long count;

/* The child's whole life. Worker k has the numbers from count*k/n up to count*(k+1)/n: these ranges cover everything,
 * and none overlaps another, whether or not n divides count. */
static void work(struct slot *slots, int k, int n)
{
    long sum = 0; /* in memory of our own until it is complete */

    for (long i = count * k / n; i < count * (k + 1) / n; i++)
        sum += numbers[i];
    slots[k].sum = sum;
    _exit(0);
}

/* Forks n workers; returns how many there are, which is less than n if a fork failed. */
static int fork_workers(struct slot *slots, int n, pid_t *pids, const sigset_t *mask)
{
    for (int k = 0; k < n; k++) {
        pids[k] = fork();
        if (pids[k] == -1) {
            perror("fork");
            return k;
        }
        if (pids[k] == 0) {
            sigprocmask(SIG_SETMASK, mask, NULL);
            work(slots, k, n); /* never comes back: a child that did would fork, too (broken/04) */
        }
    }
    return n;
}

/* Reaps them all, also after the first that failed; true if all ended well. */
static int reap(const pid_t *pids, int started)
{
    int ok = 1;

    for (int k = 0; k < started; k++) {
        int status;
        if (waitpid(pids[k], &status, 0) == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
            ok = 0;
    }
    return ok;
}

static int run(int id, int n, const sigset_t *mask, long *found)
{
    pid_t pids[MAX_WORKERS];
    struct slot *slots = shmat(id, NULL, 0);
    int started, ok;

    if (slots == (void *)-1) {
        perror("shmat");
        return 0;
    }
    started = fork_workers(slots, n, pids, mask);
    ok = reap(pids, started) && started == n;
    for (int k = 0; k < n; k++)
        found[k] = slots[k].sum;
    shmdt(slots);
    return ok;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4, id, ok;
    sigset_t deadly, mask;
    long found[MAX_WORKERS], sum = 0;

    if (n < 1 || n > MAX_WORKERS) {
        fprintf(stderr, "usage: 3_slots N <NUMBERS    (N from 1 to %d)\n", MAX_WORKERS);
        return 2;
    }
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigprocmask(SIG_BLOCK, &deadly, &mask);

    id = shmget(IPC_PRIVATE, n * sizeof(struct slot), 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    ok = run(id, n, &mask, found);
    if (shmctl(id, IPC_RMID, NULL) == -1)
        perror("shmctl");
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (!ok) {
        fprintf(stderr, "3_slots: a worker did not end well, so there is no sum\n");
        return 1;
    }
    for (int k = 0; k < n; k++) {
        printf("worker %d: %ld\n", k, found[k]);
        sum += found[k];
    }
    printf("sum %ld\n", sum);
    return 0;
}
