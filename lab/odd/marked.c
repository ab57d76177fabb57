/* SPDX-License-Identifier: MIT */
/* Odd, and correct: the segment is marked for removal at its birth, workers attach a marked segment, and leave by exit().
 *
 * On Linux a marked segment lives until its last detach and may be attached meanwhile; then no signal need be held back, not
 * even SIGKILL leaves anything. Elsewhere attaching may fail. exit() is harmless where nothing was printed before. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static long numbers[1 << 20], count;

static void work(int id, void *inherited, int k, int n)
{
    long sum = 0, *slot;

    shmdt(inherited); /* others keep it alive */
    slot = shmat(id, NULL, 0);
    if (slot == (void *)-1)
        exit(1);
    for (long i = k; i < count; i += n)
        sum += numbers[i];
    slot[k] = sum;
    exit(0);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4, id, status, failed = 0, started = 0;
    long *slot, sum = 0;

    if (n < 1 || n > 500)
        return 2;
    printf("a line before the fork\n");
    fflush(stdout);
    while (count < 1 << 20 && scanf("%ld", &numbers[count]) == 1)
        count++;
    id = shmget(IPC_PRIVATE, n * sizeof *slot, 0600);
    if (id == -1)
        return 1;
    slot = shmat(id, NULL, 0);
    shmctl(id, IPC_RMID, NULL);
    if (slot == (void *)-1)
        return 1;
    for (pid_t pid; started < n; started++) {
        pid = fork();
        if (pid == 0)
            work(id, slot, started, n);
        if (pid == -1) {
            failed = 1;
            break;
        }
    }
    for (int k = 0; k < started; k++)
        failed |= wait(&status) == -1 || status != 0;
    for (int k = 0; k < n; k++)
        sum += slot[k];
    if (!failed)
        printf("sum %ld\n", sum);
    return failed;
}
