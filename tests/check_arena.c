/* SPDX-License-Identifier: MIT */
/* The arena as a pool's processes see it, and its allocator against a model that cannot be wrong: one byte of it for every 16
 * bytes of the arena. */
#include "persistent_fixture.h"

#include <stdint.h>

#include "pool/arena.h"

enum { UNIT = 16, UNITS = 4096, SIZE = UNIT * UNITS, LIVE = 200, STEPS = 100000 };

static uint64_t state = 88172645463325252u;

static uint64_t random_below(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

struct piece {
    char *at;
    size_t size;
};

static char *memory; /* of the arena, on a page */
static unsigned char taken[UNITS];

static size_t unit_of(const char *at)
{
    return (size_t)(at - memory) / UNIT;
}

static void mark(const struct piece *piece, int as)
{
    size_t units = (piece->size + UNIT - 1) / UNIT;

    int wrong = 0;

    for (size_t u = unit_of(piece->at); units > 0; u++, units--) {
        wrong += taken[u] == as;
        taken[u] = (unsigned char)as;
    }
    ck_assert_msg(wrong == 0, "%d units are given out twice, or freed twice", wrong);
}

/* Is there a gap for it? First fit must then find one. */
static int model_has_room(size_t size, size_t align)
{
    size_t units = (size + UNIT - 1) / UNIT, step = align > UNIT ? align / UNIT : 1;

    for (size_t u = 0; u + units <= UNITS; u += step) {
        size_t run = 0;
        while (run < units && !taken[u + run])
            run++;
        if (run == units)
            return 1;
    }
    return 0;
}

static void allocate(struct prong_arena *arena, struct piece *piece)
{
    size_t align = random_below(4) == 0 ? 0 : (size_t)1 << random_below(13);
    size_t size = 1 + random_below(random_below(20) == 0 ? SIZE / 3 : 600);

    piece->at = prong_arena_alloc(arena, size, align);
    piece->size = size;
    if (!piece->at) {
        ck_assert_msg(!model_has_room(size, align ? align : 128), "no room for %zu at %zu, but there is", size, align);
        return;
    }
    ck_assert_uint_eq((uintptr_t)piece->at % (align ? align : 128), 0);
    ck_assert(piece->at >= memory && piece->at + size <= memory + SIZE);
    mark(piece, 1);
    memset(piece->at, (int)(size & 0xff), size);
}

static void release(struct prong_arena *arena, struct piece *piece)
{
    size_t wrong = 0;

    for (size_t i = 0; i < piece->size; i++)
        wrong += (unsigned char)piece->at[i] != (piece->size & 0xff);
    ck_assert_uint_eq(wrong, 0);
    mark(piece, 0);
    ck_assert(prong_arena_free(arena, piece->at));
    piece->at = NULL;
}

START_TEST(a_hundred_thousand_random_operations_agree_with_a_model)
{
    struct prong_arena *arena;
    struct piece pieces[LIVE] = { { NULL, 0 } };

    memory = aligned_alloc(4096, SIZE);
    ck_assert_ptr_nonnull(memory);
    arena = prong_arena_create(memory, SIZE);
    ck_assert_ptr_nonnull(arena);
    for (int step = 0; step < STEPS; step++) {
        struct piece *piece = &pieces[random_below(LIVE)];
        if (piece->at)
            release(arena, piece);
        else
            allocate(arena, piece);
        if (step % 20000 == 19999) {
            memset(pieces, 0, sizeof pieces);
            memset(taken, 0, sizeof taken);
            prong_arena_reset(arena);
        }
    }
    for (int i = 0; i < LIVE; i++)
        if (pieces[i].at)
            release(arena, &pieces[i]);
    ck_assert_ptr_eq(prong_arena_alloc(arena, SIZE, 1), memory);
    ck_assert_ptr_null(prong_arena_alloc(arena, 1, 1));
    prong_arena_free_all(arena);
    free(memory);
}
END_TEST

START_TEST(all_frees_in_any_order_leave_one_block)
{
    struct prong_arena *arena;
    char *at[UNITS / 8];
    size_t count = sizeof at / sizeof at[0];

    memory = aligned_alloc(4096, SIZE);
    arena = prong_arena_create(memory, SIZE);
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < count; i++)
            ck_assert_ptr_nonnull(at[i] = prong_arena_alloc(arena, 128, 0));
        ck_assert_ptr_null(prong_arena_alloc(arena, 1, 0));
        for (size_t left = count; left > 0; left--) {
            size_t i = round == 0 ? left - 1 : round == 1 ? count - left : (size_t)random_below(left);
            char *chosen = at[i];
            if (round == 1)
                chosen = at[count - left];
            else
                at[i] = at[left - 1];
            ck_assert(prong_arena_free(arena, chosen));
            ck_assert(!prong_arena_free(arena, chosen));
        }
        ck_assert_ptr_eq(prong_arena_alloc(arena, SIZE, 1), memory);
        ck_assert(prong_arena_free(arena, memory));
    }
    ck_assert(!prong_arena_free(arena, memory + 1));
    prong_arena_free_all(arena);
    free(memory);
}
END_TEST

