/* SPDX-License-Identifier: MIT */
/* Plans along axes: every element is met once, for the output and the reduced index that its indices in the array give;
 * rectangles cut the work anywhere; and the fast side is the one whose elements are neighbours. */
#include "config.h"

#include "array/axis.h"

#include "array_fixture.h"

enum { DIMS = 5, MOST = 6 * 6 * 6 * 6 * 6 };

static uint64_t seed = 88172645463325252u;

static uint64_t below(uint64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % n;
}

static uint16_t numbers[MOST];

static struct prong_array *shaped(const char *shape, bool fortran, const char *slice)
{
    prong_error err = PRONG_ERROR_INIT;
    struct prong_array *array;
    size_t count = 1;

    for (size_t i = 0; i < MOST; i++)
        numbers[i] = (uint16_t)i;
    for (const char *at = shape + 1; *at >= '0' && *at <= '9'; at = strchr(at, ',') + 1)
        count *= strtoul(at, NULL, 10);
    ck_assert_int_eq((int)prong_array_view(&array, numbers, count, PRONG_U16, NULL), PRONG_OK);
    ck_assert_msg(prong_array_reshape(array, shape, fortran, &err) == PRONG_OK, "%s", err.detail);
    ck_assert_msg(prong_array_slice(array, slice, &err) == PRONG_OK, "%s", err.detail);
    return array;
}

/* What an element that is met ought to be: met[output][reduced], both row-major. */
static uint16_t expected[MOST], met[MOST];
static bool seen[MOST];

/* Numbers every element of array by its indices alone. Returns the number of outputs; *reduced that of the others. */
static size_t number_elements(const struct prong_array *array, const bool *gone, size_t *reduced)
{
    static uint16_t all[MOST];
    size_t outputs = 1;

    *reduced = 1;
    for (int d = 0; d < array->ndim; d++)
        *(gone[d] ? reduced : &outputs) *= array->shape[d];
    prong_array_gather(array, 0, array->count, all);
    for (size_t i = 0; i < array->count; i++) {
        size_t rest = i, o = 0, r = 0, o_weight = 1, r_weight = 1;
        for (int d = array->ndim - 1; d >= 0; d--) {
            size_t index = rest % array->shape[d];
            rest /= array->shape[d];
            *(gone[d] ? &r : &o) += index * *(gone[d] ? &r_weight : &o_weight);
            *(gone[d] ? &r_weight : &o_weight) *= array->shape[d];
        }
        expected[o * *reduced + r] = all[i];
    }
    return outputs;
}

static void meet(const struct prong_axis *plan, uint64_t o, uint64_t r, const unsigned char *at)
{
    uint64_t row = prong_axis_index(&plan->output_order, o), place = prong_axis_index(&plan->reduced_order, r);
    size_t i = row * plan->reduced.total + place;

    ck_assert_uint_lt(i, plan->outputs.total * plan->reduced.total);
    ck_assert(!seen[i]);
    seen[i] = true;
    memcpy(&met[i], at, sizeof met[i]);
}

/* A rectangle, walked as the pattern wants it. */
static void walk_rectangle(const struct prong_axis *plan, uint64_t o0, uint64_t o1, uint64_t r0, uint64_t r1)
{
    struct prong_walk outer, inner;
    ptrdiff_t there, inside;
    uint64_t n, m;

    prong_walk_begin(&outer, &plan->outputs, o0);
    for (uint64_t o = o0; (n = prong_walk_next(&outer, o1, &there)) > 0; o += n) {
        prong_walk_begin(&inner, &plan->reduced, r0);
        for (uint64_t r = r0; (m = prong_walk_next(&inner, r1, &inside)) > 0; r += m) {
            const unsigned char *at = plan->data + there + inside;
            for (uint64_t i = 0; i < n * m; i++) {
                uint64_t k = plan->inner ? i / m : i % n, j = plan->inner ? i % m : i / n;
                meet(plan, o + k, r + j,
                     at + (ptrdiff_t)k * plan->outputs.stride + (ptrdiff_t)j * plan->reduced.stride);
            }
        }
    }
}

/* Cuts the whole into random rectangles. */
static void walk_all(const struct prong_axis *plan)
{
    uint64_t outputs = plan->outputs.total, reduced = plan->reduced.total;
    uint64_t o_step = 1 + below(outputs + 1), r_step = 1 + below(reduced + 1);

    for (uint64_t o = 0; o < outputs; o += o_step)
        for (uint64_t r = 0; r < reduced; r += r_step) {
            uint64_t o1 = o + o_step < outputs ? o + o_step : outputs;
            uint64_t r1 = r + r_step < reduced ? r + r_step : reduced;
            walk_rectangle(plan, o, o1, r, r1);
        }
}

struct scene {
    char shape[60];
    char slice[60];
    bool fortran;
    int axes[DIMS];
    int count;
    bool gone[DIMS];
};

