/* SPDX-License-Identifier: MIT */
/* Opening libraries when they are needed. Nothing is locked, since a fork could leave a lock taken for ever: who loads a table
 * of functions publishes it with one exchange, and who comes second throws the same table away. */
#include "config.h"

#include "base/late.h"

#ifdef PRONG_LATE_LOADING

#include "base/fault.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void (*function)(void);

_Static_assert(sizeof(function) == sizeof(void *), "what dlsym returns is a function's address");

static const void *refuse(void *handle, char *why, size_t size)
{
    const char *said = dlerror();

    if (why)
        snprintf(why, size, "%s", said ? said : "it cannot be opened");
    if (handle)
        dlclose(handle);
    return NULL;
}

/* A library's functions and their number do not change, so no one has to ask whose table was published. */
static const void *publish(struct prong_late *library, function *table)
{
    const void *before = NULL;

    if (atomic_compare_exchange_strong(&library->functions, &before, table))
        return table;
    free(table);
    return before;
}

const void *prong_late_open(struct prong_late *library, char *why, size_t size)
{
    const void *known = atomic_load_explicit(&library->functions, memory_order_acquire);
    function *table;
    void *handle;

    if (known)
        return known;
    handle = PRONG_SYS("late-dlopen", NULL, dlopen(library->soname, RTLD_NOW | RTLD_LOCAL));
    if (!handle)
        return refuse(NULL, why, size);
    table = calloc(library->count, sizeof *table);
    if (!table) {
        dlclose(handle);
        if (why)
            snprintf(why, size, "no memory for %s", library->soname);
        return NULL;
    }
    for (size_t i = 0; i < library->count; i++) {
        void *address = dlsym(handle, library->names[i]);
        if (!address) {
            free(table);
            return refuse(handle, why, size);
        }
        memcpy(&table[i], &address, sizeof address); /* C has no cast from one to the other */
    }
    return publish(library, table);
}

#else

const void *prong_late_open(struct prong_late *library, char *why, size_t size)
{
    (void)why;
    (void)size;
    return library->functions;
}

#endif
