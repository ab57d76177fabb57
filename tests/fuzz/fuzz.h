/* SPDX-License-Identifier: MIT */
/* What every fuzzed function has: it is given bytes, and ends the process where it sees what must not be. libFuzzer calls it
 * with bytes that it makes up; replay.c with those that were kept. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name and the result 0 are libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what was seen, and where, and ends the process as libFuzzer wants it. */
#define FUZZ_CHECK(holds, ...)                                                                                         \
    do {                                                                                                               \
        if (!(holds)) {                                                                                                \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #holds);                                                \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fputc('\n', stderr);                                                                                       \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* A copy of its own length, so that a sanitizer sees a byte read behind it. Never NULL; freed by the caller. */
static inline void *fuzz_copy(const void *data, size_t size)
{
    void *copy = malloc(size ? size : 1);

    FUZZ_CHECK(copy, "out of memory");
    memcpy(copy, size ? data : "", size ? size : 1);
    return copy;
}

#endif
