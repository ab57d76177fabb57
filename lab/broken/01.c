/* SPDX-License-Identifier: MIT */
/* Broken: the result of shmat is compared with NULL.
 *
 *     seq 1000 | ./01 4                                       worker 0 was killed by signal 11
 *     seq 1000 | strace -f -e trace=shmat ./01 4              observe: shmat(…) = -1 ENOMEM, and nobody noticed
 *
 * A limit makes shmat fail here, as a batch system's might, so that it fails every time. */
#include "frame.h"

#include <sys/resource.h>

static void limit_memory(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_AS, &limit) == -1)
        return;
    limit.rlim_cur = 1 << 20; /* less than is in use: what there is stays, and nothing can be added */
    setrlimit(RLIMIT_AS, &limit);
}

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    long *slots, sum = 0;
    int id, started, ok;

    begin(argc, argv);
    id = shmget(IPC_PRIVATE, n * sizeof *slots, 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    limit_memory();
    slots = shmat(id, NULL, 0);
    if (slots == NULL) { /* the mistake */
        perror("shmat");
        shmctl(id, IPC_RMID, NULL);
        return 1;
    }
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0) {
            let_signals_in();
            slots[started] = share(started); /* and the crash */
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
