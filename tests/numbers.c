/* SPDX-License-Identifier: MIT */
/* Numbers in text against strtod of the C library, which rounds correctly in glibc, by the hundred million: cases are made up
 * from their number alone, and tried by a fold of forked workers, so that a case that fails can be tried again.
 *
 *     numbers RANDOM HARD [SEED]     how many of either kind; prints the first case that differs
 *
 * Random cases are digits with a point and an exponent anywhere, and doubles in 1 to 20 digits. Hard ones lie at or next to the
 * middle of two doubles, cut off after 17 to 40 digits or not at all, or where exponents end.
 *
 * Each is read by itself, in front of other fields, and amid a text that is long enough for vector instructions, by either set of
 * them in turn. */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array/array.h"
#include "array/number.h"
#include "array/strip.h"
#include "prong/fold.h"
#include "splitmix.h"

enum { MOST = 1400 };

/* The k-th value of a case. */
static uint64_t mix(uint64_t x)
{
    return splitmix64(&x);
}

struct dice {
    uint64_t state;
};

static uint64_t roll(struct dice *dice)
{
    return dice->state = mix(dice->state);
}

static double any_double(struct dice *dice)
{
    for (;;) {
        uint64_t bits = roll(dice);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            return value;
    }
}

/* ---- Cases ---- */

/* Up to 24 digits, a point among them perhaps, an exponent perhaps. */
static size_t write_digits(struct dice *dice, char *to)
{
    uint64_t dies = roll(dice), more = roll(dice);
    unsigned digits = (unsigned)(1 + dies % 24), point = (unsigned)(dies >> 8) % (digits + 8);
    size_t n = 0;

    if (dies >> 16 & 1)
        to[n++] = '-';
    for (unsigned i = 0; i < digits; i++, more /= 10) {
        if (i == point)
            to[n++] = '.';
        if (more == 0)
            more = roll(dice);
        to[n++] = (char)('0' + more % 10);
    }
    if (dies >> 17 & 1) {
        int wide = dies >> 18 & 1 ? 700 : 50;
        n += (size_t)snprintf(to + n, 16, "%c%d", dies >> 19 & 1 ? 'e' : 'E', (int)((dies >> 20) % (unsigned)wide) - wide / 2);
    }
    return n;
}

static size_t write_random(struct dice *dice, char *to)
{
    uint64_t kind = roll(dice) % 8;

    if (kind == 0)
        return (size_t)snprintf(to, MOST, "%.*g", (int)(1 + roll(dice) % 20), any_double(dice));
    if (kind == 1)
        return (size_t)snprintf(to, MOST, "%.*f", (int)(roll(dice) % 10), (double)(int64_t)roll(dice) / 4294967296.0);
    return write_digits(dice, to);
}

