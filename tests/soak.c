/* SPDX-License-Identifier: MIT */
/* The soak: folds run while workers, parents and whole groups are killed at random moments. Whatever is killed, the result is
 * exact or the error is; nothing hangs, no segment and no process stays.
 *
 *     soak KILLS PARENTS PRONG FILE [SEED]
 *
 * 1. KILLS workers of a folding process, found in /proc, get SIGKILL or SIGSEGV; others are stopped for a while. Between some
 *    kills and the next, folds must end without help.
 * 2. PARENTS folding processes, or their groups, are killed; each in a session of its own.
 * 3. The command (PRONG, summing the raw f64 of FILE, by name and through a pipe) loses workers, itself, or its group:
 *    PARENTS / 5 runs of each. What it says is exact or nothing.
 *
 * We are the subreaper of all that is left behind, and know a segment by its creator. A signal goes through a pidfd to a process
 * whose parent was looked up after the pidfd was open, so that it can hit no stranger. */
#include "config.h"

#include "soak.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#if defined SYS_pidfd_open && defined SYS_pidfd_send_signal && defined PR_SET_CHILD_SUBREAPER

enum { PATIENCE = 20, GRACE = 5, HITS_IN_A_ROW = 12, FOLDS_ALONE = 3, ENOUGH = 3 };

struct soak_shared *soak_shared;

static struct {
    unsigned long killed, segv, stopped, parents, groups, commands, wrong, hung, left, window;
} count;

static int wait_for(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
        ;
    return status;
}

