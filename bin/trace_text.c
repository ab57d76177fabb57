/* SPDX-License-Identifier: MIT */
/* A trace on a terminal: a line for each step, beside what ipcs would have said of the segment. */
#include "trace.h"

enum { CALL = 58 }; /* as wide as the longest of the usual calls */

void trace_title(FILE *out)
{
    fprintf(out, "%10s  %-10s %7s  %-*s  %6s %-6s %7s %7s\n", "us", "who", "pid", CALL, "step", "nattch", "status",
            "cpid", "lpid");
}

static void put_ipcs(FILE *out, const prong_event *event)
{
    if (!event->ipc_known)
        fprintf(out, "  %6s %-6s %7s %7s\n", "-", "none", "-", "-");
    else
        fprintf(out, "  %6llu %-6s %7ld %7ld\n", (unsigned long long)event->attached, event->marked ? "dest" : "-",
                event->creator, event->last_pid);
}

void trace_line(FILE *out, const prong_event *event, double time)
{
    char who[24], text[200];

    fprintf(out, "%10.1f  %-10s %7ld  %-*s", time, trace_who(event, who), event->pid, CALL,
            prong_event_string(event, text, sizeof text));
    put_ipcs(out, event);
}