/* Only ranges: the dimensions stay those of the shape. */
static int random_scene(struct scene *s)
{
    int n = (int)below(DIMS + 1);
    char *shape = s->shape + sprintf(s->shape, "("), *slice = s->slice + sprintf(s->slice, "...");

    s->fortran = below(2);
    s->count = 0;
    for (int d = 0; d < n; d++) {
        shape += sprintf(shape, "%d,", below(15) ? 1 + (int)below(6) : 0);
        slice += sprintf(slice, "%s", below(2) ? ",:" : below(2) ? ",::-1" : below(2) ? ",1:" : ",::2");
        s->gone[d] = below(2);
        if (s->gone[d])
            s->axes[s->count++] = below(2) ? d : d - n;
    }
    sprintf(shape, ")");
    return n;
}

START_TEST(every_element_is_met_once_for_its_output)
{
    const int rounds = test_share_of(3000);
    int inner = 0, outer = 0, crooked = 0;

    for (int round = 0; round < rounds; round++) {
        struct scene s;
        int n = random_scene(&s), kept = 0;
        struct prong_array *array = shaped(s.shape, s.fortran, s.slice);
        struct prong_axis plan;
        prong_error err = PRONG_ERROR_INIT;
        size_t reduced, outputs = number_elements(array, s.gone, &reduced);
        uint64_t shape[PRONG_MAX_DIMS];
        ck_assert_msg(prong_axis_plan(&plan, array, s.axes, s.count, &err) == PRONG_OK, "%s", err.detail);
        ck_assert_uint_eq(plan.outputs.total, outputs);
        ck_assert_uint_eq(plan.reduced.total, reduced);
        if (round % 3 == 0)
            prong_axis_straighten(&plan, array);
        ck_assert(round % 3 != 0 || plan.reduced_order.straight);
        memset(seen, 0, sizeof seen);
        walk_all(&plan);
        for (size_t i = 0; i < outputs * reduced; i++)
            ck_assert_msg(seen[i] && met[i] == expected[i], "%s %s", s.shape, s.slice);
        ck_assert_int_eq(prong_axis_shape(&plan, true, shape), n);
        for (int d = 0; d < n; d++)
            ck_assert_uint_eq(shape[d], s.gone[d] ? 1 : array->shape[d]);
        ck_assert_int_eq(prong_axis_shape(&plan, false, shape), n - s.count);
        for (int d = 0; d < n; d++)
            if (!s.gone[d])
                ck_assert_uint_eq(shape[kept++], array->shape[d]);
        inner += plan.inner;
        outer += !plan.inner;
        crooked += !plan.output_order.straight || !plan.reduced_order.straight;
        prong_array_close(array);
    }
    ck_assert(inner > rounds / 10 && outer > rounds / 10 && crooked > rounds / 10);
}
END_TEST

