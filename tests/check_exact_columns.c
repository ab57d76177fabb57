/* SPDX-License-Identifier: MIT */
/* Columns side by side: to the byte the states that their elements one by one give, whatever the table's shape, its place
 * in memory, what stands in it and which kernels run. */
#include "config.h"

#include "exact_fixture.h"

#include "exact/columns.h"

#include <fenv.h>
#include <stdbool.h>

/* Tables are allocated to the byte, so that the sanitizers and valgrind see whoever reads beyond one. */
struct table {
    size_t rows, cols, stride; /* stride: bytes of a state and of what stands behind it */
    unsigned powers;
    unsigned char *x;
    unsigned char *want, *got;
};

enum { GAP = 24, FILLER = 0x5a };

static struct table table(size_t rows, size_t cols, unsigned powers, unsigned bytes)
{
    struct table t = { .rows = rows, .cols = cols, .stride = prong_exact_size(powers) + GAP, .powers = powers };

    t.x = malloc(rows * cols * bytes);
    t.want = malloc(cols * t.stride);
    t.got = malloc(cols * t.stride);
    ck_assert(t.x && t.want && t.got);
    return t;
}

static void release(struct table *t)
{
    free(t->x);
    free(t->want);
    free(t->got);
}

static prong_exact *state_at(const struct table *t, unsigned char *states, size_t column)
{
    return (prong_exact *)(void *)(states + column * t->stride);
}

/* The same beginning for both: states that already hold something are added to. */
static void begin(const struct table *t, unsigned char *states)
{
    memset(states, FILLER, t->cols * t->stride);
    for (size_t c = 0; c < t->cols; c++) {
        prong_exact_init(state_at(t, states, c), t->powers);
        prong_exact_add_one(state_at(t, states, c), (double)c - 1.5);
    }
}

static double element(const struct table *t, size_t row, size_t column)
{
    double value;

    memcpy(&value, t->x + 8 * (row * t->cols + column), sizeof value);
    return value;
}

static void put(const struct table *t, size_t row, size_t column, double value)
{
    memcpy(t->x + 8 * (row * t->cols + column), &value, sizeof value);
}

/* Kinds beyond those of the fixture: columns of all kinds side by side; of units far apart; rows that grow; zeros and
 * tiny elements before the large ones; now and then one that no window holds together with the others; and NaN, everywhere,
 * or in some rows of some columns with an infinity among them. */
enum { TABLE_KINDS = KINDS + 7 };
static double draw_at(unsigned kind, size_t row, size_t column)
{
    double u = draw(0);

    switch (kind) {
    case KINDS:
        return draw((unsigned)(column % KINDS));
    case KINDS + 1:
        return ldexp(u, (int)(column * 37 % 2000) - 1000);
    case KINDS + 2:
        return ldexp(u, (int)row - 500);
    case KINDS + 3:
        return row < 150 ? 0.0 : row < 300 ? ldexp(u, -1070) : u;
    case KINDS + 4:
        return row % 512 == 300 && column % 5 == 0 ? ldexp(u, 700) : u;
    case KINDS + 5:
        return random_bits() % 60 ? u : NOT_A_NUMBER;
    case KINDS + 6:
        if (row / 200 % 3 == 1 && column % 3 == 0)
            return column % 2 == 0 && row % 128 == 77 ? -INF : random_bits() % 5 ? ldexp(u, -1060) : -NOT_A_NUMBER;
        return random_bits() % 50 ? u : -0.0;
    default:
        return draw(kind);
    }
}

static void fill_table(const struct table *t, unsigned kind)
{
    seed = kind + 1;
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->cols; c++)
            put(t, r, c, draw_at(kind, r, c));
    begin(t, t->want);
    for (size_t c = 0; c < t->cols; c++)
        for (size_t r = 0; r < t->rows; r++)
            prong_exact_add_one(state_at(t, t->want, c), element(t, r, c));
}

static void check_table(const struct table *t, const char *isa, const char *force, unsigned kind)
{
    prong_adder *a = adder_for(isa, force);

    begin(t, t->got);
    prong_exact_add_columns_f64(state_at(t, t->got, 0), t->stride, a, t->x, t->rows, (ptrdiff_t)(8 * t->cols), t->cols);
    for (size_t c = 0; c < t->cols; c++)
        ck_assert_msg(memcmp(t->want + c * t->stride, t->got + c * t->stride, t->stride) == 0,
                      "%s %s powers %u kind %u, %zu x %zu: column %zu", isa, force, t->powers, kind, t->rows, t->cols, c);
    prong_adder_destroy(a);
}

