/* SPDX-License-Identifier: MIT */
/* A file of doubles, each rank's share of it mapped and summed, and MPI_Reduce.
 *     mpirun -n RANKS sum_mpi FILE OFFSET
 * Prints the sum, and the seconds from one barrier to the end of the reduction: without mpirun's start. */
#include <fcntl.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank, ranks, fd;
    long offset, n;
    struct stat st;
    const char *map;
    const double *x;
    double sum = 0, total = 0, begin;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    fd = argc == 3 ? open(argv[1], O_RDONLY) : -1;
    offset = argc == 3 ? atol(argv[2]) : 0;
    if (fd == -1 || fstat(fd, &st) == -1)
        MPI_Abort(MPI_COMM_WORLD, 1);
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        MPI_Abort(MPI_COMM_WORLD, 1);
    x = (const double *)(map + offset);
    n = (long)((st.st_size - offset) / (long)sizeof *x);
    MPI_Barrier(MPI_COMM_WORLD);
    begin = MPI_Wtime();
    for (long i = n * rank / ranks; i < n * (rank + 1) / ranks; i++)
        sum += x[i];
    MPI_Reduce(&sum, &total, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    if (rank == 0)
        printf("%.17g\n%.9f\n", total, MPI_Wtime() - begin);
    MPI_Finalize();
    return 0;
}
