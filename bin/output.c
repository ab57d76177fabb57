/* SPDX-License-Identifier: MIT */
/* What every form of output has in common: results are collected in memory and written when nothing can fail any more but the
 * writing, so that a later file's error leaves standard output empty. */
#include "answer.h"
#include "writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool output_open(struct output *output, const struct cli *cli, int files)
{
    *output = (struct output){ .cli = cli, .files = files };
    output->text = open_memstream(&output->bytes, &output->length);
    if (cli->svg)
        output->picture = open_memstream(&output->picture_bytes, &output->picture_length);
    if (form_has_rows(cli->form))
        output->writer = calloc(1, sizeof *output->writer);
    if (!output->text || (cli->svg && !output->picture) || (form_has_rows(cli->form) && !output->writer)) {
        output_discard(output);
        cli_message("out of memory for the output");
        return false;
    }
    if (output->writer)
        writer_open(output->writer, output->text, cli->form);
    return true;
}

void output_text(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
}

/* ---- Answers ---- */

char *answer_name(const struct use *use)
{
    const char *columns[] = { use->column, use->other };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    fputs(use->text, out);
    for (size_t i = 0; i < 2 && columns[i]; i++) {
        fputc('@', out);
        output_text(out, columns[i]);
    }
    if (fclose(out) == EOF) {
        free(text);
        return NULL;
    }
    return text;
}

bool answer_has_named(const struct answer *a)
{
    for (size_t i = 0; i < a->uses; i++)
        if (answer_use(a, i).named)
            return true;
    return false;
}

bool answer_has_histogram(const struct answer *a)
{
    for (size_t i = 0; i < a->uses; i++)
        if (strcmp(answer_use(a, i).name, "hist") == 0)
            return true;
    return false;
}

prong_status answer_value(const struct answer *a, size_t g, size_t i, prong_value *value, prong_error *err)
{
    return a->value(a->of, g, i, value, err);
}

/* The names of an answer's fields, one behind the other; NULL: there is no memory. */
static char *names_of(const struct answer *a)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out && a->group)
        fprintf(out, "%s, ", a->group);
    for (size_t i = 0; out && i < a->uses; i++) {
        struct use use = answer_use(a, i);
        char *name = answer_name(&use);
        fprintf(out, "%s%s", i ? ", " : "", name ? name : "");
        free(name);
    }
    if (out && fclose(out) == EOF) {
        free(text);
        text = NULL;
    }
    return text;
}

prong_status output_same_columns(struct output *output, const struct answer *a, prong_error *err)
{
    char *names;

    if (output->files < 2)
        return PRONG_OK;
    names = names_of(a);
    if (!names)
        return err->status = PRONG_ENOMEM;
    if (!output->names) {
        output->names = names;
        return PRONG_OK;
    }
    if (strcmp(names, output->names) != 0) {
        snprintf(err->detail, sizeof err->detail, "%.100s: its columns make another header than those of the first FILE: %.100s "
                 "and not %.100s (-f says which to take)", a->file, names, output->names);
        err->status = PRONG_EDATA;
    }
    free(names);
    return err->status;
}

static prong_status draw(const struct output *output, const struct answer *a, prong_error *err)
{
    prong_status status = PRONG_OK;

    for (size_t i = 0; i < a->uses && status == PRONG_OK; i++) {
        const char *file = strcmp(a->file, "-") ? a->file : "standard input", *column = answer_use(a, i).column;
        char title[512];
        prong_value value;
        if (strcmp(answer_use(a, i).name, "hist") != 0)
            continue;
        status = answer_value(a, 0, i, &value, err);
        if (status)
            break;
        snprintf(title, sizeof title, "%s%s%s", file, column ? ": " : "", column ? column : "");
        svg_histogram(output->picture, title, a->count, &value);
        prong_value_free(&value);
    }
    return status;
}

prong_status output_answer(struct output *output, const struct answer *a, prong_error *err)
{
    prong_status status = output->picture ? draw(output, a, err) : PRONG_OK;

    if (status == PRONG_OK && output->writer)
        status = rows_answer(output, a, err);
    else if (status == PRONG_OK)
        status = (output->cli->json ? json_answer : plain_answer)(output, a, err);
    output->answers++;
    return status;
}

/* ---- Writing ---- */

void output_discard(struct output *output)
{
    if (output->text)
        fclose(output->text);
    if (output->picture)
        fclose(output->picture);
    free(output->bytes);
    free(output->picture_bytes);
    free(output->names);
    if (output->writer)
        writer_discard(output->writer);
    free(output->writer);
    *output = (struct output){ 0 };
}

int output_flush(void)
{
    bool failed = ferror(stdout);

    if (fclose(stdout) == EOF || failed) {
        cli_message("standard output: %s", strerror(errno));
        return EXIT_DATA;
    }
    return 0;
}

/* Writes the picture to its file. */
static int save_picture(const struct output *output)
{
    const char *path = output->cli->svg;
    FILE *file = fopen(path, "we");
    bool failed;

    if (!file) {
        cli_message("%s: %s", path, strerror(errno));
        return EXIT_DATA;
    }
    failed = fwrite(output->picture_bytes, 1, output->picture_length, file) != output->picture_length;
    if (fclose(file) == EOF || failed) {
        cli_message("%s: %s", path, strerror(errno));
        return EXIT_DATA;
    }
    return 0;
}

int output_close(struct output *output)
{
    bool instead = output->cli->svg && strcmp(output->cli->svg, "-") == 0;
    bool failed = output->writer && !writer_close(output->writer);
    int exit_status = 0;

    if (fclose(output->text) == EOF)
        failed = true;
    output->text = NULL;
    if (output->picture && fclose(output->picture) == EOF)
        failed = true;
    output->picture = NULL;
    if (failed) {
        cli_message("out of memory for the output");
        exit_status = EXIT_DATA;
    } else if (output->cli->svg && !instead) {
        exit_status = save_picture(output);
    }
    if (exit_status == 0 && instead)
        fwrite(output->picture_bytes, 1, output->picture_length, stdout);
    else if (exit_status == 0)
        fwrite(output->bytes, 1, output->length, stdout);
    output_discard(output);
    return exit_status ? exit_status : output_flush();
}
