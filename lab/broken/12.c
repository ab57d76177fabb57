/* SPDX-License-Identifier: MIT */
/* Broken: a limit is misread, and so is the error that says it.
 *
 *     seq 1000 | ./12 4                    observe: "shmget: wrong key?", where there is no key
 *     ipcs -l                              observe: the limits: "max seg size" is SHMMAX
 *     cat /proc/sys/kernel/shmmax /proc/sys/kernel/shmall /proc/sys/kernel/shmmni
 *
 * SHMMAX is what a segment may have at most, in bytes. This program takes it for what a segment has anyway, adds its
 * slots, and so asks for more than is allowed, on any machine. */
#include "frame.h"

static size_t shmmax(void)
{
    FILE *f = fopen("/proc/sys/kernel/shmmax", "r");
    size_t limit = 0;

    if (!f)
        return (size_t)-1;
    if (fscanf(f, "%zu", &limit) != 1)
        limit = (size_t)-1;
    fclose(f);
    return limit;
}

int main(int argc, char **argv)
{
    pid_t pids[MAX_WORKERS];
    size_t size, wanted;
    long *slots, sum = 0;
    int id, started, ok;

    begin(argc, argv);
    wanted = n * sizeof *slots;
    size = shmmax();
    size = size > (size_t)-1 - wanted ? (size_t)-1 : size + wanted; /* the mistake */
    id = shmget(IPC_PRIVATE, size, 0600);
    if (id == -1) {
        if (errno == EINVAL)
            fprintf(stderr, "shmget: wrong key?\n"); /* the other one: EINVAL is about the size */
        else
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
    ok = reap(pids, started);
    for (int k = 0; ok && k < n; k++)
        sum += slots[k];
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
