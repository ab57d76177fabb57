/* SPDX-License-Identifier: MIT */
/* Exercise 2: one child, which attaches for itself. */
#include <signal.h>
#include <stdio.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20 };

static long numbers[MAX_NUMBERS], count;

static void work(int id, void *inherited)
{
    long *result, sum = 0;

    if (shmdt(inherited) == -1)
        _exit(1);
    result = shmat(id, NULL, 0);
    if (result == (void *)-1)
        _exit(1);
    for (long i = 0; i < count; i++)
        sum += numbers[i];
    *result = sum;
    _exit(0);
}

int main(void)
{
    int id, status, ok = 0;
    long *result, sum = 0;
    sigset_t held, mask;
    pid_t pid;

    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigprocmask(SIG_BLOCK, &held, &mask);
    id = shmget(IPC_PRIVATE, sizeof *result, 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    result = shmat(id, NULL, 0);
    if (result == (void *)-1) {
        perror("shmat");
        goto remove;
    }
    pid = fork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &mask, NULL);
        work(id, result);
    }
    if (pid == -1)
        perror("fork");
    else
        ok = waitpid(pid, &status, 0) == pid && status == 0;
    sum = *result;
    shmdt(result);
remove:
    shmctl(id, IPC_RMID, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (ok)
        printf("sum %ld\n", sum);
    return !ok;
}
