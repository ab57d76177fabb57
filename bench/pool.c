/* SPDX-License-Identifier: MIT */
/* What a persistent pool costs: dispatch and join of an empty job beside OpenMP, a pool over pipes, Python and Perl; making and
 * ending a pool in parents of several sizes; chunks of several sizes. Peers take turns with prong, A B A B, and what counts is
 * the median of the ratios of neighbours. Prints Markdown.
 *
 * usage: pool DIRECTORY-OF-PEERS DIRECTORY-OF-SCRIPTS [ROUNDS] */
#include "config.h"

#include "bench/pool_peers/pipes.h"
#include "prong/pool.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 100, SAMPLES = 101, MOST_ROUNDS = 99 };

static int rounds = 9;

static double now(void)
{
    return (double)prong_now() * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *x, int n)
{
    qsort(x, (size_t)n, sizeof *x, compare);
    return x[n / 2];
}

static void must(int fine, const char *what)
{
    if (fine)
        return;
    fprintf(stderr, "pool: %s failed\n", what);
    exit(1);
}

/* ---- An empty job ---- */

static int nothing(uint64_t first, uint64_t last, void *ctx)
{
    (void)first;
    (void)last;
    (void)ctx;
    return 0;
}

static prong_pool *open_pool(int workers, double spin)
{
    prong_pool_options options = PRONG_POOL_OPTIONS_INIT;
    prong_pool *pool;

    options.run.workers = workers;
    options.spin = spin;
    must(prong_pool_create(&pool, &options, NULL) == PRONG_OK, "prong_pool_create");
    return pool;
}

static double time_prong(int workers, double spin)
{
    prong_pool *pool = open_pool(workers, spin);
    prong_for_spec spec = PRONG_FOR_SPEC_INIT;
    double took[SAMPLES];

    spec.count = (uint64_t)workers;
    spec.grain = 1;
    spec.body = nothing;
    for (int s = -20; s < SAMPLES; s++) {
        double begin = now();
        for (int i = 0; i < BATCH; i++)
            must(prong_pool_for(pool, &spec, NULL) == PRONG_OK, "prong_pool_for");
        if (s >= 0)
            took[s] = (now() - begin) / BATCH;
    }
    prong_pool_destroy(pool);
    return median(took, SAMPLES);
}

static double time_pipes(int workers)
{
    struct pipes pool;
    double took[SAMPLES];

    must(pipes_create(&pool, workers) == 0, "the pool over pipes");
    for (int s = -20; s < SAMPLES; s++) {
        double begin = now();
        for (int i = 0; i < BATCH; i++)
            must(pipes_run(&pool) == 0, "the pool over pipes");
        if (s >= 0)
            took[s] = (now() - begin) / BATCH;
    }
    pipes_destroy(&pool);
    return median(took, SAMPLES);
}

/* Another program measures itself; 0: it is not there. */
static double time_program(const char *command)
{
    FILE *f = popen(command, "r");
    double seconds = 0;

    if (f && fscanf(f, "%lf", &seconds) != 1)
        seconds = 0;
    if (f)
        pclose(f);
    return seconds;
}

struct peer {
    const char *name;
    char command[512]; /* empty: the pool over pipes */
    int workers;       /* of it */
    int prong_workers;
    double spin; /* of prong */
};

static void duel(const struct peer *peer)
{
    double ours[MOST_ROUNDS], theirs[MOST_ROUNDS], ratios[MOST_ROUNDS];
    int n = 0;

    for (int i = 0; i < rounds; i++) {
        ours[n] = time_prong(peer->prong_workers, peer->spin);
        theirs[n] = peer->command[0] ? time_program(peer->command) : time_pipes(peer->workers);
        if (theirs[n] <= 0)
            break;
        ratios[n] = ours[n] / theirs[n];
        n++;
    }
    printf("| %s | %s, %d | ", peer->name, peer->spin != 0 ? "spinning" : "blocking", peer->prong_workers);
    if (n == 0)
        printf("not installed | | |\n");
    else
        printf("%.2f | %.2f | %.3f |\n", median(theirs, n) * 1e6, median(ours, n) * 1e6, median(ratios, n));
    fflush(stdout);
}

static void compare_with_peers(const char *programs, const char *scripts)
{
    static const struct {
        const char *policy;
        int threads, workers;
        double spin;
    } omp[] = { { "active", 2, 1, -1 },  { "active", 3, 2, 50e-6 }, { "passive", 2, 1, 0 },
                { "passive", 2, 2, 0 }, { "passive", 4, 4, 0 } };
    struct peer peer;

    printf("\n## Dispatch and join of an empty job\n\nµs, medians; the ratio is prong's to the peer's, the median of %d "
           "alternating rounds.\nOpenMP's threads include the caller, and each takes part; prong's parent is a process "
           "beside its workers,\na job has a chunk for each of them, and whoever comes first takes more than one.\n\n"
           "| peer | prong: how, workers | peer µs | prong µs | ratio |\n|---|---|---|---|---|\n",
           rounds);
    for (size_t i = 0; i < sizeof omp / sizeof omp[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "OpenMP, %s, %d threads", omp[i].policy, omp[i].threads);
        peer = (struct peer){ name, "", omp[i].threads, omp[i].workers, omp[i].spin };
        snprintf(peer.command, sizeof peer.command, "OMP_WAIT_POLICY=%s '%s/omp' %d 101 2>/dev/null", omp[i].policy,
                 programs, omp[i].threads);
        duel(&peer);
    }
    for (int workers = 1; workers <= 4; workers *= 2) {
        char name[64];
        snprintf(name, sizeof name, "pipes, %d workers", workers);
        peer = (struct peer){ name, "", workers, workers, 0 };
        duel(&peer);
    }
    peer = (struct peer){ "Python multiprocessing.Pool, 2 workers", "", 2, 2, 0 };
    snprintf(peer.command, sizeof peer.command, "python3 '%s/multiprocessing_pool.py' 2 300 2>/dev/null", scripts);
    duel(&peer);
    peer = (struct peer){ "Perl MCE, 2 workers", "", 2, 2, 0 };
    snprintf(peer.command, sizeof peer.command, "perl '%s/mce.pl' 2 300 2>/dev/null", scripts);
    duel(&peer);
}

