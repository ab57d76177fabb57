/* SPDX-License-Identifier: MIT */
/* What exactness costs: nanoseconds an element of this library's sums beside a plain vector sum, a TwoSum cascade
 * and Shewchuk's expansions (the method of Python's fsum), for eight distributions, in cache and in memory, by one
 * process and by two. Prints Markdown tables. Figures are the best of several runs; read them as ratios to the
 * plain sum.
 *
 * usage: exact [LARGEST-N]                    default 10^8 */
#include "config.h"

#include "prong/exact.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LANES = 8 };
typedef double vd __attribute__((vector_size(8 * LANES), aligned(8)));

/* ---- The methods ---- */

static prong_adder *adder;
static prong_exact *sum_state, *square_state, *dot_state;

#define CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))

CLONES static double plain(const double *x, size_t n)
{
    vd a = { 0 }, b = a, c = a, d = a;
    double sum = 0;
    size_t i = 0;

    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        __builtin_prefetch(x + i + 256);
        __builtin_prefetch(x + i + 264);
        __builtin_prefetch(x + i + 272);
        __builtin_prefetch(x + i + 280);
        a += *(const vd *)(x + i);
        b += *(const vd *)(x + i + LANES);
        c += *(const vd *)(x + i + 2 * LANES);
        d += *(const vd *)(x + i + 3 * LANES);
    }
    a = a + b + (c + d);
    for (unsigned lane = 0; lane < LANES; lane++)
        sum += a[lane];
    for (; i < n; i++)
        sum += x[i];
    return sum;
}

/* The limit: every byte is read, next to nothing is done with it. */
CLONES static double read_only(const double *x, size_t n)
{
    typedef uint64_t vu __attribute__((vector_size(8 * LANES), aligned(8)));
    vu a = { 0 }, b = a;
    uint64_t all = 0;
    size_t i = 0;

    for (; i + 2 * LANES <= n; i += 2 * LANES) {
        __builtin_prefetch(x + i + 256);
        __builtin_prefetch(x + i + 264);
        a |= *(const vu *)(const void *)(x + i);
        b |= *(const vu *)(const void *)(x + i + LANES);
    }
    a |= b;
    for (unsigned lane = 0; lane < LANES; lane++)
        all |= a[lane];
    return (double)all;
}

CLONES static double two_sum(const double *x, size_t n)
{
    vd sum[4] = { 0 }, error[4] = { 0 };
    double total = 0, low = 0;
    size_t i = 0;

    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        __builtin_prefetch(x + i + 256);
        __builtin_prefetch(x + i + 264);
        __builtin_prefetch(x + i + 272);
        __builtin_prefetch(x + i + 280);
#define TWO_SUM(k)                                                                                                \
    do {                                                                                                          \
        vd v = *(const vd *)(x + i + (k)*LANES);                                                                  \
        vd s = sum[k] + v;                                                                                        \
        vd z = s - sum[k];                                                                                        \
        error[k] += (sum[k] - (s - z)) + (v - z);                                                                 \
        sum[k] = s;                                                                                               \
    } while (0)
        TWO_SUM(0);
        TWO_SUM(1);
        TWO_SUM(2);
        TWO_SUM(3);
    }
    for (unsigned k = 0; k < 4; k++)
        for (unsigned lane = 0; lane < LANES; lane++) {
            total += sum[k][lane];
            low += error[k][lane];
        }
    for (; i < n; i++)
        total += x[i];
    return total + low;
}

static double shewchuk(const double *x, size_t n)
{
    double partial[64], sum = 0;
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        double v = x[i];
        size_t keep = 0;
        for (size_t k = 0; k < used; k++) {
            double y = partial[k];
            if (fabs(v) < fabs(y)) {
                double swap = v;
                v = y;
                y = swap;
            }
            double high = v + y, low = y - (high - v);
            if (low != 0)
                partial[keep++] = low;
            v = high;
        }
        partial[keep++] = v;
        used = keep < 64 ? keep : 63;
    }
    for (size_t k = used; k-- > 0;)
        sum += partial[k];
    return sum;
}

