/* SPDX-License-Identifier: MIT */
/* A program that must not wait: it reads its standard input while workers compute.
 *
 *     printf '%s\n' to be or not | ./06_event_loop
 *
 * prong_pool_start begins a job and returns. Nothing of prong runs in the background of this process: its loop polls the
 * pool's descriptor beside its own, and calls prong_pool_pump when that is readable. */
#include <prong.h>

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { COUNT = 2000000 };

static int count_primes(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    for (uint64_t n = first < 2 ? 2 : first; n < last; n++) {
        uint64_t d = 2;
        while (d * d <= n && n % d != 0)
            d++;
        *(uint64_t *)partial += d * d > n;
    }
    return 0;
}

static int add(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into += *(const uint64_t *)from;
    return 0;
}

/* Reads once. Returns the lines in it, or -1 at the end. */
static int read_lines(int fd)
{
    char text[512];
    ssize_t n = read(fd, text, sizeof text);
    int lines = 0;

    for (ssize_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    return n > 0 ? lines : -1;
}

int main(void)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
    prong_status status;
    prong_pool *pool;
    prong_job *job;
    uint64_t primes = 0;
    int done = 0, lines = 0;
    struct pollfd fds[2] = { { STDIN_FILENO, POLLIN, 0 }, { -1, POLLIN, 0 } };

    if (prong_pool_create(&pool, NULL, NULL) != PRONG_OK)
        return 1;
    spec.count = COUNT;
    spec.grain = 20000;
    spec.partial_size = sizeof primes;
    spec.accumulate = count_primes;
    spec.combine = add;
    spec.flags = PRONG_COMMUTATIVE;
    if (prong_pool_start(pool, &spec, &primes, &job, NULL) != PRONG_OK)
        return 1;

    /* poll ignores a descriptor of -1. The pool has none where there is no epoll: then we look every 10 ms. */
    fds[1].fd = prong_pool_fd(pool);
    while (!done || fds[0].fd != -1) {
        int n = poll(fds, 2, fds[1].fd == -1 && !done ? 10 : -1);
        if (n > 0 && fds[0].revents) {
            int more = read_lines(fds[0].fd);
            if (more == -1)
                fds[0].fd = -1;
            else
                lines += more;
        }
        if (done || (n > 0 && fds[1].fd != -1 && !fds[1].revents))
            continue;
        if (prong_pool_pump(pool, &done, NULL) != PRONG_OK)
            return 1;
        if (done)
            fds[1].fd = -1;
    }

    status = prong_job_wait(job, 0, NULL); /* does not wait: the job is done. This is where its errors come out */
    if (status == PRONG_OK)
        printf("%d lines, %llu primes below %d\n", lines, (unsigned long long)primes, COUNT);
    else
        fprintf(stderr, "06_event_loop: %s\n", prong_status_string(status));
    prong_pool_destroy(pool);
    return status != PRONG_OK;
}
