/* SPDX-License-Identifier: MIT */
/* --edges @FILE: the edges of histograms from a file, an .npy array or numbers in text: too many for a command line, or the same
 * for all parts of a whole, whose states can then be merged. */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

struct list {
    double *edge;
    size_t n, room;
};

static bool append(struct list *list, double x)
{
    if (list->n == list->room) {
        size_t room = 2 * list->room;
        double *larger = realloc(list->edge, room * sizeof *larger);
        if (!larger) {
            cli_message("out of memory for --edges");
            return false;
        }
        list->edge = larger;
        list->room = room;
    }
    list->edge[list->n++] = x;
    return true;
}

/* Numbers between blanks, commas and ends of lines. */
static bool read_line(struct list *list, const char *path, unsigned long number, char *line)
{
    static const char between[] = " \t\r\n,;";
    char *rest;

    for (char *token = strtok_r(line, between, &rest); token; token = strtok_r(NULL, between, &rest)) {
        char *end;
        double x = strtod(token, &end);
        if (*end || isnan(x)) {
            cli_message("--edges: %s:%lu: no number: '%s'", path, number, token);
            return false;
        }
        if (!append(list, x))
            return false;
    }
    return true;
}

static bool read_text(struct list *list, const char *path)
{
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    unsigned long number = 0;
    bool good = in != NULL;

    while (good && getline(&line, &room, in) != -1)
        good = read_line(list, path, ++number, line);
    if (!in || ferror(in)) {
        cli_message("--edges: %s: %s", path, strerror(errno));
        good = false;
    }
    free(line);
    if (in)
        fclose(in);
    return good;
}

/* Each element is the first of a row of one: so a grid has them all, in their order. */
static bool read_elements(struct list *list, prong_array *array, const char *path)
{
    prong_array_info info = { .size = sizeof info };
    prong_error err = PRONG_ERROR_INIT;
    prong_grid *grid = NULL;
    const int axis = 1;
    char shape[32];
    bool good = true;

    prong_array_describe(array, &info);
    snprintf(shape, sizeof shape, "(%llu,1)", (unsigned long long)info.count);
    if (prong_array_reshape(array, shape, 0, &err) || prong_reduce_axes(array, "first", &axis, 1, NULL, &grid, &err)) {
        cli_failed(&err);
        return false;
    }
    for (uint64_t i = 0; i < prong_grid_outputs(grid) && good; i++) {
        prong_value x = prong_grid_value(grid, 0, i);
        double edge = x.kind == PRONG_KIND_F64 ? x.f64 : (double)x.high * 0x1p64 + (double)x.low;
        if (isnan(edge))
            cli_message("--edges: %s: element %llu is a NaN", path, (unsigned long long)i);
        good = !isnan(edge) && append(list, edge);
    }
    prong_grid_free(grid);
    return good;
}

double *edges_of_file(const char *path, size_t *n)
{
    struct list list = { .edge = malloc(FIRST_ROOM * sizeof(double)), .room = FIRST_ROOM };
    prong_array_info info = { .size = sizeof info };
    prong_error err = PRONG_ERROR_INIT;
    prong_array *array;
    bool good;

    if (!list.edge) {
        cli_message("out of memory for --edges");
        return NULL;
    }
    if (prong_array_open(&array, path, NULL, &err)) {
        cli_failed(&err);
        free(list.edge);
        return NULL;
    }
    prong_array_describe(array, &info);
    good = strcmp(info.format, "npy") == 0 ? read_elements(&list, array, path) : read_text(&list, path);
    prong_array_close(array);
    if (!good) {
        free(list.edge);
        list.edge = NULL;
    }
    *n = list.n;
    return list.edge;
}
