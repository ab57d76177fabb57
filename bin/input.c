/* SPDX-License-Identifier: MIT */
/* Opening what the command line names: FILE, FILE[SLICE] or -. */
#include "cli.h"

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
