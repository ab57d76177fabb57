/* SPDX-License-Identifier: MIT */
/* Hostile: computes for ever, and so do its children. Only for the grader's cage. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
    signal(SIGTERM, SIG_IGN);
    signal(SIGXCPU, SIG_IGN);
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            setsid();
    for (volatile unsigned long n = 0;; n++)
        ;
}
