/* SPDX-License-Identifier: MIT */
/* What the synchronous and the asynchronous use of a persistent pool share. */
#ifndef PRONG_POOL_PERSISTENT_H
#define PRONG_POOL_PERSISTENT_H

#include "pool/crew.h"
#include "pool/fold.h"

/* May a job begin? PRONG_EFORKED, PRONG_EBUSY. */
prong_status prong_pool_usable(prong_pool *pool, prong_error *err);

/* PRONG_ECANCELED if prong_pool_cancel was called while there was no job: that is what the next job then comes to. */
prong_status prong_pool_canceled_before(prong_pool *pool, prong_error *err);

/* Ends the present job, which came to status: on failure its workers are stopped, on success its result is written (unless
 * NULL). Afterwards the pool is ready for another. Returns the final status. */
prong_status prong_pool_conclude(prong_pool *pool, prong_status status, void *result, int64_t begin, prong_error *err);

#endif
