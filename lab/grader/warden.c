/* SPDX-License-Identifier: MIT */
/* The life of a run.
 *
 *     grader ---- keeper ---- warden ---- the program ---- its children
 *                 makes the   first process inside,
 *                 namespaces  reaps all that lose their parent
 *
 * The warden starts the program, sends the signal that is to be tested, bounds the time, and when the program has ended
 * looks what is left: who is a zombie then was not waited for, who is alive was left over. The keeper bounds the warden's
 * time; that it kills the warden is enough to end everything in the namespace. Without namespaces the keeper is left with what
 * the warden had started, whoever ended that, and clears up. Each dies with its parent. */
#include "config.h"

#include "warden.h"
#include "memory.h"
#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define MEMORY_SEEN (4 * CAGE_MEMORY) /* more than the cgroup's: looking counts some of it twice */

enum { LOOK_MS = 20, QUIET_MS = 150, SETTLE_MS = 30, GRACE_MS = 1000, EXTRA_SECONDS = 8, LISTED = 4096 };

struct warden {
    struct cage *cage;
    const struct job *job;
    struct outcome *outcome;
    struct log *log; /* the file that the program's processes map */
    char home[CAGE_HOME];
    int output;
    pid_t leader;
    int occupied; /* id of the segment at job->key, or -1 */
    int seen;     /* events looked at */
    bool waiting; /* the program waits for its children */
    int forks;
    double forked_at, looked_at;
    size_t segments_before; /* bytes */
};

static volatile sig_atomic_t interrupted;
static volatile pid_t keeper;

void warden_interrupt(void)
{
    interrupted = 1;
    if (keeper > 0)
        kill(keeper, SIGTERM); /* it has our handler, and stops in its own way */
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void nap(void)
{
    nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
}

static void die_with_parent(void)
{
#ifdef PR_SET_PDEATHSIG
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
}

/* Who loses his parent becomes our child. */
static void adopt(void)
{
#ifdef PR_SET_CHILD_SUBREAPER
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
}

/* The program may write to the log, and so make it shorter than our mapping. What is not there any more is read as zeros. */
static struct log *mapped_log;
static volatile sig_atomic_t log_cut;

static void on_bus_error(int number, siginfo_t *info, void *context)
{
    const int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    uintptr_t at = (uintptr_t)info->si_addr, log = (uintptr_t)mapped_log;

    (void)number;
    (void)context;
    if (at < log || at - log >= sizeof *mapped_log ||
        mmap(mapped_log, sizeof *mapped_log, PROT_READ | PROT_WRITE, how, -1, 0) == MAP_FAILED)
        _exit(1); /* a mistake of our own */
    log_cut = 1;
}

/* The program is started
 * --------------------------------------------------------------------------------------------------------------- */

static bool map_log(struct warden *w)
{
    char path[CAGE_HOME + 16];
    void *at = MAP_FAILED;
    int fd;

    snprintf(path, sizeof path, "%s/.log", w->home);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd != -1) {
        at = mmap(NULL, sizeof *w->log, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
    }
    if (at == MAP_FAILED)
        return false;
    w->log = mapped_log = at;
    sigaction(SIGBUS, &(struct sigaction){ .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO }, NULL);
    *w->log = w->outcome->log; /* the orders */
    return true;
}

static void start(struct warden *w)
{
    w->leader = fork();
    if (w->leader == -1) {
        w->outcome->why = errno;
        return;
    }
    if (w->leader == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        setpgid(0, 0);
        if (dup2(w->job->numbers, 0) == -1 || dup2(w->output, 1) == -1 || dup2(null, 2) == -1)
            _exit(127);
        for (int fd = 3; fd < 64; fd++)
            fcntl(fd, F_SETFD, FD_CLOEXEC);
        w->outcome->started = true;
        w->outcome->why = cage_become(w->cage, w->home, w->job->workers);
        w->outcome->started = false;
        _exit(127);
    }
    setpgid(w->leader, w->leader);
}

/* It runs
 * --------------------------------------------------------------------------------------------------------------- */

static void follow_log(struct warden *w)
{
    int count = __atomic_load_n(&w->log->count, __ATOMIC_ACQUIRE);

    for (; w->seen < count && w->seen < LOG_EVENTS; w->seen++) {
        int kind = __atomic_load_n(&w->log->events[w->seen].kind, __ATOMIC_ACQUIRE);
        if (kind == EVENT_NONE)
            break; /* not complete yet */
        if (kind == EVENT_FORK) {
            w->forks++;
            w->forked_at = seconds();
        }
        if (kind == EVENT_WAITING && w->forks > 0 && w->log->events[w->seen].pid == w->log->leader) {
            w->forked_at = w->waiting ? w->forked_at : seconds();
            w->waiting = true;
        }
    }
}

/* When the workers have been forked and the program waits for them, or seems to, they are let go, and the signal is sent.
 * Without a log there is only time to go by. */
static void let_go(struct warden *w, double started)
{
    double now = seconds();
    bool ready = w->forks > 0 ? now - w->forked_at > (w->waiting ? SETTLE_MS : QUIET_MS) / 1e3
                              : w->log->leader == 0 && now - started > QUIET_MS / 1e3;

    if (!w->log->hold || w->log->released || !ready)
        return;
    if (w->job->signal != 0) {
        w->outcome->signalled = true;
        kill(w->job->to_leader ? w->leader : -w->leader, w->job->signal);
    }
    __atomic_store_n(&w->log->released, 1, __ATOMIC_RELEASE);
}

/* Where no cgroup bounds memory, we look ourselves. */
static bool has_too_much(struct warden *w, double now)
{
    if (w->cage->cgroup.limits_memory || now - w->looked_at < LOOK_MS / 1e3)
        return false;
    w->looked_at = now;
    return memory_used(w->cage, w->segments_before) > MEMORY_SEEN;
}

/* Until the program has ended or its time is over. Orphans that end meanwhile are reaped and counted. */
static void watch(struct warden *w)
{
    double started = seconds();

    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid == w->leader) {
            w->outcome->ended = true;
            w->outcome->status = status;
            return;
        }
        if (pid > 0) {
            w->outcome->unreaped++;
            continue;
        }
        if (seconds() - started > w->cage->limit) {
            w->outcome->late = true;
            return;
        }
        if (has_too_much(w, seconds())) {
            w->outcome->too_much = true;
            return;
        }
        follow_log(w);
        let_go(w, started);
        nap();
    }
}

