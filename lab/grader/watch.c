/* SPDX-License-Identifier: MIT */
/* The watching library: loaded into the graded program by LD_PRELOAD, it writes down the calls that the lab is about, and
 * makes some of them fail where the grader ordered it.
 *
 * It never changes what a call does otherwise, holds no descriptor, allocates nothing, and leaves errno as the call left
 * it. A static binary does not load it; what only it can tell is then "not checked". */
#include "config.h"

#include "log.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SEEN __attribute__((visibility("default")))

enum { ATTACHED_MAX = 256, HOLD_MS = 3000, HOLD_US = 200, SERIAL_MS = 1000, PAGE = 4096, SCAN_MAX = 1 << 20 };

struct attached {
    int id;
    char *at;
};

static struct log *log_;
static struct attached attached[ATTACHED_MAX]; /* of this process; fork copies it, as it copies attachments */
static size_t inherited_output;                /* bytes that were in stdout's buffer when we were forked */

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static void record(int kind, int error, int64_t a, int64_t b, int64_t c, int64_t d)
{
    struct log_event *e;
    int place;

    if (!log_)
        return;
    place = __atomic_fetch_add(&log_->count, 1, __ATOMIC_RELAXED);
    if (place >= LOG_EVENTS || place < 0)
        return;
    e = &log_->events[place];
    e->pid = getpid();
    e->error = error;
    e->a = a;
    e->b = b;
    e->c = c;
    e->d = d;
    __atomic_store_n(&e->kind, kind, __ATOMIC_RELEASE);
}

/* Counts a call; true if this one has to fail, and then errno is set. */
static int must_fail(int call)
{
    int nth;

    if (!log_)
        return 0;
    nth = __atomic_add_fetch(&log_->calls[call], 1, __ATOMIC_RELAXED);
    if (log_->fail_call != call || log_->fail_nth != nth)
        return 0;
    record(EVENT_FAULT, log_->fail_error, call, 0, 0, 0);
    errno = log_->fail_error;
    return 1;
}

/* Segments
 * --------------------------------------------------------------------------------------------------------------- */

/* Is value an address inside the segment as some process has it attached? */
static pid_t whose_address(int id, size_t size, int64_t value)
{
    int count = log_->count < LOG_EVENTS ? log_->count : LOG_EVENTS;

    for (int i = 0; i < count; i++) {
        const struct log_event *e = &log_->events[i];
        if (e->kind == EVENT_SHMAT && e->error == 0 && e->a == id && value >= e->b && value - e->b < (int64_t)size)
            return e->pid;
    }
    return 0;
}

/* Looks at what stands in an attached segment before it goes: bytes behind the size asked for, which only the kernel's
 * rounding to pages made writable, and words that are addresses in it. Each is told once. */
static void inspect(const struct attached *a)
{
    struct shmid_ds info;
    size_t size;

    if (!log_ || REAL(shmctl)(a->id, IPC_STAT, &info) == -1)
        return;
    size = info.shm_segsz;
    for (size_t i = size; i % PAGE != 0; i++)
        if (a->at[i] != 0) {
            record(EVENT_SLACK, 0, a->id, (int64_t)i, (int64_t)size, 0);
            break;
        }
    for (size_t i = 0; i + sizeof(int64_t) <= size && i < SCAN_MAX; i += sizeof(int64_t)) {
        int64_t value;
        pid_t pid;
        memcpy(&value, a->at + i, sizeof value);
        pid = value != 0 ? whose_address(a->id, size, value) : 0;
        if (pid != 0) {
            record(EVENT_POINTER, 0, a->id, (int64_t)i, value, pid);
            break;
        }
    }
}

static void remember(int id, char *at)
{
    for (int i = 0; i < ATTACHED_MAX; i++)
        if (!attached[i].at) {
            attached[i] = (struct attached){ id, at };
            return;
        }
}

SEEN int shmget(key_t key, size_t size, int flags)
{
    int id = must_fail(CALL_SHMGET) ? -1 : REAL(shmget)(key, size, flags), error = errno;

    record(EVENT_SHMGET, id == -1 ? error : 0, id, (int64_t)size, key, flags);
    errno = error;
    return id;
}

SEEN void *shmat(int id, const void *address, int flags)
{
    void *at = must_fail(CALL_SHMAT) ? (void *)-1 : REAL(shmat)(id, address, flags);
    int error = errno;

    if (at != (void *)-1 && !(flags & SHM_RDONLY))
        remember(id, at);
    record(EVENT_SHMAT, at == (void *)-1 ? error : 0, id, (int64_t)(intptr_t)at, 0, 0);
    errno = error;
    return at;
}

SEEN int shmdt(const void *address)
{
    int result, error, id = -1;

    for (int i = 0; i < ATTACHED_MAX; i++)
        if (attached[i].at && attached[i].at == address) {
            inspect(&attached[i]);
            id = attached[i].id;
            attached[i].at = NULL;
            break;
        }
    result = REAL(shmdt)(address);
    error = errno;
    record(EVENT_SHMDT, result == -1 ? error : 0, id, (int64_t)(intptr_t)address, 0, 0);
    errno = error;
    return result;
}