START_TEST(neighbours_are_one_run_and_decide_the_pattern)
{
    static const struct {
        const char *shape;
        bool fortran;
        const char *slice;
        int count, axes[3];
        bool inner;
        int output_steps, reduced_steps;
        ptrdiff_t output_stride, reduced_stride;
        bool straight;
    } cases[] = {
        { "(4,5,6,)", false, "...", 1, { 2 }, true, 1, 1, 12, 2, true },
        { "(4,5,6,)", false, "...", 1, { 0 }, false, 1, 1, 2, 60, true },
        { "(4,5,6,)", false, "...", 1, { 1 }, false, 2, 1, 2, 12, true },
        { "(4,5,6,)", false, "...", 2, { 1, 2 }, true, 1, 1, 60, 2, true },
        { "(4,5,6,)", false, "...", 2, { 0, 2 }, true, 1, 2, 12, 2, true },
        { "(4,5,6,)", false, "...", 3, { 0, 1, 2 }, true, 0, 1, 2, 2, true },
        { "(4,5,6,)", false, "...", 0, { 0 }, false, 1, 0, 2, 2, true },
        { "(4,5,6,)", true, "...", 1, { 2 }, false, 1, 1, 2, 40, false },
        { "(4,5,6,)", true, "...", 1, { 0 }, true, 1, 1, 8, 2, false },
        { "(4,5,6,)", true, "...", 2, { 0, 1 }, true, 1, 1, 40, 2, false },
        { "(4,5,6,)", true, "...,1:", 1, { 2 }, false, 1, 1, 2, 40, false },
        { "(4,5,6,)", true, "1:", 1, { 2 }, false, 2, 1, 2, 40, false },
        { "(4,5,6,)", false, "...,::-1", 1, { 0 }, false, 2, 1, -2, 60, true },
        { "(4,1,6,)", false, "...", 1, { 1 }, false, 1, 0, 2, 2, true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct prong_array *array = shaped(cases[i].shape, cases[i].fortran, cases[i].slice);
        struct prong_axis plan;
        ck_assert_int_eq((int)prong_axis_plan(&plan, array, cases[i].axes, cases[i].count, NULL), PRONG_OK);
        ck_assert_msg(plan.inner == cases[i].inner && plan.outputs.n == cases[i].output_steps &&
                          plan.reduced.n == cases[i].reduced_steps &&
                          plan.outputs.stride == cases[i].output_stride &&
                          plan.reduced.stride == cases[i].reduced_stride &&
                          (plan.output_order.straight && plan.reduced_order.straight) == cases[i].straight,
                      "case %zu", i);
        prong_array_close(array);
    }
}
END_TEST

START_TEST(a_hull_has_every_element_of_the_rectangle_and_no_vast_gaps)
{
    struct prong_array *array = shaped("(4,5,6,)", false, "...");
    const unsigned char *from;
    struct prong_axis plan;
    size_t bytes;
    int axis = 2;

    ck_assert_int_eq((int)prong_axis_plan(&plan, array, &axis, 1, NULL), PRONG_OK);
    ck_assert(prong_axis_hull(&plan, 5, 10, 0, 6, &from, &bytes));
    ck_assert(from == array->data + 60 && bytes == 60);
    axis = 0;
    ck_assert_int_eq((int)prong_axis_plan(&plan, array, &axis, 1, NULL), PRONG_OK);
    ck_assert(prong_axis_hull(&plan, 0, 30, 1, 3, &from, &bytes) && from == array->data + 60 && bytes == 120);
    ck_assert(prong_axis_hull(&plan, 10, 30, 0, 4, &from, &bytes) && from == array->data + 20 && bytes == 220);
    ck_assert(!prong_axis_hull(&plan, 4, 5, 0, 4, &from, &bytes));
    prong_array_close(array);
    array = shaped("(4,5,6,)", false, "::-1");
    ck_assert_int_eq((int)prong_axis_plan(&plan, array, &axis, 1, NULL), PRONG_OK);
    ck_assert(prong_axis_hull(&plan, 0, 30, 0, 4, &from, &bytes));
    ck_assert(from == (const unsigned char *)numbers && bytes == 240);
    prong_array_close(array);
}
END_TEST

START_TEST(axes_that_an_array_has_not_are_refused)
{
    static const struct {
        int count, axes[2];
        const char *words;
    } cases[] = { { 1, { 2 }, "it has 2 dimensions, and no axis 2" },
                  { 1, { -3 }, "and no axis -3" },
                  { 2, { 1, 1 }, "axis 1 is listed twice" },
                  { 2, { 0, -2 }, "axis -2 is listed twice" } };
    struct prong_array *array = shaped("(4,5,)", false, "...");
    prong_error err = PRONG_ERROR_INIT;
    struct prong_axis plan;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq((int)prong_axis_plan(&plan, array, cases[i].axes, cases[i].count, &err), PRONG_EINVAL);
        ck_assert_msg(strstr(err.detail, cases[i].words) != NULL, "%s", err.detail);
    }
    prong_array_close(array);
    array = opened(file_with("1 2\n", 4), NULL);
    ck_assert_int_eq((int)prong_axis_plan(&plan, array, NULL, 0, &err), PRONG_EDATA);
    ck_assert_msg(strstr(err.detail, "input: text has no axes") != NULL, "%s", err.detail);
    prong_array_close(array);
}
END_TEST

/* numpy's answer for such a shape is a shape too large; here the product is never built. */
START_TEST(outputs_that_cannot_be_counted_are_refused)
{
    static const int axes[] = { 0, 1, 2 };
    prong_error err = PRONG_ERROR_INIT;
    struct prong_array *array;
    struct prong_axis plan;

    ck_assert_int_eq((int)prong_array_view(&array, NULL, 0, PRONG_U16, NULL), PRONG_OK);
    ck_assert_int_eq((int)prong_array_reshape(array, "0,4294967296,4294967296", 0, NULL), PRONG_OK);
    ck_assert_int_eq((int)prong_axis_plan(&plan, array, axes, 1, &err), PRONG_EDATA);
    ck_assert_str_eq(err.detail, "there are more outputs along these axes than can be counted");
    ck_assert_int_eq((int)prong_axis_plan(&plan, array, axes, 2, NULL), PRONG_OK);
    ck_assert(plan.outputs.total == UINT64_C(4294967296) && plan.reduced.total == 0);
    ck_assert_int_eq((int)prong_axis_plan(&plan, array, axes, 3, NULL), PRONG_OK);
    ck_assert(plan.outputs.total == 1 && plan.reduced.total == 0);
    ck_assert_int_eq((int)prong_axis_plan(&plan, array, axes + 1, 1, NULL), PRONG_OK);
    ck_assert(plan.outputs.total == 0);
    prong_array_close(array);
}
END_TEST

Suite *axis_suite(void)
{
    Suite *suite = suite_create("axis");
    TCase *tc = tcase_create("axis");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_element_is_met_once_for_its_output);
    tcase_add_test(tc, neighbours_are_one_run_and_decide_the_pattern);
    tcase_add_test(tc, a_hull_has_every_element_of_the_rectangle_and_no_vast_gaps);
    tcase_add_test(tc, axes_that_an_array_has_not_are_refused);
    tcase_add_test(tc, outputs_that_cannot_be_counted_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}
