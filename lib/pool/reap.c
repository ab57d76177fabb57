/* SPDX-License-Identifier: MIT */
/* The one place that waits for children, each by its pid: waiting for any child would steal the host's. */
#include "config.h"

#include "pool/reap.h"

#include "base/fault.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

struct prong_end prong_reap(pid_t pid)
{
    struct prong_end end = { .status = -1 };
    struct rusage usage;
    int status;

    memset(&usage, 0, sizeof usage);
    for (;;) {
        pid_t got = PRONG_SYS("parent-wait", -1, wait4(pid, &status, 0, &usage));
        if (got == pid)
            break;
        if (errno != EINTR)
            return end;
    }
    PRONG_FAULT("parent-reaped");
    end.status = status;
    end.user_seconds = seconds(usage.ru_utime);
    end.system_seconds = seconds(usage.ru_stime);
    end.max_rss = (uint64_t)usage.ru_maxrss * 1024;
    return end;
}
