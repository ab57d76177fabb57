/* SPDX-License-Identifier: MIT */
/* The arena's allocator against a model that cannot be wrong: one byte of it for every 16 bytes of the arena. */
#include "config.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

    for (size_t u = unit_of(piece->at); units > 0; u++, units--) {
        ck_assert_msg(taken[u] != as, "unit %zu is given out twice, or freed twice", u);
        taken[u] = (unsigned char)as;
    }
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
    for (size_t i = 0; i < piece->size; i++)
        ck_assert_int_eq((unsigned char)piece->at[i], (int)(piece->size & 0xff));
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

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tc = tcase_create("allocator");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_hundred_thousand_random_operations_agree_with_a_model);
    tcase_add_test(tc, all_frees_in_any_order_leave_one_block);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