static double exact(const double *x, size_t n)
{
    prong_exact_init(sum_state, PRONG_POWER_SUM);
    prong_exact_add_f64(sum_state, adder, x, n);
    return prong_exact_result(sum_state, PRONG_Q_SUM, 0, PRONG_FORMAT_F64, 0);
}

static double exact_std(const double *x, size_t n)
{
    prong_exact_init(square_state, PRONG_POWER_SUM | PRONG_POWER_SQUARES);
    prong_exact_add_f64(square_state, adder, x, n);
    return prong_exact_result(square_state, PRONG_Q_STD, 1, PRONG_FORMAT_F64, 0);
}

static double exact_dot(const double *x, size_t n)
{
    prong_exact_init(dot_state, PRONG_POWER_DOT);
    prong_exact_add_dot_f64(dot_state, adder, x, x + n / 2, n / 2);
    return prong_exact_result(dot_state, PRONG_Q_DOT, 0, PRONG_FORMAT_F64, 0);
}

static const struct {
    const char *name;
    double (*run)(const double *x, size_t n);
    size_t most; /* slow methods are not run on more */
} methods[] = {
    { "read", read_only, SIZE_MAX },
    { "plain sum", plain, SIZE_MAX },
    { "exact sum", exact, SIZE_MAX },
    { "exact sum + squares", exact_std, SIZE_MAX },
    { "exact dot of halves", exact_dot, SIZE_MAX },
    { "TwoSum", two_sum, SIZE_MAX },
    { "Shewchuk", shewchuk, 1000000 },
};
enum { METHODS = sizeof methods / sizeof methods[0], PLAIN = 1, ROUNDS = 7 };

/* ---- The data ---- */

static uint64_t seed;

static uint64_t random_bits(void)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static double uniform(void)
{
    return (double)(random_bits() >> 11) * 0x1p-53;
}

static double normal(void)
{
    return sqrt(-2 * log(1 - uniform())) * cos(6.283185307179586 * uniform());
}

static double lognormal1(void)
{
    return exp(normal());
}

static double lognormal10(void)
{
    return exp(10 * normal());
}

static double cents(void)
{
    return (double)(random_bits() % 10000000) / 100;
}

static double cancelling(void)
{
    double x = ldexp(uniform() - 0.5, (int)(random_bits() % 60));

    return random_bits() & 1 ? x : -x;
}

static double rarely_tiny(void)
{
    return random_bits() % 100 ? normal() : ldexp(normal(), -300);
}

static double any_bits(void)
{
    double x;
    uint64_t b;

    do {
        b = random_bits();
        memcpy(&x, &b, sizeof x);
    } while (!isfinite(x));
    return x;
}

static const struct {
    const char *name;
    double (*draw)(void);
} data[] = {
    { "uniform", uniform },
    { "normal", normal },
    { "lognormal(1)", lognormal1 },
    { "lognormal(10)", lognormal10 },
    { "cents", cents },
    { "cancelling over 2^60", cancelling },
    { "1 % at 2^-300", rarely_tiny },
    { "every bit pattern", any_bits },
};
enum { DATA = sizeof data / sizeof data[0] };

/* Drawing costs more than summing: what is drawn once is repeated. */
static void fill(double *x, size_t n, double (*draw)(void))
{
    size_t drawn = n < 1000000 ? n : 1000000;

    seed = 1;
    for (size_t i = 0; i < drawn; i++)
        x[i] = draw();
    for (size_t i = drawn; i < n; i++)
        x[i] = x[i - drawn];
}

/* ---- Timing ---- */

static volatile double sink;

static double time_one(double (*run)(const double *, size_t), const double *x, size_t n)
{
    size_t repeat = n < 1000000 ? 1000000 / n : 1;
    int64_t start = prong_now();

    for (size_t i = 0; i < repeat; i++)
        sink = run(x, n);
    return (double)(prong_now() - start) / (double)(repeat * n);
}

