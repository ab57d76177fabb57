/* SPDX-License-Identifier: MIT */
/* prong/status.h: how every call of prong says what happened.
 *
 * A call returns a prong_status and, where the caller passed one, fills a prong_error that it owns. prong never
 * prints, aborts or exits on its own. Every function of this file may be called by any process and any thread. */
#ifndef PRONG_STATUS_H
#define PRONG_STATUS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PRONG_API __attribute__((visibility("default")))
#define PRONG_NODISCARD __attribute__((warn_unused_result))
#else
#define PRONG_API
#define PRONG_NODISCARD
#endif

typedef enum prong_status {
    PRONG_OK = 0,
    PRONG_EINVAL,    /* an argument breaks the call's contract; detail says which */
    PRONG_ENOMEM,    /* memory or a size computation ran out */
    PRONG_ESYS,      /* a system call failed: see call and sys_errno */
    PRONG_ETHREADS,  /* the caller has other threads and did not opt in to forking */
    PRONG_EFORKED,   /* the handle belongs to another process: this one was forked from its owner */
    PRONG_ELOST,     /* a worker died on every attempt: see pid, wait_status, chunk, first, last */
    PRONG_EBODY,     /* the caller's accumulate or combine returned an error: see body_status */
    PRONG_ETIMEDOUT, /* a deadline passed, of the run (chunk is -1) or of one chunk */
    PRONG_ECANCELED, /* the caller's cancel flag was raised */
    PRONG_EIO,       /* the input could not be read, or shrank while it was being read */
    PRONG_EDATA,     /* the input is not what it was taken for; detail says where and why */
    PRONG_ENAN,      /* a NaN was met under PRONG_NAN_RAISE; detail says where */
    PRONG_EEMPTY,    /* the operation has no value for an empty input */
    PRONG_EOP,       /* the operation is unknown or its parameters are wrong; detail says which */
    PRONG_EBUSY      /* a job was started and is not over yet */
} prong_status;

/* One failed call in full. The caller owns it and sets size (PRONG_ERROR_INIT does), so that the struct may grow.
 * Fields that do not apply hold 0, -1 (chunk, worker) or "". A successful call leaves it untouched. */
typedef struct prong_error {
    size_t size;         /* set by the caller: sizeof(prong_error) */
    prong_status status; /* what the call returned */
    const char *call;    /* the system call that failed, a static string, or NULL */
    int sys_errno;       /* its errno */
    pid_t pid;           /* the worker concerned, or 0 */
    int wait_status;     /* how it ended, as waitpid tells; -1 if the host reaped it first */
    int body_status;     /* what the caller's function returned */
    int worker;          /* the worker's number, 0 … N-1, or -1 */
    int attempt;         /* which attempt at the chunk this was, from 1 */
    int64_t chunk;       /* the chunk concerned, or -1 */
    uint64_t first;      /* its elements (bytes, for text): first … last-1 */
    uint64_t last;
    const char *unit; /* what they are where they are no elements ("bytes"); a static string, or NULL */
    double user_seconds;   /* processor time that the worker had used, and its largest size in memory; 0 where the */
    double system_seconds; /* host reaped it first */
    uint64_t max_rss;
    int oom; /* 1: the kernel has killed a process of our control group for want of memory meanwhile, so probably it */
    char detail[512]; /* the place and the cause in words, or "" */
} prong_error;

#define PRONG_ERROR_INIT                                                                                              \
    {                                                                                                                  \
        sizeof(prong_error), PRONG_OK, 0, 0, 0, 0, 0, -1, 0, -1, 0, 0, 0, 0, 0, 0, 0, { 0 }                            \
    }

/* The meaning of a status in a few words; a static string. */
PRONG_API const char *prong_status_string(prong_status status);

/* Writes the whole error as one line without a newline: the place, the cause, and a remedy where there is one (an
 * ENOSPC from shmget is not a full disk, and this says so). Always terminates buf if size > 0. Returns the length
 * that the whole text has, like snprintf. buf may be NULL if size is 0. */
PRONG_API size_t prong_error_string(const prong_error *err, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