START_TEST(columns_of_any_shape_get_the_states_of_their_elements)
{
    static const size_t shapes[][2] = { { 1, 20 },  { 7, 3 },     { 8, 8 },     { 9, 17 },    { 129, 1 },  { 1000, 3 },
                                        { 65, 64 }, { 128, 100 }, { 1200, 23 }, { 2600, 72 }, { 40, 2051 } };

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct table t = table(shapes[i][0], shapes[i][1], PRONG_POWER_SUM, 8);
        fill_table(&t, (unsigned)_i);
        for (unsigned isa = 0; isa < ISAS; isa++)
            check_table(&t, isas[isa], "", (unsigned)_i);
        release(&t);
    }
}
END_TEST

START_TEST(every_path_and_every_power_gives_the_same_columns)
{
    static const unsigned masks[] = { PRONG_POWER_SUM, PRONG_POWER_SUM | PRONG_POWER_SQUARES, PRONG_POWER_ABS, ALL };

    for (size_t m = 0; m < sizeof masks / sizeof masks[0]; m++) {
        struct table t = table(1100, 19, masks[m], 8);
        fill_table(&t, (unsigned)_i);
        for (unsigned isa = 0; isa < ISAS; isa++)
            for (unsigned k = 0; k < FORCES; k++)
                check_table(&t, isas[isa], forces[k], (unsigned)_i);
        release(&t);
    }
}
END_TEST

/* Between begin and end calls may have any rows of the columns, or of some; others in between end what was kept of them. */
static void add_parts(const struct table *t, prong_adder *a)
{
    static const size_t heights[] = { 128, 8, 1, 300, 7, 40, 129, 16 };
    size_t other[2][PRONG_EXACT_MAX_SIZE / 8];
    const double ones[2] = { 1, 1 };

    prong_exact_init((prong_exact *)other[0], t->powers);
    prong_exact_columns_begin(a);
    for (size_t r = 0, k = 0, rows; r < t->rows; r += rows, k++) {
        const unsigned char *part = t->x + 8 * r * t->cols;
        size_t half = k % 5 == 4 ? t->cols / 2 : 0;
        rows = heights[k % 8] < t->rows - r ? heights[k % 8] : t->rows - r;
        prong_exact_add_columns_f64(state_at(t, t->got, 0), t->stride, a, part, rows, (ptrdiff_t)(8 * t->cols),
                                    t->cols - half);
        prong_exact_add_columns_f64(state_at(t, t->got, t->cols - half), t->stride, a, part + 8 * (t->cols - half), rows,
                                    (ptrdiff_t)(8 * t->cols), half);
        if (k % 7 == 3)
            prong_exact_add_columns_f64((prong_exact *)other[0], sizeof other[0], a, ones, 9, 0, 1);
    }
    prong_exact_columns_end(a);
}

START_TEST(columns_that_are_added_by_parts_are_the_same)
{
    static const size_t shapes[][2] = { { 2600, 3 }, { 1500, 21 }, { 900, 64 } };

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct table t = table(shapes[i][0], shapes[i][1], PRONG_POWER_SUM, 8);
        fill_table(&t, (unsigned)_i);
        for (unsigned isa = 0; isa < ISAS; isa++) {
            prong_adder *a = adder_for(isas[isa], "");
            begin(&t, t.got);
            add_parts(&t, a);
            for (size_t c = 0; c < t.cols; c++)
                ck_assert_msg(memcmp(t.want + c * t.stride, t.got + c * t.stride, t.stride) == 0,
                              "%s kind %d, %zu x %zu: column %zu", isas[isa], _i, t.rows, t.cols, c);
            prong_adder_destroy(a);
        }
        release(&t);
    }
}
END_TEST

