/* SPDX-License-Identifier: MIT */
/* Output areas: what a chunk writes there is what deliver sees, whoever dies meanwhile; windows bound how many there are. */
#include "check_pool_jobs.h"

#include <stdio.h>
#include <sys/types.h>

enum { CHUNKS = 100, OUTPUT = 5000 };

/* Dies in the middle of its output as often as the notes say, having written the first half wrong. */
static int write_output(void *partial, uint64_t chunk, void *area, void *ctx)
{
    struct notes *notes = notes_of(ctx);
    unsigned char *out = area;
    bool dies = chunk % 9 == 4 && atomic_fetch_sub(&notes->kills_left, 1) > 0;

    for (size_t i = 0; i < OUTPUT; i++) {
        if (dies && i == OUTPUT / 2)
            raise(SIGKILL);
        out[i] = (unsigned char)(expected_byte(chunk, i) + dies);
    }
    *(uint64_t *)partial = chunk * chunk;
    atomic_fetch_add(&notes->computed, 1);
    return 0;
}

static int compare_output(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    struct notes *notes = notes_of(ctx);
    const unsigned char *out = area;

    notes->wrong += chunk != (uint64_t)notes->delivered || *(const uint64_t *)partial != chunk * chunk;
    for (size_t i = 0; i < OUTPUT; i++)
        notes->wrong += out[i] != expected_byte(chunk, i);
    notes->delivered++;
    return 0;
}

static struct prong_job_spec writing(struct notes **notes, uint64_t window)
{
    return (struct prong_job_spec){ .chunks = CHUNKS,
                                    .partial_size = sizeof(uint64_t),
                                    .compute = write_output,
                                    .deliver = compare_output,
                                    .range = one_each,
                                    .ctx = notes,
                                    .ctx_size = sizeof *notes,
                                    .output_size = OUTPUT,
                                    .window = window };
}

static void check_notes(const struct notes *notes)
{
    ck_assert_int_eq(notes->delivered, CHUNKS);
    ck_assert_int_eq(notes->wrong, 0);
}

static const uint64_t windows[] = { 1, 2, 3, 7, 100, 0 };

START_TEST(outputs_are_delivered_in_order_in_a_one_shot_run)
{
    struct notes *notes = new_notes();
    struct prong_job_spec job = writing(&notes, windows[_i]);
    prong_options options = PRONG_OPTIONS_INIT;
    prong_error err = PRONG_ERROR_INIT;
    uint64_t ignored;

    options.workers = 3;
    ck_assert_status(prong_job_run(&job, &options, &ignored, &err), PRONG_OK);
    check_notes(notes);
    ck_assert_int_eq(notes->computed, CHUNKS);
    munmap(notes, sizeof *notes);
}
END_TEST

START_TEST(outputs_are_delivered_in_order_on_a_persistent_pool)
{
    struct prong_pool_room room = { .partial_size = 8, .area_size = OUTPUT, .areas = 7, .ctx_size = 8 };
    struct notes *notes = new_notes();
    prong_pool *pool = make_with(3, &room);

    for (int round = 0; round < 3; round++) {
        struct prong_job_spec job = writing(&notes, windows[_i]);
        memset(notes, 0, sizeof *notes);
        ck_assert_status(prong_pool_job(pool, &job, NULL, 0, NULL, NULL), PRONG_OK);
        check_notes(notes);
        ck_assert_uint_eq(prong_pool_job_stats(pool)->chunks, CHUNKS);
        ck_assert_uint_eq(prong_pool_job_stats(pool)->retries, 0);
        check_as_new(pool, 3);
    }
    munmap(notes, sizeof *notes);
    end(pool);
}
END_TEST

START_TEST(an_output_whose_worker_was_killed_halfway_is_written_again)
{
    struct prong_pool_room room = { .area_size = OUTPUT };
    struct notes *notes = new_notes();
    prong_pool *pool = make_with(2, &room);
    struct prong_job_spec job = writing(&notes, windows[_i]);
    prong_options options = PRONG_OPTIONS_INIT;
    uint64_t ignored;

    atomic_store(&notes->kills_left, 3);
    ck_assert_status(prong_pool_job(pool, &job, NULL, 0, NULL, NULL), PRONG_OK);
    check_notes(notes);
    ck_assert_uint_eq(prong_pool_job_stats(pool)->retries, 3);
    ck_assert_uint_eq(prong_pool_job_stats(pool)->respawns, 3);
    check_as_new(pool, 2);
    end(pool);

    *notes = (struct notes){ .kills_left = 3 };
    options.workers = 2;
    ck_assert_status(prong_job_run(&job, &options, &ignored, NULL), PRONG_OK);
    check_notes(notes);
    munmap(notes, sizeof *notes);
}
END_TEST

