/* SPDX-License-Identifier: MIT */
/* The client of key_server.c: finds the segment by its key, takes a seat, leaves the sum of its numbers there.
 *
 *     seq 500 | ./key_client meeting
 *
 * shmget with size 0 and no flags finds a segment and never makes one. What it finds may be anybody's: so its size and
 * its mark are looked at before anything is written. */
#include "key_common.h"

#include <time.h>

enum { TRIES = 200, NAP_MS = 5 };

static void nap(void)
{
    nanosleep(&(struct timespec){ 0, NAP_MS * 1000000L }, NULL);
}

/* The server may be on its way; a second is waited for it. */
static int find(key_t key)
{
    int id = shmget(key, 0, 0);

    for (int i = 0; id == -1 && errno == ENOENT && i < TRIES; i++) {
        nap();
        id = shmget(key, 0, 0);
    }
    if (id == -1)
        fprintf(stderr, "key_client: key 0x%x: %s\n", (unsigned)key, strerror(errno));
    return id;
}

static int is_ours(int id, struct board *board)
{
    struct shmid_ds info;

    if (shmctl(id, IPC_STAT, &info) == -1)
        return 0;
    if (info.shm_segsz != sizeof *board)
        return 0;
    for (int i = 0; i < TRIES; i++) {
        if (__atomic_load_n(&board->magic, __ATOMIC_ACQUIRE) == KEY_MAGIC)
            return 1;
        nap();
    }
    return 0;
}

static int leave_sum(struct board *board, long sum)
{
    int k = __atomic_fetch_add(&board->taken, 1, __ATOMIC_RELAXED);

    if (k >= board->seats) {
        fprintf(stderr, "key_client: all seats are taken\n");
        return 0;
    }
    board->seat[k].sum = sum;
    __atomic_store_n(&board->seat[k].done, 1, __ATOMIC_RELEASE);
    return 1;
}

int main(int argc, char **argv)
{
    struct board *board;
    long sum = 0, number;
    int id, ok;

    if (argc != 2) {
        fprintf(stderr, "usage: key_client FILE|KEY <NUMBERS\n");
        return 2;
    }
    while (scanf("%ld", &number) == 1)
        sum += number;
    id = find(key_from(argv[1]));
    if (id == -1)
        return 1;
    board = shmat(id, NULL, 0);
    if (board == (void *)-1) { /* EACCES: the mode does not let us; ipcs -m shows it */
        perror("key_client: shmat");
        return 1;
    }
    ok = is_ours(id, board);
    if (!ok)
        fprintf(stderr, "key_client: what is there at this key is not key_server's\n");
    ok = ok && leave_sum(board, sum);
    shmdt(board);
    return !ok;
}