/* More rows of integers in many calls than in one, of both kinds by turns. */
START_TEST(integers_that_are_added_by_parts_are_the_same)
{
    enum { ROWS = 64, COLS = 19, CALLS = 50 };
    static int64_t rows[ROWS][COLS];
    static uint64_t got[COLS][PRONG_EXACT_MAX_SIZE / 8];
    prong_adder *a = adder_for(isas[_i], "");

    seed = 11;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = 0; c < COLS; c++)
            rows[r][c] = (int64_t)(random_bits() >> c);
    for (size_t c = 0; c < COLS; c++)
        prong_exact_init((prong_exact *)got[c], PRONG_POWER_SUM);
    prong_exact_columns_begin(a);
    for (unsigned k = 0; k < CALLS; k++)
        (k % 10 == 9 ? prong_exact_add_columns_u64 : prong_exact_add_columns_i64)(
            (prong_exact *)got[0], sizeof got[0], a, rows, ROWS - k % 3, sizeof rows[0], COLS);
    prong_exact_columns_end(a);
    for (size_t c = 0; c < COLS; c++) {
        __extension__ __int128 sum = 0;
        int64_t high;
        uint64_t low;
        for (unsigned k = 0; k < CALLS; k++)
            for (size_t r = 0; r < ROWS - k % 3; r++)
                sum += k % 10 == 9 ? (__extension__ (__int128)(uint64_t)rows[r][c]) : rows[r][c];
        ck_assert(prong_exact_integer((prong_exact *)got[c], &high, &low));
        ck_assert_msg(high == (int64_t)(sum >> 64) && low == (uint64_t)sum, "column %zu", c);
    }
    prong_adder_destroy(a);
}
END_TEST

START_TEST(rows_may_stand_anywhere)
{
    enum { ROWS = 300, COLS = 21 };
    static const ptrdiff_t strides[] = { 8 * COLS, 8 * COLS + 8, 8 * COLS + 3, 1000, -8 * COLS, -1001, 8, 5, -8, 0 };
    static unsigned char at[1100 * ROWS];
    static uint64_t want[COLS][PRONG_EXACT_MAX_SIZE / 8], got[COLS][PRONG_EXACT_MAX_SIZE / 8];
    prong_adder *a = adder_for(isas[_i], "");

    seed = 1;
    for (size_t i = 0; i < sizeof at; i++)
        at[i] = (unsigned char)random_bits();
    for (size_t i = 0; i + 8 <= sizeof at; i += 8) {
        double value = draw(0);
        memcpy(at + i, &value, 8);
    }
    for (size_t k = 0; k < sizeof strides / sizeof strides[0]; k++)
        for (size_t offset = 0; offset < 16; offset += 5) {
            const unsigned char *first = at + offset + (strides[k] < 0 ? -strides[k] * (ROWS - 1) : 0);
            for (size_t c = 0; c < COLS; c++) {
                prong_exact_init((prong_exact *)want[c], PRONG_POWER_SUM);
                prong_exact_init((prong_exact *)got[c], PRONG_POWER_SUM);
                for (size_t r = 0; r < ROWS; r++) {
                    double value;
                    memcpy(&value, first + (ptrdiff_t)r * strides[k] + 8 * c, 8);
                    prong_exact_add_one((prong_exact *)want[c], value);
                }
            }
            prong_exact_add_columns_f64((prong_exact *)got[0], sizeof got[0], a, first, ROWS, strides[k], COLS);
            for (size_t c = 0; c < COLS; c++)
                ck_assert_msg(prong_exact_equal((prong_exact *)want[c], (prong_exact *)got[c]),
                              "stride %td offset %zu column %zu", strides[k], offset, c);
        }
    prong_adder_destroy(a);
}
END_TEST

/* A stride of 0 makes a table of any height of one row. Ties, and elements just below their window, take chains as far
 * from their anchors as they can go; so many rows, digits as far from 0. */
START_TEST(high_tables_overflow_neither_chains_nor_digits)
{
    enum { COLS = 13 };
    static const size_t heights[] = { 127, 128, 129, 4096, 128 * 2048, 128 * 2048 + 1, 600001 };
    static const double row[COLS] = { 0.25 + 0x1p-52, 1 - 0x1p-53, -1 + 0x1p-53, 1 + 0x1p-52, 0x1p-1074, -0x1p-1022,
                                      0x1.fffffffffffffp999, 0x1.5555555555555p-3, 0.75, 0x1p-44 + 0x1p-96, -0.0, 0.0,
                                      0x1.fffffffffffffp1023 };
    static uint64_t want[COLS][PRONG_EXACT_MAX_SIZE / 8], got[COLS][PRONG_EXACT_MAX_SIZE / 8];
    prong_adder *a = adder_for(isas[_i], "");

    for (size_t h = 0; h < sizeof heights / sizeof heights[0]; h++) {
        for (size_t c = 0; c < COLS; c++) {
            prong_exact_init((prong_exact *)want[c], PRONG_POWER_SUM);
            prong_exact_init((prong_exact *)got[c], PRONG_POWER_SUM);
            prong_exact_add_times((prong_exact *)want[c], row[c], heights[h]);
        }
        prong_exact_add_columns_f64((prong_exact *)got[0], sizeof got[0], a, row, heights[h], 0, COLS);
        for (size_t c = 0; c < COLS; c++)
            ck_assert_msg(prong_exact_equal((prong_exact *)want[c], (prong_exact *)got[c]), "%zu rows, column %zu",
                          heights[h], c);
    }
    prong_adder_destroy(a);
}
END_TEST

