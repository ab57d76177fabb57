/* SPDX-License-Identifier: MIT */
/* State files: whatever the bytes, there is an error or a state that can be saved; what was saved is loaded and saved again as
 * the same bytes, and joins with itself or says why not. The hash at their end is set right first, so that what stands behind it
 * is reached: then bytes may say what no reduction would have said, and only what prong writes is its one form. */
#include "config.h"

#include "fuzz.h"
#include "prong/reduce.h"
#include "reduce/codec.h"

#include <math.h>

enum { SIZE_AT = 16, HEAD = 24, HASH = 8 };

static void put_u64(uint8_t *to, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

static void *save(const prong_reduction *r, size_t *size)
{
    prong_error err = PRONG_ERROR_INIT;
    void *saved = NULL;
    prong_status status = prong_reduction_save(r, &saved, size, &err);

    FUZZ_CHECK(status == PRONG_OK, "what was loaded is not saved: %s", err.detail);
    return saved;
}

static void check_saves(const prong_reduction *r, const void *bytes, size_t size)
{
    size_t saved_size = 0;
    void *saved = save(r, &saved_size);

    FUZZ_CHECK(saved_size == size && memcmp(saved, bytes, size) == 0, "%zu bytes become %zu, or others", size, saved_size);
    free(saved);
}

static void take_values(const prong_reduction *r)
{
    for (size_t i = 0; i < prong_reduction_count(r); i++) {
        prong_value value;
        if (prong_reduction_value(r, i, &value, NULL) == PRONG_OK)
            prong_value_free(&value);
    }
}

static void check_merges(const void *bytes, size_t size)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_reduction *into = NULL, *from = NULL;
    prong_status status = prong_reduction_load(&into, bytes, size, &err);

    if (status == PRONG_OK)
        status = prong_reduction_load(&from, bytes, size, &err);
    FUZZ_CHECK(status == PRONG_OK, "saved, but not loaded again: %s", err.detail);
    check_saves(into, bytes, size);
    if (prong_reduction_merge(into, from, &err))
        check_saves(into, bytes, size); /* refused: as it was */
    else
        take_values(into);
    check_saves(from, bytes, size);
    prong_reduction_free(into);
    prong_reduction_free(from);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes = fuzz_copy(data, size);
    prong_error err = PRONG_ERROR_INIT;
    prong_reduction *r = NULL;

    if (size >= HEAD + HASH) {
        put_u64(bytes + SIZE_AT, size);
        put_u64(bytes + size - HASH, prong_code_hash(bytes, size - HASH));
    }
    if (prong_reduction_load(&r, bytes, size, &err) == PRONG_OK) {
        size_t saved_size = 0;
        void *saved = save(r, &saved_size);
        take_values(r);
        check_saves(r, saved, saved_size);
        check_merges(saved, saved_size);
        free(saved);
    } else {
        FUZZ_CHECK(!r && err.detail[0], "a failure without words");
    }
    prong_reduction_free(r);
    free(bytes);
    return 0;
}