/* A double at the bounds of subnormals, of powers of two, or anywhere. */
static double corner(struct dice *dice)
{
    uint64_t bits = roll(dice), kind = bits % 4, exponent = (bits >> 2) % 2046;
    double value;

    bits = roll(dice);
    if (kind == 0)
        exponent = (bits >> 60) % 3;
    if (kind == 1)
        bits = bits & 1 ? 3 : UINT64_MAX - 3 + (bits >> 1 & 3);
    bits = (bits & ((UINT64_C(1) << 52) - 1)) | exponent << 52;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* All digits of the middle of two doubles, or some of them, or the last one changed. */
static size_t write_middle(struct dice *dice, char *to)
{
    static const int cuts[] = { 16, 17, 18, 19, 20, 24, 39, 770 };
    double low = corner(dice);
    long double middle = ((long double)low + (long double)nextafter(low, (double)INFINITY)) / 2;
    int cut = cuts[roll(dice) % (sizeof cuts / sizeof cuts[0])];
    size_t n = (size_t)snprintf(to, MOST, "%.*Le", cut, middle), change;
    char *last = memchr(to, 'e', n);

    change = roll(dice) % 4;
    if (last && change == 0 && last[-1] < '9')
        last[-1]++;
    if (last && change == 1 && last[-1] > '0')
        last[-1]--;
    return n;
}

/* An integer of 53 bits and a half, by a power of ten that leaves it what it is: the middle of two doubles in few digits. */
static size_t write_half(struct dice *dice, char *to)
{
    uint64_t odd = ((roll(dice) >> 10) | UINT64_C(1) << 53) * 2 + 1, change = roll(dice);
    int shift = (int)(change >> 8 & 7);

    return (size_t)snprintf(to, MOST, "%" PRIu64 "%.*se%d", odd + (change & 1), shift, "00000000", -shift);
}

/* Exponents where numbers end, and beyond. */
static size_t write_end(struct dice *dice, char *to)
{
    static const int ends[] = { -345, -342, -324, -323, -308, -307, -27, -22, 0, 22, 23, 55, 291, 308, 309, 400 };
    uint64_t dies = roll(dice);
    int digits = (int)(1 + dies % 21), end = ends[dies >> 8 & 15] + (int)(dies >> 16 & 3) - 1;
    size_t n = 0;

    for (int i = 0; i < digits; i++)
        to[n++] = (char)('0' + (i == 0 ? 1 + roll(dice) % 9 : roll(dice) % 10));
    return n + (size_t)snprintf(to + n, 16, "e%d", end - (dies >> 20 & 1 ? digits - 1 : 0));
}

static size_t write_hard(struct dice *dice, char *to)
{
    switch (roll(dice) % 4) {
    case 0:
        return write_half(dice, to);
    case 1:
        return write_end(dice, to);
    default:
        return write_middle(dice, to);
    }
}

/* ---- Trying them ---- */

struct trial {
    uint64_t random, seed;
};

static size_t write_case(const struct trial *trial, uint64_t i, char *to)
{
    struct dice dice = { mix(trial->seed) ^ mix(~i) };

    size_t length = i < trial->random ? write_random(&dice, to) : write_hard(&dice, to);

    to[length] = '\0';
    return length;
}

static int same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Amid others, from any place on, as strips of text are read. */
static int is_right_in_text(uint64_t i, const char *number, size_t length, double wanted)
{
    char text[MOST + 512];
    size_t before = PRONG_STRIP_FRONT + i % 61, n = before, count;
    struct prong_text_reader reader = { .begin = text };
    double values[200];

    memset(text, ' ', n);
    for (size_t at = i % 2; at + 3 < before; at += 4) {
        memcpy(text + at, i % 3 ? "1.5 " : "-7\r\n", 4);
        n = at + 4;
    }
    memcpy(text + n, number, length);
    n += length;
    for (size_t k = 0; k < 24; k++, n += 4)
        memcpy(text + n, k % 4 ? "\n25." : " .25", 4);
    memcpy(text + n, "\n42\n", 4);
    reader.end = reader.limit = text + n + 4;
    setenv("PRONG_ISA", i % 2 ? "avx512" : "avx2", 1);
    count = prong_text_read(&reader, values, NULL, sizeof values / sizeof values[0]);
    return count > 26 && !reader.bad && values[count - 1] == 42 && same(values[count - 26], wanted);
}

/* By itself, in front of other fields, of which the fast way sees eight bytes at once, and amid a text. */
static int is_right(const struct trial *trial, uint64_t i)
{
    char text[MOST + 16];
    size_t length = write_case(trial, i, text);
    double wanted = strtod(text, NULL), got = 0, front = 0;
    const char *end;
    int right = prong_text_number(text, length, &got) && same(got, wanted);

    memcpy(text + length, ",123456.75,", 12);
    if (right && prong_number_front(text, text + length + 11, prong_powers(), &front, &end))
        right = end == text + length && same(front, wanted);
    return right && is_right_in_text(i, text, length, wanted);
}

static int nothing(void *partial, void *ctx)
{
    (void)ctx;
    *(uint64_t *)partial = UINT64_MAX;
    return 0;
}

static int try_range(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    uint64_t *wrong = partial;

    for (; first < last && *wrong == UINT64_MAX; first++)
        if (!is_right(ctx, first))
            *wrong = first;
    return 0;
}

static int first_of(void *into, const void *from, void *ctx)
{
    uint64_t *a = into;
    const uint64_t *b = from;

    (void)ctx;
    *a = *a < *b ? *a : *b;
    return 0;
}

int main(int argc, char **argv)
{
    struct trial trial = { .seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1 };
    uint64_t hard = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, wrong;
    prong_error err = PRONG_ERROR_INIT;
    prong_fold_spec spec = PRONG_FOLD_SPEC_INIT;
    prong_status status;

    if (argc < 3) {
        fputs("usage: numbers RANDOM HARD [SEED]\n", stderr);
        return 2;
    }
    trial.random = strtoull(argv[1], NULL, 10);
    spec.count = trial.random + hard;
    spec.grain = 50000;
    spec.partial_size = sizeof wrong;
    spec.init = nothing;
    spec.accumulate = try_range;
    spec.combine = first_of;
    spec.ctx = &trial;
    spec.flags = PRONG_COMMUTATIVE;
    status = prong_fold(&spec, NULL, &wrong, &err);
    if (status) {
        fprintf(stderr, "%s: %s\n", prong_status_string(status), err.detail);
        return 1;
    }
    if (wrong != UINT64_MAX) {
        char text[MOST + 16];
        double got = 0;
        size_t length = write_case(&trial, wrong, text);
        int taken = prong_text_number(text, length, &got);
        printf("case %" PRIu64 " of seed %" PRIu64 ": '%s' is %a; prong %s %a\n", wrong, trial.seed, text, strtod(text, NULL),
               taken ? "says" : "refuses it, and said", got);
        return 1;
    }
    printf("%" PRIu64 " random and %" PRIu64 " hard numbers are those of strtod (seed %" PRIu64 ")\n", trial.random, hard,
           trial.seed);
    return 0;
}
