/* SPDX-License-Identifier: MIT */
/* Random numbers that do not depend on who draws them: the same bits for any number of workers, and after any death.
 *
 * A generator with a state that is handed from draw to draw would give each worker another sequence in each run. A
 * counter-based one has no state: draw number n of sample i is a function of (key, i, n). Whatever worker computes a sample,
 * and however often, it sees the same numbers. And as prong adds the partials in chunk order, the mean has the same bits.
 *
 * The question: how far from home is a drunkard after 16 steps of random length and direction in a plane, on average? */
#include <prong.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SAMPLES = 400000, STEPS = 16 };

struct question {
    uint64_t key;
};

/* Widynski's squares (https://arxiv.org/abs/2004.06278): rounds of squaring and of swapping halves. The key's bits should look
 * random; another key is another experiment. */
static uint32_t squares32(uint64_t counter, uint64_t key)
{
    uint64_t x = counter * key, y = x, z = y + key;

    x = x * x + y;
    x = x >> 32 | x << 32;
    x = x * x + z;
    x = x >> 32 | x << 32;
    x = x * x + y;
    x = x >> 32 | x << 32;
    return (uint32_t)((x * x + z) >> 32);
}

/* Evenly from -1 to 1. */
static double draw(uint64_t sample, uint64_t n, uint64_t key)
{
    return (double)squares32(sample * 2 * STEPS + n, key) / 2147483648.0 - 1;
}

static int walk(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    const struct question *question = ctx;

    for (uint64_t i = first; i < last; i++) {
        double x = 0, y = 0;
        for (uint64_t n = 0; n < STEPS; n++) {
            x += draw(i, 2 * n, question->key);
            y += draw(i, 2 * n + 1, question->key);
        }
        *(double *)partial += sqrt(x * x + y * y);
    }
    return 0;
}

static int add(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(double *)into += *(const double *)from;
    return 0;
}

static double mean_distance(int workers, uint64_t key)
{
    prong_options options = PRONG_OPTIONS_INIT;
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
    struct question question = { key };
    double sum = nan("");

    options.workers = workers;
    spec.count = SAMPLES;
    spec.grain = 5000; /* part of the question: other chunks would round otherwise */
    spec.partial_size = sizeof sum;
    spec.accumulate = walk;
    spec.combine = add;
    spec.ctx = &question;
    if (prong_fold(&spec, &options, &sum, NULL) != PRONG_OK)
        return sum;
    return sum / SAMPLES;
}

int main(void)
{
    const uint64_t key = UINT64_C(0x548c9decbce65297);
    double one = mean_distance(1, key);

    printf("mean distance %.6f\n", one);
    for (int workers = 2; workers <= 5; workers++) {
        double many = mean_distance(workers, key);
        printf("%d workers: %s\n", workers, memcmp(&one, &many, sizeof one) == 0 ? "the same bits" : "DIFFERENT");
    }
    printf("another key: %.6f\n", mean_distance(2, UINT64_C(0xc8e4fd154ce32f6d)));
    return 0;
}
