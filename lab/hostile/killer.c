/* SPDX-License-Identifier: MIT */
/* Hostile: kills whoever waits for it, and stays. It can where it has the same user id and no namespace of its own. Only for the
 * grader's cage. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    pid_t watcher = getppid();

    if (watcher > 1)
        kill(watcher, SIGKILL);
    printf("sum 1\n");
    fflush(stdout);
    usleep(100000);
    while (getppid() != watcher)
        pause();
    return 0;
}
