/* SPDX-License-Identifier: MIT */
/* Broken: the segment is for everybody.
 *
 *     seq 1000 | ./06 4                    says "mode 666"
 *     ipcs -m                              observe, while it runs: perms 666. Any user may attach, read and write
 *
 * The other half of the mistake, no mode bits at all (shmget(IPC_PRIVATE, size, IPC_CREAT)), shows at once: shmat gives
 * EACCES to everybody but root. */
#include "frame.h"

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    struct shmid_ds info;
    long *slots, sum = 0;
    int id, started, ok;

    begin(argc, argv);
    id = shmget(IPC_PRIVATE, n * sizeof *slots, IPC_CREAT | 0666); /* the mistake */
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    slots = shmat(id, NULL, 0);
    if (slots == (void *)-1) {
        perror("shmat");
        shmctl(id, IPC_RMID, NULL);
        return 1;
    }
    if (shmctl(id, IPC_STAT, &info) == 0)
        fprintf(stderr, "mode %o\n", info.shm_perm.mode & 0777U);
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0) {
            let_signals_in();
            slots[started] = share(started);
            _exit(0);
        }
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started);
    for (int k = 0; ok && k < n; k++)
        sum += slots[k];
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
