/* SPDX-License-Identifier: MIT */
/* Where the exercises begin: the contract is kept, and one process does all the work.
 *
 *     cc -Wall -o start start.c && seq 1000 | ./start 4 */
#include <stdio.h>
#include <stdlib.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64 };

static long numbers[MAX_NUMBERS];
static long count;

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    long sum = 0;

    if (n < 1 || n > MAX_WORKERS) {
        fprintf(stderr, "usage: start N <NUMBERS    (N from 1 to %d)\n", MAX_WORKERS);
        return 2;
    }
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    for (long i = 0; i < count; i++)
        sum += numbers[i];
    printf("sum %ld\n", sum);
    return 0;
}
