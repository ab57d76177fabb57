/* SPDX-License-Identifier: MIT */
/* Hostile: cuts the log off that the grader reads, and gives a wrong sum. Only for the grader's cage. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    const char *log = getenv("PRONG_GRADE_LOG");

    if (log && truncate(log, 0) == -1)
        perror("truncate");
    usleep(50000); /* while it is being read */
    printf("sum 1\n");
    return 0;
}
