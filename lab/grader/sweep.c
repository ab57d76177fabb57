/* SPDX-License-Identifier: MIT */
/* The look before and after: neither valgrind nor a sanitizer tells of a segment that is left, or of a process.
 *
 * In namespaces everything that is there is the program's. Without them a segment is the program's if it was not there
 * before, belongs to its user, and its creator was of the program and is dead; and a process is, if it descends from us, who
 * are the subreaper of all that we started. As root, everything of the unused user is. */
#include "config.h"

#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OCCUPIED_SIZE = 1 << 16, PATTERN = 0x5a, SWEEP_MS = 5000, LISTED = 4096 };

int sweep_list(struct segment *list, int max)
{
    FILE *f = fopen("/proc/sysvipc/shm", "re");
    char line[512];
    int count = 0;

    if (!f)
        return 0;
    while (count < max && fgets(line, sizeof line, f)) {
        long key, size, creator, attached, uid;
        unsigned mode;
        int id;
        /* key shmid perms size cpid lpid nattch uid …; the first line is the heading */
        if (sscanf(line, "%ld %d %o %ld %ld %*d %ld %ld", &key, &id, &mode, &size, &creator, &attached, &uid) != 7)
            continue;
        list[count++] = (struct segment){ .id = id, .mode = (int)mode & 0777, .key = (key_t)key, .size = (size_t)size,
                                          .creator = (pid_t)creator, .uid = (uid_t)uid, .attached = (int)attached };
    }
    fclose(f);
    return count;
}

int sweep_occupy(const struct cage *cage, key_t key)
{
    int id = shmget(key, OCCUPIED_SIZE, IPC_CREAT | IPC_EXCL | 0600);
    struct shmid_ds info;
    void *at;

    if (id == -1)
        return -1;
    at = shmat(id, NULL, 0);
    if (at == (void *)-1 || shmctl(id, IPC_STAT, &info) == -1) {
        shmctl(id, IPC_RMID, NULL);
        return -1;
    }
    memset(at, PATTERN, OCCUPIED_SIZE);
    shmdt(at);
    info.shm_perm.uid = cage->uid;
    info.shm_perm.gid = cage->gid;
    shmctl(id, IPC_SET, &info);
    return id;
}

enum occupied sweep_look(int id)
{
    enum occupied found = OCCUPIED_INTACT;
    struct shmid_ds info;
    const char *at;

    if (id == -1)
        return OCCUPIED_NOT;
    if (shmctl(id, IPC_STAT, &info) == -1)
        return OCCUPIED_GONE;
    at = shmat(id, NULL, SHM_RDONLY);
    if (at == (void *)-1)
        return OCCUPIED_GONE;
    for (int i = 0; i < OCCUPIED_SIZE; i++)
        if (at[i] != PATTERN)
            found = OCCUPIED_CHANGED;
    shmdt(at);
    return info.shm_perm.mode & SHM_DEST ? OCCUPIED_GONE : found;
}

static void nap(void)
{
    nanosleep(&(struct timespec){ 0, 2000000 }, NULL);
}

/* As that user we may signal just what is his. */
static void kill_user(uid_t uid)
{
    pid_t pid = fork();

    if (pid == 0) {
        if (setresuid(uid, uid, uid) == 0)
            kill(-1, SIGKILL);
        _exit(0);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

/* Our own children; theirs become ours when they die. */
static void kill_children(void)
{
    char path[64], text[4096], *end;
    ssize_t length;
    int fd;

    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return;
    length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length > 0 ? length : 0] = '\0';
    for (char *p = text;; p = end) {
        long pid = strtol(p, &end, 10);
        if (end == p)
            return;
        if (pid > 1)
            kill((pid_t)pid, SIGKILL);
    }
}

static void kill_all(const struct cage *cage, pid_t leader)
{
    if (cage->spaces != 0) {
        kill(-1, SIGKILL); /* all but us, who are the first in this namespace */
        return;
    }
    if (leader > 0)
        kill(-leader, SIGKILL);
    kill_children();
    if (cage->root)
        kill_user(cage->uid);
}

int sweep_processes(const struct cage *cage, pid_t leader)
{
    int count = 0;

    for (int ms = 0; ms < SWEEP_MS; ms += 2) {
        pid_t pid;
        kill_all(cage, leader);
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            count += pid != leader;
        if (pid == -1 && errno == ECHILD)
            break;
        nap();
    }
    return count;
}

/* Was it a process of the program's, as far as the log tells? */
static bool is_of_program(const struct log *log, pid_t pid)
{
    if (log->leader == 0 || log->leader == pid || log->count > LOG_EVENTS)
        return true;
    for (int i = 0; i < log->count; i++)
        if (log->events[i].pid == pid || (log->events[i].kind == EVENT_FORK && log->events[i].a == pid))
            return true;
    return false;
}

/* Without namespaces others of our user may make segments meanwhile, and end: what somebody has attached is not ours to
 * remove, now that all of the program's processes are gone, nor what a process made that is not in the log. */
static bool is_left(const struct cage *cage, const struct segment *s, const struct segment *before, int before_count,
                    const struct log *log)
{
    for (int i = 0; i < before_count; i++)
        if (before[i].id == s->id)
            return false;
    if (cage->spaces != 0)
        return true;
    if (s->uid != cage->uid || cage->root)
        return s->uid == cage->uid;
    return kill(s->creator, 0) == -1 && errno == ESRCH && s->attached == 0 && is_of_program(log, s->creator);
}

void sweep_segments(const struct cage *cage, const struct segment *before, int before_count, int ours,
                    struct outcome *outcome)
{
    static struct segment now[LISTED];
    int count = sweep_list(now, LISTED);

    for (int i = 0; i < count; i++) {
        if (now[i].id == ours || !is_left(cage, &now[i], before, before_count, &outcome->log))
            continue;
        if (outcome->segment_count < RUN_SEGMENTS)
            outcome->segments[outcome->segment_count] = now[i];
        outcome->segment_count++;
        shmctl(now[i].id, IPC_RMID, NULL);
    }
    if (ours != -1)
        shmctl(ours, IPC_RMID, NULL);
}
