/* SPDX-License-Identifier: MIT */
/* Errors in words. A message names the place, the cause and the remedy; the remedies for system calls whose errno
 * misleads (ENOSPC from shmget has nothing to do with a disk) stand in one table here. */
#include "config.h"

#include "base/error.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const char *const status_text[] = {
    [PRONG_OK] = "success",
    [PRONG_EINVAL] = "invalid argument",
    [PRONG_ENOMEM] = "out of memory",
    [PRONG_ESYS] = "a system call failed",
    [PRONG_ETHREADS] = "the process has other threads, so forking it is not safe",
    [PRONG_EFORKED] = "the handle belongs to the process that this one was forked from",
    [PRONG_ELOST] = "a worker was lost",
    [PRONG_EBODY] = "the computation reported an error",
    [PRONG_ETIMEDOUT] = "the deadline passed",
    [PRONG_ECANCELED] = "canceled",
    [PRONG_EIO] = "the input could not be read",
    [PRONG_EDATA] = "bad data",
    [PRONG_ENAN] = "not a number (NaN) in the input",
    [PRONG_EEMPTY] = "the input is empty",
    [PRONG_EOP] = "unknown operation",
    [PRONG_EBUSY] = "the job is not done yet",
};

static const struct {
    const char *call;
    int sys_errno;
    const char *hint;
} hints[] = {
    { "shmget", ENOSPC,
      "the disk is not full: all segment ids (SHMMNI) or all shared memory pages (SHMALL) are in use; "
      "ipcs -m lists segments, ipcrm -m removes one, sysctl kernel.shmmni kernel.shmall shows the limits" },
    { "shmget", EINVAL, "the segment is larger than SHMMAX allows; see ipcs -l and sysctl kernel.shmmax" },
    { "shmget", ENOMEM, "the system has no memory for the segment; use fewer workers or a smaller grain" },
    { "shmget", EPERM, "huge pages need membership in vm.hugetlb_shm_group or CAP_IPC_LOCK" },
    { "shmat", EACCES, "the segment's mode or a security policy forbids attaching; IPC_PRIVATE segments have mode 0600" },
    { "shmat", EIDRM, "somebody removed the segment while it was in use" },
    { "shmat", EINVAL, "the segment is gone, or its address is already taken in this process" },
    { "shmat", ENOMEM, "no address space left for the segment; see ulimit -v" },
    { "shmat", EMFILE, "this process has attached too many segments" },
    { "shmctl", EPERM, "only the owner or creator may remove a segment" },
    { "fork", EAGAIN, "too many processes: see ulimit -u, kernel.pid_max and the cgroup's pids.max" },
    { "fork", ENOMEM, "no memory for another process: see vm.overcommit_memory and the cgroup's memory.max" },
    { "open", EMFILE, "too many open files: see ulimit -n" },
    { "open", ENFILE, "the system has too many open files: see sysctl fs.file-max" },
    { "mmap", ENOMEM, "no address space left for the mapping; see ulimit -v" },
    { "mmap", ENODEV, "this kind of file cannot be mapped; pass it through a pipe: prong … < FILE" },
    { "eventfd", EMFILE, "too many open files: see ulimit -n" },
    { "pidfd_open", EMFILE, "too many open files, one is needed for each worker: see ulimit -n" },
    { "pipe", EMFILE, "too many open files, two are needed for each worker: see ulimit -n" },
};

const char *prong_hint(const char *call, int sys_errno)
{
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
        if (hints[i].sys_errno == sys_errno && strcmp(hints[i].call, call) == 0)
            return hints[i].hint;
    return NULL;
}

const char *prong_status_string(prong_status status)
{
    if ((size_t)status < sizeof status_text / sizeof status_text[0])
        return status_text[status];
    return "unknown status";
}

static void reset(prong_error *err, prong_status status)
{
    /* Callers built against an older header have a shorter struct: nothing past their size may be touched. */
    size_t size = err->size;
    static const prong_error blank = PRONG_ERROR_INIT;

    if (size == 0 || size > sizeof blank)
        size = sizeof blank;
    memcpy((char *)err + sizeof err->size, (const char *)&blank + sizeof blank.size, size - sizeof blank.size);
    err->size = size;
    err->status = status;
}

prong_status prong_fail(prong_error *err, prong_status status, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        reset(err, status);
        va_start(ap, fmt);
        vsnprintf(err->detail, sizeof err->detail, fmt, ap);
        va_end(ap);
    }
    return status;
}

