/* SPDX-License-Identifier: MIT */
/* --files0-from: names of files, each ended by a NUL, as find -print0 writes them and sort, wc and du take them: so many that a
 * command line has no room for them, and with any character in them. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* How many names there are; -1 after a message. */
static int count_names(const struct cli *cli, const char *list, size_t size)
{
    int n = 0;

    for (const char *at = list; at < list + size; at += strlen(at) + 1) {
        n++;
        if (*at && !(strcmp(at, "-") == 0 && strcmp(cli->files0, "-") == 0))
            continue;
        cli_message("--files0-from: %s: name %d %s", cli_shown(cli->files0), n,
                    *at ? "is -, and standard input is the list of names" : "is empty: two NULs follow each other");
        return -1;
    }
    if (n == 0)
        cli_message("--files0-from: %s has no name in it", cli_shown(cli->files0));
    return n ? n : -1;
}

/* Which of the commands takes FILEs, and how many words stand before them. */
static int words_before(const struct cli *cli)
{
    static const char *const none[] = { "ops", "segments", "limits", NULL };
    const char *word = cli->word_count > 0 ? cli->words[0] : "";

    for (size_t i = 0; none[i]; i++)
        if (strcmp(word, none[i]) == 0)
            return -1;
    return strcmp(word, "state") == 0 ? 2 : 1;
}

int files0_take(struct cli *cli)
{
    int before = cli->files0 ? words_before(cli) : 0, count;
    char **words, *list, *at;
    size_t size;

    if (!cli->files0)
        return -1;
    if (before < 0)
        return cli_usage("--files0-from: '%s' takes no FILE", cli->words[0]);
    if (cli->word_count > before)
        return cli_usage("--files0-from: the FILEs are in '%s': '%s' cannot be one, too", cli->files0, cli->words[before]);
    if (cli->word_count < before)
        return -1; /* the command will say what it lacks */
    cli->names = list = cli_read_file(cli->files0, &size);
    count = list ? count_names(cli, list, size) : -1;
    words = count > 0 ? calloc((size_t)count + (size_t)before + 1, sizeof *words) : NULL;
    if (!words) {
        if (count > 0)
            cli_message("out of memory for %d names", count);
        return EXIT_DATA;
    }
    memcpy(words, cli->words, (size_t)before * sizeof *words);
    at = list;
    for (int i = 0; i < count; i++, at += strlen(at) + 1)
        words[before + i] = at;
    cli->words = cli->name_words = words;
    cli->word_count = before + count;
    return -1;
}

void files0_free(struct cli *cli)
{
    free(cli->name_words);
    free(cli->names);
}
