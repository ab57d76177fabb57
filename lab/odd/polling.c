/* SPDX-License-Identifier: MIT */
/* Odd, and correct: the parent has a handler without SA_RESTART, and never sleeps in a wait: it asks again and again
 * (WNOHANG), so that EINTR cannot come, and any -1 is an error to it. Each worker makes a segment of its own to work in, all
 * at the same time; the sums come back through pipes. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20, MAX_WORKERS = 64 };

static long numbers[MAX_NUMBERS], count;
static volatile sig_atomic_t asked;

static void on_signal(int signal_number)
{
    asked = signal_number; /* how far are we? */
}

/* The segment is marked before anything else can happen to us, and goes with our end. */
static void work(int k, int n, int to_parent)
{
    int id = shmget(IPC_PRIVATE, sizeof(long), 0600);
    long *sum = id == -1 ? (void *)-1 : shmat(id, NULL, 0);

    if (id != -1)
        shmctl(id, IPC_RMID, NULL);
    if (sum == (void *)-1)
        _exit(1);
    for (long i = count * k / n; i < count * (k + 1) / n; i++)
        *sum += numbers[i];
    _exit(write(to_parent, sum, sizeof *sum) != sizeof *sum);
}

static int reap(pid_t *pids, int started)
{
    int left = started, ok = 1;

    while (left > 0) {
        for (int k = 0; k < started; k++) {
            int status;
            pid_t pid = pids[k] == 0 ? 0 : waitpid(pids[k], &status, WNOHANG);
            if (pid == -1)
                return 0;
            if (pid == 0)
                continue;
            pids[k] = 0;
            left--;
            ok &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
        }
        nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
    }
    return ok;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4, started, ok, ends[2];
    struct sigaction action = { .sa_handler = on_signal };
    long sum = 0, part;
    pid_t pids[MAX_WORKERS];
    sigset_t interrupt, mask;

    if (n < 1 || n > MAX_WORKERS || pipe(ends) == -1)
        return 2;
    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &mask); /* until the children are reaped */
    for (started = 0; started < n; started++) {
        pids[started] = fork();
        if (pids[started] == 0) {
            sigprocmask(SIG_SETMASK, &mask, NULL);
            work(started, n, ends[1]);
        }
        if (pids[started] == -1)
            break;
    }
    ok = reap(pids, started) && started == n;
    sigprocmask(SIG_SETMASK, &mask, NULL);
    for (int k = 0; ok && k < n; k++) {
        ok = read(ends[0], &part, sizeof part) == sizeof part;
        sum += part;
    }
    if (ok)
        printf("sum %ld\n", sum);
    return !ok;
}
