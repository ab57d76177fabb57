/* SPDX-License-Identifier: MIT */
/* libgomp: seconds of an empty parallel region, the median of as many samples of 100 as are asked for.
 *     OMP_WAIT_POLICY=active|passive omp THREADS SAMPLES
 * Prints nothing but that figure. Built with -fopenmp. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 100, MOST = 2001 };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    static double took[MOST];
    static _Alignas(128) volatile int touched[64][32];
    int threads = argc > 1 ? atoi(argv[1]) : 2;
    int samples = argc > 2 ? atoi(argv[2]) : 301;

    if (threads < 1 || threads > 64 || samples < 1 || samples > MOST)
        return 2;
    omp_set_dynamic(0);
    for (int s = -20; s < samples; s++) {
        double begin = omp_get_wtime();
        for (int i = 0; i < BATCH; i++) {
#pragma omp parallel num_threads(threads)
            touched[omp_get_thread_num()][0] = i;
        }
        if (s >= 0)
            took[s] = (omp_get_wtime() - begin) / BATCH;
    }
    qsort(took, (size_t)samples, sizeof took[0], compare);
    printf("%.9f\n", took[samples / 2]);
    return 0;
}
