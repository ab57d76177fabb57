/* SPDX-License-Identifier: MIT */
/* Broken: a pointer in the segment, which is attached elsewhere by others.
 *
 *     seq 1000 | ./09 4                                       observe: sum 0; and the two addresses
 *     seq 1000 | strace -f -e trace=shmat ./09 4              observe: shmat gives the workers another address
 *
 * Workers attach for themselves, as programs do that are not related. That the parent's address is not free in them is
 * chance in life; here they put something there, so that it is so every time. */
#include "frame.h"

#include <sys/mman.h>

struct board {
    long *slots; /* the mistake: true in the process that wrote it */
    long room[MAX_WORKERS];
};

static void work(struct board *inherited, int id, int k)
{
    struct board *board;
    void *mine;

    let_signals_in();
    shmdt(inherited);
    mine = mmap(inherited, sizeof *board, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    board = shmat(id, NULL, 0);
    if (mine == MAP_FAILED || board == (void *)-1)
        _exit(1);
    if (k == 0)
        fprintf(stderr, "parent's address %p, worker 0's %p\n", (void *)inherited, (void *)board);
    board->slots[k] = share(k); /* into memory of our own, which dies with us */
    shmdt(board);
    _exit(0);
}

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    struct board *board;
    long sum = 0;
    int id, started, ok;

    begin(argc, argv);
    id = shmget(IPC_PRIVATE, sizeof *board, 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    board = shmat(id, NULL, 0);
    if (board == (void *)-1) {
        perror("shmat");
        shmctl(id, IPC_RMID, NULL);
        return 1;
    }
    board->slots = board->room;
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0)
            work(board, id, started);
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started);
    for (int k = 0; ok && k < n; k++)
        sum += board->slots[k];
    shmdt(board);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
