/* SPDX-License-Identifier: MIT */
/* The segment from birth to removal, what stands where in it, the doorbell; and the protocol of claims, whose
 * interleavings are acted out here in one process. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/bell.h"
#include "ipc/segment.h"
#include "pool/claim.h"

/* ---- The segment ---- */

static bool is_marked(int id)
{
#ifdef SHM_DEST
    struct shmid_ds ds;
    return shmctl(id, IPC_STAT, &ds) == 0 && (ds.shm_perm.mode & SHM_DEST);
#else
    (void)id;
    return false;
#endif
}

static bool exists(int id)
{
    struct shmid_ds ds;
    return shmctl(id, IPC_STAT, &ds) == 0;
}

/* A forked child attaches, finds what the parent wrote, and answers. */
static void child_shares(struct prong_segment *segment)
{
    volatile int *shared = segment->base;
    int status;
    pid_t child;

    shared[0] = 12345;
    shared[1] = 0;
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (prong_segment_attach(segment) || shared[0] != 12345)
            _exit(1);
        shared[1] = 54321;
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(shared[1], 54321);
}

/* _i: marked at birth; at the end; at the end because the probe says that a marked one cannot be attached. */
START_TEST(a_segment_is_private_shared_with_children_at_one_address_and_removed)
{
    struct prong_segment segment;
    struct shmid_ds ds;
    unsigned char *bytes;
    int id;

    if (_i == 2)
        setenv("PRONG_FAULT", "segment-probe:EINVAL", 1);
    ck_assert_int_eq(prong_segment_create(&segment, 100000, _i == 1 ? 0 : PRONG_SEGMENT_EARLY, NULL), PRONG_OK);
    id = segment.id;
    ck_assert_int_eq(shmctl(id, IPC_STAT, &ds), 0);
    ck_assert_uint_eq(ds.shm_perm.mode & 0777, 0600);
    ck_assert_uint_ge(ds.shm_segsz, 100000);
    ck_assert_int_eq(ds.shm_cpid, getpid());
    ck_assert_int_eq(segment.marked, is_marked(id));
    if (_i > 0)
        ck_assert(!segment.marked);
    bytes = segment.base;
    for (size_t i = 0; i < 100000; i++)
        ck_assert_uint_eq(bytes[i], 0);
    child_shares(&segment);
    child_shares(&segment);
    ck_assert(exists(id));
    prong_segment_close(&segment);
    ck_assert(!exists(id));
    ck_assert_int_eq(segment.id, -1);
    ck_assert(!segment.attached);
    prong_segment_close(&segment);
    prong_segment_close(&segment);
}
END_TEST

START_TEST(huge_pages_that_are_not_to_be_had_are_done_without)
{
    struct prong_segment segment;

    ck_assert_int_eq(prong_segment_create(&segment, 3 << 20, PRONG_SEGMENT_EARLY | PRONG_SEGMENT_HUGE, NULL), PRONG_OK);
    child_shares(&segment);
    prong_segment_close(&segment);
}
END_TEST

START_TEST(a_segment_that_somebody_has_removed_is_closed_all_the_same)
{
    struct prong_segment segment;

    ck_assert_int_eq(prong_segment_create(&segment, 4096, 0, NULL), PRONG_OK);
    ck_assert_int_eq(shmctl(segment.id, IPC_RMID, NULL), 0);
    prong_segment_close(&segment);
    ck_assert_int_eq(segment.id, -1);
}
END_TEST

START_TEST(a_failed_create_leaves_nothing)
{
    static const struct {
        const char *fault, *call;
        int sys_errno;
    } cases[] = { { "segment-shmget:ENOSPC", "shmget", ENOSPC },
                  { "segment-shmat:ENOMEM", "shmat", ENOMEM },
                  { "segment-mark:EPERM", "shmctl", EPERM } };
    struct prong_segment segment;
    prong_error err = PRONG_ERROR_INIT;

    setenv("PRONG_FAULT", cases[_i].fault, 1);
    ck_assert_int_eq(prong_segment_create(&segment, 4096, PRONG_SEGMENT_EARLY, &err), PRONG_ESYS);
    ck_assert_str_eq(err.call, cases[_i].call);
    ck_assert_int_eq(err.sys_errno, cases[_i].sys_errno);
    ck_assert_int_eq(segment.id, -1);
    ck_assert(!segment.attached); /* and the guard looks for the segment */
}
END_TEST

/* ---- The layout ---- */

