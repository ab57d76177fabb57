/* SPDX-License-Identifier: MIT */
/* Do tables go together, so that their rows are those of one? They must have the same columns in the same order: a column that
 * is somewhere else would be added to another without a word. */
#include "config.h"

#include "table/work.h"

#include "base/error.h"
#include "reduce/add.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static prong_status match(const struct prong_table *first, const struct prong_table *table, prong_error *err)
{
    const char *name = prong_display_name(table->array), *first_name = prong_display_name(first->array);

    if (table->header != first->header)
        return prong_fail(err, PRONG_EDATA, "%.200s has %s header, and %.200s %s", name, table->header ? "a" : "no", first_name,
                          first->header ? "has one" : "has none");
    if (table->columns != first->columns)
        return prong_fail(err, PRONG_EDATA, "%.200s has %zu columns, and %.200s %zu: they make no one table", name,
                          table->columns, first_name, first->columns);
    for (size_t i = 0; i < table->columns; i++)
        if (strcmp(table->names[i], first->names[i]) != 0)
            return prong_fail(err, PRONG_EDATA, "%.150s: column %zu is '%.60s', and in %.150s '%.60s': they make no one table",
                              name, i + 1, table->names[i], first_name, first->names[i]);
    return PRONG_OK;
}

/* Do two of them flow out of the same pipe? Each would have some bytes of it. */
static bool share_a_pipe(const struct prong_table *a, const struct prong_table *b)
{
    struct stat one, two;

    return a->flow && b->flow && fstat(a->array->fd, &one) == 0 && fstat(b->array->fd, &two) == 0 && !S_ISREG(one.st_mode) &&
           one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

prong_status prong_tables_match(const struct prong_table *const *tables, size_t count, prong_error *err)
{
    pid_t self = getpid();
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < count; i++) {
        if (!tables[i])
            return prong_fail(err, PRONG_EINVAL, "prong_table_reduce_all: table %zu is NULL", i);
        if (tables[i]->owner != self)
            return prong_fail(err, PRONG_EFORKED, "%s", "");
    }
    for (size_t i = 1; i < count && status == PRONG_OK; i++) {
        status = match(tables[0], tables[i], err);
        for (size_t k = 0; k < i && tables[i]->flow && status == PRONG_OK; k++)
            if (share_a_pipe(tables[k], tables[i]))
                status = prong_fail(err, PRONG_EINVAL, "%s is there twice, and what comes through a pipe can be read once",
                                    prong_display_name(tables[i]->array));
    }
    return status;
}
