/* SPDX-License-Identifier: MIT */
/* Slices: the elements that Python's rules name, found here by counting through every index, in numpy's order. */
#include "config.h"

#include "array_fixture.h"

#include <inttypes.h>

enum { MOST = 7 * 7 * 7 * 7 * 7 };

static uint64_t seed = 88172645463325252u;

static uint64_t below(uint64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % n;
}

static uint16_t numbers[MOST];

static struct prong_array *view_of(size_t count)
{
    struct prong_array *array;

    for (size_t i = 0; i < MOST; i++)
        numbers[i] = (uint16_t)i;
    ck_assert_int_eq((int)prong_array_view(&array, numbers, count, PRONG_U16, NULL), PRONG_OK);
    return array;
}

static struct prong_array *shaped(const char *shape, bool fortran)
{
    prong_error err = PRONG_ERROR_INIT;
    struct prong_array *array;
    size_t count = 1;

    for (const char *at = shape; *at; at++)
        if (at == shape || at[-1] == ',')
            count *= strtoul(at, NULL, 10);
    array = view_of(count);
    ck_assert_msg(prong_array_reshape(array, shape, fortran, &err) == PRONG_OK, "%s", err.detail);
    return array;
}

static void sliced(struct prong_array *array, const char *slice)
{
    prong_error err = PRONG_ERROR_INIT;

    ck_assert_msg(prong_array_slice(array, slice, &err) == PRONG_OK, "%s: %s", slice, err.detail);
}

/* What a slice of one dimension names, by the rules and in their order. */
struct chosen {
    bool gone; /* an index: no dimension is left */
    size_t n;
    int64_t index[16];
};

static struct chosen choose(int64_t length, const int64_t *start, const int64_t *stop, int64_t step)
{
    struct chosen chosen = { .n = 0 };
    int64_t i = step > 0 ? 0 : length - 1, end = step > 0 ? length : -1;

    if (start)
        i = *start < 0 ? *start + length : *start;
    if (stop)
        end = *stop < 0 ? *stop + length : *stop;
    if (stop && end < 0)
        end = -1;
    if (step > 0 && i < 0)
        i = 0;
    if (step < 0 && i > length - 1)
        i = length - 1;
    for (; step > 0 ? i < end && i < length : i > end && i >= 0; i += step)
        chosen.index[chosen.n++] = i;
    return chosen;
}

static const char *const blanks[] = { "", "", "", " ", "  " };

/* Random text for one dimension, and what it means. */
static struct chosen random_item(int64_t length, char *text)
{
    int64_t start = (int64_t)below(2 * (uint64_t)length + 7) - length - 3;
    int64_t stop = (int64_t)below(2 * (uint64_t)length + 7) - length - 3;
    int64_t step = (int64_t)below(3) ? 1 : (int64_t)below(9) - 4;
    bool has_start = below(2), has_stop = below(2);

    if (length > 0 && below(4) == 0) {
        int64_t index = (int64_t)below(2 * (uint64_t)length) - length;
        sprintf(text, "%s%" PRId64 "%s", blanks[below(5)], index, blanks[below(5)]);
        return (struct chosen){ .gone = true, .n = 1, .index = { index < 0 ? index + length : index } };
    }
    if (step == 0)
        step = -1;
    text += sprintf(text, "%s", blanks[below(5)]);
    if (has_start)
        text += sprintf(text, "%" PRId64, start);
    text += sprintf(text, "%s:%s", blanks[below(5)], blanks[below(5)]);
    if (has_stop)
        text += sprintf(text, "%" PRId64, stop);
    if (step != 1)
        sprintf(text, ":%" PRId64 "%s", step, blanks[below(5)]);
    else
        sprintf(text, "%s", below(3) ? "" : ":");
    return choose(length, has_start ? &start : NULL, has_stop ? &stop : NULL, step);
}

/* An array of random shape, a slice of it, and the memory places of its elements in numpy's order. */
struct scene {
    char shape[100];
    char slice[600];
    bool fortran;
    int ndim; /* of the slice */
    uint64_t dims[6];
    size_t count;
    uint16_t places[MOST];
};

