/* SPDX-License-Identifier: MIT */
/* A page to walk through a run: one file, nothing from elsewhere. All that it says is here as text, in a table that can be read
 * and printed without a script; the script only moves through that table and draws the segment as it was at that step. What
 * comes from outside (names of files) is escaped here, and the script puts text in as text. */
#include "trace.h"

#include <inttypes.h>

static void put_lines(FILE *out, const char *const *lines)
{
    for (; *lines; lines++)
        fputs(*lines, out);
}

static void put_command(FILE *out, const struct trace *trace)
{
    fputs("prong ", out);
    svg_escape(out, trace->operations);
    if (trace->file) {
        fputc(' ', out);
        svg_escape(out, trace->file);
    }
}

static void put_head(FILE *out, const struct trace *trace)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Trace of ",
          out);
    put_command(out, trace);
    fputs("</title>\n<style>\n", out);
    put_lines(out, trace_page_css);
    fputs("</style>\n</head>\n<body>\n<header>\n<h1><code>", out);
    put_command(out, trace);
    fprintf(out,
            "</code></h1>\n<p>A real run, step by step: one parent, %d worker%s, one segment of shared memory. %zu steps in "
            "%.2f ms. Go through it with the slider, the buttons or the arrow keys.</p>\n</header>\n",
            trace->workers, trace->workers == 1 ? "" : "s", trace->count,
            trace_time(trace, &trace->events[trace->count - 1]) * 1e-3);
}

static void put_walk(FILE *out, const struct trace *trace)
{
    fprintf(out,
            "<main>\n<nav class=\"controls\" hidden>\n"
            "<button type=\"button\" id=\"back\" aria-label=\"one step back\">◀</button>\n"
            "<input type=\"range\" id=\"step\" min=\"0\" max=\"%zu\" value=\"0\" aria-label=\"step\">\n"
            "<button type=\"button\" id=\"on\" aria-label=\"one step on\">▶</button>\n"
            "<output id=\"place\"></output>\n</nav>\n",
            trace->count - 1);
    fputs("<div class=\"walk\" hidden>\n"
          "<section class=\"card now\" aria-live=\"polite\">\n<p class=\"who\"><b id=\"who\"></b> <span id=\"when\"></span></p>\n"
          "<p class=\"call\"><code id=\"call\"></code></p>\n<p id=\"what\"></p>\n<p id=\"why\"></p>\n</section>\n"
          "<section class=\"card\">\n<h2>The segment at this moment</h2>\n<div id=\"segment\"></div>\n"
          "<p class=\"note\" id=\"note\"></p>\n"
          "<p class=\"term\"><code>$ ipcs -m</code></p>\n<div class=\"scroll\"><table class=\"ipcs\"><thead><tr><th>shmid</th>"
          "<th>perms</th><th>bytes</th><th>nattch</th><th>status</th><th>cpid</th><th>lpid</th></tr></thead>"
          "<tbody><tr id=\"ipcs\"></tr></tbody></table></div>\n</section>\n</div>\n"
          "<section class=\"card\">\n<h2>All of it over time</h2>\n<div class=\"scroll\" id=\"time\">\n",
          out);
    trace_svg(out, trace, true);
    fprintf(out, "</div>\n<p class=\"note legend\">%s · %s</p>\n</section>\n", trace_legend[0], trace_legend[1]);
}

/* The segment as a whole: its number and its size, which only shmget tells. */
static uint64_t bytes_of(const struct trace *trace, size_t i)
{
    for (size_t k = i + 1; k-- > 0;)
        if (trace->events[k].kind == PRONG_TRACE_SHMGET)
            return trace->events[k].bytes;
    return 0;
}

static void put_row(FILE *out, const struct trace *trace, size_t i)
{
    const prong_event *e = &trace->events[i];
    const char *name = prong_event_name(e->kind);
    char who[24], text[400];

    fprintf(out,
            "<tr data-kind=\"%s\" data-worker=\"%d\" data-owner=\"%d\" data-chunk=\"%" PRId64 "\" data-slot=\"%" PRId64
            "\" data-slots=\"%" PRIu64 "\" data-result=\"%" PRId64 "\" data-id=\"%d\" data-bytes=\"%" PRIu64
            "\" data-known=\"%d\">",
            name ? name : "", e->worker, e->owner, e->chunk, e->slot, e->slots, e->result, e->segment, bytes_of(trace, i),
            e->ipc_known);
    fprintf(out, "<td>%zu</td><td>%.1f</td><td>%s</td><td>%ld</td><td><code>", i + 1, trace_time(trace, e), trace_who(e, who),
            e->pid);
    svg_escape(out, prong_event_string(e, text, sizeof text));
    fputs("</code></td>", out);
    if (e->ipc_known)
        fprintf(out, "<td>%" PRIu64 "</td><td>%s</td><td>%ld</td><td>%ld</td>", e->attached, e->marked ? "dest" : "", e->creator,
                e->last_pid);
    else
        fputs("<td>–</td><td>none</td><td>–</td><td>–</td>", out);
    fputs("<td>", out);
    trace_what(trace, i, text, sizeof text);
    svg_escape(out, text);
    fputs("</td><td class=\"why\">", out);
    svg_escape(out, trace_why(trace, i));
    fputs("</td></tr>\n", out);
}

static void put_table(FILE *out, const struct trace *trace)
{
    fputs("<section class=\"card\">\n<h2>Every step</h2>\n<div class=\"scroll\"><table class=\"steps\" id=\"steps\">\n<thead><tr>"
          "<th>#</th><th>µs</th><th>who</th><th>pid</th><th>step</th><th>nattch</th><th>status</th><th>cpid</th><th>lpid</th>"
          "<th>what it means</th><th class=\"why\">what for</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < trace->count; i++)
        put_row(out, trace, i);
    fputs("</tbody>\n</table></div>\n</section>\n", out);
}

static void put_words(FILE *out)
{
    static const char *const words[][2] = {
        { "segment", "A piece of memory that the kernel keeps under a number, and that processes can attach: then it is part of "
                     "their memory. System V shared memory, made by shmget." },
        { "nattch", "How often it is attached at present." },
        { "status dest", "It is marked for removal and will be destroyed when nobody has it attached any more." },
        { "cpid, lpid", "Who has made it; who has attached or detached it last." },
        { "worker", "A process that the parent has forked to compute." },
        { "chunk", "A part of the input. Which elements it has depends on the input alone." },
        { "partial, slot", "What a chunk comes to, and the place in the segment where it is put. A slot has one writer at a "
                           "time." },
        { "two orders", "Removed at the end (--remove=end), as in textbooks: if the parent is killed before, the segment stays, "
                        "and prong segments --remove finds it. Marked at birth (--remove=early), as prong does where it is not "
                        "told otherwise: workers can still attach it on Linux, and the kernel destroys it with its last "
                        "attachment." },
    };

    fputs("<section class=\"card\">\n<h2>Words</h2>\n<dl>\n", out);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        fprintf(out, "<dt>%s</dt><dd>%s</dd>\n", words[i][0], words[i][1]);
    fputs("</dl>\n</section>\n</main>\n", out);
}

void trace_html(FILE *out, const struct trace *trace)
{
    put_head(out, trace);
    put_walk(out, trace);
    put_table(out, trace);
    put_words(out);
    fprintf(out, "<footer>Made by prong %s trace.</footer>\n<script>\n", prong_version());
    put_lines(out, trace_page_js);
    fputs("</script>\n</body>\n</html>\n", out);
}
