/* SPDX-License-Identifier: MIT */
/* The wrapper every test and example runs under: guard COMMAND [ARG]…
 *
 * valgrind and the sanitizers see neither a System V segment nor a process that is left behind, so this looks for
 * both after the command has ended, and bounds its time. How each is found:
 *
 *   processes  the command is the leader of a group of its own, and we are the subreaper of all that descend from
 *              it: whatever loses its parent becomes our child, even after setsid(). No child means nobody is left.
 *              Orphans are reaped all the while: a test that waits for a worker's pid to vanish sees it vanish.
 *   segments   the command runs in an IPC namespace of its own where we may make one (root): whatever is in it at
 *              the end is a leak. Elsewhere a leak is a segment of our user that was not there before, whose creator
 *              is dead, and that stays for the whole grace; a test in parallel is not blamed while its creator lives.
 *
 * The exit status of the command passes through (77 skip, 99 hard error); death by a signal, a leak or the time limit
 * is 1.
 *
 *   PRONG_GUARD_SECONDS  the time limit, 300 by default
 *   PRONG_GUARD_TIMES    a file that is told what each command took: seconds, seconds of processors, name
 *   PRONG_GUARD_SHARED   stay in the caller's IPC namespace even where a new one could be made
 *   PRONG_NO_SKIP        a skip is a failure: set where everything that tests need is installed */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { GRACE_MS = 2000, STEP_MS = 10, MAX_SEGMENTS = 4096, SKIP = 77, LIMIT_DEFAULT = 300 };

struct segment {
    int id;
    long size;
    pid_t creator;
    long attached;
};

static const char *name; /* what is run, for the messages */
static pid_t leader;     /* the command, and its process group */
static bool leader_reaped;
static int leader_status;
static bool isolated; /* the IPC namespace is ours alone */
static struct segment before[MAX_SEGMENTS], now[MAX_SEGMENTS];
static int before_count;

__attribute__((format(printf, 1, 2))) static void complain(const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "guard: %s: ", name);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

static void nap(void)
{
    nanosleep(&(struct timespec){ 0, STEP_MS * 1000000L }, NULL);
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool alive(pid_t pid)
{
    return kill(pid, 0) == 0 || errno != ESRCH;
}

/* Segments
 * --------------------------------------------------------------------------------------------------------- */

/* Reads the segments of our user into list; where they cannot be listed there are none. */
static int list_segments(struct segment *list)
{
    FILE *f = fopen("/proc/sysvipc/shm", "re");
    char line[512];
    int count = 0;

    if (!f)
        return 0;
    while (count < MAX_SEGMENTS && fgets(line, sizeof line, f)) {
        long size, creator, attached, uid;
        int id;
        /* key shmid perms size cpid lpid nattch uid …; the first line is the heading */
        if (sscanf(line, "%*d %d %*o %ld %ld %*d %ld %ld", &id, &size, &creator, &attached, &uid) != 5)
            continue;
        if (isolated || (uid_t)uid == geteuid())
            list[count++] = (struct segment){ id, size, (pid_t)creator, attached };
    }
    fclose(f);
    return count;
}

static bool was_there_before(int id)
{
    for (int i = 0; i < before_count; i++)
        if (before[i].id == id)
            return true;
    return false;
}

/* Keeps in now[] what counts as left behind. A creator of 0 lives in a pid namespace that we cannot see into. */
static int suspects(void)
{
    int count = list_segments(now), kept = 0;

    for (int i = 0; i < count; i++)
        if (isolated || (!was_there_before(now[i].id) && now[i].creator != 0 && !alive(now[i].creator)))
            now[kept++] = now[i];
    return kept;
}

/* Every process is gone by now, so in a namespace of our own no grace is needed. A leak is removed once it is told:
 * it must fail one test, not those that follow. */
static bool check_segments(void)
{
    double end = seconds() + GRACE_MS / 1e3;
    int count = suspects();

    while (count > 0 && !isolated && seconds() < end) {
        nap();
        count = suspects();
    }
    for (int i = 0; i < count; i++) {
        complain("left a System V segment behind: shmid %d, %ld bytes, made by pid %ld (dead), %ld attached", now[i].id,
                 now[i].size, (long)now[i].creator, now[i].attached);
        shmctl(now[i].id, IPC_RMID, NULL);
    }
    return count == 0;
}

/* Processes
 * -------------------------------------------------------------------------------------------------------- */

/* Reaps whoever has ended; false when no child is left, dead or alive. */
static bool reap(void)
{
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid == leader) {
            leader_reaped = true;
            leader_status = status;
        }
        if (pid == -1 && errno == ECHILD)
            return kill(-leader, 0) == 0; /* without a subreaper the group may still have members */
        if (pid <= 0)
            return true;
    }
}

static bool read_file(pid_t pid, const char *what, char *text, size_t size)
{
    char path[64];
    ssize_t length;
    int fd;

    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, what);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    length = read(fd, text, size - 1);
    close(fd);
    if (length < 0)
        return false;
    text[length] = '\0';
    for (ssize_t i = 0; i + 1 < length; i++)
        if (text[i] == '\0' || text[i] == '\n')
            text[i] = ' ';
    return true;
}

