/* SPDX-License-Identifier: MIT */
/* The options of a run: the caller's, of whatever version's size, over the defaults and the environment, checked once so
 * that nothing below has to. */
#include "config.h"

#include "pool/options.h"

#include "base/error.h"
#include "pool/claim.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_RETRIES = 1000 };

prong_status prong_options_resolve(prong_options *out, const prong_options *options, prong_error *err)
{
    static const prong_options defaults = PRONG_OPTIONS_INIT;

    *out = defaults;
    if (options) {
        if (options->size < sizeof options->size || options->size > 4096)
            return prong_fail(err, PRONG_EINVAL, "options.size is %zu: use PRONG_OPTIONS_INIT", options->size);
        memcpy(out, options, options->size < sizeof *out ? options->size : sizeof *out);
        out->size = sizeof *out;
    }
    if (out->workers < 0 || out->workers > PRONG_MAX_WORKERS)
        return prong_fail(err, PRONG_EINVAL, "%d workers: must be 0 (default) to %d", out->workers,
                          PRONG_MAX_WORKERS);
    if (out->retries < 0 || out->retries > MAX_RETRIES)
        return prong_fail(err, PRONG_EINVAL, "%d retries: must be 0 to %d", out->retries, MAX_RETRIES);
    if (!(out->timeout >= 0 && out->timeout < 1e9) || !(out->chunk_timeout >= 0 && out->chunk_timeout < 1e9))
        return prong_fail(err, PRONG_EINVAL, "a timeout must be 0 (none) to 1e9 seconds");
    if ((unsigned)out->remove > PRONG_REMOVE_END)
        return prong_fail(err, PRONG_EINVAL, "unknown removal policy %d", (int)out->remove);
    if (out->remove == PRONG_REMOVE_DEFAULT)
        out->remove = getenv("PRONG_REMOVE_AT_END") ? PRONG_REMOVE_END : PRONG_REMOVE_EARLY;
    if (out->flags & ~(PRONG_ALLOW_THREADS | PRONG_COLLECT | PRONG_STEPWISE))
        return prong_fail(err, PRONG_EINVAL, "unknown option flags 0x%x", out->flags);
    return PRONG_OK;
}
