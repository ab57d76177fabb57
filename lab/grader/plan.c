/* SPDX-License-Identifier: MIT */
/* The runs: some with nothing in the way; then each call that may fail does so once; then a child dies, a signal comes, a
 * key is taken. What the first runs showed decides which of the later ones make sense. */
#include "config.h"

#include "facts.h"
#include "warden.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

enum { MANY = 1003, FEW = 3, VERY_MANY = 250000, WORKERS = 4 }; /* WORKERS divides neither: a remainder that is forgotten shows */

/* The input of a run: all numbers are positive, so that what is lost makes a sum smaller. A file that only we can change. */
static bool make_input(struct job *job, int how_many)
{
    FILE *f = tmpfile();
    char path[64];

    if (!f)
        return false;
    job->sum = 0;
    for (int i = 0; i < how_many; i++) {
        int number = 1 + (int)((long long)i * i % 1009);
        fprintf(f, "%d\n", number);
        job->sum += number;
    }
    job->numbers = -1;
    if (fflush(f) == 0) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(f));
        job->numbers = open(path, O_RDONLY | O_CLOEXEC);
    }
    fclose(f);
    return job->numbers != -1;
}

static struct outcome *new_outcome(void)
{
    void *at = mmap(NULL, sizeof(struct outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return at == MAP_FAILED ? NULL : at;
}

static struct run *add(struct plan *plan, enum run_kind kind, int workers, const char *name)
{
    struct run *run = &plan->runs[plan->count++];

    run->kind = kind;
    snprintf(run->name, sizeof run->name, "%s", name);
    run->job = (struct job){ .name = run->name, .workers = workers };
    run->outcome = new_outcome();
    if (!run->outcome)
        run->why_not = "no memory";
    return run;
}

static void discard(struct run *run, const char *why)
{
    if (run->outcome)
        munmap(run->outcome, sizeof *run->outcome);
    run->outcome = NULL;
    run->why_not = why;
}

static bool is_over(const struct plan *plan)
{
    if (plan->interrupted || plan->error != 0)
        return true;
    for (int i = 0; i < plan->count; i++)
        if (plan->runs[i].outcome &&
            (plan->runs[i].outcome->late || plan->runs[i].outcome->too_much || plan->runs[i].outcome->broken))
            return true;
    return false;
}

/* Runs what was added last. */
static void go(struct plan *plan, struct cage *cage, int how_many)
{
    struct run *run = &plan->runs[plan->count - 1];
    bool over;

    if (!run->outcome)
        return;
    run->outcome->late = false;
    over = is_over(plan);
    if (over || !make_input(&run->job, how_many)) {
        discard(run, over ? "stopped after an earlier run" : "no temporary file for the input");
        return;
    }
    if (!warden_run(cage, &run->job, run->outcome)) {
        plan->interrupted = run->outcome->why == EINTR || run->outcome->why == 0;
        plan->error = plan->interrupted ? 0 : run->outcome->why;
    }
    close(run->job.numbers);
}

static void plain_runs(struct plan *plan, struct cage *cage)
{
    static const int workers[] = { 1, WORKERS, 6 };
    struct run *run;
    char name[64];

    for (size_t i = 0; i < sizeof workers / sizeof workers[0]; i++) {
        snprintf(name, sizeof name, "N=%d", workers[i]);
        add(plan, RUN_PLAIN, workers[i], name);
        go(plan, cage, MANY);
    }
    add(plan, RUN_PLAIN, WORKERS, "fewer numbers than workers");
    go(plan, cage, FEW);

    /* Held until all are there, so that they work at the same time: what they take from each other is to show. */
    run = add(plan, RUN_PLAIN, WORKERS, "all at once, 250000 numbers");
    if (run->outcome)
        run->outcome->log.hold = 1;
    go(plan, cage, VERY_MANY);
}

/* Where a sum was wrong: is it still, when no two workers are there at the same time? */
static void serial_run(struct plan *plan, struct cage *cage)
{
    bool wrong = false;
    struct run *run;

    for (int i = 0; i < plan->count; i++) {
        struct facts facts;
        if (!plan->runs[i].outcome)
            continue;
        facts_find(&facts, &plan->runs[i]);
        wrong |= facts.exited_zero && facts.answers == 1 && !facts.right;
    }
    if (!wrong)
        return;
    run = add(plan, RUN_SERIAL, WORKERS, "children one after another");
    if (run->outcome)
        run->outcome->log.serial = 1;
    go(plan, cage, MANY);
}

/* How often a call was made in the run with WORKERS workers. */
static int calls(const struct plan *plan, enum log_call call)
{
    return plan->runs[1].outcome ? plan->runs[1].outcome->log.calls[call] : 0;
}

static void fault_run(struct plan *plan, struct cage *cage, enum log_call call, int nth, int error)
{
    static const char *const names[LOG_CALLS] = { "", "shmget", "shmat", "fork" };
    struct run *run;
    char name[64];

    if (calls(plan, call) < nth || nth < 1)
        return;
    snprintf(name, sizeof name, "%s fails, call %d", names[call], nth);
    run = add(plan, RUN_FAULT, WORKERS, name);
    if (run->outcome) {
        run->outcome->log.fail_call = (int)call;
        run->outcome->log.fail_nth = nth;
        run->outcome->log.fail_error = error;
    }
    go(plan, cage, MANY);
}

static void fault_runs(struct plan *plan, struct cage *cage)
{
    int forks = calls(plan, CALL_FORK);

    fault_run(plan, cage, CALL_SHMGET, 1, ENOSPC);
    fault_run(plan, cage, CALL_SHMGET, 2, ENOSPC);
    fault_run(plan, cage, CALL_SHMAT, 1, ENOMEM);
    fault_run(plan, cage, CALL_SHMAT, 2, ENOMEM);
    fault_run(plan, cage, CALL_FORK, 1, EAGAIN);
    if (forks > 1)
        fault_run(plan, cage, CALL_FORK, forks < WORKERS ? forks : WORKERS, EAGAIN);
}

/* The first key that the program asked for in the ordinary runs and that is not IPC_PRIVATE. */
static key_t key_used(const struct plan *plan)
{
    const struct outcome *o = plan->runs[1].outcome;

    for (int i = 0; o && i < o->log.count && i < LOG_EVENTS; i++)
        if (o->log.events[i].kind == EVENT_SHMGET && (key_t)o->log.events[i].c != IPC_PRIVATE)
            return (key_t)o->log.events[i].c;
    return 0;
}

static void accident_runs(struct plan *plan, struct cage *cage)
{
    struct run *run;
    key_t key = key_used(plan);

    if (calls(plan, CALL_FORK) > 0) {
        run = add(plan, RUN_CHILD_KILLED, WORKERS, "the first child is killed");
        if (run->outcome)
            run->outcome->log.kill_child = 1;
        go(plan, cage, MANY);

        run = add(plan, RUN_EINTR, WORKERS, "a wait is interrupted");
        if (run->outcome)
            run->outcome->log.interrupt = 1;
        go(plan, cage, MANY);
    }
    if (key != 0) {
        run = add(plan, RUN_KEY, WORKERS, "the key is taken");
        run->job.key = key;
        go(plan, cage, MANY);
    }
}

static void signal_runs(struct plan *plan, struct cage *cage)
{
    struct run *run = add(plan, RUN_SIGINT, WORKERS, "SIGINT");

    run->job.signal = SIGINT;
    if (run->outcome)
        run->outcome->log.hold = 1;
    go(plan, cage, MANY);

    run = add(plan, RUN_SIGKILL, WORKERS, "SIGKILL");
    run->job.signal = SIGKILL;
    run->job.to_leader = true;
    if (run->outcome)
        run->outcome->log.hold = 1;
    go(plan, cage, MANY);

    for (int i = plan->count - 2; i < plan->count; i++)
        if (plan->runs[i].outcome && !plan->runs[i].outcome->signalled && !plan->runs[i].outcome->late)
            discard(&plan->runs[i], "it had ended before the signal could be sent");
}

void plan_run(struct plan *plan, struct cage *cage)
{
    *plan = (struct plan){ .count = 0 };
    plain_runs(plan, cage);
    plan->watched = plan->runs[0].outcome && plan->runs[0].outcome->log.leader != 0;
    if (plan->watched) {
        serial_run(plan, cage);
        fault_runs(plan, cage);
        accident_runs(plan, cage);
    }
    signal_runs(plan, cage);
}

void plan_free(struct plan *plan)
{
    for (int i = 0; i < plan->count; i++)
        discard(&plan->runs[i], NULL);
}