START_TEST(areas_are_aligned_and_do_not_overlap)
{
    static const struct {
        uint32_t workers;
        uint64_t places;
        size_t slots, areas, arena, job;
    } cases[] = { { 1, 1, 1, 0, 0, 8 },       { 3, 7, 1000, 0, 0, 100 },   { 64, 4096, 1 << 20, 0, 1 << 20, 333 },
                  { 2, 8, 129, 8 * 4097, 1, 1 }, { 1024, 4096, 64, 1, 4097, 128 } };
    struct prong_layout layout = { .workers = cases[_i].workers, .places = cases[_i].places };
    size_t at[6];

    layout.slots_size = cases[_i].slots;
    layout.areas_size = cases[_i].areas;
    layout.arena_size = cases[_i].arena;
    layout.job_size = cases[_i].job;
    ck_assert(prong_layout_plan(&layout));
    ck_assert_uint_ge(layout.claims, offsetof(struct prong_header, cursor) + sizeof(uint64_t));
    ck_assert_uint_ge(layout.job, layout.claims + (layout.places + 1) * sizeof(struct prong_claim));
    ck_assert_uint_ge(layout.records, layout.job + layout.job_size);
    ck_assert_uint_ge(layout.slots, layout.records + layout.workers * sizeof(struct prong_record));
    ck_assert_uint_ge(layout.areas, layout.slots + layout.slots_size);
    ck_assert_uint_ge(layout.arena, layout.areas + layout.areas_size);
    ck_assert_uint_ge(layout.size, layout.arena + layout.arena_size);
    at[0] = layout.job, at[1] = layout.records, at[2] = layout.slots, at[3] = layout.areas;
    at[4] = layout.arena, at[5] = layout.size;
    for (int i = 0; i < 6; i++)
        ck_assert_uint_eq(at[i] % PRONG_FALSE_SHARING_SIZE, 0);
    ck_assert_uint_eq(offsetof(struct prong_header, cursor) % PRONG_FALSE_SHARING_SIZE, 0);
    if (layout.arena_size)
        ck_assert_uint_eq(layout.arena % 4096, 0);
    ck_assert_uint_eq(sizeof(struct prong_record) % PRONG_FALSE_SHARING_SIZE, 0);
}
END_TEST

static const struct prong_needs *needs(uint64_t chunks, uint64_t window, bool commutative, size_t partial, size_t area)
{
    static struct prong_needs needs;

    needs = (struct prong_needs){
        .chunks = chunks, .window = window, .commutative = commutative, .partial_size = partial, .area_size = area
    };
    return &needs;
}

START_TEST(sizes_beyond_memory_are_refused)
{
    struct prong_layout slots = { .workers = 1, .places = 1, .slots_size = SIZE_MAX - 1000 };
    struct prong_layout places = { .workers = 1, .places = UINT64_MAX / 4, .slots_size = 1 };
    struct prong_layout arena = { .workers = 1, .places = 1, .slots_size = SIZE_MAX / 2, .arena_size = SIZE_MAX / 2 };
    struct prong_layout fine = { .workers = 2, .places = 10, .slots_size = 1000 };
    struct prong_task task;
    size_t bytes = 5;

    ck_assert(!prong_layout_plan(&slots));
    ck_assert(!prong_layout_plan(&places));
    ck_assert(!prong_layout_plan(&arena));
    ck_assert(!prong_layout_bytes(&fine, UINT64_MAX, 2, &bytes));
    ck_assert(!prong_layout_bytes(&fine, 2, SIZE_MAX, &bytes));
    ck_assert(prong_layout_plan(&fine));
    ck_assert(!prong_layout_fit(&fine, needs(5, 0, false, SIZE_MAX - 5, 0), &task));
    ck_assert(!prong_layout_fit(&fine, needs(5, 0, false, 1001, 0), &task));
    ck_assert(!prong_layout_fit(&fine, needs(5, 0, true, 300, 0), &task));
    ck_assert(!prong_layout_fit(&fine, needs(5, 0, false, 100, 1), &task)); /* no areas */
    ck_assert(prong_layout_fit(&fine, needs(5, 0, false, 100, 0), &task));
    ck_assert_uint_eq(task.stride, 128);
    ck_assert_uint_eq(task.window, 5);
    ck_assert(!task.announce);
    ck_assert(prong_layout_fit(&fine, needs(50, 0, false, 129, 0), &task));
    ck_assert_uint_eq(task.window, 3); /* 1000 / 256 */
    ck_assert(task.announce);
    fine.areas_size = 2000;
    ck_assert(prong_layout_fit(&fine, needs(50, 0, true, 8, 500), &task));
    ck_assert_uint_eq(task.window, 3); /* 2000 / 512 */
    ck_assert(prong_layout_fit(&fine, needs(5, 2, false, 8, 500), &task));
    ck_assert_uint_eq(task.window, 2);
    ck_assert(task.announce);
}
END_TEST

/* ---- The bell ---- */

struct ringing {
    struct prong_bell bell;
    _Atomic int work;  /* the round that may be done */
    _Atomic int heard; /* how many have done it */
};

