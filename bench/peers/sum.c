/* SPDX-License-Identifier: MIT */
/* What a C programmer writes first: a file of doubles, mapped and summed by a loop.
 *     sum FILE OFFSET THREADS
 * Built without -fopenmp it is serial, and THREADS is 1. Prints the sum, and the seconds of the loop alone. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    int fd = argc == 4 ? open(argv[1], O_RDONLY) : -1;
    int threads = argc == 4 ? atoi(argv[3]) : 0;
    long offset = argc == 4 ? atol(argv[2]) : 0;
    struct stat st;
    const char *map;
    const double *x;
    double sum = 0, begin;
    long n;

    if (fd == -1 || fstat(fd, &st) == -1 || threads < 1)
        return 2;
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return 1;
    x = (const double *)(map + offset);
    n = (long)((st.st_size - offset) / (long)sizeof *x);
    begin = now();
#pragma omp parallel for simd reduction(+ : sum) num_threads(threads)
    for (long i = 0; i < n; i++)
        sum += x[i];
    printf("%.17g\n%.9f\n", sum, now() - begin);
    return 0;
}
