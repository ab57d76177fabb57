/* SPDX-License-Identifier: MIT */
/* Filling a prong_error from inside the library: one line at the place that fails. err may be NULL everywhere. */
#ifndef PRONG_BASE_ERROR_H
#define PRONG_BASE_ERROR_H

#include "prong/status.h"

/* Resets err and states status with the words of fmt; returns status. */
prong_status prong_fail(prong_error *err, prong_status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a system call that set errno; returns PRONG_ESYS. fmt
 * says what it was called for, with its arguments; it may be "". errno is read at once. */
prong_status prong_fail_sys(prong_error *err, const char *call, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Hands a filled error to a caller, whose struct may be shorter. */
void prong_error_copy(prong_error *err, const prong_error *from);

/* Puts words in front of the detail ("FILE: "): for a layer that knows the name the layer below did not. */
void prong_error_prefix(prong_error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The remedy for this errno of this call, or NULL: the one table of hints. */
const char *prong_hint(const char *call, int sys_errno);

#endif
