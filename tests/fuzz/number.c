/* SPDX-License-Identifier: MIT */
/* Numbers in text beside strtod of the C library, which rounds correctly in glibc.
 *
 * prong_text_number takes what strtod takes as a whole, and differs in three things: no blanks in front, no "nan(…)", and no NUL
 * byte, at which strtod ends. Everything else, accepted or not, must be the same, and the same bits.
 *
 * prong_number_front must find at the front of a text what prong_text_number says of that front alone. */
#include "config.h"

#include "array/number.h"
#include "fuzz.h"

#include <math.h>

static int same(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) && !signbit(a) == !signbit(b);
    return memcmp(&a, &b, sizeof a) == 0;
}

/* What strtod says of the whole token, under the three differences. */
static int oracle(const char *token, size_t length, double *value)
{
    char *end;

    if (length == 0 || memchr(token, '\0', length) || memchr(token, '(', length) || strchr(" \t\n\v\f\r", token[0]))
        return 0;
    *value = strtod(token, &end);
    return end == token + length;
}

static void check_whole(const char *data, size_t size)
{
    char *terminated = malloc(size + 1), *tight = fuzz_copy(data, size);
    double wanted = 0, got = 0;
    int accepted, takes;

    FUZZ_CHECK(terminated, "out of memory");
    memcpy(terminated, data, size);
    terminated[size] = '\0';
    takes = oracle(terminated, size, &wanted);
    accepted = prong_text_number(tight, size, &got);
    FUZZ_CHECK(accepted == takes, "'%s': strtod %s it", terminated, takes ? "takes" : "does not take");
    FUZZ_CHECK(!takes || same(got, wanted), "'%s': %a, not %a", terminated, got, wanted);
    free(terminated);
    free(tight);
}

static void check_front(const char *data, size_t size)
{
    char *tight = fuzz_copy(data, size);
    const char *end;
    double front, whole;

    if (prong_number_front(tight, tight + size, prong_powers(), &front, &end)) {
        size_t length = (size_t)(end - tight);
        FUZZ_CHECK(length > 0 && length <= size, "%zu bytes of %zu", length, size);
        check_whole(tight, length);
        FUZZ_CHECK(prong_text_number(tight, length, &whole), "'%.*s' is refused", (int)length, tight);
        FUZZ_CHECK(same(front, whole), "'%.*s': %a, not %a", (int)length, tight, front, whole);
    }
    free(tight);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_whole((const char *)data, size);
    check_front((const char *)data, size);
    return 0;
}