/* Trouble in the first rows, then so many without that the panel goes back to fewer levels. */
START_TEST(levels_go_up_and_down_again)
{
    struct table t = table(40000, 8, PRONG_POWER_SUM, 8);

    seed = 5;
    for (size_t r = 0; r < t.rows; r++)
        for (size_t c = 0; c < t.cols; c++)
            put(&t, r, c, ldexp(draw(0), r < 400 || r > 39000 ? (int)(random_bits() % 70) : 0));
    begin(&t, t.want);
    for (size_t c = 0; c < t.cols; c++)
        for (size_t r = 0; r < t.rows; r++)
            prong_exact_add_one(state_at(&t, t.want, c), element(&t, r, c));
    check_table(&t, isas[_i], "", 0);
    release(&t);
}
END_TEST

START_TEST(a_nan_is_found_in_every_row_and_column)
{
    enum { ROWS = 140, COLS = 17 };
    prong_adder *a = adder_for(isas[_i], "");
    struct table t = table(ROWS, COLS, PRONG_POWER_SUM, 8);

    seed = 3;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = 0; c < COLS; c++)
            put(&t, r, c, draw(0));
    for (size_t r = 0; r < ROWS; r++) {
        size_t hit = r % COLS;
        double kept = element(&t, r, hit);
        prong_exact_counts counts;
        put(&t, r, hit, r % 3 ? NOT_A_NUMBER : r % 2 ? INF : -0.0);
        begin(&t, t.got);
        prong_exact_add_columns_f64(state_at(&t, t.got, 0), t.stride, a, t.x, ROWS, 8 * COLS, COLS);
        for (size_t c = 0; c < COLS; c++) {
            prong_exact_count(state_at(&t, t.got, c), &counts);
            ck_assert_uint_eq(counts.n, ROWS + 1);
            ck_assert_uint_eq(counts.nan, c == hit && r % 3);
            ck_assert_uint_eq(counts.pinf, c == hit && r % 3 == 0 && r % 2);
            ck_assert_uint_eq(counts.not_minus_zero, ROWS + 1 - (c == hit && r % 6 == 0));
        }
        put(&t, r, hit, kept);
    }
    prong_adder_destroy(a);
    release(&t);
}
END_TEST

START_TEST(columns_of_floats_are_widened_exactly)
{
    enum { ROWS = 700 };
    static const size_t widths[] = { 3, 8, 77 };
    prong_adder *a = adder_for(isas[_i], "");

    for (unsigned kind = 0; kind < 4; kind++)
        for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
            struct table t = table(ROWS, widths[w], PRONG_POWER_SUM, 4);
            seed = kind + 1;
            begin(&t, t.want);
            begin(&t, t.got);
            for (size_t i = 0; i < ROWS * t.cols; i++) {
                uint32_t any = (uint32_t)random_bits();
                float value;
                memcpy(&value, &any, sizeof value);
                if (kind > 0)
                    value = (float)draw(kind == 1 ? 0 : kind == 2 ? 4 : 1);
                memcpy(t.x + 4 * i, &value, sizeof value);
                prong_exact_add_one(state_at(&t, t.want, i % t.cols), (double)value);
            }
            prong_exact_add_columns_f32(state_at(&t, t.got, 0), t.stride, a, t.x, ROWS, (ptrdiff_t)(4 * t.cols), t.cols);
            ck_assert_msg(memcmp(t.want, t.got, t.cols * t.stride) == 0, "kind %u, %zu columns", kind, t.cols);
            release(&t);
        }
    prong_adder_destroy(a);
}
END_TEST

