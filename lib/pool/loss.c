/* SPDX-License-Identifier: MIT */
/* What the caller is told of a worker that has ended: which one, how, with what use of resources, at which chunk and attempt. */
#include "config.h"

#include "base/cgroup.h"
#include "base/error.h"
#include "pool/crew.h"
#include "pool/gather.h"

#include <errno.h>
#include <sys/wait.h>

prong_status prong_loss(struct prong_pool *pool, int i, int64_t chunk, prong_error *err)
{
    struct prong_child *child = &pool->children[i];
    const struct prong_end *end = &child->end;
    prong_status status = child->late ? PRONG_ETIMEDOUT : PRONG_ELOST;

    if (!err)
        return status;
    prong_fail(err, status, "%s", "");
    err->pid = child->ended;
    err->worker = i;
    err->wait_status = end->status;
    err->user_seconds = end->user_seconds;
    err->system_seconds = end->system_seconds;
    err->max_rss = end->max_rss;
    err->oom = WIFSIGNALED(end->status) && WTERMSIG(end->status) == SIGKILL && !child->late &&
               prong_cgroup_oom_kills() > pool->oom_kills;
    err->chunk = chunk;
    if (chunk >= 0) {
        err->attempt = *prong_crew_attempts(pool, (uint64_t)chunk);
        pool->job->range((uint64_t)chunk, &err->first, &err->last, pool->job->ctx);
    } else {
        err->attempt = child->deaths;
        prong_job_undone(pool, err);
    }
    return status;
}

prong_status prong_loss_in_combine(struct prong_pool *pool, int i, prong_error *err)
{
    prong_status status = prong_loss(pool, i, -1, err);

    if (err) {
        prong_error_prefix(err, "in combine");
        err->attempt = pool->gather_attempts;
        err->chunk = (int64_t)prong_gather_range(pool, &err->first, &err->last);
    }
    return status;
}

prong_status prong_loss_for_good(struct prong_pool *pool, int i, prong_error *err)
{
    int wait_status = pool->children[i].end.status;
    struct prong_record *record = prong_crew_record(pool, i);
    uint32_t fault = atomic_load(&record->fault);

    if (fault == PRONG_FAULT_MEMORY)
        return prong_fail(err, PRONG_ENOMEM, "worker %d has no memory for a partial", i);
    if (fault == PRONG_FAULT_INIT)
        return prong_fail(err, PRONG_EBODY, "the init function of worker %d failed", i);
    if (fault == PRONG_FAULT_CTX)
        return prong_fail(err, PRONG_EINVAL,
                          "workers do not see the ctx (%p, %zu bytes) that you see: it has changed, or come to be, since "
                          "they were forked; put it in the arena, or call prong_pool_refork",
                          pool->job->seen.at, pool->job->seen.size);
    if (fault >= PRONG_FAULT_INPUT) {
        prong_fail(err, PRONG_EIO, "the file was truncated, or could not be read, at byte %llu while it was in use",
                   (unsigned long long)atomic_load(&record->fault_offset));
        if (err)
            err->body_status = (int)(fault - PRONG_FAULT_INPUT);
        return PRONG_EIO;
    }
    if (atomic_load(&record->state) == PRONG_WORKER_FORKED && wait_status != -1 && WIFEXITED(wait_status) &&
        WEXITSTATUS(wait_status) > PRONG_EXIT_ATTACH) {
        errno = WEXITSTATUS(wait_status) - PRONG_EXIT_ATTACH;
        return prong_fail_sys(err, "shmat", "worker %d could not attach segment %d at %p", i, pool->start.segment.id,
                              pool->start.segment.base);
    }
    return PRONG_OK;
}
