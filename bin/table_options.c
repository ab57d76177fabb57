/* SPDX-License-Identifier: MIT */
/* The options of tables. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* A character that is written as itself, or by a name. */
static int set_character(const char *option, const char *text, int *out)
{
    static const struct {
        const char *name;
        char c;
    } names[] = { { "tab", '\t' }, { "\\t", '\t' }, { "blank", ' ' }, { "blanks", ' ' }, { "space", ' ' },
                  { "comma", ',' }, { "semicolon", ';' }, { "bar", '|' }, { "pipe", '|' } };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i].name) == 0) {
            *out = names[i].c;
            return 0;
        }
    }
    if (strlen(text) == 1) {
        *out = (unsigned char)*text;
        return 0;
    }
    cli_usage("--%s: '%s' is not one character, nor tab or blank", option, text);
    return -1;
}

/* Words of several --missing are joined. */
static int add_missing(struct cli *cli, const char *text)
{
    size_t before = cli->missing ? strlen(cli->missing) + 1 : 0, length = strlen(text);
    char *larger = realloc(cli->missing, before + length + 1);

    if (!larger) {
        cli_message("out of memory");
        return -1;
    }
    if (before)
        larger[before - 1] = ',';
    memcpy(larger + before, text, length + 1);
    cli->table.missing = cli->missing = larger;
    return 0;
}

int cli_table_option(struct cli *cli, int id, const char *text)
{
    static const char *const ragged[] = { "error", "skip", NULL };

    switch (id) {
    case 't':
        return set_character("delimiter", text, &cli->table.delimiter);
    case 'H':
        cli->table.header = 1;
        return 0;
    case 'f':
        cli->table.fields = text;
        return 0;
    case 'g':
        cli->table.group = text;
        return 0;
    case OPT_QUOTE:
        if (strcmp(text, "none") != 0)
            return set_character("quote", text, &cli->table.quote);
        cli->table.quote = 0;
        return 0;
    case OPT_COMMENT:
        return set_character("comment", text, &cli->table.comment);
    case OPT_SKIP:
        return cli_whole("skip", text, INT64_MAX, &cli->table.skip);
    case OPT_RAGGED:
        cli->table.ragged = cli_choice("ragged", text, ragged);
        return cli->table.ragged < 0 ? -1 : 0;
    case OPT_MISSING:
        return add_missing(cli, text);
    default:
        return 1;
    }
}