static void nap(uint64_t microseconds)
{
    nanosleep(&(struct timespec){ (time_t)(microseconds / 1000000), (long)(microseconds % 1000000) * 1000 }, NULL);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One worker of parent gets something. Was it killed? */
static bool hit(pid_t parent)
{
    int fd = soak_pick_child(parent);
    uint64_t what = soak_random_below(8);
    bool killed = false;

    if (fd == -1)
        return false;
    if (what < 2 && soak_send(fd, SIGSTOP)) {
        nap(soak_random_below(3000));
        soak_send(fd, SIGCONT);
        count.stopped++;
    } else if (what >= 2 && soak_send(fd, what < 4 ? SIGSEGV : SIGKILL)) {
        count.segv += what < 4;
        killed = true;
    }
    close(fd);
    count.killed += killed;
    return killed;
}

/* Starts a process that folds for ever, in a group of its own. */
static pid_t start_folding(bool from_thread)
{
    uint64_t seed = soak_random_below(UINT64_MAX - 1) + 1;
    pid_t pid = fork();

    if (pid == 0) {
        setpgid(0, 0);
        soak_fold_for_ever(seed, from_thread);
    }
    if (pid == -1) {
        perror("fork");
        exit(99);
    }
    setpgid(pid, pid);
    return pid;
}

/* ---- What is left ---- */

/* Counts the segments that the dead process made. One without a mark that nobody but its maker ever touched may have been
 * caught in the one window that there is, between shmget and the mark: told apart, and removed. That happens to one kill in
 * some hundreds; see main for more of them. */
static int segments_of(pid_t creator, bool last_look)
{
    FILE *f = fopen("/proc/sysvipc/shm", "re");
    char line[512];
    int n = 0;

    while (f && fgets(line, sizeof line, f)) {
        unsigned perms;
        long by, last, attached;
        int id;
        if (sscanf(line, "%*d %d %o %*d %ld %ld %ld", &id, &perms, &by, &last, &attached) != 5 || by != creator)
            continue;
        if (!(perms & 01000) && attached == 0 && (last == 0 || last == by)) {
            count.window++;
            shmctl(id, IPC_RMID, NULL);
            continue;
        }
        n++;
        if (last_look)
            fprintf(stderr, "soak: segment %d of pid %ld is left: %ld attached\n", id, by, attached);
    }
    if (f)
        fclose(f);
    return n;
}

/* Reaps the orphans that came to us. False when there is nobody any more. */
static bool somebody_is_left(void)
{
    pid_t pid;

    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        ;
    return pid == 0;
}

static void check_nothing_left(pid_t creator)
{
    double end = now() + GRACE;

    while (somebody_is_left() || segments_of(creator, false)) {
        if (now() > end) {
            int fd;
            count.left++;
            segments_of(creator, true);
            while ((fd = soak_pick_child(getpid())) != -1) {
                fprintf(stderr, "soak: a process of %d is left\n", (int)creator);
                soak_send(fd, SIGKILL);
                close(fd);
                nap(10000);
            }
            return;
        }
        nap(500);
    }
}

static void end_folding(pid_t pid, bool group)
{
    kill(group ? -pid : pid, SIGKILL);
    wait_for(pid);
    check_nothing_left(pid);
}

/* ---- The three parts ---- */

/* Nobody is killed until some more folds have ended: a kill would free a worker that sleeps for ever, and hide that it does. */
static bool goes_on_alone(pid_t folder)
{
    uint64_t until = soak_ended() + FOLDS_ALONE;
    double end = now() + PATIENCE;

    while (soak_ended() < until) {
        if (waitpid(folder, NULL, WNOHANG) == folder) {
            fprintf(stderr, "soak: the parent of the workers died in %s\n", soak_shared->what);
            count.wrong++;
            return false;
        }
        if (now() > end) {
            fprintf(stderr, "soak: nothing was done for %d s; under way: %s\n", PATIENCE, soak_shared->what);
            count.hung++;
            end_folding(folder, true);
            return false;
        }
        nap(200);
    }
    return true;
}

static void kill_workers(unsigned long target)
{
    pid_t folder = start_folding(false);

    while (count.killed < target && count.hung + count.wrong < ENOUGH) {
        for (int i = 0; i < HITS_IN_A_ROW; i++) {
            hit(folder);
            nap(soak_random_below(800));
        }
        if (!goes_on_alone(folder))
            folder = start_folding(false);
    }
    end_folding(folder, true);
}

static void kill_parents(unsigned long target)
{
    for (unsigned long i = 0; i < target; i++) {
        pid_t pid = start_folding(i % 8 == 7);
        nap(soak_random_below(i % 3 ? 20000 : 3000));
        end_folding(pid, i & 1);
        count.parents += !(i & 1);
        count.groups += i & 1;
    }
}

struct command {
    const char *prong, *file;
    char expected[256];
};

/* Another process feeds the file to the command. Not its child: nobody must take it for a worker. Not of its group either: a
 * command that outlived its feeder by a moment would take what had come for the whole. */
static void start_feeder(const struct command *c, int to)
{
    static char block[65536];
    ssize_t n;
    int file;

    if (fork() != 0)
        return;
    file = open(c->file, O_RDONLY);
    while ((n = read(file, block, sizeof block)) > 0)
        if (write(to, block, (size_t)n) == -1)
            break;
    _exit(0);
}

static void become_command(const struct command *c, int in, int out)
{
    setpgid(0, 0);
    if (in != -1)
        dup2(in, 0);
    dup2(out, 1);
    dup2(open("/dev/null", O_WRONLY), 2);
    execl(c->prong, c->prong, "--dtype=f64", "--jobs=2", "sum", in == -1 ? c->file : "-", (char *)NULL);
    _exit(99);
}

static pid_t start_command(const struct command *c, bool piped, int *out)
{
    int ends[2], in[2] = { -1, -1 };
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) == -1 || (piped && pipe2(in, O_CLOEXEC) == -1) || (pid = fork()) == -1) {
        perror("soak");
        exit(99);
    }
    if (pid == 0)
        become_command(c, in[0], ends[1]);
    setpgid(pid, pid);
    close(ends[1]);
    *out = ends[0];
    if (piped) {
        close(in[0]);
        start_feeder(c, in[1]);
        close(in[1]);
    }
    return pid;
}

