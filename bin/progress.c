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
    int passes;    /* over it that have ended */
    double before; /* seconds that they took */
    bool drawn;
    prong_progress last; /* size 0: none */
} show;

static bool total_is_known(const prong_progress *p)
{
    return p->total != UINT64_MAX;
}

static double share_done(const prong_progress *p)
{
    return total_is_known(p) && p->total > 0 ? (double)p->done / (double)p->total : 0;
}

/* A chunk of a stream is 1 MiB. */
static double bytes_done(const prong_progress *p)
{
    return total_is_known(p) && show.bytes > 0 ? show.bytes * share_done(p) : (double)p->done * 1048576;
}

/* "1.25 of 2.00 GB", or "1.25 GB" where it is not known of how much. */
static void put_amount(const prong_progress *p, char *text, size_t size)
{
    bool known = total_is_known(p) && show.bytes > 0;
    bool large = (known ? show.bytes : bytes_done(p)) >= 1e9;
    double unit = large ? 1e9 : 1e6;
    char whole[32] = "";

    if (known)
        snprintf(whole, sizeof whole, " of %.2f", show.bytes / unit);
    snprintf(text, size, "%.2f%s %s", bytes_done(p) / unit, whole, large ? "GB" : "MB");
}

static void put_rate(const prong_progress *p, char *text, size_t size)
{
    double left = share_done(p) > 0 ? p->seconds * (1 / share_done(p) - 1) : 0;
    size_t n = (size_t)snprintf(text, size, "%.2f GB/s", p->seconds > 0 ? bytes_done(p) / p->seconds * 1e-9 : 0);

    if (total_is_known(p) && p->done > 0 && n < size)
        snprintf(text + n, size - n, ", %.0f s left", left);
}

/* "pass 2: 45 %, 0.90 of 2.00 GB, 9.31 GB/s, 1 s left" */
static void put_line(const prong_progress *p, char *text, size_t size)
{
    char amount[64], rate[64], pass[32] = "", percent[16] = "";

    put_amount(p, amount, sizeof amount);
    put_rate(p, rate, sizeof rate);
    if (show.passes > 0)
        snprintf(pass, sizeof pass, "pass %d: ", show.passes + 1);
    if (total_is_known(p))
        snprintf(percent, sizeof percent, "%.0f %%, ", 100 * share_done(p));
    snprintf(text, size, "%s%s%s, %s", pass, percent, amount, rate);
}

static void draw(const char *line, const prong_progress *p)
{
    char bar[BAR + 1];
    int full = (int)(share_done(p) * BAR);

    for (int i = 0; i < BAR; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR] = '\0';
    if (total_is_known(p))
        fprintf(stderr, "\r[%s] %s\033[K", bar, line);
    else
        fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
    show.drawn = true;
}

static void wipe(void)
{
    if (!show.drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    show.drawn = false;
}

static void on_progress(const prong_progress *p, void *ctx)
{
    bool draws = show.draws && !p->over && show.before + p->seconds >= first_look;
    char line[200];

    (void)ctx;
    show.last = *p;
    if (p->asked || draws)
        put_line(p, line, sizeof line);
    if (p->asked) {
        wipe();
        cli_message("%s: %s", show.name, line);
    }
    if (draws)
        draw(line, p);
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

void cli_progress_of(prong_array *const *arrays, int count)
{
    bool known = true;

    show.bytes = 0;
    show.before = 0;
    show.passes = 0;
    show.last = (prong_progress){ .size = 0 };
    for (int i = 0; i < count; i++) {
        prong_array_info info = { .size = sizeof info };
        prong_array_describe(arrays[i], &info);
        snprintf(show.name, sizeof show.name, "%s", strcmp(info.name, "-") ? info.name : "standard input");
        known = known && !(info.stream && info.bytes == 0);
        show.bytes += (double)info.bytes;
    }
    if (!known)
        show.bytes = 0;
    if (count > 1)
        snprintf(show.name, sizeof show.name, "%d files", count);
}

void cli_progress_interrupted(void)
{
    char amount[64];

    if (show.last.size == 0)
        return;
    put_amount(&show.last, amount, sizeof amount);
    if (!total_is_known(&show.last))
        cli_message("interrupted in %s, after %s", show.name, amount);
    else if (show.passes > 1) /* the interrupted one is counted */
        cli_message("interrupted in %s, at %.0f %% of pass %d (%s)", show.name, 100 * share_done(&show.last), show.passes,
                    amount);
    else
        cli_message("interrupted in %s, at %.0f %% (%s)", show.name, 100 * share_done(&show.last), amount);
}
