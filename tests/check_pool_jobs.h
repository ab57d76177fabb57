/* SPDX-License-Identifier: MIT */
/* What the tests of jobs share: counters that every process sees, pools with room, bytes that are known beforehand. */
#ifndef PRONG_TESTS_CHECK_POOL_JOBS_H
#define PRONG_TESTS_CHECK_POOL_JOBS_H

#include "persistent_fixture.h"

#include "pool/job.h"

#include <sys/mman.h>

/* What every process shares, and the parent's notes. */
struct notes {
    _Atomic int kills_left;
    _Atomic int computed;
    int delivered; /* by the parent */
    int wrong;
};

/* To be made before the pool: workers inherit the mapping. */
static inline struct notes *new_notes(void)
{
    struct notes *notes = mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert(notes != MAP_FAILED);
    return notes;
}

static inline unsigned char expected_byte(uint64_t chunk, size_t i)
{
    return (unsigned char)(chunk * 131 + i * 7 + i / 251);
}

static inline struct notes *notes_of(void *ctx)
{
    return *(struct notes **)ctx;
}

static inline void one_each(uint64_t chunk, uint64_t *first, uint64_t *last, void *ctx)
{
    (void)ctx;
    *first = chunk;
    *last = chunk + 1;
}

static inline prong_pool *make_with(int workers, const struct prong_pool_room *room)
{
    prong_pool_options options = pool_of(workers);
    prong_pool *pool;
    prong_error err = PRONG_ERROR_INIT;
    prong_status status = prong_pool_create_for(&pool, &options, room, &err);

    ck_assert_msg(status == PRONG_OK, "%s %s", prong_status_string(status), err.detail);
    return pool;
}

static inline int compute_nothing(void *partial, uint64_t chunk, void *area, void *ctx)
{
    (void)area;
    (void)ctx;
    *(uint64_t *)partial = chunk;
    return 0;
}

Suite *outputs_suite(void);

#endif
