/* SPDX-License-Identifier: MIT */
/* Broken: a return stands before the removal.
 *
 *     seq 1000 | ./02 4; ipcs -m           observe: a segment more after each run, with 0 attached
 *     ipcrm -m ID                          removes one of them */
#include "frame.h"

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    long *slots, sum = 0;
    int id, started;

    begin(argc, argv);
    id = shmget(IPC_PRIVATE, n * sizeof *slots, 0600);
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
    if (reap(pids, started)) {
        for (int k = 0; k < n; k++)
            sum += slots[k];
        return answer(1, sum); /* the mistake: all is done, it seems */
    }
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL);
    return answer(0, 0);
}