START_TEST(outputs_inline_are_the_same)
{
    struct notes *notes = new_notes();
    struct prong_job_spec job = writing(&notes, 2);
    prong_options options = PRONG_OPTIONS_INIT;

    ck_assert_status(prong_job_run_inline(&job, &options, NULL, NULL), PRONG_OK);
    check_notes(notes);
    munmap(notes, sizeof *notes);
}
END_TEST

/* ---- Windows ---- */

static int count_begun(void *partial, uint64_t chunk, void *area, void *ctx)
{
    atomic_fetch_add(&notes_of(ctx)->computed, 1);
    return compute_nothing(partial, chunk, area, ctx);
}

/* When chunk c is delivered, no chunk from c + window on can have begun. */
static int look_at_window(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    struct notes *notes = notes_of(ctx);

    (void)area;
    nap(0.002);
    notes->wrong += *(const uint64_t *)partial != chunk || atomic_load(&notes->computed) > (int)chunk + 3;
    notes->delivered++;
    return 0;
}

START_TEST(no_more_chunks_than_the_window_are_begun_before_they_are_consumed)
{
    struct notes *notes = new_notes();
    prong_pool *pool = make_plain(3);
    struct prong_job_spec job = writing(&notes, 3);

    job.compute = count_begun;
    job.deliver = look_at_window;
    job.output_size = 0;
    ck_assert_status(prong_pool_job(pool, &job, NULL, 0, NULL, NULL), PRONG_OK);
    check_notes(notes);
    munmap(notes, sizeof *notes);
    end(pool);
}
END_TEST

static int touch_first_byte(void *partial, uint64_t chunk, void *area, void *ctx)
{
    *(unsigned char *)area = (unsigned char)chunk;
    return compute_nothing(partial, chunk, area, ctx);
}

static int see_first_byte(uint64_t chunk, const void *partial, const void *area, void *ctx)
{
    struct notes *notes = notes_of(ctx);

    (void)partial;
    notes->wrong += *(const unsigned char *)area != (unsigned char)chunk;
    notes->delivered++;
    return 0;
}

/* Resident bytes of the largest segment that this process has made. */
static unsigned long long resident(void)
{
    FILE *f = fopen("/proc/sysvipc/shm", "r");
    char line[512];
    unsigned long long largest = 0, found = 0;

    if (!f)
        return 0;
    while (fgets(line, sizeof line, f)) {
        unsigned long long size, rss;
        int creator;
        if (sscanf(line, "%*d %*d %*o %llu %d %*d %*d %*d %*d %*d %*d %*d %*d %*d %llu", &size, &creator, &rss) == 3 &&
            creator == (int)getpid() && size > largest)
            largest = size, found = rss;
    }
    fclose(f);
    return found;
}

START_TEST(pages_of_an_output_that_nobody_touches_cost_nothing)
{
    struct prong_pool_room room = { .area_size = (size_t)16 << 20, .areas = 8 };
    struct notes *notes = new_notes();
    prong_pool *pool = make_with(2, &room);
    struct prong_job_spec job = writing(&notes, 0);

    job.output_size = room.area_size;
    job.compute = touch_first_byte;
    job.deliver = see_first_byte;
    ck_assert_status(prong_pool_job(pool, &job, NULL, 0, NULL, NULL), PRONG_OK);
    check_notes(notes);
    ck_assert_uint_lt(resident(), 4 << 20); /* of 128 MiB */
    munmap(notes, sizeof *notes);
    end(pool);
}
END_TEST

Suite *outputs_suite(void)
{
    Suite *suite = suite_create("pool_outputs");
    TCase *outputs = tcase_create("outputs");
    int all = (int)(sizeof windows / sizeof windows[0]);

    tcase_add_loop_test(outputs, outputs_are_delivered_in_order_in_a_one_shot_run, 0, all);
    tcase_add_loop_test(outputs, outputs_are_delivered_in_order_on_a_persistent_pool, 0, all);
    tcase_add_loop_test(outputs, an_output_whose_worker_was_killed_halfway_is_written_again, 0, all);
    tcase_add_test(outputs, outputs_inline_are_the_same);
    tcase_add_test(outputs, no_more_chunks_than_the_window_are_begun_before_they_are_consumed);
    tcase_add_test(outputs, pages_of_an_output_that_nobody_touches_cost_nothing);
    suite_add_tcase(suite, outputs);
    return suite;
}
