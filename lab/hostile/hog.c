/* SPDX-License-Identifier: MIT */
/* Hostile: takes all memory that it gets, in private pages and in segments, in several processes. Only for the grader's
 * cage. */
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

int main(void)
{
    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            break;
    for (;;) {
        size_t size = (size_t)1 << 24;
        int id = shmget(IPC_PRIVATE, size, 0600);
        char *segment = id == -1 ? (void *)-1 : shmat(id, NULL, 0), *memory = malloc(size);
        if (segment != (void *)-1)
            memset(segment, 1, size);
        if (memory)
            memset(memory, 1, size);
        if (segment == (void *)-1 && !memory)
            usleep(1000);
    }
}
