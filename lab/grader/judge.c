/* SPDX-License-Identifier: MIT */
/* The rules, one a function. Each mistake is told once, with the first run that showed it.
 *
 * Causes come before consequences. A program that crashes leaves its segment, and one whose child forks on leaves zombies:
 * to tell these, too, would send a student after the wrong thing. So each run is read for causes first, and a consequence
 * is told only where nothing explains it. What the causes hid comes out when they are gone. */
#include "config.h"

#include "judge.h"
#include "facts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

struct case_ {
    struct verdict *verdict;
    const struct plan *plan;
    const struct run *run; /* the one that is read */
    struct facts facts;
    bool explained; /* a cause was found that may spoil answers in any run */
};

static bool has(const struct verdict *v, enum mistake mistake)
{
    for (int i = 0; i < v->count; i++)
        if (v->findings[i].mistake == mistake)
            return true;
    return false;
}

__attribute__((format(printf, 3, 4))) static void tell(struct case_ *c, enum mistake mistake, const char *format, ...)
{
    struct finding *f = &c->verdict->findings[c->verdict->count];
    va_list ap;

    if (has(c->verdict, mistake) || c->verdict->count == FINDINGS_MAX)
        return;
    f->mistake = mistake;
    snprintf(f->run, sizeof f->run, "%s", c->run->name);
    va_start(ap, format);
    vsnprintf(f->text, sizeof f->text, format, ap);
    va_end(ap);
    c->verdict->count++;
}

/* Causes
 * --------------------------------------------------------------------------------------------------------------- */

/* Not held against it: that it says there is no result, or that it has the right one in spite of all. */
static bool failed_well(const struct case_ *c)
{
    const struct outcome *o = c->run->outcome;

    return o->ended && !c->facts.crashed && WIFEXITED(o->status) && (!c->facts.exited_zero || c->facts.right);
}

static void after_shmat_failed(struct case_ *c)
{
    const struct log_event *e = c->facts.shmat_failed;

    if (!e)
        return;
    if (c->facts.crashed || c->facts.worker_crashed)
        tell(c, MISTAKE_SHMAT, "shmat returned (void *)-1 (%s), and then %s crashed", strerror(e->error),
             c->facts.crashed ? "the program" : "a child");
    else if (c->facts.exited_zero && !c->facts.right)
        tell(c, MISTAKE_SHMAT, "shmat returned (void *)-1 (%s), and the program ended with status 0 and without the right sum",
             strerror(e->error));
}

static void permissions(struct case_ *c)
{
    const struct facts *f = &c->facts;

    if (f->wide)
        tell(c, MISTAKE_MODE, "shmget made a segment with mode %04o: others than its owner may use it",
             (unsigned)(f->wide->d & 0777));
    else if (f->no_mode)
        tell(c, MISTAKE_MODE, "shmget made a segment without mode bits: its owner may not attach it (0600)");
}

static void fork_loop(struct case_ *c)
{
    const struct facts *f = &c->facts;
    int n = c->run->job.workers;

    if (f->forks > 2 * n + 2 && f->forks_by_children > n)
        tell(c, MISTAKE_FORK_LOOP, "%d forks for %d workers, %d of them by children", f->forks, n, f->forks_by_children);
}

static void sizes_and_pointers(struct case_ *c)
{
    const struct log_event *slack = c->facts.slack, *pointer = c->facts.pointer;

    if (slack)
        tell(c, MISTAKE_SIZEOF, "%lld bytes were asked for, and byte %lld was written: only the rounding to pages gave it room",
             (long long)slack->c, (long long)slack->b);
    if (pointer)
        tell(c, MISTAKE_POINTERS, "at offset %lld of the segment stands %#llx, an address in process %ld; another process "
             "detached the segment and attached it elsewhere", (long long)pointer->b, (unsigned long long)pointer->c,
             (long)pointer->d);
}

static void key_taken(struct case_ *c)
{
    const struct outcome *o = c->run->outcome;
    unsigned key = (unsigned)c->run->job.key;

    if (c->run->kind != RUN_KEY || o->occupied == OCCUPIED_NOT)
        return;
    if (o->occupied == OCCUPIED_GONE)
        tell(c, MISTAKE_KEY, "another program's segment was at key 0x%x, and is gone", key);
    else if (o->occupied == OCCUPIED_CHANGED)
        tell(c, MISTAKE_KEY, "another program's segment was at key 0x%x, and was written to", key);
    else if (c->facts.exited_zero && !c->facts.right)
        tell(c, MISTAKE_KEY, "another program's segment was at key 0x%x, and the sum is made of its data", key);
}

static void who_removes(struct case_ *c)
{
    const struct log_event *e = c->facts.removed_by_child;

    if (e)
        tell(c, MISTAKE_CHILD_REMOVES, "the program made segment %lld, and its child %ld removed it", (long long)e->a,
             (long)e->pid);
}