static void random_scene(struct scene *s)
{
    int n = (int)below(6), ellipsis = below(3) == 0 ? (int)below((uint64_t)n + 1) : -1;
    int named = ellipsis >= 0 ? (int)below((uint64_t)(n - ellipsis) + 1) : (int)below((uint64_t)n + 1);
    int first_after = ellipsis >= 0 ? n - named : n; /* dimensions ellipsis … first_after-1 are whole */
    int64_t length[6] = { 0 }, stride[6] = { 0 }, product = 1;
    struct chosen chosen[6];
    char *shape = s->shape, *slice = s->slice;
    bool brackets = below(2);

    *s = (struct scene){ .fortran = below(2) };
    shape += sprintf(shape, "(");
    for (int d = 0; d < n; d++) {
        length[d] = (int64_t)(below(12) ? 1 + below(7) : 0);
        shape += sprintf(shape, "%" PRId64 ",", length[d]);
    }
    sprintf(shape, ")");
    for (int k = 0; k < n; k++) {
        int d = s->fortran ? k : n - 1 - k;
        stride[d] = product;
        product *= length[d];
    }
    slice += sprintf(slice, "%s", brackets ? "[" : "");
    for (int d = 0, items = 0; d <= n; d++) {
        if (d == ellipsis)
            slice += sprintf(slice, "%s...", items++ ? "," : "");
        if (d == n)
            break;
        if (ellipsis >= 0 ? d >= ellipsis && d < first_after : d >= named && (d > 0 || named > 0)) {
            chosen[d] = choose(length[d], NULL, NULL, 1);
            continue;
        }
        slice += sprintf(slice, "%s", items++ ? "," : "");
        chosen[d] = random_item(length[d], slice);
        slice += strlen(slice);
    }
    if (n == 0 && ellipsis < 0)
        slice += sprintf(slice, "...");
    sprintf(slice, "%s", brackets ? "]" : "");

    s->count = 1;
    for (int d = 0; d < n; d++) {
        s->count *= chosen[d].n;
        if (!chosen[d].gone)
            s->dims[s->ndim++] = chosen[d].n;
    }
    for (size_t i = 0; i < s->count; i++) {
        size_t rest = i;
        int64_t place = 0;
        for (int d = n - 1; d >= 0; d--) {
            place += chosen[d].index[rest % chosen[d].n] * stride[d];
            rest /= chosen[d].n;
        }
        s->places[i] = (uint16_t)place;
    }
}

/* The elements of array, gathered whole and in random pieces, are those of the scene. */
static void same_elements(const struct prong_array *array, const struct scene *s)
{
    static uint16_t got[MOST];

    prong_array_gather(array, 0, s->count, got);
    ck_assert_msg(memcmp(got, s->places, s->count * 2) == 0, "%s %s", s->shape, s->slice);
    for (int k = 0; k < 5 && s->count > 0; k++) {
        size_t first = below(s->count), n = below(s->count - first + 1);
        memset(got, 0xee, sizeof got);
        prong_array_gather(array, first, n, got);
        ck_assert(memcmp(got, s->places + first, n * 2) == 0 && got[n] == 0xeeee);
    }
}

/* In the array's own order, element i is the one whose row-major index the digits of i, read the other way, give. */
static void same_in_own_order(const struct prong_array *array, const struct scene *s)
{
    static uint16_t got[MOST];

    prong_array_gather_in(array, array->fortran, 0, s->count, got);
    for (size_t i = 0; i < s->count; i++) {
        size_t rest = i, row_major = 0, weight[6], product = 1;
        for (int d = s->ndim - 1; d >= 0; d--) {
            weight[d] = product;
            product *= s->dims[d];
        }
        for (int d = 0; d < s->ndim; d++) {
            row_major += rest % s->dims[d] * weight[d];
            rest /= s->dims[d];
        }
        ck_assert_uint_eq(got[i], s->places[array->fortran ? row_major : i]);
        if (prong_array_is_dense(array))
            ck_assert_int_eq(memcmp(array->data + 2 * i, &got[i], 2), 0);
    }
}

START_TEST(random_slices_have_the_elements_that_the_rules_name)
{
    static struct scene s;
    int dense = 0, strided = 0, column_major = 0;

    for (int round = 0; round < 3000; round++) {
        struct prong_array *array;
        prong_array_info info = { .size = sizeof info };
        prong_error err = PRONG_ERROR_INIT;
        size_t all = 1;
        random_scene(&s);
        for (char *at = s.shape + 1; *at >= '0' && *at <= '9'; at = strchr(at, ',') + 1)
            all *= strtoul(at, NULL, 10);
        array = view_of(all);
        ck_assert_msg(prong_array_reshape(array, s.shape, s.fortran, &err) == PRONG_OK, "%s", err.detail);
        sliced(array, s.slice);
        prong_array_describe(array, &info);
        ck_assert_msg(info.ndim == s.ndim && memcmp(info.shape, s.dims, (size_t)s.ndim * sizeof s.dims[0]) == 0,
                      "%s %s", s.shape, s.slice);
        ck_assert(info.count == s.count && info.bytes == 2 * s.count && info.count_known);
        same_elements(array, &s);
        same_in_own_order(array, &s);
        dense += prong_array_is_dense(array);
        strided += !prong_array_is_dense(array);
        column_major += array->fortran;
        prong_array_close(array);
    }
    ck_assert(dense > 300 && strided > 300 && column_major > 300);
}
END_TEST

