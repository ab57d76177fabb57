/* SPDX-License-Identifier: MIT */
/* What stands behind options: from words to numbers, sizes, choices and types, or a message. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int cli_whole(const char *option, const char *text, uint64_t most, uint64_t *out)
{
    char *end;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value > most) {
        cli_usage("--%s: '%s' is no whole number from 0 to %llu", option, text, (unsigned long long)most);
        return -1;
    }
    *out = value;
    return 0;
}

int cli_small(const char *option, const char *text, int most, int *out)
{
    uint64_t value;

    if (cli_whole(option, text, (uint64_t)most, &value) == -1)
        return -1;
    *out = (int)value;
    return 0;
}

int cli_seconds(const char *option, const char *text, double *out)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end || !(value > 0 && value < 1e9)) {
        cli_usage("--%s: '%s' is no number of seconds above 0", option, text);
        return -1;
    }
    *out = value;
    return 0;
}

int cli_choice(const char *option, const char *text, const char *const words[])
{
    for (int i = 0; words[i]; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    cli_usage("--%s: '%s' is not one of its values; see --help", option, text);
    return -1;
}

int cli_bytes(const char *option, const char *text, uint64_t *out)
{
    static const char units[] = "KMGT";
    char *end;
    unsigned long long value;
    const char *unit;
    int shift = 0;

    errno = 0;
    value = strtoull(text, &end, 10);
    unit = *end ? strchr(units, *end & ~0x20) : NULL;
    if (unit) {
        shift = 10 * (int)(unit - units + 1);
        end++;
    }
    if (*text < '0' || *text > '9' || *end || errno || value == 0 || value > (uint64_t)INT64_MAX >> shift) {
        cli_usage("--%s: '%s' is no size; say for example 512M", option, text);
        return -1;
    }
    *out = value << shift;
    return 0;
}

int cli_set_method(struct cli *cli, const char *text)
{
    for (int i = 0; prong_method_name(i); i++) {
        if (strcmp(text, prong_method_name(i)) == 0) {
            cli->reduce.method = (prong_method)i;
            return 0;
        }
    }
    cli_usage("--method: '%s' is not one of numpy's methods: linear, inverted_cdf, hazen, weibull, lower, nearest …", text);
    return -1;
}

int cli_set_dtype(struct cli *cli, const char *text)
{
    if (prong_dtype_parse(text, NULL, NULL) != PRONG_OK) {
        cli_usage("--dtype: unknown type '%s'", text);
        return -1;
    }
    cli->input.dtype = text;
    return 0;
}

int cli_set_part(struct cli *cli, const char *text)
{
    const char *slash = strchr(text, '/');
    char first[24] = "";

    if (slash && (size_t)(slash - text) < sizeof first)
        memcpy(first, text, (size_t)(slash - text));
    if (cli_whole("part", *first ? first : text, INT64_MAX, &cli->part) == -1 ||
        cli_whole("part", slash ? slash + 1 : "", INT64_MAX, &cli->parts) == -1)
        return -1;
    if (cli->part > 0 && cli->part <= cli->parts)
        return 0;
    cli_usage("--part: '%s' is no part of a whole, as 1/3 is", text);
    return -1;
}

int cli_set_out_dtype(struct cli *cli, const char *text)
{
    static const struct {
        prong_dtype dtype;
        prong_format format;
    } formats[] = { { PRONG_F64, PRONG_FORMAT_F64 },
                    { PRONG_F32, PRONG_FORMAT_F32 },
                    { PRONG_F16, PRONG_FORMAT_F16 },
                    { PRONG_BF16, PRONG_FORMAT_BF16 } };
    prong_dtype dtype;

    if (prong_dtype_parse(text, &dtype, NULL) == PRONG_OK) {
        for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
            if (formats[i].dtype == dtype) {
                cli->reduce.format = formats[i].format;
                cli->reduce.format_given = 1;
                return 0;
            }
        }
    }
    cli_usage("--out-dtype: '%s' is not f64, f32, f16 or bf16", text);
    return -1;
}
