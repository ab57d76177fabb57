/* SPDX-License-Identifier: MIT */
/* What is inside the cage: a directory with copies of the program and of the watching library, and the log.
 *
 * The copies are made for each run. A program that changes its own file, or the library's, changes a copy; and it need not
 * lie where the user that it runs as may read it. */
#include "config.h"

#include "cage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static bool copy(int from, const char *home, const char *name, mode_t mode)
{
    char path[CAGE_HOME + 32], buffer[65536];
    off_t offset = 0;
    ssize_t got;
    bool ok = true;
    int to;

    snprintf(path, sizeof path, "%s/%s", home, name);
    to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to == -1)
        return false;
    while (ok && (got = pread(from, buffer, sizeof buffer, offset)) != 0) {
        ok = got > 0 && write(to, buffer, (size_t)got) == got;
        offset += got;
    }
    ok = fchmod(to, mode) == 0 && ok;
    return close(to) == 0 && ok;
}

static bool make_log(const struct cage *cage, const char *home, size_t size)
{
    char path[CAGE_HOME + 32];
    bool ok;
    int fd;

    snprintf(path, sizeof path, "%s/.log", home);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd == -1)
        return false;
    ok = ftruncate(fd, (off_t)size) == 0 && (!cage->root || fchown(fd, cage->uid, cage->gid) == 0);
    return close(fd) == 0 && ok;
}

#ifdef __linux__
/* A small file system in memory over a directory that anybody may write to. */
static bool cover(const struct cage *cage, const char *directory)
{
    char options[128];

    snprintf(options, sizeof options, "mode=0700,size=48m,uid=%lu,gid=%lu", (unsigned long)cage->uid,
             (unsigned long)cage->gid);
    return mount("prong-grade", directory, "tmpfs", MS_NOSUID | MS_NODEV, options) == 0;
}

/* What fails besides /tmp makes the cage wider, and no run impossible. */
static bool mount_all(const struct cage *cage)
{
    FILE *f;

    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
        return false;
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0) {
        f = fopen("/proc/sys/kernel/shmall", "we"); /* this namespace's: segments are in no limit of a process */
        if (f) {
            fprintf(f, "%d\n", (int)(CAGE_MEMORY / 4096));
            fclose(f);
        }
    }
    if (!cover(cage, "/tmp"))
        return false;
    cover(cage, "/var/tmp");
    cover(cage, "/dev/shm");
    mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
    return true;
}
#else
static bool mount_all(const struct cage *cage)
{
    (void)cage;
    return false;
}
#endif

bool cage_furnish(const struct cage *cage, char home[CAGE_HOME], size_t log_size)
{
    const char *tmp = getenv("TMPDIR");

    if (cage->spaces != 0) {
        if (!mount_all(cage))
            return false;
        snprintf(home, CAGE_HOME, "/tmp");
    } else {
        if (snprintf(home, CAGE_HOME, "%s/prong-grade-XXXXXX", tmp && *tmp ? tmp : "/tmp") >= CAGE_HOME || !mkdtemp(home)) {
            home[0] = '\0';
            return false;
        }
        if (cage->root && chown(home, cage->uid, cage->gid) == -1)
            return false;
    }
    return copy(cage->program, home, "program", 0755) && make_log(cage, home, log_size) &&
           (cage->watch == -1 || copy(cage->watch, home, ".watch.so", 0644));
}

static int forget(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)where;
    (void)(type == FTW_DP ? rmdir(path) : unlink(path));
    return 0;
}

void cage_clear(const struct cage *cage, const char *home)
{
    if (cage->spaces == 0 && home[0])
        nftw(home, forget, 16, FTW_DEPTH | FTW_PHYS);
}
