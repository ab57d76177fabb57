/* SPDX-License-Identifier: MIT */
/* Broken: a child does not leave the loop that forks.
 *
 *     seq 1000 | ./04 6                                            "64 processes" where 7 were meant
 *     seq 1000 | strace -f -e trace=fork,clone,clone3 ./04 3       observe: children fork, too
 *
 * The sum is right: slots are only written more than once. That is why it goes unnoticed, until n is 12. */
#include "frame.h"

int main(int argc, char **argv)
{
    long *slots, *processes, sum = 0;
    pid_t parent = getpid(), pid = 0;
    int id, ok = 1;

    begin(argc, argv);
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
    processes = &slots[n];
    for (int k = 0; k < n && ok; k++) {
        pid = fork();
        if (pid == 0)
            slots[k] = share(k); /* the mistake: and the next turn of the loop */
        if (pid == -1)
            ok = 0;
    }
    __atomic_fetch_add(processes, 1, __ATOMIC_RELAXED);
    for (int status; (pid = wait(&status)) > 0 || errno == EINTR;)
        ok &= pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (getpid() != parent)
        _exit(!ok);
    for (int k = 0; ok && k < n; k++)
        sum += slots[k];
    fprintf(stderr, "%ld processes\n", *processes);
    shmdt(slots);
    shmctl(id, IPC_RMID, NULL);
    return answer(ok, sum);
}
