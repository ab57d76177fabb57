/* SPDX-License-Identifier: MIT */
/* prong trace: a run of the main job that is told step by step. The textbook's order of removal is the default here, since that
 * is what a reader of textbooks looks for; everything else is as it would be without trace. */
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So many chunks for each worker, unless --grain says something else: some to see, not thousands. */
enum { CHUNKS_PER_WORKER = 3 };

static struct {
    struct trace trace;
    bool prints, slow;
    bool titled;
    int64_t began;
    const volatile sig_atomic_t *cancel;
} show;

double trace_time(const struct trace *trace, const prong_event *event)
{
    return (double)(event->time - trace->events[0].time) * 1e-3;
}

const char *trace_who(const prong_event *event, char text[24])
{
    if (event->worker == -1)
        return "parent";
    snprintf(text, 24, "worker %d", event->worker);
    return text;
}

static void keep(struct trace *trace, const prong_event *event)
{
    if (event->worker >= trace->workers)
        trace->workers = event->worker + 1;
    if (event->kind == PRONG_TRACE_FORK && event->owner >= trace->workers)
        trace->workers = event->owner + 1;
    if (trace->count == trace->room) {
        size_t room = trace->room ? 2 * trace->room : 256;
        prong_event *more = realloc(trace->events, room * sizeof *more);
        if (!more) {
            trace->short_of_memory = true;
            return;
        }
        trace->events = more;
        trace->room = room;
    }
    trace->events[trace->count++] = *event;
}

/* Waits for Enter; anything before it that begins with q means "go on without waiting". */
static void pause_here(void)
{
    char text[64];
    ssize_t n;

    fflush(stdout);
    fputs("      Enter: the next step; q Enter: all the others  ", stderr);
    n = read(STDIN_FILENO, text, sizeof text);
    if (n <= 0 || *text == 'q' || (show.cancel && *show.cancel))
        show.slow = false;
}

static void on_event(const prong_event *event, void *ctx)
{
    (void)ctx;
    if (!show.titled) {
        show.titled = true;
        show.began = event->time;
        if (show.prints)
            trace_title(stdout);
    }
    keep(&show.trace, event);
    if (show.prints)
        trace_line(stdout, event, (double)(event->time - show.began) * 1e-3);
    if (show.slow)
        pause_here();
}

/* Elements that are in memory or in a file are cut at will; text and pipes are cut at every MiB, and tables by their own rule. */
static prong_status choose_grain(struct cli *cli, const char *file, prong_error *err)
{
    prong_array_info info = { .size = sizeof info };
    uint64_t workers = (uint64_t)(cli->run.workers > 0 ? cli->run.workers : prong_workers());
    prong_array *array;
    prong_status status;

    if (cli->reduce.grain || cli_is_table(cli) || !file || strcmp(file, "-") == 0)
        return PRONG_OK;
    status = cli_open(cli, file, &array, err);
    if (status)
        return status;
    prong_array_describe(array, &info);
    if (info.dtype != PRONG_TEXT && !info.stream && info.count > 0)
        cli->reduce.grain = (info.count + workers * CHUNKS_PER_WORKER - 1) / (workers * CHUNKS_PER_WORKER);
    prong_array_close(array);
    return PRONG_OK;
}

static int save(const char *path, void (*put)(FILE *, const struct trace *))
{
    FILE *file = fopen(path, "we");
    bool failed;

    if (!file) {
        cli_message("%s: %s", path, strerror(errno));
        return EXIT_DATA;
    }
    put(file, &show.trace);
    failed = ferror(file);
    if (fclose(file) == EOF || failed) {
        cli_message("%s: %s", path, strerror(errno));
        return EXIT_DATA;
    }
    return 0;
}

static void put_svg(FILE *out, const struct trace *trace)
{
    trace_svg(out, trace, false);
}

static int save_all(const struct cli *cli)
{
    int status = 0;

    if (show.trace.short_of_memory) {
        cli_message("out of memory for the steps of this run; trace one with fewer chunks (--grain)");
        return EXIT_DATA;
    }
    if (show.trace.count == 0) {
        cli_message("there was nothing to see: a run without chunks forks nobody, so that no picture is written");
        return 0;
    }
    if (cli->trace_svg)
        status = save(cli->trace_svg, put_svg);
    if (status == 0 && cli->trace_html)
        status = save(cli->trace_html, trace_html);
    if (status == 0 && cli->trace_json)
        status = save(cli->trace_json, trace_json);
    return status;
}

/* Everything that is wrong with the command line; -1: nothing. */
static int check(const struct cli *cli)
{
    const char *const files[] = { cli->trace_svg, cli->trace_html, cli->trace_json };

    if (cli->word_count == 0)
        return cli_usage("trace: which OPERATION?");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (files[i] && strcmp(files[i], "-") == 0)
            return cli_usage("trace: --svg, --html and --json want a file: the result goes to standard output");
    if (!cli->trace_slow)
        return -1;
    if (cli->word_count == 1 || !isatty(STDIN_FILENO))
        return cli_usage("trace: --slow waits for Enter, so standard input must be a terminal and a FILE must be named");
    if (cli->run.timeout > 0 || cli->run.chunk_timeout > 0)
        return cli_usage("trace: with --slow there can be no deadline: it is you who is waited for");
    return -1;
}

int cli_trace(struct cli *cli)
{
    prong_error err = PRONG_ERROR_INIT;
    int status;

    cli->words++;
    cli->word_count--;
    cli->trace_svg = cli->svg;
    cli->svg = NULL;
    status = check(cli);
    if (status != -1)
        return status;
    show.trace.operations = cli->words[0];
    show.trace.file = cli->word_count > 1 ? cli->words[1] : NULL;
    show.slow = cli->trace_slow;
    show.prints = show.slow || !(cli->trace_svg || cli->trace_html || cli->trace_json);
    show.cancel = cli->run.cancel;
    if (cli->run.remove == PRONG_REMOVE_DEFAULT)
        cli->run.remove = PRONG_REMOVE_END;
    if (choose_grain(cli, show.trace.file, &err))
        return cli_failed(&err);
    if (show.slow)
        cli->run.flags |= PRONG_STEPWISE;
    cli->run.on_progress = NULL;
    cli->run.on_event = on_event;
    status = cli_operations(cli);
    if (save_all(cli) && status == 0)
        status = EXIT_DATA;
    free(show.trace.events);
    return status;
}
