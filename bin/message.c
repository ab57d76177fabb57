/* SPDX-License-Identifier: MIT */
/* What goes wrong is said once, on standard error, after the command's name. */
#include "cli.h"

#include <stdarg.h>

__attribute__((format(printf, 1, 0))) static void say(const char *fmt, va_list ap)
{
    fputs("prong: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

void cli_message(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(fmt, ap);
    va_end(ap);
}

int cli_usage(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(fmt, ap);
    va_end(ap);
    fputs("Try 'prong --help' for more information.\n", stderr);
    return EXIT_USAGE;
}

int cli_failed(const prong_error *err)
{
    char text[1024];

    prong_error_string(err, text, sizeof text);
    if (err->status == PRONG_EOP)
        return cli_usage("%s", text);
    if (err->status != PRONG_ECANCELED)
        cli_message("%s", text);
    else
        cli_progress_interrupted();
    switch (err->status) {
    case PRONG_ELOST:
    case PRONG_ETIMEDOUT:
        return EXIT_LOST;
    case PRONG_ENAN:
        return EXIT_NAN;
    default:
        return EXIT_DATA;
    }
}
