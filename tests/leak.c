/* SPDX-License-Identifier: MIT */
/* Misbehaves on demand: what tests/guard-self.sh shows the guard to find out whether it looks. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

/* A process that outlives its parent; alarm bounds it should the guard fail. */
static int leave_process(int away)
{
    pid_t pid = fork();

    if (pid == 0) {
        if (away)
            setsid();
        alarm(60);
        for (;;)
            pause();
    }
    if (pid > 0)
        printf("%ld\n", (long)pid);
    return pid == -1 ? 99 : 0;
}

static int leave_segment(void)
{
    int id = shmget(IPC_PRIVATE, 4096, 0600);

    printf("%d\n", id);
    return id == -1 ? 99 : 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "segment") == 0)
        return leave_segment();
    if (strcmp(what, "process") == 0)
        return leave_process(0);
    if (strcmp(what, "daemon") == 0)
        return leave_process(1);
    if (strcmp(what, "hang") == 0) {
        int status = leave_process(1);
        fflush(stdout);
        alarm(60);
        while (status == 0)
            pause();
        return status;
    }
    if (strcmp(what, "marked") == 0) {
        int id = shmget(IPC_PRIVATE, 4096, 0600);
        return id == -1 || shmat(id, NULL, 0) == (void *)-1 || shmctl(id, IPC_RMID, NULL) == -1 ? 99 : 0;
    }
    if (strcmp(what, "signal") == 0)
        raise(SIGKILL);
    if (strcmp(what, "exit") == 0 && argc > 2)
        return atoi(argv[2]);
    fprintf(stderr, "usage: leak segment|process|daemon|hang|marked|signal|exit N\n");
    return 99;
}