SEEN int shmctl(int id, int command, struct shmid_ds *info)
{
    int result = REAL(shmctl)(id, command, info), error = errno;

    if (command == IPC_RMID)
        record(EVENT_RMID, result == -1 ? error : 0, id, 0, 0, 0);
    errno = error;
    return result;
}

/* Processes
 * --------------------------------------------------------------------------------------------------------------- */

static void hold(void)
{
    for (int us = 0; us < HOLD_MS * 1000 && !__atomic_load_n(&log_->released, __ATOMIC_ACQUIRE); us += HOLD_US)
        nanosleep(&(struct timespec){ 0, HOLD_US * 1000 }, NULL);
}

/* Until the child has ended; it can be waited for afterwards. Bounded, for children may wait for each other. */
static void let_end(pid_t pid)
{
    siginfo_t info = { 0 };

    for (int ms = 0; ms < SERIAL_MS && info.si_pid == 0; ms++) {
        if (REAL(waitid)(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG) == -1)
            return;
        nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
    }
}

SEEN pid_t fork(void)
{
    size_t pending = __fpending(stdout);
    pid_t pid;
    int error, nth;

    if (must_fail(CALL_FORK)) {
        error = errno;
        record(EVENT_FORK, error, -1, 0, 0, 0);
        errno = error;
        return -1;
    }
    nth = log_ ? log_->calls[CALL_FORK] : 0;
    pid = REAL(fork)();
    error = errno;
    if (pid == 0 && log_) {
        inherited_output = pending;
        if (log_->kill_child == nth)
            raise(SIGKILL);
        if (log_->hold)
            hold();
    }
    if (pid != 0)
        record(EVENT_FORK, pid == -1 ? error : 0, pid, 0, 0, 0);
    if (pid > 0 && log_ && log_->serial)
        let_end(pid);
    errno = error;
    return pid;
}

/* Only what would sleep can be interrupted. */
static int must_interrupt(int options)
{
    record(EVENT_WAITING, 0, 0, 0, 0, 0);
    if (!log_ || (options & WNOHANG) || log_->interrupt != 2 || getpid() != log_->leader)
        return 0;
    if (__atomic_exchange_n(&log_->interrupted, 1, __ATOMIC_RELAXED))
        return 0;
    errno = EINTR;
    return 1;
}

static pid_t waited(pid_t pid, int status)
{
    int error = errno;

    record(EVENT_WAIT, pid == -1 ? error : 0, pid, status, 0, 0);
    errno = error;
    return pid;
}

SEEN pid_t wait4(pid_t which, int *status, int options, struct rusage *usage)
{
    int own = 0;
    pid_t pid = must_interrupt(options) ? -1 : REAL(wait4)(which, &own, options, usage);

    if (status && pid > 0)
        *status = own;
    return waited(pid, own);
}

SEEN pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}

SEEN pid_t waitpid(pid_t which, int *status, int options)
{
    return wait4(which, status, options, NULL);
}

SEEN pid_t wait(int *status)
{
    return wait4(-1, status, 0, NULL);
}

SEEN int waitid(idtype_t type, id_t which, siginfo_t *info, int options)
{
    siginfo_t own = { 0 };
    int result = must_interrupt(options) ? -1 : REAL(waitid)(type, which, &own, options);

    if (result == 0 && info)
        *info = own;
    if (options & WNOWAIT)
        return result;
    if (own.si_code == CLD_EXITED)
        waited(own.si_pid, (own.si_status & 0xff) << 8);
    else
        waited(result == 0 ? own.si_pid : -1, own.si_status & 0x7f);
    return result;
}

/* Has the program a handler that interrupts waiting? Without one EINTR cannot happen, and is not ordered. */
SEEN int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old)
{
    int result = REAL(sigaction)(number, action, old);

    if (log_ && result == 0 && action && !(action->sa_flags & SA_RESTART) && action->sa_handler != SIG_DFL &&
        action->sa_handler != SIG_IGN && log_->interrupt == 1 && getpid() == log_->leader)
        log_->interrupt = 2;
    return result;
}

SEEN clock_t clock(void)
{
    if (log_ && getpid() == log_->leader)
        record(EVENT_CLOCK, 0, 0, 0, 0, 0);
    return REAL(clock)();
}

/* Begin and end
 * --------------------------------------------------------------------------------------------------------------- */

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv(LOG_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *at;
    pid_t nobody = 0;

    if (fd == -1)
        return;
    at = mmap(NULL, sizeof *log_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at == MAP_FAILED)
        return;
    log_ = at;
    __atomic_compare_exchange_n(&log_->leader, &nobody, getpid(), 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Runs at exit() and at return from main, before stdio writes what it holds; not at _exit(). */
__attribute__((destructor)) static void end(void)
{
    for (int i = 0; i < ATTACHED_MAX; i++)
        if (attached[i].at)
            inspect(&attached[i]);
    if (log_ && inherited_output > 0 && __fpending(stdout) >= inherited_output)
        record(EVENT_FLUSH, 0, (int64_t)inherited_output, 0, 0, 0);
}
