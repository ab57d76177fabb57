/* SPDX-License-Identifier: MIT */
/* Histograms on a terminal: a bar for each bin, as long as the line allows. Bars are made of eighths of a character where the
 * locale's characters are UTF-8, which its name must tell since the command never calls setlocale; of # elsewhere. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_WIDTH = 80, LEAST_BAR = 10, MOST_WIDTH = 10000, EIGHTHS = 8 };

/* A number of columns, or 0. */
static size_t columns_of(const char *text)
{
    unsigned long n = text ? strtoul(text, NULL, 10) : 0;

    return n <= MOST_WIDTH ? n : 0;
}

static size_t terminal_width(void)
{
    struct winsize size = { .ws_col = 0 };
    size_t columns;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    columns = columns_of(getenv("COLUMNS"));
    return columns ? columns : USUAL_WIDTH;
}

/* The variables in the order in which a locale is chosen; the part behind the dot names its characters. */
static bool has_utf8(void)
{
    static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]), *charset;
        if (!value || !*value)
            continue;
        charset = strchr(value, '.');
        return charset && (strncasecmp(charset, ".utf-8", 6) == 0 || strncasecmp(charset, ".utf8", 5) == 0);
    }
    return false;
}

/* length is in eighths. */
static void put_bar(FILE *out, size_t length, bool utf8)
{
    static const char *const parts[EIGHTHS] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    size_t whole = length / EIGHTHS;

    if (!utf8 && length > 0)
        whole = whole + (length % EIGHTHS >= EIGHTHS / 2) + (length < EIGHTHS / 2);
    for (size_t i = 0; i < whole; i++)
        fputs(utf8 ? "█" : "#", out);
    if (utf8)
        fputs(parts[length % EIGHTHS], out);
}

/* What is not 0 is seen. */
static size_t bar_length(uint64_t count, uint64_t most, size_t width)
{
    size_t length = most ? (size_t)((double)count / (double)most * (double)(width * EIGHTHS) + 0.5) : 0;

    return count > 0 && length == 0 ? 1 : length;
}

static size_t edge_width(const prong_value *value, int digits)
{
    size_t width = 0;

    for (size_t i = 0; i <= value->count; i++) {
        char text[32];
        hist_edge_text(value, i, digits, text);
        width = strlen(text) > width ? strlen(text) : width;
    }
    return width;
}

bool draw_wanted(const struct cli *cli)
{
    return !cli->json && isatty(STDOUT_FILENO);
}

void draw_histogram(FILE *out, const struct label *label, const prong_value *value)
{
    uint64_t most = hist_most(value);
    int digits = hist_edge_digits(value), edge = (int)edge_width(value, digits);
    int number = snprintf(NULL, 0, "%llu", (unsigned long long)most);
    size_t columns = terminal_width(), taken = 2 * (size_t)edge + (size_t)number + 8;
    size_t room = columns > taken + LEAST_BAR ? columns - taken : LEAST_BAR;
    bool utf8 = has_utf8();

    label_title(out, label);
    for (size_t i = 0; i < value->count; i++) {
        uint64_t count = prong_value_item(value, i).low;
        char low[32], high[32];
        hist_edge_text(value, i, digits, low);
        hist_edge_text(value, i + 1, digits, high);
        fprintf(out, "[%*s, %*s%c  %*llu", edge, low, edge, high, i + 1 < value->count ? ')' : ']', number,
                (unsigned long long)count);
        if (count > 0)
            fputs("  ", out);
        put_bar(out, bar_length(count, most, room), utf8);
        fputc('\n', out);
    }
}
