/* SPDX-License-Identifier: MIT */
/* Numbers in text beside strtod of the C library, which rounds correctly in glibc.
 *
 * prong_text_number takes what strtod takes as a whole, and differs in three things: no blanks in front, no "nan(…)", and no NUL
 * byte, at which strtod ends. Everything else, accepted or not, must be the same, and the same bits.
 *
 * prong_number_front must find at the front of a text what prong_text_number says of that front alone.
 *
 * And the same bytes amid a text, which may make several tokens of them, are read alike by each instruction set, cut or not. */
#include "config.h"

#include "array/array.h"
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

/* What a chunk of text comes to. */
struct chunk {
    size_t count;
    double values[2048];
    struct prong_text_reader reader;
};

static void read_chunk(const char *isa, const char *text, size_t size, size_t cap, struct chunk *chunk)
{
    size_t n;

    setenv("PRONG_ISA", isa, 1);
    chunk->count = 0;
    chunk->reader = (struct prong_text_reader){ .begin = text, .end = text + size, .limit = text + size };
    while ((n = prong_text_read(&chunk->reader, chunk->values + chunk->count, NULL, cap)) > 0)
        chunk->count += n;
    unsetenv("PRONG_ISA");
}

static void check_text(const char *data, size_t size)
{
    static const char *const isas[] = { "avx2", "avx512" };
    static struct chunk wanted, got;
    char *text = malloc(400 + size), *tight;
    size_t n = 0;

    if (size > 1000) { /* values have room for so many numbers */
        free(text);
        return;
    }
    FUZZ_CHECK(text, "out of memory");
    for (int i = 0; i < 10; i++)
        n += (size_t)sprintf(text + n, "%d.5\n", i);
    memcpy(text + n, data, size);
    n += size;
    for (int i = 0; i < 50; i++)
        n += (size_t)sprintf(text + n, " %d", i);
    tight = fuzz_copy(text, n);
    read_chunk("portable", tight, n, 2048, &wanted);
    for (size_t i = 0; i < 4; i++) {
        read_chunk(isas[i / 2], tight, n, i % 2 ? 7 : 2048, &got);
        FUZZ_CHECK(got.count == wanted.count && got.reader.bad == wanted.reader.bad, "%s: %zu numbers, not %zu", isas[i / 2],
                   got.count, wanted.count);
        for (size_t k = 0; k < wanted.count; k++)
            FUZZ_CHECK(same(got.values[k], wanted.values[k]), "%s: %a, not %a", isas[i / 2], got.values[k], wanted.values[k]);
        FUZZ_CHECK(got.reader.newlines == wanted.reader.newlines, "%s", isas[i / 2]);
        FUZZ_CHECK(got.reader.tail == wanted.reader.tail, "%s", isas[i / 2]);
        FUZZ_CHECK(got.reader.bad_line == wanted.reader.bad_line, "%s", isas[i / 2]);
        FUZZ_CHECK(got.reader.bad_column == wanted.reader.bad_column, "%s", isas[i / 2]);
    }
    free(tight);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_whole((const char *)data, size);
    check_front((const char *)data, size);
    check_text((const char *)data, size);
    return 0;
}
