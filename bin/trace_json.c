/* SPDX-License-Identifier: MIT */
/* A trace in the Trace Event format (JSON object form): "M" names processes, "X" are stretches of time (the life of a process,
 * a chunk that is computed), "i" are moments, "C" is a counter, and "s" and "f" are an arrow from a fork to the process that
 * it made. Times are microseconds. */
#include "trace.h"

#include <inttypes.h>

static void put_string(FILE *out, const char *key, const char *text)
{
    fprintf(out, ",\"%s\":", key);
    output_json_string(out, text);
}

static void next(FILE *out, bool *first)
{
    fputs(*first ? "\n{" : ",\n{", out);
    *first = false;
}

static void put_process(FILE *out, bool *first, long pid, const char *name, int place)
{
    static const char *const names[] = { "process_name", "thread_name" };

    for (int i = 0; i < 2; i++) {
        next(out, first);
        fprintf(out, "\"ph\":\"M\",\"pid\":%ld,\"tid\":%ld,\"name\":\"%s\",\"args\":{\"name\":", pid, pid, names[i]);
        output_json_string(out, name);
        fputs("}}", out);
    }
    next(out, first);
    fprintf(out, "\"ph\":\"M\",\"pid\":%ld,\"tid\":%ld,\"name\":\"process_sort_index\",\"args\":{\"sort_index\":%d}}", pid, pid,
            place);
}

/* A stretch from event a to event b. */
static void put_stretch(FILE *out, bool *first, const struct trace *trace, long pid, const char *name, const prong_event *a,
                        const prong_event *b)
{
    next(out, first);
    fprintf(out, "\"ph\":\"X\",\"pid\":%ld,\"tid\":%ld,\"ts\":%.3f,\"dur\":%.3f,\"cat\":\"prong\"", pid, pid,
            trace_time(trace, a), (double)(b->time - a->time) * 1e-3);
    put_string(out, "name", name);
    fputc('}', out);
}

/* Who was forked by event i lives until the parent has reaped it, or to the end of the trace. */
static void put_life(FILE *out, bool *first, const struct trace *trace, size_t i)
{
    const prong_event *fork = &trace->events[i], *end = &trace->events[trace->count - 1];
    char name[32];

    if (fork->result <= 0)
        return;
    for (size_t k = i + 1; k < trace->count; k++) {
        const prong_event *e = &trace->events[k];
        if ((e->kind == PRONG_TRACE_EXIT && e->pid == fork->result) ||
            (e->kind == PRONG_TRACE_WAIT && e->child == fork->result)) {
            end = e;
            break;
        }
    }
    snprintf(name, sizeof name, "worker %d", fork->owner);
    put_process(out, first, (long)fork->result, name, fork->owner + 1);
    put_stretch(out, first, trace, (long)fork->result, name, fork, end);
    for (int arrow = 0; arrow < 2; arrow++) {
        next(out, first);
        fprintf(out, "\"ph\":\"%s\",\"pid\":%ld,\"tid\":%ld,\"ts\":%.3f,\"id\":%zu,\"cat\":\"fork\",\"name\":\"fork\"}",
                arrow ? "f\",\"bp\":\"e" : "s", arrow ? (long)fork->result : fork->pid, arrow ? (long)fork->result : fork->pid,
                trace_time(trace, fork), i);
    }
}

/* From the claim of a chunk to its slot. */
static void put_chunk(FILE *out, bool *first, const struct trace *trace, size_t i)
{
    const prong_event *claim = &trace->events[i];
    char name[48];

    for (size_t k = i + 1; k < trace->count; k++) {
        const prong_event *e = &trace->events[k];
        if (e->kind != PRONG_TRACE_WRITE || e->pid != claim->pid)
            continue;
        snprintf(name, sizeof name, "chunk %" PRId64, claim->chunk);
        put_stretch(out, first, trace, claim->pid, name, claim, e);
        return;
    }
}

static void put_moment(FILE *out, bool *first, const struct trace *trace, const prong_event *e)
{
    const char *name = prong_event_name(e->kind);
    char text[200];

    next(out, first);
    fprintf(out, "\"ph\":\"i\",\"s\":\"t\",\"pid\":%ld,\"tid\":%ld,\"ts\":%.3f,\"cat\":\"prong\"", e->pid, e->pid,
            trace_time(trace, e));
    put_string(out, "name", name ? name : "?");
    fputs(",\"args\":{\"call\":", out);
    output_json_string(out, prong_event_string(e, text, sizeof text));
    if (e->chunk >= 0)
        fprintf(out, ",\"chunk\":%" PRId64, e->chunk);
    if (e->slot >= 0)
        fprintf(out, ",\"slot\":%" PRId64, e->slot);
    if (e->ipc_known)
        fprintf(out, ",\"nattch\":%" PRIu64 ",\"status\":\"%s\",\"cpid\":%ld,\"lpid\":%ld", e->attached, e->marked ? "dest" : "",
                e->creator, e->last_pid);
    fputs("}}", out);
}

static void put_counter(FILE *out, bool *first, const struct trace *trace, const prong_event *e)
{
    next(out, first);
    fprintf(out, "\"ph\":\"C\",\"pid\":%ld,\"tid\":%ld,\"ts\":%.3f,\"name\":\"nattch\",\"args\":{\"attached\":%" PRIu64 "}}",
            trace->events[0].pid, trace->events[0].pid, trace_time(trace, e), e->ipc_known ? e->attached : 0);
}

void trace_json(FILE *out, const struct trace *trace)
{
    const prong_event *begin = &trace->events[0], *end = &trace->events[trace->count - 1];
    uint64_t attached = UINT64_MAX;
    bool first = true;

    fputs("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"tool\":\"prong trace\"", out);
    put_string(out, "version", prong_version());
    put_string(out, "operations", trace->operations);
    put_string(out, "file", trace->file ? trace->file : "-");
    fputs("},\"traceEvents\":[", out);
    put_process(out, &first, begin->pid, "parent", 0);
    put_stretch(out, &first, trace, begin->pid, "parent", begin, end);
    for (size_t i = 0; i < trace->count; i++) {
        const prong_event *e = &trace->events[i];
        if (e->kind == PRONG_TRACE_FORK)
            put_life(out, &first, trace, i);
        if (e->kind == PRONG_TRACE_CLAIM)
            put_chunk(out, &first, trace, i);
        put_moment(out, &first, trace, e);
        if ((e->ipc_known ? e->attached : 0) != attached)
            put_counter(out, &first, trace, e);
        attached = e->ipc_known ? e->attached : 0;
    }
    fputs("\n]}\n", out);
}
