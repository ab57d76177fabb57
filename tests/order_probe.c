/* SPDX-License-Identifier: MIT */
/* Answers what tests/order_oracle.py asks, a line each:
 *
 *     parse PERCENT TEXT              num den, or the status's number
 *     rank METHOD NUM DEN N           lower upper num den
 *     value DOMAIN FORMAT A B NUM DEN   domain and bits; A and B are the bits of two elements, in hexadecimal */
#include "config.h"

#include "order/quantile.h"

#include <inttypes.h>
#include <stdio.h>

static int parse(void)
{
    struct prong_fraction q;
    int percent;
    char text[512] = "";
    prong_status status;

    if (scanf("%d %511s", &percent, text) != 2)
        return 0;
    status = prong_quantile_parse(text, strlen(text), percent != 0, &q, NULL);
    if (status == PRONG_OK)
        printf("%" PRIu64 " %" PRIu64 "\n", q.num, q.den);
    else
        printf("status %d\n", (int)status);
    return 1;
}

static int rank(void)
{
    char method[64];
    struct prong_fraction q;
    struct prong_quantile_rank r;
    uint64_t n;

    if (scanf("%63s %" SCNu64 " %" SCNu64 " %" SCNu64, method, &q.num, &q.den, &n) != 4)
        return 0;
    if (prong_quantile_method_by_name(method) == PRONG_QUANTILE_METHODS)
        return 0;
    r = prong_quantile_rank(prong_quantile_method_by_name(method), q, n);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r.lower, r.upper, r.num, r.den);
    return 1;
}

static int64_t key_of(enum prong_order_domain domain, uint64_t bits)
{
    int64_t key;

    prong_keys(domain, &bits, 1, &key);
    return key;
}

static int value(void)
{
    unsigned domain, format;
    uint64_t a, b;
    struct prong_quantile_rank r = { 0, 1, 0, 1 };
    union prong_order_value result;
    enum prong_order_domain is;

    if (scanf("%u %u %" SCNx64 " %" SCNx64 " %" SCNu64 " %" SCNu64, &domain, &format, &a, &b, &r.num, &r.den) != 6)
        return 0;
    is = prong_quantile_value((enum prong_order_domain)domain, key_of((enum prong_order_domain)domain, a),
                              key_of((enum prong_order_domain)domain, b), &r, (prong_format)format, &result);
    printf("%u %016" PRIx64 "\n", (unsigned)is, result.u);
    return 1;
}

int main(void)
{
    char what[16];

    while (scanf("%15s", what) == 1) {
        int answered = strcmp(what, "parse") == 0 ? parse() : strcmp(what, "rank") == 0 ? rank() : value();
        if (!answered)
            return 99;
    }
    return 0;
}