static void limits(struct case_ *c)
{
    const struct log_event *e = c->facts.shmget_failed;
    const struct run *run = c->run;

    if (e)
        tell(c, MISTAKE_LIMITS, "shmget for %llu bytes failed by itself: %s; it speaks of the size and of the limits "
             "(ipcs -l), not of a key", (unsigned long long)e->b, strerror(e->error));
    else if (run->kind == RUN_FAULT && run->outcome->log.fail_call == CALL_SHMGET && !failed_well(c) && !c->facts.shmat_failed &&
             !run->outcome->too_much)
        tell(c, MISTAKE_LIMITS, "shmget failed with ENOSPC, and the program %s", run->outcome->late ? "did not end"
             : c->facts.exited_zero ? "ended with status 0 and without the right sum" : "crashed");
}

static void timing(struct case_ *c)
{
    if (c->facts.clocked)
        tell(c, MISTAKE_CLOCK, "clock() was called before the first fork and after: it counts this process's processor time "
             "only, not that of children that run");
}

/* Causes that may spoil any answer. */
static bool explains(const struct verdict *v)
{
    static const enum mistake causes[] = { MISTAKE_SHMAT, MISTAKE_FORK_LOOP, MISTAKE_KEY, MISTAKE_SIZEOF, MISTAKE_POINTERS,
                                           MISTAKE_REAPING, MISTAKE_LIMITS, MISTAKE_CHILD_REMOVES };

    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (has(v, causes[i]))
            return true;
    return false;
}

/* Consequences
 * --------------------------------------------------------------------------------------------------------------- */

static void output_twice(struct case_ *c)
{
    const struct facts *f = &c->facts;

    if (f->flush)
        tell(c, MISTAKE_TWICE, "child %ld left by exit() and wrote %lld bytes that its parent had printed before the fork",
             (long)f->flush->pid, (long long)f->flush->a);
    else if (f->repeated[0] && c->run->kind == RUN_PLAIN && !has(c->verdict, MISTAKE_FORK_LOOP))
        tell(c, MISTAKE_TWICE, "the line \"%s\" was printed more than once", f->repeated);
}

static void reaping(struct case_ *c)
{
    const struct outcome *o = c->run->outcome;

    if (has(c->verdict, MISTAKE_FORK_LOOP) || !o->ended || o->too_much)
        return;
    if (c->run->kind == RUN_PLAIN && o->unreaped > 0)
        tell(c, MISTAKE_REAPING, "children that had ended and were not waited for: %d; processes alive after its end: %d%s",
             o->unreaped, o->left, c->facts.interrupted ? "; one wait returned with EINTR" : "");
    if (c->run->kind != RUN_SIGKILL && o->left > 0)
        tell(c, MISTAKE_REAPING, "processes that were alive after its end: %d", o->left);
    if (c->run->kind == RUN_EINTR && o->log.interrupted && !(c->facts.exited_zero && c->facts.right))
        tell(c, MISTAKE_REAPING, "a wait returned with EINTR, as its handler without SA_RESTART lets it, and the program "
             "did not wait again");
    if (c->run->kind == RUN_CHILD_KILLED && c->facts.exited_zero && !c->facts.right)
        tell(c, MISTAKE_REAPING, "a child was killed, and the program ended with status 0 and without the right sum: the status "
             "that wait gives was not looked at");
}

static const char *by_whom(const struct case_ *c, const struct segment *s)
{
    if (!c->plan->watched)
        return "it";
    return s->creator == c->run->outcome->log.leader ? "the program" : "a child";
}

static void leaks(struct case_ *c)
{
    const struct outcome *o = c->run->outcome;
    const struct segment *s = &o->segments[0];

    if (o->segment_count == 0 || !o->ended || c->facts.crashed || o->too_much)
        return;
    if (c->run->kind == RUN_SIGKILL || has(c->verdict, MISTAKE_KEY))
        return;
    if (c->run->kind == RUN_PLAIN && c->facts.made > 1 && c->facts.removals > 0)
        tell(c, MISTAKE_WRONG_ID, "%d segments made, IPC_RMID called %d times, %d left: id %d, %zu bytes, made by %s",
             c->facts.made, c->facts.removals, o->segment_count, s->id, s->size, by_whom(c, s));
    else if (!has(c->verdict, MISTAKE_WRONG_ID))
        tell(c, MISTAKE_LEAK, "segments left: %d, the first: id %d, %zu bytes, mode %04o, made by %s (pid %ld)%s",
             o->segment_count, s->id, s->size, (unsigned)s->mode, by_whom(c, s), (long)s->creator,
             c->run->kind == RUN_PLAIN ? "" : "; there is a way out that does not come past the removal");
}