/* Two processes, half of the elements each; the slower one's time counts. */
static double time_two(double (*run)(const double *, size_t), const double *x, size_t n, double *times)
{
    int *gate = (int *)(void *)(times + 2);
    pid_t pid[2];

    *gate = 0;
    for (int k = 0; k < 2; k++) {
        pid[k] = fork();
        if (pid[k] == 0) {
            int64_t start;
            __atomic_add_fetch(gate, 1, __ATOMIC_SEQ_CST);
            while (__atomic_load_n(gate, __ATOMIC_SEQ_CST) < 2)
                ;
            start = prong_now();
            sink = run(x + (size_t)k * (n / 2), n / 2);
            times[k] = (double)(prong_now() - start);
            _exit(0);
        }
    }
    for (int k = 0; k < 2; k++)
        waitpid(pid[k], NULL, 0);
    return (times[0] > times[1] ? times[0] : times[1]) / (double)n;
}

static void name_machine(void)
{
    char line[256];
    FILE *f = fopen("/proc/cpuinfo", "r");

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "model name", 10) == 0) {
            printf("%s", strchr(line, ':') ? strchr(line, ':') + 2 : line);
            break;
        }
    if (f)
        fclose(f);
    printf("\n%ld processors, kernels for %s; ns an element, in brackets the ratio to the plain sum.\n",
           sysconf(_SC_NPROCESSORS_ONLN), prong_adder_isa(adder));
}

static void table(const double *x, size_t n, int processes, double *times, void (*refill)(size_t))
{
    printf("\n### %zu elements, %d process%s\n\n| data |", n, processes, processes > 1 ? "es" : "");
    for (unsigned m = 0; m < METHODS; m++)
        if (n <= methods[m].most)
            printf(" %s |", methods[m].name);
    printf("\n|---|");
    for (unsigned m = 0; m < METHODS; m++)
        if (n <= methods[m].most)
            printf("---|");
    printf("\n");
    for (unsigned d = 0; d < DATA; d++) {
        double best[METHODS];
        refill(d);
        /* in turn, so that a change of the machine's mood hits all of them */
        for (int round = 0; round < ROUNDS; round++)
            for (unsigned m = 0; m < METHODS; m++) {
                double ns;
                if (n > methods[m].most)
                    continue;
                ns = processes == 1 ? time_one(methods[m].run, x, n) : time_two(methods[m].run, x, n, times);
                if (round == 0 || ns < best[m])
                    best[m] = ns;
            }
        printf("| %s |", data[d].name);
        for (unsigned m = 0; m < METHODS; m++)
            if (n <= methods[m].most)
                printf(m > PLAIN ? " %.3f (%.2f) |" : " %.3f |", best[m], best[m] / best[PLAIN]);
        printf("\n");
        fflush(stdout);
    }
}

static double *elements;
static size_t count;

static void refill(size_t d)
{
    fill(elements, count, data[d].draw);
}

int main(int argc, char **argv)
{
    size_t most = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000000;
    double *times = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    elements = mmap(NULL, most * sizeof *elements, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    adder = prong_adder_create();
    sum_state = malloc(PRONG_EXACT_MAX_SIZE);
    square_state = malloc(PRONG_EXACT_MAX_SIZE);
    dot_state = malloc(PRONG_EXACT_MAX_SIZE);
    if (elements == MAP_FAILED || times == MAP_FAILED || !adder || !sum_state || !square_state || !dot_state) {
        perror("exact");
        return EXIT_FAILURE;
    }
    madvise(elements, most * sizeof *elements, MADV_HUGEPAGE);
    name_machine();
    for (count = 1000; count <= most; count *= 10) {
        table(elements, count, 1, times, refill);
        if (count >= 10000000)
            table(elements, count, 2, times, refill);
    }
    return EXIT_SUCCESS;
}
