/* SPDX-License-Identifier: MIT */
/* Odd, and correct: a key where IPC_PRIVATE would do, but with IPC_EXCL, and another key where one is taken; a handler
 * without SA_RESTART, with a loop around wait; clock() as a seed.
 *
 * Its keys are numbers that somebody else might choose, and it never touches what is somebody else's. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long numbers[1 << 20], count;
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static int make(size_t size)
{
    int id = -1;

    srand((unsigned)clock());
    for (key_t key = 0x5050; id == -1 && key < 0x5060; key++) {
        id = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);
        if (id == -1 && errno != EEXIST)
            return -1;
    }
    return id;
}

static int reap(void)
{
    int status;
    pid_t pid;

    while ((pid = wait(&status)) == -1 && errno == EINTR)
        ;
    return pid > 0 && status == 0;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4, id, ok = 1, started = 0;
    struct sigaction action = { .sa_handler = on_signal };
    long *slot, sum = 0;

    if (n < 1 || n > 64)
        return 2;
    while (count < 1 << 20 && scanf("%ld", &numbers[count]) == 1)
        count++;
    sigaction(SIGINT, &action, NULL);
    id = make(n * sizeof *slot);
    if (id == -1)
        return 1;
    slot = shmat(id, NULL, 0);
    if (slot == (void *)-1) {
        shmctl(id, IPC_RMID, NULL);
        return 1;
    }
    for (; started < n && ok; started += ok) {
        pid_t pid = fork();
        if (pid == 0) {
            signal(SIGINT, SIG_DFL);
            for (long i = count * started / n; i < count * (started + 1) / n; i++)
                sum += numbers[i];
            slot[started] = sum;
            _exit(0);
        }
        ok = pid != -1;
    }
    for (int k = 0; k < started; k++)
        ok &= reap();
    for (int k = 0; k < n; k++)
        sum += slot[k];
    shmdt(slot);
    shmctl(id, IPC_RMID, NULL);
    if (interrupted) {
        signal(interrupted, SIG_DFL);
        raise(interrupted);
    }
    if (ok)
        printf("sum %ld\n", sum);
    return !ok;
}
