/* SPDX-License-Identifier: MIT */
/* Hostile: forks as fast as it can, and ignores what may be ignored. Only for the grader's cage. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
    for (int s = 1; s < 32; s++)
        signal(s, SIG_IGN);
    for (;;)
        fork();
}
