/* SPDX-License-Identifier: MIT */
/* Headers of .npy files: whatever the bytes, there is an error or a description that holds together, and it is the same when the
 * file comes in pieces. */
#include "config.h"

#include "array/npy.h"
#include "fuzz.h"

#include "array/array.h"

/* As a caller reads: from begin bytes on, as many as are asked for. Not 0: refused, or the file is too short. */
static prong_status read_header(const uint8_t *data, size_t size, size_t begin, struct prong_npy *npy, size_t *start)
{
    prong_error err = PRONG_ERROR_INIT;
    size_t have = begin, need = 0;

    for (int step = 0;; step++) {
        uint8_t *tight = fuzz_copy(data, have);
        prong_status status = prong_npy_need(tight, have, &need, &err);
        FUZZ_CHECK(step < 8, "it asks for more and more: %zu bytes of %zu", need, size);
        if (status == PRONG_OK && need <= have) {
            *start = need;
            status = prong_npy_parse(tight, need, npy, &err);
            free(tight);
            return status;
        }
        free(tight);
        if (status)
            return status;
        FUZZ_CHECK(need <= (size_t)PRONG_NPY_MAX_HEADER + 16, "a header of %zu bytes", need);
        if (need > size)
            return PRONG_EEMPTY;
        have = need;
    }
}

static void check_sense(const struct prong_npy *npy)
{
    uint64_t count = 1;
    int empty = 0;

    FUZZ_CHECK(npy->ndim >= 0 && npy->ndim <= PRONG_MAX_DIMS, "%d dimensions", npy->ndim);
    FUZZ_CHECK(prong_dtype_name(npy->dtype) && prong_dtype_size(npy->dtype) > 0, "type %d", (int)npy->dtype);
    for (int d = 0; d < npy->ndim; d++)
        empty |= npy->shape[d] == 0;
    for (int d = 0; d < npy->ndim && !empty; d++)
        FUZZ_CHECK(!__builtin_mul_overflow(count, npy->shape[d], &count), "more than 2^64 elements");
    if (empty)
        count = 0;
    FUZZ_CHECK(npy->count == count, "%llu elements", (unsigned long long)npy->count);
    FUZZ_CHECK(npy->bytes / prong_dtype_size(npy->dtype) == count && npy->bytes <= INT64_MAX, "%llu bytes",
               (unsigned long long)npy->bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct prong_npy npy, again;
    size_t start = 0, start_again = 0;
    prong_status status, status_again;

    for (size_t length = 0; length <= size && length <= PRONG_NPY_MAGIC; length++)
        (void)prong_npy_magic(data, length);
    if (size < PRONG_NPY_MAGIC || !prong_npy_magic(data, size))
        return 0;
    memset(&npy, 0, sizeof npy);
    memset(&again, 0, sizeof again);
    status = read_header(data, size, 0, &npy, &start);
    status_again = read_header(data, size, size, &again, &start_again);
    FUZZ_CHECK(status == status_again && (status || start == start_again), "in pieces: %d, whole: %d", (int)status,
               (int)status_again);
    if (status)
        return 0;
    check_sense(&npy);
    FUZZ_CHECK(npy.dtype == again.dtype && npy.count == again.count && npy.ndim == again.ndim, "in pieces, and whole");
    return 0;
}