START_TEST(slices_without_gaps_are_plain)
{
    static const struct {
        const char *shape, *slice;
        bool fortran;
        char kind; /* C, F, or gaps */
        uint16_t first;
    } cases[] = {
        { "4,5,6", "...", false, 'C', 0 },         { "4,5,6", "1:3", false, 'C', 30 },
        { "4,5,6", "2", false, 'C', 60 },          { "4,5,6", "2,1:4", false, 'C', 66 },
        { "4,5,6", "2,3,::2", false, ' ', 78 },    { "4,5,6", ":,:,1:", false, ' ', 1 },
        { "4,5,6", "3:4,:,::-1", false, ' ', 95 }, { "4,5,6", "1:2,2:3,3:4", false, 'C', 45 },
        { "4,5,6", "1,2,3", false, 'C', 45 },      { "4,5,6", "::-1", false, ' ', 90 },
        { "4,5,6", ":0", false, 'C', 0 },          { "4,5,6", "::2", false, ' ', 0 },
        { "4,5,6", "::5,:,:", false, 'C', 0 },     { "4,5,6", "...", true, 'F', 0 },
        { "4,5,6", "..., 2:4", true, 'F', 40 },    { "4,5,6", "...,0:1", true, 'F', 0 },
        { "4,5,6", "...,3", true, 'F', 60 },       { "4,5,6", ":,3,3", true, 'C', 72 },
        { "4,5,6", "0", true, ' ', 0 },            { "4,5,6", "0,:,3", true, ' ', 60 },
        { "4,1,6", "2", false, 'C', 12 },          { "4,1,6", ":,::-7", false, 'C', 0 },
        { "0,5", "...", true, 'C', 0 },            { "7", "3:5", true, 'C', 3 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct prong_array *array = shaped(cases[i].shape, cases[i].fortran);
        uint16_t first = 0;
        sliced(array, cases[i].slice);
        ck_assert_msg(prong_array_is_dense(array) == (cases[i].kind != ' '), "%s", cases[i].slice);
        if (cases[i].kind != ' ')
            ck_assert_msg(array->fortran == (cases[i].kind == 'F'), "%s", cases[i].slice);
        if (array->count > 0)
            memcpy(&first, array->data, 2);
        ck_assert_uint_eq(first, cases[i].first);
        ck_assert_uint_eq((uint64_t)(array->data - (const unsigned char *)numbers), 2 * (uint64_t)first);
        ck_assert_uint_eq(array->data_start, 2 * (uint64_t)first);
        prong_array_close(array);
    }
}
END_TEST

START_TEST(slices_of_slices_name_what_is_left)
{
    struct prong_array *array = shaped("6,7", false);
    uint16_t got[4];

    sliced(array, "1:, ::2");   /* rows 1 … 5, columns 0 2 4 6 */
    sliced(array, "::-2, 1:3"); /* rows 5 3 1, columns 2 4 */
    sliced(array, "[1:]");      /* rows 3 1 */
    prong_array_gather(array, 0, 4, got);
    ck_assert(got[0] == 23 && got[1] == 25 && got[2] == 9 && got[3] == 11);
    prong_array_close(array);
}
END_TEST

/* Bounds of any size are cut; a step of any size is taken once. */
START_TEST(numbers_beyond_64_bits_are_cut_to_the_dimension)
{
    static const struct {
        const char *slice;
        uint64_t count;
        uint16_t first;
    } cases[] = { { "99999999999999999999999:", 0, 0 },
                  { ":99999999999999999999999", 7, 0 },
                  { "-99999999999999999999999:", 7, 0 },
                  { "::99999999999999999999999", 1, 0 },
                  { "::-99999999999999999999999", 1, 6 },
                  { "9223372036854775807:-9223372036854775808:-9223372036854775808", 1, 6 },
                  { "3::9223372036854775807", 1, 3 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct prong_array *array = shaped("7", false);
        uint16_t got = 0;
        sliced(array, cases[i].slice);
        ck_assert_uint_eq(array->count, cases[i].count);
        if (array->count > 0)
            prong_array_gather(array, 0, 1, &got);
        ck_assert_uint_eq(got, cases[i].first);
        prong_array_close(array);
    }
}
END_TEST

START_TEST(slices_that_make_no_sense_are_refused_and_change_nothing)
{
    static const struct {
        const char *slice;
        prong_status status;
        const char *words;
    } cases[] = {
        { "", PRONG_EINVAL, "an index, a range" },
        { "[]", PRONG_EINVAL, "an index, a range" },
        { "1,,2", PRONG_EINVAL, "at ',2'" },
        { "a", PRONG_EINVAL, "slice 'a': an index, a range FIRST:END:STEP or '...' was expected at 'a'" },
        { "1 2", PRONG_EINVAL, "a ',' was expected at '2'" },
        { "- 1", PRONG_EINVAL, "an index, a range" },
        { "1:2:3:4", PRONG_EINVAL, "at ':4'" },
        { "::0", PRONG_EINVAL, "a step of 0 goes nowhere" },
        { "...,...", PRONG_EINVAL, "a second '...'" },
        { "[1", PRONG_EINVAL, "a ',' was expected at ''" },
        { "1]", PRONG_EINVAL, "at ']'" },
        { "[1] 2", PRONG_EINVAL, "something follows the ']'" },
        { "1.5", PRONG_EINVAL, "at '.5'" },
        { "4", PRONG_EDATA, "index 4 is outside dimension 0, whose length is 4" },
        { ":,-6", PRONG_EDATA, "index -6 is outside dimension 1, whose length is 5" },
        { "99999999999999999999999", PRONG_EDATA, "outside dimension 0" },
        { "0,0,0", PRONG_EDATA, "the slice names 3 dimensions, the array has 2" },
        { "0,...,0,0", PRONG_EDATA, "the slice names 3 dimensions, the array has 2" },
    };
    struct prong_array *array = shaped("4,5", false);
    struct prong_array before = *array;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        prong_error err = PRONG_ERROR_INIT;
        ck_assert_int_eq((int)prong_array_slice(array, cases[i].slice, &err), (int)cases[i].status);
        ck_assert_msg(strstr(err.detail, cases[i].words) != NULL, "\"%s\" is not in \"%s\"", cases[i].words, err.detail);
        ck_assert_int_eq(memcmp(array, &before, sizeof before), 0);
    }
    ck_assert_int_eq((int)prong_array_slice(array, NULL, NULL), PRONG_EINVAL);
    prong_array_close(array);
}
END_TEST

START_TEST(every_element_size_is_gathered)
{
    static const prong_dtype dtypes[] = { PRONG_U8, PRONG_F16, PRONG_F32, PRONG_I64 };
    unsigned char bytes[8 * 30], got[8 * 15];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 7);
    for (size_t k = 0; k < 4; k++) {
        size_t item = prong_dtype_size(dtypes[k]);
        struct prong_array *array;
        ck_assert_int_eq((int)prong_array_view(&array, bytes, 30, dtypes[k], NULL), PRONG_OK);
        ck_assert_int_eq((int)prong_array_reshape(array, "5,6", 0, NULL), PRONG_OK);
        sliced(array, ":,::-2");
        prong_array_gather(array, 0, 15, got);
        for (size_t i = 0; i < 15; i++)
            ck_assert_int_eq(memcmp(got + i * item, bytes + (i / 3 * 6 + 5 - i % 3 * 2) * item, item), 0);
        prong_array_close(array);
    }
}
END_TEST

Suite *slice_suite(void)
{
    Suite *suite = suite_create("slice");
    TCase *tc = tcase_create("slice");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, random_slices_have_the_elements_that_the_rules_name);
    tcase_add_test(tc, slices_without_gaps_are_plain);
    tcase_add_test(tc, slices_of_slices_name_what_is_left);
    tcase_add_test(tc, numbers_beyond_64_bits_are_cut_to_the_dimension);
    tcase_add_test(tc, slices_that_make_no_sense_are_refused_and_change_nothing);
    tcase_add_test(tc, every_element_size_is_gathered);
    suite_add_tcase(suite, tc);
    return suite;
}
