/* SPDX-License-Identifier: MIT */
/* Does what tests/array_numpy.py asks for. A line of standard input is a request of fields between tabs:
 *
 *     gather PATH SLICE           the shape, and the elements in row-major order
 *     reduce PATH SLICE OPS       the values of these operations, by prong_reduce
 *     dot PATH SLICE PATH SLICE   the dot product of two arrays
 *     axis PATH SLICE AXES CUT    the shape of the outputs, and their sums; the work is cut into rectangles of CUT by CUT
 *     save PATH DTYPE SHAPE       writes elements 0, 1, 2 … of that type
 *
 * The answer is a line: numbers, "|" between a shape and the elements, or "error: " and the words. Elements are whole
 * numbers that a double holds. */
#include "config.h"

#include "array/axis.h"
#include "prong/reduce.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static prong_error err = PRONG_ERROR_INIT;

static void failed(void)
{
    char text[600];

    prong_error_string(&err, text, sizeof text);
    printf("error: %s", text);
}

static struct prong_array *open_slice(const char *path, const char *slice)
{
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;
    struct prong_array *array;

    opt.slice = *slice ? slice : NULL;
    if (prong_array_open(&array, path, &opt, &err) == PRONG_OK)
        return array;
    failed();
    return NULL;
}

/* n raw elements as doubles. */
static void decode(const struct prong_array *array, const void *from, size_t n, double *to)
{
    if (array->dtype >= PRONG_F16) {
        prong_decode_f64(array->dtype, array->swapped, from, n, to);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *at = (const char *)from + i * prong_dtype_size(array->dtype);
        int64_t value;
        uint64_t natural;
        if (array->dtype == PRONG_U64) {
            prong_decode_u64(array->swapped, at, 1, &natural);
            to[i] = (double)natural;
        } else {
            prong_decode_i64(array->dtype, array->swapped, at, 1, &value);
            to[i] = (double)value;
        }
    }
}

static void print(int ndim, const uint64_t *shape, const double *values, uint64_t n)
{
    for (int d = 0; d < ndim; d++)
        printf("%" PRIu64 " ", shape[d]);
    printf("|");
    for (uint64_t i = 0; i < n; i++)
        printf(" %.17g", values[i]);
}

static void gather(const struct prong_array *array)
{
    void *raw = malloc(8 * array->count + 8);
    double *values = malloc(8 * array->count + 8);

    prong_array_gather(array, 0, array->count, raw);
    decode(array, raw, array->count, values);
    print(array->ndim, array->shape, values, array->count);
    free(raw);
    free(values);
}

static void reduce(struct prong_array *array, const char *operations)
{
    prong_value values[32];
    size_t count = 1;

    for (const char *at = operations; *at; at++)
        count += *at == ',';
    if (count > 32 || prong_reduce(array, operations, NULL, values, &err)) {
        failed();
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char text[48];
        prong_value_string(&values[i], text, sizeof text);
        printf("%s%s", i ? " " : "", text);
    }
}

static void dot(struct prong_array *x, struct prong_array *y)
{
    prong_reduction *r = NULL;
    prong_value value;
    char text[48];

    if (prong_reduction_create(&r, "dot", NULL, &err) || prong_reduction_add_pair(r, x, y, &err) ||
        prong_reduction_value(r, 0, &value, &err)) {
        failed();
    } else {
        prong_value_string(&value, text, sizeof text);
        printf("%s", text);
    }
    prong_reduction_free(r);
}

