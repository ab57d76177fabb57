/* SPDX-License-Identifier: MIT */
/* Tables: the same bytes as one chunk and as many small ones, and through a pipe, give the same answer or the same error,
 * and the kernels of all instruction sets the same index. The first four bytes choose the options, so that files of the
 * corpus can be read:
 *
 *     letter   bits 0 … 4 of its number: header, quotes, comments (#), ragged rows are skipped, missing words; in lower case: by
 *              groups
 *     letter   the delimiter, of those in the array below
 *     letter   a length of chunks
 *     newline  anything; text follows
 *
 * There are no workers: the program is linked so that the room's calls of prong_job_run arrive here (ld --wrap), and chunks are
 * computed in this process as they are inside a worker. */
#include "config.h"

#include "fuzz.h"
#include "pool/job.h"
#include "prong/table.h"
#include "table/index.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

prong_status __wrap_prong_job_run(const struct prong_job_spec *job, const prong_options *options, void *result,
                                  prong_error *err);

prong_status __wrap_prong_job_run(const struct prong_job_spec *job, const prong_options *options, void *result,
                                  prong_error *err)
{
    return prong_job_run_inline(job, options, result, err);
}

enum { FRONT = 4, MOST = 1 << 14 };

static const char operations[] = "count,nancount,sum,max,argmin,last,dot@1@1";
static const int delimiters[] = { 0, ',', '\t', ' ', ';', '|' };

/* What a reading came to, as text: every value in all its bits. */
static char *read_table(const prong_table *table, uint64_t grain)
{
    prong_reduce_options how = PRONG_REDUCE_OPTIONS_INIT;
    prong_error err = PRONG_ERROR_INIT;
    prong_table_result *result = NULL;
    prong_status status;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    FUZZ_CHECK(out, "out of memory");
    how.grain = grain;
    how.nan = PRONG_NAN_OMIT;
    status = prong_table_reduce(table, operations, &how, &result, &err);
    FUZZ_CHECK(!status == !!result && !status == !err.status, "status %d, result %p", (int)status, (void *)result);
    if (status)
        fprintf(out, "%d %s\n", (int)status, err.detail);
    else
        fprintf(out, "%llu rows, %llu skipped\n", (unsigned long long)prong_table_result_rows(result),
                (unsigned long long)prong_table_result_skipped(result));
    for (size_t g = 0; result && g < prong_table_result_groups(result); g++) {
        fprintf(out, "'%s'", prong_table_result_key(result, g));
        for (size_t i = 0; i < prong_table_result_count(result); i++) {
            prong_value value;
            char digits[64] = "";
            status = prong_table_result_value(result, g, i, &value, &err);
            if (status == PRONG_OK)
                prong_value_string(&value, digits, sizeof digits);
            fprintf(out, " %d %s", (int)status, digits);
        }
        fputc('\n', out);
    }
    prong_table_result_free(result);
    FUZZ_CHECK(fclose(out) == 0, "out of memory");
    return text;
}

static void check_table(const char *path, const prong_table_options *options, uint64_t size, uint64_t chunk)
{
    const uint64_t grains[] = { chunk, 1 };
    prong_error err = PRONG_ERROR_INIT;
    prong_table *table = NULL;
    prong_status status = prong_table_open(&table, path, options, &err);
    char *whole;

    FUZZ_CHECK(!status == !!table && !status == !err.status && !status == !err.detail[0], "status %d", (int)status);
    if (status)
        return;
    whole = read_table(table, size + 1);
    for (size_t i = 0; i < sizeof grains / sizeof grains[0]; i++) {
        char *cut = read_table(table, grains[i]);
        FUZZ_CHECK(strcmp(cut, whole) == 0, "chunks of %llu bytes:\n%snot\n%s", (unsigned long long)grains[i], cut, whole);
        free(cut);
    }
    free(whole);
    prong_table_close(table);
}

