/* SPDX-License-Identifier: MIT */
/* Opening what the command line names: FILE, FILE[SLICE] or -; and reading a small file whole. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

prong_status cli_open(const struct cli *cli, const char *word, prong_array **array, prong_error *err)
{
    prong_array_options options = cli->input;
    size_t length = prong_array_split(word, &options.slice);
    char *path = strndup(word, length);
    prong_status status;

    *array = NULL;
    if (!path)
        return err->status = PRONG_ENOMEM;
    status = prong_array_open(array, path, &options, err);
    free(path);
    return status;
}

/* Arrays that go with every FILE; they describe themselves, so --dtype and its like do not concern them. */
prong_status cli_open_plain(const struct cli *cli, const char *word, prong_array **array, prong_error *err)
{
    struct cli plain = { .input = PRONG_ARRAY_OPTIONS_INIT };

    plain.input.cancel = cli->input.cancel;
    plain.input.timeout = cli->input.timeout;
    return cli_open(&plain, word, array, err);
}

const char *cli_shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

char *cli_read_file(const char *path, size_t *size)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
    size_t room = 1 << 16;
    char *bytes = in ? malloc(room) : NULL;

    *size = 0;
    while (bytes && !ferror(in) && !feof(in)) {
        if (*size + 1 == room) {
            char *larger = room < SIZE_MAX / 2 ? realloc(bytes, 2 * room) : NULL;
            if (!larger)
                break;
            bytes = larger;
            room *= 2;
        }
        *size += fread(bytes + *size, 1, room - *size - 1, in);
    }
    if (!in || !bytes || ferror(in) || !feof(in)) {
        cli_message("%s: %s", cli_shown(path), strerror(errno ? errno : ENOMEM));
        free(bytes);
        bytes = NULL;
    } else {
        bytes[*size] = '\0';
    }
    if (in && in != stdin)
        fclose(in);
    return bytes;
}
