/* SPDX-License-Identifier: MIT */
/* One field: as a number, and as text. The fast way is the number's own: it ends where the field ends. Only what is left looks
 * for quotes, blanks and words that stand for nothing. */
#include "config.h"

#include "table/table.h"

#include <math.h>
#include <string.h>

static bool is_missing(const struct prong_table *table, const char *at, const char *end)
{
    size_t length = (size_t)(end - at);

    for (size_t i = 0; i < table->missing_count; i++)
        if (strlen(table->missing[i]) == length && memcmp(table->missing[i], at, length) == 0)
            return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **at, const char **end)
{
    while (*at < *end && is_blank(**at))
        ++*at;
    while (*at < *end && is_blank((*end)[-1]))
        --*end;
}

static bool slow_number(const struct prong_table *table, const char *at, const char *end, double *value)
{
    char quote = table->dialect.quote;

    trim(&at, &end);
    if (quote && end - at >= 2 && *at == quote && end[-1] == quote) {
        at++;
        end--;
        trim(&at, &end);
    }
    if (is_missing(table, at, end)) {
        *value = (double)NAN;
        return true;
    }
    if (!prong_notation_is_plain(&table->notation))
        return prong_notation_number(&table->notation, at, (size_t)(end - at), value);
    return prong_text_number(at, (size_t)(end - at), value);
}

bool prong_table_number(const struct prong_table *table, const struct prong_power *powers, const char *at, const char *end,
                        const char *limit, double *value)
{
    const char *behind;

    if (!table->slow_numbers && prong_number_front(at, limit, powers, value, &behind) && behind == end)
        return true;
    return slow_number(table, at, end, value);
}

size_t prong_table_text(const struct prong_dialect *dialect, const char *at, const char *end, char *room)
{
    char quote = dialect->quote;
    size_t n = 0;

    if (!quote || end - at < 2 || *at != quote || end[-1] != quote) {
        memcpy(room, at, (size_t)(end - at));
        return (size_t)(end - at);
    }
    for (at++, end--; at < end; at++) {
        room[n++] = *at;
        if (*at == quote && at + 1 < end && at[1] == quote)
            at++;
    }
    return n;
}
