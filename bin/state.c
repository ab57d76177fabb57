/* SPDX-License-Identifier: MIT */
/* prong state OPERATION[,OPERATION]… -o STATE [FILE]…: reduces all FILEs as one array,
    and writes what they come to in a form that
 * others can be merged with: prong merge. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_failed(const char *path)
{
    cli_message("%s: %s", path, strerror(errno));
    return EXIT_DATA;
}

/* What is there already and no regular file is written to and never replaced. */
static bool is_special(const char *path)
{
    struct stat there;

    return stat(path, &there) == 0 && !S_ISREG(there.st_mode);
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static int write_to(int fd, const char *path, const void *bytes, size_t size)
{
    bool done = write_all(fd, bytes, size);
    int why = errno;

    if (close(fd) == -1 && done) {
        done = false;
        why = errno;
    }
    errno = why;
    return done ? 0 : write_failed(path);
}

/* A file of another name, complete, takes the name over. */
static int replace(const char *path, const void *bytes, size_t size)
{
    size_t length = strlen(path);
    char *temporary = malloc(length + sizeof ".XXXXXX");
    mode_t mask = umask(0);
    int fd, exit_status;

    umask(mask);
    if (!temporary) {
        cli_message("out of memory for the name of a file");
        return EXIT_DATA;
    }
    memcpy(temporary, path, length);
    memcpy(temporary + length, ".XXXXXX", sizeof ".XXXXXX");
    fd = mkstemp(temporary);
    if (fd == -1) {
        exit_status = write_failed(path);
        free(temporary);
        return exit_status;
    }
    fchmod(fd, 0666 & ~mask);
    exit_status = write_to(fd, path, bytes, size);
    if (exit_status == 0 && rename(temporary, path) == -1)
        exit_status = write_failed(path);
    if (exit_status)
        unlink(temporary);
    free(temporary);
    return exit_status;
}

static int write_state(const char *path, const void *bytes, size_t size)
{
    int fd;

    if (!path || strcmp(path, "-") == 0) {
        fwrite(bytes, 1, size, stdout);
        return output_flush();
    }
    if (!is_special(path))
        return replace(path, bytes, size);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd == -1 ? write_failed(path) : write_to(fd, path, bytes, size);
}

int cli_write_state(const prong_reduction *reduction, const char *path)
{
    prong_error err = PRONG_ERROR_INIT;
    void *bytes;
    size_t size;
    int exit_status;

    if (prong_reduction_save(reduction, &bytes, &size, &err))
        return cli_failed(&err);
    exit_status = write_state(path, bytes, size);
    free(bytes);
    return exit_status;
}

static int make_state(struct cli *cli, prong_reduction *reduction, char **files, int count)
{
    prong_error err = PRONG_ERROR_INIT;
    struct totals totals = { .bytes = 0 };
    const char *dtype;
    int exit_status;

    if (prong_reduction_keep(reduction, cli->part, cli->parts, &err))
        return cli_failed(&err);
    if (prong_reduction_columns(reduction) == 2 && count != 2)
        return cli_usage("%s takes two FILEs", cli->words[1]);
    exit_status = cli_add_total(cli, reduction, files, count, &dtype, &totals, &err) ? cli_failed(&err)
                                                                                     : cli_write_state(reduction, cli->out_file);
    if (cli->show_stats)
        cli_show_totals(&totals);
    return exit_status;
}

static int state(struct cli *cli)
{
    static char standard_input[] = "-";
    char *only_input[] = { standard_input };
    char **files = cli->word_count > 2 ? cli->words + 2 : only_input;
    int count = cli->word_count > 2 ? cli->word_count - 2 : 1;
    prong_error err = PRONG_ERROR_INIT;
    prong_reduction *reduction;
    int exit_status;

    if (cli_create(cli, cli->words[1], &reduction, &err))
        return cli_failed(&err);
    exit_status = make_state(cli, reduction, files, count);
    prong_reduction_free(reduction);
    return exit_status;
}

int cli_state(struct cli *cli)
{
    if (cli->word_count < 2)
        return cli_usage("state of which OPERATION?");
    if (cli->axes)
        return cli_usage("a state is of whole arrays: --axis has none");
    if (!cli->out_file && isatty(STDOUT_FILENO))
        return cli_usage("state: standard output is a terminal; where to write it? -o STATE");
    if (cli->word_count == 2 && isatty(STDIN_FILENO))
        return cli_usage("no FILE, and standard input is a terminal");
    return cli_with_companions(cli, state);
}