/* Adds the rectangle, runs as the pattern of the plan has them. */
static void add_rectangle(const struct prong_axis *plan, const struct prong_array *array, uint64_t o0, uint64_t o1,
                          uint64_t r0, uint64_t r1, double *sums)
{
    const struct prong_steps *fast = plan->inner ? &plan->reduced : &plan->outputs;
    const struct prong_steps *slow = plan->inner ? &plan->outputs : &plan->reduced;
    struct prong_walk outer, inner;
    ptrdiff_t there, inside;
    uint64_t n, m;

    prong_walk_begin(&outer, &plan->outputs, o0);
    for (uint64_t o = o0; (n = prong_walk_next(&outer, o1, &there)) > 0; o += n) {
        prong_walk_begin(&inner, &plan->reduced, r0);
        while ((m = prong_walk_next(&inner, r1, &inside)) > 0) {
            uint64_t length = plan->inner ? m : n;
            void *run = malloc(8 * length);
            double *values = malloc(8 * length);
            for (uint64_t k = 0; k < (plan->inner ? n : m); k++) {
                prong_run_copy(run, plan->data + there + inside + (ptrdiff_t)k * slow->stride, fast->stride, length,
                               plan->item);
                decode(array, run, length, values);
                for (uint64_t i = 0; i < length; i++)
                    sums[prong_axis_index(&plan->output_order, plan->inner ? o + k : o + i)] += values[i];
            }
            free(run);
            free(values);
        }
    }
}

static void axis(const struct prong_array *array, char *list, uint64_t cut)
{
    struct prong_axis plan;
    int axes[PRONG_MAX_DIMS], count = 0;
    uint64_t shape[PRONG_MAX_DIMS], outputs, reduced;
    double *sums;

    for (char *word = strtok(list, ","); word && count < PRONG_MAX_DIMS; word = strtok(NULL, ","))
        axes[count++] = atoi(word);
    if (prong_axis_plan(&plan, array, axes, count, &err)) {
        failed();
        return;
    }
    outputs = plan.outputs.total;
    reduced = plan.reduced.total;
    sums = calloc(outputs + 1, sizeof *sums);
    for (uint64_t o = 0; o < outputs; o += cut)
        for (uint64_t r = 0; r < reduced; r += cut)
            add_rectangle(&plan, array, o, outputs - o < cut ? outputs : o + cut, r, reduced - r < cut ? reduced : r + cut,
                          sums);
    print(prong_axis_shape(&plan, false, shape), shape, sums, outputs);
    free(sums);
}

static void save(const char *path, const char *name, char *list)
{
    uint64_t shape[PRONG_MAX_DIMS], count = 1;
    prong_dtype dtype;
    int ndim = 0;
    unsigned char *data;

    for (char *word = strtok(list, ","); word && ndim < PRONG_MAX_DIMS; word = strtok(NULL, ","))
        count *= shape[ndim++] = strtoull(word, NULL, 10);
    data = calloc(count + 1, 8);
    if (prong_dtype_parse(name, &dtype, NULL) == PRONG_OK) {
        for (uint64_t i = 0; i < count; i++) {
            double real = (double)i;
            float half = (float)i;
            const void *from = dtype == PRONG_F64 ? (const void *)&real : dtype == PRONG_F32 ? (const void *)&half : &i;
            memcpy(data + i * prong_dtype_size(dtype), from, prong_dtype_size(dtype));
        }
        if (prong_array_save(path, dtype, ndim, shape, data, &err))
            failed();
        else
            printf("saved");
    }
    free(data);
}

static void answer(char **field, int fields)
{
    struct prong_array *array, *other = NULL;

    if (strcmp(field[0], "save") == 0 && fields == 4) {
        save(field[1], field[2], field[3]);
        return;
    }
    array = open_slice(field[1], field[2]);
    if (array && strcmp(field[0], "gather") == 0)
        gather(array);
    else if (array && strcmp(field[0], "reduce") == 0 && fields == 4)
        reduce(array, field[3]);
    else if (array && strcmp(field[0], "axis") == 0 && fields == 5)
        axis(array, field[3], strtoull(field[4], NULL, 10));
    else if (array && strcmp(field[0], "dot") == 0 && fields == 5 && (other = open_slice(field[3], field[4])) != NULL)
        dot(array, other);
    prong_array_close(other);
    prong_array_close(array);
}

int main(void)
{
    static char line[65536];

    while (fgets(line, sizeof line, stdin)) {
        char *field[8], *rest = line;
        int fields = 0;
        line[strcspn(line, "\n")] = '\0';
        while (fields < 8 && (field[fields] = strsep(&rest, "\t")) != NULL)
            fields++;
        if (fields >= 3)
            answer(field, fields);
        putchar('\n');
        fflush(stdout);
    }
    return 0;
}
