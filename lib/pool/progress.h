/* SPDX-License-Identifier: MIT */
/* What the caller is told of a job under way. Parent only. */
#ifndef PRONG_POOL_PROGRESS_H
#define PRONG_POOL_PROGRESS_H

#include "pool/crew.h"

/* A job begins. */
void prong_progress_begin(struct prong_pool *pool);

/* On prong_now's clock, when the caller wants to be told next; 0: never. */
int64_t prong_progress_due(const struct prong_pool *pool);

/* Tells the caller if it is time, was asked for, or the job is over; between two steps of the watch. */
void prong_progress_turn(struct prong_pool *pool, bool over);

#endif
