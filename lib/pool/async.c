/* SPDX-License-Identifier: MIT */
/* Jobs that are started and waited for later. Nothing runs in the background of the parent: its share of the work (consuming,
 * reaping, deadlines) is done in prong_pool_pump and prong_job_wait. Workers go on meanwhile as far as the window of slots
 * reaches, and always ring, since nobody knows when the parent will look. */
#include "config.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/self.h"
#include "pool/persistent.h"

#include <stdlib.h>
#include <string.h>

struct prong_job {
    prong_pool *pool;
    struct prong_fold_ctx ctx;
    struct prong_job_spec spec;
    void *result;
    int64_t begin;
    bool done; /* status and error say how it ended */
    prong_status status;
    prong_error error;
};

static void set_async(prong_pool *pool, bool async)
{
    pool->async = async;
    atomic_store(&prong_header_at(pool->board.base)->parent_sleeps, async);
}

prong_status prong_pool_start(prong_pool *pool, const prong_fold_spec *spec, void *result, prong_job **out,
                              prong_error *err)
{
    struct prong_job *job;
    prong_status status = prong_pool_usable(pool, err);

    *out = NULL;
    if (status == PRONG_OK)
        status = prong_pool_canceled_before(pool, err);
    if (status)
        return status;
    job = calloc(1, sizeof *job);
    if (!job)
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes for a job", sizeof *job);
    *job = (struct prong_job){ .pool = pool, .result = result, .begin = prong_now(), .error = PRONG_ERROR_INIT };
    status = prong_fold_prepare(spec, result, &job->ctx, &job->spec, err);
    if (status == PRONG_OK)
        status = prong_crew_muster(pool, err);
    /* Before the job can be seen: a worker that becomes idle must find that it has to ring. */
    set_async(pool, true);
    if (status == PRONG_OK)
        status = prong_job_begin(pool, &job->spec, pool->options.cancel, pool->options.timeout, err);
    if (status) {
        set_async(pool, false);
        free(job);
        return status;
    }
    /* Workers do not hear of a job without chunks, so none of them will ring. */
    if (pool->total == 0)
        prong_watch_ring(pool->watch.notify_write);
    pool->started = job;
    *out = job;
    return PRONG_OK;
}

/* One turn; notes how the job ended if it did. */
static void turn(struct prong_job *job, bool wait)
{
    prong_pool *pool = job->pool;
    bool done;
    prong_status status = prong_job_turn(pool, wait, &done, &job->error);

    if (status == PRONG_OK && !done)
        return;
    set_async(pool, false);
    job->status = prong_pool_conclude(pool, status, job->result, job->begin, &job->error);
    job->done = true;
}

prong_status prong_job_wait(prong_job *job, double seconds, prong_error *err)
{
    prong_pool *pool = job->pool;
    prong_status status;

    if (pool->owner != prong_self())
        return prong_fail(err, PRONG_EFORKED, "%s", "");
    /* Longer than a clock of nanoseconds can tell is without limit, too. */
    prong_job_look_again(pool, prong_now());
    pool->wait_until = seconds >= 0 && seconds < 1e9 ? prong_now() + (int64_t)(seconds * 1e9) : 0;
    do
        if (!job->done)
            turn(job, seconds != 0);
    while (!job->done && (pool->wait_until == 0 || prong_now() < pool->wait_until));
    pool->wait_until = 0;
    if (!job->done)
        return prong_fail(err, PRONG_EBUSY, "%s", "");
    status = job->status;
    if (status)
        prong_error_copy(err, &job->error);
    pool->started = NULL;
    free(job);
    return status;
}

int prong_pool_fd(prong_pool *pool)
{
    return pool->owner == prong_self() ? prong_watch_epoll(&pool->watch, pool->children) : -1;
}

prong_status prong_pool_pump(prong_pool *pool, int *done, prong_error *err)
{
    *done = 0;
    if (pool->owner != prong_self())
        return prong_fail(err, PRONG_EFORKED, "%s", "");
    if (!pool->started) {
        prong_crew_mend(pool);
        return prong_fail(err, PRONG_EINVAL, "no job was started");
    }
    if (!pool->started->done)
        turn(pool->started, false);
    *done = pool->started->done;
    return PRONG_OK;
}
