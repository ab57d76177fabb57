/* SPDX-License-Identifier: MIT */
/* What each chunk begins in: a pass over all bytes, by workers, before rows can be read from their middle. */
#ifndef PRONG_TABLE_QUOTES_H
#define PRONG_TABLE_QUOTES_H

#include "table/rows.h"

/* Sets the plan's dialect and, where there are quotes, *inside: what each chunk's first byte is in, which the caller frees.
 * window has room for a chunk and a byte. As prong_fold, with the time it took in stats. */
prong_status prong_quotes_find(struct prong_rows_plan *plan, char *window, uint64_t chunks, const prong_options *run,
                               unsigned char **inside, prong_error *err);

#endif
