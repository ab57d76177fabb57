/* SPDX-License-Identifier: MIT */
/* A worker dies in the middle of its work, and the result is right all the same.
 *
 * The death is arranged: a pipe holds one byte, the worker that reads it kills itself. Nobody else finds a byte, so it
 * happens once, and to whom is left to chance. */
#include <prong.h>

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNT = 1000000, CHUNKS = 10 };

/* Counts the multiples of 3 or 7 among first … last-1. */
static int count_multiples(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const int *pipe_end = ctx;
    uint64_t *found = partial;
    char byte;

    for (uint64_t i = first; i < last; i++)
        *found += i % 3 == 0 || i % 7 == 0;
    /* The chunk is computed, but not published: it must be computed again, from an empty partial. */
    if (first >= COUNT / 2 && read(*pipe_end, &byte, 1) == 1)
        raise(SIGKILL);
    return 0;
}

static int add(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into += *(const uint64_t *)from;
    return 0;
}

static int fold(int *pipe_end, const prong_options *options, uint64_t *found)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
    prong_error err = PRONG_ERROR_INIT;

    spec.count = COUNT;
    spec.grain = COUNT / CHUNKS;
    spec.partial_size = sizeof *found;
    spec.accumulate = count_multiples;
    spec.combine = add;
    spec.ctx = pipe_end;
    spec.flags = PRONG_COMMUTATIVE; /* integers may be added in any order, so a slot a worker is enough */
    if (prong_fold(&spec, options, found, &err) != PRONG_OK) {
        /* The pid differs from run to run, so it is not printed here; prong_error_string says all there is to say. */
        printf("%s: signal %d, attempt %d, chunk %lld, elements %llu to %llu\n", prong_status_string(err.status),
               WTERMSIG(err.wait_status), err.attempt, (long long)err.chunk, (unsigned long long)err.first,
               (unsigned long long)err.last - 1);
        return 1;
    }
    return 0;
}

int main(void)
{
    prong_options options = PRONG_OPTIONS_INIT;
    prong_stats stats = { .size = sizeof stats };
    uint64_t found = 0;
    int ends[2];

    options.workers = 2;
    options.stats = &stats;
    if (pipe(ends) == -1 || write(ends[1], "!", 1) != 1)
        return 1;

    /* With retries, which are the default, the death costs one chunk. */
    close(ends[1]);
    if (fold(&ends[0], &options, &found))
        return 1;
    printf("%llu multiples; %d workers, %llu chunks, %llu computed again, %llu workers forked in place of dead ones\n",
           (unsigned long long)found, stats.workers, (unsigned long long)stats.chunks,
           (unsigned long long)stats.retries, (unsigned long long)stats.respawns);
    close(ends[0]);

    /* Without, the fold fails, says what was lost, and leaves found as it was. */
    if (pipe(ends) == -1 || write(ends[1], "!", 1) != 1)
        return 1;
    close(ends[1]);
    options.workers = 1;
    options.retries = 0;
    found = 0;
    fold(&ends[0], &options, &found);
    printf("found is still %llu\n", (unsigned long long)found);
    return 0;
}