/* ---- In a pool ---- */

static uint64_t as_of_the_fork;

static int add_global(void *partial, uint64_t first, uint64_t last, void *ctx)
{
    (void)ctx;
    *(uint64_t *)partial += as_of_the_fork * (last - first);
    return 0;
}

START_TEST(a_refork_renews_the_view_of_memory)
{
    prong_fold_spec spec = squares(10, 1);
    prong_pool *pool;
    pid_t before[3], after[3];
    uint64_t result = 0;

    spec.accumulate = add_global;
    as_of_the_fork = 1;
    pool = make_plain(3);
    for (uint64_t i = 0; i < 5; i++) {
        ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
        ck_assert_uint_eq(result, 10 * (i + 1));
        as_of_the_fork = i + 2;
        ck_assert_status(prong_pool_fold(pool, &spec, &result, NULL), PRONG_OK);
        ck_assert_uint_eq(result, 10 * (i + 1));
        call_roll(pool, 3, before);
        ck_assert_status(prong_pool_refork(pool, NULL), PRONG_OK);
        call_roll(pool, 3, after);
        for (int k = 0; k < 9; k++)
            ck_assert_int_ne(before[k / 3], after[k % 3]);
    }
    end(pool);
}
END_TEST

static int negate(uint64_t first, uint64_t last, void *ctx)
{
    int **rows = ctx; /* pointers into the arena are valid in every process */

    for (uint64_t i = first; i < last; i++)
        *rows[i] = -*rows[i];
    return 0;
}

START_TEST(what_one_process_writes_to_the_arena_all_see_at_the_same_address)
{
    prong_pool *pool = make_plain(2);
    int **rows = prong_pool_alloc(pool, 100 * sizeof *rows, 0);
    prong_for_spec spec = PRONG_FOR_SPEC_INIT;

    for (int i = 0; i < 100; i++) {
        rows[i] = prong_pool_alloc(pool, sizeof **rows, 0);
        ck_assert_int_eq(*rows[i], 0);
        *rows[i] = i;
    }
    spec.count = 100;
    spec.grain = 3;
    spec.body = negate;
    spec.ctx = rows;
    for (int round = 0; round < 3; round++) {
        ck_assert_status(prong_pool_for(pool, &spec, NULL), PRONG_OK);
        for (int i = 0; i < 100; i++)
            ck_assert_int_eq(*rows[i], round % 2 ? i : -i);
    }
    end(pool);
}
END_TEST

START_TEST(the_arena_gives_what_it_was_made_for_and_then_null)
{
    prong_pool_options options = pool_of(1);
    prong_pool *pool;
    char *all, *a, *b;
    int on_the_stack, used = 0;

    options.arena_size = (size_t)1 << 20;
    pool = make(&options);
    all = prong_pool_alloc(pool, (size_t)1 << 20, 0);
    ck_assert_ptr_nonnull(all);
    for (size_t i = 0; i < (size_t)1 << 20; i++)
        used += all[i] != 0;
    ck_assert_int_eq(used, 0);
    ck_assert(prong_pool_owns(pool, all));
    ck_assert(prong_pool_owns(pool, all + ((size_t)1 << 20) - 1));
    ck_assert(!prong_pool_owns(pool, all + ((size_t)1 << 20)));
    ck_assert(!prong_pool_owns(pool, all - 1));
    ck_assert(!prong_pool_owns(pool, &on_the_stack));
    ck_assert_ptr_null(prong_pool_alloc(pool, 1, 0));
    prong_pool_free(pool, all);
    prong_pool_free(pool, NULL);
    for (size_t align = 1; align <= 4096; align *= 2) {
        a = prong_pool_alloc(pool, 3, align);
        ck_assert_ptr_nonnull(a);
        ck_assert_uint_eq((uintptr_t)a % align, 0);
    }
    ck_assert_ptr_null(prong_pool_alloc(pool, 8, 8192));
    ck_assert_ptr_null(prong_pool_alloc(pool, 8, 24));
    ck_assert_ptr_null(prong_pool_alloc(pool, SIZE_MAX, 0));
    ck_assert_ptr_null(prong_pool_alloc(pool, (size_t)1 << 20, 0));
    prong_pool_reset(pool);
    a = prong_pool_alloc(pool, (size_t)1 << 19, 0);
    b = prong_pool_alloc(pool, (size_t)1 << 19, 0);
    ck_assert(a && b && a != b);
    check_squares(pool, 1000, 10, 0);
    end(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tc = tcase_create("arena");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_hundred_thousand_random_operations_agree_with_a_model);
    tcase_add_test(tc, all_frees_in_any_order_leave_one_block);
    tcase_add_test(tc, a_refork_renews_the_view_of_memory);
    tcase_add_test(tc, what_one_process_writes_to_the_arena_all_see_at_the_same_address);
    tcase_add_test(tc, the_arena_gives_what_it_was_made_for_and_then_null);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
