/* SPDX-License-Identifier: MIT */
/* prong-grade PROGRAM: runs a student's program in a cage, several times and under several troubles, and says which of the
 * lab's mistakes it shows. The map:
 *
 *     plan.c      which runs
 *     warden.c    one run, from an empty cage to an empty cage
 *     cage.c, furnish.c, become.c, cgroup.c    who the program is, what it sees, what it may use
 *     sweep.c     what it left
 *     watch.c     the library that is loaded into it; log.h, what both write and read
 *     facts.c     what a run showed
 *     judge.c     what is wrong; mistakes.c, how it is called
 *     report.c    the verdict
 *
 * The exit status is 0 if nothing was found, 1 if something was, 2 if the program could not be run. */
#include "config.h"

#include "report.h"
#include "warden.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef LAB_LIBDIR
#define LAB_LIBDIR "/usr/local/lib/prong"
#endif

#define WATCH "grade-watch.so"

enum { LIMIT_DEFAULT = 10, FOUND = 1, TROUBLE = 2 };

static const char usage[] =
    "usage: prong-grade [--json] [--limit SECONDS] [--plain] PROGRAM\n"
    "\n"
    "Runs PROGRAM N with numbers on standard input, for several N and under several troubles, and says which mistakes it\n"
    "shows. It has to print one line \"sum S\" and to exit with status 0, or else with another status.\n"
    "\n"
    "  --json           the verdict as JSON\n"
    "  --limit SECONDS  the time limit of a run (10)\n"
    "  --plain          no namespaces, as where the kernel does not allow them\n"
    "  --help, --version\n";

static void on_signal(int number)
{
    (void)number;
    warden_interrupt();
}

static void catch_signals(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    struct sigaction action = { .sa_handler = on_signal };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaction(numbers[i], &action, NULL);
    signal(SIGCHLD, SIG_DFL); /* inherited as ignored, it would reap in our place */
}

/* The library lies beside this program in the build tree, and in a place of its own once it is installed. */
static int open_watch(void)
{
    char path[1024];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof WATCH - 1);
    char *slash;
    int fd = -1;

    if (length > 0) {
        path[length] = '\0';
        slash = strrchr(path, '/');
        if (slash) {
            memcpy(slash + 1, WATCH, sizeof WATCH);
            fd = open(path, O_RDONLY | O_CLOEXEC);
        }
    }
    return fd != -1 ? fd : open(LAB_LIBDIR "/" WATCH, O_RDONLY | O_CLOEXEC);
}

static int open_program(const char *name)
{
    struct stat info;
    int fd = open(name, O_RDONLY | O_CLOEXEC);

    if (fd == -1 || fstat(fd, &info) == -1 || !S_ISREG(info.st_mode) || !(info.st_mode & 0111)) {
        fprintf(stderr, "prong-grade: %s: %s\n", name, fd == -1 ? strerror(errno) : "not a program");
        exit(TROUBLE);
    }
    return fd;
}

struct options {
    bool json, plain;
    double limit;
    const char *program;
};

static void read_options(struct options *o, int argc, char **argv)
{
    static const struct option names[] = { { "json", no_argument, NULL, 'j' },    { "limit", required_argument, NULL, 'l' },
                                           { "plain", no_argument, NULL, 'p' },   { "help", no_argument, NULL, 'h' },
                                           { "version", no_argument, NULL, 'v' }, { NULL, 0, NULL, 0 } };
    char *end;

    *o = (struct options){ .limit = LIMIT_DEFAULT };
    for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;)
        switch (c) {
        case 'j': o->json = true; break;
        case 'p': o->plain = true; break;
        case 'l':
            o->limit = strtod(optarg, &end);
            if (end == optarg || *end || !(o->limit > 0 && o->limit <= 3600)) {
                fprintf(stderr, "prong-grade: --limit %s: not a number of seconds up to 3600\n", optarg);
                exit(TROUBLE);
            }
            break;
        case 'h': fputs(usage, stdout); exit(0);
        case 'v': puts("prong-grade (" PACKAGE_STRING ")"); exit(0);
        default: fputs(usage, stderr); exit(TROUBLE);
        }
    if (optind + 1 != argc) {
        fputs(usage, stderr);
        exit(TROUBLE);
    }
    o->program = argv[optind];
}

int main(int argc, char **argv)
{
    static struct plan plan;
    static struct verdict verdict;
    struct options options;
    struct cage cage = { .watch = -1 };
    struct report report = { .cage = &cage, .plan = &plan, .verdict = &verdict };
    int status = TROUBLE;

    read_options(&options, argc, argv);
    report.program = options.program;
    cage.program = open_program(options.program);
    cage.watch = open_watch();
    cage.limit = options.limit;
    catch_signals();
    if (!cage_choose(&cage, options.plain))
        return TROUBLE;
    plan_run(&plan, &cage);
    if (plan.interrupted) {
        fputs("prong-grade: interrupted\n", stderr);
    } else if (plan.error != 0) {
        fprintf(stderr, "prong-grade: %s: %s\n", options.program, strerror(plan.error));
    } else {
        judge(&verdict, &plan);
        (options.json ? report_json : report_text)(&report);
        status = verdict.count > 0 ? FOUND : 0;
    }
    plan_free(&plan);
    if (fflush(stdout) == EOF) {
        fprintf(stderr, "prong-grade: write: %s\n", strerror(errno));
        status = TROUBLE;
    }
    return status;
}
