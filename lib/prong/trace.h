/* SPDX-License-Identifier: MIT */
/* prong/trace.h: a run told step by step, as it happens.
 *
 *     static void tell(const prong_event *event, void *ctx)
 *     {
 *         char text[200];
 *         prong_event_string(event, text, sizeof text);
 *         fprintf(ctx, "%lld ns  pid %ld  %s\n", (long long)event->time, event->pid, text);
 *     }
 *     prong_options options = PRONG_OPTIONS_INIT;
 *     options.on_event = tell, options.event_ctx = stderr;
 *     status = prong_fold(&spec, &options, &sum, NULL);
 *
 * on_event (of prong_options) is called in the parent only, between two of its own steps, and must not use the pool that it is
 * told of. Events come in the order of their times. Those of workers pass through the segment, where each worker has room for
 * some hundreds that the parent has not read yet; one for which there is none is left out and counted, and a
 * PRONG_TRACE_MISSED says how many. A worker that is killed may have done its last step without saying so; what it had half
 * said is not told. What was not told while the call ran is told before it returns. Without on_event a run has no room for
 * events, and does without them. */
#ifndef PRONG_TRACE_H
#define PRONG_TRACE_H

#include <prong/status.h>

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What has happened, and which fields of an event tell of it beside time, pid and worker. */
typedef enum prong_event_kind {
    PRONG_TRACE_SHMGET = 1, /* parent: the segment: bytes; result is its id */
    PRONG_TRACE_SHMAT,      /* parent; worker: segment at address */
    PRONG_TRACE_RMID,       /* parent: shmctl(segment, IPC_RMID): at birth, at the end, or both (EINVAL: it was gone already) */
    PRONG_TRACE_SHMDT,      /* parent: address. What a worker has attached the kernel detaches when it ends. worker: the
                               attachment that it inherited, where the system cannot keep it from a child; told when it has
                               its own */
    PRONG_TRACE_JOB,        /* parent: a job is laid out in the segment: count chunks; slots; bytes of a partial */
    PRONG_TRACE_FORK,       /* parent, of worker: result is its pid */
    PRONG_TRACE_CLAIM,      /* worker: chunk, of the elements first … last-1; of text, the bytes */
    PRONG_TRACE_WRITE,      /* worker: the partial of chunk is in slot; result is what the caller's function returned */
    PRONG_TRACE_PUBLISH,    /* worker: chunk is DONE; -1: the combining that it did for the parent is */
    PRONG_TRACE_EXIT,       /* worker: _exit(result) */
    PRONG_TRACE_WAIT,       /* parent, of worker: child has ended: wait_status, or -1 if somebody else took it */
    PRONG_TRACE_TAKE_BACK,  /* parent, of worker: it ended while it had chunk, which is offered again */
    PRONG_TRACE_GIVE_UP,    /* parent, of worker: … but not again: its retries are used up */
    PRONG_TRACE_COMBINE,    /* parent: reads slot: of chunk, or, where that is -1, of worker `owner` with all its chunks */
    PRONG_TRACE_DONE,       /* parent: the job's result is there (1 in result), or it has failed (0) */
    PRONG_TRACE_MISSED,     /* parent, of worker: there was no room for count of its events */
} prong_event_kind;

typedef struct prong_event {
    size_t size;
    prong_event_kind kind;
    int64_t time;     /* nanoseconds of CLOCK_MONOTONIC */
    long pid;         /* whose step it was */
    int worker;       /* its number; -1: the parent's */
    int owner;        /* the worker that a step of the parent's is about; -1: none */
    int64_t chunk;    /* -1: none */
    uint64_t first, last; /* its elements (bytes, of text); both 0: not known any more */
    int64_t slot;     /* -1: none */
    uint64_t count, slots, bytes;
    int segment;      /* its id; -1: there is none */
    uint64_t address;
    long child;
    int wait_status;
    int64_t result;   /* -1: the call has failed, and sys_errno says why */
    int sys_errno;

    /* What ipcs would say of the segment: asked by the process whose step it was, right after a step that changes it, and at
     * the time of any other. */
    int ipc_known;        /* 0: nothing: it is not there (any more), or may not be asked */
    uint64_t attached;    /* nattch */
    int marked;           /* the status dest: gone with its last attachment */
    long creator, last_pid; /* cpid, lpid: who has made it, who has attached or detached last; 0: nobody has */
} prong_event;

/* Puts an event into words like those of strace, "shmat(32769, NULL, 0) = 0x7f…", at most size bytes with the final NUL. Returns
 * text. Any process. */
PRONG_API const char *prong_event_string(const prong_event *event, char *text, size_t size);

/* The name of a kind, as "shmget" or "take back"; NULL if there is none such. */
PRONG_API const char *prong_event_name(prong_event_kind kind);

#ifdef __cplusplus
}
#endif

#endif
