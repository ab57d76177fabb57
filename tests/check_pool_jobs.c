/* SPDX-License-Identifier: MIT */
/* Jobs as the rooms above the pool make them: streams, contexts that are copied, pools with room for a job; one-shot, on a
 * persistent pool, and inline. Output areas are in check_pool_outputs.c. */
#include "check_pool_jobs.h"

/* ---- Streams ---- */

enum { BLOCK = 1000 };

struct block {
    size_t length;
    unsigned char bytes[BLOCK];
    unsigned char output[BLOCK];
};

struct source {
    struct notes *notes;
    int fd;
    bool begun; /* the present block */
};

/* A last block may be empty: the end of a stream shows only after its last byte. */
static prong_status read_block(void *at, bool *full, bool *last, void *ctx, prong_error *err)
{
    struct block *block = at;
    struct source *source = ctx;
    ssize_t n;

    (void)err;
    if (!source->begun)
        block->length = 0;
    source->begun = true;
    n = read(source->fd, block->bytes + block->length, BLOCK - block->length);
    ck_assert_int_ge(n, 0);
    block->length += (size_t)n;
    *last = n == 0;
    *full = *last || block->length == BLOCK;
    source->begun = !*full;
    return PRONG_OK;
}

static int invert(void *partial, uint64_t chunk, void *area, void *ctx)
{
    struct block *block = area;
    struct source *source = ctx;
    bool dies = chunk % 5 == 2 && atomic_fetch_sub(&source->notes->kills_left, 1) > 0;

    for (size_t i = 0; i < block->length; i++) {
        if (dies && i == block->length / 2)
            raise(SIGKILL);
        block->output[i] = (unsigned char)~block->bytes[i];
    }
    *(uint64_t *)partial = block->length;
    return 0;
}

static int compare_inverted(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    const struct block *block = area;
    struct source *source = ctx;

    source->notes->wrong += *(const uint64_t *)partial != block->length;
    for (size_t i = 0; i < block->length; i++)
        source->notes->wrong += block->output[i] != (unsigned char)~expected_byte(0, (size_t)chunk * BLOCK + i);
    source->notes->delivered += (int)block->length;
    return 0;
}

static pid_t write_bytes(int fd, size_t count)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = expected_byte(0, i);
        if (write(fd, &byte, 1) != 1)
            _exit(1);
    }
    _exit(0);
}

/* A pipe that a child fills with so many bytes is inverted block by block, on this pool or, without one, inline. */
static void invert_pipe(prong_pool *pool, struct notes *notes, int count)
{
    const struct prong_feed feed = { .block_size = sizeof(struct block), .step = read_block };
    struct prong_feed own = feed;
    struct source source = { .notes = notes };
    struct prong_job_spec job = { .chunks = PRONG_CHUNKS_UNKNOWN,
                                  .partial_size = sizeof(uint64_t),
                                  .compute = invert,
                                  .deliver = compare_inverted,
                                  .range = one_each,
                                  .ctx = &source,
                                  .ctx_size = sizeof source,
                                  .feed = &own };
    prong_options options = PRONG_OPTIONS_INIT;
    int ends[2];
    pid_t writer;

    ck_assert_int_eq(pipe(ends), 0);
    writer = write_bytes(ends[1], (size_t)count);
    close(ends[1]);
    source.fd = own.fd = ends[0];
    if (pool)
        ck_assert_status(prong_pool_job(pool, &job, NULL, 0, NULL, NULL), PRONG_OK);
    else
        ck_assert_status(prong_job_run_inline(&job, &options, NULL, NULL), PRONG_OK);
    ck_assert_int_eq(notes->delivered, count);
    ck_assert_int_eq(notes->wrong, 0);
    ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
    close(ends[0]);
}

START_TEST(a_persistent_pool_takes_streams_and_their_blocks_may_be_written_to)
{
    struct prong_pool_room room = { .area_size = sizeof(struct block), .areas = 5 };
    struct notes *notes = new_notes();
    prong_pool *pool = make_with(2, &room);

    for (int count = 0; count < 40000; count = count * 3 + 999) {
        *notes = (struct notes){ .kills_left = 2 };
        invert_pipe(pool, notes, count);
    }
    check_as_new(pool, 2);
    end(pool);
    *notes = (struct notes){ .kills_left = 0 };
    invert_pipe(NULL, notes, 12345);
    munmap(notes, sizeof *notes);
}
END_TEST

/* ---- Contexts, room, ends ---- */

struct large_context {
    struct notes *notes;
    unsigned numbers[2000];
};

static int look_up(void *partial, uint64_t chunk, void *area, void *ctx)
{
    const struct large_context *large = ctx;

    (void)area;
    *(uint64_t *)partial = large->numbers[chunk];
    return 0;
}

