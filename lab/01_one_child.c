/* SPDX-License-Identifier: MIT */
/* Stage 1: one child, one number in shared memory.
 *
 *     seq 1000 | ./01_one_child
 *
 * A child sees what its parent's memory held at the fork, and the parent never sees what the child writes there: each
 * has a copy. What the child found out must travel. Here it travels through a segment that both have attached.
 *
 * Four calls are all there is:
 *
 *     shmget   makes the segment, and gives an id
 *     shmat    puts it into this process's memory, and gives an address
 *     shmdt    takes it out again; the segment stays
 *     shmctl   with IPC_RMID removes it. No process's end does that: leave it out, and `ipcs -m` shows the segment
 *              until the machine is restarted
 *
 * N is taken and has no use yet: every stage is called in the same way. */
#include <signal.h>
#include <stdio.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NUMBERS = 1 << 20 };

static long numbers[MAX_NUMBERS];
static int count;

static long sum_of_all(void)
{
    long sum = 0;

    for (int i = 0; i < count; i++)
        sum += numbers[i];
    return sum;
}

/* Forks, waits, and says whether the child ended well. The child inherits the attachment, at the same address: it may
 * write to *result at once. */
static int run_child(long *result, const sigset_t *mask)
{
    int status;
    pid_t pid = fork();

    if (pid == -1) {
        perror("fork");
        return 0;
    }
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, mask, NULL);
        *result = sum_of_all();
        _exit(0);
    }
    if (waitpid(pid, &status, 0) == -1) { /* until then the child's result may not be there */
        perror("waitpid");
        return 0;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
    sigset_t deadly, mask;
    long *result, sum = 0;
    int id, ok = 0;

    while (count < MAX_NUMBERS && scanf("%ld", &numbers[count]) == 1)
        count++;
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigprocmask(SIG_BLOCK, &deadly, &mask); /* from the making of the segment until its removal */

    id = shmget(IPC_PRIVATE, sizeof *result, 0600);
    if (id == -1) {
        perror("shmget");
        return 1;
    }
    result = shmat(id, NULL, 0);
    if (result == (void *)-1) {
        perror("shmat");
    } else {
        ok = run_child(result, &mask);
        sum = *result;
        shmdt(result);
    }
    if (shmctl(id, IPC_RMID, NULL) == -1)
        perror("shmctl");
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (ok)
        printf("sum %ld\n", sum);
    return !ok;
}
