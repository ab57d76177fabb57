/* SPDX-License-Identifier: MIT */
/* Writing the verdict. What was not checked is said as plainly as what was: silence would read as praise. */
#include "config.h"

#include "report.h"
#include "facts.h"

#include <stdio.h>
#include <string.h>

static const char unwatched[] =
    "a static binary does not load the library that watches: failing calls, permissions, keys, clock() and what stands in "
    "the segment were not checked";

static bool is_fine(const struct report *r)
{
    return r->verdict->count == 0;
}

void report_text(const struct report *r)
{
    char text[512];

    cage_describe(r->cage, text, sizeof text);
    printf("%s\n  caged: %s\n", r->program, text);
    for (int i = 0; i < r->plan->count; i++) {
        facts_describe(&r->plan->runs[i], text, sizeof text);
        printf("  %-28s %s\n", r->plan->runs[i].name, text);
    }
    if (!r->plan->watched)
        printf("  not checked: %s\n", unwatched);
    if (r->verdict->after_sigkill[0])
        printf("  after SIGKILL, which nobody can handle (not graded): %s\n", r->verdict->after_sigkill);
    for (int i = 0; i < r->verdict->count; i++) {
        const struct finding *f = &r->verdict->findings[i];
        if (f->mistake == MISTAKE_CONTRACT)
            printf("\nnot as asked for: %s\n", mistake_title(f->mistake));
        else
            printf("\nmistake %d: %s\n", (int)f->mistake, mistake_title(f->mistake));
        printf("  seen: %s: %s\n  read: %s\n", f->run, f->text, mistake_page(f->mistake));
    }
    printf("\n%s\n", is_fine(r) ? "No mistake found." : "Not yet.");
}

/* A string in JSON. What is not ASCII, from a program's output say, is written as if it were Latin-1. */
static void string(const char *text)
{
    putchar('"');
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (*p == '"' || *p == '\\')
            printf("\\%c", *p);
        else if (*p < 0x20 || *p > 0x7e)
            printf("\\u%04x", *p);
        else
            putchar(*p);
    putchar('"');
}

static void member(const char *comma, const char *name, const char *value)
{
    printf("%s", comma);
    string(name);
    printf(": ");
    string(value);
}

static void json_run(const struct run *run)
{
    const struct outcome *o = run->outcome;
    char text[512];

    facts_describe(run, text, sizeof text);
    member("    {", "name", run->name);
    printf(", \"checked\": %s", o ? "true" : "false");
    member(", ", "ended", text);
    if (o)
        printf(", \"workers\": %d, \"segments_left\": %d, \"not_waited_for\": %d, \"processes_left\": %d",
               run->job.workers, o->segment_count, o->unreaped, o->left);
    printf("}");
}

static void json_finding(const struct finding *f)
{
    printf("    {\"mistake\": %d", (int)f->mistake);
    member(", ", "title", mistake_title(f->mistake));
    member(", ", "page", mistake_page(f->mistake));
    member(", ", "run", f->run);
    member(", ", "seen", f->text);
    printf("}");
}

void report_json(const struct report *r)
{
    char text[512];

    cage_describe(r->cage, text, sizeof text);
    member("{\n  ", "program", r->program);
    member(",\n  ", "cage", text);
    printf(",\n  \"fine\": %s,\n  \"watched\": %s,\n  \"findings\": [", is_fine(r) ? "true" : "false",
           r->plan->watched ? "true" : "false");
    for (int i = 0; i < r->verdict->count; i++) {
        printf("%s\n", i ? "," : "");
        json_finding(&r->verdict->findings[i]);
    }
    printf("%s],\n  \"runs\": [", r->verdict->count ? "\n  " : "");
    for (int i = 0; i < r->plan->count; i++) {
        printf("%s\n", i ? "," : "");
        json_run(&r->plan->runs[i]);
    }
    printf("\n  ]");
    if (!r->plan->watched)
        member(",\n  ", "not_checked", unwatched);
    if (r->verdict->after_sigkill[0])
        member(",\n  ", "after_sigkill", r->verdict->after_sigkill);
    printf("\n}\n");
}