/* Reads all that the command says, while it lasts, and hits its workers at first, so often. False: it hangs. */
static bool hear(pid_t pid, int out, int hits, char *text, size_t size)
{
    double end = now() + PATIENCE;
    size_t length = 0;
    ssize_t n;

    fcntl(out, F_SETFL, O_NONBLOCK);
    while ((n = read(out, text + length, size - 1 - length)) != 0) {
        if (n > 0)
            length += (size_t)n;
        else if (errno != EAGAIN && errno != EINTR)
            break;
        if (now() > end)
            return false;
        if (hits > 0 && hit(pid))
            hits--;
        nap(soak_random_below(hits > 0 ? 3000 : 500));
    }
    text[length] = '\0';
    return true;
}

/* How: 0 workers are killed, 1 the command, 2 its group. */
static void one_command(const struct command *c, int how, bool piped)
{
    char said[256];
    int out, status;
    pid_t pid = start_command(c, piped, &out);
    bool ok;

    if (how) {
        nap(soak_random_below(100000));
        kill(how == 2 ? -pid : pid, SIGKILL);
        count.parents += how == 1;
        count.groups += how == 2;
    }
    ok = hear(pid, out, how == 0 ? HITS_IN_A_ROW : 0, said, sizeof said);
    close(out);
    if (!ok) {
        fprintf(stderr, "soak: the command hangs\n");
        count.hung++;
        kill(-pid, SIGKILL);
    }
    status = wait_for(pid);
    count.commands++;
    if (ok && strcmp(said, c->expected) != 0 && (said[0] || (WIFEXITED(status) && WEXITSTATUS(status) == 0))) {
        fprintf(stderr, "soak: the command said '%s', status %d\n", said, status);
        count.wrong++;
    }
    check_nothing_left(pid);
}

static void kill_commands(const struct command *c, unsigned long target)
{
    for (unsigned long i = 0; i < target; i++) {
        one_command(c, 0, i & 1);
        one_command(c, 1, i & 1);
        one_command(c, 2, i & 1);
    }
}

int main(int argc, char **argv)
{
    struct command command;
    unsigned long kills, parents;
    double begin = now();
    int out;
    pid_t pid;

    if (argc < 5)
        return 99;
    kills = strtoul(argv[1], NULL, 10);
    parents = strtoul(argv[2], NULL, 10);
    command.prong = argv[3];
    command.file = argv[4];
    soak_random_state = argc > 5 ? strtoull(argv[5], NULL, 10) : (uint64_t)time(NULL) << 20 | (uint64_t)getpid();
    printf("soak: seed %llu\n", (unsigned long long)soak_random_state);
    fflush(stdout);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    soak_shared = mmap(NULL, sizeof *soak_shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (soak_shared == MAP_FAILED)
        return 99;

    pid = start_command(&command, false, &out);
    if (!hear(pid, out, 0, command.expected, sizeof command.expected) || !command.expected[0])
        return 99;
    wait_for(pid);
    close(out);

    kill_workers(kills);
    kill_parents(parents);
    kill_commands(&command, (parents + 4) / 5);
    count.wrong += atomic_load(&soak_shared->wrong);
    /* The window is two system calls wide. More than this means that segments are not marked at birth any more. */
    if (count.window > 3 + (count.parents + count.groups) / 50)
        count.left += count.window;
    printf("soak: %.1f s: %lu workers killed (%lu by SIGSEGV), %lu stopped, %lu parents and %lu groups killed, "
           "%llu folds exact, %llu lost as said, %lu commands\n"
           "soak: wrong %lu, hung %lu, left %lu; killed between shmget and the mark %lu\n",
           now() - begin, count.killed, count.segv, count.stopped, count.parents, count.groups,
           (unsigned long long)atomic_load(&soak_shared->folds), (unsigned long long)atomic_load(&soak_shared->lost),
           count.commands, count.wrong, count.hung, count.left, count.window);
    return count.wrong || count.hung || count.left;
}

#else
int main(void)
{
    puts("skipped: no pidfds or no subreaper");
    return 77;
}
#endif
