/* SPDX-License-Identifier: MIT */
/* Broken: the size of a pointer instead of what it points to.
 *
 *     seq 1000 | ./08 4                    right, and says "8 bytes asked for, 4096 used"
 *     seq 1000 | ./08 6                    observe: worker 4 was killed by signal 11
 *     ipcs -m                              observe, while it runs: bytes 8
 *
 * The kernel gives whole pages, so the mistake is hidden up to byte 4096. What comes behind is usually some other mapping,
 * which is then overwritten; here it is a page that nobody may touch, so that it shows every time. */
#include "frame.h"

#include <sys/mman.h>

struct slot {
    long sum;
    char other_results[1024 - sizeof(long)];
};

enum { PAGE = 4096, ROOM = 1 << 20 };

/* Attaches with untouchable pages behind the segment's own. */
static struct slot *attach(int id)
{
    char *room = mmap(NULL, ROOM, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (room == MAP_FAILED || munmap(room, PAGE) == -1)
        return (void *)-1;
    return shmat(id, room, 0);
}

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    struct slot *slots;
    long sum = 0;
    int id, started, ok;

    begin(argc, argv);
    id = shmget(IPC_PRIVATE, sizeof slots, 0600); /* the mistake: n * sizeof *slots */
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    slots = attach(id);
    if (slots == (void *)-1) {
        perror("shmat");
        shmctl(id, IPC_RMID, NULL);
        return 1;
    }
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0) {
            let_signals_in();
            memset(&slots[started], 1, sizeof *slots);
            slots[started].sum = share(started);
            _exit(0);
        }
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started);
    for (int k = 0; ok && k < n; k++)
        sum += slots[k].sum;
    fprintf(stderr, "%zu bytes asked for, %zu used\n", sizeof slots, n * sizeof *slots);
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