static void late(struct case_ *c)
{
    const struct outcome *o = c->run->outcome;

    if (o->refused > 0 && !has(c->verdict, MISTAKE_FORK_LOOP))
        tell(c, MISTAKE_CONTRACT, "it tried to have more than %d processes", CAGE_PROCESSES - 8);
    if (o->too_much)
        tell(c, MISTAKE_CONTRACT, "it used more memory than %zu MiB", CAGE_MEMORY >> 20);
    if (o->log_cut)
        tell(c, MISTAKE_CONTRACT, "it cut the grader's log off");
    if (o->broken && !o->late && !o->too_much)
        tell(c, MISTAKE_CONTRACT, "the process that watched over it was ended, so that the run tells nothing");
    if (o->late)
        tell(c, MISTAKE_CONTRACT, "it did not end within the time limit; processes left: %d", o->left);
}

/* Is the first run of that kind right? The first plain one has one worker. */
static bool is_right(const struct case_ *c, enum run_kind kind)
{
    for (int i = 0; i < c->plan->count; i++)
        if (c->plan->runs[i].kind == kind && c->plan->runs[i].outcome) {
            struct facts facts;
            facts_find(&facts, &c->plan->runs[i]);
            return facts.right && facts.exited_zero;
        }
    return false;
}

static bool loses_updates(const struct case_ *c)
{
    return c->run->job.workers > 1 && is_right(c, RUN_PLAIN) && is_right(c, RUN_SERIAL);
}

/* In a run with nothing in the way the sum has to be right and the status 0. */
static void plain_answer(struct case_ *c)
{
    const struct facts *f = &c->facts;
    char how[128];

    if (c->run->kind != RUN_PLAIN || c->explained || !c->run->outcome->ended || (f->right && f->exited_zero))
        return;
    facts_describe(c->run, how, sizeof how);
    if (!f->exited_zero) {
        tell(c, MISTAKE_CONTRACT, "%s where 0 was expected", how);
    } else if (f->answers != 1) {
        if (!has(c->verdict, MISTAKE_TWICE))
            tell(c, MISTAKE_CONTRACT, "the line \"sum S\" was printed %d times instead of once", f->answers);
    } else if (f->short_sum && loses_updates(c)) {
        tell(c, MISTAKE_UNLOCKED, "sum %lld instead of %lld; with one worker, and when its children run one after another, it "
             "is right: additions were lost", f->value, c->run->job.sum);
    } else {
        tell(c, MISTAKE_CONTRACT, "sum %lld instead of %lld%s", f->value, c->run->job.sum,
             c->run->job.workers > 1 && !is_right(c, RUN_SERIAL) && is_right(c, RUN_PLAIN)
                 ? "; with one worker it is right: is a remainder left out?" : "");
    }
}

/* When something fails there is no sum, and the status says so; or the program coped, and all is right. */
static void answer_in_trouble(struct case_ *c)
{
    const struct outcome *o = c->run->outcome;
    char how[128];

    if (c->explained || has(c->verdict, MISTAKE_UNLOCKED) || !o->ended)
        return;
    facts_describe(c->run, how, sizeof how);
    if (c->run->kind == RUN_FAULT && !failed_well(c))
        tell(c, MISTAKE_CONTRACT, "%s%s", how, c->facts.exited_zero ? ", and the sum is not right" : "");
    if (c->run->kind == RUN_SIGINT && c->facts.exited_zero && !c->facts.right)
        tell(c, MISTAKE_CONTRACT, "status 0 after SIGINT, and the sum is not right");
}

static void sigkill(struct case_ *c)
{
    const struct outcome *o = c->run->outcome;

    if (c->run->kind == RUN_SIGKILL)
        snprintf(c->verdict->after_sigkill, sizeof c->verdict->after_sigkill, "segments left: %d, processes left: %d",
                 o->segment_count, o->left);
}

/* All runs
 * --------------------------------------------------------------------------------------------------------------- */

static void causes(struct case_ *c)
{
    after_shmat_failed(c);
    permissions(c);
    fork_loop(c);
    sizes_and_pointers(c);
    key_taken(c);
    who_removes(c);
    limits(c);
    timing(c);
}

static void consequences(struct case_ *c)
{
    output_twice(c);
    reaping(c);
    late(c);
    leaks(c);
    c->explained = explains(c->verdict);
    plain_answer(c);
    answer_in_trouble(c);
    sigkill(c);
}

static void each_run(struct case_ *c, void (*read)(struct case_ *))
{
    for (int i = 0; i < c->plan->count; i++) {
        c->run = &c->plan->runs[i];
        if (!c->run->outcome)
            continue;
        facts_find(&c->facts, c->run);
        read(c);
    }
}

void judge(struct verdict *verdict, const struct plan *plan)
{
    struct case_ c = { .verdict = verdict, .plan = plan };

    *verdict = (struct verdict){ .count = 0 };
    each_run(&c, causes);
    each_run(&c, consequences);
}