/* Names the processes below parent and kills our own children among them; theirs become ours when they die. */
static void name_and_kill(pid_t parent, bool tell, bool deadly)
{
    char path[64], text[4096], *p, *end;

    snprintf(path, sizeof path, "task/%ld/children", (long)parent);
    if (!read_file(parent, path, text, sizeof text))
        return;
    for (p = text;; p = end) {
        pid_t pid = (pid_t)strtol(p, &end, 10);
        char command[200] = "", stat[300] = "";
        if (end == p || pid <= 0)
            return;
        if (tell) {
            const char *state;
            if (!read_file(pid, "cmdline", command, sizeof command) || !command[0])
                read_file(pid, "comm", command, sizeof command);
            read_file(pid, "stat", stat, sizeof stat);
            state = strrchr(stat, ')');
            complain("  pid %ld (state %c, child of %ld): %s", (long)pid, state && state[1] ? state[2] : '?',
                     (long)parent, command);
            name_and_kill(pid, true, false);
        }
        if (deadly)
            kill(pid, SIGKILL);
    }
}

/* Kills the group and all that descend from us, until nobody is left. */
static void kill_all(bool tell)
{
    double end = seconds() + 10;

    name_and_kill(getpid(), tell, false);
    while (reap() && seconds() < end) {
        kill(-leader, SIGKILL);
        name_and_kill(getpid(), false, true);
        nap();
    }
}

static bool check_processes(void)
{
    double end = seconds() + GRACE_MS / 1e3;

    while (reap()) {
        if (seconds() >= end) {
            complain("left processes behind:");
            kill_all(true);
            return false;
        }
        nap();
    }
    return true;
}

/* The run
 * ---------------------------------------------------------------------------------------------------------- */

static void isolate(void)
{
#ifdef CLONE_NEWIPC
    isolated = !getenv("PRONG_GUARD_SHARED") && unshare(CLONE_NEWIPC) == 0;
#endif
#ifdef PR_SET_CHILD_SUBREAPER
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
    before_count = list_segments(before);
}

static void start(char **command, const sigset_t *mask)
{
    pid_t guard = getpid();

    leader = fork();
    if (leader == -1) {
        complain("fork: %s", strerror(errno));
        exit(99);
    }
    if (leader == 0) {
        setpgid(0, 0);
#ifdef PR_SET_PDEATHSIG
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != guard)
            _exit(99);
#else
        (void)guard;
#endif
        /* A group in the background that reads the terminal would be stopped: tests run the same there as in CI. */
        if (isatty(0) || fcntl(0, F_GETFD) == -1) {
            int null = open("/dev/null", O_RDONLY);
            if (null > 0) {
                dup2(null, 0);
                close(null);
            }
        }
        sigprocmask(SIG_SETMASK, mask, NULL);
        execvp(command[0], command);
        complain("%s", strerror(errno));
        _exit(99);
    }
    setpgid(leader, leader); /* whoever comes first: no signal may find the group missing */
}

/* Waits for the leader; returns the signal that ends us early, or 0. */
static int watch(const sigset_t *signals, double limit, bool *late)
{
    double end = seconds() + limit;

    while (reap(), !leader_reaped) {
        double left = end - seconds();
        struct timespec t = { (time_t)left, (long)((left - (double)(time_t)left) * 1e9) };
        int sig;
        if (left <= 0) {
            *late = true;
            return 0;
        }
        sig = sigtimedwait(signals, NULL, &t);
        if (sig > 0 && sig != SIGCHLD)
            return sig;
    }
    return 0;
}

static double of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* One write to the end, so that lines of tests in parallel stay whole. */
static void note_time(double begin)
{
    const char *path = getenv("PRONG_GUARD_TIMES");
    struct rusage used;
    char line[300];
    int fd, length;

    if (!path || getrusage(RUSAGE_CHILDREN, &used) != 0)
        return;
    length = snprintf(line, sizeof line, "%.2f %.2f %.200s\n", seconds() - begin,
                      of(used.ru_utime) + of(used.ru_stime), name);
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd == -1 || write(fd, line, (size_t)length) != length)
        complain("%s: %s", path, strerror(errno));
    if (fd != -1)
        close(fd);
}

/* The script says more than the shell that runs it. */
static bool is_shell(const char *command)
{
    size_t length = strlen(command);

    return length >= 2 && strcmp(command + length - 2, "sh") == 0;
}

int main(int argc, char **argv)
{
    const char *text = getenv("PRONG_GUARD_SECONDS");
    double limit = text && *text ? strtod(text, NULL) : LIMIT_DEFAULT;
    static const int watched[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT };
    sigset_t signals, mask;
    bool late = false, clean;
    double begin = seconds();
    int sig, status;

    if (argc < 2 || limit <= 0) {
        fprintf(stderr, "usage: [PRONG_GUARD_SECONDS=N] guard COMMAND [ARG]...\n");
        return 99;
    }
    name = argv[argc > 2 && is_shell(argv[1]) ? 2 : 1];
    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++)
        sigaddset(&signals, watched[i]);
    signal(SIGCHLD, SIG_DFL); /* inherited as ignored, it would reap in our place */
    sigprocmask(SIG_BLOCK, &signals, &mask);
    isolate();
    start(argv + 1, &mask);
    sig = watch(&signals, limit, &late);
    if (sig) {
        kill_all(false);
        check_segments();
        signal(sig, SIG_DFL);
        raise(sig);
        sigprocmask(SIG_UNBLOCK, &signals, NULL);
        return 1;
    }
    if (late) {
        complain("not done after %g s; these were running:", limit);
        kill_all(true);
    }
    clean = check_processes();
    note_time(begin);
    clean = check_segments() && clean && !late;
    if (!late && WIFSIGNALED(leader_status)) {
        complain("killed by signal %d (%s)", WTERMSIG(leader_status), strsignal(WTERMSIG(leader_status)));
        return 1;
    }
    status = WIFEXITED(leader_status) ? WEXITSTATUS(leader_status) : 1;
    if (status == SKIP && getenv("PRONG_NO_SKIP")) {
        complain("skipped, and PRONG_NO_SKIP forbids it");
        return 1;
    }
    return clean ? status : 1;
}
