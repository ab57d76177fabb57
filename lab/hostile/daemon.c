/* SPDX-License-Identifier: MIT */
/* Hostile: gives the right sum and stays, as a daemon with a segment of its own. Only for the grader's cage. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/shm.h>
#include <unistd.h>

static void stay(void)
{
    for (int s = 1; s < 32; s++)
        signal(s, SIG_IGN);
    setsid();
    if (fork() != 0)
        _exit(0);
    if (shmget(IPC_PRIVATE, 4096, 0600) == -1)
        _exit(1);
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    for (;;)
        pause();
}

int main(void)
{
    long sum = 0, number;

    while (scanf("%ld", &number) == 1)
        sum += number;
    if (fork() == 0)
        stay();
    usleep(20000);
    printf("sum %ld\n", sum);
    return 0;
}
