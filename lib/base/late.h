/* SPDX-License-Identifier: MIT */
/* Libraries that few runs need (zlib, zstd, liblzma, hwloc and what that needs itself): to map and to relocate them takes more
 * than half as long as all the rest of a short run, so they are opened when a run needs them first, by the name that configure
 * found (their soname: that of the headers that we were compiled with). Without late loading (a static build, or
 * --disable-late-loading) they are linked as usual, and the same calls go there directly.
 *
 *     #define FUNCTIONS(F) F(inflate) F(inflateEnd)                     what is needed of the library
 *     PRONG_LATE(zlib, ZLIB_SONAME, FUNCTIONS);                         makes the type struct zlib, and zlib_library
 *
 *     const struct zlib *zlib = prong_late_open(&zlib_library, why, sizeof why);
 *     if (zlib)
 *         zlib->inflate(…);
 */
#ifndef PRONG_BASE_LATE_H
#define PRONG_BASE_LATE_H

#include "config.h"

#include <stddef.h>

struct prong_late {
    const char *soname;        /* NULL: it was linked, and functions are known from the start */
    const char *const *names;  /* of its functions, in the order in which they stand in the struct */
    size_t count;
    _Atomic(const void *) functions; /* NULL: it was not opened so far */
};

#define PRONG_LATE_MEMBER(function) __typeof__(function) *function;
#define PRONG_LATE_NAME(function) #function,
#define PRONG_LATE_ADDRESS(function) function,

#ifdef PRONG_LATE_LOADING
#define PRONG_LATE(tag, soname_, FUNCTIONS)                                                                                    \
    struct tag {                                                                                                               \
        FUNCTIONS(PRONG_LATE_MEMBER)                                                                                           \
    };                                                                                                                         \
    static const char *const tag##_names[] = { FUNCTIONS(PRONG_LATE_NAME) };                                                   \
    _Static_assert(sizeof(struct tag) == sizeof tag##_names, "a table of functions and nothing else");                         \
    static struct prong_late tag##_library = { soname_, tag##_names, sizeof tag##_names / sizeof *tag##_names, NULL }
#else
#define PRONG_LATE(tag, soname_, FUNCTIONS)                                                                                    \
    struct tag {                                                                                                               \
        FUNCTIONS(PRONG_LATE_MEMBER)                                                                                           \
    };                                                                                                                         \
    static const struct tag tag##_linked = { FUNCTIONS(PRONG_LATE_ADDRESS) };                                                  \
    static struct prong_late tag##_library = { NULL, NULL, 0, &tag##_linked }
#endif

/* The library's functions, opened if need be: before a fork where that is possible, so that all processes share it. It stays
 * open. NULL: it is not there, or lacks one of them; then why (which may be NULL) says what the loader says. Threads may call
 * this at the same time. */
const void *prong_late_open(struct prong_late *library, char *why, size_t size);

#endif