START_TEST(no_waiter_misses_a_ring)
{
    enum { WAITERS = 12, ROUNDS = 200 };
    struct ringing *r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t waiters[WAITERS];

    ck_assert_int_eq(prong_bell_init(&r->bell), 0);
    for (int i = 0; i < WAITERS; i++) {
        waiters[i] = fork();
        if (waiters[i] == 0) {
            prong_bell_sit((uint32_t)i);
            for (int round = 1; round <= ROUNDS; round++) {
                for (;;) {
                    uint32_t seen = prong_bell_listen(&r->bell);
                    if (atomic_load(&r->work) >= round)
                        break;
                    prong_bell_wait(&r->bell, seen);
                }
                atomic_fetch_add(&r->heard, 1);
            }
            _exit(0);
        }
    }
    for (int round = 1; round <= ROUNDS; round++) {
        atomic_store(&r->work, round);
        prong_bell_ring(&r->bell, WAITERS);
        while (atomic_load(&r->heard) < round * WAITERS)
            sched_yield(); /* a missed ring waits here until Check's limit */
    }
    for (int i = 0; i < WAITERS; i++)
        ck_assert_int_eq(waitpid(waiters[i], NULL, 0), waiters[i]);
}
END_TEST

/* ---- Claims ---- */

enum { PLACES = 4 };

static struct prong_layout layout;
static struct prong_board board;

static uint64_t take(uint32_t worker, uint64_t k)
{
    uint32_t heard;

    return prong_claim_take(board, worker, k, &heard);
}

/* A board of four places for three workers, chunks 0 … limit-1 offered. */
static struct prong_header *set_up(uint64_t chunks, uint64_t limit)
{
    struct prong_header *header;

    layout = (struct prong_layout){ .workers = 3, .places = PLACES, .slots_size = 4096, .job_size = 64 };
    ck_assert(prong_layout_plan(&layout));
    board = (struct prong_board){ &layout, aligned_alloc(PRONG_FALSE_SHARING_SIZE, layout.size), 7 };
    ck_assert_ptr_nonnull(board.base);
    memset(board.base, 0, layout.size);
    ck_assert_int_eq(prong_layout_format(&layout, board.base), 0);
    header = prong_header_at(board.base);
    ck_assert(prong_layout_fit(&layout, needs(chunks, 0, false, 8, 0), &header->task));
    header->task.timed = true;
    prong_claim_begin(board, limit, true);
    return header;
}

static bool done(uint64_t chunk)
{
    int outcome;
    return prong_claim_done(board, chunk, &outcome);
}

START_TEST(a_chunk_is_done_when_its_owners_claim_is_published_and_not_before)
{
    struct prong_record *record;

    set_up(3, 3);
    record = prong_record_at(&layout, board.base, 1);
    ck_assert_uint_eq(take(1, 1), 0);
    ck_assert(atomic_load(&record->since) != 0); /* its deadline runs from before the claim */
    ck_assert_uint_eq(take(0, 1), 1);
    ck_assert(!done(0) && !done(1) && !done(2));
    ck_assert(prong_claim_holds(board, 1, 0) && prong_claim_holds(board, 0, 1));
    ck_assert(!prong_claim_holds(board, 0, 0) && !prong_claim_holds(board, 2, 2));
    prong_claim_publish(board, 1, 0, 1);
    ck_assert(done(0) && !done(1));
    ck_assert(!prong_claim_holds(board, 1, 0));
    ck_assert_uint_eq(take(1, 2), 2);
    ck_assert(done(0) && !done(2) && prong_claim_holds(board, 1, 2));
    prong_claim_publish(board, 1, 1, 2);
    ck_assert(done(0) && done(2) && !done(1));
    ck_assert_uint_eq(take(1, 3), PRONG_NO_CHUNK);
    ck_assert(atomic_load(&record->since) == 0);
    free(board.base);
}
END_TEST

START_TEST(a_chunk_of_a_dead_worker_is_claimed_again)
{
    set_up(3, 3);
    ck_assert_uint_eq(take(0, 1), 0);
    ck_assert_uint_eq(take(1, 1), 1);
    prong_claim_publish(board, 1, 0, 1);
    prong_claim_take_back(board, 0);
    ck_assert(!prong_claim_holds(board, 0, 0) && !done(0) && done(1));
    ck_assert_uint_eq(take(1, 2), 0);
    ck_assert_uint_eq(take(2, 1), 2); /* chunk 1 is passed over */
    ck_assert_uint_eq(take(2, 2), PRONG_NO_CHUNK);
    free(board.base);
}
END_TEST

START_TEST(a_late_helper_cannot_strand_a_chunk_that_was_taken_back)
{
    struct prong_header *header = set_up(2, 2);
    uint64_t seen = atomic_load(&header->cursor); /* a worker reads the cursor, and sleeps before it helps it on */

    ck_assert_uint_eq(take(0, 1), 0);
    prong_claim_take_back(board, 0);
    ck_assert(!atomic_compare_exchange_strong(&header->cursor, &seen, seen + 1));
    ck_assert_uint_eq(take(1, 1), 0);
    free(board.base);
}
END_TEST

