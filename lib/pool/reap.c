/* SPDX-License-Identifier: MIT */
/* The one place that waits for children, each by its pid: waiting for any child would steal the host's. */
#include "config.h"

#include "pool/reap.h"

#include "base/fault.h"

#include <errno.h>
#include <sys/wait.h>

int prong_reap(pid_t pid)
{
    int status;

    for (;;) {
        pid_t got = PRONG_SYS("parent-wait", -1, waitpid(pid, &status, 0));
        if (got == pid) {
            PRONG_FAULT("parent-reaped");
            return status;
        }
        if (errno != EINTR)
            return -1;
    }
}
