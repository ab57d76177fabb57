/* SPDX-License-Identifier: MIT */
/* prong segments: the System V segments that there are; those of prong whose pool is dead can be reclaimed. prong limits: what
 * the kernel allows, and how much of it is used. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_bytes(FILE *out, uint64_t bytes)
{
    static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    double x = (double)bytes;
    size_t u = 0;

    for (; x >= 1024 && u + 1 < sizeof units / sizeof units[0]; u++)
        x /= 1024;
    if (u == 0)
        fprintf(out, "%" PRIu64 " bytes", bytes);
    else
        fprintf(out, "%.4g %s", x, units[u]);
}

/* Nothing of prong's that is alive may be taken for dead: neither attached nor with a creator. */
static bool is_dead(const prong_segment_info *s)
{
    return s->prongs && s->attached == 0 && !s->creator_alive;
}

/* What a careful person would be told of a segment. */
static const char *remark(const prong_segment_info *s)
{
    if (is_dead(s))
        return "prong's, left over: prong segments --remove";
    if (s->prongs)
        return "prong's, in use";
    if (s->marked)
        return "goes with its last attachment";
    if (s->attached == 0 && !s->creator_alive)
        return s->mine ? "left over, it seems: nobody attaches it, and its creator is gone (ipcrm -m ID)" : "left over, it seems";
    if (s->mode & 0006)
        return "any user may read or write it";
    if (s->mode & 0060)
        return "its group may read or write it";
    return "";
}

static void put_plain(FILE *out, const prong_segment_info *s, size_t n)
{
    fprintf(out, "id\tkey\towner\tmode\tbytes\tattached\tcreator\talive\tremark\n");
    for (size_t i = 0; i < n; i++) {
        if (s[i].key)
            fprintf(out, "%d\t0x%08x", s[i].id, (unsigned)s[i].key);
        else
            fprintf(out, "%d\tprivate", s[i].id);
        fprintf(out, "\t%u\t%04o\t%" PRIu64 "\t%" PRIu64 "\t%ld\t%s\t%s\n", s[i].uid, s[i].mode, s[i].bytes, s[i].attached,
                s[i].creator, s[i].creator_alive ? "yes" : "no", remark(&s[i]));
    }
}

static void put_json(FILE *out, const prong_segment_info *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fprintf(out,
                "{\"id\":%d,\"key\":%d,\"uid\":%u,\"mode\":\"%04o\",\"bytes\":%" PRIu64 ",\"attached\":%" PRIu64
                ",\"creator\":%ld,\"last\":%ld,\"created\":%" PRId64
                ",\"creator_alive\":%s,\"marked\":%s,\"mine\":%s,\"prongs\":%s,\"remark\":",
                s[i].id, s[i].key, s[i].uid, s[i].mode, s[i].bytes, s[i].attached, s[i].creator, s[i].last, s[i].created,
                s[i].creator_alive ? "true" : "false", s[i].marked ? "true" : "false", s[i].mine ? "true" : "false",
                s[i].prongs ? "true" : "false");
        output_json_string(out, remark(&s[i]));
        fputs("}\n", out);
    }
}

/* On a terminal a person is asked; elsewhere --remove is the answer. */
static bool is_agreed(size_t dead)
{
    char answer[8] = "";

    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return true;
    fprintf(stderr, "Remove %zu segment%s that no process uses any more? [y/N] ", dead, dead == 1 ? "" : "s");
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int remove_dead(const prong_segment_info *s, size_t n)
{
    int exit_status = 0;
    size_t dead = 0;

    for (size_t i = 0; i < n; i++)
        dead += is_dead(&s[i]);
    if (dead == 0 || !is_agreed(dead))
        return 0;
    for (size_t i = 0; i < n; i++) {
        prong_error err = PRONG_ERROR_INIT;
        if (!is_dead(&s[i]))
            continue;
        if (prong_segment_remove(&s[i], &err))
            exit_status = cli_failed(&err);
        else
            printf("removed %d, %" PRIu64 " bytes of process %ld\n", s[i].id, s[i].bytes, s[i].creator);
    }
    return exit_status;
}

int cli_segments(struct cli *cli)
{
    prong_error err = PRONG_ERROR_INIT;
    prong_segment_info *list;
    size_t count;
    int exit_status = 0, flushed;

    if (cli->word_count > 1)
        return cli_usage("segments takes no FILE");
    if (prong_segment_list(&list, &count, &err))
        return cli_failed(&err);
    if (cli->remove_dead)
        exit_status = remove_dead(list, count);
    else
        (cli->json ? put_json : put_plain)(stdout, list, count);
    free(list);
    flushed = output_flush();
    return exit_status ? exit_status : flushed;
}

static void put_limit(const char *name, const char *what, uint64_t limit, bool bytes, const char *how)
{
    printf("%s\t", name);
    if (bytes && limit < UINT64_MAX / 2)
        put_bytes(stdout, limit);
    else if (bytes)
        fputs("no limit but memory", stdout);
    else
        printf("%" PRIu64, limit);
    printf("\t%s; to change it: %s\n", what, how);
}

int cli_limits(struct cli *cli)
{
    prong_ipc_limits limits = { .size = sizeof limits };
    prong_error err = PRONG_ERROR_INIT;

    if (cli->word_count > 1)
        return cli_usage("limits takes no FILE");
    if (prong_ipc_limits_get(&limits, &err))
        return cli_failed(&err);
    if (cli->json) {
        printf("{\"segment_bytes\":%" PRIu64 ",\"all_bytes\":%" PRIu64 ",\"segments\":%" PRIu64 ",\"used_segments\":%" PRIu64
               ",\"used_bytes\":%" PRIu64 ",\"resident_bytes\":%" PRIu64 "}\n",
               limits.segment_bytes, limits.all_bytes, limits.segments, limits.used_segments, limits.used_bytes,
               limits.resident_bytes);
        return output_flush();
    }
    put_limit("SHMMAX", "the most that one segment may have (EINVAL beyond)", limits.segment_bytes, true,
              "sysctl kernel.shmmax=BYTES");
    put_limit("SHMALL", "the most that all may have together (ENOSPC beyond)", limits.all_bytes, true,
              "sysctl kernel.shmall=PAGES");
    put_limit("SHMMNI", "so many segments at a time (ENOSPC beyond)", limits.segments, false, "sysctl kernel.shmmni=NUMBER");
    printf("in use\t%" PRIu64 " segment%s of ", limits.used_segments, limits.used_segments == 1 ? "" : "s");
    put_bytes(stdout, limits.used_bytes);
    fputs(", ", stdout);
    put_bytes(stdout, limits.resident_bytes);
    fputs(" of them in memory\n", stdout);
    return output_flush();
}
