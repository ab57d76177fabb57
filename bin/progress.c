/* SPDX-License-Identifier: MIT */
/* How far a run has come: a bar on standard error where that is a terminal and the run takes longer than a blink; a line when
 * SIGUSR1 (or SIGINFO) asks for one; and a word when a run is interrupted. Never anything on standard output. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double first_look = 0.5; /* seconds without a bar */

enum { BAR = 30 };

static struct {
    bool draws;
    char name[256];
    double bytes; /* of the input in the present run; 0: not known */
    int passes;   /* over it */
    double before; /* seconds that earlier passes took */
    bool drawn;
    prong_progress last;
} show = { .passes = 1 };

static double done_of(const prong_progress *p)
{
    return p->total == UINT64_MAX || p->total == 0 ? 0 : (double)p->done / (double)p->total;
}

/* "1.25 GB", and what of how much where that is known. A chunk of a stream is 1 MiB. */
static void put_amount(const prong_progress *p, char *text, size_t size)
{
    double known = p->total != UINT64_MAX && show.bytes > 0;
    double bytes = known != 0 ? show.bytes * done_of(p) : (double)p->done * 1048576;
    double unit = (known != 0 ? show.bytes : bytes) >= 1e9 ? 1e9 : 1e6;

    if (known != 0)
        snprintf(text, size, "%.2f of %.2f %s", bytes / unit, show.bytes / unit, unit > 1e8 ? "GB" : "MB");
    else
        snprintf(text, size, "%.2f %s", bytes / unit, unit > 1e8 ? "GB" : "MB");
}

static void put_rate(const prong_progress *p, char *text, size_t size)
{
    double bytes = p->total != UINT64_MAX && show.bytes > 0 ? show.bytes * done_of(p) : (double)p->done * 1048576;
    double left = done_of(p) > 0 ? p->seconds * (1 / done_of(p) - 1) : 0;
    size_t n = (size_t)snprintf(text, size, "%.2f GB/s", p->seconds > 0 ? bytes / p->seconds * 1e-9 : 0);

    if (p->total != UINT64_MAX && p->done > 0 && n < size)
        snprintf(text + n, size - n, ", %.0f s left", left);
}

static void put_line(const prong_progress *p, char *text, size_t size)
{
    char amount[64], rate[64], pass[32] = "";

    put_amount(p, amount, sizeof amount);
    put_rate(p, rate, sizeof rate);
    if (show.passes > 1)
        snprintf(pass, sizeof pass, "pass %d: ", show.passes);
    if (p->total == UINT64_MAX)
        snprintf(text, size, "%s%s%s, %s", show.name, *show.name ? ": " : "", amount, rate);
    else
        snprintf(text, size, "%s%s%s%.0f %%, %s, %s", show.name, *show.name ? ": " : "", pass, 100 * done_of(p), amount,
                 rate);
}

static void draw(const prong_progress *p)
{
    char amount[64], rate[64], bar[BAR + 1];
    int full = (int)(done_of(p) * BAR);

    put_amount(p, amount, sizeof amount);
    put_rate(p, rate, sizeof rate);
    for (int i = 0; i < BAR; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR] = '\0';
    if (p->total == UINT64_MAX)
        fprintf(stderr, "\r%s, %s\033[K", amount, rate);
    else if (show.passes > 1)
        fprintf(stderr, "\r[%s] pass %d: %3.0f %%, %s, %s\033[K", bar, show.passes, 100 * done_of(p), amount, rate);
    else
        fprintf(stderr, "\r[%s] %3.0f %%, %s, %s\033[K", bar, 100 * done_of(p), amount, rate);
    fflush(stderr);
    show.drawn = true;
}

static void wipe(void)
{
    if (show.drawn)
        fputs("\r\033[K", stderr);
    fflush(stderr);
    show.drawn = false;
}

static void on_progress(const prong_progress *p, void *ctx)
{
    char line[800];

    (void)ctx;
    show.last = *p;
    if (p->asked) {
        wipe();
        put_line(p, line, sizeof line);
        cli_message("%s", line);
    }
    if (show.draws && !p->over && show.before + p->seconds >= first_look)
        draw(p);
    if (p->over) {
        wipe();
        show.before += p->seconds;
        show.passes++;
    }
}

void cli_progress_begin(struct cli *cli)
{
    const char *term = getenv("TERM");

    show.draws = cli->progress > 0 || (cli->progress == 0 && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0);
    cli->run.on_progress = on_progress;
    cli->run.progress_asked = cli_catch_question();
}

void cli_progress_of(const char *name, uint64_t bytes)
{
    snprintf(show.name, sizeof show.name, "%s", strcmp(name, "-") == 0 ? "standard input" : name);
    show.bytes = (double)bytes;
    show.passes = 1;
    show.before = 0;
    show.last = (prong_progress){ .size = 0 };
}

void cli_progress_interrupted(void)
{
    char amount[64];

    if (show.last.size == 0)
        return;
    put_amount(&show.last, amount, sizeof amount);
    if (show.last.total == UINT64_MAX)
        cli_message("interrupted in %s, after %s", show.name, amount);
    else if (show.passes > 2)
        cli_message("interrupted in %s, at %.0f %% of pass %d (%s)", show.name, 100 * done_of(&show.last), show.passes - 1,
                    amount);
    else
        cli_message("interrupted in %s, at %.0f %% (%s)", show.name, 100 * done_of(&show.last), amount);
}
