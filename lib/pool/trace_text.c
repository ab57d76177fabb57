/* SPDX-License-Identifier: MIT */
/* Events in words. System calls look as strace shows them, so that who knows the one can read the other. */
#include "config.h"

#include "prong/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const char *const names[] = {
    [PRONG_TRACE_SHMGET] = "shmget",       [PRONG_TRACE_SHMAT] = "shmat",     [PRONG_TRACE_RMID] = "IPC_RMID",
    [PRONG_TRACE_SHMDT] = "shmdt",         [PRONG_TRACE_JOB] = "job",         [PRONG_TRACE_FORK] = "fork",
    [PRONG_TRACE_CLAIM] = "claim",         [PRONG_TRACE_WRITE] = "write",     [PRONG_TRACE_PUBLISH] = "publish",
    [PRONG_TRACE_EXIT] = "exit",           [PRONG_TRACE_WAIT] = "wait",       [PRONG_TRACE_TAKE_BACK] = "take back",
    [PRONG_TRACE_GIVE_UP] = "give up",     [PRONG_TRACE_COMBINE] = "combine", [PRONG_TRACE_DONE] = "done",
    [PRONG_TRACE_MISSED] = "missed",
};

const char *prong_event_name(prong_event_kind kind)
{
    return (size_t)kind < sizeof names / sizeof names[0] ? names[kind] : NULL;
}

/* The errnos of these calls; strace's form of the others is "E?". */
static const char *errno_name(int failure)
{
    static const struct {
        int failure;
        const char *name;
    } known[] = { { EACCES, "EACCES" }, { EAGAIN, "EAGAIN" }, { EIDRM, "EIDRM" },   { EINVAL, "EINVAL" }, { EMFILE, "EMFILE" },
                  { ENFILE, "ENFILE" }, { ENOMEM, "ENOMEM" }, { ENOSPC, "ENOSPC" }, { EPERM, "EPERM" },   { ENOSYS, "ENOSYS" } };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].failure == failure)
            return known[i].name;
    return "E?";
}

static void put_result(const prong_event *e, const char *well, char *text, size_t size)
{
    if (e->result == -1 && e->sys_errno)
        snprintf(text, size, "-1 %s (%s)", errno_name(e->sys_errno), strerror(e->sys_errno));
    else
        snprintf(text, size, "%s", well);
}

static void put_shmat(const prong_event *e, char *text, size_t size)
{
    char where[24], well[24], result[96];

    /* A worker asks for its parent's address; the parent takes what it is given. */
    snprintf(where, sizeof where, e->worker == -1 ? "NULL" : "0x%" PRIx64, e->address);
    snprintf(well, sizeof well, "0x%" PRIx64, e->address);
    put_result(e, well, result, sizeof result);
    snprintf(text, size, "shmat(%d, %s, 0) = %s", e->segment, where, result);
}

static void put_wait(const prong_event *e, char *text, size_t size)
{
    int status = e->wait_status;

    if (status == -1)
        snprintf(text, size, "wait(%ld): somebody else took it", e->child);
    else if (WIFSIGNALED(status))
        snprintf(text, size, "wait(%ld) = killed by signal %d (%s)", e->child, WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, "wait(%ld) = exit %d", e->child, WEXITSTATUS(status));
}

static void put_claim(const prong_event *e, char *text, size_t size)
{
    if (e->last > e->first)
        snprintf(text, size, "claim chunk %" PRId64 " (%" PRIu64 " to %" PRIu64 ")", e->chunk, e->first, e->last - 1);
    else
        snprintf(text, size, "claim chunk %" PRId64, e->chunk);
}

static void put_job(const prong_event *e, char *text, size_t size)
{
    if (e->count == UINT64_MAX)
        snprintf(text, size, "a stream of chunks, %" PRIu64 " slots for partials of %" PRIu64 " bytes", e->slots, e->bytes);
    else
        snprintf(text, size, "%" PRIu64 " chunk%s, %" PRIu64 " slots for partials of %" PRIu64 " bytes", e->count,
                 e->count == 1 ? "" : "s", e->slots, e->bytes);
}

/* What is no system call. */
static void put_other(const prong_event *e, char *text, size_t size)
{
    switch (e->kind) {
    case PRONG_TRACE_JOB:
        put_job(e, text, size);
        return;
    case PRONG_TRACE_CLAIM:
        put_claim(e, text, size);
        return;
    case PRONG_TRACE_WRITE:
        snprintf(text, size, "write slot %" PRId64 ", chunk %" PRId64, e->slot, e->chunk);
        return;
    case PRONG_TRACE_PUBLISH:
        if (e->chunk >= 0)
            snprintf(text, size, "publish chunk %" PRId64, e->chunk);
        else
            snprintf(text, size, "publish what it has combined");
        return;
    case PRONG_TRACE_TAKE_BACK:
        snprintf(text, size, "take chunk %" PRId64 " back from worker %d", e->chunk, e->owner);
        return;
    case PRONG_TRACE_GIVE_UP:
        snprintf(text, size, "give chunk %" PRId64 " up", e->chunk);
        return;
    case PRONG_TRACE_COMBINE:
        if (e->chunk >= 0)
            snprintf(text, size, "combine slot %" PRId64 ", chunk %" PRId64, e->slot, e->chunk);
        else
            snprintf(text, size, "combine slot %" PRId64 ", of worker %d", e->slot, e->owner);
        return;
    case PRONG_TRACE_DONE:
        snprintf(text, size, e->result ? "the result is complete" : "the job has failed");
        return;
    case PRONG_TRACE_MISSED:
        snprintf(text, size, "%" PRIu64 " steps could not be told", e->count);
        return;
    default:
        snprintf(text, size, "step of kind %d", (int)e->kind);
    }
}

const char *prong_event_string(const prong_event *e, char *text, size_t size)
{
    char well[32], result[96];

    snprintf(well, sizeof well, "%" PRId64, e->result);
    put_result(e, well, result, sizeof result);
    switch (e->kind) {
    case PRONG_TRACE_SHMGET:
        snprintf(text, size, "shmget(IPC_PRIVATE, %" PRIu64 ", IPC_CREAT|0600) = %s", e->bytes, result);
        break;
    case PRONG_TRACE_SHMAT:
        put_shmat(e, text, size);
        break;
    case PRONG_TRACE_RMID:
        snprintf(text, size, "shmctl(%d, IPC_RMID, NULL) = %s", e->segment, result);
        break;
    case PRONG_TRACE_SHMDT:
        snprintf(text, size, "shmdt(0x%" PRIx64 ") = %s", e->address, result);
        break;
    case PRONG_TRACE_FORK:
        snprintf(text, size, "fork() = %s", result);
        break;
    case PRONG_TRACE_EXIT:
        snprintf(text, size, "_exit(%" PRId64 ")", e->result);
        break;
    case PRONG_TRACE_WAIT:
        put_wait(e, text, size);
        break;
    default:
        put_other(e, text, size);
    }
    return text;
}