START_TEST(a_worker_that_dies_before_it_moves_the_cursor_stops_nobody)
{
    struct prong_header *header = set_up(3, 3);

    ck_assert_uint_eq(take(0, 1), 0);
    atomic_store(&header->cursor, 0); /* as it was between the two swaps */
    ck_assert_uint_eq(take(1, 1), 1);
    prong_claim_take_back(board, 0);
    ck_assert_uint_eq(take(2, 1), 0);
    ck_assert_uint_eq(take(2, 2), 2);
    free(board.base);
}
END_TEST

START_TEST(a_worker_that_sleeps_through_a_lap_takes_no_wrong_chunk)
{
    struct prong_header *header = set_up(6, 4);

    for (uint64_t chunk = 0; chunk < 4; chunk++) {
        ck_assert_uint_eq(take(0, chunk + 1), chunk);
        prong_claim_publish(board, 0, 0, chunk + 1);
    }
    prong_claim_offer(board, 4);
    prong_claim_offer(board, 5);
    prong_claim_set_limit(board, 6, true);
    ck_assert(!done(4) && !done(5) && done(2));
    atomic_store(&header->cursor, 0); /* what the sleeper goes by */
    ck_assert_uint_eq(take(1, 1), 4);
    ck_assert_uint_eq(take(1, 2), 5);
    ck_assert(!done(4));
    prong_claim_publish(board, 1, 0, 2);
    ck_assert(done(4) && done(5));
    free(board.base);
}
END_TEST

START_TEST(nothing_of_an_earlier_job_counts)
{
    set_up(3, 3);
    ck_assert_uint_eq(take(0, 1), 0);
    ck_assert_uint_eq(take(1, 1), 1);
    prong_claim_publish(board, 0, 1, 1);
    ck_assert(done(0));
    ck_assert_uint_eq(prong_claim_published(board, 0).k, 1);
    ck_assert_uint_eq(prong_claim_published(board, 0).buffer, 1);
    board.generation = 8;
    ck_assert(!done(0) && !done(1));
    ck_assert(!prong_claim_holds(board, 1, 1));
    ck_assert_uint_eq(prong_claim_published(board, 0).k, 0);
    prong_claim_begin(board, 3, true);
    ck_assert_uint_eq(take(0, 1), 0);
    ck_assert(!done(0) && prong_claim_holds(board, 0, 0));
    free(board.base);
}
END_TEST

START_TEST(a_stop_is_only_ever_lowered)
{
    struct prong_header *header = set_up(4, 4);

    ck_assert_uint_eq(take(0, 1), 0);
    prong_claim_stop_after(board, 2);
    prong_claim_stop_after(board, 3);
    ck_assert_uint_eq(atomic_load(&header->stop), 3);
    ck_assert_uint_eq(take(0, 2), 1);
    prong_claim_stop_after(board, 1);
    ck_assert_uint_eq(take(0, 3), PRONG_NO_CHUNK);
    free(board.base);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ipc");
    TCase *segments = tcase_create("segment"), *layouts = tcase_create("layout"), *claims = tcase_create("claims");
    SRunner *runner;
    int failed;

    tcase_add_loop_test(segments, a_segment_is_private_shared_with_children_at_one_address_and_removed, 0, 3);
    tcase_add_test(segments, huge_pages_that_are_not_to_be_had_are_done_without);
    tcase_add_test(segments, a_segment_that_somebody_has_removed_is_closed_all_the_same);
    tcase_add_loop_test(segments, a_failed_create_leaves_nothing, 0, 3);
    tcase_add_test(segments, no_waiter_misses_a_ring);
    suite_add_tcase(suite, segments);
    tcase_add_loop_test(layouts, areas_are_aligned_and_do_not_overlap, 0, 5);
    tcase_add_test(layouts, sizes_beyond_memory_are_refused);
    suite_add_tcase(suite, layouts);
    tcase_add_test(claims, a_chunk_is_done_when_its_owners_claim_is_published_and_not_before);
    tcase_add_test(claims, a_chunk_of_a_dead_worker_is_claimed_again);
    tcase_add_test(claims, a_late_helper_cannot_strand_a_chunk_that_was_taken_back);
    tcase_add_test(claims, a_worker_that_dies_before_it_moves_the_cursor_stops_nobody);
    tcase_add_test(claims, a_worker_that_sleeps_through_a_lap_takes_no_wrong_chunk);
    tcase_add_test(claims, nothing_of_an_earlier_job_counts);
    tcase_add_test(claims, a_stop_is_only_ever_lowered);
    suite_add_tcase(suite, claims);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
