/* SPDX-License-Identifier: MIT */
/* Exact sums without any processes: the correctly rounded sum in one call, and states that can be merged, taken apart,
 * stored and compared. */
#include <prong/exact.h>

#include <stdio.h>
#include <stdlib.h>

enum { N = 100000, POWERS = PRONG_POWER_SUM | PRONG_POWER_SQUARES };

static double x[N];

/* Large and small numbers of both signs, always the same. */
static void fill(void)
{
    unsigned seed = 1;

    for (int i = 0; i < N; i++) {
        seed = seed * 1103515245u + 12345u;
        x[i] = ((double)(seed >> 8) - 8388608.0) * (i % 3 ? 0.1 : 1e9);
    }
}

static void plain_sums(void)
{
    double forward = 0, backward = 0;

    for (int i = 0; i < N; i++)
        forward += x[i];
    for (int i = N; i-- > 0;)
        backward += x[i];
    printf("plain, forward and backward:  %s\n", forward == backward ? "the same" : "different");
    printf("exact, rounded once:          %.17g\n", prong_sum_f64(x, N));
}

static prong_exact *new_state(void)
{
    prong_exact *s = malloc(prong_exact_size(POWERS));

    if (!s)
        exit(1);
    prong_exact_init(s, POWERS);
    return s;
}

static double std(const prong_exact *s)
{
    return prong_exact_result(s, PRONG_Q_STD, 1, PRONG_FORMAT_F64, 0);
}

int main(void)
{
    prong_exact *whole = new_state(), *head = new_state(), *tail = new_state();
    prong_adder *adder = prong_adder_create(); /* working memory for any number of states; it holds no sums */
    unsigned char *bytes = malloc(prong_exact_serial_size(POWERS));
    prong_status status;

    if (!adder || !bytes)
        return 1;
    fill();
    plain_sums();

    prong_exact_add_f64(whole, adder, x, N);
    prong_exact_add_f64(head, adder, x, 12345);
    prong_exact_add_f64(tail, adder, x + 12345, N - 12345);

    /* Parts that were summed apart, perhaps on other machines, join without a trace of where the cut was. */
    status = prong_exact_merge(tail, head, NULL);
    printf("merged in the other order:    %s\n", status == PRONG_OK && prong_exact_equal(tail, whole) ? "equal" : "?");
    printf("standard deviation:           %.17g\n", std(tail));

    /* And a part can be taken away again: what is left is as if it had never been there. */
    status = prong_exact_unmerge(tail, head, NULL);
    printf("without the first 12345:      %.17g\n", std(tail));
    if (status == PRONG_OK)
        status = prong_exact_unmerge(whole, head, NULL);
    printf("taken from the whole:         %s\n", status == PRONG_OK && prong_exact_equal(tail, whole) ? "equal" : "?");

    /* A state can be written to a file and read by another machine. */
    prong_exact_serialize(tail, bytes);
    status = prong_exact_deserialize(head, prong_exact_size(POWERS), bytes, prong_exact_serial_size(POWERS), NULL);
    printf("stored and read back:         %s\n", status == PRONG_OK && prong_exact_equal(tail, head) ? "equal" : "?");

    prong_adder_destroy(adder);
    free(whole);
    free(head);
    free(tail);
    free(bytes);
    return 0;
}
