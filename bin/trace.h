/* SPDX-License-Identifier: MIT */
/* A run that was watched, for those files of prong trace that show it: as lines, as Trace Events, as a picture, as a page. */
#ifndef PRONG_BIN_TRACE_H
#define PRONG_BIN_TRACE_H

#include "cli.h"

struct trace {
    const char *operations, *file; /* file: of the first, or NULL */
    prong_event *events;           /* in the order of time */
    size_t count, room;
    bool short_of_memory; /* some are missing for want of it */
    int workers;          /* that events are of: 0 … workers-1 */
};

/* Microseconds since the first event. */
double trace_time(const struct trace *trace, const prong_event *event);

/* Whose step it was: "parent" or "worker 0". */
const char *trace_who(const prong_event *event, char text[24]);

/* trace_text.c: a line for each event, under a title. */
void trace_title(FILE *out);
void trace_line(FILE *out, const prong_event *event, double time);

/* trace_json.c: the Trace Event format, for ui.perfetto.dev and chrome://tracing. */
void trace_json(FILE *out, const struct trace *trace);

/* trace_words.c: what event i means here, and what such a step is for, in plain words. The second is a static string. */
void trace_what(const struct trace *trace, size_t i, char *text, size_t size);
const char *trace_why(const struct trace *trace, size_t i);

/* trace_svg.c: lanes over time. inside: part of a page, whose script moves a mark over it. */
void trace_svg(FILE *out, const struct trace *trace, bool inside);
/* What its letters mean, in two lines. */
extern const char *const trace_legend[2];

/* trace_page.c, which is made from the files of these names: their lines, and NULL. */
extern const char *const trace_svg_css[], *const trace_page_css[], *const trace_page_js[];

/* trace_html.c: a page to walk through the run. */
void trace_html(FILE *out, const struct trace *trace);

#endif