/* It has ended
 * --------------------------------------------------------------------------------------------------------------- */

/* Who was killed together with the program may take a moment to go. */
static void let_settle(const struct warden *w)
{
    double end = seconds() + GRACE_MS / 1e3;
    pid_t pid;

    if (!w->outcome->signalled)
        return;
    while (((pid = waitpid(-1, NULL, WNOHANG)) >= 0 || errno != ECHILD) && seconds() < end)
        nap();
}

static void look(struct warden *w, const struct segment *before, int before_count)
{
    pid_t pid;

    let_settle(w);
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        w->outcome->unreaped++;
    if (pid == 0 || !w->outcome->ended || w->cage->spaces == 0)
        w->outcome->left = sweep_processes(w->cage, w->leader);
    w->outcome->occupied = sweep_look(w->occupied);
    w->outcome->log = *w->log;
    w->outcome->log_cut = log_cut;
    sweep_segments(w->cage, before, before_count, w->occupied, w->outcome);
}

static void inside(struct warden *w)
{
    static struct segment before[LISTED];
    int before_count;

    die_with_parent();
    adopt();
    w->occupied = -1;
    if (!cage_furnish(w->cage, w->home, sizeof *w->log) || !map_log(w)) {
        w->outcome->why = errno;
        cage_clear(w->cage, w->home);
        _exit(1);
    }
    snprintf(w->outcome->home, sizeof w->outcome->home, "%s", w->home);
    before_count = sweep_list(before, LISTED);
    w->segments_before = memory_of_segments(w->cage);
    if (w->job->key != 0)
        w->occupied = sweep_occupy(w->cage, w->job->key);
    start(w);
    if (w->leader > 0) {
        watch(w);
        look(w, before, before_count);
    }
    cage_clear(w->cage, w->home);
    _exit(0);
}

/* The warden has not come to its end. Its namespace ended with it; without one all that it had started is ours now. */
static void clear_up(struct warden *w, const struct segment *before, int before_count)
{
    w->outcome->broken = true;
    if (w->cage->spaces != 0)
        return;
    w->outcome->left = sweep_processes(w->cage, 0);
    sweep_segments(w->cage, before, before_count, -1, w->outcome);
    cage_clear(w->cage, w->outcome->home);
}

static void keep(struct warden *w)
{
    static struct segment before[LISTED];
    int before_count = w->cage->spaces == 0 ? sweep_list(before, LISTED) : 0, status = 0;
    double end = seconds() + w->cage->limit + EXTRA_SECONDS;
    pid_t pid;

    die_with_parent();
    adopt();
    cgroup_enter(&w->cage->cgroup);
    if (!cage_unshare(w->cage)) {
        w->outcome->why = errno;
        _exit(1);
    }
    pid = fork();
    if (pid == 0)
        inside(w);
    while (pid > 0 && waitpid(pid, &status, WNOHANG) == 0) {
        if (seconds() > end)
            w->outcome->late = true;
        if (seconds() > end || interrupted)
            kill(pid, SIGKILL);
        nap();
    }
    if (pid > 0 && status != 0 && w->outcome->started)
        clear_up(w, before, before_count);
    _exit(pid == -1);
}

static void collect(struct warden *w)
{
    ssize_t got = pread(w->output, w->outcome->output, sizeof w->outcome->output - 1, 0);

    w->outcome->output_size = got > 0 ? (size_t)got : 0;
    w->outcome->output[w->outcome->output_size] = '\0';
    w->outcome->refused = cgroup_refused(&w->cage->cgroup);
    w->outcome->too_much |= cgroup_memory_kills(&w->cage->cgroup) > 0;
}

bool warden_run(struct cage *cage, const struct job *job, struct outcome *outcome)
{
    struct warden w = { .cage = cage, .job = job, .outcome = outcome };
    FILE *output = tmpfile();
    pid_t pid;

    if (!output || interrupted) {
        outcome->why = output ? EINTR : errno;
        if (output)
            fclose(output);
        return false;
    }
    w.output = fileno(output);
    cgroup_make(&cage->cgroup, CAGE_PROCESSES, CAGE_MEMORY);
    fflush(NULL);
    pid = fork();
    if (pid == 0)
        keep(&w);
    keeper = pid;
    if (interrupted && pid > 0)
        kill(pid, SIGTERM);
    while (pid > 0 && waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    keeper = 0;
    if (pid == -1)
        outcome->why = errno;
    collect(&w);
    cgroup_remove(&cage->cgroup);
    fclose(output);
    return outcome->started && !interrupted;
}
