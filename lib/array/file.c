/* SPDX-License-Identifier: MIT */
/* What files of this room and of the table's need from a descriptor, whoever opened it; and files without a name. */
#include "config.h"

#include "array/file.h"

#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int prong_file_raise(int fd)
{
    int higher, saved;

    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    saved = errno;
    close(fd);
    errno = saved;
    return higher;
}

static bool write_all(int fd, const unsigned char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = PRONG_SYS("array-write", -1, write(fd, data, size));
        if (n >= 0) {
            data += n;
            size -= (size_t)n;
        } else if (errno == EAGAIN) {
            struct pollfd ready = { fd, POLLOUT, 0 };
            poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* Takes back the signal that the failed write sent to this thread, unless the host had let one of its own wait. */
static void take_back(int number, const sigset_t *waiting)
{
    static const struct timespec now = { 0, 0 };
    int saved = errno;
    sigset_t only;

    if (sigismember(waiting, number))
        return;
    sigemptyset(&only);
    sigaddset(&only, number);
    while (sigtimedwait(&only, NULL, &now) < 0 && errno == EINTR)
        continue;
    errno = saved;
}

bool prong_file_write(int fd, const void *data, size_t size)
{
    sigset_t raised, before, waiting;
    bool written;
    int saved;

    sigemptyset(&raised);
    sigaddset(&raised, SIGPIPE);
    sigaddset(&raised, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &raised, &before);
    sigpending(&waiting);
    written = write_all(fd, data, size);
    if (!written && errno == EPIPE)
        take_back(SIGPIPE, &waiting);
    if (!written && errno == EFBIG)
        take_back(SIGXFSZ, &waiting);
    saved = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return written;
}

int prong_file_nameless(const char *folder)
{
    char *path = NULL;
    int fd = -1;

#if defined(O_TMPFILE)
    fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
#endif
    if (asprintf(&path, "%s/prong-XXXXXX", folder) < 0)
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    free(path);
    return fd;
}