/* Against sums of 128 bits. */
START_TEST(columns_of_integers_are_summed_exactly)
{
    static const size_t shapes[][2] = { { 3, 5 }, { 500, 3 }, { 333, 8 }, { 300, 41 }, { 20, 2050 } };
    static const unsigned masks[] = { PRONG_POWER_SUM, PRONG_POWER_SUM | PRONG_POWER_SQUARES };
    prong_adder *a = adder_for(isas[_i], "");

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (unsigned m = 0; m < 4; m++) {
            bool is_signed = m & 1;
            struct table t = table(shapes[i][0], shapes[i][1], masks[m / 2], 8);
            seed = m;
            for (size_t k = 0; k < t.rows * t.cols; k++) {
                uint64_t value = random_bits() >> (random_bits() % 4 ? 0 : 40);
                value = random_bits() % 8 ? value : UINT64_C(1) << 63;
                memcpy(t.x + 8 * k, &value, 8);
            }
            for (size_t c = 0; c < t.cols; c++)
                prong_exact_init(state_at(&t, t.got, c), t.powers);
            (is_signed ? prong_exact_add_columns_i64 : prong_exact_add_columns_u64)(
                state_at(&t, t.got, 0), t.stride, a, t.x, t.rows, (ptrdiff_t)(8 * t.cols), t.cols);
            for (size_t c = 0; c < t.cols; c++) {
                __extension__ __int128 sum = 0;
                prong_exact_counts counts;
                int64_t high;
                uint64_t low;
                for (size_t r = 0; r < t.rows; r++) {
                    uint64_t value;
                    memcpy(&value, t.x + 8 * (r * t.cols + c), 8);
                    sum += value;
                    if (is_signed && value >> 63)
                        sum -= (__extension__ (__int128)1) << 64;
                }
                ck_assert(prong_exact_integer(state_at(&t, t.got, c), &high, &low));
                ck_assert_msg(high == (int64_t)(sum >> 64) && low == (uint64_t)sum, "%zu x %zu: column %zu", t.rows, t.cols,
                              c);
                prong_exact_count(state_at(&t, t.got, c), &counts);
                ck_assert(counts.n == t.rows && counts.not_minus_zero == t.rows && counts.nan == 0);
            }
            release(&t);
        }
    prong_adder_destroy(a);
}
END_TEST

START_TEST(rounding_mode_changes_no_column_and_stays_set)
{
    struct table t = table(260, 30, PRONG_POWER_SUM, 8);

    fill_table(&t, 1);
    ck_assert_int_eq(fesetround(FE_UPWARD), 0);
    check_table(&t, isas[_i], "", 1);
    ck_assert_int_eq(fegetround(), FE_UPWARD);
    fesetround(FE_TONEAREST);
    release(&t);
}
END_TEST

START_TEST(no_rows_or_no_columns_change_nothing)
{
    prong_adder *a = adder_for("", "");
    prong_exact *s = state(0, PRONG_POWER_SUM), *empty = state(1, PRONG_POWER_SUM);

    prong_exact_add_columns_f64(s, prong_exact_size(PRONG_POWER_SUM), a, NULL, 0, 8, 1);
    prong_exact_add_columns_f64(s, prong_exact_size(PRONG_POWER_SUM), a, NULL, 1000, 0, 0);
    prong_exact_add_columns_i64(s, prong_exact_size(PRONG_POWER_SUM), a, NULL, 0, 8, 1);
    ck_assert(prong_exact_equal(s, empty));
    prong_adder_destroy(a);
}
END_TEST

Suite *exact_columns_suite(void)
{
    Suite *suite = suite_create("exact columns");
    TCase *t = tcase_create("columns");

    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, columns_of_any_shape_get_the_states_of_their_elements, 0, TABLE_KINDS);
    tcase_add_loop_test(t, every_path_and_every_power_gives_the_same_columns, 0, TABLE_KINDS);
    tcase_add_loop_test(t, columns_that_are_added_by_parts_are_the_same, 0, TABLE_KINDS);
    tcase_add_loop_test(t, integers_that_are_added_by_parts_are_the_same, 0, ISAS);
    tcase_add_loop_test(t, rows_may_stand_anywhere, 0, ISAS);
    tcase_add_loop_test(t, high_tables_overflow_neither_chains_nor_digits, 0, ISAS);
    tcase_add_loop_test(t, levels_go_up_and_down_again, 0, ISAS);
    tcase_add_loop_test(t, a_nan_is_found_in_every_row_and_column, 0, ISAS);
    tcase_add_loop_test(t, columns_of_floats_are_widened_exactly, 0, ISAS);
    tcase_add_loop_test(t, columns_of_integers_are_summed_exactly, 0, ISAS);
    tcase_add_loop_test(t, rounding_mode_changes_no_column_and_stays_set, 0, ISAS);
    tcase_add_test(t, no_rows_or_no_columns_change_nothing);
    suite_add_tcase(suite, t);
    return suite;
}
