/* SPDX-License-Identifier: MIT */
/* Broken: wait is called n times, and nobody looks what it returns.
 *
 *     seq 1000 | ./11 4                                           observe: a short sum, and a process in state Z
 *     seq 1000 | strace -f -e trace=wait4 ./11 4                  observe: one wait returns EINTR
 *
 * A handler without SA_RESTART makes wait return when its signal comes: that was no child. Here worker 0 sends the signal
 * when the parent sleeps in wait for it alone, and is done only when the parent has aggregated; so it happens every time. */
#include "frame.h"

#include <fcntl.h>

static void on_signal(int signal_number)
{
    (void)signal_number; /* a progress report, perhaps */
}

/* The state of a process as ps shows it: S asleep, Z a zombie. */
static char state(pid_t pid)
{
    char path[64], text[256] = "", *p;
    int fd;

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    fd = open(path, O_RDONLY);
    if (fd == -1)
        return '?';
    if (read(fd, text, sizeof text - 1) < 0)
        text[0] = '\0';
    close(fd);
    p = strrchr(text, ')');
    return p && p[1] ? p[2] : '?';
}

static void work(long *slots, int k, int gate)
{
    char byte;

    let_signals_in();
    if (k == 0) { /* is slow */
        pid_t parent = getppid();
        for (int i = 0; i < 3000 && slots[n] < n - 1; i++) /* till the others are done … */
            usleep(1000);
        for (int i = 0; i < 200; i++) /* … and the parent, having reaped them, sleeps */
            i = state(parent) == 'S' ? i + 20 : i, usleep(1000);
        kill(parent, SIGUSR1);
        if (read(gate, &byte, 1) < 0)
            _exit(1);
    }
    slots[k] = share(k);
    __atomic_fetch_add(&slots[n], 1, __ATOMIC_RELEASE);
    _exit(0);
}

int main(int argc, char **argv)
{
    struct sigaction action = { .sa_handler = on_signal };
    pid_t first = 0;
    long *slots, sum = 0;
    int id, gate[2], started = 0, ok = 1;

    begin(argc, argv);
    sigaction(SIGUSR1, &action, NULL);
    if (pipe(gate) == -1)
        return 1;
    id = shmget(IPC_PRIVATE, (n + 1) * sizeof *slots, 0600);
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
    for (; started < n && ok; started += ok) {
        pid_t pid = fork();
        if (pid == 0) {
            close(gate[1]);
            work(slots, started, gate[0]);
        }
        if (started == 0)
            first = pid;
        ok = pid != -1;
    }
    if (!ok)
        slots[n] = n; /* worker 0 need not wait for those that there are not */
    for (int k = 0; k < started; k++)
        wait(NULL); /* the mistake */
    for (int k = 0; k < n; k++)
        sum += slots[k];
    close(gate[1]); /* now worker 0 may go on: too late */
    for (int i = 0; i < 1000 && first > 0 && state(first) != 'Z' && state(first) != '?'; i++)
        usleep(1000);
    if (first > 0)
        fprintf(stderr, "worker 0, pid %ld, is in state %c\n", (long)first, state(first));
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
