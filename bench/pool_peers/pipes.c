/* SPDX-License-Identifier: MIT */
/* A fork pool over pipes: one byte each way a worker and job. */
#include "pipes.h"

#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void work(int orders, int answers)
{
    char byte;

    while (read(orders, &byte, 1) == 1)
        if (write(answers, &byte, 1) != 1)
            break;
    _exit(0);
}

int pipes_create(struct pipes *pool, int workers)
{
    int back[2], to[2];

    pool->workers = workers;
    if (pipe(back) == -1)
        return -1;
    for (int i = 0; i < workers; i++) {
        if (pipe(to) == -1)
            return -1;
        pool->pids[i] = fork();
        if (pool->pids[i] == 0) {
            for (int k = 0; k < i; k++)
                close(pool->orders[k]);
            close(to[1]);
            work(to[0], back[1]);
        }
        close(to[0]);
        pool->orders[i] = to[1];
    }
    close(back[1]);
    pool->answers = back[0];
    return 0;
}

int pipes_run(const struct pipes *pool)
{
    char bytes[PIPES_MOST] = { 0 };
    int answered = 0;

    for (int i = 0; i < pool->workers; i++)
        if (write(pool->orders[i], bytes, 1) != 1)
            return -1;
    while (answered < pool->workers) {
        ssize_t n = read(pool->answers, bytes, sizeof bytes);
        if (n <= 0)
            return -1;
        answered += (int)n;
    }
    return 0;
}

void pipes_destroy(struct pipes *pool)
{
    for (int i = 0; i < pool->workers; i++)
        close(pool->orders[i]);
    for (int i = 0; i < pool->workers; i++)
        waitpid(pool->pids[i], NULL, 0);
    close(pool->answers);
}