/* The same bytes, as what flows by; they fit into the pipe. An error says the name, so both have the same. */
static void check_flow(const char *path, const char *text, size_t size, prong_table_options options, uint64_t chunk, int at)
{
    prong_table *table = NULL;
    prong_status statuses[2];
    char *said[2] = { NULL, NULL };
    int ends[2];

    options.once = 1;
    for (int flows = 0; flows < 2; flows++) {
        prong_error err = PRONG_ERROR_INIT;
        if (flows) {
            FUZZ_CHECK(pipe(ends) == 0 && write(ends[1], text, size) == (ssize_t)size, "pipe: %s", strerror(errno));
            FUZZ_CHECK(dup2(ends[0], at) == at, "dup2: %s", strerror(errno));
            close(ends[0]);
            close(ends[1]);
        }
        statuses[flows] = prong_table_open(&table, path, &options, &err);
        said[flows] = statuses[flows] ? strdup(err.detail) : read_table(table, flows ? chunk : size + 1);
        FUZZ_CHECK(said[flows], "out of memory");
        prong_table_close(table);
    }
    FUZZ_CHECK(statuses[0] == statuses[1] && strcmp(said[0], said[1]) == 0, "a pipe, chunks of %llu bytes:\n%snot\n%s",
               (unsigned long long)chunk, said[1], said[0]);
    free(said[0]);
    free(said[1]);
}

struct indexed {
    struct prong_index index;
    uint32_t ends[MOST + 64];
    struct prong_row_end rows[MOST + 2];
};

static void make_index(struct indexed *x, const struct prong_index_kernel *kernel, const struct prong_dialect *dialect,
                       const char *text, size_t size, size_t step)
{
    x->index.ends = x->ends;
    x->index.rows = x->rows;
    prong_index_begin(&x->index, dialect, text, '\n', PRONG_INSIDE_PLAIN);
    for (size_t at = 0; at < size; at += step)
        kernel->index(&x->index, (uint32_t)(size - at < step ? size : at + step));
}

static void check_kernels(const struct prong_dialect *dialect, const char *text, size_t size, size_t step)
{
    static struct indexed here, there;

    make_index(&here, prong_index_kernel_choose(), dialect, text, size, size ? size : 1);
    make_index(&there, &prong_index_portable, dialect, text, size, step);
    FUZZ_CHECK(here.index.n == there.index.n && here.index.row_count == there.index.row_count, "%u fields in %u rows, %u in %u",
               here.index.n, here.index.row_count, there.index.n, there.index.row_count);
    FUZZ_CHECK(here.index.stray == there.index.stray && !here.index.inside == !there.index.inside, "quotes differ");
    FUZZ_CHECK(memcmp(here.ends, there.ends, here.index.n * sizeof here.ends[0]) == 0, "fields end elsewhere");
    FUZZ_CHECK(memcmp(here.rows, there.rows, here.index.row_count * sizeof here.rows[0]) == 0, "rows end elsewhere");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    prong_table_options options = PRONG_TABLE_OPTIONS_INIT;
    struct prong_dialect dialect;
    char path[64], *text;
    uint64_t chunk;
    int fd;

    if (size < FRONT || size - FRONT > MOST)
        return 0;
    options.header = data[0] & 1;
    options.quote = data[0] & 2 ? '"' : 0;
    options.comment = data[0] & 4 ? '#' : 0;
    options.ragged = (data[0] & 8) != 0;
    options.missing = data[0] & 16 ? ",NA,-9" : NULL;
    options.group = data[0] & 32 ? "1" : NULL;
    options.delimiter = delimiters[data[1] % (sizeof delimiters / sizeof delimiters[0])];
    chunk = 2 + data[2] % 62;
    text = fuzz_copy(data + FRONT, size - FRONT);
    dialect = (struct prong_dialect){ options.delimiter ? (char)options.delimiter : ',', (char)options.quote,
                                      (char)options.comment };
    check_kernels(&dialect, text, size - FRONT, chunk);
    free(text);
    fd = memfd_create("fuzz", 0);
    FUZZ_CHECK(fd >= 0 && write(fd, data + FRONT, size - FRONT) == (ssize_t)(size - FRONT), "memfd: %s", strerror(errno));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check_table(path, &options, size, chunk);
    check_flow(path, (const char *)data + FRONT, size - FRONT, options, chunk, fd);
    close(fd);
    return 0;
}