/* ---- Making and ending a pool ---- */

static double time_create(int workers)
{
    double took[15];

    for (int i = -2; i < 15; i++) {
        double begin = now();
        prong_pool_destroy(open_pool(workers, 0));
        if (i >= 0)
            took[i] = now() - begin;
    }
    return median(took, 15);
}

static void *touch(size_t size, int huge)
{
    char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    must(at != MAP_FAILED, "mmap");
#ifdef MADV_HUGEPAGE
    madvise(at, size, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#else
    (void)huge;
#endif
    for (size_t i = 0; i < size; i += 4096)
        at[i] = 1;
    return at;
}

static void measure_creation(void)
{
    static const size_t gib[] = { 0, 1, 4 };

    printf("\n## Create and destroy, 2 workers\n\n| memory of the parent | pages | ms |\n|---|---|---|\n");
    for (int huge = 0; huge < 2; huge++) {
        for (size_t i = (size_t)huge; i < 3; i++) {
            size_t size = gib[i] << 30;
            void *at = size ? touch(size, huge) : NULL;
            printf("| %zu GiB | %s | %.2f |\n", gib[i], huge ? "huge (madvise)" : "4 KiB", time_create(2) * 1e3);
            fflush(stdout);
            if (at)
                munmap(at, size);
        }
    }
}

/* ---- Grain ---- */

struct work {
    uint64_t out[4];
};

static uint64_t steps(uint64_t first, uint64_t last)
{
    uint64_t x = first;

    for (uint64_t i = first; i < last; i++)
        x = x * UINT64_C(6364136223846793005) + i;
    return x;
}

static int add_steps(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    *(uint64_t *)partial ^= steps(first, last);
    return 0;
}

static int exclusive_or(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into ^= *(const uint64_t *)from;
    return 0;
}

static double time_fold(prong_pool *pool, uint64_t count, uint64_t grain, unsigned flags)
{
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
    double took[9];
    uint64_t result;

    spec.count = count;
    spec.grain = grain;
    spec.partial_size = sizeof result;
    spec.accumulate = add_steps;
    spec.combine = exclusive_or;
    spec.flags = flags;
    for (int i = 0; i < 9; i++) {
        double begin = now();
        must(prong_pool_fold(pool, &spec, &result, NULL) == PRONG_OK, "prong_pool_fold");
        took[i] = now() - begin;
    }
    return median(took, 9);
}

static void measure_grain(void)
{
    const uint64_t count = 20000000;
    prong_pool *one = open_pool(1, -1), *two = open_pool(2, 0);
    volatile uint64_t sink;
    double serial[9];

    for (int i = 0; i < 9; i++) {
        double begin = now();
        sink = steps(0, count);
        serial[i] = now() - begin;
    }
    (void)sink;
    median(serial, 9);
    printf("\n## Chunks against the grain\n\n%llu steps of a recurrence, %.2f ns each serially; µs a chunk beyond its steps with "
           "one worker, and the speed-up\nof 2 workers over the serial loop.\n\n| steps a chunk | chunks | ordered: µs a chunk | "
           "2 workers | commutative: µs a chunk | 2 workers |\n|---|---|---|---|---|---|\n",
           (unsigned long long)count, serial[4] / (double)count * 1e9);
    for (uint64_t grain = 100; grain <= 1000000; grain *= 10) {
        double chunks = (double)((count + grain - 1) / grain);
        printf("| %llu | %.0f |", (unsigned long long)grain, chunks);
        for (unsigned flags = 0; flags <= PRONG_COMMUTATIVE; flags++)
            printf(" %.3f | %.2f |", (time_fold(one, count, grain, flags) - serial[4]) / chunks * 1e6,
                   serial[4] / time_fold(two, count, grain, flags));
        printf("\n");
        fflush(stdout);
    }
    prong_pool_destroy(one);
    prong_pool_destroy(two);
}

static void describe_machine(void)
{
    struct utsname name;
    char line[256], date[32], model[200] = "unknown processor";
    time_t t = time(NULL);
    FILE *f = fopen("/proc/cpuinfo", "r");

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':'))
            snprintf(model, sizeof model, "%.*s", (int)strcspn(strchr(line, ':') + 2, "\n"), strchr(line, ':') + 2);
    if (f)
        fclose(f);
    uname(&name);
    strftime(date, sizeof date, "%Y-%m-%d", gmtime(&t));
    printf("# The pool: figures\n\n%s, %ld processors; %s %s; %s. Made by `make bench-pool`.\n", model,
           sysconf(_SC_NPROCESSORS_ONLN), name.sysname, name.release, date);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    if (argc > 3)
        rounds = atoi(argv[3]);
    must(rounds > 0 && rounds <= MOST_ROUNDS, "ROUNDS, from 1 to 99,");
    describe_machine();
    compare_with_peers(argv[1], argv[2]);
    measure_creation();
    measure_grain();
    return 0;
}