prong_status prong_fail_sys(prong_error *err, const char *call, const char *fmt, ...)
{
    int saved = errno;

    if (err) {
        va_list ap;
        reset(err, PRONG_ESYS);
        err->call = call;
        err->sys_errno = saved;
        va_start(ap, fmt);
        vsnprintf(err->detail, sizeof err->detail, fmt, ap);
        va_end(ap);
    }
    return PRONG_ESYS;
}

void prong_error_copy(prong_error *err, const prong_error *from)
{
    size_t size;

    if (!err)
        return;
    size = err->size && err->size < sizeof *from ? err->size : sizeof *from;
    memcpy((char *)err + sizeof err->size, (const char *)from + sizeof err->size, size - sizeof err->size);
}

void prong_error_prefix(prong_error *err, const char *fmt, ...)
{
    char text[sizeof err->detail];
    va_list ap;
    int length;
    size_t used;

    if (!err)
        return;
    va_start(ap, fmt);
    length = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    used = length < 0 ? 0 : (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    snprintf(text + used, sizeof text - used, "%s", err->detail);
    memcpy(err->detail, text, sizeof text);
}

/* snprintf that appends and keeps counting past the end of the buffer. */
struct text {
    char *buf;
    size_t size;
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void say(struct text *t, const char *fmt, ...)
{
    va_list ap;
    int length;

    va_start(ap, fmt);
    length = vsnprintf(t->length < t->size ? t->buf + t->length : NULL, t->length < t->size ? t->size - t->length : 0,
                       fmt, ap);
    va_end(ap);
    if (length > 0)
        t->length += (size_t)length;
}

static void say_end_of_worker(struct text *t, const prong_error *err)
{
    int ws = err->wait_status;

    if (ws == -1)
        say(t, "ended (its exit status was taken by someone else)");
    else if (WIFSIGNALED(ws))
        say(t, "was killed by signal %d (%s)", WTERMSIG(ws), strsignal(WTERMSIG(ws)));
    else if (WIFEXITED(ws))
        say(t, "exited with status %d before its work was done", WEXITSTATUS(ws));
    else
        say(t, "ended with wait status 0x%x", (unsigned)ws);
}

static void say_range(struct text *t, const prong_error *err)
{
    if (err->last > err->first)
        say(t, ", %s %llu to %llu", err->unit ? err->unit : "elements", (unsigned long long)err->first,
            (unsigned long long)err->last - 1);
}

size_t prong_error_string(const prong_error *err, char *buf, size_t size)
{
    struct text t = { buf, size, 0 };
    bool plain = true;

    if (size > 0)
        buf[0] = '\0';
    switch (err->status) {
    case PRONG_ELOST:
        say(&t, "worker %d (pid %ld) ", err->worker, (long)err->pid);
        say_end_of_worker(&t, err);
        if (err->oom)
            say(&t, ", probably for want of memory");
        if (err->chunk >= 0)
            say(&t, " at attempt %d of chunk %lld", err->attempt, (long long)err->chunk);
        else
            say(&t, " at attempt %d before it had claimed a chunk", err->attempt);
        say_range(&t, err);
        break;
    case PRONG_ETIMEDOUT:
        if (err->chunk >= 0) {
            say(&t, "chunk %lld was not done in time by worker %d (pid %ld) at attempt %d", (long long)err->chunk,
                err->worker, (long)err->pid, err->attempt);
            say_range(&t, err);
        } else {
            say(&t, "the deadline of the run passed");
        }
        break;
    case PRONG_EBODY:
        say(&t, "the computation returned %d", err->body_status);
        if (err->chunk >= 0)
            say(&t, " on chunk %lld", (long long)err->chunk);
        say_range(&t, err);
        break;
    default:
        plain = false;
        break;
    }
    if (err->detail[0])
        say(&t, "%s%s", plain ? ": " : "", err->detail);
    else if (!plain && !err->call)
        say(&t, "%s", prong_status_string(err->status));
    if (err->call && err->sys_errno) {
        const char *hint = prong_hint(err->call, err->sys_errno);
        say(&t, "%s%s: %s", t.length ? ": " : "", err->call, strerror(err->sys_errno));
        if (hint)
            say(&t, " (%s)", hint);
    }
    return t.length;
}