static int add(void *into, const void *from, void *ctx)
{
    (void)ctx;
    *(uint64_t *)into += *(const uint64_t *)from;
    return 0;
}

START_TEST(a_context_of_several_kilobytes_is_copied_for_each_job)
{
    struct prong_pool_room room = { .ctx_size = sizeof(struct large_context) };
    prong_pool *pool = make_with(2, &room);
    struct large_context large = { .notes = NULL };
    struct prong_job_spec job = { .chunks = 2000,
                                  .partial_size = sizeof(uint64_t),
                                  .compute = look_up,
                                  .combine = add,
                                  .range = one_each,
                                  .ctx = &large,
                                  .ctx_size = sizeof large };

    for (unsigned round = 1; round < 4; round++) {
        uint64_t sum = 0;
        for (unsigned i = 0; i < 2000; i++)
            large.numbers[i] = i * round;
        ck_assert_status(prong_pool_job(pool, &job, NULL, 0, &sum, NULL), PRONG_OK);
        ck_assert_uint_eq(sum, (uint64_t)round * 1999000);
    }
    end(pool);
}
END_TEST

START_TEST(a_pool_without_room_for_a_job_says_so_and_goes_on)
{
    prong_pool *pool = make_plain(2);
    struct prong_job_spec output = { .chunks = 9,
                                     .partial_size = sizeof(uint64_t),
                                     .compute = compute_nothing,
                                     .combine = add,
                                     .range = one_each,
                                     .output_size = 1000 };
    struct prong_job_spec context = output;
    uint64_t sum = 77;
    char memory[10000] = { 0 };
    prong_error err = PRONG_ERROR_INIT;

    context.output_size = 0;
    context.ctx = memory;
    context.ctx_size = sizeof memory;
    ck_assert_status(prong_pool_job(pool, &output, NULL, 0, &sum, &err), PRONG_ENOMEM);
    ck_assert_status(prong_pool_job(pool, &context, NULL, 0, &sum, &err), PRONG_ENOMEM);
    ck_assert_uint_eq(sum, 77);
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

START_TEST(a_large_partial_has_room_in_a_pool_made_for_it)
{
    struct prong_pool_room room = { .partial_size = (size_t)3 << 20 };
    prong_pool *pool = make_with(3, &room);
    struct prong_job_spec job = { .chunks = 20,
                                  .partial_size = room.partial_size,
                                  .compute = compute_nothing,
                                  .combine = add,
                                  .range = one_each };
    uint64_t *sum = malloc(room.partial_size);

    ck_assert_ptr_nonnull(sum);
    for (int commutative = 0; commutative < 2; commutative++) {
        job.commutative = commutative;
        ck_assert_status(prong_pool_job(pool, &job, NULL, 0, sum, NULL), PRONG_OK);
        ck_assert_uint_eq(*sum, 190);
    }
    free(sum);
    end(pool);
}
END_TEST

static int sleep_on(void *partial, uint64_t chunk, void *area, void *ctx)
{
    (void)partial;
    (void)chunk;
    (void)area;
    (void)ctx;
    while (pause() == -1)
        ;
    return 0;
}

START_TEST(a_job_has_a_deadline_and_a_cancel_flag_of_its_own)
{
    prong_pool *pool = make_plain(2);
    struct prong_job_spec job = {
        .chunks = 3, .partial_size = sizeof(uint64_t), .compute = sleep_on, .combine = add, .range = one_each
    };
    volatile sig_atomic_t cancel = 0;
    uint64_t sum = 77;

    ck_assert_status(prong_pool_job(pool, &job, &cancel, 0.05, &sum, NULL), PRONG_ETIMEDOUT);
    ck_assert_uint_eq(sum, 77);
    ck_assert_double_ge(prong_pool_job_stats(pool)->seconds, 0.05);
    cancel = 1;
    ck_assert_status(prong_pool_job(pool, &job, &cancel, 5, &sum, NULL), PRONG_ECANCELED);
    ck_assert_uint_eq(sum, 77);
    check_as_new(pool, 2);
    end(pool);
}
END_TEST

static Suite *jobs_suite(void)
{
    Suite *suite = suite_create("pool_jobs");
    TCase *jobs = tcase_create("jobs");

    tcase_add_test(jobs, a_persistent_pool_takes_streams_and_their_blocks_may_be_written_to);
    tcase_add_test(jobs, a_context_of_several_kilobytes_is_copied_for_each_job);
    tcase_add_test(jobs, a_pool_without_room_for_a_job_says_so_and_goes_on);
    tcase_add_test(jobs, a_large_partial_has_room_in_a_pool_made_for_it);
    tcase_add_test(jobs, a_job_has_a_deadline_and_a_cancel_flag_of_its_own);
    suite_add_tcase(suite, jobs);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(jobs_suite());
    int failed;

    srunner_add_suite(runner, outputs_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
