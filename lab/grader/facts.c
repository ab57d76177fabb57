/* SPDX-License-Identifier: MIT */
/* Reading an outcome: the output line by line, and the log event by event. */
#include "config.h"

#include "facts.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>

static bool is_crash(int status)
{
    int s = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    return s == SIGSEGV || s == SIGBUS || s == SIGABRT || s == SIGILL || s == SIGFPE;
}

/* Output
 * --------------------------------------------------------------------------------------------------------------- */

static void read_answer(struct facts *facts, const char *line, long long sum)
{
    char *end;
    long long value;

    if (strncmp(line, "sum ", 4) != 0)
        return;
    errno = 0;
    value = strtoll(line + 4, &end, 10);
    facts->answers++;
    facts->right = facts->answers == 1 && end != line + 4 && *end == '\0' && errno == 0 && value == sum;
    facts->short_sum = facts->answers == 1 && end != line + 4 && *end == '\0' && value >= 0 && value < sum;
    facts->value = value;
}

/* The contract has no line on standard output twice; an empty one does not count. Lines are compared with all before
 * them, which is quick enough for what fits into the outcome. */
static bool was_there(const char *text, const char *line)
{
    size_t length = strlen(line);

    for (const char *p = text; p < line; p += strlen(p) + 1)
        if (length > 0 && strcmp(p, line) == 0)
            return true;
    return false;
}

static void read_output(struct facts *facts, const struct run *run)
{
    size_t size = run->outcome->output_size;
    char *text = malloc(size + 1), *end;

    if (!text)
        return;
    memcpy(text, run->outcome->output, size);
    text[size] = '\0';
    for (char *p = text; p < text + size; p = end + 1) {
        end = p + strcspn(p, "\n");
        *end = '\0';
        read_answer(facts, p, run->job.sum);
        if (!facts->repeated[0] && size < 16384 && was_there(text, p))
            snprintf(facts->repeated, sizeof facts->repeated, "%s", p);
    }
    free(text);
}

/* Log
 * --------------------------------------------------------------------------------------------------------------- */

static pid_t creator_of(const struct log *log, int count, int64_t id)
{
    for (int i = 0; i < count; i++) {
        const struct log_event *e = &log->events[i];
        if (e->kind == EVENT_SHMGET && e->error == 0 && e->a == id && (e->c == IPC_PRIVATE || (e->d & IPC_CREAT)))
            return e->pid;
    }
    return 0;
}

/* A pointer matters to a process that let go of what it inherited and attached the segment somewhere else. */
static bool attached_elsewhere(const struct log *log, int count, const struct log_event *pointer)
{
    for (int i = 0; i < count; i++) {
        const struct log_event *at = &log->events[i];
        if (at->kind != EVENT_SHMAT || at->error != 0 || at->a != pointer->a || at->pid == pointer->d)
            continue;
        for (int j = 0; j < i; j++) {
            const struct log_event *dt = &log->events[j];
            if (dt->kind == EVENT_SHMDT && dt->pid == at->pid && dt->a == at->a && dt->b != at->b)
                return true;
        }
    }
    return false;
}

static void read_shmget(struct facts *facts, const struct log_event *e, bool ordered)
{
    bool makes = e->c == IPC_PRIVATE || (e->d & IPC_CREAT);

    if (e->error != 0) {
        if (!ordered && (e->error == EINVAL || e->error == ENOSPC || e->error == ENOMEM) && e->c == IPC_PRIVATE)
            facts->shmget_failed = facts->shmget_failed ? facts->shmget_failed : e;
        return;
    }
    facts->made += makes;
    if (makes && (e->d & 077))
        facts->wide = e;
    if (makes && !(e->d & 0600))
        facts->no_mode = e;
}

static void read_event(struct facts *facts, const struct log *log, int count, const struct log_event *e, bool ordered)
{
    switch (e->kind) {
    case EVENT_SHMGET:
        read_shmget(facts, e, ordered);
        break;
    case EVENT_SHMAT:
        if (e->error != 0)
            facts->shmat_failed = e;
        break;
    case EVENT_RMID:
        facts->removals++;
        if (e->error == 0 && e->pid != log->leader && creator_of(log, count, e->a) == log->leader)
            facts->removed_by_child = e;
        break;
    case EVENT_FORK:
        facts->forks += e->error == 0;
        facts->forks_by_children += e->error == 0 && e->pid != log->leader;
        break;
    case EVENT_WAIT:
        if (e->error == EINTR)
            facts->interrupted = true;
        if (e->error == 0 && e->a > 0 && is_crash((int)e->b))
            facts->worker_crashed = true;
        break;
    case EVENT_FLUSH:
        facts->flush = e;
        break;
    case EVENT_SLACK:
        facts->slack = e;
        break;
    case EVENT_POINTER:
        if (attached_elsewhere(log, count, e))
            facts->pointer = e;
        break;
    default:
        break;
    }
}

/* clock() before the first fork, and again after it: the difference cannot be the children's time. */
static bool timed_by_clock(const struct log *log, int count)
{
    bool before = false, forked = false;

    for (int i = 0; i < count; i++) {
        const struct log_event *e = &log->events[i];
        forked |= e->kind == EVENT_FORK;
        if (e->kind == EVENT_CLOCK && forked && before)
            return true;
        before |= e->kind == EVENT_CLOCK && !forked;
    }
    return false;
}

void facts_find(struct facts *facts, const struct run *run)
{
    const struct outcome *o = run->outcome;
    const struct log *log = &o->log;
    int count = log->count < LOG_EVENTS ? log->count : LOG_EVENTS;
    pid_t ordered = 0; /* the process whose next shmget fails by order; those of others come between */

    *facts = (struct facts){ .crashed = o->ended && is_crash(o->status) };
    facts->exited_zero = o->ended && WIFEXITED(o->status) && WEXITSTATUS(o->status) == 0;
    read_output(facts, run);
    for (int i = 0; i < count; i++) {
        const struct log_event *e = &log->events[i];
        read_event(facts, log, count, e, ordered != 0 && e->pid == ordered);
        if (e->kind == EVENT_FAULT && e->a == CALL_SHMGET)
            ordered = e->pid;
        else if (e->kind == EVENT_SHMGET && e->pid == ordered)
            ordered = 0;
    }
    facts->clocked = timed_by_clock(log, count);
}

void facts_describe(const struct run *run, char *text, size_t size)
{
    const struct outcome *o = run->outcome;

    if (!o)
        snprintf(text, size, "not run: %s", run->why_not ? run->why_not : "");
    else if (o->late)
        snprintf(text, size, "did not end within the time limit");
    else if (!o->ended)
        snprintf(text, size, "was ended from outside");
    else if (WIFSIGNALED(o->status))
        snprintf(text, size, "killed by signal %d (%s)", WTERMSIG(o->status), strsignal(WTERMSIG(o->status)));
    else
        snprintf(text, size, "exit status %d", WEXITSTATUS(o->status));
}
