/* SPDX-License-Identifier: MIT */
/* What a worker may use. */
#ifndef PRONG_POOL_LIMIT_H
#define PRONG_POOL_LIMIT_H

#include "prong/pool.h"

/* Worker, after attaching: process group, nice value and resource limits as asked. Each is done as far as the
 * system allows: a limit that cannot be set does not stop a worker from working. */
void prong_worker_limit(const prong_pool_options *setup);

#endif
