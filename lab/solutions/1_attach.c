/* SPDX-License-Identifier: MIT */
/* Exercise 1: a segment, looked at from all sides. With an argument it waits for a line on standard input in the middle. */
#include <stdio.h>
#include <string.h>
#include <sys/shm.h>

enum { SIZE = 100 };

static void show(const char *when, int id)
{
    struct shmid_ds info;

    if (shmctl(id, IPC_STAT, &info) == -1)
        perror("shmctl IPC_STAT");
    else
        printf("%-24s %zu bytes, mode %04o, made by %ld, attached %lu times\n", when, info.shm_segsz,
               info.shm_perm.mode & 0777U, (long)info.shm_cpid, (unsigned long)info.shm_nattch);
}

int main(int argc, char **argv)
{
    char *first, *second;
    int id = shmget(IPC_PRIVATE, SIZE, 0600), failed = 1;

    (void)argv;
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    show("made", id);
    first = shmat(id, NULL, 0);
    if (first == (void *)-1) {
        perror("shmat");
        goto remove;
    }
    show("attached", id);
    snprintf(first, SIZE, "written by way of %p", (void *)first);
    second = shmat(id, NULL, 0);
    if (second == (void *)-1) {
        perror("shmat");
        goto detach;
    }
    show("attached once more", id);
    printf("at %p stands \"%s\"; byte %d is %d\n", (void *)second, second, SIZE, second[SIZE]);
    if (argc > 1)
        getchar();
    failed = shmdt(second) == -1;
    show("detached", id);
detach:
    failed |= shmdt(first) == -1;
    show("detached", id);
remove:
    if (shmctl(id, IPC_RMID, NULL) == -1) {
        perror("shmctl IPC_RMID");
        failed = 1;
    }
    return failed;
}
