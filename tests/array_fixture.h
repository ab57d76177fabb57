/* SPDX-License-Identifier: MIT */
/* What the suites of the array room share: a file with given bytes, standard input fed by another process, and the
 * reading of a whole text, mapped or streamed, into one result that can be compared. */
#ifndef PRONG_TESTS_ARRAY_FIXTURE_H
#define PRONG_TESTS_ARRAY_FIXTURE_H

#include "array/array.h"
#include "share.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a folder of its own, made and removed by the process that runs the tests: see main. */
extern char input_path[64];

static inline const char *file_with(const void *bytes, size_t length)
{
    FILE *f = fopen(input_path, "wb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, length, f), length);
    ck_assert_int_eq(fclose(f), 0);
    return input_path;
}

/* Makes standard input a pipe into which a child writes bytes in pieces. */
static inline pid_t feed(const void *bytes, size_t length, size_t piece)
{
    int ends[2];
    pid_t writer;

    ck_assert_int_eq(pipe(ends), 0);
    writer = fork();
    ck_assert_int_ge(writer, 0);
    if (writer == 0) {
        close(ends[0]);
        for (size_t done = 0; done < length;) {
            size_t now = length - done < piece ? length - done : piece;
            ssize_t n = write(ends[1], (const char *)bytes + done, now);
            if (n < 0)
                _exit(1);
            done += (size_t)n;
        }
        _exit(0);
    }
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    return writer;
}

/* The writer may have been cut short by the reader's leaving: how it ended does not matter. */
static inline void end_feed(pid_t writer)
{
    close(STDIN_FILENO);
    ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
    ck_assert_int_eq(open("/dev/null", O_RDONLY), STDIN_FILENO);
}

static inline struct prong_array *opened(const char *path, const char *dtype)
{
    prong_array_options opt = PRONG_ARRAY_OPTIONS_INIT;
    prong_error err = PRONG_ERROR_INIT;
    prong_array *array = NULL;

    opt.dtype = dtype;
    ck_assert_msg(prong_array_open(&array, path, &opt, &err) == PRONG_OK, "%s", err.detail);
    return array;
}

/* Opens and expects a refusal whose detail contains words. */
static inline void refused(const char *path, const prong_array_options *opt, prong_status status,
                           const char *words)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_array *array = (prong_array *)&err;
    prong_status got = prong_array_open(&array, path, opt, &err);

    ck_assert_msg(got == status, "status %d, not %d: %s", (int)got, (int)status, err.detail);
    ck_assert_ptr_null(array);
    ck_assert_int_eq((int)err.status, (int)status);
    ck_assert_msg(strstr(err.detail, words) != NULL, "\"%s\" is not in \"%s\"", words, err.detail);
}

/* All of a text: its numbers, and where it stops if it is bad. */
struct reading {
    double *values;
    size_t count;
    size_t room;
    uint64_t newlines;
    uint64_t tail;
    bool bad;
    uint64_t line;
    uint64_t column;
    char token[48];
    const char *why;
};

/* Reads one chunk cap numbers at a time. False: it is bad, stop. */
static inline bool read_chunk(struct reading *all, struct prong_text_reader r, size_t cap)
{
    size_t n;

    do {
        if (all->count + cap > all->room) {
            all->room = 2 * (all->count + cap);
            all->values = realloc(all->values, all->room * sizeof *all->values);
            ck_assert_ptr_nonnull(all->values);
        }
        n = prong_text_read(&r, all->values + all->count, NULL, cap);
        all->count += n;
    } while (n > 0);
    if (r.bad) {
        all->bad = true;
        all->line = all->newlines + r.bad_line;
        all->column = r.bad_column + (r.bad_line == 0 ? all->tail : 0);
        memcpy(all->token, r.bad_token, sizeof all->token);
        all->why = r.bad_why;
        return false;
    }
    all->newlines += r.newlines;
    all->tail = r.tail + (r.newlines == 0 ? all->tail : 0);
    return true;
}

/* Text in memory, cut every chunk bytes. */
static inline struct reading read_cut(const char *text, size_t length, size_t chunk, size_t cap)
{
    struct reading all = { .room = 0 };

    for (size_t at = 0; at < length; at += chunk) {
        struct prong_text_reader r = { .begin = text + at };
        r.end = length - at < chunk ? text + length : text + at + chunk;
        r.limit = text + length;
        r.continues = at > 0 && !prong_text_is_blank((unsigned char)text[at - 1]);
        if (!read_chunk(&all, r, cap))
            break;
    }
    return all;
}

/* A stream of text, block by block. A failed step ends the test unless failed is given. */
static inline struct reading read_stream(struct prong_array *array, prong_error *failed)
{
    struct prong_block *block = malloc(sizeof *block);
    struct reading all = { .room = 0 };
    bool full, end = false, good = true;

    ck_assert_ptr_nonnull(block);
    while (!end && good) {
        prong_error err = PRONG_ERROR_INIT;
        if (prong_stream_step(array, block, &full, &end, &err)) {
            ck_assert_msg(failed != NULL, "%s", err.detail);
            *failed = err;
            break;
        }
        if (full) {
            struct prong_text_reader r = { .begin = (const char *)block->data };
            r.end = r.begin + block->length;
            r.limit = r.end + block->extra;
            r.continues = block->continues != 0;
            good = read_chunk(&all, r, 1000);
        }
    }
    free(block);
    return all;
}

static inline void same_reading(const struct reading *a, const struct reading *b)
{
    ck_assert_uint_eq(a->count, b->count);
    if (a->count > 0)
        ck_assert_int_eq(memcmp(a->values, b->values, a->count * sizeof *a->values), 0);
    ck_assert_int_eq(a->bad, b->bad);
    if (!a->bad) {
        ck_assert_uint_eq(a->newlines, b->newlines);
        ck_assert_uint_eq(a->tail, b->tail);
        return;
    }
    ck_assert_uint_eq(a->line, b->line);
    ck_assert_uint_eq(a->column, b->column);
    ck_assert_str_eq(a->token, b->token);
    ck_assert_str_eq(a->why ? a->why : "", b->why ? b->why : "");
}

Suite *axis_suite(void);
Suite *decode_suite(void);
Suite *npy_suite(void);
Suite *number_suite(void);
Suite *save_suite(void);
Suite *shape_suite(void);
Suite *slice_suite(void);
Suite *spool_suite(void);
Suite *stream_suite(void);
Suite *strip_suite(void);
Suite *text_suite(void);

#endif
